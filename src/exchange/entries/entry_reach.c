#include "exchange/entries/entry_reach.h"

#include "exchange/access/exclusions.h"
#include "exchange/entries/entries.h"
#include "exchange/members/membership.h"
#include "exchange/members/pauses.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>

static void fill(struct exchange *x, const struct agency_entry *e, struct control_reach *out)
{
    int64_t now = tick_record_ms(x);

    out->phone = agency_phone_at(e, now, &out->at_night);
    out->hours_known = agency_hours_known(e);
    out->open = agency_is_open(e, now);
    out->opens_ms = out->open ? 0 : agency_opens_ms(e, now);
}

bool entry_reach_fill(struct exchange *x, const struct address *agency, struct control_reach *out, struct error *err)
{
    struct ping_message pause;
    struct agency_entry e;
    enum entry_known known;
    uint64_t sequence;

    *out = (struct control_reach){.agency = *agency};
    if (!entries_find(x, agency, &known, &sequence, &e, err) || !pauses_find(x, agency, &pause, err))
        return false;
    out->paused_until_ms = pause.paused_until_ms;
    out->pause_reason = pause.reason;
    if (known == ENTRY_KNOWN)
        fill(x, &e, out);
    return true;
}

static int reached_before(const void *a, const void *b)
{
    const struct control_reach *one = a;
    const struct control_reach *other = b;

    if (one->open != other->open)
        return one->open ? -1 : 1;
    if ((one->phone.size != 0) != (other->phone.size != 0))
        return one->phone.size != 0 ? -1 : 1;
    return view_compare(address_view(&one->agency), address_view(&other->agency));
}

/* Who is kept from the case is not known for now: nobody is named, and what else is shown waits for no disk. */
static bool name_nobody(struct exchange *x, size_t *count, struct error *err)
{
    if (err->code != E_KEY_21)
        return false;
    error_clear(err);
    tick_read_again(x);
    *count = 0;
    return true;
}

bool entry_reach_others(struct exchange *x, int64_t case_number, const struct address *except, uint32_t services,
                        const struct control_reach **out, size_t *count, struct error *err)
{
    const struct entry_cache *c = entries_cache(x);
    struct control_reach *list = arena_new(&x->tick_arena, (c->count + 1) * sizeof *list);

    *out = list;
    *count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct address *agency = &c->at[i]->agency;
        struct agency_entry e;
        enum entry_known known;
        uint64_t sequence;
        bool never;

        if (address_equal(agency, except) || address_equal(agency, membership_own(x->membership)))
            continue;
        if (!entries_find(x, agency, &known, &sequence, &e, err))
            return false;
        if (known != ENTRY_KNOWN || (e.services & services) == 0)
            continue;
        if (!exclusions_deny(x, case_number, address_view(agency), &never, err))
            return name_nobody(x, count, err);
        if (never)
            continue;
        list[*count] = (struct control_reach){.agency = *agency};
        fill(x, &e, &list[(*count)++]);
    }
    qsort(list, *count, sizeof *list, reached_before);
    *count = *count < BOUND_NAMED ? *count : BOUND_NAMED;
    return true;
}

/* The names of the desks of E, one after another. */
static void write_desks(const struct agency_entry *e, struct bytes *out)
{
    for (size_t i = 0; i < e->desk_count; i++) {
        bytes_append_text(out, i > 0 ? ", " : "");
        bytes_append_view(out, e->desks[i].name);
    }
}

bool entry_reach_check_desk(struct exchange *x, const struct address *agency, struct view desk, struct error *err)
{
    struct agency_entry e = {.desk_count = 0};
    struct bytes names = {0};
    enum entry_known known;
    uint64_t sequence;

    if (!entries_find(x, agency, &known, &sequence, &e, err))
        return false;
    for (size_t i = 0; known == ENTRY_KNOWN && i < e.desk_count; i++)
        if (view_equal(e.desks[i].name, desk))
            return true;
    if (known == ENTRY_KNOWN)
        write_desks(&e, &names);
    (void)error_set(err, E_DSK_06, "%s says of no desk %.*s%s%.*s", agency->text, (int)desk.size, (const char *)desk.at,
                    names.size != 0 ? "; its desks: " : ", and of no other", (int)names.size,
                    names.size != 0 ? (const char *)names.at : "");
    bytes_fini(&names);
    return false;
}

bool entry_reach_not_offered(struct exchange *x, const struct address *agency, struct view desk, uint32_t services,
                             uint32_t *not_offered, struct error *err)
{
    struct agency_entry e = {0};
    enum entry_known known;
    uint32_t offered = 0;
    uint64_t sequence;

    if (!entries_find(x, agency, &known, &sequence, &e, err))
        return false;
    for (size_t i = 0; known == ENTRY_KNOWN && i < e.desk_count; i++)
        if (view_equal(e.desks[i].name, desk))
            offered = e.desks[i].services;
    if (offered == 0 && known == ENTRY_KNOWN)
        offered = e.services;
    *not_offered = offered != 0 ? services & ~offered : 0;
    return true;
}

bool entry_reach_due(struct exchange *x, const struct address *agency, uint32_t services, enum urgency urgency,
                     int64_t *due_ms, uint32_t *working_days, struct error *err)
{
    int64_t within = urgency_due_ms(urgency);
    struct agency_entry e = {0};
    enum entry_known known;
    uint64_t sequence;
    int64_t promised;

    if (!entries_find(x, agency, &known, &sequence, &e, err))
        return false;
    promised = known == ENTRY_KNOWN ? agency_promised_min(&e, services, urgency) * MINUTE_MS : 0;
    if (promised != 0 && promised < within)
        within = promised;
    *due_ms = tick_record_ms(x) + within;
    *working_days = known == ENTRY_KNOWN ? agency_working_days(&e, tick_record_ms(x), *due_ms) : 0;
    return true;
}
