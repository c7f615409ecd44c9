#include "exchange/members/holds.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/consent/withdrawal_work.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/members/peers.h"
#include "exchange/restored/going_on.h"
#include "exchange/restored/incarnations.h"
#include "exchange/state.h"
#include "exchange/succession/known_keys.h"
#include "exchange/succession/succession.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/sealing.h"
#include "model/record.h"
#include "store/message_store.h"

#include <stdlib.h>

struct said {
    int64_t peer;
    enum hold hold;
    bool by_link;    /* by what the link is: nothing was refused */
    bool was_narrow; /* one had the other for cut off, and no answer came since: what was not believed waits */
};

struct holds {
    struct bytes said;   /* struct said each, at most one for each member */
    int64_t next_end_ms; /* of the held keys, the end that comes first; 0: none ends by itself */
};

static const struct hash no_key;

struct holds *holds_new(void)
{
    return xnew(sizeof(struct holds));
}

void holds_free(struct holds *h)
{
    if (h == NULL)
        return;
    bytes_fini(&h->said);
    free(h);
}

/* --- asking --- */

/* What calls data back: withdrawals and statements. A correction passes to who is cut off too, but carries facts. */
bool holds_calls_back(enum message_kind kind)
{
    return message_kind_has(kind, KIND_PASSES_TO_CUT_OFF) && !message_kind_has(kind, KIND_PERMISSION);
}

static bool key_is_held(const struct peer_row *row)
{
    return row->held_since_ms != 0;
}

/* With a key that goes on from the one before what an agency says of its past would count, all that it has lost be sent
 * again: nobody's silence says that it is hers. */
static int64_t end_of_key(struct exchange *x, const struct peer_row *row)
{
    if (row->held_by_person || incarnations_is_put_off(x, row))
        return 0;
    if (known_keys_is_stolen(x, &row->held_key)) /* no time makes it the agency's own again */
        return 0;
    return row->held_since_ms + HOLDS_KEY_MS;
}

/* What the directory says. Where only a clock in doubt says that something has ended, that is the reason. */
static enum hold by_directory(struct exchange *x, struct view agency)
{
    enum hold hold = membership_hold(x->membership, agency, tick_closing_ms(x));

    if (hold != HOLD_NONE && tick_clock_in_doubt(x) &&
        membership_hold(x->membership, agency, tick_record_ms(x)) == HOLD_NONE)
        return HOLD_CLOCK_DOUBT;
    return hold;
}

/* What waits for an agency that nobody dials goes when it dials. Asked only of those that the directory lists. */
static bool waits_for_dial(struct exchange *x, const struct address *agency)
{
    struct peer p;

    REQUIRE(membership_find_peer(x->membership, address_view(agency), &p));
    return member_dials_only(p.member) && links_find_agency(x, agency) == NULL;
}

static void ask(struct exchange *x, const struct address *agency, const struct peer_row *row, enum message_kind kind,
                struct held *out)
{
    *out = (struct held){.hold = by_directory(x, address_view(agency))};
    if (out->hold == HOLD_NONE && row != NULL && key_is_held(row))
        *out = (struct held){.hold = row->held_by_person ? HOLD_SUSPENDED : HOLD_KEY_CHANGED,
                             .since_ms = row->held_since_ms,
                             .until_ms = end_of_key(x, row)};
    if (out->hold == HOLD_NONE && waits_for_dial(x, agency))
        out->hold = HOLD_DIALS_ONLY;
    if (holds_calls_back(kind) && hold_lets_call_back(out->hold))
        *out = (struct held){0};
}

bool holds_ask(struct exchange *x, const struct address *agency, enum message_kind kind, struct held *out,
               struct error *err)
{
    struct peer_row row;
    bool found;

    if (!peers_find(x, agency, &found, &row, err))
        return false;
    ask(x, agency, found ? &row : NULL, kind, out);
    return true;
}

static struct said *find_said(struct exchange *x, int64_t peer)
{
    struct said *s = (struct said *)(void *)x->holds->said.at;

    REQUIRE(x->holds->said.size % sizeof *s == 0);
    for (size_t i = 0; i < x->holds->said.size / sizeof *s; i++)
        if (s[i].peer == peer)
            return &s[i];
    return NULL;
}

void holds_ask_peer(struct exchange *x, const struct peer_row *row, enum message_kind kind, struct held *out)
{
    const struct said *s = find_said(x, row->number);

    ask(x, &row->agency, row, kind, out);
    if (out->hold == HOLD_NONE && s != NULL)
        out->hold = s->hold;
}

enum denial holds_denial(struct exchange *x, const struct address *agency, enum message_kind kind)
{
    struct held held;

    ask(x, agency, NULL, kind, &held);
    return hold_denial(held.hold);
}

bool holds_is_suspended(struct exchange *x, const struct address *agency)
{
    struct peer p;

    /* Also where the directory has passed its last day: with nobody to sign another, members suspend. */
    return membership_find_peer(x->membership, address_view(agency), &p) && p.revoked && p.reason == REVOKED_SUSPENDED;
}

enum hold holds_keep_out(struct exchange *x, const struct peer_row *row, enum message_kind kind)
{
    const bool answers = kind == MESSAGE_REPLY || kind == MESSAGE_ERASURE_STATEMENT;

    if (holds_is_suspended(x, &row->agency) && (answers || kind == MESSAGE_WITHDRAWAL))
        return HOLD_KEY_HELD_THERE;
    return answers && key_is_held(row) ? HOLD_KEY_HELD_THERE : HOLD_NONE;
}

bool holds_key_is_held(struct exchange *x, const struct address *agency, bool *held, struct error *err)
{
    struct peer_row row;
    bool found;

    if (!peers_find(x, agency, &found, &row, err))
        return false;
    *held = found && key_is_held(&row);
    return true;
}

void holds_said(struct exchange *x, int64_t peer, enum hold hold)
{
    struct said *s = find_said(x, peer);
    struct said said = {.peer = peer, .hold = hold};

    said.was_narrow = hold == HOLD_NO_SEALING_KEY && s != NULL && s->was_narrow; /* else it has answered */
    if (s != NULL)
        *s = said;
    else if (hold != HOLD_NONE)
        bytes_append(&x->holds->said, &said, sizeof said);
}

static struct said *said_of(struct exchange *x, int64_t peer)
{
    const struct said new = {.peer = peer};

    if (find_said(x, peer) == NULL)
        bytes_append(&x->holds->said, &new, sizeof new);
    return find_said(x, peer);
}

/* What it refused, or answered and was not believed, while one had the other for cut off goes before its time. */
void holds_linked(struct exchange *x, const struct link *link, bool recalls)
{
    struct said *s = link->recall_only ? said_of(x, link->peer) : find_said(x, link->peer);

    if (s == NULL)
        return;
    if (recalls || s->by_link)
        s->hold = recalls ? HOLD_KEY_HELD_THERE : HOLD_NONE;
    s->by_link = recalls;
    s->was_narrow = s->was_narrow || link->recall_only;
    if (links_is_whole(link) && s->was_narrow)
        releasing_retry_all(link);
}

/* That it was suspended here is no word of its own: the directory says whether it is. */
static bool load_said(void *cookie, int64_t peer, uint64_t hold, struct error *err)
{
    struct said *s = said_of(cookie, peer);

    (void)err;
    if (hold != HOLD_SUSPENDED)
        s->hold = (enum hold)hold;
    s->was_narrow = s->was_narrow || hold == HOLD_SUSPENDED || hold == HOLD_KEY_HELD_THERE;
    return true;
}

bool holds_load(struct exchange *x, struct error *err)
{
    return message_store_walk_holds(x->db, load_said, x, err);
}

/* --- keys --- */

static bool is_held_by(enum agency_key_event event)
{
    return event == AGENCY_KEY_CHANGED || event == AGENCY_KEY_DOUBTED;
}

static bool note_end(void *cookie, const struct peer_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct holds *h = x->holds;
    int64_t end = end_of_key(x, row);

    (void)err;
    if (key_is_held(row) && end != 0 && (h->next_end_ms == 0 || end < h->next_end_ms))
        h->next_end_ms = end;
    return true;
}

static bool store_change(struct exchange *x, struct peer_row *row, const struct hash *key, enum agency_key_event event,
                         struct error *err)
{
    struct record r = {.kind = RECORD_AGENCY_KEY};

    REQUIRE(key_is_held(row) == is_held_by(event) && key_is_held(row) == !hash_equal(&row->held_key, &no_key));
    r.agency_key = (struct record_agency_key){.agency = address_view(&row->agency), .key = *key, .event = event};
    log_line(is_held_by(event) ? LOG_WARNING : LOG_NOTICE, "event=agency.key peer=%s what=%s", row->agency.text,
             agency_key_event_name(event));
    sealing_invalidate(x->sealing);
    links_release_again(x, &row->agency);
    dialling_look(x);
    withdrawal_work_due(x);
    tick_again(x);
    if (event == AGENCY_KEY_CONFIRMED && !acting_sign(x, &r, err))
        return false;
    return tick_begin(x, err) && peers_update(x, row, err) && note_end(x, row, err) &&
           audit_append(x->audit, &r, NULL, err);
}

static bool end_hold(struct exchange *x, struct peer_row *row, enum agency_key_event event, struct error *err)
{
    struct hash key = event == AGENCY_KEY_BACK ? row->known_key : row->held_key;

    REQUIRE(key_is_held(row));
    row->known_key = key;
    row->held_key = no_key;
    row->held_since_ms = 0;
    row->held_by_person = false;
    if ((event == AGENCY_KEY_CONFIRMED || event == AGENCY_KEY_PASSED) && !known_keys_end_vouching(x, &row->agency, err))
        return false;
    entry_gossip_begin_again(x);               /* its entry was not taken */
    announcing_bundle_due_to(x, &row->agency); /* so that what waits there for the end of the hold goes again at once */
    return store_change(x, row, &key, event, err);
}

static bool begin_hold(struct exchange *x, struct peer_row *row, const struct peer *p, bool by_person,
                       struct error *err)
{
    SOMETIMES(an_identity_key_was_held);
    REQUIRE(p->identity != NULL); /* else its fingerprint is none */
    row->held_key = p->fingerprint;
    row->held_since_ms = tick_record_ms(x);
    row->held_by_person = row->held_by_person || by_person;
    return store_change(x, row, &row->held_key, AGENCY_KEY_CHANGED, err);
}

/* The key before it signed for what is listed now. */
static bool succeed(struct exchange *x, struct peer_row *row, const struct peer *p, struct error *err)
{
    SOMETIMES(a_key_was_taken_on_the_word_of_the_one_before);
    if (!succession_vouched(x, &row->known_key, p, err))
        return false;
    row->held_key = p->fingerprint;
    row->held_since_ms = tick_record_ms(x);
    return end_hold(x, row, AGENCY_KEY_SUCCEEDED, err);
}

/* A key on whose word the one that counts was taken is in other hands: who has it may have made the note before. */
static bool doubt(struct exchange *x, struct peer_row *row, const struct known_key *voucher, struct error *err)
{
    SOMETIMES(a_key_that_had_vouched_was_compromised);
    row->held_key = row->known_key;
    row->known_key = voucher->name;
    row->held_since_ms = tick_record_ms(x);
    return store_change(x, row, &row->held_key, AGENCY_KEY_DOUBTED, err);
}

/* What is listed is the key that counts. */
static bool keep(struct exchange *x, struct peer_row *row, struct error *err)
{
    const struct known_key *voucher = known_keys_doubted(x, &row->agency);

    if (voucher != NULL)
        return doubt(x, row, voucher, err);
    return !key_is_held(row) || end_hold(x, row, AGENCY_KEY_BACK, err);
}

/* What a suspended agency had sent or asked waits for a person even if it comes back with the key it had. */
bool holds_compare_key(struct exchange *x, const struct peer *p, struct error *err)
{
    bool suspended = p->revoked && p->reason == REVOKED_SUSPENDED;
    struct peer_row row;
    bool found;

    if (suspended && membership_suspended_until(x->membership, &p->member->agency) != 0) /* which ends by itself */
        return true;
    if (!peers_find(x, &p->member->agency, &found, &row, err))
        return false;
    if (!found || hash_equal(&row.known_key, &no_key)) {
        if (!tick_begin(x, err) || !peers_get_or_add(x, &p->member->agency, &row, err))
            return false;
        row.known_key = p->fingerprint;
        return peers_update(x, &row, err);
    }
    if (suspended && !row.held_by_person)
        return begin_hold(x, &row, p, true, err);
    if (hash_equal(&row.known_key, &p->fingerprint) && !row.held_by_person &&
        (p->revoked || !known_keys_is_stolen(x, &row.known_key))) /* a stolen one does not come back */
        return keep(x, &row, err);
    if (!row.held_by_person && succession_vouches(x, &row.known_key, p))
        return succeed(x, &row, p, err);
    if (key_is_held(&row) && hash_equal(&row.held_key, &p->fingerprint))
        return true;
    return begin_hold(x, &row, p, false, err);
}

static bool find_next_end(struct exchange *x, struct error *err)
{
    x->holds->next_end_ms = 0;
    return peer_store_walk_held(x->db, note_end, x, err);
}

bool holds_compare_keys(struct exchange *x, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    if (!succession_follow(x, err) || !going_on_follow(x, err))
        return false;
    for (size_t i = 0; i < d->member_count; i++) {
        struct peer p;

        membership_peer(x->membership, i, &p);
        if (p.identity == NULL || address_equal(&p.member->agency, membership_own(x->membership)))
            continue;
        if (!holds_compare_key(x, &p, err))
            return false;
    }
    return find_next_end(x, err);
}

/* --- ends --- */

struct held_peer {
    struct held_peer *next;
    struct peer_row row;
};

struct held_walk {
    struct exchange *x;
    struct held_peer *first;
};

static bool collect_held(void *cookie, const struct peer_row *row, struct error *err)
{
    struct held_walk *w = cookie;
    struct held_peer *h = arena_new(&w->x->tick_arena, sizeof *h);

    (void)err;
    *h = (struct held_peer){.next = w->first, .row = *row};
    w->first = h;
    return true;
}

bool holds_advance(struct exchange *x, struct error *err)
{
    struct held_walk w = {.x = x};
    int64_t now = trusted_time_ms(&x->time);

    if (x->holds->next_end_ms == 0 || tick_clock_in_doubt(x) ||
        (now < x->holds->next_end_ms && x->holds->next_end_ms - now <= HOLDS_KEY_MS))
        return true;
    if (!peer_store_walk_held(x->db, collect_held, &w, err))
        return false;
    for (struct held_peer *h = w.first; h != NULL; h = h->next) {
        if (h->row.held_since_ms > now) { /* a person said that it is earlier */
            h->row.held_since_ms = now;
            if (!tick_begin(x, err) || !peers_update(x, &h->row, err))
                return false;
        }
        if (end_of_key(x, &h->row) == 0 || now < end_of_key(x, &h->row))
            continue;
        SOMETIMES(the_hold_of_a_key_was_over);
        if (!end_hold(x, &h->row, AGENCY_KEY_PASSED, err))
            return false;
    }
    return find_next_end(x, err);
}

int64_t holds_wake_ms(const struct exchange *x)
{
    return x->holds->next_end_ms == 0 || tick_clock_in_doubt(x) ? 0 : tick_steady_at_trusted(x, x->holds->next_end_ms);
}

/* --- a person compared --- */

bool holds_waits_there(struct exchange *x, int64_t peer)
{
    const struct said *s = find_said(x, peer);

    return s != NULL && s->hold == HOLD_KEY_HELD_THERE;
}

bool holds_end_by_person(struct exchange *x, struct peer_row *row, struct error *err)
{
    SOMETIMES(a_person_confirmed_a_key);
    return end_hold(x, row, AGENCY_KEY_CONFIRMED, err) && find_next_end(x, err);
}
