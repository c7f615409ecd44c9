#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "ca/authority.h"
#include "ca/member_list.h"
#include "ca/overview.h"
#include "codec/mailed_file.h"
#include "exchange/members/directory_note.h"

/* The directory keys that have not signed yet. */
static void write_waits_for(struct bytes *out, const struct told_shown *s)
{
    const struct federation_published_directory *p = s->answer;

    for (size_t i = 0; i < p->waits_for_count; i++)
        bytes_printf(out, "%s  key %.*s", i > 0 ? "\n" : "", (int)p->waits_for[i].size,
                     (const char *)p->waits_for[i].at);
}

static const struct told_line published_lines[] = {
    {"Directory ", .text = "{directory} ({members} members): {directory_file}"},
    {"It waits for ", .text = "{signatures_missing:signatures} of:", .when = "signatures_missing"},
    {"", .write = write_waits_for, "waits_for", .when = "signatures_missing"},
    {"Next: ",
     .text = "pass the file round. Each signs it, and it comes back:\n"
             "  refex federation sign --key KEY {directory_file}\n"
             "  refex federation publish --home {home} --signed {directory_file} --out {directory_file}",
     .when = "signatures_missing"},
    {"Nodes warn from ", .text = "{refresh_after:day} and stop using it on {hard_expiry:day}: publish again before.",
     .when = "!signatures_missing"},
    {"Next: ",
     .text = "give it to any member; members pass it on to each other.\n"
             "  refex enrol --home DIR MEMBERSHIP {directory_file}",
     .when = "!signatures_missing"},
    {0}};

static const struct told_form published = {
    .answer = &federation_published_directory_contract, .lines = published_lines, .json_only = "revocations"};

/* "2 7F3A-…": the number of a key, and its fingerprint. */
static size_t find_waits_for(const struct federation_home *h, struct arena *arena, const struct view **out)
{
    struct view *found = arena_new(arena, h->directory.key_count * sizeof *found);
    char text[FINGERPRINT_TEXT + 16];
    char fingerprint[FINGERPRINT_TEXT];
    struct certificate c;
    struct error why;
    size_t count = 0;

    for (size_t i = 0; h->waiting.size > 0 && i < h->directory.key_count; i++) {
        if (directory_note_has(&h->directory, bytes_view(&h->waiting), i) ||
            !certificate_read(h->directory.keys[i], &c, &why))
            continue;
        fingerprint_write(&c.key_hash, fingerprint);
        (void)snprintf(text, sizeof text, "%" PRIu32 " %s", c.directory_i, fingerprint);
        found[count++] = arena_copy(arena, view_of_text(text));
    }
    *out = found;
    return count;
}

static void tell_published(const struct federation_home *h, const struct options *o, FILE *to)
{
    struct arena arena = {0};
    struct federation_published_directory p = {.file = view_of_text(options_value(o, "out")),
                                               .directory = overview_directory(&h->directory),
                                               .signatures_missing = federation_home_missing(h),
                                               .home = view_of_text(h->path)};

    p.waits_for_count = find_waits_for(h, &arena, &p.waits_for);
    ca_cmd_tell(to, o, &published, &p);
    arena_fini(&arena);
}

/* Of each file that came back. */
static bool collect(struct federation_home *h, struct options_given files, int64_t now_ms, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < files.count; i++) {
        struct bytes mailed = {0};
        struct bytes note = {0};

        ok = file_read(files.values[i], (size_t)MAILED_FILE_ROOM * BOUND_DIRECTORY, &mailed, err);
        mailed_file_restore(bytes_view(&mailed), &note);
        ok = ok &&
             (federation_home_collect(h, bytes_view(&note), now_ms, err) || error_wrap(err, "%s", files.values[i]));
        bytes_fini(&mailed);
        bytes_fini(&note);
    }
    return ok;
}

/* What waits is handed out again, while it is new: who has signed it need not do so twice. */
static bool sign_or_collect(struct federation_home *h, const struct options *o, int64_t now_ms, struct error *err)
{
    const struct options_given files = options_values(o, "signed");
    struct member_list next = {0};
    bool ok;

    h->directory_days = options_number(o, "days", 0);
    if (h->directory_days != 0 && (files.count > 0 || h->directory_days < BOUND_HARD_EXPIRY_DAYS))
        return error_set(err, E_USE_03,
                         "--days is 14 to 60, and of a directory that is signed now, not of one that "
                         "comes back");
    if (files.count > 0)
        return collect(h, files, now_ms, err);
    if (h->waiting.size > 0 && h->directory_days == 0 && now_ms / 1000 < h->directory.refresh_after_s)
        return true;
    ok = member_list_init(h, now_ms, &next, err) && member_list_publish(&next, h, now_ms, err);
    member_list_fini(&next);
    return ok;
}

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    int64_t now_ms = clock_now_ms(&clock_real);
    struct key_unlock unlock = {.options = o};
    struct federation_home h;
    FILE *to;
    bool ok;

    if (!file_check_named(out, err) || !federation_home_open(options_value(o, "home"), &unlock, now_ms, &h, err))
        return false;
    to = ca_cmd_beside(out);
    /* `serve` may not put a new authority in its place, which is in use by now. */
    ok =
        sign_or_collect(&h, o, now_ms, err) && authority_settle(&h, CERTIFICATE_ISSUING, err) &&
        authority_settle(&h, CERTIFICATE_TRANSPORT_CA, err) &&
        (file_write_named(out, bytes_view(h.waiting.size > 0 ? &h.waiting : &h.note), 0644, err) ||
         error_wrap(err, "directory %" PRIu64 " is signed; repeat the command for a file of it", h.directory.sequence));
    if (ok)
        tell_published(&h, o, to);
    federation_home_close(&h);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_publish = {
    .name = "publish",
    .summary = "Sign the directory anew and write it to a file",
    .usage = "--home FED --out DIRECTORY [--days N] [--signed FILE]…",
    .help =
        "Every directory has a number that only grows and is used for 14 days at most; nodes warn after 7. Publish at\n"
        "least weekly, and at once after `issue` and `revoke`. Where more keys must sign than lie in the folder, the\n"
        "file goes round: each founder signs it (`sign`), and --signed takes it back; with enough signatures it is\n"
        "the newest.\n\n"
        "Whoever will be away for longer than that, and has nobody who signs meanwhile, gives --days: until then, or\n"
        "until a newer one, members go on. Nobody can be revoked while nobody signs, as in any other absence; who is\n"
        "kept from a newer directory believes this one for so long.\n\n"
        "  refex federation publish --home fed --out directory.refex\n"
        "  refex federation publish --home fed --signed directory.refex --out directory.refex\n",
    .syntax.own = {CA_CMD_HOME,
                   CA_CMD_OUT,
                   CA_CMD_PASSPHRASE,
                   OPTION_LIST("signed", "FILE", "the directory that waits, as a founder has signed it"),
                   {.name = "days",
                    .argument = "N",
                    .help = "that it is used, for an absence: 14 to 60; 14 if not given",
                    .max = BOUND_AWAY_DAYS}},
    .forms = {&published},
    .run = run,
};
