#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/calls.h"
#include "cli/rendering/told_view.h"

#define EXIT_STOPPED   69
#define STATUS_WAIT_MS 3000 /* with two seconds for the connection: within 5 s it answers or says why not */

struct status_output {
    const struct command *command;
    bool stopped; /* a reader answers */
    size_t findings;
};

static void print_status_json(const struct control_status *s, bool stopped)
{
    struct bytes line = {0};
    struct json_line j;

    render_json_begin(&j, &line);
    json_line_bool(&j, "running", !stopped);
    json_line_bool(&j, "well", !stopped && s->finding_count == 0);
    told_view_json(&j, &control_status_contract, s);
    render_json_end(&j);
    bytes_fini(&line);
}

/* Who has to act, and how, in a line of its own. */
static void print_findings(const struct control_status *s)
{
    for (size_t i = 0; i < s->finding_count; i++) {
        const struct control_finding *f = &s->findings[i];

        (void)fputs("! ", stdout);
        render_print(stdout, f->text);
        (void)printf(" (%.*s)\n  -> %s: ", (int)f->code.size, (const char *)f->code.at, control_who_name(f->who));
        render_print(stdout, f->remedy);
        (void)putchar('\n');
    }
}

static void print_network(const struct control_status *s)
{
    (void)printf("Network     %s%.*s, %llu link%s; network process %s (Landlock %s, seccomp %s)\n",
                 s->listen.size > 0 ? "listening on " : "dialling only", (int)s->listen.size,
                 (const char *)s->listen.at, (unsigned long long)s->links, s->links == 1 ? "" : "s",
                 s->link_landlock > 0 && s->link_seccomp ? "confined" : "NOT FULLY CONFINED",
                 s->link_landlock > 0 ? "yes" : "no", s->link_seccomp ? "yes" : "no");
}

static void print_status(const struct control_status *s, bool stopped)
{
    char started[RENDER_TIME];
    char certificate[RENDER_TIME];
    char directory[RENDER_TIME];
    char oldest[RENDER_TIME];
    char next[RENDER_TIME];
    char fingerprint[FINGERPRINT_TEXT];

    render_time(s->started_ms, started);
    render_time(s->transport_until_ms, certificate);
    render_time(s->directory_hard_expiry_ms, directory);
    render_time(s->oldest_waiting_ms, oldest);
    render_time(s->next_try_ms, next);
    fingerprint_write(&s->federation_id, fingerprint);
    print_findings(s);
    for (size_t i = 0; i < s->note_count; i++) {
        (void)fputs("Note        ", stdout);
        render_print(stdout, s->notes[i]);
        (void)putchar('\n');
    }
    if (stopped)
        (void)printf("Node        %s, %s, not running: nothing is sent or taken; `refex node run` starts it\n",
                     s->agency.text, agency_kind_name(s->kind));
    else
        (void)printf("Node        %s, %s, running since %s%s\n", s->agency.text, agency_kind_name(s->kind), started,
                     s->finding_count == 0 ? ", well" : "");
    if (!stopped)
        print_network(s);
    (void)printf("Waiting     %llu message%s to others%s%s%s%s\n", (unsigned long long)s->waiting,
                 s->waiting == 1 ? "" : "s", s->waiting > 0 ? ", oldest of " : "", s->waiting > 0 ? oldest : "",
                 s->next_try_ms > 0 ? ", next try " : "", s->next_try_ms > 0 ? next : "");
    (void)printf("Logs        exchange %llu records, house %llu records\n", (unsigned long long)s->exchange_log_size,
                 (unsigned long long)s->house_log_size);
    (void)printf("Federation  %.*s, directory %llu usable until %s; certificate until %s\n", (int)s->federation.size,
                 (const char *)s->federation.at, (unsigned long long)s->directory_sequence, directory, certificate);
    (void)printf("            fingerprint %s\n", fingerprint);
}

static bool on_status(void *cookie, const struct control_status *s, struct error *err)
{
    struct status_output *out = cookie;

    (void)err;
    out->findings = s->finding_count;
    if (out->command->json)
        print_status_json(s, out->stopped);
    else
        print_status(s, out->stopped);
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

/* Where not even the home can be read, that is why nothing more is said of a node that does not run: what is wrong with
 * it, and what mends it, go by the code of that. */
static bool fail_unread(const struct command *c, struct error *err)
{
    const char *why = error_row(err->code)->code;

    if (c->json)
        (void)puts("{\"running\":false}");
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
    .help = "Findings (marked !) need somebody now: they say who acts, and how; with --json also since when, and when "
            "each clears (docs/OPERATING.md). Notes say what is weak by configuration, like a storage key in a plain "
            "file. Of a node that is not running it says what can be read.",
    .run = run,
};
