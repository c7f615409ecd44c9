#include "exchange/succession/succession.h"

#include <string.h>

#include "base/log.h"
#include "base/sometimes.h"
#include "base/text.h"
#include "codec/peer.h"
#include "crypto/sign.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_succession.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/succession/former_keys.h"
#include "exchange/succession/known_keys.h"
#include "exchange/succession/rekeying.h"
#include "exchange/succession/succession_note.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter_paces.h"
#include "store/note_store.h"

#define SUCCESSION "succession"       /* their name in the store, by the new key in hex */
#define OTHER      "other-succession" /* in this agency's name, and not made here */

/* --- what is void --- */

/* This agency's own stand: with them it reads its own log. Nobody else believes them. */
static bool is_void(void *cookie, const struct succession *s)
{
    const struct exchange *x = cookie;
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    return !address_equal(&s->agency, membership_own(x->membership)) &&
           (known_keys_is_stolen(x, &old) || known_keys_is_stolen(x, &new));
}

/* A key that is revoked takes no place; one in the middle of a line was revoked when the next took its place. */
static bool check_revoked(const struct exchange *x, const struct succession *s, const struct hash *old,
                          const struct hash *new, struct error *err)
{
    const struct known_key *o = known_keys_find(x, old);
    const struct known_key *k = known_keys_find(x, new);
    const bool was_replaced = k != NULL && k->reason == REVOKED_SUPERSEDED && membership_is_succeeded(x->membership, s);

    return ((o == NULL || o->reason == 0 || o->reason == REVOKED_SUPERSEDED) &&
            (k == NULL || k->reason == 0 || was_replaced)) ||
           error_set(err, E_FED_63, "a key of the succession of %s was revoked", s->agency.text);
}

static bool check_owner(const struct exchange *x, const struct succession *s, const struct hash *key, struct error *err)
{
    const struct known_key *k = known_keys_find(x, key);

    return k == NULL || known_key_is_of(k, &s->agency) ||
           error_set(err, E_FED_64, "a key of the succession of %s was another agency's", s->agency.text);
}

/* Within the life of the old key's certificates, as far as directories listed them here, and not in the future. */
static bool check_time(struct exchange *x, const struct succession *s, const struct hash *old, struct error *err)
{
    const struct known_key *k = known_keys_find(x, old);
    const int64_t time_ms = s->time_s * 1000;

    return (time_ms <= tick_record_ms(x) + BOUND_CLOCKS_MS &&
            (k == NULL || k->from_ms == 0 || (time_ms >= k->from_ms && time_ms <= k->until_ms))) ||
           error_set(err, E_FED_65, "the time of the succession of %s is not in the life of its old key",
                     s->agency.text);
}

static bool check(struct exchange *x, const struct succession *s, struct error *err)
{
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    if (membership_is_revoked(x->membership, &s->agency))
        return error_set(err, E_FED_67, "%s is revoked or suspended", s->agency.text);
    return check_time(x, s, &old, err) && check_revoked(x, s, &old, &new, err) && check_owner(x, s, &old, err) &&
           check_owner(x, s, &new, err);
}

/* --- stored --- */

struct loading {
    struct exchange *x;
    size_t taken;
};

static bool load_one(void *cookie, struct view hex, uint64_t sequence, struct view note, struct error *err)
{
    struct loading *l = cookie;
    struct succession s;
    struct error why;
    bool is_new = false;

    (void)hex;
    (void)sequence;
    if (!succession_note_read(note, membership_federation(l->x->membership), &s, &why))
        return true;
    contradictions_note(l->x, &s);
    if (is_void(l->x, &s) || !membership_take_succession(l->x->membership, &s, note, &is_new, &why) || !is_new)
        return true;
    l->taken++;
    return former_keys_load(l->x, &s, err);
}

static bool load_other(struct exchange *x, struct error *err)
{
    struct bytes note = {0};
    struct succession s;
    uint64_t time;
    struct error why;
    bool found;
    bool ok = note_store_get(x->db, OTHER, address_view(membership_own(x->membership)), &found, &time, &note, err);

    if (ok && found && succession_note_read(bytes_view(&note), membership_federation(x->membership), &s, &why))
        known_keys_other_came(x, &s);
    bytes_fini(&note);
    return ok;
}

/* One is of a line when that next to it is: as often as they are long. Of a line that has ended nothing is taken. */
bool succession_load(struct exchange *x, struct error *err)
{
    struct loading l = {.x = x};

    if (!known_keys_load(x, err) || !contradictions_load(x, err) || !load_other(x, err))
        return false;
    do {
        l.taken = 0;
        if (!note_store_walk(x->db, SUCCESSION, load_one, &l, err))
            return false;
    } while (l.taken > 0);
    return true;
}

static bool store(struct exchange *x, const struct succession *s, struct view note, struct error *err)
{
    char hex[2 * HASH_SIZE + 1];
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    text_write_hex(new.at, HASH_SIZE, hex);
    return tick_begin(x, err) && note_store_put(x->db, SUCCESSION, view_of_text(hex), (uint64_t)s->time_s, note, err);
}

bool succession_follow(struct exchange *x, struct error *err)
{
    if (!known_keys_follow(x, err))
        return false;
    if (membership_drop_successions(x->membership, is_void, x) > 0) {
        SOMETIMES(a_succession_was_void);
        proofs_invalidate(x->proofs);
    }
    return rekeying_follow(x, err);
}

/* --- taken --- */

/* To whom has not brought it. */
static void pass_on(struct exchange *x, const struct link *from, struct view note)
{
    for (const struct link *l = x->links; l != NULL; l = l->next)
        if (l != from && announcing_takes_successions(l))
            tick_send(x, l->id, PEER_SUCCESSION, note);
}

static bool compare(struct exchange *x, const struct address *agency, struct error *err)
{
    struct peer p;

    return !membership_find_peer(x->membership, address_view(agency), &p) || holds_compare_key(x, &p, err);
}

/* Its own an agency makes, or refuses (refuse_own). */
static bool look_for_contradiction(struct exchange *x, const struct link *from, const struct succession *s,
                                   struct view note, bool *contradicts, struct error *err)
{
    bool is_new = false;
    struct hash key;

    *contradicts =
        !address_equal(&s->agency, membership_own(x->membership)) && contradictions_find(x, s, &key, &is_new);
    if (!is_new)
        return true;
    log_line(LOG_WARNING, "event=succession.contradicted peer=%s code=E-FED-70", s->agency.text);
    pass_on(x, from, note);
    return contradictions_keep(x, &key, s, note, err) && compare(x, &s->agency, err);
}

/* One that contradicts another, and leads to the key that is listed now, takes its place in the line: it vouches for
 * none, and what the old key signed is believed. */
static bool take(struct exchange *x, const struct link *from, const struct succession *s, struct view note,
                 struct error *err)
{
    bool contradicts;
    bool is_new;

    if (!check(x, s, err) || !look_for_contradiction(x, from, s, note, &contradicts, err))
        return false;
    if (!membership_take_succession(x->membership, s, note, &is_new, err))
        return contradicts && err->code == E_FED_66
                   ? error_set(err, E_FED_70, "an identity key of %s signed for two next keys", s->agency.text)
                   : false;
    if (!is_new)
        return true;
    log_line(LOG_NOTICE, "event=succession.taken agency=%s", s->agency.text);
    contradictions_note(x, s);
    proofs_invalidate(x->proofs);
    pass_on(x, from, note);
    return store(x, s, note, err) && former_keys_load(x, s, err) &&
           (address_equal(&s->agency, membership_own(x->membership)) || compare(x, &s->agency, err));
}

bool succession_take_own(struct exchange *x, const struct succession *s, struct view note, struct error *err)
{
    return take(x, NULL, s, note, err);
}

/* Whether OLD is this agency's key in use, or was. */
static bool is_of_own_line(const struct exchange *x, const struct succession *s)
{
    struct hash old;
    struct hash new;

    succession_hashes(s, &old, &new);
    return memcmp(s->old_key, membership_identity_key(x->membership), KEY_SIZE) == 0 ||
           (membership_succession_from(x->membership, membership_own(x->membership), &old) != NULL &&
            !known_keys_is_stolen(x, &old));
}

/* Its own successions an agency makes itself. One that its key in use signed, or one of before, and that it did not
 * make shows that the key is in other hands, or that this home was put back. */
static bool refuse_own(struct exchange *x, const struct succession *s, struct view note, struct error *err)
{
    if (membership_change_of_key(x->membership, s) != NULL) /* it is here, of another second */
        return true;
    if (rekeying_made(x, s)) { /* the data of this home is of before that, its keys are not */
        return take(x, NULL, s, note, err);
    }
    if (!is_of_own_line(x, s))
        return error_set(err, E_FED_62, "a succession in this agency's name is not of its key");
    if (!succession_has_other(x)) {
        SOMETIMES(a_succession_in_our_name_was_anothers);
        log_line(LOG_ERROR, "event=succession.other code=E-KEY-24");
        if (!tick_begin(x, err) ||
            !note_store_put(x->db, OTHER, address_view(&s->agency), (uint64_t)s->time_s, note, err))
            return false;
        known_keys_other_came(x, s);
        tick_again(x);
    }
    return error_set(err, E_KEY_24, "a succession in this agency's name was made on another machine");
}

bool succession_take(struct exchange *x, const struct link *from, struct view note, struct error *err)
{
    struct succession s;

    if (membership_has_succession(x->membership, note))
        return true;
    if (!succession_note_read(note, membership_federation(x->membership), &s, err))
        return false;
    return address_equal(&s.agency, membership_own(x->membership)) ? refuse_own(x, &s, note, err)
                                                                   : take(x, from, &s, note, err);
}

bool succession_is_used_up(const struct exchange *x)
{
    return memcmp(known_keys_other(x)->old_key, membership_identity_key(x->membership), KEY_SIZE) == 0;
}

bool succession_has_other(const struct exchange *x)
{
    return is_of_own_line(x, known_keys_other(x));
}

bool succession_take_frame(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};

    if (own_note_stopped(x) || succession_take(x, link, payload, &why))
        return true;
    if (error_fault(&why) != FAULT_LOCAL && why.code != E_FED_60) {
        if (meter_line(x, link->usage, LINE_ENVELOPE_REFUSED))
            log_line(LOG_NOTICE, "event=succession.refused peer=%s code=%s", link->agency.text,
                     error_row(why.code)->code);
        return true;
    }
    *err = why;
    return why.code == E_FED_60 ? error_wrap(err, "a succession from %s", link->agency.text) : false;
}

struct sending {
    struct exchange *x;
    const struct link *link;
    int64_t since_ms;
    size_t skip;
    size_t count; /* behind these */
};

static bool is_next(struct sending *to, int64_t time_ms)
{
    if (time_ms < to->since_ms)
        return false;
    if (to->skip == 0)
        return to->count++ < BOUND_SUCCESSIONS_A_SECOND;
    to->skip--;
    return false;
}

static void send_one(void *cookie, const struct succession *s, struct view note)
{
    struct sending *to = cookie;
    struct hash old;
    struct hash new;

    if (!is_next(to, s->time_s * 1000))
        return;
    succession_hashes(s, &old, &new);
    if (!known_keys_is_stolen(to->x, &old) && !known_keys_is_stolen(to->x, &new))
        tick_send(to->x, to->link->id, PEER_SUCCESSION, note);
}

static void send_contradiction(void *cookie, const struct address *agency, int64_t since_ms, struct view note)
{
    struct sending *to = cookie;

    (void)agency;
    if (is_next(to, since_ms))
        tick_send(to->x, to->link->id, PEER_SUCCESSION, note);
}

bool succession_send(struct exchange *x, const struct link *link, int64_t since_ms, size_t *said)
{
    struct sending to = {x, link, since_ms, *said, 0};

    membership_each_succession(x->membership, send_one, &to);
    contradictions_each(x, send_contradiction, &to);
    *said += BOUND_SUCCESSIONS_A_SECOND;
    return to.count <= BOUND_SUCCESSIONS_A_SECOND;
}

static void note_time(void *cookie, const struct address *agency, int64_t since_ms, struct view note)
{
    int64_t *newest_ms = cookie;

    (void)agency;
    (void)note;
    if (since_ms > *newest_ms)
        *newest_ms = since_ms;
}

int64_t succession_newest_ms(const struct exchange *x)
{
    int64_t newest_ms = membership_newest_succession_s(x->membership) * 1000;

    contradictions_each(x, note_time, &newest_ms);
    return newest_ms;
}

void succession_own_signer(const struct exchange *x, struct proof_signer *out)
{
    uint8_t key[KEY_SIZE];
    struct hash name;
    size_t kept = 0;

    membership_own_signer(x->membership, out);
    for (size_t i = 0; i < out->former_count; i++) {
        verify_key_public(out->former[i], key);
        sign_public_hash(key, &name);
        if (!known_keys_is_stolen(x, &name))
            out->former[kept++] = out->former[i];
    }
    out->former_count = kept;
}

/* --- whom it convinces --- */

bool succession_vouches(struct exchange *x, const struct hash *known, const struct peer *p)
{
    const struct address *agency = &p->member->agency;
    struct hash at = *known;
    struct error why;

    if (known_keys_doubted(x, agency) != NULL || hash_equal(known, &p->fingerprint))
        return false;
    for (size_t i = 0; i < BOUND_SUCCESSIONS && !hash_equal(&at, &p->fingerprint); i++) {
        const struct succession *s = membership_succession_from(x->membership, agency, &at);
        const struct known_key *k = known_keys_find(x, &at);
        const bool was_listed = k != NULL && k->from_ms != 0; /* here: one between may not have been */

        /* With another machine it is no routine. */
        if (s == NULL || (i == 0 && !was_listed) || (was_listed && !member_has_node(p->member, &k->node)) ||
            !check(x, s, &why) || contradictions_doubt(x, &at))
            return false;
        sign_public_hash(s->new_key, &at);
    }
    return hash_equal(&at, &p->fingerprint);
}

bool succession_vouched(struct exchange *x, const struct hash *known, const struct peer *p, struct error *err)
{
    struct hash at = *known;

    while (!hash_equal(&at, &p->fingerprint)) {
        const struct succession *s = membership_succession_from(x->membership, &p->member->agency, &at);

        REQUIRE(s != NULL); /* succession_vouches */
        if (!known_keys_vouch(x, &at, &p->member->agency, err))
            return false;
        sign_public_hash(s->new_key, &at);
    }
    return true;
}
