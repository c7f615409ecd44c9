/* exchange_referral_list: referrals that people ask for, a page of them. */
#include "exchange/referrals/referral_calls.h"

#include "base/sorted.h"
#include "exchange/access/holders.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/due_times.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/search/asked_segments.h"
#include "exchange/search/listing.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>

struct referral_list {
    struct exchange *x;
    const struct control_referral_list_ask *ask;
    struct listing listing;
    exchange_on_referral_fn *on_referral;
    void *cookie;
    bool goes_on;                      /* the step does, behind the row that was looked at last */
    const struct asked_choice *chosen; /* of the segment that is looked at; NULL: each row is opened */
};

/* By what it asks for, as far as that may be shown. One whose key the disk does not give may be meant. */
static bool asks_for(const struct control_referral_list_ask *ask, const struct referral_row *row)
{
    if ((ask->service == 0 && ask->urgency == 0) || row->not_read)
        return true;
    return row->readable && referral_summary_may_show(row) &&
           (ask->service == 0 || (row->services & UINT32_C(1) << ask->service) != 0) &&
           (ask->urgency == 0 || row->urgency == ask->urgency);
}

static bool tell_referral(struct referral_list *list, const struct referral_listing *l, bool *told, struct error *err)
{
    struct control_referral summary;
    struct referral_row row = l->row;
    struct peer_row peer;
    bool found;

    if (!peers_get(list->x, row.peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of a referral is missing");
    if (!referrals_open(list->x, &row, err))
        return false;
    *told = asks_for(list->ask, &row);
    if (!*told)
        return true;
    if (!referral_summary_fill_known(list->x, &row, &peer, l->first_message, &summary, err))
        return false;
    *told = !list->ask->overdue || summary.overdue;
    return !*told || list->on_referral(list->cookie, &summary, err);
}

static bool list_referral(void *cookie, const struct referral_listing *l, bool *more, struct error *err)
{
    struct referral_list *list = cookie;
    bool is = (list->chosen == NULL || asked_choice_has(list->chosen, l->row.number)) &&
              (!list->ask->overdue || due_times_is_over(list->x->due_times, l->row.number, tick_record_ms(list->x)));

    if (is && !holders_show_referral(list->x, &l->row, &is, err))
        return false;
    if (is && !tell_referral(list, l, &is, err)) /* nothing of one that is not listed is opened */
        return false;
    list->goes_on = *more = listing_note(&list->listing, l->row.number, is);
    return true;
}

static bool look_at_rows(struct referral_list *list, int64_t first, int64_t last, struct error *err)
{
    struct list_rows *rows = &list->listing.rows;

    rows->first = first;
    rows->last = last;
    return referral_store_list(list->x->db, rows, list_referral, list, err);
}

/* The states of a row that are shown as STATE: its own, or that of its first message while it is saved. */
static void choose_states(enum referral_state state, struct list_rows *rows)
{
    _Static_assert(REFERRAL_STATE_END < 32, "a bit for each, and one of none");
    if (state == 0)
        return;
    rows->states = state == REFERRAL_SAVED ? 0 : UINT32_C(1) << state;
    for (enum message_state m = 0; m <= MESSAGE_STORED; m++)
        if (referral_summary_state(&(struct referral_row){.state = REFERRAL_SAVED}, m) == state)
            rows->messages |= UINT32_C(1) << m;
    if (rows->states == 0)
        rows->states = UINT32_C(1) << REFERRAL_STATE_END; /* of no row: 0 would be all */
}

/* *KNOWN: there is such an agency here. *AFTER: the referral behind which the list goes on; 0: it begins. */
static bool choose(struct referral_list *list, bool *known, struct referral_row *after, struct error *err)
{
    const struct control_list_choice *choice = list->ask->choice;
    struct list_rows *rows = &list->listing.rows;
    struct peer_row peer = {.number = 0};
    struct ident id;

    *known = true;
    *after = (struct referral_row){.number = 0};
    rows->direction = list->ask->direction;
    holders_choose(list->x, list->ask->mine, list->ask->unassigned, rows);
    if (!holders_choose_desk(list->x, list->ask->desk, &rows->desk, err))
        return false;
    if (list->ask->choice_count != 0) {
        choose_states((enum referral_state)choice->state, rows);
        if (choice->agency.text[0] != '\0' && !peers_find(list->x, &choice->agency, known, &peer, err))
            return false;
        rows->peer = peer.number;
    }
    if (listing_is_continued(choice, list->ask->choice_count, &id) &&
        !referral_summary_find(list->x, &id, after, &peer, err))
        return false;
    return true;
}

static bool is_chosen_by_asked(const struct control_referral_list_ask *ask)
{
    return ask->service != 0 || ask->urgency != 0;
}

/* --- by when they are to be answered --- */

#define LOOKED_BY_DUE 1024 /* rows in a step, as of a window */
#define NEXT_BY_DUE   64
#define GAP           8 /* rows between two that are read with them rather than asked for one by one */
#define REMEMBERED    8 /* segments */

/* The next, by their numbers: what of them the list may be of is read in few ranges. */
struct next_by_due {
    int64_t numbers[NEXT_BY_DUE]; /* ascending */
    bool fits[NEXT_BY_DUE];
    size_t count;
};

/* What was chosen of the segments that were looked at last: what is due next lies in few. */
struct remembered {
    int64_t segments[REMEMBERED]; /* each at its number modulo REMEMBERED; below 0: none */
    struct asked_choice choices[REMEMBERED];
};

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static size_t place_in(const struct next_by_due *n, int64_t number)
{
    return sorted_place(&number, n->numbers, n->count, sizeof *n->numbers, by_number);
}

static bool note_fits(void *cookie, const struct referral_listing *l, bool *more, struct error *err)
{
    struct next_by_due *n = cookie;
    size_t at = place_in(n, l->row.number);

    (void)more;
    (void)err;
    if (at < n->count && n->numbers[at] == l->row.number)
        n->fits[at] = true;
    return true;
}

/* Leaves out of N those that ask for something else. */
static bool leave_out_by_asked(struct referral_list *list, struct remembered *seen, struct next_by_due *n,
                               struct error *err)
{
    size_t left = 0;

    for (size_t i = 0; i < n->count; i++) {
        const int64_t segment = n->numbers[i] / ASKED_ENTRIES;
        struct asked_choice *choice = &seen->choices[segment % REMEMBERED];

        if (seen->segments[segment % REMEMBERED] != segment &&
            !asked_segments_choose(list->x, segment, list->ask->service, list->ask->urgency, choice, err))
            return false;
        seen->segments[segment % REMEMBERED] = segment;
        if (asked_choice_has(choice, n->numbers[i]))
            n->numbers[left++] = n->numbers[i];
    }
    n->count = left;
    return true;
}

/* Which of N, sorted, the clear columns choose. */
static bool choose_by_columns(struct referral_list *list, struct next_by_due *n, struct error *err)
{
    struct list_rows rows = list->listing.rows;
    size_t end;

    rows.is_newest_first = false;
    for (size_t i = 0; i < n->count; i = end) {
        for (end = i + 1; end < n->count && n->numbers[end] - n->numbers[end - 1] <= GAP;)
            end++;
        rows.first = n->numbers[i];
        rows.last = n->numbers[end - 1];
        if (!referral_store_list(list->x->db, &rows, note_fits, n, err))
            return false;
    }
    return true;
}

static bool choose_next(struct referral_list *list, struct remembered *seen, const struct due_place *next, size_t count,
                        struct next_by_due *n, struct error *err)
{
    *n = (struct next_by_due){.count = count};
    for (size_t i = 0; i < count; i++)
        n->numbers[i] = next[i].number;
    qsort(n->numbers, count, sizeof *n->numbers, by_number);
    return (!is_chosen_by_asked(list->ask) || leave_out_by_asked(list, seen, n, err)) &&
           choose_by_columns(list, n, err);
}

/* Looks at them in their order, through the same choice as any other list. A cursor is a due time and a number, so one
 * that is answered or comes meanwhile moves no other. */
static bool list_by_due(struct referral_list *list, int64_t due_ms, int64_t number, struct error *err)
{
    struct listing *l = &list->listing;
    struct remembered seen;
    struct due_place next[NEXT_BY_DUE];
    struct next_by_due n;
    size_t looked = 0;
    size_t count;

    for (size_t i = 0; i < REMEMBERED; i++)
        seen.segments[i] = -1;
    list->goes_on = true;
    while (list->goes_on && (l->step == NULL || looked < LOOKED_BY_DUE)) {
        count = due_times_next(list->x->due_times, due_ms, number, next, NEXT_BY_DUE);
        if (count == 0 || (list->ask->overdue && next[0].due_ms >= tick_record_ms(list->x)))
            return true;
        if (!choose_next(list, &seen, next, count, &n, err))
            return false;
        for (size_t i = 0; i < count && list->goes_on; i++, looked++) {
            size_t at = place_in(&n, next[i].number);

            due_ms = next[i].due_ms;
            number = next[i].number;
            if (at < n.count && n.numbers[at] == number && n.fits[at] && !look_at_rows(list, number, number, err))
                return false;
        }
    }
    if (l->step != NULL) {
        l->step->end = due_ms;
        l->step->after = number;
        l->step->more = l->step->given < l->limit;
    }
    return true;
}

/* AFTER: the referral behind which the list goes on; its number is 0: it begins. */
static bool go_on_by_due(struct referral_list *list, const struct referral_row *after, struct error *err)
{
    struct walk_step *s = list->listing.step;

    if (s != NULL)
        s->more = false;
    if (s != NULL && s->end != 0)
        return list_by_due(list, s->end, s->after, err);
    if (after->number != 0 && after->due_ms == 0)
        return error_set(err, E_REF_01, "the due time behind which the list goes on is not known any more");
    return list_by_due(list, after->due_ms, after->number, err);
}

/* --- by what they ask for --- */

#define FEW 8 /* of a segment: each is looked up by itself */

/* FIRST to LAST lie in the segment of the choice. */
static bool list_chosen(struct referral_list *list, int64_t first, int64_t last, struct error *err)
{
    const bool newest = list->listing.rows.is_newest_first;

    if (list->chosen->count > FEW)
        return look_at_rows(list, first, last, err);
    for (int64_t i = first; i <= last && list->goes_on; i++) {
        const int64_t number = newest ? last - (i - first) : i;

        if (asked_choice_has(list->chosen, number) && !look_at_rows(list, number, number, err))
            return false;
    }
    return true;
}

/* Which of the referrals from FIRST to LAST, of one segment, may be listed. */
static bool choose_of_segment(struct referral_list *list, int64_t first, int64_t last, struct asked_choice *choice,
                              struct error *err)
{
    const struct control_referral_list_ask *ask = list->ask;
    const int64_t now_ms = tick_record_ms(list->x);

    asked_choice_all(choice);
    if (is_chosen_by_asked(ask) &&
        !asked_segments_choose(list->x, first / ASKED_ENTRIES, ask->service, ask->urgency, choice, err))
        return false;
    for (int64_t i = first; ask->overdue && i <= last; i++)
        if (asked_choice_has(choice, i) && !due_times_is_over(list->x->due_times, i, now_ms))
            asked_choice_leave_out(choice, i);
    return true;
}

/* The window, a segment at a time: rows that ask for something else, or are to be answered later, are not opened, and
 * where there are only such they are not looked at. */
static bool list_by_asked(struct referral_list *list, struct error *err)
{
    struct list_rows *rows = &list->listing.rows;
    const struct list_rows window = *rows;
    const bool newest = rows->is_newest_first;
    struct asked_choice choice;
    int64_t at = newest ? window.last : window.first;
    bool ok = true;

    list->chosen = &choice;
    list->goes_on = true;
    while (ok && list->goes_on && at >= window.first && at <= window.last) {
        const int64_t begin = at / ASKED_ENTRIES * ASKED_ENTRIES;
        const int64_t end = begin + ASKED_ENTRIES - 1;
        const int64_t first = begin > window.first ? begin : window.first;
        const int64_t last = end < window.last ? end : window.last;

        ok = choose_of_segment(list, first, last, &choice, err) && list_chosen(list, first, last, err);
        at = newest ? begin - 1 : end + 1;
    }
    rows->first = window.first;
    rows->last = window.last;
    list->chosen = NULL;
    return ok;
}

/* What is answered for good is not to be answered by any time. */
static bool may_be_open(const struct control_list_choice *choice)
{
    return choice->state == 0 || referral_state_is_open((enum referral_state)choice->state);
}

/* What is sealed is chosen by, too. */
static bool needs_keys(const struct control_referral_list_ask *ask)
{
    return ask->overdue || ask->service != 0 || ask->urgency != 0 || (ask->choice_count != 0 && ask->choice->by_due);
}

bool exchange_referral_list(struct exchange *x, const struct control_referral_list_ask *ask, struct walk_step *step,
                            exchange_on_referral_fn *on_referral, void *cookie, struct error *err)
{
    struct referral_list list = {.x = x, .ask = ask, .on_referral = on_referral, .cookie = cookie};
    struct referral_row after;
    int64_t last;
    bool known;

    if (needs_keys(ask) && x->read_only)
        return error_set(err, E_NOD_21, "what a referral asks for, and until when it is to be answered, is sealed");
    listing_begin(&list.listing, ask->choice, ask->choice_count, step);
    if (!referral_store_last(x->db, &last, err) || !choose(&list, &known, &after, err))
        return false;
    if (ask->choice_count != 0 && ask->choice->by_due)
        return !known || !may_be_open(ask->choice) || go_on_by_due(&list, &after, err);
    if (!known || !listing_has_window(&list.listing, last, after.number))
        return true;
    if (!(is_chosen_by_asked(ask) || ask->overdue
              ? list_by_asked(&list, err)
              : referral_store_list(x->db, &list.listing.rows, list_referral, &list, err)))
        return false;
    listing_end(&list.listing);
    return true;
}
