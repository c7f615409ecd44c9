#include "exchange/search/listing.h"

#define WINDOW 1024 /* rows that one step looks at: 2 ms where none is listed */

bool listing_is_continued(const struct control_list_choice *choice, size_t count, struct ident *id)
{
    if (count == 0 || ident_is_zero(&choice->after))
        return false;
    *id = choice->after;
    return true;
}

void listing_begin(struct listing *l, const struct control_list_choice *choice, size_t count, struct walk_step *step)
{
    const struct control_list_choice none = {0};

    if (count == 0)
        choice = &none;
    *l = (struct listing){.step = step, .limit = choice->limit != 0 ? choice->limit : UINT32_MAX};
    l->rows.is_newest_first = choice->newest;
    l->rows.since_ms = choice->since_ms;
    l->rows.until_ms = choice->until_ms != 0 ? choice->until_ms : INT64_MAX;
}

/* Rows that are still to be listed, of the page and of the step. */
static uint32_t left(const struct listing *l)
{
    uint32_t of_page;

    if (l->step == NULL)
        return l->limit - l->listed;
    of_page = l->step->given < l->limit ? l->limit - (uint32_t)l->step->given : 0;
    return of_page < l->step->limit - l->listed ? of_page : l->step->limit - l->listed;
}

bool listing_has_window(struct listing *l, int64_t last, int64_t after)
{
    const bool newest = l->rows.is_newest_first;
    struct walk_step whole = {.limit = UINT32_MAX};
    struct walk_step *s = l->step != NULL ? l->step : &whole;

    if (s->end == 0) { /* the first step: later rows are not of this list */
        s->end = last + 1;
        s->after = after != 0 ? after : newest ? s->end : 0;
    }
    s->more = false;
    l->rows.first = newest ? 1 : s->after + 1;
    l->rows.last = newest ? s->after - 1 : s->end - 1;
    if (l->rows.last < l->rows.first)
        return false;
    if (l->step != NULL && newest && l->rows.last - l->rows.first >= WINDOW)
        l->rows.first = l->rows.last - WINDOW + 1;
    else if (l->step != NULL && l->rows.last - l->rows.first >= WINDOW)
        l->rows.last = l->rows.first + WINDOW - 1;
    return true;
}

bool listing_note(struct listing *l, int64_t number, bool is_listed)
{
    l->last_read = number;
    l->listed += is_listed;
    if (is_listed && l->step != NULL)
        l->step->given++;
    return left(l) > 0;
}

void listing_end(struct listing *l)
{
    struct walk_step *s = l->step;
    const bool newest = l->rows.is_newest_first;

    if (s == NULL)
        return;
    s->after = left(l) == 0 ? l->last_read : newest ? l->rows.first : l->rows.last;
    s->more = s->given < l->limit && (newest ? s->after > 1 : s->after < s->end - 1);
}
