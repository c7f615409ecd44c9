#include "ca/federation_home_restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ca/authority.h"
#include "ca/member_list.h"
#include "ca/root_rollover.h"
#include "codec/directory_codec.h"
#include "crypto/certify_pem.h"
#include "exchange/members/directory_note.h"

#define FILE_NAME_MAX 32

/* --- what it says --- */

static bool is_own_note(const struct federation_home *h, struct view note)
{
    struct view own;
    struct view other;
    struct error why;

    return h->note.size > 0 && directory_note_text(bytes_view(&h->note), &own, &why) &&
           directory_note_text(note, &other, &why) && view_equal(own, other);
}

/* By the roots that it leaves in use itself, as the folder's own is read: each is certified by the one before, and the
 * first is the folder's. */
static bool open_note(struct federation_home *h, struct view note, int64_t now_ms, struct arena *arena,
                      struct directory *out, struct error *err)
{
    struct directory_trust trust = {.federation = &h->federation, .now_ms = now_ms};
    struct view text;

    if (!directory_note_text(note, &text, err) || !directory_decode(text, arena, out, err))
        return false;
    federation_home_choose_root(h, out);
    trust.anchors = h->anchors;
    if (directory_note_open(note, &trust, arena, out, err))
        return true;
    trust.is_kept = err->code == E_FED_71; /* other keys take the place of those that have ended, in this folder */
    return trust.is_kept && directory_note_open(note, &trust, arena, out, err);
}

static bool check_number(const struct federation_home *h, struct view note, const struct directory *d,
                         struct error *err)
{
    const uint64_t own = h->directory.sequence;

    if (d->sequence < own)
        return error_set(err, E_FED_103, "it is directory %" PRIu64 ", and the folder has %" PRIu64, d->sequence, own);
    return d->sequence > own || is_own_note(h, note) ||
           error_set(err, E_FED_22, "the folder's own directory %" PRIu64 " is another one", own);
}

/* --- what the folder lacks --- */

static bool find_unrecorded(const struct federation_home *h, struct federation_home_restored *r, struct error *err)
{
    const struct directory *d = &r->after;

    r->unrecorded = arena_new(&r->arena, (d->member_count + 1) * sizeof *r->unrecorded);
    for (size_t i = 0; i < d->member_count; i++) {
        struct certificate c;
        bool found;

        if (!member_list_newest_transport(h, &d->members[i].agency, &found, &c, err))
            return false;
        if (!found || !member_has_node(&d->members[i], &c.node))
            r->unrecorded[r->unrecorded_count++] = address_view(&d->members[i].agency);
    }
    return true;
}

/* Whether the newest CA of USE that D lists, which stands first, is not the folder's. */
static bool lacks(struct federation_home *h, enum certificate_use use, const struct directory *d)
{
    size_t count;
    const struct view *list = authority_listed(d, use, &count);
    struct bytes next = {0};
    struct error why;
    size_t i = 0;
    bool has;

    while (i < count && root_rollover_is_root(list[i]))
        i++;
    has = i < count && (view_equal(list[i], bytes_view(authority_current(h, use))) ||
                        (authority_read_next(h, use, &next, &why) && view_equal(list[i], bytes_view(&next))));
    bytes_fini(&next);
    return !has;
}

bool federation_home_compare_restored(struct federation_home *h, struct view note, int64_t now_ms,
                                      struct federation_home_restored *out, struct error *err)
{
    *out = (struct federation_home_restored){.before = h->directory};
    if (!open_note(h, note, now_ms, &out->arena, &out->after, err) || !check_number(h, note, &out->after, err) ||
        !find_unrecorded(h, out, err)) {
        federation_home_restored_fini(out);
        return false;
    }
    out->lacks_issuing = lacks(h, CERTIFICATE_ISSUING, &out->after);
    out->lacks_transport = lacks(h, CERTIFICATE_TRANSPORT_CA, &out->after);
    return true;
}

void federation_home_restored_fini(struct federation_home_restored *r)
{
    arena_fini(&r->arena);
}

/* --- into the folder --- */

static bool write_certificate(const struct federation_home *h, const char *name, struct view der, struct error *err)
{
    char path[FILE_PATH_MAX];

    return federation_home_file(h, name, path, err) && authority_write(path, der, err);
}

/* The next one of the line; each root certifies one at most. */
static bool find_next_root(const struct federation_home *h, const struct view *line, size_t count,
                           const struct directory *d, struct view *out)
{
    struct view longer[FEDERATION_HOME_ROOTS + 1];
    struct anchors *checked;
    struct error why;

    memcpy(longer, line, count * sizeof *line);
    for (size_t i = 0; i < d->issuer_count; i++) {
        longer[count] = d->issuers[i];
        if (root_rollover_is_root(d->issuers[i]) &&
            anchors_new_line(&h->federation, longer, count + 1, &checked, &why)) {
            anchors_free(checked);
            *out = d->issuers[i];
            return true;
        }
    }
    return false;
}

static bool write_roots(const struct federation_home *h, const struct directory *d, struct error *err)
{
    struct view line[FEDERATION_HOME_ROOTS + 1] = {bytes_view(&h->root)};
    size_t count = 1;
    char name[FILE_NAME_MAX];

    for (size_t i = 0; i < h->later_root_count; i++)
        line[count++] = bytes_view(&h->later_roots[i]);
    while (count <= FEDERATION_HOME_ROOTS && find_next_root(h, line, count, d, &line[count])) {
        (void)snprintf(name, sizeof name, "certs/root-%zu.pem", count + 1);
        if (!write_certificate(h, name, line[count], err))
            return false;
        count++;
    }
    return true;
}

static bool write_directory_keys(const struct federation_home *h, const struct directory *d, struct error *err)
{
    char name[FILE_NAME_MAX];
    struct certificate c;

    for (size_t i = 0; i < d->key_count; i++) {
        if (!certificate_read(d->keys[i], &c, err))
            return false;
        (void)snprintf(name, sizeof name, "certs/directory-%" PRIu32 ".pem", c.directory_i);
        if (!write_certificate(h, name, d->keys[i], err))
            return false;
    }
    return true;
}

struct recorded_search {
    struct view der;
    bool found;
};

static bool on_issued_compare(void *cookie, const struct certificate *c)
{
    struct recorded_search *s = cookie;

    s->found = s->found || view_equal(c->der, s->der);
    return !s->found;
}

static bool record_identities(const struct federation_home *h, const struct directory *d, struct error *err)
{
    for (size_t i = 0; i < d->member_count; i++) {
        const struct member *m = &d->members[i];
        struct recorded_search s = {.der = m->identity_certificate};

        if (!member_list_each_issued(h, &m->agency, on_issued_compare, &s, err) ||
            (!s.found && !federation_home_add_issued(h, &m->agency, (struct view){0}, m->identity_certificate, err)))
            return false;
    }
    return true;
}

/* What waits was made of the older one, and would take back what the newer says. */
static bool drop_waiting(const struct federation_home *h, struct error *err)
{
    char path[FILE_PATH_MAX];

    if (!federation_home_file(h, FEDERATION_HOME_WAITING, path, err))
        return false;
    return !file_exists(path) || unlink(path) == 0 || error_set(err, E_FIL_02, "%s cannot be removed", path);
}

bool federation_home_restore(struct federation_home *h, struct view note, const struct federation_home_restored *r,
                             struct error *err)
{
    const uint64_t sequence = h->sequence > r->after.sequence ? h->sequence : r->after.sequence;
    char path[FILE_PATH_MAX];

    return write_roots(h, &r->after, err) && write_directory_keys(h, &r->after, err) &&
           record_identities(h, &r->after, err) && (is_own_note(h, note) || drop_waiting(h, err)) &&
           federation_home_write_sequence(h, sequence, err) &&
           federation_home_file(h, FEDERATION_HOME_SIGNED, path, err) && file_write(path, note, 0644, err);
}
