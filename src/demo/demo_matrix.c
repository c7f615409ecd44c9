#include "demo/demo_matrix.h"

#include <string.h>

#include "demo/demo_query.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

/* What each is to hold at the end: what he agreed to, and no more. */
static const struct demo_holdings expected[DEMO_AGENCIES] = {
    [LANTERN] = {.readable = BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(WHEREABOUTS) | BIT(STATUS) | BIT(FAMILY) |
                             BIT(EXPLOITATION) | BIT(PERPETRATORS) | BIT(HEALTH) | BIT(NOTES)},
    [BRIDGE] = {.erased = BIT(TRIAGE) | BIT(CONTACT) | BIT(HEALTH)},
    [OAKFIELD] = {.readable = BIT(IDENTITY) | BIT(FAMILY)},
    [MINISTRY] = {.readable = BIT(IDENTITY) | BIT(STATUS) | BIT(EXPLOITATION)},
    [POLICE] = {0},
};

static struct printer_holdings told_of(const struct demo *d, int agency, const struct demo_holdings *h)
{
    return (struct printer_holdings){
        .agency = d->agencies[agency].name, .sections = d->case_sections, .knows = h->readable, .erased = h->erased};
}

static void check_cells(struct demo *d, const struct printer_holdings told[DEMO_AGENCIES])
{
    struct printer *t = &d->printer;
    int cells = 0;
    int wrong = 0;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        for (int i = 0; i < DEMO_AGENCIES; i++) {
            const struct printer_holdings wanted = told_of(d, i, &expected[i]);
            const char *is = t->forms->holding(&told[i], s);
            const char *agreed = t->forms->holding(&wanted, s);

            cells++;
            if (strcmp(is, agreed) == 0)
                continue;
            wrong++;
            printer_check(t, false, "%s and %s: %s, and he agreed to: %s", d->agencies[i].title, section_name(s), is,
                          agreed);
        }
    printer_check(t, wrong == 0, "all %d cells, of the %d sections at five agencies, are as he decided", cells,
                  SECTION_END - 1);
}

bool demo_matrix_show(struct demo *d, struct error *err)
{
    struct demo_holdings holdings[DEMO_AGENCIES];
    struct printer_holdings told[DEMO_AGENCIES];
    struct printer *t = &d->printer;
    section_set own_case;

    printer_scene(t, "Who knows what");
    printer_text(t, "Each node is asked what it can open, now. This is not what was meant to be, but what is there.");
    printer_set_wait(t, "each node opens what it holds");
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (!demo_query_holdings(d, (enum demo_index)i, &holdings[i], NULL, err))
            return false;
    if (!demo_query_case(d, &own_case, err))
        return false;
    holdings[LANTERN].readable |= own_case;
    printer_blank_line(t);
    for (int i = 0; i < DEMO_AGENCIES; i++)
        told[i] = told_of(d, i, &holdings[i]);
    printer_holdings(t, told, DEMO_AGENCIES);
    check_cells(d, told);
    return true;
}
