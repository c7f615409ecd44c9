/* exchange_search_*: cases, and referrals that are of none, by words that a person remembers. */
#include "exchange/search/search_calls.h"

#include "base/secret.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/logs/acting.h"
#include "exchange/members/peers.h"
#include "exchange/search/search.h"
#include "exchange/search/search_entry.h"
#include "exchange/search/search_index.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/case_entry_store.h"
#include "store/case_store.h"
#include "store/referral_store.h"

#include <stdlib.h>
#include <string.h>

struct hit {
    int64_t number; /* of the case; below 0: of a referral that is of none */
    uint32_t by;
    unsigned whole; /* words of the question that are one of hers as a whole */
};

struct searching {
    struct exchange *x;
    struct search_question question;
    bool is_begun;
    int64_t at;                         /* search_index_next */
    int64_t open;                       /* the same */
    uint64_t moves;                     /* of entries, as of its beginning */
    struct hit hits[BOUND_SEARCH_HITS]; /* the best, in their order */
    size_t count;
    uint64_t found;        /* that who asks may see */
    bool unread;           /* of a part of the index */
    struct bytes merged;   /* numbers of the cases that were ever merged into another, u64 each, ascending */
    uint64_t merged_as_of; /* db_changes, plus one */
};

bool exchange_search_begin(struct exchange *x, const struct control_case_find_ask *ask, struct searching **out,
                           struct error *err)
{
    struct searching *s;

    if (x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    s = xnew(sizeof *s);
    if (!search_question_read(ask->words, &s->question, err)) {
        exchange_search_end(s);
        return false;
    }
    s->x = x;
    *out = s;
    return true;
}

void exchange_search_end(struct searching *s)
{
    if (s == NULL)
        return;
    bytes_fini(&s->merged);
    secret_wipe(s, sizeof *s);
    free(s);
}

/* Whole words first, then referrals, which wait for somebody, then the newest. */
static bool is_better(const struct hit *a, const struct hit *b)
{
    if (a->whole != b->whole)
        return a->whole > b->whole;
    if ((a->number < 0) != (b->number < 0))
        return a->number < 0;
    return a->number < 0 ? a->number < b->number : a->number > b->number;
}

static void keep(struct searching *s, const struct hit *hit)
{
    size_t at = s->count;

    while (at > 0 && is_better(hit, &s->hits[at - 1]))
        at--;
    if (at == BOUND_SEARCH_HITS)
        return;
    if (s->count < BOUND_SEARCH_HITS)
        s->count++;
    memmove(&s->hits[at + 1], &s->hits[at], (s->count - 1 - at) * sizeof *s->hits);
    s->hits[at] = *hit;
}

/* --- merged cases: each hit of thousands is asked for, and few are --- */

static bool add_merged(void *cookie, int64_t case_number, struct error *err)
{
    struct searching *s = cookie;

    (void)err;
    bytes_append_u64(&s->merged, (uint64_t)case_number);
    return true;
}

/* Read again when anything was written since the last step. */
static bool read_merged(struct searching *s, struct error *err)
{
    const uint64_t now = db_changes(s->x->db) + 1;

    if (s->merged_as_of == now)
        return true;
    s->merged_as_of = now;
    bytes_clear(&s->merged);
    return case_entry_store_walk_merged(s->x->db, add_merged, s, err);
}

static int by_number(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint64_t));
}

static bool was_merged(const struct searching *s, int64_t number)
{
    uint8_t wanted[sizeof(uint64_t)];

    write_u64(wanted, (uint64_t)number);
    return s->merged.size != 0 &&
           bsearch(wanted, s->merged.at, s->merged.size / sizeof wanted, sizeof wanted, by_number) != NULL;
}

/* --- looking --- */

/* A case that was merged into another is found as that one. */
static bool find_merged(struct searching *s, const struct case_row *row, int64_t *number, bool *shown,
                        struct error *err)
{
    struct case_row into;
    bool is;

    if (!was_merged(s, row->number))
        return true;
    if (!case_merge_find(s->x, row, &is, &into, err) || (is && !holders_show_case(s->x, &into, &is, err)))
        return false;
    if (is) {
        *number = into.number;
        *shown = true;
    }
    return true;
}

/* Once it is of a case it is found as that one. */
static bool is_referral_shown(struct searching *s, int64_t number, bool *shown, struct error *err)
{
    struct referral_row row;

    return referral_store_get(s->x->db, number, shown, &row, err) &&
           (!*shown || row.case_number != 0 || holders_show_referral(s->x, &row, shown, err));
}

/* Whether who asks sees it; of a frequent name there are thousands. */
static bool is_shown(struct searching *s, int64_t number, bool *shown, struct error *err)
{
    struct case_row row;

    *shown = holders_hide_nothing(s->x);
    if (*shown)
        return true;
    if (number < 0)
        return is_referral_shown(s, -number, shown, err);
    if (!case_store_get(s->x->db, number, shown, &row, err))
        return false;
    return !*shown ||
           (holders_show_case(s->x, &row, shown, err) && (*shown || find_merged(s, &row, &number, shown, err)));
}

static bool look_at(struct searching *s, int64_t subject, struct view entry, struct error *err)
{
    struct hit hit = {.number = subject};
    bool shown;

    if (!search_entry_answers(entry, &s->question, &hit.by, &hit.whole))
        return true;
    if (!is_shown(s, subject, &shown, err))
        return false;
    s->found += shown;
    if (shown)
        keep(s, &hit);
    return true;
}

static bool look_through(struct searching *s, struct view plain, struct error *err)
{
    struct view entry;
    int64_t number;

    for (size_t place = 0; search_index_read(plain, &place, &number, &entry);)
        if (!look_at(s, number, entry, err))
            return false;
    return true;
}

/* Entries that went into another segment meanwhile may have been passed over: then it begins anew. */
static void begin_where_moved(struct searching *s)
{
    if (s->is_begun && s->moves == search_moves(s->x))
        return;
    s->is_begun = true;
    s->moves = search_moves(s->x);
    s->at = -1;
    s->count = 0;
    s->found = 0;
    s->unread = false;
}

static bool look(struct searching *s, uint32_t limit, bool *end, struct error *err)
{
    struct bytes plain = {.wiping = true};
    bool unread;
    bool ok = true;

    *end = false;
    while (ok && !*end && limit-- > 0) {
        bytes_clear(&plain);
        ok = search_index_next(s->x, &s->at, &s->open, &plain, end, &unread, err) &&
             look_through(s, bytes_view(&plain), err);
        s->unread = s->unread || (ok && unread);
    }
    bytes_fini(&plain);
    return ok;
}

/* --- answering --- */

/* Adds it to the first COUNT of those that are answered; one person stands there once. */
static bool add_once(struct searching *s, size_t count, const struct hit *hit)
{
    for (size_t i = 0; i < count; i++)
        if (s->hits[i].number == hit->number) {
            s->hits[i].by |= hit->by;
            return false;
        }
    s->hits[count] = *hit;
    return true;
}

/* What came and is of a case by now is found as that one. */
static bool find_accepted(struct searching *s, struct hit *hit, bool *there, struct error *err)
{
    struct referral_row row;

    *there = true;
    if (hit->number > 0)
        return true;
    if (!referral_store_get(s->x->db, -hit->number, there, &row, err))
        return false;
    if (*there && row.case_number != 0)
        hit->number = row.case_number;
    return true;
}

static bool look_at_again(struct searching *s, struct hit *hit, bool *shown, struct error *err)
{
    struct case_row row;

    if (!find_accepted(s, hit, shown, err) || (*shown && !is_shown(s, hit->number, shown, err)))
        return false;
    if (!*shown || hit->number < 0)
        return true;
    return case_store_get(s->x->db, hit->number, shown, &row, err) &&
           (!*shown || find_merged(s, &row, &hit->number, shown, err));
}

/* Since a step found them some may be somebody else's, or he is kept from them. */
static bool look_again(struct searching *s, struct error *err)
{
    size_t count = s->count;

    s->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct hit hit = s->hits[i];
        bool shown;

        if (!look_at_again(s, &hit, &shown, err))
            return false;
        shown = shown && add_once(s, s->count, &hit);
        s->count += shown;
        s->found -= !shown;
    }
    return true;
}

static bool record_search(struct searching *s, struct error *err)
{
    struct record r = {.kind = RECORD_SEARCHED};

    r.searched = (struct record_searched){.what = HOUSE_CASE, .found = s->found};
    return tick_begin(s->x, err) && acting_append(s->x, &r, err);
}

static bool answer_referral(struct searching *s, int64_t number, struct control_case_found *one,
                            exchange_on_case_found_fn *on_found, void *cookie, struct error *err)
{
    struct referral_row row;
    struct peer_row peer;
    bool found;

    if (!referral_store_get(s->x->db, number, &found, &row, err))
        return false;
    if (found && !peers_get(s->x, row.peer, &found, &peer, err))
        return false;
    if (!found)
        return true;
    one->referral = row.id;
    one->agency = peer.agency;
    one->opened_ms = row.made_ms;
    return staff_asker_names(s->x, row.holder, &one->holder, &one->account, err) && on_found(cookie, one, err);
}

static bool answer_hit(struct searching *s, const struct hit *hit, bool incomplete, exchange_on_case_found_fn *on_found,
                       void *cookie, struct error *err)
{
    struct control_case_found one = {.by = hit->by, .found = s->found, .incomplete = incomplete};
    struct case_row row;
    bool found;

    if (hit->number < 0)
        return answer_referral(s, -hit->number, &one, on_found, cookie, err);
    if (!case_store_get(s->x->db, hit->number, &found, &row, err))
        return false;
    if (!found) /* somebody deleted its row */
        return true;
    one.case_id = row.id;
    one.opened_ms = row.opened_ms;
    return staff_asker_names(s->x, row.holder, &one.holder, &one.account, err) &&
           case_links_list(s->x, &row, &one.linked, &one.linked_count, err) && on_found(cookie, &one, err);
}

static bool answer(struct searching *s, exchange_on_case_found_fn *on_found, void *cookie, struct error *err)
{
    struct control_case_found none = {.incomplete = true};
    bool incomplete;
    uint64_t waiting;

    if (!look_again(s, err))
        return false;
    if (!record_search(s, err) || !search_count_waiting(s->x, &waiting, err) ||
        !search_waits_for_referrals(s->x, &incomplete, err))
        return false;
    incomplete = incomplete || waiting != 0 || s->unread;
    if (s->count == 0)
        return !incomplete || on_found(cookie, &none, err);
    for (size_t i = 0; i < s->count; i++)
        if (!answer_hit(s, &s->hits[i], incomplete, on_found, cookie, err))
            return false;
    return true;
}

bool exchange_search_step(struct searching *s, struct walk_step *step, exchange_on_case_found_fn *on_found,
                          void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(s->x);
    bool end;
    bool ok;

    begin_where_moved(s);
    ok = read_merged(s, err) && look(s, step == NULL ? UINT32_MAX : step->limit, &end, err) &&
         (!end || answer(s, on_found, cookie, err));
    if (step != NULL)
        step->more = ok && !end;
    return tick_call_end(s->x, mark, ok, err);
}
