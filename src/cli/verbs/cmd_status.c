#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "output/told_form.h"

#define EXIT_STOPPED   69
#define STATUS_WAIT_MS 3000 /* with two seconds for the connection: within 5 s it answers or says why not */

struct status_output {
    const struct command *command;
    bool stopped; /* a reader answers */
    size_t findings;
};

/* --- findings: who has to act, and how --- */

static const struct told_line finding_lines[] = {
    {"! ", .text = "{text} ({code})"}, {"  -> ", .text = "{who}: {remedy}"}, {0}};

static const struct told_form finding_form = {.answer = &control_finding_contract,
                                              .lines = finding_lines,
                                              .json_only =
                                                  "since clears about" /* a line a finding: who reads it acts now */};

static void write_findings(struct bytes *out, const struct told_shown *shown)
{
    const struct control_status *s = shown->answer;

    for (size_t i = 0; i < s->finding_count; i++)
        told_form_write(&finding_form, &(struct told_shown){.answer = &s->findings[i]}, out);
}

/* --- the rest --- */

static void write_node(struct bytes *out, const struct told_shown *shown)
{
    const struct control_status *s = shown->answer;
    const struct control_node_state *state = shown->beside;
    char started[RENDER_TIME];

    render_time(s->started_ms, started);
    if (!state->running)
        bytes_append_text(out, "not running: nothing is sent or taken; `refex node run` starts it");
    else
        bytes_printf(out, "running since %s%s", started, state->well ? ", well" : "");
}

static void write_notes(struct bytes *out, const struct told_shown *shown)
{
    const struct control_status *s = shown->answer;

    for (size_t i = 0; i < s->note_count; i++) {
        bytes_append_text(out, i > 0 ? "\nNote        " : "");
        render_escaped(out, s->notes[i]);
    }
}

static void write_network(struct bytes *out, const struct told_shown *shown)
{
    const struct control_status *s = shown->answer;

    if (!((const struct control_node_state *)shown->beside)->running)
        return;
    bytes_append_text(out, s->listen.size > 0 ? "listening on " : "dialling only");
    render_escaped(out, s->listen);
    bytes_printf(out, ", %llu link%s; network process %s (Landlock %s, seccomp %s)", (unsigned long long)s->links,
                 s->links == 1 ? "" : "s", s->link_landlock > 0 && s->link_seccomp ? "confined" : "NOT FULLY CONFINED",
                 s->link_landlock > 0 ? "yes" : "no", s->link_seccomp ? "yes" : "no");
}

static void write_waiting(struct bytes *out, const struct told_shown *shown)
{
    const struct control_status *s = shown->answer;
    char at[RENDER_TIME];

    bytes_printf(out, "%llu message%s to others", (unsigned long long)s->waiting, s->waiting == 1 ? "" : "s");
    render_time(s->oldest_waiting_ms, at);
    if (s->waiting > 0)
        bytes_printf(out, ", oldest of %s", at);
    render_time(s->next_try_ms, at);
    if (s->next_try_ms > 0)
        bytes_printf(out, ", next try %s", at);
}

static const struct told_line status_lines[] = {
    {"", .write = write_findings, "findings"},
    {"Note        ", .write = write_notes, "notes"},
    {"Node        ", "{agency}, {kind}, ", write_node, .says = "running well started"},
    {"Network     ", .write = write_network, "listen links link.landlock link.seccomp"},
    {"Waiting     ", .write = write_waiting, "waiting oldest_waiting next_try"},
    {"Logs        ", .text = "exchange {exchange_log} records, house {house_log} records", .when = "house_log"},
    {"Logs        ", .text = "exchange {exchange_log} records", .when = "!house_log"},
    {"Federation  ", .text =
                         "{federation}, directory {directory} usable until {directory_hard_expiry}; certificate until "
                         "{transport_until}, renewed by itself from {renews:day}"},
    {"            ", .text = "fingerprint {fingerprint}"},
    {0}};

/* What wants somebody is a note or a finding in text: numbers and days that are as they should be are not shown. */
static const struct told_form status_form = {.answer = &control_status_contract,
                                             .beside = &control_node_state_contract,
                                             .lines = status_lines,
                                             .json_only =
                                                 "accesses_waiting alone dates_near staff_changed staff_waiting "
                                                 "storage_key_plain directory_refresh_after identity_until "
                                                 "sealing_until room_bytes link.running "
                                                 "link.restarts link.process process version"};

static bool on_status(void *cookie, const struct control_status *s, struct error *err)
{
    struct status_output *out = cookie;
    const struct control_node_state state = {
        .running = !out->stopped, .is_read = true, .well = !out->stopped && s->finding_count == 0};

    (void)err;
    out->findings = s->finding_count;
    told_form_show(stdout, out->command->json, &status_form, &(struct told_shown){.answer = s, .beside = &state});
    return true;
}

static bool ask(struct command *c, struct status_output *out, struct error *err)
{
    if (!connection_open(c, REFEX_NODE_OR_READER, err))
        return false;
    out->stopped = refex_client_is_reader(c->client);
    refex_client_limit(c->client, STATUS_WAIT_MS);
    return call_status(c, NULL, on_status, out, err);
}

/* To people the failure says it. */
static const struct told_line no_lines[] = {{0}};

static const struct told_form unread_form = {.beside = &control_node_state_contract, .lines = no_lines};

/* Where not even the home can be read, that is why nothing more is said of a node that does not run: what is wrong with
 * it, and what mends it, go by the code of that. */
static bool fail_unread(const struct command *c, struct error *err)
{
    const char *why = error_row(err->code)->code;

    told_form_show(stdout, c->json, &unread_form, &(struct told_shown){.beside = &(struct control_node_state){0}});
    err->code = E_NOD_11;
    return error_wrap(err, "no node is running, and its folder cannot be read (%s)", why);
}

static bool run(struct command *c, int *status, struct error *err)
{
    struct status_output out = {.command = c};

    if (!ask(c, &out, err))
        return out.stopped ? fail_unread(c, err) : false;
    *status = out.stopped ? EXIT_STOPPED : out.findings > 0 ? 1 : 0;
    return true;
}

const struct verb cmd_status = {
    .usage = "--home DIR",
    .summary = "How the node does: 0 running and well, 1 running with findings, 69 not running.",
    .help = "Findings (marked !) need somebody now: they say who acts, and how; with --json also since when, and when\n"
            "each clears (docs/OPERATING.md). Notes say what is weak by configuration, like a storage key in a plain\n"
            "file. Of a node that is not running it says what can be read.",
    .forms = {&status_form, &finding_form, &unread_form},
    .run = run,
};
