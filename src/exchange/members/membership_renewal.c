/* Other certificates of this node as it is take the place of those in use. */
#include "exchange/members/membership.h"

#include <string.h>

#include "exchange/members/membership_inside.h"

/* One that has not begun, of a clock that was ahead, is good for nothing yet: any other takes its place. */
static bool is_older(const struct certificate *next, const struct certificate *own, int64_t now_ms)
{
    return next->not_after_ms < own->not_after_ms && own->not_before_ms <= now_ms;
}

/* NEXT: the certificates of FILES, checked alone and against those of M. */
static bool open_renewal(const struct membership *m, const struct membership_files *files, int64_t now_ms,
                         struct membership **next, struct error *err)
{
    struct membership_files all = *files;
    const uint8_t *transport = m->own_transport.public_key;
    const uint8_t *identity = m->own_identity.public_key;

    all.directory = membership_note(m);
    all.is_kept = true;
    if (!membership_open(&all, m->own_transport.not_before_ms, next, err))
        return err->code == E_FED_21
                   ? error_set(err, E_ENR_01, "the node is a member of another federation than that of this membership")
                   : false;
    if (!hash_equal(&(*next)->federation.fid, &m->federation.fid))
        return error_set(err, E_ENR_01, "the node is a member of another federation than that of this membership");
    if (files->next != NULL && memcmp((*next)->own_transport.public_key, files->next, KEY_SIZE) == 0)
        transport = files->next;
    if (files->next_identity != NULL && memcmp((*next)->own_identity.public_key, files->next_identity, KEY_SIZE) == 0)
        identity = files->next_identity;
    if (!membership_check_keys(*next, transport, identity, &m->own_transport.node, err))
        return false;
    return (!is_older(&(*next)->own_transport, &m->own_transport, now_ms) &&
            !is_older(&(*next)->own_identity, &m->own_identity, now_ms)) ||
           error_set(err, E_REN_02, "the node has newer certificates than those of this membership");
}

void membership_files(const struct membership *m, struct membership_files *out)
{
    *out = (struct membership_files){.root = bytes_view(&m->root),
                                     .issuing = bytes_view(&m->issuing),
                                     .transport_ca = bytes_view(&m->transport_ca),
                                     .transport = bytes_view(&m->transport),
                                     .identity = bytes_view(&m->identity),
                                     .is_kept = true};
}

bool membership_check_renewal(const struct membership *m, const struct membership_files *files, int64_t now_ms,
                              struct error *err)
{
    struct membership *next = NULL;
    bool ok = open_renewal(m, files, now_ms, &next, err);

    membership_free(next);
    return ok;
}

static void swap(struct bytes *a, struct bytes *b)
{
    struct bytes kept = *a;

    *a = *b;
    *b = kept;
}

bool membership_renew(struct membership *m, const struct membership_files *files, int64_t now_ms, struct error *err)
{
    struct membership *next = NULL;
    bool ok = open_renewal(m, files, now_ms, &next, err);

    if (ok) {
        struct verify_key *was = m->own_key;

        m->own_key = next->own_key;
        next->own_key = was;
        swap(&m->issuing, &next->issuing);
        swap(&m->transport_ca, &next->transport_ca);
        swap(&m->transport, &next->transport);
        swap(&m->identity, &next->identity);
        m->own_transport = next->own_transport;
        m->own_identity = next->own_identity;
    }
    membership_free(next);
    return ok;
}
