#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "ca/directory_proof.h"
#include "ca/directory_signers.h"
#include "ca/member_list.h"
#include "codec/directory_codec.h"
#include "codec/federation_messages.h"
#include "codec/mailed_file.h"
#include "exchange/members/directory_note.h"
#include "exchange/suspension/suspension_note.h"

static const struct told_line suspended_lines[] = {
    {"Suspended ", .text = "{agencies}"},
    {"  until       ", .text = "{until}, while directory {directory} is the newest: {suspension}"},
    {"Next: ", .text = "give it to any member; members pass it on to each other.\n"
                       "  refex enrol --home DIR MEMBERSHIP {suspension}"},
    {"It ends by itself, ", .text = "or with the next directory: with the others who sign, revoke the agency before."},
    {0}};

static const struct told_form suspended = {.answer = &federation_suspended_agencies_contract, .lines = suspended_lines};

struct suspending {
    const struct options *options;
    struct key_unlock unlock;
    struct federation_home home;
    bool has_home;
    struct arena arena;
    struct bytes note; /* of the directory */
    struct directory directory;
    struct sign_key *key;
    struct suspension made;
};

/* --- the directory in use, and a key of it --- */

/* The first directory key that is in the folder. */
static bool open_one(const struct federation_home *h, struct sign_key **key, struct error *err)
{
    for (unsigned i = 1; i <= h->directory_key_count; i++) {
        char name[24];

        (void)snprintf(name, sizeof name, "directory-%u", i);
        if (federation_home_open_key(h, name, key, err))
            return true;
        if (err->code != E_KEY_01)
            return false;
    }
    return error_set(err, E_FED_11, "none of the directory's keys is here");
}

/* One that goes round to be signed is not in use yet: the newest that was signed counts. */
static bool decode(struct suspending *s, struct error *err)
{
    struct directory_head head;
    struct view text;

    return directory_note_peek(bytes_view(&s->note), &text, &head, err) &&
           directory_decode(text, &s->arena, &s->directory, err);
}

static bool open_folder(struct suspending *s, const char *path, struct error *err)
{
    s->has_home = federation_home_open(path, &s->unlock, s->made.time_ms, &s->home, err);
    if (s->has_home)
        bytes_append_view(&s->note, bytes_view(&s->home.note));
    return s->has_home && decode(s, err);
}

/* An officer whose key never was in the folder has the directory from any member, or by mail. */
static bool read_file(struct suspending *s, const char *path, struct error *err)
{
    struct bytes mailed = {0};
    bool ok = file_read(path, (size_t)MAILED_FILE_ROOM * BOUND_DIRECTORY, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), &s->note);
    bytes_fini(&mailed);
    return ok && decode(s, err);
}

/* With a false one she would suspend nobody, and not know it. */
static bool check_file(struct suspending *s, struct error *err)
{
    struct directory_known_by by = {.membership = options_value(s->options, "membership"),
                                    .federation = options_value(s->options, "federation"),
                                    .now_ms = s->made.time_ms};
    char seen[FILE_PATH_MAX];

    by.seen = seen;
    return s->has_home || (directory_signers_seen_path(options_value(s->options, "key"),
                                                       options_value(s->options, "seen"), seen, err) &&
                           directory_proof_check(&by, &s->directory, bytes_view(&s->note), err));
}

static bool open_directory(struct suspending *s, struct error *err)
{
    const char *home = options_value(s->options, "home");
    const char *directory = options_value(s->options, "directory");
    const char *key = options_value(s->options, "key");

    if ((home == NULL) == (directory == NULL))
        return error_set(err, E_USE_02, "--home FED is missing, or, with a key of your own, --key and --directory");
    if (directory != NULL && key == NULL)
        return error_set(err, E_USE_02, "--key is missing: your directory key");
    return home != NULL ? open_folder(s, home, err) : read_file(s, directory, err);
}

static bool open_signing_key(struct suspending *s, struct error *err)
{
    const char *key = options_value(s->options, "key");

    return (key != NULL ? key_unlock_open(&s->unlock, key, &s->key, err) : open_one(&s->home, &s->key, err)) &&
           directory_signers_find(&s->directory, s->key, &s->made.key, err);
}

/* --- who is suspended --- */

static bool is_revoked(const struct directory *d, const struct member *m)
{
    struct certificate c;
    struct error why;

    return certificate_read(m->identity_certificate, &c, &why) && member_list_revocation(d, &c) != NULL;
}

static int compare_agency(const void *a, const void *b)
{
    return view_compare(address_view(a), address_view(b));
}

static bool read_agencies(struct suspending *s, struct error *err)
{
    const struct directory *d = &s->directory;
    struct suspension *made = &s->made;

    for (; made->agency_count < s->options->word_count; made->agency_count++) {
        struct address *agency = &made->agencies[made->agency_count];
        const struct member *m;

        if (!address_read_short(view_of_text(s->options->words[made->agency_count]), d->federation.name, agency, err))
            return false;
        m = directory_find_member(d, address_view(agency));
        if (m == NULL)
            return error_set(err, E_FED_08, "%s is not in directory %" PRIu64, agency->text, d->sequence);
        if (is_revoked(d, m))
            return error_set(err, E_FED_08, "%s is revoked already", agency->text);
    }
    qsort(made->agencies, made->agency_count, sizeof *made->agencies, compare_agency);
    for (size_t i = 1; i < made->agency_count; i++)
        if (address_equal(&made->agencies[i - 1], &made->agencies[i]))
            return error_set(err, E_USE_01, "%s is named twice", made->agencies[i].text);
    return true;
}

static bool make(struct suspending *s, struct bytes *note, struct error *err)
{
    if (!open_directory(s, err))
        return false;
    if (directory_signers_needed(&s->directory) < 2)
        return error_set(err, E_RVK_03, "one key signs the directories of %s", s->directory.federation.name);
    if (!read_agencies(s, err) || !open_signing_key(s, err) || !check_file(s, err))
        return false;
    s->made.federation = s->directory.federation;
    s->made.directory = s->directory.sequence;
    return suspension_note_sign(&s->made, s->key, note, err);
}

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    struct suspending s = {.options = o, .unlock = {.options = o}, .made = {.time_ms = clock_now_ms(&clock_real)}};
    struct federation_suspended_agencies told = {.suspension = view_of_text(out),
                                                 .until_ms = s.made.time_ms + BOUND_SUSPENSION_MS};
    struct view names[BOUND_SUSPENDED_BY_ONE];
    struct bytes note = {0};
    FILE *to;
    bool ok;

    if (!file_check_named(out, err))
        return false;
    to = ca_cmd_beside(out);
    ok = make(&s, &note, err) && file_write_named(out, bytes_view(&note), 0644, err);
    told.directory = s.directory.sequence;
    told.agencies = names;
    for (size_t i = 0; i < s.made.agency_count; i++)
        names[told.agency_count++] = address_view(&s.made.agencies[i]);
    if (ok)
        ca_cmd_tell(to, o, &suspended, &told);
    sign_key_free(s.key);
    if (s.has_home)
        federation_home_close(&s.home);
    key_unlock_fini(&s.unlock);
    bytes_fini(&s.note);
    bytes_fini(&note);
    arena_fini(&s.arena);
    return ok;
}

const struct subcommand ca_cmd_suspend = {
    .name = "suspend",
    .summary = "Suspend agencies for 72 hours by one of the keys that sign directories",
    .usage = "AGENCY… (--home FED | --key KEY --directory FILE [--membership FILE]) --out SUSPENSION",
    .help =
        "Where several keys must sign a directory, one officer alone stops what is exchanged with up to four\n"
        "agencies: in an hour at most every node has it. It ends by itself, or with the next directory, which is to\n"
        "say what is to be. What waits for them stays, and goes on then. A key signs one suspension for each\n"
        "directory. The folder is not changed. With a key of your own the newest directory is needed: any member\n"
        "or the coordinator has it. It is checked by what KEY signed before (KEY.seen), or else by --membership,\n"
        "the membership file of any member, and --federation, the fingerprint on your agreement.\n\n"
        "  refex federation suspend brama --home fed --out suspension.refex\n"
        "  refex federation suspend brama --key a.key --directory directory.refex --out suspension.refex\n",
    .syntax.own = {{.name = "home", .argument = "FED", .help = "the federation's folder", .is_folder = true},
                   OPTION_VALUE("key", "KEY", "your directory key, where it is not in the folder"),
                   OPTION_VALUE("directory", "FILE", "the directory in use, where the folder is not here"),
                   OPTION_VALUE("membership", "FILE", "a member's membership file, by which it is checked"),
                   OPTION_VALUE("federation", "FINGERPRINT", "what the federation's fingerprint must be"),
                   OPTION_VALUE("seen", "FILE", "what KEY signed last; KEY.seen if not given"),
                   CA_CMD_OUT,
                   CA_CMD_PASSPHRASE},
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = BOUND_SUSPENDED_BY_ONE,
    .forms = {&suspended},
    .run = run,
};
