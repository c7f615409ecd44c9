#include "exchange/traffic/admission.h"

#include "codec/referral_messages.h"
#include "crypto/commit.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership_admits.h"
#include "exchange/restored/incarnations.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/opening.h"
#include "exchange/vault_sealing.h"
#include "store/message_store.h"

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
    uint32_t today = tick_closing_day(x);

    if (!envelope_decode(payload, &x->tick_arena, &in->envelope, why))
        return fail_step(in, STEP_BOUNDS);
    if (!address_equal(&h->recipient, membership_own(x->membership)) || h->expiry < today ||
        h->expiry > today + BOUND_EXPIRY_TAKEN_DAYS)
        return fail_step(in, STEP_ADDRESSED);
    return true;
}

static bool check_member(struct incoming *in, struct error *why)
{
    struct exchange *x = in->x;
    const struct view sender = address_view(&in->envelope.header.sender);

    if (in->link->recall_only && !address_equal(&in->envelope.header.sender, &in->link->agency))
        return fail_step(in, STEP_MEMBER);
    if (membership_admits(x->membership, sender, tick_closing_ms(x), NULL, why) ||
        (in->link->recall_only && membership_recalls(x->membership, sender, tick_closing_ms(x), why)))
        return true;
    if (why->code == E_FED_23 || why->code == E_FED_25)
        in->hold = HOLD_THEIR_DIRECTORY;
    return fail_step(in, STEP_MEMBER);
}

static bool check_key(struct incoming *in)
{
    uint32_t keep_until = 0;

    in->key = vault_sealing_key(in->x->vault, &in->envelope.header.key, &keep_until);
    if (in->key == NULL || tick_closing_day(in->x) > keep_until || in->envelope.header.expiry > keep_until)
        return fail_step(in, STEP_KEY);
    return true;
}

/* --- step 5: open --- */

static bool check_opens(struct incoming *in, struct error *why)
{
    meter_add(in->x, in->link->usage, RESOURCE_OPENINGS, 1);
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
        !content_decode(content, &x->tick_arena, &in->content, why) || !in->content.has_body)
        return fail_step(in, STEP_CONTENT);
    q.record = in->content.record;
    q.path = in->content.path;
    q.checkpoint = in->content.checkpoint;
    if (!proofs_check(x->proofs, &q, &x->tick_arena, &in->proof, &in->failed, why))
        return false;
    return true;
}

/* A log begins again only where the directory says so; of one that is over only what its agency still has is taken. */
static bool check_incarnation(struct incoming *in, struct error *why)
{
    bool takes;

    in->awaited = incarnations_is_awaited(in->x, &in->peer);
    in->put_off = incarnations_is_put_off(in->x, &in->peer);
    if (in->proof.incarnation > incarnations_current(in->x, &in->peer)) {
        in->hold = HOLD_THEIR_DIRECTORY;
        return fail_step(in, STEP_CHECKPOINT);
    }
    return (incarnations_takes(in->x, &in->peer, &in->proof, &takes, why) && (takes || in->awaited)) ||
           fail_step(in, STEP_CHECKPOINT);
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

/* The member's identity key has changed and nobody has compared it yet, or it is suspended: what it answers waits.
 * Where its log began anew, and nothing says yet how, all waits; a withdrawal stops meanwhile, as of who is held. */
static bool check_key_hold(struct incoming *in, struct error *why)
{
    in->hold = in->put_off || (in->awaited && in->body.kind == MESSAGE_WITHDRAWAL)
                   ? HOLD_KEY_HELD_THERE
                   : holds_keep_out(in->x, &in->peer, in->body.kind);
    if (in->hold == HOLD_NONE && in->awaited)
        return fail_step(in, STEP_CHECKPOINT);
    if (in->hold == HOLD_NONE)
        return true;
    error_set(why, E_FED_41, "the identity key of %s is held, or it is suspended", in->envelope.header.sender.text);
    return fail_step(in, STEP_MEMBER);
}

/* Before a byte of the body is read. */
static bool check_recall(struct incoming *in, struct error *why)
{
    if (!in->link->recall_only || (holds_calls_back(in->disclosed->message_kind) && in->disclosed->sections == 0))
        return true;
    in->hold = HOLD_KEY_HELD_THERE;
    error_set(why, E_FED_28, "%s is cut off, and sends something else than what calls data back",
              in->envelope.header.sender.text);
    return fail_step(in, STEP_MEMBER);
}

static bool check_record(struct incoming *in, struct error *why)
{
    struct exchange *x = in->x;
    const struct envelope_header *h = &in->envelope.header;
    const struct record *r = &in->proof.record;
    int64_t now = tick_closing_ms(x);

    if (r->kind != RECORD_DISCLOSED)
        return fail_step(in, STEP_RECORD);
    in->disclosed = &r->disclosed;
    if (!check_recall(in, why))
        return false;
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

bool admission_check_envelope(struct incoming *in, struct view payload, struct error *why)
{
    return check_header(in, payload, why) && check_member(in, why) && check_key(in) && check_opens(in, why) &&
           check_proof(in, why);
}

bool admission_check_record(struct incoming *in, struct error *why)
{
    return check_incarnation(in, why) && check_record(in, why) && check_key_hold(in, why);
}
