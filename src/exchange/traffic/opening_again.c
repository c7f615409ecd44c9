#include "exchange/traffic/opening_again.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "exchange/members/peers.h"
#include "exchange/restored/incarnations.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/releasing_times.h"
#include "store/message_store.h"
#include "store/note_store.h"

#define OPENING "opening-again" /* in note_store: agencies; sequence 1: its receipts are still to be looked through */

#define MESSAGES_A_TICK 128 /* that may each have a receipt to be read: 5 ms */

struct opening_again {
    bool look_due;   /* somebody's receipts may be to be looked through */
    bool is_reading; /* those of … */
    struct address agency;
    struct peer_row peer;
    uint32_t first;  /* of its logs whose end is known */
    int64_t read_to; /* message_store number */
    int64_t end;
    uint64_t opened;
};

struct opening_again *opening_again_new(void)
{
    struct opening_again *o = xnew(sizeof *o);

    o->look_due = true;
    return o;
}

bool opening_again_begin(struct exchange *x, const struct address *agency, struct error *err)
{
    *x->opening_again = (struct opening_again){.look_due = true};
    tick_again(x);
    return note_store_put(x->db, OPENING, address_view(agency), 1, view_of_text("-"), err);
}

static bool find_agency(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *err)
{
    struct opening_again *o = cookie;

    (void)note;
    if (sequence == 0 || o->is_reading)
        return true;
    o->is_reading = true;
    return address_read(agency, &o->agency) || error_set(err, E_STO_04, "a note of an agency without a name");
}

static bool find_next(struct exchange *x, struct error *err)
{
    struct opening_again *o = x->opening_again;
    struct peer_log log;
    bool found;

    if (!note_store_walk(x->db, OPENING, find_agency, o, err))
        return false;
    o->look_due = o->is_reading;
    if (!o->is_reading)
        return true;
    if (!peers_find(x, &o->agency, &found, &o->peer, err))
        return false;
    if (found && !peer_store_first_log(x->db, o->peer.number, &found, &log, err))
        return false;
    o->first = found ? log.incarnation : 0;
    o->end = found ? message_store_next_number(x->db) - 1 : 0;
    return true;
}

/* What the agency receipted behind the end of the log that it has, it does not have. */
static bool open_again(void *cookie, int64_t number, struct error *err)
{
    struct exchange *x = cookie;
    struct opening_again *o = x->opening_again;
    bool has;

    if (!incarnations_has_receipt(x, &o->peer, number, &has, err))
        return false;
    if (has)
        return true;
    SOMETIMES(what_a_restored_log_lost_was_sent_again);
    o->opened++;
    return tick_begin(x, err) && message_store_open_again(x->db, number, err);
}

static bool end(struct exchange *x, struct error *err)
{
    struct opening_again *o = x->opening_again;
    const struct link *l = links_find_to(x, o->peer.number);

    log_line(LOG_WARNING, "event=log.sent_again peer=%s messages=%llu", o->agency.text, (unsigned long long)o->opened);
    if (l != NULL)
        (void)releasing_begin_again(x, l, PACE_BUNDLE);
    if (!tick_begin(x, err) || !note_store_put(x->db, OPENING, address_view(&o->agency), 0, view_of_text("-"), err))
        return false;
    *o = (struct opening_again){.look_due = true};
    return true;
}

bool opening_again_advance(struct exchange *x, struct error *err)
{
    struct opening_again *o = x->opening_again;
    struct message_range receipts;

    if (!o->look_due)
        return true;
    if (!o->is_reading && !find_next(x, err))
        return false;
    if (!o->is_reading)
        return true;
    tick_again(x);
    if (o->read_to >= o->end)
        return end(x, err);
    receipts = (struct message_range){.peer = o->peer.number,
                                      .first = o->first,
                                      .end = o->peer.incarnation,
                                      .after = o->read_to,
                                      .last = o->read_to + MESSAGES_A_TICK};
    if (!message_store_walk_receipted_in(x->db, &receipts, open_again, x, err))
        return false;
    o->read_to = receipts.last;
    return true;
}
