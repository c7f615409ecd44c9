#include "exchange/traffic/frames.h"

#include "base/log.h"
#include "codec/narrow.h"
#include "codec/peer_messages.h"
#include "exchange/entries/entries.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/cosigning.h"
#include "exchange/members/federation.h"
#include "exchange/members/holds.h"
#include "exchange/renewal/renewal_ask.h"
#include "exchange/renewal/renewal_asked.h"
#include "exchange/restored/gaps.h"
#include "exchange/state.h"
#include "exchange/succession/succession.h"
#include "exchange/suspension/suspension.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/answers.h"
#include "exchange/traffic/beginnings.h"
#include "exchange/traffic/dial_back.h"
#include "exchange/traffic/entry_gossip.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/inbox.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/meter.h"
#include "exchange/traffic/meter_paces.h"
#include "exchange/traffic/receipting.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/standing.h"

#define ROWS_BYTES 2048 /* bytes of the disk that the rows about a frame take beside what it brought */

/* Of an agency that is over its share. Envelopes may answer something open; receipts end what waits here, and newer
 * directories what holds it up. How its log grew was asked for, and how ours grew is answered, rarely (growth.c): what
 * is dropped of either is a finding against somebody honest. What the other kinds bring comes again with the next link
 * or the next day. */
static bool is_taken_over_share(struct exchange *x, const struct link *link, uint16_t kind)
{
    int64_t when_ms;

    if (kind == PEER_ENTRY || kind == PEER_ENTRIES_HELD || kind == PEER_DIAL_BACK || kind == PEER_HELD)
        return false;
    if (kind == PEER_SUCCESSION)
        return meter_pace(x, link->usage, PACE_SUCCESSIONS, &when_ms);
    if (kind == PEER_REFUSAL || kind == PEER_MISSING || kind == PEER_ASK)
        return !inbox_say_busy(x, link);
    return kind != PEER_BUNDLE || meter_pace(x, link->usage, PACE_BUNDLE, &when_ms);
}

static bool take_bundle(struct exchange *x, const struct link *link, struct view payload, struct error *err)
{
    struct error why = {0};
    bool is_new;

    beginnings_say_again(x, link);
    if (!link->directory_only)
        return federation_take_bundle(x, link, payload, &is_new, err);
    /* The old directory may not list the peer; it sends its bundle again when we have the newer one. */
    if (federation_take_bundle(x, link, payload, &is_new, &why) || error_fault(&why) != FAULT_LOCAL)
        return true;
    *err = why;
    return false;
}

static bool pass_held(struct exchange *x, const struct link *link, struct error *err)
{
    beginnings_pass_names(link);
    return gaps_pass(x, link, err);
}

static bool take_frame(struct exchange *x, const struct link *link, uint16_t kind, struct view payload,
                       struct error *err)
{
    if (meter_is_over(x, link->usage, NULL) && !is_taken_over_share(x, link, kind))
        return kind != PEER_HELD || pass_held(x, link, err);
    switch (kind) {
    case PEER_ENVELOPE:
        return inbox_receive(x, link, payload, err);
    case PEER_RECEIPT:
        return answers_take_receipt(x, link, payload, err);
    case PEER_REFUSAL:
        return answers_take_refusal(x, link, payload, err);
    case PEER_WITNESS:
        return growth_take(x, link, payload, err);
    case PEER_ASK:
        return receipting_answer(x, link, payload, err);
    case PEER_MISSING:
        return settling_take_missing(x, link, payload, err);
    case PEER_COSIGNED:
        return cosigning_take(x, link, payload, err);
    case PEER_INCARNATION:
        return beginnings_take(x, link, payload, err);
    case PEER_HELD:
        return gaps_take(x, link, payload, err) && beginnings_take_names(x, link, payload, err);
    case PEER_BUNDLE:
        return take_bundle(x, link, payload, err);
    case PEER_DIRECTORY:
        return announcing_take_directory(x, link, payload, err);
    case PEER_ENTRY:
        return entries_take(x, link, payload, err);
    case PEER_ENTRIES_HELD:
        return entry_gossip_take_held(x, link, payload, err);
    case PEER_SUSPENSION:
        return suspension_take_frame(x, link, payload, err);
    case PEER_SUCCESSION:
        return succession_take_frame(x, link, payload, err);
    case PEER_RENEWAL:
        return renewal_asked(x, &(struct renewal_asker){link->id, &link->agency, &link->node, link->usage}, payload,
                             err);
    case PEER_RENEWED:
        return renewal_take(x, link->id, &link->agency, payload, err);
    case PEER_DIAL_BACK:
        return dial_back_take_ask(x, link, payload, err);
    case PEER_DIALLED_BACK:
        return dial_back_take_answer(x, link, payload, err);
    case PEER_BUSY:
        if (payload.size != 0)
            return error_set(err, E_LNK_10, "%s says busy and something else", link->agency.text);
        holds_said(x, link->peer, HOLD_BUSY);
        releasing_told_busy(x, link);
        return true;
    default:
        return error_set(err, E_LNK_93, "%s sent a frame of kind %u, which this node does not take", link->agency.text,
                         kind);
    }
}

static bool carries(const struct link *link, uint16_t kind, struct error *err)
{
    return !link->recall_only || narrow_carries(LINK_CLASS_CUT_OFF, kind) ||
           error_set(err, E_REN_01, "%s sent a frame of kind %u on a narrow link", link->agency.text, kind);
}

/* What a frame cost, once it was handled. */
static void add_cost(struct exchange *x, struct usage *u, uint64_t records, bool began, uint64_t stored)
{
    if (records != 0)
        meter_add(x, u, RESOURCE_RECORDS, records);
    if (began)
        meter_add(x, u, RESOURCE_COMMITS, 1);
    if (stored != 0)
        meter_add(x, u, RESOURCE_DISK, stored);
}

/* Not the peer's fault: the tick is undone and the link stands, or the node ends by it. A frame may be handled in turn
 * with others, where nobody else would hear of it. */
static bool is_for_the_tick(const struct error *err)
{
    return err->code == E_STO_03 || err->code == E_STO_01;
}

bool frames_handle(struct exchange *x, const struct link *link, uint16_t kind, struct view payload, struct error *err)
{
    struct usage *u = link->usage; /* the link may end */
    bool open = x->in_transaction;
    uint64_t mark = tick_call_begin(x);
    uint64_t records = audit_size(x->audit, LOG_EXCHANGE);
    bool ok;

    standing_note(x, link, kind, payload);
    ok = tick_call_end(x, mark, carries(link, kind, err) && take_frame(x, link, kind, payload, err), err);
    if (!ok && is_for_the_tick(err)) {
        tick_fail(x, err);
        tick_again(x);
        ok = true;
    }
    if (!ok && err->code == E_KEY_21) { /* of a disk of ours: it comes again; what was half done ends the tick */
        tick_read_again(x);
        tick_again(x);
        ok = inbox_say_busy(x, link);
    }
    if (!ok && meter_line(x, u, LINE_LINK))
        log_line(LOG_WARNING, "event=link.broke_protocol peer=%s code=%s text=\"%s\"", meter_agency(u)->text,
                 error_row(err->code)->code, err->text);
    add_cost(x, u, audit_size(x->audit, LOG_EXCHANGE) - records, !open && x->in_transaction,
             tick_call_begin(x) == mark ? 0 : payload.size + ROWS_BYTES);
    return ok;
}
