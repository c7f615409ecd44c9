#include "exchange/members/membership_suspension.h"

#include <string.h>

#include "codec/directory_codec.h"
#include "exchange/members/directory_version.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/members/membership_inside.h"

static struct directory_version *official(const struct membership *m)
{
    return m->official != NULL ? m->official : m->version;
}

static bool is_same_revocation(const struct revocation *a, const struct revocation *b)
{
    return hash_equal(&a->name, &b->name) && address_equal(&a->agency, &b->agency) && a->reason == b->reason &&
           a->time_ms == b->time_ms;
}

/* Whether R may stand in a suspension beside the first of its kind, *FIRST. */
static bool is_added(const struct revocation *r, const struct revocation **first)
{
    if (r->reason != REVOKED_SUSPENDED || r->agency.text[0] == '\0')
        return false;
    if (*first == NULL)
        *first = r;
    return address_equal(&r->agency, &(*first)->agency) && r->time_ms == (*first)->time_ms;
}

/* What D revokes beside what the directory BEFORE does: one agency at one time, as suspended; NULL: something else. */
static const struct revocation *find_added(const struct directory *before, const struct directory *d)
{
    const struct revocation *first = NULL;
    size_t at = 0;

    for (size_t i = 0; i < d->revocation_count; i++) {
        if (at < before->revocation_count && is_same_revocation(&d->revocations[i], &before->revocations[at]))
            at++;
        else if (!is_added(&d->revocations[i], &first))
            return NULL;
    }
    return at == before->revocation_count ? first : NULL;
}

/* With the revocations of BEFORE it must be the directory that all officers signed, to the byte. */
static bool is_else_the_same(const struct directory *before, const struct directory *d, struct view text)
{
    struct directory same = *d;
    struct bytes again = {0};
    struct error why;
    bool ok;

    same.revocations = before->revocations;
    same.revocation_count = before->revocation_count;
    ok = directory_encode(&same, &again, &why) && view_equal(bytes_view(&again), text);
    bytes_fini(&again);
    return ok;
}

bool membership_suspend(struct membership *m, struct view note, int64_t now_ms)
{
    const struct directory_trust trust = {.federation = &m->federation,
                                          .anchors = m->anchors,
                                          .now_ms = now_ms,
                                          .revoked = directory_version_revoked(official(m)),
                                          .one_signs = true};
    const struct directory *before = directory_version_directory(official(m));
    const struct revocation *added;
    struct directory_version *next;
    struct error why;

    if (!directory_version_new(note, &trust, &next, &why))
        return false;
    added = find_added(before, directory_version_directory(next));
    if (added == NULL || added->time_ms > now_ms + BOUND_CLOCKS_MS || now_ms >= added->time_ms + BOUND_SUSPENSION_MS ||
        added->time_ms + BOUND_SUSPENSION_MS <= m->suspended_until_ms ||
        !is_else_the_same(before, directory_version_directory(next), directory_version_text(official(m)))) {
        directory_version_free(next);
        return false;
    }
    membership_end_suspension(m);
    m->official = m->version;
    m->version = next;
    m->suspended = added->agency;
    m->suspended_until_ms = added->time_ms + BOUND_SUSPENSION_MS;
    return true;
}

void membership_end_suspension(struct membership *m)
{
    if (m->official == NULL)
        return;
    directory_version_free(m->version);
    m->version = m->official;
    m->official = NULL;
    m->suspended_until_ms = 0;
}

int64_t membership_suspended_until(const struct membership *m, struct address *agency)
{
    if (m->official != NULL)
        *agency = m->suspended;
    return m->suspended_until_ms;
}

struct view membership_official_note(const struct membership *m)
{
    return directory_version_note(official(m));
}
