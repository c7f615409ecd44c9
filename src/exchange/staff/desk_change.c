/* exchange_desk_*: which desks there are, and who is at each and on duty there. */
#include "exchange/staff/desk_calls.h"

#include <string.h>

#include "exchange/logs/acting.h"
#include "exchange/members/membership.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/staff/staff_write.h"
#include "exchange/state.h"
#include "exchange/tick.h"

static struct record record_of(const struct desk_row *d, enum desk_step step)
{
    struct record r = {.kind = RECORD_DESK};

    r.desk = (struct record_desk){.desk = d->id, .step = step, .has_staff = step != DESK_SET && step != DESK_ENDED};
    return r;
}

static struct control_desk show_desk(const struct desk_row *d)
{
    return (struct control_desk){
        .id = d->id, .desk = view_of_text(d->name), .visibility = d->visibility, .since_ms = d->since_ms};
}

/* --- which there are --- */

static bool write_new(struct exchange *x, struct desk_row *d, struct error *err)
{
    if (!desk_store_next(x->db, &d->number, err))
        return false;
    ident_random(x->random, &d->id);
    d->since_ms = tick_record_ms(x);
    return desk_store_add(x->db, d, err);
}

/* IS_NEW: it has neither number nor id yet. */
static bool set(struct exchange *x, struct desk_row *d, bool is_new, struct error *err)
{
    struct record r;

    if (!tick_begin(x, err) || !(is_new ? write_new(x, d, err) : desk_store_set(x->db, d->number, d->visibility, err)))
        return false;
    r = record_of(d, DESK_SET);
    r.desk.visibility = d->visibility;
    if (!acting_append(x, &r, err))
        return false;
    desks_keep(x, d);
    return true;
}

static bool end(struct exchange *x, const struct desk_row *d, struct error *err)
{
    struct record r = record_of(d, DESK_ENDED);

    if (!tick_begin(x, err) || !desk_store_drop(x->db, d->number, err) || !acting_append(x, &r, err))
        return false;
    desks_drop(x, d->number);
    return true;
}

static bool end_named(struct exchange *x, struct view name, struct control_desk *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    const struct desk_row *found;
    struct desk_row d;
    bool used;

    if (!desks_find(x, name, &found, err) || !desk_store_is_used(x->db, found->number, &used, err))
        return false;
    if (used)
        return error_set(err, E_DSK_05, "something belongs to desk %s", found->name);
    d = *found;
    *out = show_desk(&d);
    out->desk = arena_copy(&x->tick_arena, name);
    out->visibility = 0;
    return tick_call_end(x, mark, end(x, &d, err), err);
}

/* A shelter has to know who is in the house. */
static enum desk_visibility choose_visibility(const struct exchange *x)
{
    return membership_own_kind(x->membership) == KIND_SHELTER ? DESK_HOUSE : DESK_OWN_CASES;
}

static bool check_name(struct view name, struct error *err)
{
    return agency_name_ok(name) ||
           error_set(err, E_USE_04, "a desk is called as in an address: small letters, digits and hyphens");
}

bool exchange_desk_set(struct exchange *x, const struct control_desk_set_ask *ask, struct control_desk *out,
                       struct error *err)
{
    struct desk_row d = {.visibility = ask->visibility};
    uint64_t mark = tick_call_begin(x);
    const struct desk_row *found = NULL;
    struct error none;
    bool ok;

    if (ask->end)
        return end_named(x, ask->desk, out, err);
    if (!check_name(ask->desk, err))
        return false;
    if (desks_find(x, ask->desk, &found, &none)) {
        d = *found;
        if (ask->visibility != 0)
            d.visibility = ask->visibility;
    } else if (desks_count(x) == BOUND_DESKS) {
        return error_set(err, E_DSK_04, "there are %d desks", BOUND_DESKS);
    } else {
        memcpy(d.name, ask->desk.at, ask->desk.size); /* as long as a name at most */
        if (d.visibility == 0)
            d.visibility = choose_visibility(x);
    }
    ok = (found != NULL && found->visibility == d.visibility) ||
         (tick_has_room(x, err) && tick_call_end(x, mark, set(x, &d, found == NULL, err), err));
    if (ok)
        *out = show_desk(desks_numbered(x, d.number));
    return ok;
}

/* --- who is at one --- */

static bool answer_person(const struct staff_known *k, const struct desk_row *d, struct control_desk *out)
{
    const struct staff_person p = staff_person_read(&k->row, &k->entry);
    const struct staff_desk *at = staff_person_at(&p, d);

    *out = show_desk(d);
    out->staff = k->row.id;
    out->account = k->entry.account;
    out->left = at == NULL;
    if (at != NULL && tick_closing_ms(k->x) < at->duty_until_ms)
        out->duty_until_ms = at->duty_until_ms;
    return true;
}

/* The place of D among those of ENTRY; their number: it is not there. */
static size_t place_of(const struct staff_entry *entry, const struct desk_row *d)
{
    size_t i = 0;

    while (i < entry->desk_count && !ident_equal(&entry->desks[i].desk, &d->id))
        i++;
    return i;
}

/* Desks that were ended go with it. */
static void drop_from(struct exchange *x, struct staff_entry *entry, const struct desk_row *d)
{
    size_t kept = 0;

    for (size_t i = 0; i < entry->desk_count; i++)
        for (size_t n = 0; n < desks_count(x); n++)
            if (desks_nth(x, n) != d && ident_equal(&entry->desks[i].desk, &desks_nth(x, n)->id))
                entry->desks[kept++] = entry->desks[i];
    entry->desk_count = kept;
}

static bool read_person(struct exchange *x, uint32_t uid, struct staff_known *k, struct error *err)
{
    int64_t number;

    return staff_find_holder(x, uid, &number, err) && staff_known_read(x, staff_person_numbered(x, number), k, err);
}

bool exchange_desk_member(struct exchange *x, const struct control_desk_member_ask *ask, struct control_desk *out,
                          struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    const struct desk_row *d;
    struct staff_known k;
    struct record r;
    bool is_at;

    if (!desks_find(x, ask->desk, &d, err) || !read_person(x, ask->uid, &k, err))
        return false;
    is_at = place_of(&k.entry, d) < k.entry.desk_count;
    if (is_at != ask->leave)
        return answer_person(&k, d, out);
    drop_from(x, &k.entry, d);
    if (!ask->leave && k.entry.desk_count == BOUND_STAFF_DESKS)
        return error_set(err, E_DSK_04, "he is at %d desks", BOUND_STAFF_DESKS);
    if (!ask->leave)
        k.entry.desks[k.entry.desk_count++] = (struct staff_desk){.desk = d->id};
    r = record_of(d, ask->leave ? DESK_LEFT : DESK_JOINED);
    return (ask->leave || tick_has_room(x, err)) && tick_call_end(x, mark, staff_known_write(&k, &r, err), err) &&
           answer_person(&k, d, out);
}

/* --- on duty --- */

static bool check_asker(const struct exchange *x, const struct staff_known *k, struct error *err)
{
    int64_t own;

    return !staff_asker_is_restricted(x, &own) || own == k->row.number ||
           error_set(err, E_CTL_09, "a colleague is put on duty by a supervisor");
}

static bool check_until(const struct exchange *x, int64_t until_ms, struct error *err)
{
    int64_t now = tick_closing_ms(x);

    return until_ms == 0 || (until_ms > now && until_ms - now <= BOUND_DUTY_HOURS * HOUR_MS) ||
           error_set(err, E_DSK_03, "duty ends within %d hours from now on", BOUND_DUTY_HOURS);
}

/* Who is on duty changes with each shift: nobody has to look at the staff again for it. */
static bool write_duty(struct staff_known *k, struct record *r, struct error *err)
{
    r->desk.staff = k->row.id;
    return staff_known_keep(k, err) && acting_append(k->x, r, err);
}

bool exchange_desk_duty(struct exchange *x, const struct control_desk_duty_ask *ask, struct control_desk *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    const struct desk_row *d;
    struct staff_known k;
    struct record r;
    size_t place;

    if (!desks_find(x, ask->desk, &d, err) || !read_person(x, ask->uid, &k, err) || !check_asker(x, &k, err))
        return false;
    place = place_of(&k.entry, d);
    if (place == k.entry.desk_count)
        return error_set(err, E_DSK_02, "he is not at desk %s", d->name);
    if (!check_until(x, ask->until_ms, err))
        return false;
    if (k.entry.desks[place].duty_until_ms == ask->until_ms)
        return answer_person(&k, d, out);
    k.entry.desks[place].duty_until_ms = ask->until_ms;
    r = record_of(d, ask->until_ms != 0 ? DESK_ON_DUTY : DESK_OFF_DUTY);
    r.desk.until_ms = ask->until_ms;
    return (ask->until_ms == 0 || tick_has_room(x, err)) && tick_call_end(x, mark, write_duty(&k, &r, err), err) &&
           answer_person(&k, d, out);
}

/* --- listing --- */

struct desk_list {
    struct exchange *x;
    const struct desk_row *desk;
    exchange_on_desk_fn *on_item;
    void *cookie;
    size_t given;
};

/* Who is on duty all who work with cases may know, and each knows himself. */
static bool is_told(const struct exchange *x, const struct staff_person *p, const struct desk_row *d)
{
    int64_t own;

    return staff_person_at(p, d) != NULL &&
           (!staff_asker_is_restricted(x, &own) || own == p->number || staff_person_is_on_duty(x, p, d));
}

static bool list_person(void *cookie, const struct staff_row *row, struct error *err)
{
    struct desk_list *l = cookie;
    const struct staff_person *p = staff_person_numbered(l->x, row->number);
    struct staff_known k = {.x = l->x, .row = *row};
    struct control_desk line;
    struct error why;

    if (p == NULL || !is_told(l->x, p, l->desk) || !staff_entry_open(l->x, row, &k.entry, &why))
        return true;
    l->given++;
    return answer_person(&k, l->desk, &line) && l->on_item(l->cookie, &line, err);
}

static bool list_desk(struct exchange *x, size_t i, exchange_on_desk_fn *on_item, void *cookie, struct error *err)
{
    struct desk_list l = {.x = x, .desk = desks_nth(x, i), .on_item = on_item, .cookie = cookie};
    const struct control_desk line = show_desk(l.desk);

    return staff_store_walk(x->db, NULL, list_person, &l, err) && (l.given != 0 || on_item(cookie, &line, err));
}

bool exchange_desk_list(struct exchange *x, struct walk_step *step, exchange_on_desk_fn *on_item, void *cookie,
                        struct error *err)
{
    size_t i = (size_t)step->after;

    step->more = i + 1 < desks_count(x);
    step->after++;
    return i >= desks_count(x) || list_desk(x, i, on_item, cookie, err);
}
