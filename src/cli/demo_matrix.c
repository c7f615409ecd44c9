#include <stdio.h>
#include <string.h>

#include "cli/demo_run.h"
#include "formats/json_line.h"

#define BIT(s) SECTION_BIT(SECTION_##s)

/* What each is to hold at the end: what he agreed to, and no more. */
static const struct {
    section_set knows;
    section_set erased;
} agreed[DEMO_AGENCIES] = {
    [LANTERN] = {BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT) | BIT(WHEREABOUTS) | BIT(STATUS) | BIT(FAMILY) |
                     BIT(EXPLOITATION) | BIT(PERPETRATORS) | BIT(HEALTH) | BIT(NOTES),
                 0},
    [BRIDGE] = {0, BIT(TRIAGE) | BIT(CONTACT) | BIT(HEALTH)},
    [OAKFIELD] = {BIT(IDENTITY) | BIT(FAMILY), 0},
    [MINISTRY] = {BIT(IDENTITY) | BIT(STATUS) | BIT(EXPLOITATION), 0},
    [POLICE] = {0, 0},
};

static bool own_case(struct demo *d, struct demo_seen *out, struct error *err)
{
    struct demo_answer a = {0};
    struct json_read *r;
    enum section s;
    bool ok =
        demo_ask(d, DEMO_WORDS("case", "show", "--home", d->agencies[LANTERN].home, d->case_id, "--json"), &a, err);

    r = ok ? demo_line(&a, 0) : NULL;
    for (size_t i = 0; r != NULL && i < json_read_count(r, "sections"); i++)
        if (section_find(view_of_text(json_read_name(r, "sections", i)), &s))
            out->knows |= SECTION_BIT(s);
    json_read_free(r);
    demo_answer_fini(&a);
    return ok;
}

static const char *cell(const struct demo_seen *seen, enum section s)
{
    if ((seen->knows & SECTION_BIT(s)) != 0)
        return "knows";
    return (seen->erased & SECTION_BIT(s)) != 0 ? "erased" : "-";
}

static void print_rows(struct demo *d, const struct demo_seen seen[DEMO_AGENCIES])
{
    tell_line(&d->tell, "    %-15s%-11s%-11s%-11s%-11s%s", "section", "lantern", "bridge", "oakfield", "ministry",
              "police");
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((d->case_sections & SECTION_BIT(s)) != 0)
            tell_line(&d->tell, "    %-15s%-11s%-11s%-11s%-11s%s", section_name(s), cell(&seen[LANTERN], s),
                      cell(&seen[BRIDGE], s), cell(&seen[OAKFIELD], s), cell(&seen[MINISTRY], s),
                      cell(&seen[POLICE], s));
    tell_gap(&d->tell);
}

static void print_json(const struct demo *d, const struct demo_seen seen[DEMO_AGENCIES])
{
    struct bytes line = {0};
    struct json_line j;

    for (int i = 0; i < DEMO_AGENCIES; i++) {
        bytes_clear(&line);
        json_line_begin(&j, &line);
        json_line_text(&j, "agency", d->agencies[i].name);
        for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
            if ((d->case_sections & SECTION_BIT(s)) != 0)
                json_line_text(&j, section_name(s), cell(&seen[i], s));
        json_line_end(&j);
        (void)fwrite(line.at, 1, line.size, stdout);
    }
    bytes_fini(&line);
}

bool demo_matrix(struct demo *d, struct error *err)
{
    struct demo_seen seen[DEMO_AGENCIES];
    struct tell *t = &d->tell;
    int cells = 0;
    int wrong = 0;

    tell_scene(t, "Who knows what");
    tell_text(t, "Each node is asked what it can open, now. This is not what was meant to be, but what is there.");
    tell_doing(t, "each node opens what it holds");
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (!demo_look(d, (enum demo_name)i, &seen[i], NULL, err))
            return false;
    if (!own_case(d, &seen[LANTERN], err))
        return false;
    tell_gap(t);
    if (t->json)
        print_json(d, seen);
    else
        print_rows(d, seen);
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        for (int i = 0; i < DEMO_AGENCIES; i++) {
            const struct demo_seen should = {.knows = agreed[i].knows, .erased = agreed[i].erased};
            const char *is = cell(&seen[i], s);

            cells++;
            if (strcmp(is, cell(&should, s)) == 0)
                continue;
            wrong++;
            tell_held(t, false, "%s and %s: %s, and he agreed to: %s", d->agencies[i].title, section_name(s), is,
                      cell(&should, s));
        }
    tell_held(t, wrong == 0, "all %d cells, of the fifteen sections at five agencies, are as he decided", cells);
    return true;
}
