#include "exchange/traffic/receipting.h"

#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/links.h"
#include "store/message_store.h"

/* A receipt to be sent after the commit. */
struct pending_receipt {
    struct pending_receipt *next;
    uint64_t link;
    uint64_t record_index; /* of the RECEIVED or REFUSED record, in the exchange log */
};

struct receipting {
    struct pending_receipt *first; /* of this tick, in its arena */
    struct pending_receipt **end;
};

struct receipting *receipting_new(void)
{
    return xnew(sizeof(struct receipting));
}

void receipting_end_tick(struct exchange *x)
{
    x->receipting->first = NULL;
    x->receipting->end = &x->receipting->first;
}

bool receipting_is_due(const struct exchange *x)
{
    return x->receipting->first != NULL;
}

void receipting_add(struct exchange *x, uint64_t link, uint64_t record_index)
{
    struct pending_receipt *o = arena_new(&x->tick_arena, sizeof *o);

    *o = (struct pending_receipt){.link = link, .record_index = record_index};
    *x->receipting->end = o;
    x->receipting->end = &o->next;
}

bool receipting_answer(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct bytes *frame;
    struct bytes missing = {0};
    struct peer_ask ask;
    bool ok = true;

    if (!peer_ask_decode(payload, &x->tick_arena, &ask, err))
        return error_wrap(err, "a question of %s", link->agency.text);
    if (!inbox_count(x, link, ask.count))
        return inbox_say_busy(x, link);
    for (size_t i = 0; ok && i < ask.count; i++) {
        struct message_row row;
        bool found = false;

        ok = message_store_find(x->db, DIRECTION_IN, link->peer, &ask.asked[i].message, &found, &row, err);
        if (ok && found && hash_equal(&row.leaf, &ask.asked[i].leaf))
            receipting_add(x, link->id, row.record_index);
        else
            bytes_append(&missing, ask.asked[i].message.at, sizeof ask.asked[i].message.at);
    }
    if (ok) {
        frame = tick_frame(x);
        peer_missing_encode(
            &(struct peer_missing){.ids = (const void *)missing.at, .count = missing.size / sizeof(struct ident)},
            frame);
        tick_send(x, link->id, PEER_MISSING, bytes_view(frame));
        tick_again(x);
    }
    bytes_fini(&missing);
    return ok;
}

/* What stands beside the receipt, not in its record: how far the sender's log is linked here, how ours grew. */
static bool add_beside(struct exchange *x, const struct pending_receipt *o, const struct audit_proof *proof,
                       struct receipt *receipt, struct error *err)
{
    const struct link *link = links_find(x, o->link);
    struct peer_row peer;
    bool found;

    if (link == NULL)
        return true;
    if (!peers_get(x, link->peer, &found, &peer, err))
        return false;
    receipt->linked = found ? peer.linked_size : 0;
    return proof->closed || growth_prove(x, link, proof->size, 0, &receipt->consistency, &receipt->from_size, err);
}

bool receipting_send(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (struct pending_receipt *o = x->receipting->first; o != NULL; o = o->next) {
        struct audit_proof proof;
        struct receipt receipt;
        struct bytes *frame;

        if (!audit_prove(x->audit, o->record_index, AUDIT_OF_COMMIT, &x->tick_arena, &proof, err))
            return false;
        receipt = (struct receipt){.record = proof.record, .path = proof.path, .checkpoint = proof.checkpoint};
        if (!add_beside(x, o, &proof, &receipt, err))
            return false;
        frame = tick_frame(x);
        receipt_encode(&receipt, frame);
        tick_send(x, o->link, PEER_RECEIPT, bytes_view(frame));
    }
    return true;
}
