#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/connection.h"
#include "cli/rendering/case_view.h"
#include "cli/rendering/referral_view.h"
#include "cli/rendering/render.h"
#include "cli/values.h"
#include "codec/control_codec.h"

/* --- list --- */

struct referral_output {
    bool json;
    bool sealed;
    struct render_table table;
    struct bytes line;
};

static bool on_referral(void *cookie, struct view message, struct error *err)
{
    struct referral_output *l = cookie;
    struct arena arena = {0};
    struct control_referral r;
    bool ok = control_referral_decode(message, &arena, &r, err);

    l->sealed = l->sealed || (ok && r.sealed);
    if (ok && l->json)
        referral_view_json_line(&r, &l->line);
    else if (ok)
        referral_view_row(&r, &l->table);
    arena_fini(&arena);
    return ok;
}

static bool run_list(struct command *c, int *status, struct error *err)
{
    struct referral_output l = {.json = c->json,
                                .table = {.columns = REFERRAL_VIEW_COLUMNS, .titles = referral_view_titles}};
    struct control_referral_list_ask ask = {.overdue = options_flag(c, "overdue")};
    struct bytes message = {0};
    bool ok;

    (void)status;
    if (!options_not_both(c, "in", "out", err))
        return false;
    ask.direction = options_flag(c, "out") ? 1 : options_flag(c, "in") ? 2 : 0;
    control_referral_list_ask_encode(&ask, &message);
    ok = connection_open(c, REFEX_NODE_OR_READER, err) &&
         connection_ask(c, CONTROL_REFERRAL_LIST, &message, on_referral, &l, err);
    if (ok && !c->json)
        render_table_end(&l.table, "There are no such referrals.");
    if (ok && l.sealed)
        render_sealed();
    bytes_fini(&message);
    bytes_fini(&l.table.cells);
    bytes_fini(&l.line);
    return ok;
}

static const char *decline_says(uint32_t number)
{
    return decline_reason_says((enum decline_reason)number);
}

static const char *state_name(uint32_t number)
{
    return referral_state_name((enum referral_state)number);
}

static const char *state_says(uint32_t number)
{
    return referral_state_says((enum referral_state)number);
}

static const char *reason_name(uint32_t number)
{
    return hold_name((enum hold)number);
}

static const char *reason_says(uint32_t number)
{
    return hold_sentence((enum hold)number);
}

const struct verb cmd_referral_list = {
    .noun = "referral",
    .name = "list",
    .usage = "--home DIR [--in | --out] [--overdue]",
    .summary = "Referrals and where each stands. Works on a stopped node too.",
    .options = {{"in", NULL, "those that came", false},
                {"out", NULL, "those that were sent", false},
                {"overdue", NULL, "those not answered in their time", false}},
    .terms = {{"States", state_name, state_says, REFERRAL_STATE_END},
              {"Reasons why something waits", reason_name, reason_says, HOLD_END}},
    .run = run_list,
};

/* --- show --- */

struct detail_output {
    const struct command *command;
    bool data;
};

static bool on_detail(void *cookie, struct view message, struct error *err)
{
    const struct detail_output *s = cookie;
    struct arena arena = {0};
    struct control_referral_detail d;
    struct case_view view;
    bool ok = control_referral_detail_decode(message, &arena, &d, err);

    case_view_init(&view);
    for (size_t i = 0; ok && i < d.data_count; i++)
        ok = case_view_add(&view, d.data[i].section, d.data[i].data, err);
    if (ok && s->command->json)
        referral_view_json_detail(&d, s->data ? &view : NULL);
    else if (ok)
        referral_view_print(&d, s->data ? &view : NULL);
    case_view_fini(&view);
    arena_fini(&arena);
    return ok;
}

static bool run_show(struct command *c, int *status, struct error *err)
{
    struct detail_output s = {c, options_flag(c, "data")};
    struct control_referral_show_ask ask = {.open_data = s.data};
    struct bytes message = {0};
    bool ok;

    (void)status;
    if (!connection_ident("referral", c->words[0], &ask.referral, err))
        return false;
    control_referral_show_ask_encode(&ask, &message);
    ok = connection_open(c, s.data ? REFEX_NODE : REFEX_NODE_OR_READER, err) &&
         connection_ask(c, CONTROL_REFERRAL_SHOW, &message, on_detail, &s, err);
    bytes_fini(&message);
    return ok;
}

const struct verb cmd_referral_show = {
    .noun = "referral",
    .name = "show",
    .usage = "--home DIR ID [--data]",
    .summary = "One referral: what is asked, where it stands, and when each step was logged.",
    .help = "With --data the sections are opened and shown; the opening is logged in the house log. When the consent "
            "no longer\n"
            "stands they cannot be opened.",
    .needs = {"ID"},
    .max_words = 1,
    .options = {{"data", NULL, "open what came or was sent", false}},
    .run = run_show,
};

/* --- accept, decline --- */

/* "accepted", or since when it is. */
static void write_answer(const struct control_referral *r, char out[static 64])
{
    char at[RENDER_TIME];

    render_time(r->answered_ms, at);
    (void)snprintf(out, 64, "%s%s%s", referral_state_name(r->state), r->answered_ms != 0 ? " already, " : "",
                   r->answered_ms != 0 ? at : "");
}

static bool on_answered(void *cookie, struct view message, struct error *err)
{
    const struct command *c = cookie;
    struct arena arena = {0};
    struct control_referral r;
    struct bytes line = {0};
    char id[IDENT_TEXT];
    char answer[64];
    bool ok = control_referral_decode(message, &arena, &r, err);

    if (ok)
        write_answer(&r, answer);
    if (ok && c->json) {
        referral_view_json_line(&r, &line);
    } else if (ok && r.lost_there) {
        ident_write(&r.referral, id);
        (void)printf("referral %s: %s. This does not go to %s: its machine was replaced, and the referral is not known "
                     "there any more.\nTell them outside refex, then: refex agency told %s %s --reason told-outside\n",
                     id, answer, r.peer.text, r.peer.text, id);
    } else if (ok && r.by_hand) {
        ident_write(&r.referral, id);
        (void)printf("referral %s: %s. refex cannot tell %s: tell it yourself outside refex, then\n"
                     "refex agency told %s %s --reason told-outside\n",
                     id, answer, r.peer.text, r.peer.text, id);
    } else if (ok && r.answered_ms != 0) {
        ident_write(&r.referral, id);
        (void)printf("referral %s: %s; nothing was changed.\n", id, answer);
    } else if (ok) {
        ident_write(&r.referral, id);
        (void)printf("referral %s: %s. The answer goes to %s%s\n", id, answer, r.peer.text,
                     r.state == REFERRAL_ACCEPTED && r.offered != 0 ? "; the sections on offer follow by themselves."
                                                                    : ".");
    }
    bytes_fini(&line);
    arena_fini(&arena);
    return ok;
}

static bool run_accept(struct command *c, int *status, struct error *err)
{
    struct control_referral_accept_ask ask = {0};
    struct bytes message = {0};
    bool ok;

    (void)status;
    if (!connection_ident("referral", c->words[0], &ask.referral, err))
        return false;
    control_referral_accept_ask_encode(&ask, &message);
    ok = connection_open(c, REFEX_NODE, err) &&
         connection_ask(c, CONTROL_REFERRAL_ACCEPT, &message, on_answered, c, err);
    bytes_fini(&message);
    return ok;
}

const struct verb cmd_referral_accept = {
    .noun = "referral",
    .name = "accept",
    .usage = "--home DIR ID",
    .summary = "Accept a referral that came: your agency is responsible for it from now on.",
    .help = "The sections that were on offer then follow by themselves, as far as consent covers them. Said again it "
            "changes\nnothing, and says since when it is accepted.",
    .needs = {"ID"},
    .max_words = 1,
    .run = run_accept,
};

static bool run_decline(struct command *c, int *status, struct error *err)
{
    struct control_referral_decline_ask ask = {0};
    struct bytes message = {0};
    const char *reason;
    uint32_t number;
    bool ok;

    (void)status;
    ok = connection_ident("referral", c->words[0], &ask.referral, err) &&
         options_required_value(c, "reason", &reason, err) &&
         values_find_number("reason", reason, values_decline_reason, DECLINE_END, &number, err);
    if (ok) {
        ask.reason = (enum decline_reason)number;
        control_referral_decline_ask_encode(&ask, &message);
        ok = connection_open(c, REFEX_NODE, err) &&
             connection_ask(c, CONTROL_REFERRAL_DECLINE, &message, on_answered, c, err);
    }
    bytes_fini(&message);
    return ok;
}

const struct verb cmd_referral_decline = {
    .noun = "referral",
    .name = "decline",
    .usage = "--home DIR ID --reason CODE",
    .summary = "Decline a referral that came, with a reason.",
    .needs = {"ID"},
    .max_words = 1,
    .options = {{"reason", "CODE", "why", false}},
    .terms = {{"--reason takes", values_decline_reason, decline_says, DECLINE_END}},
    .run = run_decline,
};
