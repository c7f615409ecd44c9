#include "ca/ca_cmd.h"

#include "base/file.h"
#include "ca/directory_changes.h"
#include "ca/federation_home_restore.h"
#include "ca/overview.h"
#include "codec/federation_messages.h"
#include "codec/mailed_file.h"

static void write_changes(struct bytes *out, const struct told_shown *s)
{
    const struct federation_restored *r = s->answer;

    for (size_t i = 0; i < r->change_count; i++) {
        bytes_append_text(out, i > 0 ? "\n  " : "  ");
        render_escaped(out, r->changes[i]);
    }
}

static void write_unrecorded(struct bytes *out, const struct told_shown *s)
{
    const struct federation_restored *r = s->answer;

    for (size_t i = 0; i < r->unrecorded_count; i++)
        bytes_printf(out, "%s%.*s", i > 0 ? ", " : "", (int)r->unrecorded[i].size, (const char *)r->unrecorded[i].at);
}

static const struct told_line restored_lines[] = {
    {"Would give the folder directory ", .text = "{directory} of {federation}, {members} members.", .when = "!done"},
    {"The folder has directory ", .text = "{directory} of {federation}, {members} members.", .when = "done"},
    {"Its own ", .text = "could not be read.", .when = "!before"},
    {"Against directory ", .text = "{before}, which it had:", .when = "before"},
    {"", .write = write_changes, "changes"},
    {"Certificates not recorded here: ", .write = write_unrecorded, "unrecorded", .when = "unrecorded"},
    {"", .text = "  Issue for each of these again, with --replace.", .when = "unrecorded"},
    {"The newest issuing CA ",
     .text = "was made behind the copy, and its key is lost: make another (refex federation rollover issuing).",
     .when = "lacks_issuing"},
    {"The newest transport CA ",
     .text = "was made behind the copy, and its key is lost: make another (refex federation rollover transport).",
     .when = "lacks_transport"},
    {"Next: ", .text = "refex federation publish --home {home} --out directory.refex", .when = "done"},
    {0}};

static const struct told_form restored = {.answer = &federation_restored_contract,
                                          .lines = restored_lines,
                                          .json_only = "revocations refresh_after hard_expiry"};

static void tell(const struct options *o, const struct federation_home *h, struct federation_home_restored *r,
                 bool done)
{
    struct federation_restored told = {.federation = view_of_text(h->federation.name),
                                       .directory = overview_directory(&r->after),
                                       .before = r->before.sequence,
                                       .unrecorded = r->unrecorded,
                                       .unrecorded_count = r->unrecorded_count,
                                       .lacks_issuing = r->lacks_issuing,
                                       .lacks_transport = r->lacks_transport,
                                       .home = view_of_text(h->path),
                                       .done = done};
    struct directory_changes changes;

    directory_changes_find(r->before.sequence != 0 ? &r->before : NULL, &r->after, &r->arena, &changes);
    told.changes = changes.lines;
    told.change_count = changes.count;
    ca_cmd_tell(stdout, o, &restored, &told);
}

static bool restore(const struct options *o, struct federation_home *h, struct view note, int64_t now_ms,
                    struct error *err)
{
    const bool done = !options_flag(o, "dry-run");
    struct federation_home_restored r;
    bool ok;

    if (!federation_home_compare_restored(h, note, now_ms, &r, err))
        return error_wrap(err, "%s", o->words[0]);
    ok = !done || federation_home_restore(h, note, &r, err);
    if (ok)
        tell(o, h, &r, done);
    federation_home_restored_fini(&r);
    return ok;
}

static bool run(const struct options *o, struct error *err)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    struct bytes mailed = {0};
    struct bytes note = {0};
    struct federation_home h;
    bool ok = file_read(o->words[0], (size_t)MAILED_FILE_ROOM * BOUND_DIRECTORY, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), &note);
    bytes_fini(&mailed);
    ok = ok && federation_home_open_damaged(options_value(o, "home"), now_ms, &h, err);
    if (ok) {
        ok = restore(o, &h, bytes_view(&note), now_ms, err);
        federation_home_close(&h);
    }
    bytes_fini(&note);
    return ok;
}

const struct subcommand ca_cmd_restore = {
    .name = "restore",
    .summary = "Have a folder that was put back go on from a member's newest directory",
    .usage = "DIRECTORY --home FED [--dry-run]",
    .help =
        "DIRECTORY is the newest that a member has. Its signatures are verified; from it the folder has the number,\n"
        "who is a member, what was revoked, the authorities and the founders' keys. What came into the directory\n"
        "since the folder's own is named, and what the folder lacks still. An older one is refused. The folder's own\n"
        "directory and its number may be damaged, or away.\n\n"
        "  refex federation restore --home fed directory.refex --dry-run\n"
        "  refex federation restore --home fed directory.refex\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_DRY_RUN},
    .syntax.needs = {"DIRECTORY"},
    .syntax.max_words = 1,
    .forms = {&restored},
    .run = run,
};
