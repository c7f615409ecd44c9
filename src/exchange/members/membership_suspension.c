#include "exchange/members/membership_suspension.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "exchange/members/directory_version.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_inside.h"
#include "exchange/suspension/suspension_note.h"

/* A statement that was taken, one a signer. */
struct statement_held {
    struct suspension s;
    struct bytes note;
};

/* Those that count, and of which it is known who signed: of one directory each member has signed one at most. */
#define SUSPENSIONS_HELD (BOUND_NOTE_SIGNATURES + BOUND_SUSPENSIONS + BOUND_MEMBERS)

struct suspensions {
    struct statement_held *at; /* SUSPENSIONS_HELD at most */
    size_t count;
    size_t room;
    struct suspended *suspended; /* ascending */
    size_t suspended_count;
};

struct suspensions *suspensions_new(void)
{
    return xnew(sizeof(struct suspensions));
}

void suspensions_free(struct suspensions *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        bytes_fini(&s->at[i].note);
    free(s->at);
    free(s->suspended);
    free(s);
}

static bool is_past(const struct suspension *s, int64_t now_ms)
{
    return now_ms >= s->time_ms + BOUND_SUSPENSION_MS;
}

static bool counts(const struct membership *m, const struct suspension *s, int64_t now_ms)
{
    return s->directory == membership_directory(m)->sequence && !is_past(s, now_ms);
}

/* --- taking one --- */

static struct statement_held *find_signer(struct suspensions *all, const struct suspension *s)
{
    for (size_t i = 0; i < all->count; i++)
        if (suspension_is_of_signer(&all->at[i].s, s))
            return &all->at[i];
    return NULL;
}

static bool check_signer(struct membership *m, struct view note, const struct suspension *s, int64_t now_ms,
                         bool is_kept, struct error *err)
{
    const struct directory_trust trust = {.federation = &m->federation,
                                          .anchors = m->anchors,
                                          .now_ms = now_ms,
                                          .revoked = directory_version_revoked(m->version),
                                          .is_kept = is_kept};
    struct verify_key *key;
    struct error why;
    struct peer p;
    bool ok;

    if (s->key == 0)
        return (membership_find_peer(m, address_view(&s->member), &p) && p.identity != NULL &&
                (is_kept || membership_admits(m, address_view(&s->member), now_ms, NULL, &why)) &&
                suspension_note_is_signed(note, s, p.identity)) ||
               error_set(err, E_RVK_06, "%s may not sign the suspension, or has not", s->member.text);
    key = directory_note_key(membership_directory(m), s->key, &trust);
    ok = key != NULL && suspension_note_is_signed(note, s, key);
    verify_key_free(key);
    return ok || error_set(err, E_RVK_06, "directory key %" PRIu32 " may not sign the suspension, or has not", s->key);
}

/* Only who is a member, by that directory: never an authority, and never who signs. */
static bool check_agencies(struct membership *m, const struct suspension *s, struct error *err)
{
    struct peer p;

    for (size_t i = 0; i < s->agency_count; i++) {
        const struct address *agency = &s->agencies[i];

        if (address_equal(agency, &s->member))
            return error_set(err, E_RVK_07, "%s names itself in the suspension", agency->text);
        if (!membership_find_peer(m, address_view(agency), &p) ||
            (p.revoked && membership_suspended_until(m, agency) == 0))
            return error_set(err, E_RVK_07, "%s, whom the suspension names, is no member", agency->text);
    }
    return true;
}

/* A directory key signs one for each directory, a member one in 72 hours, too: what follows is bounded by who signs. Of
 * what counts no more the signer is known still, and it keeps no place. */
static bool check_signed_before(const struct membership *m, const struct suspension *s, int64_t now_ms,
                                struct error *err)
{
    struct suspensions *all = m->suspensions;
    const struct statement_held *before = find_signer(all, s);
    size_t members = 0;

    if (before != NULL && (before->s.directory == s->directory || (s->key == 0 && !is_past(&before->s, now_ms))))
        return error_set(err, E_RVK_10, "who signs the suspension has signed another one");
    for (size_t i = 0; i < all->count; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): AT has COUNT statements */
        members += all->at[i].s.key == 0 && counts(m, &all->at[i].s, now_ms) ? 1 : 0;
    return s->key != 0 || members < BOUND_SUSPENSIONS ||
           error_set(err, E_RVK_11, "%d members have signed a suspension", BOUND_SUSPENSIONS);
}

static bool check(struct membership *m, struct view note, const struct suspension *s, int64_t now_ms, bool is_kept,
                  struct error *err)
{
    uint64_t sequence = membership_directory(m)->sequence;

    if (strcmp(s->federation.name, m->federation.name) != 0 || !hash_equal(&s->federation.fid, &m->federation.fid))
        return error_set(err, E_RVK_05, "the suspension is of %s, or of another federation of that name",
                         s->federation.name);
    if (s->directory != sequence)
        return error_set(err, E_RVK_08, "the suspension is of directory %" PRIu64 ", and %" PRIu64 " is in use",
                         s->directory, sequence);
    if (is_past(s, now_ms) || s->time_ms > now_ms + BOUND_CLOCKS_MS)
        return error_set(err, E_RVK_09, "the suspension is over, or begins later");
    return check_signer(m, note, s, now_ms, is_kept, err) && check_agencies(m, s, err) &&
           check_signed_before(m, s, now_ms, err);
}

static void hold(struct suspensions *all, const struct suspension *s, struct view note)
{
    struct statement_held *at = find_signer(all, s);

    if (at == NULL && all->count == all->room) {
        all->room = 2 * all->room + BOUND_NOTE_SIGNATURES;
        all->at = xrealloc(all->at, all->room * sizeof *all->at);
    }
    if (at == NULL) {
        at = &all->at[all->count++];
        *at = (struct statement_held){0};
    }
    at->s = *s;
    bytes_clear(&at->note);
    bytes_append_view(&at->note, note);
}

/* It counts for nothing, and its signer may sign no other yet. */
static bool is_spent(const struct membership *m, const struct suspension *s, int64_t now_ms)
{
    const uint64_t in_use = membership_directory(m)->sequence;

    return s->directory == in_use ? is_past(s, now_ms) : s->key == 0 && s->directory < in_use && !is_past(s, now_ms);
}

bool membership_take_suspension(struct membership *m, struct view note, int64_t now_ms, bool is_kept,
                                struct suspension *out, bool *is_new, struct error *err)
{
    struct statement_held *at;

    if (!suspension_note_read(note, out, err))
        return false;
    at = find_signer(m->suspensions, out);
    *is_new = at == NULL || !view_equal(bytes_view(&at->note), note);
    if (!*is_new)
        return true;
    if (!(is_kept && is_spent(m, out, now_ms)) && !check(m, note, out, now_ms, is_kept, err))
        return false;
    if (at == NULL && m->suspensions->count == SUSPENSIONS_HELD) /* signers of several directories */
        return error_set(err, E_RVK_11, "%d suspensions are known here", SUSPENSIONS_HELD);
    hold(m->suspensions, out, note);
    return true;
}

/* --- who is suspended --- */

/* Adds NEW to the LIST; of one agency the later end stands. */
static void add(struct suspended *list, size_t *count, const struct suspended *new)
{
    size_t at = 0;
    int order = 1;

    while (at < *count && (order = view_compare(address_view(&list[at].agency), address_view(&new->agency))) < 0)
        at++;
    if (at < *count && order == 0) {
        if (new->until_ms > list[at].until_ms)
            list[at] = *new;
        return;
    }
    memmove(&list[at + 1], &list[at], (*count - at) * sizeof *list);
    list[at] = *new;
    ++*count;
}

/* When the second of the members' statements about AGENCY that count ends last; 0: there are not two. */
static int64_t members_until(const struct membership *m, const struct address *agency, int64_t now_ms)
{
    int64_t first = 0;
    int64_t second = 0;

    for (size_t i = 0; i < m->suspensions->count; i++) {
        const struct suspension *s = &m->suspensions->at[i].s;
        int64_t until = s->time_ms + BOUND_SUSPENSION_MS;

        if (s->key != 0 || !counts(m, s, now_ms) || !address_equal(&s->agencies[0], agency))
            continue;
        second = until > first ? first : until > second ? until : second;
        first = until > first ? until : first;
    }
    return second;
}

static struct suspended *find_suspended(const struct membership *m, int64_t now_ms, size_t *count)
{
    struct suspensions *all = m->suspensions;
    struct suspended *list = xnew((all->count * BOUND_SUSPENDED_BY_ONE + 1) * sizeof *list);

    *count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct suspension *s = &all->at[i].s;

        for (size_t k = 0; counts(m, s, now_ms) && k < s->agency_count; k++) {
            struct suspended one = {s->agencies[k], s->time_ms + BOUND_SUSPENSION_MS, s->key == 0};

            if (s->key == 0)
                one.until_ms = members_until(m, &one.agency, now_ms);
            if (one.until_ms != 0)
                add(list, count, &one);
        }
    }
    return list;
}

static int compare_row(const void *a, const void *b)
{
    return memcmp(((const struct revocation *)a)->name.at, ((const struct revocation *)b)->name.at, HASH_SIZE);
}

/* What of the listed member M is not believed: its certificate, that one's key, and its machines. */
static void add_names(const struct member *m, struct revocation *rows, size_t *count)
{
    struct revocation r = {.agency = m->agency, .reason = REVOKED_SUSPENDED};
    struct certificate c;
    struct error why;

    digest_sha256(m->identity_certificate, &r.name);
    rows[(*count)++] = r;
    if (certificate_read(m->identity_certificate, &c, &why)) {
        r.name = c.key_hash;
        rows[(*count)++] = r;
    }
    for (size_t i = 0; i < m->node_count; i++) {
        certificate_node_name(&m->nodes[i], &r.name);
        rows[(*count)++] = r;
    }
}

static void suspend(struct membership *m)
{
    const struct suspensions *all = m->suspensions;
    struct revocation *rows = xnew((all->suspended_count * (2 + BOUND_NODES) + 1) * sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < all->suspended_count; i++) {
        const struct member *member =
            directory_find_member(membership_directory(m), address_view(&all->suspended[i].agency));

        REQUIRE(member != NULL); /* check_agencies */
        add_names(member, rows, &count);
    }
    qsort(rows, count, sizeof *rows, compare_row);
    directory_version_suspend(m->version, rows, count);
    free(rows);
}

bool membership_follow_suspensions(struct membership *m, int64_t now_ms)
{
    struct suspensions *all = m->suspensions;
    size_t count;
    struct suspended *now = find_suspended(m, now_ms, &count);
    bool same = count == all->suspended_count;

    for (size_t i = 0; same && i < count; i++)
        same = address_equal(&now[i].agency, &all->suspended[i].agency) &&
               now[i].until_ms == all->suspended[i].until_ms && now[i].by_members == all->suspended[i].by_members;
    free(all->suspended);
    all->suspended = now;
    all->suspended_count = count;
    if (!same)
        suspend(m);
    return !same;
}

void membership_end_suspensions(struct membership *m, int64_t now_ms)
{
    struct suspensions *all = m->suspensions;
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++) {
        if (is_spent(m, &all->at[i].s, now_ms))
            all->at[kept++] = all->at[i];
        else
            bytes_fini(&all->at[i].note);
    }
    all->count = kept;
    (void)membership_follow_suspensions(m, now_ms);
}

const struct suspended *membership_suspended(const struct membership *m, size_t *count)
{
    *count = m->suspensions->suspended_count;
    return m->suspensions->suspended;
}

int64_t membership_suspended_until(const struct membership *m, const struct address *agency)
{
    const struct suspensions *all = m->suspensions;

    for (size_t i = 0; i < all->suspended_count; i++)
        if (address_equal(&all->suspended[i].agency, agency))
            return all->suspended[i].until_ms;
    return 0;
}

int64_t membership_suspensions_end_ms(const struct membership *m)
{
    int64_t first = 0;

    for (size_t i = 0; i < m->suspensions->suspended_count; i++)
        if (first == 0 || m->suspensions->suspended[i].until_ms < first)
            first = m->suspensions->suspended[i].until_ms;
    return first;
}

void membership_each_statement(const struct membership *m, int64_t now_ms, membership_statement_fn *on_statement,
                               void *cookie)
{
    for (size_t i = 0; i < m->suspensions->count; i++)
        if (counts(m, &m->suspensions->at[i].s, now_ms))
            on_statement(cookie, &m->suspensions->at[i].s, bytes_view(&m->suspensions->at[i].note));
}
