#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/directory_changes.h"
#include "ca/directory_signers.h"
#include "ca/federation_home.h"
#include "codec/directory_codec.h"
#include "codec/federation_messages.h"
#include "codec/mailed_file.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

struct signing {
    const struct options *options;
    int64_t now_ms;
    struct arena arena;
    struct bytes note; /* that is to be signed */
    struct view text;
    struct directory directory;
    char seen_path[FILE_PATH_MAX];
    struct bytes seen; /* the text that was signed last; empty: none was */
    struct directory before;
    struct sign_key *key;
    uint32_t number; /* of the key */
    bool had_signed; /* the file had its signature */
};

/* --- what is to be signed, and what was --- */

static bool read_directory(struct signing *s, const char *path, struct error *err)
{
    struct bytes mailed = {0};
    bool ok = file_read(path, (size_t)MAILED_FILE_ROOM * BOUND_DIRECTORY, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), &s->note);
    bytes_fini(&mailed);
    return ok && directory_note_text(bytes_view(&s->note), &s->text, err) &&
           directory_decode(s->text, &s->arena, &s->directory, err);
}

static bool read_seen(struct signing *s, struct error *err)
{
    const char *key = options_value(s->options, "key");
    const char *seen = options_value(s->options, "seen");

    if (!directory_signers_seen_path(key, seen, s->seen_path, err))
        return false;
    if (s->seen_path[0] == 0)
        return error_set(err, E_USE_02, "--seen is missing: where to keep what the key on the token signed last");
    if (!file_exists(s->seen_path))
        return true;
    return (file_read(s->seen_path, BOUND_DIRECTORY, &s->seen, err) &&
            directory_decode(bytes_view(&s->seen), &s->arena, &s->before, err)) ||
           error_wrap(err, "%s", s->seen_path);
}

/* --- what is refused --- */

static bool check_federation(const struct signing *s, struct error *err)
{
    const struct federation *is = &s->directory.federation;
    const char *typed = options_value(s->options, "federation");
    struct hash fid;

    if (typed != NULL && !fingerprint_read(view_of_text(typed), &fid))
        return error_set(err, E_USE_04, "--federation was not typed as it is written: a character is wrong");
    if (typed != NULL && !hash_equal(&fid, &is->fid))
        return error_set(err, E_FED_21, "the directory is not of the federation with that fingerprint");
    return s->seen.size == 0 ||
           (strcmp(s->before.federation.name, is->name) == 0 && hash_equal(&s->before.federation.fid, &is->fid)) ||
           error_set(err, E_FED_21,
                     "this key signed for %s before, the directory is of %s, or of another federation "
                     "of that name",
                     s->before.federation.name, is->name);
}

static bool check_number(const struct signing *s, struct error *err)
{
    if (s->seen.size == 0 || s->directory.sequence > s->before.sequence || view_equal(s->text, bytes_view(&s->seen)))
        return true;
    return error_set(err, E_FED_96, "this is directory %" PRIu64 ", and this key signed %s %" PRIu64 " before",
                     s->directory.sequence,
                     s->directory.sequence == s->before.sequence ? "another directory" : "directory",
                     s->before.sequence);
}

#define CLOCKS_DIFFER_S 86400

/* A directory of next year would be in force until then, whoever is revoked meanwhile. */
static bool check_days(const struct signing *s, struct error *err)
{
    const int64_t now_s = s->now_ms / 1000;
    char until[TEXT_MINUTE];

    if (s->directory.hard_expiry_s > now_s &&
        s->directory.hard_expiry_s <= now_s + BOUND_AWAY_DAYS * (DAY_MS / 1000) + CLOCKS_DIFFER_S)
        return true;
    text_write_minute(s->directory.hard_expiry_s * 1000, until);
    return error_set(err, E_ENR_18, "directory %" PRIu64 " is in force until %s", s->directory.sequence, until);
}

/* --- what is shown, and confirmed --- */

static void write_changes(struct bytes *out, const struct told_shown *s)
{
    const struct federation_directory_to_sign *d = s->answer;

    for (size_t i = 0; i < d->change_count; i++) {
        bytes_append_text(out, i > 0 ? "\n  " : "  ");
        render_escaped(out, d->changes[i]);
    }
}

static const struct told_line to_sign_lines[] = {
    {"Directory ", .text = "{directory} of {federation}, {members} members, in force until {hard_expiry:day}.",
     .when = "!done"},
    {"Federation fingerprint  ",
     .text = "{fingerprint}\n  This key has signed nothing before. Is it the one on your "
             "agreement?",
     .when = "!signed_before !done"},
    {"Against directory ", .text = "{signed_before}, which this key signed last:", .when = "signed_before !done"},
    {"", .write = write_changes, "changes", .when = "!done"},
    {"Nothing changes ", .text = "but the number and the days.", .when = "!changes !done"},
    {"Key ",
     .text = "{key_number} has signed directory {directory} already; nothing was added: {file}\n"
             "Next: give it to the next founder, or back to the coordinator (refex federation publish "
             "--signed).",
     .when = "done already"},
    {"Signed ",
     .text = "directory {directory} with key {key_number}: {file}\n"
             "Next: give it to the next founder, or back to the coordinator (refex federation publish "
             "--signed).",
     .when = "done !already"},
    {0}};

static const struct told_form to_sign = {
    .answer = &federation_directory_to_sign_contract, .lines = to_sign_lines, .json_only = "revocations refresh_after"};

static void tell(struct signing *s, const char *file, bool done, FILE *to)
{
    const struct directory *d = &s->directory;
    struct federation_directory_to_sign told = {.federation = view_of_text(d->federation.name),
                                                .fingerprint = d->federation.fid,
                                                .directory = {.number = d->sequence,
                                                              .members = (uint32_t)d->member_count,
                                                              .revocations = (uint32_t)d->revocation_count,
                                                              .refresh_after_ms = d->refresh_after_s * 1000,
                                                              .hard_expiry_ms = d->hard_expiry_s * 1000},
                                                .signed_before = s->before.sequence,
                                                .key_number = s->number,
                                                .file = view_of_text(file),
                                                .done = done,
                                                .already = s->had_signed};
    struct directory_changes changes;

    directory_changes_find(s->seen.size > 0 ? &s->before : NULL, d, &s->arena, &changes);
    told.changes = changes.lines;
    told.change_count = changes.count;
    ca_cmd_tell(to, s->options, &to_sign, &told);
}

/* At a terminal the person reads and answers; a script says the number of the directory that it has read. */
static bool confirm(struct signing *s, const char *file, struct error *err)
{
    const char *typed = options_value(s->options, "confirm");
    char answer[16] = "";
    uint64_t number;

    if (typed == NULL && (options_flag(s->options, "json") || isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1))
        return error_set(err, E_FED_98, "--confirm=%" PRIu64 " was not given", s->directory.sequence);
    if (typed != NULL && (!text_read_u64(view_of_text(typed), &number) || number != s->directory.sequence))
        return error_set(err, E_FED_98, "--confirm names another directory than %" PRIu64, s->directory.sequence);
    if (typed != NULL)
        return s->seen.size > 0 || options_value(s->options, "federation") != NULL ||
               error_set(err, E_FED_98, "this key has signed nothing before, and --federation was not given");
    tell(s, file, false, stderr);
    (void)fputs("Sign it? [y/N] ", stderr);
    if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    return error_set(err, E_FED_98, "directory %" PRIu64 " was not confirmed", s->directory.sequence);
}

/* That it was signed is on the disk before it is: after a crash the key signs no other of that number. */
static bool sign(struct signing *s, const char *file, struct error *err)
{
    const struct directory_signer signer = {s->number, s->key};
    const size_t had = s->note.size;

    if (!file_write(s->seen_path, s->text, 0600, err) || !directory_note_add(&s->directory, &signer, &s->note, err))
        return false;
    s->had_signed = s->note.size == had;
    return file_write_named(file, bytes_view(&s->note), 0644, err);
}

static bool check_and_sign(struct signing *s, struct key_unlock *unlock, const char *out, struct error *err)
{
    if (!read_directory(s, s->options->words[0], err) || !read_seen(s, err) || !check_federation(s, err) ||
        !check_number(s, err) || !check_days(s, err) ||
        !key_unlock_open(unlock, options_value(s->options, "key"), &s->key, err) ||
        !directory_signers_find(&s->directory, s->key, &s->number, err))
        return false;
    if (options_flag(s->options, "dry-run")) {
        tell(s, out, false, stdout);
        return true;
    }
    if (!confirm(s, out, err) || !sign(s, out, err))
        return false;
    tell(s, out, true, ca_cmd_beside(out));
    return true;
}

static bool run(const struct options *o, struct error *err)
{
    struct signing s = {.options = o, .now_ms = clock_now_ms(&clock_real)};
    const char *out = options_value(o, "out") != NULL ? options_value(o, "out") : o->words[0];
    struct key_unlock unlock = {.options = o};
    bool ok = file_check_named(out, err) && check_and_sign(&s, &unlock, out, err);

    sign_key_free(s.key);
    key_unlock_fini(&unlock);
    bytes_fini(&s.note);
    bytes_fini(&s.seen);
    arena_fini(&s.arena);
    return ok;
}

const struct subcommand ca_cmd_sign = {
    .name = "sign",
    .summary = "Sign a directory that goes round, as one of its founders",
    .usage = "DIRECTORY --key KEY [--confirm=NUMBER] [--federation FINGERPRINT] [--out FILE] [--dry-run]",
    .help =
        "Shows what DIRECTORY changes against the one that KEY signed last, asks, and adds one signature to the\n"
        "file. What was signed last is kept beside the key, in KEY.seen. A script says with --confirm which number\n"
        "it has read, and the first time with --federation whose directory it is. Refused are a lower number, the\n"
        "same number with other contents, another federation, and days that no directory may have.\n\n"
        "  refex federation sign --key a.key directory.refex\n"
        "  refex federation sign --key a.key directory.refex --dry-run\n"
        "  refex federation sign --key a.key directory.refex --confirm=12\n",
    .syntax.own = {{.name = "key", .argument = "KEY", .help = "your directory key", .is_needed = true},
                   OPTION_VALUE("confirm", "NUMBER", "the directory's number: yes, this one"),
                   OPTION_VALUE("federation", "FINGERPRINT", "what the federation's fingerprint must be"),
                   OPTION_VALUE("out", "FILE", "where to write it; DIRECTORY itself if not given"),
                   OPTION_VALUE("seen", "FILE", "where to keep what was signed last; KEY.seen if not given"),
                   CA_CMD_DRY_RUN,
                   CA_CMD_PASSPHRASE},
    .syntax.needs = {"DIRECTORY"},
    .syntax.max_words = 1,
    .forms = {&to_sign},
    .run = run,
};
