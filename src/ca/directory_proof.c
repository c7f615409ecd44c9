#include "ca/directory_proof.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "ca/directory_signers.h"
#include "ca/member_list.h"
#include "codec/directory_codec.h"
#include "codec/mailed_file.h"
#include "codec/membership_codec.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership.h"

struct proving {
    const struct directory_known_by *by;
    const struct directory *directory;
    struct view note;
    struct arena arena;
    struct bytes seen;
    struct directory before; /* that the key signed last */
    bool has_before;
};

static bool read_signed_before(struct proving *p, struct error *err)
{
    if (!file_exists(p->by->seen))
        return true;
    p->has_before = file_read(p->by->seen, BOUND_DIRECTORY, &p->seen, err) &&
                    directory_decode(bytes_view(&p->seen), &p->arena, &p->before, err);
    return p->has_before || error_wrap(err, "%s", p->by->seen);
}

static bool check_federation(const struct proving *p, struct error *err)
{
    const struct federation *is = &p->directory->federation;
    struct hash fid;

    if (p->by->federation != NULL && !fingerprint_read(view_of_text(p->by->federation), &fid))
        return error_set(err, E_USE_04, "--federation was not typed as it is written: a character is wrong");
    if ((p->by->federation != NULL && !hash_equal(&fid, &is->fid)) ||
        (p->has_before &&
         (strcmp(p->before.federation.name, is->name) != 0 || !hash_equal(&p->before.federation.fid, &is->fid))))
        return error_set(err, E_FED_21, "the directory is of %s, or of another federation of that name", is->name);
    return true;
}

/* --- by the keys that are known --- */

static bool has_key(const struct directory *d, const struct certificate *key)
{
    struct certificate c;
    struct error why;

    for (size_t i = 0; i < d->key_count; i++)
        if (certificate_read(d->keys[i], &c, &why) && c.use == CERTIFICATE_DIRECTORY &&
            c.directory_i == key->directory_i && memcmp(c.public_key, key->public_key, KEY_SIZE) == 0)
            return true;
    return false;
}

static uint32_t count_known(const struct proving *p)
{
    const struct directory *d = p->directory;
    uint32_t count = 0;
    uint32_t last = 0;

    for (size_t i = 0; i < d->key_count; i++) {
        struct certificate c;
        struct error why;

        if (!certificate_read(d->keys[i], &c, &why) || c.use != CERTIFICATE_DIRECTORY || c.directory_i <= last)
            return 0; /* one key would count as often as it stands there */
        last = c.directory_i;
        if (!certificate_has_ended(c.not_after_ms, p->by->now_ms) && member_list_revocation(d, &c) == NULL &&
            has_key(&p->before, &c) && directory_note_has(d, p->note, i))
            count++;
    }
    return count;
}

static bool check_forged(const struct proving *p, struct error *err)
{
    struct bytes blank = {0};
    struct view text;
    bool ok = directory_note_text(p->note, &text, err);

    if (ok) {
        bytes_append_view(&blank, text);
        bytes_append_u8(&blank, '\n');
        ok = directory_note_collect(p->directory, p->note, &blank, err);
    }
    bytes_fini(&blank);
    return ok;
}

static bool is_by_known_keys(const struct proving *p)
{
    uint32_t needed = directory_signers_needed(p->directory);

    return p->has_before && needed >= directory_signers_needed(&p->before) && needed != 0 && count_known(p) >= needed;
}

/* --- as a node checks it --- */

static bool check_as_node(struct proving *p, const struct membership_file *file, struct error *err)
{
    struct membership_files files = {.root = file->root,
                                     .issuing = file->issuing,
                                     .transport_ca = file->transport_ca,
                                     .transport = file->transport,
                                     .identity = file->identity,
                                     .directory = file->directory,
                                     .offered = p->note};
    enum directory_result what = DIRECTORY_SAME;
    struct membership *m;
    bool ok;

    if (!membership_open(&files, p->by->now_ms, &m, err))
        return false;
    ok = membership_take_directory(m, p->note, p->by->now_ms, p->by->now_ms, &what, err) &&
         (what != DIRECTORY_OLDER ||
          error_set(err, E_RVK_15, "directory %" PRIu64 " is older than that of the membership file",
                    p->directory->sequence));
    membership_free(m);
    return ok;
}

static bool check_by_membership(struct proving *p, struct error *err)
{
    struct membership_file file;
    struct bytes mailed = {0};
    struct bytes restored = {0};
    bool ok;

    if (!p->has_before && p->by->federation == NULL)
        return error_set(err, E_USE_02, "--federation is missing: the fingerprint on your agreement");
    ok = file_read(p->by->membership, (size_t)MAILED_FILE_ROOM * BOUND_MEMBERSHIP_FILE, &mailed, err);
    mailed_file_restore(bytes_view(&mailed), &restored);
    ok = ok && membership_file_decode(bytes_view(&restored), &p->arena, &file, err) && check_as_node(p, &file, err);
    bytes_fini(&mailed);
    bytes_fini(&restored);
    return ok;
}

static bool check(struct proving *p, struct error *err)
{
    const struct directory *d = p->directory;

    if (!read_signed_before(p, err) || !check_federation(p, err))
        return false;
    if (p->by->now_ms > d->hard_expiry_s * 1000)
        return error_set(err, E_FED_23, "directory %" PRIu64 " has passed its last day", d->sequence);
    if (p->by->membership != NULL)
        return check_by_membership(p, err);
    return check_forged(p, err) &&
           (is_by_known_keys(p) ||
            error_set(err, E_RVK_15, "of those who signed directory %" PRIu64 " too few are known by this key",
                      d->sequence));
}

bool directory_proof_check(const struct directory_known_by *by, const struct directory *d, struct view note,
                           struct error *err)
{
    struct proving p = {.by = by, .directory = d, .note = note};
    bool ok = check(&p, err);

    bytes_fini(&p.seen);
    arena_fini(&p.arena);
    return ok;
}
