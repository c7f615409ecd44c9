#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/connection.h"
#include "cli/rendering/render.h"
#include "codec/control_codec.h"

struct agency_output {
    bool json;
    struct render_table table;
    struct bytes line;
};

static const char *agency_state_word(const struct control_agency *a)
{
    if (a->self)
        return "this node";
    if (a->revoked)
        return a->reason != 0 ? revocation_reason_name((enum revocation_reason)a->reason) : "revoked";
    return a->linked ? "linked" : "not linked";
}

static void print_agency_json(struct agency_output *l, const struct control_agency *a)
{
    struct json_line j;

    render_json_begin(&j, &l->line);
    json_line_text(&j, "agency", a->agency.text);
    json_line_text(&j, "kind", agency_kind_name(a->kind));
    json_line_bool(&j, "self", a->self);
    json_line_bool(&j, "unlisted", a->unlisted);
    json_line_bool(&j, "linked", a->linked);
    json_line_bool(&j, "revoked", a->revoked);
    json_line_text(&j, "reason", a->reason != 0 ? revocation_reason_name((enum revocation_reason)a->reason) : NULL);
    if (a->endpoint.size > 0)
        json_line_view(&j, "endpoint", a->endpoint);
    else
        json_line_null(&j, "endpoint");
    render_json_time(&j, "certificate_until", a->certificate_until_ms);
    json_line_u64(&j, "waiting", a->waiting);
    render_json_time(&j, "last_receipt", a->last_receipt_ms);
    render_json_end(&j);
}

static void add_agency_row(struct agency_output *l, const struct control_agency *a)
{
    char until[RENDER_TIME];
    char receipt[RENDER_TIME];
    char waiting[24];

    render_time(a->certificate_until_ms, until);
    render_time(a->last_receipt_ms, receipt);
    (void)snprintf(waiting, sizeof waiting, "%llu", (unsigned long long)a->waiting);
    render_cell(&l->table, a->agency.text);
    render_cell(&l->table, agency_kind_name(a->kind));
    render_cell(&l->table, agency_state_word(a));
    if (a->unlisted)
        render_cell(&l->table, "(unlisted)");
    else
        render_cell_view(&l->table, a->endpoint);
    render_cell(&l->table, waiting);
    render_cell(&l->table, receipt);
    render_cell(&l->table, until);
}

static bool on_agency(void *cookie, struct view message, struct error *err)
{
    struct agency_output *l = cookie;
    struct arena arena = {0};
    struct control_agency a;
    bool ok = control_agency_decode(message, &arena, &a, err);

    if (ok && l->json)
        print_agency_json(l, &a);
    else if (ok)
        add_agency_row(l, &a);
    arena_fini(&arena);
    return ok;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    static const char *const titles[] = {"AGENCY",           "KIND", "STATE", "ENDPOINT", "WAITING", "LAST RECEIPT",
                                         "CERTIFICATE UNTIL"};
    struct agency_output l = {.json = c->json, .table = {.columns = 7, .titles = titles}};
    bool ok = connection_open(c, REFEX_NODE_OR_READER, err) &&
              connection_ask(c, CONTROL_AGENCY_LIST, NULL, on_agency, &l, err);

    (void)status;
    if (ok && !c->json)
        render_table_end(&l.table, "The directory has no members.");
    bytes_fini(&l.table.cells);
    bytes_fini(&l.line);
    return ok;
}

const struct verb cmd_agency_list = {
    .noun = "agency",
    .name = "list",
    .usage = "--home DIR",
    .summary = "Who is a member of the federation, as this node's directory says, and how the node stands with each.",
    .run = run_list,
};
