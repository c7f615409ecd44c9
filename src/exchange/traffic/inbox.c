#include "exchange/traffic/inbox.h"

#include "base/log.h"
#include "codec/body_codec.h"
#include "codec/consent_codec.h"
#include "codec/envelope_codec.h"
#include "codec/peer_codec.h"
#include "crypto/commit.h"
#include "crypto/seal.h"
#include "exchange/consent/body_contents.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/kinds/kind.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/logs/witness.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/opening.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"

#include <stdlib.h>
#include <string.h>

#define ENVELOPE_TAGS 16 /* bytes of an envelope around header and ciphertext, at most */

/* What came from one peer on one day. */
struct day {
    int64_t peer;
    uint32_t day; /* unix day */
    uint64_t messages;
    uint32_t refusals; /* at steps 1 to 9 */
};

struct inbox {
    struct bytes days; /* struct day each, at most one for each member */
    uint64_t per_peer_day;
};

/* A message on its way through the steps; each fills in what it found. */
struct incoming {
    struct exchange *x;
    struct link *link;
    struct envelope envelope;
    const struct seal_key *key;
    struct bytes *plain; /* wiped when the tick ends */
    struct content content;
    struct proof_answer proof;
    const struct record_disclosed *disclosed;
    struct body body;
    struct body_contents holds;
    struct peer_row peer;
    struct consent_entry *consent; /* NULL: none, or not stored yet */
    struct consent_receipt receipt;
    bool receipt_is_new;        /* of a consent that is not stored yet */
    bool receipt_is_more;       /* of one that is stored; it shows more of it */
    bool receipt_came;          /* RECEIPT is set; else that of CONSENT is the one that came */
    enum admission_step failed; /* steps 1 to 9, and STEP_ACTS with a reason */
    enum refusal_reason reason;
    enum hold hold;             /* with it: why it may be taken later; 0: nothing is known of that */
    bool over;                  /* the peer has had its share of today */
};

struct inbox *inbox_new(void)
{
    struct inbox *b = xnew(sizeof *b);

    b->per_peer_day = BOUND_PER_PEER_DAY;
    return b;
}

void inbox_set_limit(struct inbox *b, uint64_t per_peer_day)
{
    b->per_peer_day = per_peer_day;
}

void inbox_free(struct inbox *b)
{
    if (b == NULL)
        return;
    bytes_fini(&b->days);
    free(b);
}

/* Today's counts of a link's peer. Not the link's own, or a new link would begin at 0. */
static struct day *day_of(struct exchange *x, const struct link *link)
{
    struct bytes *days = &x->inbox->days;
    struct day new_day = {.peer = link->peer, .day = tick_today(x)};
    struct day *d = (struct day *)(void *)days->at;
    size_t n = days->size / sizeof *d;

    for (size_t i = 0; i < n; i++)
        if (d[i].peer == link->peer) {
            if (d[i].day != new_day.day)
                d[i] = new_day;
            return &d[i];
        }
    bytes_append(days, &new_day, sizeof new_day);
    return (struct day *)(void *)days->at + n;
}

static bool fail_step(struct incoming *in, enum admission_step step)
{
    in->failed = step;
    return false;
}

/* --- steps 1 to 4: what the header says --- */

static bool check_header(struct incoming *in, struct view payload, struct error *why)
{
    struct exchange *x = in->x;
    const struct envelope_header *h = &in->envelope.header;
    uint32_t today = tick_today(x);

    if (payload.size > BOUND_ENVELOPE || !envelope_decode(payload, &x->tick_arena, &in->envelope, why))
        return fail_step(in, STEP_BOUNDS);
    if (in->envelope.header_bytes.size > BOUND_HEADER || h->version != ENVELOPE_VERSION ||
        h->suite != SUITE_X25519_AES256GCM || h->sequence >= SEAL_SEQUENCE_END ||
        in->envelope.ciphertext.size < SEAL_TAG_SIZE ||
        !envelope_is_bucket(in->envelope.ciphertext.size - SEAL_TAG_SIZE))
        return fail_step(in, STEP_BOUNDS);
    if (!address_equal(&h->recipient, membership_own(x->membership)) || h->expiry < today ||
        h->expiry > today + BOUND_EXPIRY_DAYS)
        return fail_step(in, STEP_ADDRESSED);
    return true;
}

static bool check_member(struct incoming *in, struct error *why)
{
    struct exchange *x = in->x;

    if (membership_admits(x->membership, address_view(&in->envelope.header.sender), clock_now_ms(x->clock), NULL, why))
        return true;
    if (why->code == E_FED_23 || why->code == E_FED_25)
        in->hold = HOLD_THEIR_DIRECTORY;
    return fail_step(in, STEP_MEMBER);
}

static bool check_key(struct incoming *in)
{
    uint32_t keep_until = 0;

    in->key = vault_sealing_key(in->x->vault, &in->envelope.header.key, &keep_until);
    if (in->key == NULL || tick_today(in->x) > keep_until || in->envelope.header.expiry > keep_until)
        return fail_step(in, STEP_KEY);
    return true;
}

/* --- step 5: open --- */

static bool open_envelope(struct incoming *in, struct error *why)
{
    in->plain = tick_plain(in->x);
    return opening_envelope(in->x, &in->envelope, in->key, in->plain, why) || fail_step(in, STEP_OPENS);
}

/* --- steps 6 to 9: the content --- */

static bool check_proof(struct incoming *in, struct error *why)
{
    struct exchange *x = in->x;
    struct view content;
    struct proof_question q = {.agency = address_view(&in->envelope.header.sender)};

    if (!content_unpad(bytes_view(in->plain), &content, why) ||
        !content_decode(content, &x->tick_arena, &in->content, why) || !in->content.has_body ||
        in->content.version != CONTENT_VERSION)
        return fail_step(in, STEP_CONTENT);
    q.record = in->content.record;
    q.path = in->content.path;
    q.checkpoint = in->content.checkpoint;
    if (!proofs_check(x, &q, &in->proof, &in->failed, why))
        return false;
    return true;
}

/* The first incarnation seen of an agency is stored; another one is refused (docs/PROTOCOL.md 17). */
static bool check_incarnation(struct incoming *in)
{
    return in->peer.incarnation == 0 || in->peer.incarnation == in->proof.incarnation || fail_step(in, STEP_CHECKPOINT);
}

static bool body_matches(struct incoming *in)
{
    const struct record_disclosed *d = in->disclosed;
    struct hash commitment;

    commit_body(in->content.body_salt, in->content.body, &commitment);
    return hash_equal(&commitment, &d->commitment) && in->body.kind == d->message_kind &&
           in->holds.sections == d->sections;
}

/* Whether this very message was taken before: its receipt is given again, whatever the clocks say now. */
static bool is_known_here(struct incoming *in)
{
    struct message_row seen;
    struct error why;
    bool found;

    return message_store_find(in->x->db, DIRECTION_IN, in->peer.number, &in->envelope.header.message, &found, &seen,
                              &why) &&
           found && hash_equal(&seen.leaf, &in->proof.leaf);
}

/* The member's identity key has changed and nobody has compared it yet: what it answers waits there. */
static bool check_key_hold(struct incoming *in, struct error *why)
{
    if (!holds_keep_out(&in->peer, in->body.kind))
        return true;
    in->hold = HOLD_KEY_CHANGED;
    error_set(why, E_FED_41, "the identity key of %s is held", in->envelope.header.sender.text);
    return fail_step(in, STEP_MEMBER);
}

static bool check_record(struct incoming *in, struct error *why)
{
    struct exchange *x = in->x;
    const struct envelope_header *h = &in->envelope.header;
    const struct record *r = &in->proof.record;
    int64_t now = clock_now_ms(x->clock);

    if (r->kind != RECORD_DISCLOSED)
        return fail_step(in, STEP_RECORD);
    in->disclosed = &r->disclosed;
    if (!view_equal(in->disclosed->recipient, address_view(&h->recipient)) ||
        !ident_equal(&in->disclosed->message, &h->message))
        return fail_step(in, STEP_RECORD);
    if (r->time_ms > now + BOUND_FUTURE_MS && !is_known_here(in)) {
        in->hold = HOLD_CLOCK;
        return fail_step(in, STEP_RECORD);
    }
    if (!body_decode(in->content.body, &x->tick_arena, &in->body, why) ||
        !body_contents_list(&in->body, &x->tick_arena, &in->holds, why))
        return fail_step(in, STEP_RECORD);
    if (!body_matches(in) || (in->content.consent.size != 0) != in->disclosed->has_consent)
        return fail_step(in, STEP_RECORD);
    return true;
}

/* --- refusing before the sender is proven --- */

static void answer_refusal(struct incoming *in)
{
    struct exchange *x = in->x;
    struct peer_refusal refusal = {.step = in->failed, .reason = in->reason, .hold = in->hold};

    if (in->failed > STEP_BOUNDS) {
        refusal.has_message = true;
        refusal.message = in->envelope.header.message;
    }
    if (in->failed == STEP_KEY)
        refusal.bundle = membership_bundle_note(x->membership, address_view(membership_own(x->membership)));
    bytes_clear(&x->frame);
    peer_refusal_encode(&refusal, &x->frame);
    tick_send(x, in->link->id, PEER_REFUSAL, bytes_view(&x->frame));
}

static bool send_refusal(struct incoming *in, const struct error *why, struct error *err)
{
    struct exchange *x = in->x;
    struct link *link = in->link;
    struct record counted = {.kind = RECORD_COUNTED};

    answer_refusal(in);
    if (day_of(x, link)->refusals++ >= BOUND_REFUSALS_LOGGED) {
        x->refusals_uncounted++;
        return true;
    }
    log_line(LOG_WARNING, "event=envelope.refused link=%s step=%s code=%s", link->agency.text,
             admission_step_name(in->failed),
             in->failed == STEP_ACTS ? refusal_reason_name(in->reason) : error_row(why->code)->code);
    counted.counted = (struct record_counted){.what = COUNTED_REFUSED_UNKNOWN, .how_many = 1};
    return tick_begin(x, err) && audit_append(x->audit, &counted, NULL, err);
}

static bool count_busy(struct exchange *x, bool at_end, struct error *err)
{
    struct record counted = {.kind = RECORD_COUNTED};

    if (x->busy_uncounted == 0 || (!at_end && x->busy_uncounted < 1000))
        return true;
    counted.counted = (struct record_counted){.what = COUNTED_BUSY, .how_many = x->busy_uncounted};
    x->busy_uncounted = 0;
    return tick_begin(x, err) && audit_append(x->audit, &counted, NULL, err);
}

bool inbox_count_refusals(struct exchange *x, bool at_end, struct error *err)
{
    struct record counted = {.kind = RECORD_COUNTED};

    if (!count_busy(x, at_end, err))
        return false;
    if (x->refusals_uncounted == 0 || (!at_end && x->refusals_uncounted < 1000))
        return true;
    counted.counted = (struct record_counted){.what = COUNTED_REFUSED_UNKNOWN, .how_many = x->refusals_uncounted};
    x->refusals_uncounted = 0;
    return tick_begin(x, err) && audit_append(x->audit, &counted, NULL, err);
}

/* --- steps 10 to 12: the sender is proven --- */

static void add_pending_receipt(struct exchange *x, const struct link *link, uint64_t record_index)
{
    struct pending_receipt *o = arena_new(&x->tick_arena, sizeof *o);

    *o = (struct pending_receipt){.link = link->id, .record_index = record_index};
    *x->pending_receipts_end = o;
    x->pending_receipts_end = &o->next;
}

static bool append_outcome(struct incoming *in, enum outcome outcome, uint64_t *index, struct error *err)
{
    struct exchange *x = in->x;
    struct record r = {.kind = outcome == OUTCOME_STORED ? RECORD_RECEIVED : RECORD_REFUSED};

    if (!tick_begin(x, err))
        return false;
    *index = audit_size(x->audit, LOG_EXCHANGE);
    r.received = (struct record_received){.sender = address_view(&in->envelope.header.sender),
                                          .message = in->envelope.header.message,
                                          .leaf = in->proof.leaf,
                                          .outcome = outcome};
    return audit_append(x->audit, &r, NULL, err);
}

/* The same message again gets the same receipt. The same id with another leaf is refused; the first one stays. */
static bool answer_duplicate(struct incoming *in, const struct message_row *seen, struct error *err)
{
    uint64_t index = seen->record_index;

    if (!hash_equal(&seen->leaf, &in->proof.leaf)) {
        log_line(LOG_WARNING, "event=message.id_reused peer=%s", in->envelope.header.sender.text);
        if (!append_outcome(in, OUTCOME_OTHER_LEAF, &index, err))
            return false;
    }
    add_pending_receipt(in->x, in->link, index);
    tick_again(in->x);
    return true;
}

/* Finds the consent that the record names, or checks the receipt that came. *OUTCOME is OUTCOME_STORED if it stands. */
static bool find_consent(struct incoming *in, enum outcome *outcome, struct error *err)
{
    struct exchange *x = in->x;
    struct consent_row row;
    struct error why = {0};
    bool found;

    *outcome = OUTCOME_STORED;
    if (!in->disclosed->has_consent)
        return true;
    if (!consent_book_find(x, &in->disclosed->consent, in->content.consent, &found, &row, err))
        return false;
    if (found && row.progress != CONSENT_STANDS) {
        *outcome = OUTCOME_WITHDRAWN;
        return true;
    }
    if (found) {
        if (!consent_book_get(x, row.number, &in->consent, err))
            return false;
        if (view_equal(in->consent->bytes, in->content.consent))
            return true; /* the same bytes, checked when they first came */
    }
    if (!consent_receipt_decode(in->content.consent, &x->tick_arena, &in->receipt, &why) ||
        !consent_book_check_receipt(x, in->content.consent, &in->disclosed->consent, &in->receipt, &why)) {
        log_line(LOG_WARNING, "event=consent.refused peer=%s code=%s", in->envelope.header.sender.text,
                 error_row(why.code)->code);
        *outcome = OUTCOME_CONSENT_WRONG;
        return true;
    }
    if (found && !view_equal(in->consent->receipt.record_bytes, in->receipt.record_bytes))
        *outcome = OUTCOME_CONSENT_WRONG; /* two records with one consent id: the first one stays */
    in->receipt_came = true;
    in->receipt_is_new = !found;
    in->receipt_is_more = found && in->receipt.shown_count > in->consent->receipt.shown_count;
    return true;
}

/* Whether the consent permits the message, and covers its sections: as the sender's gate asked. */
static enum outcome ask_consent(struct incoming *in)
{
    const struct consent_receipt *r = in->receipt_came ? &in->receipt : &in->consent->receipt; /* each opens alone */
    struct grant *grants = arena_new(&in->x->tick_arena, (r->shown_count + 1) * sizeof *grants);
    struct consent_entry entry = {.row = {.recipient = *membership_own(in->x->membership), .progress = CONSENT_STANDS},
                                  .receipt = *r,
                                  .grants = grants,
                                  .grant_count = r->shown_count,
                                  .matches_log = true};
    struct consent_question q = {.recipient = address_view(membership_own(in->x->membership)),
                                 .sender = address_view(&in->envelope.header.sender),
                                 .purpose = (enum purpose)in->disclosed->purpose,
                                 .today = tick_today(in->x),
                                 .sections = in->holds.sections,
                                 .fields = in->holds.fields,
                                 .field_count = in->holds.field_count};

    for (size_t i = 0; i < r->shown_count; i++)
        grants[i] = r->shown[i].grant;
    if (in->consent != NULL)
        entry.row = in->consent->row;
    if (consent_denial(&entry, &q) != 0 ||
        (q.sections & ~consent_covers(&r->header, grants, r->shown_count, &q, NULL)) != 0)
        return OUTCOME_NOT_COVERED;
    return OUTCOME_STORED;
}

/* A message that names no permission: an answer, which ends with the data of its referral, or none about a person. A
 * legal basis alone permits nothing yet. */
static bool decide_without_consent(struct incoming *in, enum outcome *outcome, struct error *err)
{
    struct received_body received = {.peer = in->peer.number, .sender = &in->envelope.header.sender, .body = &in->body};
    struct referral_row referral;
    struct consent_row consent;
    bool found;

    if (message_kind_needs_permission(in->body.kind, in->holds.sections != 0)) {
        *outcome = OUTCOME_NOT_COVERED;
        return true;
    }
    if (!message_kind_is_of_referral(in->body.kind))
        return true;
    if (!kind_referral_of(in->x, &received, &found, &referral, err))
        return false;
    if (!found || referral.consent == 0)
        return true;
    if (!consent_store_get(in->x->db, referral.consent, &found, &consent, err))
        return false;
    if (found && (consent.progress == CONSENT_ERASING || consent.progress == CONSENT_ERASED))
        *outcome = OUTCOME_WITHDRAWN;
    return true;
}

static bool decide_outcome(struct incoming *in, enum outcome *outcome, struct error *err)
{
    if (!find_consent(in, outcome, err))
        return false;
    if (*outcome != OUTCOME_STORED)
        return true;
    if (!in->disclosed->has_consent)
        return decide_without_consent(in, outcome, err);
    *outcome = ask_consent(in);
    return true;
}

/* --- whether it can be acted on --- */

static struct received_body received_body_of(const struct incoming *in)
{
    return (struct received_body){.peer = in->peer.number,
                                  .sender = &in->envelope.header.sender,
                                  .body = &in->body,
                                  .sections = in->holds.sections,
                                  .purpose = (enum purpose)in->disclosed->purpose};
}

static bool check_acts(struct incoming *in, struct error *err)
{
    const struct kind_actions *acts = kind_actions(in->body.kind);
    struct received_body received = received_body_of(in);

    if (acts->check != NULL && !acts->check(in->x, &received, &in->reason, err))
        return false;
    if (in->reason != 0)
        in->failed = STEP_ACTS;
    return true;
}

/* --- storing --- */

static bool store_message(struct incoming *in, enum outcome outcome, struct error *err)
{
    struct exchange *x = in->x;
    struct message_row row = {.direction = DIRECTION_IN,
                              .id = in->envelope.header.message,
                              .peer = in->peer.number,
                              .kind = in->body.kind,
                              .leaf = in->proof.leaf,
                              .state = outcome == OUTCOME_STORED ? MESSAGE_STORED : MESSAGE_REFUSED,
                              .outcome = outcome};
    const struct kind_actions *acts = kind_actions(in->body.kind);
    uint64_t slot;
    struct received_body received = received_body_of(in);

    if (!append_outcome(in, outcome, &row.record_index, err))
        return false;
    if (outcome == OUTCOME_STORED && in->receipt_is_new && in->disclosed->has_consent &&
        !consent_book_add_received(x, in->content.consent, &in->receipt, &in->consent, err))
        return false;
    if (outcome == OUTCOME_STORED && in->receipt_is_more &&
        !consent_book_show_more(x, &in->consent->row, in->content.consent, &in->consent, err))
        return false;
    row.consent = outcome == OUTCOME_STORED && in->consent != NULL ? in->consent->row.number : 0;
    received.consent = row.consent;
    if (!message_store_next_number(x->db, &row.number, err))
        return false;
    received.message = row.number;
    if (outcome == OUTCOME_STORED && acts->find != NULL && !acts->find(x, &received, &row.referral, &row.consent, err))
        return false;
    if (!message_store_add(x->db, &row, err))
        return false;
    add_pending_receipt(x, in->link, row.record_index);
    if (outcome != OUTCOME_STORED)
        return true;
    if (!consent_book_slot(x, message_kind_is_of_referral(in->body.kind) ? row.consent : 0, &slot, err))
        return false;
    return stored_body_put(x, row.number, slot, in->content.body_salt, in->content.body, err) &&
           (acts->take == NULL || acts->take(x, &received, err));
}

/* The peer has had its share: the message waits there. No id is taken, nothing recorded. */
static bool send_busy(struct exchange *x, const struct link *link)
{
    tick_send(x, link->id, PEER_BUSY, (struct view){0});
    x->busy_uncounted++;
    return true;
}

static bool find_standing(struct incoming *in, enum standing *standing, uint64_t *first, struct error *err)
{
    const struct kind_actions *acts = kind_actions(in->body.kind);
    struct received_body received = received_body_of(in);

    *standing = STANDING_IN_SHARE;
    return acts->standing == NULL || acts->standing(in->x, &received, standing, first, err);
}

/* *FULL: no more may be written, but for what answers something open. */
static bool find_room(struct exchange *x, bool *full, struct error *err)
{
    struct error why = {0};

    *full = !tick_has_room(x, &why);
    if (*full && why.code != E_STO_03) {
        *err = why;
        return false;
    }
    return true;
}

static bool refuse_for_room(struct incoming *in)
{
    in->failed = STEP_CONSENT;
    in->hold = HOLD_NO_ROOM;
    answer_refusal(in);
    log_line(LOG_WARNING, "event=message.no_room peer=%s", in->envelope.header.sender.text);
    return true;
}

static bool admit_message(struct incoming *in, struct error *err)
{
    struct exchange *x = in->x;
    struct error why = {0};
    struct message_row seen;
    enum standing standing;
    enum outcome outcome;
    uint64_t first = 0;
    bool found;
    bool full;

    if (!message_store_find(x->db, DIRECTION_IN, in->peer.number, &in->envelope.header.message, &found, &seen, err))
        return false;
    if (found && (!in->over || hash_equal(&seen.leaf, &in->proof.leaf)))
        return answer_duplicate(in, &seen, err);
    if (!check_acts(in, err))
        return false;
    if (in->reason != 0)
        return in->over ? send_busy(x, in->link) : send_refusal(in, &why, err);
    if (!find_room(x, &full, err) || (!found && !find_standing(in, &standing, &first, err)))
        return false;
    if (found || standing == STANDING_FULL || (standing == STANDING_IN_SHARE && in->over))
        return send_busy(x, in->link);
    if (standing == STANDING_IN_SHARE && full)
        return refuse_for_room(in);
    if (standing == STANDING_REPEAT) {
        add_pending_receipt(x, in->link, first);
        tick_again(x);
        return true;
    }
    if (!decide_outcome(in, &outcome, err))
        return false;
    if (outcome != OUTCOME_STORED)
        log_line(LOG_WARNING, "event=message.refused_here peer=%s outcome=%s", in->envelope.header.sender.text,
                 outcome_name(outcome));
    return store_message(in, outcome, err);
}

static bool check_steps(struct incoming *in, struct view payload, struct error *why)
{
    return check_header(in, payload, why) && check_member(in, why) && check_key(in) && open_envelope(in, why) &&
           check_proof(in, why);
}

bool inbox_receive(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct incoming in = {.x = x, .link = link};
    struct error why = {0};

    in.over = day_of(x, link)->messages++ >= x->inbox->per_peer_day;
    if (in.over && payload.size > BOUND_ANSWERING + SEAL_TAG_SIZE + BOUND_HEADER + ENVELOPE_TAGS)
        return send_busy(x, link);
    if (!check_steps(&in, payload, &why))
        return in.over ? send_busy(x, link) : send_refusal(&in, &why, err);
    if (!tick_begin(x, err) || !peers_get_or_add(x, &in.envelope.header.sender, &in.peer, err))
        return false;
    if (!check_incarnation(&in) || !check_record(&in, &why) || !check_key_hold(&in, &why))
        return in.over ? send_busy(x, link) : send_refusal(&in, &why, err);
    if (!witness_message(x, &in.peer, &in.proof, &in.content, err))
        return false;
    return admit_message(&in, err);
}

/* --- what arrived --- */

bool inbox_answer(struct exchange *x, struct link *link, struct view payload, struct error *err)
{
    struct day *day = day_of(x, link);
    struct bytes missing = {0};
    struct peer_ask ask;
    bool ok = true;

    if (!peer_ask_decode(payload, &x->tick_arena, &ask, err))
        return error_wrap(err, "a question of %s", link->agency.text);
    day->messages += ask.count;
    if (day->messages > x->inbox->per_peer_day)
        return send_busy(x, link);
    for (size_t i = 0; ok && i < ask.count; i++) {
        struct message_row row;
        bool found = false;

        ok = message_store_find(x->db, DIRECTION_IN, link->peer, &ask.asked[i].message, &found, &row, err);
        if (ok && found && hash_equal(&row.leaf, &ask.asked[i].leaf))
            add_pending_receipt(x, link, row.record_index);
        else
            bytes_append(&missing, ask.asked[i].message.at, sizeof ask.asked[i].message.at);
    }
    if (ok) {
        bytes_clear(&x->frame);
        peer_missing_encode(
            &(struct peer_missing){.ids = (const void *)missing.at, .count = missing.size / sizeof(struct ident)},
            &x->frame);
        tick_send(x, link->id, PEER_MISSING, bytes_view(&x->frame));
        tick_again(x);
    }
    bytes_fini(&missing);
    return ok;
}

/* --- receipts --- */

bool inbox_send_receipts(struct exchange *x, struct error *err)
{
    for (struct pending_receipt *o = x->pending_receipts; o != NULL; o = o->next) {
        struct audit_proof proof;
        struct receipt receipt;

        if (!audit_prove(x->audit, o->record_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
            return false;
        receipt = (struct receipt){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
        bytes_clear(&x->frame);
        receipt_encode(&receipt, &x->frame);
        tick_send(x, o->link, PEER_RECEIPT, bytes_view(&x->frame));
    }
    return true;
}
