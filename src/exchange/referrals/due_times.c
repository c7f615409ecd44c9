#include "exchange/referrals/due_times.h"

#include "base/sorted.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "model/referral.h"

#include <stdlib.h>
#include <string.h>

/* How many of the list went to a peer. */
struct recipient {
    int64_t peer;
    size_t count;
};

struct due_times {
    struct due_time *list; /* ascending by number */
    size_t count;
    size_t room;
    struct due_place *ordered; /* those of the list with a due time, by that; as much room */
    size_t ordered_count;
    bool is_loading;              /* they are put in order when all are there */
    struct recipient *recipients; /* ascending by peer */
    size_t recipient_count;
    int64_t none_late_ms;   /* nothing in the list is late before that: a status need not look at it */
    int64_t next_moment_ms; /* of which something is to be told */
    bool unread;            /* of one at least, the disk did not give its key */
};

struct due_times *due_times_new(void)
{
    struct due_times *d = xnew(sizeof *d);

    d->next_moment_ms = INT64_MAX;
    return d;
}

void due_times_free(struct due_times *d)
{
    if (d == NULL)
        return;
    free(d->recipients);
    free(d->ordered);
    free(d->list);
    free(d);
}

static int by_number(const void *key, const void *row)
{
    int64_t number = *(const int64_t *)key;
    const struct due_time *t = row;

    return number < t->number ? -1 : number > t->number;
}

/* The place of NUMBER, or that at which it would stand. */
static size_t place_of(const struct due_times *d, int64_t number)
{
    return sorted_place(&number, d->list, d->count, sizeof *d->list, by_number);
}

static bool is_there(const struct due_times *d, size_t at, int64_t number)
{
    return at < d->count && d->list[at].number == number;
}

static int by_peer(const void *key, const void *row)
{
    int64_t peer = *(const int64_t *)key;
    const struct recipient *r = row;

    return peer < r->peer ? -1 : peer > r->peer;
}

/* How many of the list went to PEER, to be changed. */
static size_t *sent_to(struct due_times *d, int64_t peer)
{
    size_t at = sorted_place(&peer, d->recipients, d->recipient_count, sizeof *d->recipients, by_peer);

    if (at == d->recipient_count || d->recipients[at].peer != peer) {
        d->recipients = xrealloc(d->recipients, (d->recipient_count + 1) * sizeof *d->recipients);
        memmove(&d->recipients[at + 1], &d->recipients[at], (d->recipient_count - at) * sizeof *d->recipients);
        d->recipients[at] = (struct recipient){.peer = peer};
        d->recipient_count++;
    }
    return &d->recipients[at].count;
}

/* --- by their due time --- */

static int by_due(const void *a, const void *b)
{
    const struct due_place *x = a;
    const struct due_place *y = b;

    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Where it stands, or would. */
static size_t ordered_place(const struct due_times *d, const struct due_place *place)
{
    return sorted_place(place, d->ordered, d->ordered_count, sizeof *d->ordered, by_due);
}

static struct due_place place_by_due(const struct due_time *t)
{
    return (struct due_place){.due_ms = t->due_ms, .number = t->number};
}

static void order_one(struct due_times *d, const struct due_time *t)
{
    const struct due_place place = place_by_due(t);
    size_t at;

    if (t->due_ms == 0 || d->is_loading)
        return;
    REQUIRE(d->ordered_count < d->room);
    at = ordered_place(d, &place);
    memmove(&d->ordered[at + 1], &d->ordered[at], (d->ordered_count - at) * sizeof *d->ordered);
    d->ordered[at] = place;
    d->ordered_count++;
}

static void leave_order(struct due_times *d, const struct due_time *t)
{
    const struct due_place place = place_by_due(t);
    size_t at;

    if (t->due_ms == 0 || d->is_loading)
        return;
    at = ordered_place(d, &place);
    REQUIRE(at < d->ordered_count && by_due(&place, &d->ordered[at]) == 0);
    d->ordered_count--;
    memmove(&d->ordered[at], &d->ordered[at + 1], (d->ordered_count - at) * sizeof *d->ordered);
}

static void order_all(struct due_times *d)
{
    d->ordered_count = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].due_ms != 0)
            d->ordered[d->ordered_count++] = place_by_due(&d->list[i]);
    if (d->ordered_count > 1)
        qsort(d->ordered, d->ordered_count, sizeof *d->ordered, by_due);
}

/* What stands at AT does not count any more. */
static void leave(struct due_times *d, size_t at)
{
    size_t *count = sent_to(d, d->list[at].sent_to);

    REQUIRE(*count > 0);
    (*count)--;
    leave_order(d, &d->list[at]);
}

/* T is not late before that. */
static int64_t late_from(const struct due_time *t)
{
    const int64_t due = t->due_ms != 0 ? t->due_ms : INT64_MAX;
    int64_t phone = INT64_MAX;

    if (t->doubted_ms != 0)
        return 0;
    if (t->emergency_ms != 0 && t->emergency_ms < INT64_MAX - BOUND_EMERGENCY_UNDELIVERED_MS)
        phone = t->emergency_ms + BOUND_EMERGENCY_UNDELIVERED_MS;
    return due < phone ? due : phone;
}

/* An emergency of which nobody said yet what becomes of it, by phone neither. */
static bool is_alarming(const struct referral_row *row)
{
    return row->urgency == URGENCY_EMERGENCY && row->phoned_ms == 0 && referral_state_is_unanswered(row->state);
}

/* Since when nobody has opened it; once somebody has, since when nobody has answered. */
static int64_t alarming_since(const struct referral_row *row)
{
    if (referral_state_word(row->state) == WORD_SEEN && row->opened_ms > row->made_ms)
        return row->opened_ms;
    return row->made_ms != 0 ? row->made_ms : 1;
}

/* --- what is to be told when --- */

static int64_t after(int64_t since_ms, int64_t ms)
{
    return since_ms == 0 || since_ms > INT64_MAX - ms ? 0 : since_ms + ms;
}

int64_t due_time_moment(const struct due_time *t, enum reminder what)
{
    switch (what) {
    case REMINDER_SOON:
        return t->half_ms;
    case REMINDER_OVERDUE:
    case REMINDER_NOT_ARRIVED:
        return after(t->due_ms, 1);
    case REMINDER_UNDELIVERED:
        return t->sent_to == 0 ? 0 : after(t->emergency_ms, BOUND_EMERGENCY_UNDELIVERED_MS);
    case REMINDER_UNOPENED:
    case REMINDER_UNANSWERED:
        return after(t->emergency_ms, BOUND_EMERGENCY_UNANSWERED_MS);
    default:
        return 0;
    }
}

/* Lowers *NEXT to the first moment of T behind FROM_MS. */
static void note_moments(const struct due_time *t, int64_t from_ms, int64_t *next)
{
    for (enum reminder what = REMINDER_SOON; what <= REMINDER_NOT_ARRIVED; what++) {
        int64_t moment = due_time_moment(t, what);

        if (moment > from_ms && moment < *next)
            *next = moment;
    }
}

int64_t due_times_next_moment(const struct due_times *d)
{
    return d->next_moment_ms;
}

void due_times_moments_passed(struct due_times *d, int64_t now_ms)
{
    d->next_moment_ms = INT64_MAX;
    for (size_t i = 0; i < d->count; i++)
        note_moments(&d->list[i], now_ms, &d->next_moment_ms);
}

/* --- the list --- */

static int64_t half_of(const struct referral_row *row)
{
    const int64_t more_ms = referral_more_by(row->state, row->urgency, 1, 0) - 1; /* of which half is over */

    if (more_ms > 0)
        return row->due_ms > more_ms / 2 ? row->due_ms - more_ms / 2 : 0;
    return row->due_ms > row->made_ms && row->made_ms > 0 ? row->made_ms + (row->due_ms - row->made_ms) / 2 : 0;
}

static void put(struct due_times *d, size_t at, const struct referral_row *row)
{
    int64_t from;

    REQUIRE(at <= d->count && d->count <= d->room);
    if (is_there(d, at, row->number)) {
        leave(d, at);
    } else {
        if (d->count == d->room) {
            d->room = d->room == 0 ? 64 : 2 * d->room;
            d->list = xrealloc(d->list, d->room * sizeof *d->list);
            d->ordered = xrealloc(d->ordered, d->room * sizeof *d->ordered);
        }
        memmove(&d->list[at + 1], &d->list[at], (d->count - at) * sizeof *d->list);
        d->count++;
    }
    d->list[at] = (struct due_time){.number = row->number,
                                    .sent_to = row->direction == DIRECTION_OUT ? row->peer : 0,
                                    .due_ms = row->due_ms,
                                    .doubted_ms = row->doubted_ms,
                                    .half_ms = half_of(row)};
    if (is_alarming(row))
        d->list[at].emergency_ms = alarming_since(row);
    (*sent_to(d, d->list[at].sent_to))++;
    order_one(d, &d->list[at]);
    note_moments(&d->list[at], 0, &d->next_moment_ms);
    from = late_from(&d->list[at]);
    if (from < d->none_late_ms)
        d->none_late_ms = from;
}

static bool is_kept(const struct referral_row *row)
{
    return referral_state_is_open(row->state) && row->readable &&
           (row->due_ms != 0 || row->doubted_ms != 0 || is_alarming(row));
}

void due_times_note(struct due_times *d, const struct referral_row *row)
{
    size_t at = place_of(d, row->number);

    if (is_kept(row)) {
        put(d, at, row);
    } else if (is_there(d, at, row->number)) {
        leave(d, at);
        d->count--;
        memmove(&d->list[at], &d->list[at + 1], (d->count - at) * sizeof *d->list);
    }
}

static bool is_past(const struct due_time *t, int64_t now_ms)
{
    return t->due_ms != 0 && t->due_ms < now_ms;
}

bool due_times_is_over(const struct due_times *d, int64_t number, int64_t now_ms)
{
    size_t at = place_of(d, number);

    return is_there(d, at, number) && is_past(&d->list[at], now_ms);
}

bool due_times_walk_recipients(const struct due_times *d, due_times_peer_fn *on_peer, void *cookie, struct error *err)
{
    for (size_t i = 0; i < d->recipient_count; i++)
        if (d->recipients[i].peer != 0 && d->recipients[i].count > 0 && !on_peer(cookie, d->recipients[i].peer, err))
            return false;
    return true;
}

bool due_times_walk_open(const struct due_times *d, due_times_fn *on_open, void *cookie, struct error *err)
{
    for (size_t i = 0; i < d->count; i++)
        if (!on_open(cookie, &d->list[i], err))
            return false;
    return true;
}

size_t due_times_next(const struct due_times *d, int64_t due_ms, int64_t number, struct due_place *out, size_t room)
{
    const struct due_place behind = {.due_ms = due_ms, .number = number};
    size_t at = ordered_place(d, &behind);
    size_t count;

    if (at < d->ordered_count && by_due(&behind, &d->ordered[at]) == 0)
        at++;
    count = d->ordered_count - at < room ? d->ordered_count - at : room;
    if (count > 0)
        memcpy(out, &d->ordered[at], count * sizeof *out);
    return count;
}

bool due_times_walk_late(struct due_times *d, int64_t now_ms, due_times_fn *on_late, void *cookie, struct error *err)
{
    int64_t from = INT64_MAX; /* of all */

    if (now_ms < d->none_late_ms)
        return true;
    for (size_t i = 0, late = 0; i < d->count; i++) {
        const struct due_time *t = &d->list[i];

        if (late_from(t) < from)
            from = late_from(t);
        if (!is_past(t, now_ms) && t->doubted_ms == 0 &&
            !(t->emergency_ms != 0 && now_ms - t->emergency_ms >= BOUND_EMERGENCY_UNDELIVERED_MS))
            continue;
        if (late++ == BOUND_LATE)
            return true;
        if (!on_late(cookie, t, err))
            return false;
    }
    d->none_late_ms = from;
    return true;
}

static bool load_referral(void *cookie, const struct referral_row *stored, struct error *err)
{
    struct exchange *x = cookie;
    struct referral_row row = *stored;

    if (!referral_state_is_open(row.state))
        return true;
    if (!referrals_open(x, &row, err))
        return false;
    if (row.not_read) {
        x->due_times->unread = true;
        return true;
    }
    due_times_note(x->due_times, &row);
    return true;
}

bool due_times_load(struct exchange *x, struct error *err)
{
    bool ok;

    x->due_times->unread = false;
    x->due_times->is_loading = true;
    ok = referral_store_walk(x->db, load_referral, x, err);
    x->due_times->is_loading = false;
    order_all(x->due_times);
    return ok;
}

bool due_times_load_unread(struct exchange *x, struct error *err)
{
    return !x->due_times->unread || due_times_load(x, err);
}
