#include "cli/verbs/doctor_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "cli/calls.h"
#include "cli/report_links.h"
#include "model/doctor_check.h"

#define REPORT_WAIT_MS 10000

static void write_heading(struct bytes *out, const char *text)
{
    bytes_printf(out, "\n# %s\n", text);
}

static void write_word(struct bytes *out, struct view text)
{
    bytes_append_u8(out, ' ');
    render_escaped(out, text);
}

/* --- this machine --- */

static void write_machine(struct bytes *out)
{
    char now[RENDER_TIME];
    struct utsname u;

    render_time(clock_now_ms(&clock_real), now);
    bytes_printf(out, "# A report on a refex node: no names, no ids, no small counts.\nmade %s\nrefex %s\n", now,
                 REFEX_VERSION);
    if (uname(&u) == 0)
        bytes_printf(out, "kernel %s %s %s\n", u.sysname, u.release, u.machine);
}

/* --- the node --- */

static bool write_status(void *cookie, const struct control_status *s, struct error *err)
{
    struct bytes *out = cookie;
    char until[RENDER_TIME];

    (void)err;
    bytes_append_text(out, "refexd");
    write_word(out, s->version);
    bytes_printf(out, "\ndirectory %" PRIu64 "\n", s->directory_sequence);
    render_time(s->directory_hard_expiry_ms, until);
    bytes_printf(out, "directory-until %s\n", until);
    render_time(s->transport_until_ms, until);
    bytes_printf(out, "certificate-until %s\n", until);
    bytes_printf(out, "messages-wait %s\nroom-gib %" PRIu64 "\n", s->waiting != 0 ? "yes" : "no", s->room_bytes >> 30);
    bytes_printf(out, "network-process %s, Landlock %u, seccomp %s, started again %u times\n",
                 s->link_running ? "runs" : "does not run", (unsigned)s->link_landlock, s->link_seccomp ? "yes" : "no",
                 (unsigned)s->link_restarts);
    bytes_append_text(out, "findings");
    for (size_t i = 0; i < s->finding_count; i++) { /* each code once, however many there are */
        bool is_first = true;

        for (size_t k = 0; k < i; k++)
            is_first = is_first && !view_equal(s->findings[i].code, s->findings[k].code);
        if (is_first)
            write_word(out, s->findings[i].code);
    }
    bytes_append_u8(out, '\n');
    return true;
}

static bool write_check(void *cookie, const struct control_doctor_line *l, struct error *err)
{
    struct bytes *out = cookie;

    (void)err;
    bytes_printf(out, "%s %s", doctor_check_name(l->check), doctor_level_name(l->level));
    if (l->code.size > 0)
        write_word(out, l->code);
    bytes_append_u8(out, '\n');
    return true;
}

static bool write_setting(void *cookie, const struct control_setting *s, struct error *err)
{
    struct bytes *out = cookie;

    (void)err;
    if (s->left_out)
        return true;
    render_escaped(out, s->name);
    if (s->shared)
        write_word(out, s->value);
    else
        bytes_append_text(out, s->value.size > 0 ? " is set" : " is not set");
    bytes_append_text(out, s->differs ? ", and another one is in force\n" : "\n");
    return true;
}

static bool write_size(void *cookie, const struct control_doctor_size *s, struct error *err)
{
    struct bytes *out = cookie;

    (void)err;
    render_escaped(out, s->table);
    bytes_printf(out, " below %" PRIu64 "\n", s->below);
    return true;
}

/* --- the other agencies --- */

static bool note_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)err;
    report_links_note(cookie, a);
    return true;
}

static bool add_links(struct command *c, struct bytes *out, struct error *err)
{
    struct report_links links = {.count = 0};
    bool ok = call_agency_list(c, NULL, note_agency, &links, err);

    write_heading(out, "links");
    report_links_write(&links, out);
    report_links_fini(&links);
    return ok;
}

/* --- all of it --- */

static bool make(struct command *c, const struct control_doctor_line *asker, struct bytes *out, struct error *err)
{
    write_machine(out);
    bytes_printf(out, "node %s\n", refex_client_is_reader(c->client) ? "is stopped" : "runs");
    if (!call_status(c, NULL, write_status, out, err))
        return false;
    write_heading(out, "checks");
    if (!write_check(out, asker, err) || !call_doctor(c, NULL, write_check, out, err))
        return false;
    write_heading(out, "tables, by their power of ten");
    if (!call_doctor_sizes(c, NULL, write_size, out, err))
        return false;
    return add_links(c, out, err);
}

/* A reader does not answer for settings: they are asked for of a tool, as `refex config show` does. */
static bool add_settings(struct command *c, struct bytes *out, struct error *err)
{
    write_heading(out, "settings");
    if (refex_client_is_reader(c->client)) {
        connection_close(c);
        if (!connection_open(c, REFEX_TOOL, err))
            return false;
    }
    return call_config_show(c, NULL, write_setting, out, err);
}

static const struct told_line lines[] = {{"Written to ", .text = "{report}: read it before you hand it on."}, {0}};

const struct told_form doctor_report_form = {.answer = &control_doctor_report_contract, .lines = lines};

bool doctor_report(struct command *c, const char *path, const struct control_doctor_line *asker, struct error *err)
{
    const struct control_doctor_report line = {.report = view_of_text(path)};
    struct bytes text = {0};
    bool ok;

    if (!connection_open(c, REFEX_NODE_OR_READER, err) || !file_check_named(path, err))
        return false;
    refex_client_limit(c->client, REPORT_WAIT_MS);
    ok = make(c, asker, &text, err) && add_settings(c, &text, err) &&
         file_write_named(path, bytes_view(&text), 0600, err);
    bytes_fini(&text);
    if (ok && !file_is_output(path))
        told_form_show(stdout, c->json, &doctor_report_form, &(struct told_shown){.answer = &line});
    return ok;
}
