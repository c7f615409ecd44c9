#include "exchange/members/membership_succession.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "crypto/sign.h"
#include "exchange/members/membership_inside.h"
#include "exchange/succession/succession_note.h"

struct succession_held {
    struct succession s;
    struct hash old;
    struct hash new;
    struct verify_key *old_key;
    struct bytes note;
    struct proof_change change; /* up to where the old key counts */
};

struct successions {
    struct succession_held *at; /* BOUND_SUCCESSIONS of each agency at most */
    size_t count;
    size_t room;
};

struct successions *successions_new(void)
{
    return xnew(sizeof(struct successions));
}

static void fini(struct succession_held *h)
{
    verify_key_free(h->old_key);
    bytes_fini(&h->note);
}

void successions_free(struct successions *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        fini(&s->at[i]);
    free(s->at);
    free(s);
}

/* --- the line of an agency --- */

/* OLD or NEW is NULL: whichever it is. */
static struct succession_held *find(const struct successions *all, const struct address *agency, const struct hash *old,
                                    const struct hash *new)
{
    for (size_t i = 0; i < all->count; i++)
        if ((old == NULL || hash_equal(&all->at[i].old, old)) && (new == NULL || hash_equal(&all->at[i].new, new)) &&
            address_equal(&all->at[i].s.agency, agency))
            return &all->at[i];
    return NULL;
}

bool membership_is_succeeded(const struct membership *m, const struct succession *s)
{
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    return find(m->successions, &s->agency, &new, NULL) != NULL;
}

const struct succession *membership_succession_from(const struct membership *m, const struct address *agency,
                                                    const struct hash *old)
{
    const struct succession_held *h = find(m->successions, agency, old, NULL);

    return h == NULL ? NULL : &h->s;
}

/* --- taking one --- */

/* Of this agency it is known without the directory, which may list another by mistake. */
static bool is_anchor(struct membership *m, const struct address *agency, const struct hash *key)
{
    struct hash own;
    struct peer p;

    sign_public_hash(m->own_identity.public_key, &own);
    return (address_equal(agency, membership_own(m)) && hash_equal(key, &own)) ||
           (membership_find_peer(m, address_view(agency), &p) && p.identity != NULL && hash_equal(key, &p.fingerprint));
}

static size_t count_of(const struct successions *all, const struct address *agency)
{
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++)
        count += address_equal(&all->at[i].s.agency, agency) ? 1 : 0;
    return count;
}

static bool check_place(struct membership *m, const struct succession *s, const struct hash *old,
                        const struct hash *new, struct error *err)
{
    const struct successions *all = m->successions;
    const bool from_line = find(all, &s->agency, NULL, old) != NULL;
    const bool to_line = find(all, &s->agency, new, NULL) != NULL;

    if (find(all, &s->agency, old, NULL) != NULL || find(all, &s->agency, NULL, new) != NULL ||
        (from_line && to_line) || (to_line && count_of(all, &s->agency) == BOUND_SUCCESSIONS))
        return error_set(err, E_FED_66, "a key of %s has another before or after it", s->agency.text);
    return from_line || to_line || is_anchor(m, &s->agency, old) || is_anchor(m, &s->agency, new) ||
           error_set(err, E_FED_62, "the succession of a key of %s is not of the key that the directory lists",
                     s->agency.text);
}

static void drop(struct successions *all, size_t at)
{
    fini(&all->at[at]);
    all->at[at] = all->at[--all->count];
}

/* Where the line is full, what came first makes room for what comes last, unless it leads from the key that counts. */
static bool drop_first(struct membership *m, const struct address *agency, struct error *err)
{
    struct successions *all = m->successions;

    if (count_of(all, agency) < BOUND_SUCCESSIONS)
        return true;
    for (size_t i = 0; i < all->count; i++)
        if (address_equal(&all->at[i].s.agency, agency) && find(all, agency, NULL, &all->at[i].old) == NULL &&
            !is_anchor(m, agency, &all->at[i].old)) {
            drop(all, i);
            return true;
        }
    return error_set(err, E_FED_66, "%d keys would come after that of %s", BOUND_SUCCESSIONS, agency->text);
}

bool membership_has_succession(const struct membership *m, struct view note)
{
    const struct successions *all = m->successions;

    for (size_t i = 0; i < all->count; i++)
        if (view_equal(bytes_view(&all->at[i].note), note))
            return true;
    return false;
}

bool membership_take_succession(struct membership *m, const struct succession *s, struct view note, bool *is_new,
                                struct error *err)
{
    struct successions *all = m->successions;
    struct succession_held held = {.s = *s};

    succession_hashes(s, &held.old, &held.new);
    *is_new = find(all, &s->agency, &held.old, &held.new) == NULL;
    if (!*is_new)
        return true;
    if (!check_place(m, s, &held.old, &held.new, err) || !drop_first(m, &s->agency, err) ||
        !verify_key_new(s->old_key, &held.old_key, err))
        return false;
    if (all->count == all->room) {
        all->room = 2 * all->room + BOUND_SUCCESSIONS;
        all->at = xrealloc(all->at, all->room * sizeof *all->at);
    }
    bytes_append_view(&held.note, note);
    all->at[all->count++] = held;
    return true;
}

/* --- all of them --- */

/* From the newest of this line on. */
static void tell_line(const struct successions *all, const struct succession_held *newest,
                      membership_succession_fn *on_succession, void *cookie)
{
    for (const struct succession_held *h = newest; h != NULL; h = find(all, &h->s.agency, NULL, &h->old))
        on_succession(cookie, &h->s, bytes_view(&h->note));
}

void membership_each_succession(const struct membership *m, membership_succession_fn *on_succession, void *cookie)
{
    const struct successions *all = m->successions;

    for (size_t i = 0; i < all->count; i++)
        if (find(all, &all->at[i].s.agency, &all->at[i].new, NULL) == NULL)
            tell_line(all, &all->at[i], on_succession, cookie);
}

int64_t membership_newest_succession_s(const struct membership *m)
{
    int64_t newest_s = 0;

    for (size_t i = 0; i < m->successions->count; i++)
        if (m->successions->at[i].s.time_s > newest_s)
            newest_s = m->successions->at[i].s.time_s;
    return newest_s;
}

/* Whether the line of H, on either side of it, has the key of its agency. A line is no circle. */
static bool is_in_line(struct membership *m, const struct succession_held *h)
{
    const struct successions *all = m->successions;
    const struct succession_held *at;

    for (at = h; at != NULL; at = find(all, &h->s.agency, &at->new, NULL))
        if (is_anchor(m, &h->s.agency, &at->new) || is_anchor(m, &h->s.agency, &at->old))
            return true;
    for (at = h; at != NULL; at = find(all, &h->s.agency, NULL, &at->old))
        if (is_anchor(m, &h->s.agency, &at->old))
            return true;
    return false;
}

size_t membership_drop_successions(struct membership *m, membership_succession_void_fn *is_void, void *cookie)
{
    struct successions *all = m->successions;
    size_t before = all->count;

    for (size_t i = all->count; i > 0; i--)
        if (is_void(cookie, &all->at[i - 1].s))
            drop(all, i - 1);
    for (size_t i = all->count; i > 0; i--)
        if (!is_in_line(m, &all->at[i - 1])) {
            drop(all, i - 1);
            i = all->count + 1; /* others may have been of its line */
        }
    return before - all->count;
}

void membership_former_keys(const struct membership *m, const struct address *agency, const struct hash *now,
                            struct proof_signer *out)
{
    struct succession_held *h = find(m->successions, agency, NULL, now);

    for (; h != NULL && out->former_count < BOUND_SUCCESSIONS; h = find(m->successions, agency, NULL, &h->old)) {
        out->changes[out->former_count] = &h->change;
        out->former[out->former_count++] = h->old_key;
    }
}

struct proof_change *membership_change_of_key(const struct membership *m, const struct succession *s)
{
    struct succession_held *h;
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    h = find(m->successions, &s->agency, &old, &new);
    return h == NULL ? NULL : &h->change;
}
