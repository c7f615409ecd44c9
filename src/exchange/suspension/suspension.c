#include "exchange/suspension/suspension.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer.h"
#include "crypto/digest.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/agency_calls.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/suspension/suspension_note.h"
#include "exchange/suspension/suspensions_refused.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/sealing.h"
#include "exchange/vault.h"
#include "store/note_store.h"
#include "store/peer_store.h"

#define SUSPENSION "suspension" /* their name in the store, one a signer */

/* --- stored --- */

bool suspension_store(struct db *db, const struct suspension *s, struct view note, struct error *err)
{
    char key[12];

    (void)snprintf(key, sizeof key, "%" PRIu32, s->key);
    return note_store_put(db, SUSPENSION, s->key != 0 ? view_of_text(key) : address_view(&s->member), s->directory,
                          note, err);
}

struct loading {
    struct membership *membership;
    int64_t now_ms;
};

static bool load_one(void *cookie, struct view signer, uint64_t sequence, struct view note, struct error *err)
{
    const struct loading *l = cookie;
    struct suspension s;
    struct error why;
    bool is_new;

    (void)signer;
    (void)sequence;
    (void)err;
    if (!membership_take_suspension(l->membership, note, l->now_ms, true, &s, &is_new, &why)) /* it may be over */
        log_line(LOG_INFO, "event=suspension.dropped code=%s", error_row(why.code)->code);
    return true;
}

bool suspension_load_into(struct db *db, struct membership *membership, int64_t now_ms, struct error *err)
{
    struct loading l = {membership, now_ms};

    if (!note_store_walk(db, SUSPENSION, load_one, &l, err))
        return false;
    (void)membership_follow_suspensions(membership, now_ms);
    return true;
}

bool suspension_load(struct exchange *x, struct error *err)
{
    return suspension_load_into(x->db, x->membership, tick_record_ms(x), err);
}

/* --- who is suspended --- */

/* Who is a member is another question from now on. */
static void follow(struct exchange *x, const char *event)
{
    size_t count;
    const struct suspended *now;

    if (!membership_follow_suspensions(x->membership, tick_record_ms(x)))
        return;
    announcing_suspensions_changed(x);
    now = membership_suspended(x->membership, &count);
    log_line(LOG_WARNING, "event=%s now=%zu", event, count);
    for (size_t i = 0; i < count; i++)
        log_line(LOG_WARNING, "event=agency.suspended peer=%s by=%s", now[i].agency.text,
                 now[i].by_members ? "members" : "officer");
    proofs_invalidate(x->proofs);
    sealing_invalidate(x->sealing);
    links_cut(x);
    tick_members_changed(x);
    dialling_look(x);
    tick_again(x);
}

/* A stopped node has not compared the keys of a directory that came since. */
static bool is_other_key(struct membership *m, const struct peer_row *known)
{
    static const struct hash none;
    struct peer p;

    return membership_find_peer(m, address_view(&known->agency), &p) && !hash_equal(&known->known_key, &none) &&
           !hash_equal(&known->known_key, &p.fingerprint);
}

bool suspension_check_key(struct db *db, struct membership *membership, struct view note, struct error *err)
{
    struct peer_row row;
    struct suspension s;
    bool found = false;

    if (!suspension_note_read(note, &s, err) ||
        (s.key == 0 && !peer_store_find(db, address_view(&s.member), &found, &row, err)))
        return false;
    return !found || (row.held_since_ms == 0 && !is_other_key(membership, &row)) ||
           error_set(err, E_RVK_06, "the key of %s, who signs the suspension, is held here", s.member.text);
}

static bool take(struct exchange *x, struct view note, bool by_person, bool *is_new, struct error *err)
{
    struct record r = {.kind = RECORD_DIRECTORY};
    struct suspension s;

    if (!suspension_check_key(x->db, x->membership, note, err) ||
        !membership_take_suspension(x->membership, note, tick_record_ms(x), false, &s, is_new, err))
        return false;
    if (!*is_new)
        return true;
    SOMETIMES(one_officer_suspended_an_agency);
    log_line(LOG_WARNING, "event=suspension.taken directory=%" PRIu64 " key=%" PRIu32 " member=%s", s.directory, s.key,
             s.member.text);
    digest_sha256(note, &r.note_hash.note);
    r.note_hash.sequence = s.directory;
    if (by_person && !acting_sign(x, &r, err))
        return false;
    if (!tick_begin(x, err) || !suspension_store(x->db, &s, note, err) || !audit_append(x->audit, &r, NULL, err))
        return false;
    suspensions_refused_taken(x, note);
    follow(x, "suspensions.changed");
    announcing_suspensions_due(x);
    return true;
}

bool suspension_take(struct exchange *x, struct view note, uint64_t *sequence, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    bool is_new;

    *sequence = membership_directory(x->membership)->sequence;
    return own_note_may_sign(x, err) && tick_call_end(x, mark, take(x, note, false, &is_new, err), err);
}

/* --- this agency's own --- */

struct looking {
    const struct address *member;
    const struct address *agency;
    int64_t until_ms; /* of what that member states of that agency; 0: nothing that counts */
};

static void look_for(void *cookie, const struct suspension *s, struct view note)
{
    struct looking *l = cookie;

    (void)note;
    if (s->key == 0 && address_equal(&s->member, l->member) && address_equal(&s->agencies[0], l->agency))
        l->until_ms = s->time_ms + BOUND_SUSPENSION_MS;
}

static int64_t own_until(struct exchange *x, const struct address *agency)
{
    struct looking l = {membership_own(x->membership), agency, 0};

    membership_each_statement(x->membership, tick_record_ms(x), look_for, &l);
    return l.until_ms;
}

static bool state(struct exchange *x, const struct address *agency, struct error *err)
{
    struct suspension s = {.federation = *membership_federation(x->membership),
                           .directory = membership_directory(x->membership)->sequence,
                           .time_ms = tick_record_ms(x),
                           .member = *membership_own(x->membership),
                           .agencies = {*agency},
                           .agency_count = 1};
    struct bytes note = {0};
    bool is_new;
    bool ok = suspension_note_sign(&s, vault_identity(x->vault), &note, err) &&
              take(x, bytes_view(&note), true, &is_new, err);

    bytes_fini(&note);
    return ok;
}

bool exchange_agency_suspend(struct exchange *x, const struct address *agency, struct control_agency_suspended *out,
                             struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    if (!own_note_may_sign(x, err))
        return false;
    out->changed = own_until(x, agency) == 0;
    if (out->changed && tick_clock_in_doubt(x)) /* others would take it as of another time, or not at all */
        return error_set(err, E_RVK_14, "this machine's clock is in doubt");
    if (out->changed && !tick_call_end(x, mark, state(x, agency, err), err))
        return false;
    out->until_ms = own_until(x, agency);
    out->suspended_until_ms = membership_suspended_until(x->membership, agency);
    return true;
}

bool suspension_take_frame(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};
    bool is_new;

    if (take(x, payload, false, &is_new, &why))
        return true;
    if (error_fault(&why) != FAULT_LOCAL && why.code != E_RVK_05) {
        suspensions_refused_note(x, link, payload, why.code);
        return true;
    }
    *err = why;
    return why.code == E_RVK_05 ? error_wrap(err, "a suspension from %s", link->agency.text) : false;
}

struct sending {
    struct exchange *x;
    const struct link *link;
};

static void send_one(void *cookie, const struct suspension *s, struct view note)
{
    const struct sending *to = cookie;

    (void)s;
    tick_send(to->x, to->link->id, PEER_SUSPENSION, note);
}

void suspension_send(struct exchange *x, const struct link *link)
{
    struct sending to = {x, link};

    membership_each_statement(x->membership, tick_record_ms(x), send_one, &to);
}

static void note_one(void *cookie, const struct suspension *s, struct view note)
{
    (void)s;
    (void)note;
    *(bool *)cookie = true;
}

bool suspension_stands(const struct exchange *x)
{
    bool any = false;

    membership_each_statement(x->membership, tick_record_ms(x), note_one, &any);
    return any;
}

bool suspension_advance(struct exchange *x, struct error *err)
{
    int64_t end = membership_suspensions_end_ms(x->membership);

    (void)err;
    if (end != 0 && tick_record_ms(x) >= end && /* by which it counts */ !tick_clock_in_doubt(x))
        follow(x, "suspensions.over");
    return true;
}

int64_t suspension_wake_ms(const struct exchange *x)
{
    int64_t end = membership_suspensions_end_ms(x->membership);

    return end == 0 || tick_clock_in_doubt(x) ? 0 : tick_steady_at_record(x, end);
}
