#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/stops.h"
#include "cli/values.h"
#include "codec/case_entry_messages.h"
#include "formats/import.h"
#include "model/referral_state.h"
#include "model/spoken_id.h"
#include "output/render.h"

static const char *close_reason_word(uint32_t number)
{
    return close_reason_name((enum close_reason)number);
}

static const char *close_reason_meaning(uint32_t number)
{
    return close_reason_says((enum close_reason)number);
}

static void write_closed_by(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    holder_view_write(out, &l->closed_by, l->closed_account);
}

static void write_asked_by(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    holder_view_write(out, &l->asked_by, l->asked_account);
}

/* What is still out there. */
static void write_standing(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    for (size_t i = 0; i < l->stand_count; i++) {
        char id[IDENT_TEXT];
        char until[11];

        ident_write(&l->stands[i].consent, id);
        render_day(l->stands[i].until, until);
        bytes_printf(out, "\n  %s until %s  %s", l->stands[i].recipient.text, until, id);
    }
}

static void write_accepted(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    for (size_t i = 0; i < l->accepted_count; i++)
        bytes_printf(out, "\n  %s, %s", l->accepted[i].agency.text,
                     referral_state_name((enum referral_state)l->accepted[i].state));
}

static void write_paper(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    for (size_t i = 0; i < l->paper_count; i++) {
        bytes_append_text(out, "\n  ");
        if (l->paper[i].outside.size != 0)
            render_escaped(out, l->paper[i].outside);
        else
            bytes_append_text(out, "who has them is not known here now: refex audit list --log house --kind exported");
    }
}

/* Of which nothing is said. */
static void write_unread(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_life *l = s->answer;

    for (size_t i = 0; i < l->unread_count; i++) {
        char label[BOUND_SPOKEN_ID];

        case_label_write(&l->unread[i].case_id, label);
        bytes_printf(out, "\n  %s", label);
    }
}

static const struct told_line lines[] = {
    {"case ", .text = "{label} is open", .when = "!closed !deletion_asked"},
    {"case ", "{label} is closed since {closed}, {closed_for}, by ", write_closed_by,
     .says = "closed_by closed_account", .when = "closed"},
    {"case ", "{label}: its deletion was asked for {deletion_asked}, {deletion_for}, by ", write_asked_by,
     .says = "deletion_asked_by deletion_asked_account", .when = "deletion_asked"},
    {"deleted here from ", .text = "{deleted_from} on; it takes no new referral", .when = "deleted_from"},
    {"until then ", .text = "refex case delete {label} --undo takes it back; from that day on nothing does",
     .when = "deletion_asked"},
    {"held by a court since ", .text = "{held}; nothing of it is deleted", .when = "held"},
    {"  until ", .text = "{held_until}, that day included", .when = "held_until"},
    {"  for ", .text = "{held_by}", .when = "held_by"},
    {"  ", .text = "{held_scope}", .when = "held_scope"},
    {"still open: ", .text = "{open_referrals:referrals}", .when = "open_referrals"},
    {"came from other agencies: ",
     .text = "{came_referrals:referrals}; what came with them stays until her consent to that ends",
     .when = "came_referrals"},
    {"consents that stand: ", .text = "{consents_standing}", .write = write_standing, .says = "standing",
     .when = "consents_standing"},
    {"accepted elsewhere: ",
     .text = "{accepted_elsewhere:referrals}; what those agencies wrote of her is theirs, and stays",
     .write = write_accepted, .says = "accepted", .when = "accepted_elsewhere"},
    {"letters: ", .text = "{letters} printed; paper is asked back by phone, and who has it goes with the case",
     .write = write_paper, .says = "letters_for", .when = "letters"},
    {"! left out, and perhaps of her: ",
     .text =
         "{unread_cases} cases that were merged, of which the disk does not give the keys now. Say it again of each:",
     .write = write_unread, .says = "unread", .when = "unread_cases"},
    {0}};

static const struct told_form life_form = {.answer = &control_case_life_contract, .lines = lines, .json_only = "case"};

static bool run_close(struct command *c, int *status, struct error *err)
{
    struct control_case_close_ask ask = {0};
    const char *reason;
    uint32_t number;
    bool confirmed;

    if (!options_required_value(&c->options, "reason", &reason, err) ||
        !values_find_number("reason", reason, close_reason_word, CLOSE_REASON_END, &number, err) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err))
        return false;
    ask.reason = (enum close_reason)number;
    stops_confirm(c, STOP_CASE_CLOSE, &confirmed);
    *status = confirmed ? 0 : 1;
    return !confirmed || call_case_close_as_lines(c, &ask, &life_form, NULL, err);
}

const struct verb cmd_case_close = {
    .usage = "--home DIR CASE --reason CODE [--confirm]",
    .summary = "Close a case: it takes no new referral, and is deleted here from a day on that is said.",
    .help =
        "By who holds it, or a supervisor. Why stands with the case and in no log. Nothing is erased elsewhere, and\n"
        "referrals that are open stay open. That it is to be deleted is told 30 days before; until then refex case\n"
        "reopen takes it back.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why"), STOPS_CONFIRM},
    .terms = {{"--reason takes", close_reason_word, close_reason_meaning, CLOSE_REASON_END}},
    .forms = {&life_form},
    .run = run_close,
};

static bool run_reopen(struct command *c, int *status, struct error *err)
{
    struct control_case_life_ask ask = {0};

    (void)status;
    return connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err) &&
           call_case_reopen_as_lines(c, &ask, &life_form, NULL, err);
}

const struct verb cmd_case_reopen = {
    .usage = "--home DIR CASE",
    .summary = "Open a case again that was closed: it is not deleted, and takes referrals.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .forms = {&life_form},
    .run = run_reopen,
};

/* --- delete --- */

static const char *delete_reason_word(uint32_t number)
{
    return delete_reason_name((enum delete_reason)number);
}

static const char *delete_reason_meaning(uint32_t number)
{
    return delete_reason_says((enum delete_reason)number);
}

static bool on_foreseen(void *cookie, const struct control_case_life *life, struct error *err)
{
    uint64_t *standing = cookie;

    (void)err;
    *standing = life->standing;
    told_form_show(stderr, false, &life_form, &(struct told_shown){.answer = life});
    if (life->standing != 0)
        (void)fputs("What she withdraws (refex consent withdraw CONSENT) is erased there, too, on the day that is said "
                    "then. What stands on stays with them:\nthis agency does not have it any more, and can still "
                    "withdraw it when she asks.\n",
                    stderr);
    return true;
}

/* What there is of it elsewhere is said first, and that it is meant so: by an answer at a terminal, else by --yes. Who
 * says yes there leaves to those whose consents stand what they have; --yes does not say that. */
static bool ask_first(struct command *c, struct control_case_delete_ask *ask, bool *goes_on, struct error *err)
{
    const bool is_said = options_flag(&c->options, "yes") || options_flag(&c->options, "confirm");
    struct control_case_delete_ask look = *ask;
    uint64_t standing = 0;

    *goes_on = true;
    if (ask->reason == 0 || ask->dry_run || (is_said && c->json))
        return true;
    look.dry_run = true;
    if (!c->json && !call_case_delete(c, &look, on_foreseen, &standing, err))
        return false;
    if (is_said)
        return true;
    if (!asking_has_terminal(c))
        return error_set(err, E_END_10, "nobody is there to be asked");
    stops_confirm(c, STOP_CASE_DELETE, goes_on);
    ask->leave = ask->leave || standing != 0;
    return true;
}

static bool run_delete(struct command *c, int *status, struct error *err)
{
    struct control_case_delete_ask ask = {.leave = options_flag(&c->options, "leave-consents"),
                                          .dry_run = options_flag(&c->options, "dry-run")};
    const char *reason = options_value(&c->options, "reason");
    uint32_t number = 0;
    bool goes_on = true;

    if (options_flag(&c->options, "undo") == (reason != NULL))
        return error_set(err, E_USE_02, "say either --reason CODE or --undo");
    if ((reason != NULL &&
         !values_find_number("reason", reason, delete_reason_word, DELETE_KEPT_LONG_ENOUGH, &number, err)) ||
        !connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err))
        return false;
    ask.reason = (enum delete_reason)number;
    if (!ask_first(c, &ask, &goes_on, err))
        return false;
    if (!goes_on) {
        *status = 1;
        return true;
    }
    return call_case_delete_as_lines(c, &ask, &life_form, NULL, err);
}

const struct verb cmd_case_delete = {
    .usage = "--home DIR CASE (--reason CODE [--leave-consents] [--yes | --dry-run] | --undo)",
    .summary = "Delete a case: in 72 hours its key is destroyed, with all that is here of it; until then --undo.",
    .help = "By who holds it, or a supervisor; by a caseworker three a day. Said first is what there is elsewhere: "
            "consents "
            "that\n"
            "stand (what she withdraws is erased at the other agency, too; with --leave-consents they keep what they "
            "have), who\n"
            "accepted a referral, who has a letter. It asks then; a program says --yes. Copies of what was sent are "
            "erased here,\n"
            "notes, drafts and what it was found by. The log keeps that it was, and why it was deleted.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("reason", "CODE", "why"),
                   OPTION_FLAG("leave-consents", "consents that stand, stand on: who has something keeps it"),
                   OPTION_FLAG("yes", "it is meant so: nobody is asked"), OPTION_FLAG("confirm", "the same"),
                   OPTION_FLAG("dry-run", "say what there is, and change nothing"),
                   OPTION_FLAG("undo", "it is not deleted")},
    .terms = {{"--reason takes", delete_reason_word, delete_reason_meaning, DELETE_KEPT_LONG_ENOUGH}},
    .forms = {&life_form},
    .run = run_delete,
};

/* --- hold --- */

/* The first line of FILE is the reference, what follows the scope; both in ROOM. */
static bool read_hold(const char *file, struct bytes *room, struct control_case_hold_ask *ask, struct error *err)
{
    struct bytes raw = {.wiping = true};
    bool ok = file_read(file, BOUND_REASON, &raw, err) && import_normalise(bytes_view(&raw), room, err);
    size_t end = 0;

    bytes_fini(&raw);
    if (!ok)
        return false;
    while (room->size > 0 && (room->at[room->size - 1] == '\n' || room->at[room->size - 1] == ' '))
        room->size--;
    while (end < room->size && room->at[end] != '\n')
        end++;
    ask->reference = view_of(room->at, end);
    if (end < room->size)
        ask->scope = view_of(room->at + end + 1, room->size - end - 1);
    return end > 0 || error_set(err, E_USE_04, "--file: its first line is the reference, and there is none");
}

static bool run_hold(struct command *c, int *status, struct error *err)
{
    struct control_case_hold_ask ask = {0};
    const char *file = options_value(&c->options, "file");
    struct bytes text = {.wiping = true};
    bool ok = options_flag(&c->options, "lift") != (file != NULL) ||
              error_set(err, E_USE_02, "say either --file FILE or --lift");

    (void)status;
    ok = ok && (options_value(&c->options, "until") == NULL || values_day(&c->options, "until", &ask.until, err)) &&
         (file == NULL || read_hold(file, &text, &ask, err)) &&
         connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &ask.case_id, err);
    if (file == NULL)
        ask.until = 0;
    ok = ok && call_case_hold_as_lines(c, &ask, &life_form, NULL, err);
    bytes_fini(&text);
    return ok;
}

const struct verb cmd_case_hold = {
    .usage = "--home DIR CASE (--file FILE [--until DATE] | --lift)",
    .summary = "Keep a case that a court wants kept: nothing of it is deleted until then.",
    .help = "By who holds it, or a supervisor. The first line of FILE is the court and its number, the others say\n"
            "what is to be kept; - is standard input. It lies sealed with the case. With a last day it ends by\n"
            "itself, and the log says so.",
    .syntax.needs = {"CASE"},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("file", "FILE", "whose it is and its number, and what it is about"),
                   OPTION_VALUE("until", "DATE", "its last day: YYYY-MM-DD"), OPTION_FLAG("lift", "it has ended")},
    .forms = {&life_form},
    .run = run_hold,
};
