#include "exchange/traffic/owed_wait.h"

#include "codec/audit_messages.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/waiting.h"
#include "store/log_store.h"

struct receipt_search {
    struct exchange *x;
    uint64_t after; /* index of a record: messages that are newer count */
    int64_t time_ms;
};

static bool take_receipt(void *cookie, const struct message_row *m, struct error *err)
{
    struct receipt_search *s = cookie;
    struct bytes record = {0};
    struct bytes path = {0};
    struct bytes note = {0};
    struct record r;
    bool found = false;
    bool ok;

    if (m->direction != DIRECTION_OUT || m->kind != MESSAGE_WITHDRAWAL || m->state != MESSAGE_RECEIPTED ||
        m->record_index <= s->after || s->time_ms != 0)
        return true;
    ok = message_store_receipt(s->x->db, m->number, &found, &record, &path, &note, err) &&
         (!found || record_decode(bytes_view(&record), &s->x->tick_arena, &r, err));
    if (ok && found)
        s->time_ms = r.time_ms;
    bytes_fini(&record);
    bytes_fini(&path);
    bytes_fini(&note);
    return ok;
}

/* When the WITHDRAWN record of ROW was made: a stronger step begins anew. */
static bool step_began(struct exchange *x, const struct obligation_row *row, int64_t *out, struct error *err)
{
    struct bytes stored = {0};
    struct record r;
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err) &&
              (!found || record_decode(bytes_view(&stored), &x->tick_arena, &r, err));

    *out = ok && found ? r.time_ms : row->since_ms;
    bytes_fini(&stored);
    return ok;
}

static bool wait_of_withdrawal(struct exchange *x, const struct obligation_row *row, const struct peer_row *peer,
                               struct owed_wait *out, struct error *err)
{
    struct receipt_search s = {.x = x, .after = row->record_index};
    struct consent_row consent;
    int64_t began_ms;
    uint32_t day;
    bool found;

    if (peer->begun_index > s.after) /* what was receipted in a log that is over is not known there */
        s.after = peer->begun_index - 1;
    if (!consent_store_get(x->db, row->subject, &found, &consent, err) ||
        !message_store_walk_consent(x->db, row->subject, take_receipt, &s, err) || !step_began(x, row, &began_ms, err))
        return false;
    if (!found || s.time_ms == 0) {
        out->late_ms = began_ms + BOUND_RECEIPT_LATE_MS;
        return true;
    }
    if (x->consent_log != NULL)
        consent_agreement_follow_log(x, &consent);
    day = day_of_ms(s.time_ms);
    out->receipt_ms = s.time_ms;
    out->answer_by = (consent.erase_from > day ? consent.erase_from : day) + 1;
    out->late_ms = ((int64_t)out->answer_by + 1) * DAY_MS;
    return true;
}

bool owed_wait_of(struct exchange *x, const struct obligation_row *row, struct owed_wait *out, struct error *err)
{
    struct peer_row peer;
    struct waiting_wait wait;
    bool found;

    *out = (struct owed_wait){.late_ms = row->since_ms + BOUND_OWED_LATE_MS};
    if (!peers_get(x, row->peer, &found, &peer, err))
        return false;
    if (!found)
        return true;
    if ((row->what == OWED_WITHDRAWAL && !wait_of_withdrawal(x, row, &peer, out, err)) ||
        !waiting_of_owed(x, &peer, row, &wait, err))
        return false;
    if (out->receipt_ms == 0) { /* else it waits for its answer */
        out->hold = wait.hold;
        out->next_try_ms = wait.next_try_ms;
    }
    return true;
}

static bool is_withdrawn(const struct consent_row *row)
{
    return row->progress == CONSENT_STOPPED || row->progress == CONSENT_ERASING || row->progress == CONSENT_ERASED;
}

bool owed_wait_is_untold(struct exchange *x, const struct consent_row *row, bool *untold, struct error *err)
{
    struct obligation_row o;
    struct owed_wait wait;
    bool found;

    *untold = own_note_stopped(x) && consent_agreement_is_own(x, row) && is_withdrawn(row);
    if (!*untold)
        return true;
    if (!obligation_store_find(x->db, OWED_WITHDRAWAL, row->number, &found, &o, err))
        return false;
    if (!found)
        return true;
    if (o.settled == 0 && !owed_wait_of(x, &o, &wait, err))
        return false;
    *untold = o.settled == 0 && wait.receipt_ms == 0;
    return true;
}
