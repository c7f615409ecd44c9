#include "demo/demo_matrix.h"

#include <stdio.h>
#include <string.h>

#include "demo/demo_query.h"
#include "formats/json_line.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

/* What each is to hold at the end: what he agreed to, and no more. */
static const struct {
    section_set readable;
    section_set erased;
} expected[DEMO_AGENCIES] = {
    [LANTERN] = {BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(WHEREABOUTS) | BIT(STATUS) | BIT(FAMILY) |
                     BIT(EXPLOITATION) | BIT(PERPETRATORS) | BIT(HEALTH) | BIT(NOTES),
                 0},
    [BRIDGE] = {0, BIT(TRIAGE) | BIT(CONTACT) | BIT(HEALTH)},
    [OAKFIELD] = {BIT(IDENTITY) | BIT(FAMILY), 0},
    [MINISTRY] = {BIT(IDENTITY) | BIT(STATUS) | BIT(EXPLOITATION), 0},
    [POLICE] = {0, 0},
};

static const char *cell_word(const struct demo_holdings *holdings, enum section s)
{
    if ((holdings->readable & SECTION_BIT(s)) != 0)
        return "knows";
    return (holdings->erased & SECTION_BIT(s)) != 0 ? "erased" : "-";
}

static void print_rows(struct demo *d, const struct demo_holdings holdings[DEMO_AGENCIES])
{
    printer_line(&d->printer, "    %-15s%-11s%-11s%-11s%-11s%s", "section", "lantern", "bridge", "oakfield", "ministry",
                 "police");
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((d->case_sections & SECTION_BIT(s)) != 0)
            printer_line(&d->printer, "    %-15s%-11s%-11s%-11s%-11s%s", section_name(s),
                         cell_word(&holdings[LANTERN], s), cell_word(&holdings[BRIDGE], s),
                         cell_word(&holdings[OAKFIELD], s), cell_word(&holdings[MINISTRY], s),
                         cell_word(&holdings[POLICE], s));
    printer_blank_line(&d->printer);
}

static void print_json(const struct demo *d, const struct demo_holdings holdings[DEMO_AGENCIES])
{
    struct bytes line = {0};
    struct json_line j;

    for (int i = 0; i < DEMO_AGENCIES; i++) {
        bytes_clear(&line);
        json_line_begin(&j, &line);
        json_line_text(&j, "agency", d->agencies[i].name);
        for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
            if ((d->case_sections & SECTION_BIT(s)) != 0)
                json_line_text(&j, section_name(s), cell_word(&holdings[i], s));
        json_line_end(&j);
        (void)fwrite(line.at, 1, line.size, stdout);
    }
    bytes_fini(&line);
}

bool demo_matrix_show(struct demo *d, struct error *err)
{
    struct demo_holdings holdings[DEMO_AGENCIES];
    struct printer *t = &d->printer;
    section_set own_case;
    int cells = 0;
    int wrong = 0;

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
    if (t->json)
        print_json(d, holdings);
    else
        print_rows(d, holdings);
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        for (int i = 0; i < DEMO_AGENCIES; i++) {
            const struct demo_holdings wanted = {.readable = expected[i].readable, .erased = expected[i].erased};
            const char *is = cell_word(&holdings[i], s);

            cells++;
            if (strcmp(is, cell_word(&wanted, s)) == 0)
                continue;
            wrong++;
            printer_check(t, false, "%s and %s: %s, and he agreed to: %s", d->agencies[i].title, section_name(s), is,
                          cell_word(&wanted, s));
        }
    printer_check(t, wrong == 0, "all %d cells, of the %d sections at five agencies, are as he decided", cells,
                  SECTION_END - 1);
    return true;
}
