#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "cli/rendering/case_view.h"
#include "cli/rendering/told_view.h"

/* --- list --- */

struct case_output {
    bool json;
    struct render_table table;
};

static bool on_case_summary(void *cookie, const struct control_case_summary *s, struct error *err)
{
    struct case_output *l = cookie;

    (void)err;
    if (l->json)
        told_view_json_line(&control_case_summary_contract, s);
    else
        told_view_row(&l->table, &control_case_summary_contract, s, NULL);
    return true;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct case_output l = {.json = c->json, .table = {.titles = titles}};
    bool ok;

    (void)status;
    l.table.columns = told_view_titles(&control_case_summary_contract, titles);
    ok = call_case_list(c, NULL, on_case_summary, &l, err);
    if (ok && !c->json)
        render_table_end(&l.table, "There are no cases here.");
    bytes_fini(&l.table.cells);
    return ok;
}

const struct verb cmd_case_list = {
    .usage = "--home DIR",
    .summary = "The cases of this node: ids and which sections each has, nothing of what is in them.",
    .run = run_list,
};

/* --- show --- */

static bool on_section(void *cookie, const struct control_case_section *s, struct error *err)
{
    return case_view_add(cookie, s->section, s->data, err);
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct control_case_show_ask ask;
    struct bytes line = {0};
    struct case_view view;
    struct json_line j;
    bool ok;

    (void)status;
    if (!connection_ident("case", c->options.words[0], &ask.case_id, err) || !connection_open(c, REFEX_NODE, err))
        return false;
    case_view_init(&view);
    ok = call_case_show(c, &ask, on_section, &view, err);
    if (ok && c->json) {
        render_json_begin(&j, &line);
        render_json_ident(&j, "case", &ask.case_id);
        case_view_json(&view, &j);
        render_json_end(&j);
    } else if (ok) {
        (void)printf("case %s\n", c->options.words[0]);
        case_view_print(&view);
    }
    case_view_fini(&view);
    bytes_fini(&line);
    return ok;
}

const struct verb cmd_case_show = {
    .usage = "--home DIR CASE",
    .summary = "What is known of one person, by section. The opening is logged in the house log.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .run = run_show,
};
