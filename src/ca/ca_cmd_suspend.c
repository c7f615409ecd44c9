#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "ca/member_list.h"
#include "codec/directory_codec.h"
#include "codec/federation_messages.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

static const struct told_line suspended_lines[] = {
    {"", .text = "{agency} is suspended until {until}, while directory {directory} is the newest: {suspension}"},
    {"Next: ", .text = "give it to any member; members pass it on to each other.\n"
                       "  refex enrol --home DIR MEMBERSHIP {suspension}"},
    {"It ends by itself, ", .text = "or with the next directory: with the others who sign, revoke the agency before."},
    {0}};

static const struct told_form suspended = {.answer = &federation_suspended_agency_contract, .lines = suspended_lines};

/* The first directory key that is here. */
static bool open_one(const struct federation_home *h, struct directory_signer *out, struct sign_key **key,
                     struct error *err)
{
    for (unsigned i = 1; i <= h->directory_key_count; i++) {
        char name[24];

        (void)snprintf(name, sizeof name, "directory-%u", i);
        if (federation_home_open_key(h, name, key, err)) {
            *out = (struct directory_signer){i, *key};
            return true;
        }
        if (err->code != E_KEY_01)
            return false;
    }
    return error_set(err, E_FED_11, "none of the directory's keys is here");
}

static bool read_agency(const struct federation_home *h, const struct options *o, struct address *agency,
                        struct error *err)
{
    if (h->quorum < 2)
        return error_set(err, E_RVK_03, "one key signs the directories of %s", h->federation.name);
    if (!address_read_short(view_of_text(o->words[0]), h->federation.name, agency, err))
        return false;
    return directory_find_member(&h->directory, address_view(agency)) != NULL ||
           error_set(err, E_FED_08, "%s is not in directory %" PRIu64, agency->text, h->directory.sequence);
}

/* The newest directory with one agency more that is revoked, and nothing else changed. */
static bool sign(const struct federation_home *h, const struct address *agency, int64_t now_ms, struct bytes *note,
                 struct error *err)
{
    struct member_list next = {0};
    struct directory d = h->directory;
    struct directory_signer signer;
    struct sign_key *key = NULL;
    bool ok =
        member_list_copy(h, &next, err) && member_list_revoke(&next, h, agency, NULL, REVOKED_SUSPENDED, now_ms, err);

    if (ok && next.revoked.keys == 0)
        ok = error_set(err, E_FED_08, "%s is revoked already", agency->text);
    d.revocations = next.revocations;
    d.revocation_count = next.revocation_count;
    ok = ok && open_one(h, &signer, &key, err) && directory_note_sign(&d, &signer, 1, note, err);
    sign_key_free(key);
    member_list_fini(&next);
    return ok;
}

/* One that goes round to be signed is not in use yet: the newest that was signed counts. */
static bool use_signed(struct federation_home *h, struct arena *arena, struct error *err)
{
    struct directory_head head;
    struct view text;

    return directory_note_peek(bytes_view(&h->note), &text, &head, err) &&
           directory_decode(text, arena, &h->directory, err);
}

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    int64_t now_ms = clock_now_ms(&clock_real);
    struct key_unlock unlock = {.options = o};
    struct federation_suspended_agency s = {.until_ms = now_ms + BOUND_SUSPENSION_MS};
    struct federation_home h;
    struct arena arena = {0};
    struct bytes note = {0};
    FILE *to;
    bool ok;

    if (!file_check_named(out, err) || !federation_home_open(options_value(o, "home"), &unlock, now_ms, &h, err))
        return false;
    to = ca_cmd_beside(out);
    ok = use_signed(&h, &arena, err) && read_agency(&h, o, &s.agency, err) && sign(&h, &s.agency, now_ms, &note, err) &&
         file_write_named(out, bytes_view(&note), 0644, err);
    s.directory = h.directory.sequence;
    s.suspension = view_of_text(out);
    if (ok)
        ca_cmd_tell(to, o, &suspended, &s);
    bytes_fini(&note);
    arena_fini(&arena);
    federation_home_close(&h);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_suspend = {
    .name = "suspend",
    .summary = "Suspend an agency for 72 hours by one of the keys that sign directories",
    .usage = "AGENCY --home FED --out SUSPENSION",
    .help = "Where several keys must sign a directory, one officer alone stops what is exchanged with AGENCY: in an\n"
            "hour at most every node has it. It ends by itself, or with the next directory, which says what is to be.\n"
            "What waits for AGENCY stays, and goes on then. The folder is not changed.\n\n"
            "  refex federation suspend brama --home fed --out suspension.refex\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT, CA_CMD_PASSPHRASE},
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .forms = {&suspended},
    .run = run,
};
