#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "cli/connection.h"
#include "cli/rendering/render.h"
#include "codec/control_codec.h"

struct status_output {
    const struct command *command;
    size_t findings;
};

static void print_status_json(const struct control_status *s)
{
    struct bytes line = {0};
    struct json_line j;
    char fingerprint[FINGERPRINT_TEXT];

    fingerprint_write(&s->federation_id, fingerprint);
    render_json_begin(&j, &line);
    json_line_bool(&j, "running", true);
    json_line_bool(&j, "well", s->finding_count == 0);
    json_line_text(&j, "agency", s->agency.text);
    json_line_text(&j, "kind", agency_kind_name(s->kind));
    json_line_view(&j, "federation", s->federation);
    json_line_text(&j, "fingerprint", fingerprint);
    json_line_bool(&j, "storage_key_plain", s->storage_key_plain);
    if (s->listen.size > 0)
        json_line_view(&j, "listen", s->listen);
    else
        json_line_null(&j, "listen");
    json_line_u64(&j, "links", s->links);
    json_line_u64(&j, "waiting", s->waiting);
    render_json_time(&j, "oldest_waiting", s->oldest_waiting_ms);
    json_line_u64(&j, "directory", s->directory_sequence);
    render_json_time(&j, "directory_refresh_after", s->directory_refresh_after_ms);
    render_json_time(&j, "directory_hard_expiry", s->directory_hard_expiry_ms);
    render_json_time(&j, "transport_until", s->transport_until_ms);
    render_json_time(&j, "identity_until", s->identity_until_ms);
    render_json_day(&j, "sealing_until", s->sealing_until);
    json_line_u64(&j, "exchange_log", s->exchange_log_size);
    json_line_u64(&j, "house_log", s->house_log_size);
    json_line_u64(&j, "room_bytes", s->room_bytes);
    json_line_object(&j, "link");
    json_line_bool(&j, "running", s->link_running);
    json_line_u64(&j, "landlock", s->link_landlock);
    json_line_bool(&j, "seccomp", s->link_seccomp);
    json_line_u64(&j, "restarts", s->link_restarts);
    json_line_u64(&j, "process", s->link_process);
    json_line_close(&j);
    json_line_u64(&j, "process", s->process);
    render_json_time(&j, "started", s->started_ms);
    json_line_view(&j, "version", s->version);
    json_line_array(&j, "notes");
    for (size_t i = 0; i < s->note_count; i++)
        json_line_view(&j, NULL, s->notes[i]);
    json_line_close(&j);
    json_line_array(&j, "findings");
    for (size_t i = 0; i < s->finding_count; i++) {
        json_line_object(&j, NULL);
        json_line_view(&j, "code", s->findings[i].code);
        json_line_view(&j, "text", s->findings[i].text);
        json_line_close(&j);
    }
    json_line_close(&j);
    render_json_end(&j);
    bytes_fini(&line);
}

static void print_status(const struct control_status *s)
{
    char started[RENDER_TIME];
    char certificate[RENDER_TIME];
    char directory[RENDER_TIME];
    char oldest[RENDER_TIME];
    char fingerprint[FINGERPRINT_TEXT];

    render_time(s->started_ms, started);
    render_time(s->transport_until_ms, certificate);
    render_time(s->directory_hard_expiry_ms, directory);
    render_time(s->oldest_waiting_ms, oldest);
    fingerprint_write(&s->federation_id, fingerprint);
    for (size_t i = 0; i < s->finding_count; i++) {
        (void)fputs("! ", stdout);
        render_print(stdout, s->findings[i].text);
        (void)printf(" (%.*s)\n", (int)s->findings[i].code.size, (const char *)s->findings[i].code.at);
    }
    (void)printf("Node        %s, %s, running since %s%s\n", s->agency.text, agency_kind_name(s->kind), started,
                 s->finding_count == 0 ? ", well" : "");
    (void)printf("Network     %s%.*s, %llu link%s; network process %s (Landlock %s, seccomp %s)\n",
                 s->listen.size > 0 ? "listening on " : "dialling only", (int)s->listen.size,
                 (const char *)s->listen.at, (unsigned long long)s->links, s->links == 1 ? "" : "s",
                 s->link_landlock > 0 && s->link_seccomp ? "confined" : "NOT FULLY CONFINED",
                 s->link_landlock > 0 ? "yes" : "no", s->link_seccomp ? "yes" : "no");
    (void)printf("Waiting     %llu message%s to others%s%s\n", (unsigned long long)s->waiting,
                 s->waiting == 1 ? "" : "s", s->waiting > 0 ? ", oldest of " : "", s->waiting > 0 ? oldest : "");
    (void)printf("Logs        exchange %llu records, house %llu records\n", (unsigned long long)s->exchange_log_size,
                 (unsigned long long)s->house_log_size);
    (void)printf("Federation  %.*s, directory %llu usable until %s; certificate until %s\n", (int)s->federation.size,
                 (const char *)s->federation.at, (unsigned long long)s->directory_sequence, directory, certificate);
    (void)printf("            fingerprint %s\n", fingerprint);
}

static bool on_status(void *cookie, struct view message, struct error *err)
{
    struct status_output *status_output = cookie;
    struct arena arena = {0};
    struct control_status s;
    bool ok = control_status_decode(message, &arena, &s, err);

    if (ok) {
        status_output->findings = s.finding_count;
        if (status_output->command->json) {
            print_status_json(&s);
        } else {
            /* Weak configuration comes first, where it is seen. */
            for (size_t i = 0; i < s.note_count; i++) {
                (void)fputs("Note        ", stdout);
                render_print(stdout, s.notes[i]);
                (void)putchar('\n');
            }
            print_status(&s);
        }
    }
    arena_fini(&arena);
    return ok;
}

static bool run(struct command *c, int *status, struct error *err)
{
    struct status_output status_output = {c, 0};

    if (!connection_open(c, REFEX_NODE, err)) {
        if (c->json && err->code == E_NOD_05)
            (void)puts("{\"running\":false}");
        return false;
    }
    if (!connection_ask(c, CONTROL_STATUS, NULL, on_status, &status_output, err))
        return false;
    *status = status_output.findings > 0 ? 1 : 0;
    return true;
}

const struct verb cmd_status = {
    .name = "status",
    .usage = "--home DIR",
    .summary = "How the node does: 0 running and well, 1 running with findings, 69 not running.",
    .help = "Findings (marked !) need somebody now. Notes say what is weak by configuration, like a storage key in a "
            "plain file.",
    .run = run,
};
