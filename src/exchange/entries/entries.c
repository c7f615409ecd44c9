#include "exchange/entries/entries.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "crypto/sign.h"
#include "exchange/entries/entries_inside.h"
#include "exchange/entries/entry_note.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "store/note_store.h"

#include <stdlib.h>
#include <string.h>

struct entries *entries_new(void)
{
    return xnew(sizeof(struct entries));
}

void entries_free(struct entries *e)
{
    if (e == NULL)
        return;
    entry_cache_fini(&e->cache);
    bytes_fini(&e->own);
    free(e);
}

const struct entry_cache *entries_cache(const struct exchange *x)
{
    return &x->entries->cache;
}

/* --- the store --- */

bool entries_put_note(struct exchange *x, const char *what, const struct known_entry *k, struct view note,
                      struct error *err)
{
    struct bytes row = {0};
    bool ok;

    bytes_append(&row, k->key, sizeof k->key);
    bytes_append_view(&row, note);
    ok = note_store_put(x->db, what, address_view(&k->agency), k->sequence, bytes_view(&row), err);
    bytes_fini(&row);
    return ok;
}

/* Splits a row; false: it holds none, or what its key did not sign. */
static bool split_row(struct exchange *x, struct view agency, struct view row, struct view *note, struct entry_read *r)
{
    struct verify_key *key;
    struct error why;
    bool ok;

    if (row.size <= KEY_SIZE || !verify_key_new(row.at, &key, &why))
        return false;
    *note = view_of(row.at + KEY_SIZE, row.size - KEY_SIZE);
    ok = entry_note_read(*note, &x->tick_arena, r, &why) && view_equal(address_view(&r->head.agency), agency) &&
         entry_note_is_signed(*note, membership_federation(x->membership), &r->head.agency, key);
    verify_key_free(key);
    return ok;
}

static bool load_entry(void *cookie, struct view agency, uint64_t sequence, struct view row, struct error *err)
{
    struct exchange *x = cookie;
    struct address forgotten;
    struct known_entry *k;
    struct entry_read r;
    struct view note;

    (void)err;
    if (row.size == KEY_SIZE && address_read(agency, &forgotten)) {
        k = entry_cache_get(&x->entries->cache, &forgotten);
        k->sequence = sequence;
        memcpy(k->key, row.at, KEY_SIZE);
    }
    if (split_row(x, agency, row, &note, &r)) {
        k = entry_cache_get(&x->entries->cache, &r.head.agency);
        entry_cache_put(&x->entries->cache, k, r.head.sequence, row.at, note, r.text);
        k->withdrawn = r.entry.withdrawn;
    }
    return true;
}

static bool load_other(void *cookie, struct view agency, uint64_t sequence, struct view row, struct error *err)
{
    struct exchange *x = cookie;
    struct known_entry *k = entry_cache_find(&x->entries->cache, agency);
    struct entry_read r;
    struct view note;

    (void)sequence;
    (void)err;
    if (k != NULL && k->note.size != 0 && split_row(x, agency, row, &note, &r) && r.head.sequence == k->sequence &&
        memcmp(k->key, row.at, KEY_SIZE) == 0)
        entry_cache_contest(&x->entries->cache, k, note);
    return true;
}

bool entries_load(struct exchange *x, struct error *err)
{
    const struct view own = address_view(membership_own(x->membership));
    struct bytes ignored = {0};
    bool found;
    bool ok = note_store_walk(x->db, ENTRY, load_entry, x, err) &&
              note_store_walk(x->db, ENTRY_OTHER, load_other, x, err) && entries_load_own(x, err) &&
              note_store_get(x->db, ENTRY_OTHERS, own, &found, &x->entries->others, &ignored, err) &&
              note_store_get(x->db, ENTRY_SEEN, own, &found, &x->entries->seen, &ignored, err);

    bytes_fini(&ignored);
    return ok;
}

/* Its sequence stays: what it said earlier, and for all, must not come back in its place. */
static bool forget(struct exchange *x, struct known_entry *k, struct error *err)
{
    const struct view none = {(const uint8_t *)"", 0};

    entry_cache_clear(k);
    return tick_begin(x, err) && entries_put_note(x, ENTRY, k, none, err) &&
           note_store_put(x->db, ENTRY_OTHER, address_view(&k->agency), 0, none, err);
}

/* --- who is believed --- */

bool entries_is_own(const struct exchange *x, const struct address *agency)
{
    return address_equal(agency, membership_own(x->membership));
}

/* Whether what a key with this FINGERPRINT signed for AGENCY counts. */
static bool key_counts(struct exchange *x, const struct address *agency, const struct hash *fingerprint, bool *counts,
                       struct error *err)
{
    struct peer_row row;
    struct peer p;
    bool found;

    *counts = false;
    if (!membership_find_peer(x->membership, address_view(agency), &p) || p.identity == NULL || p.revoked)
        return true;
    if (entries_is_own(x, agency)) {
        *counts = hash_equal(&p.fingerprint, fingerprint);
        return true;
    }
    if (!peers_find(x, agency, &found, &row, err))
        return false;
    *counts = found && !row.held_by_person && hash_equal(&row.known_key, fingerprint);
    return true;
}

bool entries_may_be_known(struct exchange *x, const struct address *agency, const struct agency_entry *e)
{
    struct peer p;

    return membership_find_peer(x->membership, address_view(agency), &p) &&
           (!p.member->unlisted || e->for_members || e->withdrawn);
}

/* What of K counts here; *COUNTS false: nothing. */
static bool read_known(struct exchange *x, const struct known_entry *k, bool *counts, struct entry_read *r,
                       struct error *err)
{
    *counts = false;
    if (k->note.size == 0)
        return true;
    if (!key_counts(x, &k->agency, &k->fingerprint, counts, err))
        return false;
    *counts = *counts && entry_note_read(bytes_view(&k->note), &x->tick_arena, r, err) &&
              entries_may_be_known(x, &k->agency, &r->entry);
    return true;
}

bool entries_may_pass(struct exchange *x, const struct known_entry *k, bool *may, struct error *err)
{
    struct entry_read r;

    return read_known(x, k, may, &r, err);
}

bool entries_find(struct exchange *x, const struct address *agency, enum entry_known *known, uint64_t *sequence,
                  struct agency_entry *out, struct error *err)
{
    const struct known_entry *k = entry_cache_find(&x->entries->cache, address_view(agency));
    struct entry_read r;
    bool counts;

    *known = ENTRY_UNKNOWN;
    if (entries_is_own(x, agency))
        return entries_find_own(x, known, sequence, out, err);
    if (k == NULL)
        return true;
    if (!read_known(x, k, &counts, &r, err))
        return false;
    if (!counts || (r.entry.withdrawn && k->other.size == 0))
        return true;
    *known = k->other.size == 0 ? ENTRY_KNOWN : ENTRY_CONTESTED;
    *sequence = k->sequence;
    *out = r.entry;
    return true;
}

bool entries_follow(struct exchange *x, struct error *err)
{
    struct peer p;

    if (!entries_seal_own(x, err))
        return false;
    for (size_t i = 0; i < x->entries->cache.count; i++) {
        struct known_entry *k = x->entries->cache.at[i];
        struct entry_read r;

        if (k->note.size == 0 || entries_is_own(x, &k->agency))
            continue;
        if (membership_find_peer(x->membership, address_view(&k->agency), &p) &&
            entry_note_read(bytes_view(&k->note), &x->tick_arena, &r, err) &&
            entries_may_be_known(x, &k->agency, &r.entry))
            continue;
        SOMETIMES(an_entry_was_forgotten);
        if (!forget(x, k, err))
            return false;
    }
    return own_note_stopped(x) ||
           !membership_find_peer(x->membership, address_view(membership_own(x->membership)), &p) ||
           entries_show_own(x, err);
}

/* --- a peer's --- */

/* What takes back the last of the day is taken beyond the bound: who feeds old ones up to it must not hold that off. */
static bool may_take_newer(struct exchange *x, struct known_entry *k, const struct agency_entry *e)
{
    bool takes_back = e->withdrawn && !k->withdrawn;

    if (k->day != tick_record_day(x))
        k->taken = 0;
    k->day = tick_record_day(x);
    if (k->taken >= BOUND_ENTRIES_A_DAY && !takes_back)
        return false;
    k->taken += k->taken < BOUND_ENTRIES_A_DAY;
    return true;
}

static bool keep_second(struct exchange *x, struct known_entry *k, struct view note, struct error *err)
{
    SOMETIMES(two_entries_had_one_number);
    log_line(LOG_WARNING, "event=entry.contested peer=%s number=%llu code=E-ENT-04", k->agency.text,
             (unsigned long long)k->sequence);
    entry_cache_contest(&x->entries->cache, k, note);
    return entries_put_note(x, ENTRY_OTHER, k, note, err);
}

/* It is signed by the key of P, which counts. */
static bool keep(struct exchange *x, struct known_entry *k, const struct peer *p, const struct entry_read *r,
                 struct view note, struct error *err)
{
    bool same_key = k->note.size != 0 && memcmp(k->key, p->identity_key, KEY_SIZE) == 0;
    const struct view none = {(const uint8_t *)"", 0};
    bool had_other = k->other.size != 0;

    if (!tick_begin(x, err))
        return false;
    tick_again(x);
    if (same_key && k->sequence == r->head.sequence)
        return k->other.size != 0 || keep_second(x, k, note, err);
    entry_cache_put(&x->entries->cache, k, r->head.sequence, p->identity_key, note, r->text);
    k->withdrawn = r->entry.withdrawn;
    return entries_put_note(x, ENTRY, k, note, err) &&
           (!had_other || note_store_put(x->db, ENTRY_OTHER, address_view(&k->agency), 0, none, err));
}

static bool is_newer(const struct known_entry *k, const struct peer *p, const struct entry_read *r, struct view note)
{
    if (k == NULL || memcmp(k->key, p->identity_key, KEY_SIZE) != 0)
        return true;
    if (k->note.size == 0) /* forgotten */
        return r->head.sequence >= k->sequence;
    return r->head.sequence > k->sequence ||
           (r->head.sequence == k->sequence && k->other.size == 0 && !view_equal(bytes_view(&k->note), note));
}

bool entries_take(struct exchange *x, const struct link *link, struct view note, struct error *err)
{
    struct known_entry *k;
    struct entry_read r;
    struct error why;
    struct peer p;
    bool counts;

    if (!entry_note_read(note, &x->tick_arena, &r, err))
        return error_wrap(err, "an entry from %s", link->agency.text);
    if (entries_is_own(x, &r.head.agency))
        return entries_take_own(x, &r, note, err);
    k = entry_cache_find(&x->entries->cache, address_view(&r.head.agency));
    if (!membership_find_peer(x->membership, address_view(&r.head.agency), &p) || p.identity == NULL ||
        !is_newer(k, &p, &r, note) || !entries_may_be_known(x, &r.head.agency, &r.entry))
        return true;
    if (!key_counts(x, &r.head.agency, &p.fingerprint, &counts, err))
        return false;
    if (!counts || !entry_note_is_signed(note, membership_federation(x->membership), &r.head.agency, p.identity) ||
        !tick_has_room_for_peers(x, &why))
        return true;
    k = entry_cache_get(&x->entries->cache, &r.head.agency);
    if (!may_take_newer(x, k, &r.entry))
        return true;
    if (!keep(x, k, &p, &r, note, err))
        return false;
    k->link = link->id;
    return true;
}
