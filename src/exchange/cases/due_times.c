#include "exchange/cases/due_times.h"

#include "exchange/cases/referrals.h"
#include "exchange/state.h"

#include <stdlib.h>
#include <string.h>

struct due {
    int64_t number; /* of the referral */
    int64_t due_ms;
};

struct due_times {
    struct due *list; /* ascending by number */
    size_t count;
    size_t room;
};

struct due_times *due_times_new(void)
{
    return xnew(sizeof(struct due_times));
}

void due_times_free(struct due_times *d)
{
    if (d == NULL)
        return;
    free(d->list);
    free(d);
}

/* The place of NUMBER, or that at which it would stand. */
static size_t place_of(const struct due_times *d, int64_t number)
{
    size_t from = 0;
    size_t to = d->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (d->list[middle].number < number)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool is_there(const struct due_times *d, size_t at, int64_t number)
{
    return at < d->count && d->list[at].number == number;
}

static void put(struct due_times *d, size_t at, const struct referral_row *row)
{
    if (!is_there(d, at, row->number)) {
        if (d->count == d->room) {
            d->room = d->room == 0 ? 64 : 2 * d->room;
            d->list = xrealloc(d->list, d->room * sizeof *d->list);
        }
        memmove(&d->list[at + 1], &d->list[at], (d->count - at) * sizeof *d->list);
        d->count++;
    }
    d->list[at] = (struct due){.number = row->number, .due_ms = row->due_ms};
}

void due_times_note(struct due_times *d, const struct referral_row *row)
{
    size_t at = place_of(d, row->number);

    if (referral_state_is_open(row->state) && row->readable && row->due_ms != 0) {
        put(d, at, row);
    } else if (is_there(d, at, row->number)) {
        d->count--;
        memmove(&d->list[at], &d->list[at + 1], (d->count - at) * sizeof *d->list);
    }
}

bool due_times_is_over(const struct due_times *d, int64_t number, int64_t now_ms)
{
    size_t at = place_of(d, number);

    return is_there(d, at, number) && d->list[at].due_ms < now_ms;
}

static bool load_referral(void *cookie, const struct referral_listing *l, struct error *err)
{
    struct exchange *x = cookie;
    struct referral_row row = l->row;

    if (!referral_state_is_open(row.state))
        return true;
    if (!referrals_open(x, &row, err))
        return false;
    due_times_note(x->due_times, &row);
    return true;
}

bool due_times_load(struct exchange *x, struct error *err)
{
    struct referral_filter all = {0};

    return referral_store_walk(x->db, &all, load_referral, x, err);
}
