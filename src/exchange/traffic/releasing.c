#include "exchange/traffic/releasing.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/peer_messages.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/restored/restored_asks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/growth.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/outbox.h"
#include "exchange/traffic/owed_tries.h"
#include "exchange/traffic/recorded.h"
#include "exchange/traffic/releasing_inside.h"
#include "exchange/traffic/releasing_times.h"
#include "exchange/traffic/sealing.h"
#include "exchange/traffic/settling.h"
#include "exchange/traffic/stored_body.h"

#define RELEASE_CHUNK  64 /* messages read from the store for one link in one tick: 3 ms */
#define RELEASE_BESIDE 16 /* the same while somebody waits for a list or a search, which takes many ticks */

static uint32_t chunk(const struct exchange *x)
{
    return x->people_wait ? RELEASE_BESIDE : RELEASE_CHUNK;
}

/* --- what keeps a message here for now --- */

static bool is_held(struct exchange *x, const struct link *link, enum message_kind kind, bool *out, struct error *err)
{
    struct held held;

    if (!holds_ask(x, &link->agency, kind, &held, err))
        return false;
    *out = held.hold != HOLD_NONE || (link->recall_only && !holds_calls_back(kind)) ||
           (restored_asks_wait(x) && message_kind_has(kind, KIND_PERMISSION));
    return true;
}

/* --- what may have left --- */

/* Whether the consent that ROW lies under ended, so that the gate will keep it back. What is owed needs none. */
static bool may_pass(struct exchange *x, const struct message_row *row, bool *pass, struct error *err)
{
    struct consent_row consent;
    enum denial denied;

    *pass = true;
    if (row->consent == 0 || !message_kind_has(row->kind, KIND_PERMISSION))
        return true;
    if (!consent_agreement_ask(x, row->consent, &consent, &denied, err))
        return false;
    *pass = denied == 0 && !consent_has_ended(consent.until, tick_closing_day(x));
    return true;
}

struct marking {
    struct exchange *x;
    const struct link *link;
};

static bool mark_message(void *cookie, const struct message_row *row, struct error *err)
{
    struct marking *m = cookie;
    struct exchange *x = m->x;
    bool held;
    bool pass;

    if (row->may_have_left || (!m->link->releasing->retry_all && releasing_is_too_early(x, row)))
        return true;
    if (!is_held(x, m->link, row->kind, &held, err))
        return false;
    if (held)
        return true;
    if (!may_pass(x, row, &pass, err))
        return false;
    if (!pass && !m->link->releasing->mark_all)
        return true;
    return tick_begin(x, err) && message_store_set_left(x->db, row->number, true, err);
}

bool releasing_mark(struct exchange *x, struct error *err)
{
    for (const struct link *link = x->links; link != NULL; link = link->next) {
        struct marking m = {.x = x, .link = link};

        const bool one = link->releasing->share_used_up; /* that is tried next: the others do not leave */

        if (!link->releasing->backlog || releasing_takes_nothing(x, link) || (one && !link->releasing->mark_all))
            continue;
        if (!message_store_walk_waiting(x->db, link->peer, link->releasing->released_up_to, one ? 1 : chunk(x),
                                        mark_message, &m, err))
            return false;
        link->releasing->mark_all = false;
    }
    return true;
}

/* --- releasing --- */

static bool send_message(struct exchange *x, const struct link *link, int64_t number, uint64_t record_index,
                         const struct disclosure *d, struct error *err)
{
    struct bytes *frame;
    struct audit_proof proof;
    struct seal_input input = {.proof = &proof};
    bool held;

    REQUIRE(x->committed);
    releasing_look_again(x, link);
    if (!is_held(x, link, disclosure_of(d)->kind, &held, err))
        return false;
    if (held)
        return true;
    if (!audit_prove(x->audit, record_index, AUDIT_NEWEST, &x->tick_arena, &proof, err) ||
        (!proof.closed && !growth_prove(x, link, proof.size, number, &input.consistency, &input.known_size, err)))
        return false;
    frame = tick_frame(x);
    if (!sealing_envelope(x, d, &input, frame, err)) {
        SOMETIMES(there_was_no_key_to_seal_to);
        if (meter_line(x, link->usage, LINE_WAITS))
            log_line(LOG_WARNING, "event=message.waits peer=%s code=%s", link->agency.text, error_row(err->code)->code);
        holds_said(x, link->peer, HOLD_NO_SEALING_KEY);
        return err->code != E_BUG_01; /* no key to seal to: the message waits for a bundle */
    }
    tick_send(x, link->id, PEER_ENVELOPE, bytes_view(frame));
    if (message_kind_has(disclosure_of(d)->kind, KIND_OWED))
        releasing_note_retry(link, owed_tries_went(&link->releasing->owed_tries, number, tick_steady_ms(x)));
    return true;
}

struct waiting {
    struct exchange *x;
    const struct link *link;
    size_t seen;
    bool blocked; /* a message is to be marked first, in the next tick; those behind it wait for it */
};

static void block(struct waiting *w, const struct message_row *row)
{
    w->blocked = true;
    w->link->releasing->released_up_to = row->number - 1;
}

/* A clock in doubt says that it has ended: it waits for the right time. */
static bool is_only_doubted(const struct exchange *x, enum denial denied)
{
    return denied == DENIAL_EXPIRED && tick_clock_in_doubt(x);
}

/* The gate says no. What never left is withheld. What may have left is not called so before the recipient was asked: it
 * may have arrived, and its receipt was lost. */
static bool keep_back(struct waiting *w, const struct message_row *row, enum denial denied, struct error *err)
{
    if (settling_is_for_a_person(row->kind, denied))
        return true;
    if (is_only_doubted(w->x, denied)) {
        SOMETIMES(a_message_waited_for_the_right_time);
        releasing_look_again(w->x, w->link);
        return true;
    }
    if (!row->may_have_left || row->missing_ms != 0)
        return settling_withhold(w->x, row, denied, settling_left(row), err);
    SOMETIMES(it_was_asked_whether_a_message_arrived);
    settling_add_question(w->link, row);
    return true;
}

/* What a key that the disk does not give opens waits for it: that is no word that counts for good. */
static bool waits_for_key(struct exchange *x, const struct link *link, const struct error *err)
{
    if (err->code != E_KEY_21)
        return false;
    releasing_look_again(x, link);
    tick_read_again(x);
    return true;
}

/* The gate again: her consent may have been withdrawn since the message was made, days ago or in this tick. */
static bool release_message(struct waiting *w, const struct message_row *row, const struct gate_ask *ask,
                            struct error *err)
{
    struct disclosure *passed;
    enum denial denied;

    if (!consent_gate_disclose(w->x, ask, &passed, &denied, err))
        return waits_for_key(w->x, w->link, err);
    if (passed == NULL)
        return keep_back(w, row, denied, err);
    if (releasing_leaves_out(w->x, w->link, row, disclosure_of(passed)))
        return true;
    if (!row->may_have_left) {
        block(w, row);
        w->link->releasing->mark_all = true;
        return true;
    }
    releasing_tries(w->link, row, disclosure_of(passed));
    return send_message(w->x, w->link, row->number, row->record_index, passed, err);
}

static bool release_new(struct exchange *x, const struct new_message *f, const struct link *link, struct error *err)
{
    enum denial denied;

    if (!consent_gate_recheck(x, f->disclosure, &denied, err))
        return waits_for_key(x, link, err);
    if (denied != 0) {
        struct message_row row;
        bool found;

        if (settling_is_for_a_person(disclosure_of(f->disclosure)->kind, denied))
            return true;
        if (is_only_doubted(x, denied)) {
            releasing_look_again(x, link);
            return true;
        }
        return message_store_get(x->db, f->number, &found, &row, err) &&
               (!found || row.state != MESSAGE_WAITING || settling_withhold(x, &row, denied, LEFT_NEVER, err));
    }
    return send_message(x, link, f->number, f->record_index, f->disclosure, err);
}

/* The consent that a message goes under, even if it carries no section; *OUT is NULL where *DENIED says why it is shut.
 * What is owed needs no permission (message_kinds.def), and goes under none: *OUT is NULL, *DENIED 0. */
static bool consent_of(struct exchange *x, const struct message_row *row, struct consent_entry **out,
                       enum denial *denied, struct error *err)
{
    struct consent_row consent;

    *denied = 0;
    if (row->consent == 0 || !message_kind_has(row->kind, KIND_PERMISSION))
        return true;
    return consent_agreement_ask(x, row->consent, &consent, denied, err) &&
           (*denied != 0 || consent_book_get(x, row->consent, out, err));
}

/* What is owed has no last day: each envelope of it gets one of its own. */
static uint32_t envelope_expiry(struct exchange *x, const struct message_row *row)
{
    return message_kind_has(row->kind, KIND_OWED) ? tick_message_expiry(x) : row->expiry;
}

/* Rows can be changed without a key: nothing leaves but for whom, and as what, the log says. *MAY_GO: ROW is as its
 * record says; one that was not is read anew, on its own link. */
static bool check_recorded(struct waiting *w, const struct message_row *row, bool *may_go, struct error *err)
{
    struct message_row mended = *row;
    bool found;
    bool changed;

    if (!recorded_mend(w->x, &mended, &found, &changed, err))
        return false;
    *may_go = found && !changed;
    if (!found && message_kind_has(row->kind, KIND_OWED)) {
        releasing_look_again(w->x, w->link); /* it is owed all the same: who is to tell it is named (E-OWE-03) */
        return true;
    }
    if (!found)
        return keep_back(w, row, DENIAL_LOG_MISMATCH, err);
    if (!changed)
        return true;
    block(w, row);
    tick_again(w->x);
    return releasing_try_now(w->x, &mended, err);
}

static bool release_stored(struct waiting *w, const struct message_row *row, struct error *err)
{
    struct exchange *x = w->x;
    struct gate_ask ask = {
        .message = row->id, .recipient = w->link->agency, .kind = row->kind, .expiry = envelope_expiry(x, row)};
    struct stored_body stored;
    struct error why = {0};
    enum denial denied;
    bool readable;
    bool may_go;

    if (ask.expiry == 0) { /* somebody changed its row: no envelope has such a day, and it expires with this one */
        releasing_look_again(x, w->link);
        return true;
    }
    if (!check_recorded(w, row, &may_go, err))
        return false;
    if (!may_go)
        return true;
    if (!consent_of(x, row, &ask.consent, &denied, err) ||
        !stored_body_open(x, row->number, &readable, &stored, &why, err))
        return waits_for_key(x, w->link, err);
    if (denied == 0 && !readable)
        denied = DENIAL_WITHDRAWN;
    if (denied == 0 && ask.consent != NULL && stored.slot != ask.consent->row.slot)
        denied = DENIAL_LOG_MISMATCH; /* its row names another consent than the one that it was sealed under */
    if (denied != 0)
        return keep_back(w, row, denied, err);
    ask.salt = stored.salt;
    ask.body = stored.bytes;
    ask.purpose = ask.consent != NULL ? consent_entry_purpose(ask.consent) : 0;
    return release_message(w, row, &ask, err);
}

static bool release_waiting(void *cookie, const struct message_row *row, struct error *err)
{
    struct waiting *w = cookie;
    struct exchange *x = w->x;
    int64_t again_ms = releasing_pause_end(x, w->link, row);
    bool held;
    bool pass;

    if (w->blocked)
        return true;
    w->seen++;
    w->link->releasing->released_up_to = row->number;
    if (!w->link->releasing->retry_all && again_ms > tick_steady_ms(x)) {
        releasing_note_retry(w->link, again_ms);
        return true;
    }
    if (w->link->releasing->only_due && row->may_have_left && !releasing_has_own_pause(row))
        return true;
    if (!row->may_have_left) {
        if (!is_held(x, w->link, row->kind, &held, err))
            return false;
        if (held) {
            releasing_look_again(x, w->link);
            return true;
        }
        if (!may_pass(x, row, &pass, err))
            return false;
        if (pass && !w->link->releasing->share_used_up) {
            block(w, row);
            return true;
        }
    }
    return release_stored(w, row, err);
}

static bool release_backlog(struct exchange *x, const struct link *link, struct error *err)
{
    struct link_releasing *r = link->releasing;
    struct waiting w = {.x = x, .link = link};

    if (!r->backlog || releasing_takes_nothing(x, link))
        return true;
    if (!message_store_walk_waiting(x->db, link->peer, r->released_up_to, chunk(x), release_waiting, &w, err))
        return false;
    r->backlog = w.blocked || w.seen == chunk(x);
    r->retry_all = r->retry_all && (r->backlog || !r->is_whole);
    r->only_due = r->only_due && r->backlog;
    if (r->backlog)
        tick_again(x);
    else
        releasing_pass_ended(link);
    return true;
}

bool releasing_run(struct exchange *x, struct error *err)
{
    REQUIRE(x->committed);
    for (const struct new_message *f = outbox_new_messages(x); f != NULL; f = f->next) {
        const struct link *link = links_find_any_to(x, f->peer);

        if (link == NULL) {
            dialling_add(x, f->peer, &disclosure_of(f->disclosure)->recipient);
        } else if (link->releasing->backlog || releasing_takes_nothing(x, link) || !f->may_leave) {
            releasing_from(link, f->number);
        } else {
            link->releasing->released_up_to = f->number;
            if (!release_new(x, f, link, err))
                return false;
        }
    }
    for (const struct link *link = x->links; link != NULL; link = link->next) {
        releasing_resend_due(x, link);
        if (!release_backlog(x, link, err) || !settling_ask(x, link, err))
            return false;
    }
    return dialling_advance(x, err);
}
