#include "exchange/staff/desks.h"

#include "base/text.h"
#include "exchange/staff/staff_inside.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define WORKS_WITH_CASES (STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_SUPERVISOR))

struct desks {
    struct desk_row list[BOUND_DESKS];
    size_t count;
};

struct desks *desks_new(void)
{
    return xnew(sizeof(struct desks));
}

static bool load_row(void *cookie, const struct desk_row *row, struct error *err)
{
    struct exchange *x = cookie;

    if (x->desks->count == BOUND_DESKS)
        return error_set(err, E_STO_04, "there are more than %d desks", BOUND_DESKS);
    desks_keep(x, row);
    return true;
}

bool desks_load(struct exchange *x, struct error *err)
{
    return desk_store_walk(x->db, load_row, x, err);
}

size_t desks_count(const struct exchange *x)
{
    return x->desks->count;
}

const struct desk_row *desks_nth(const struct exchange *x, size_t i)
{
    REQUIRE(i < x->desks->count);
    return &x->desks->list[i];
}

const struct desk_row *desks_numbered(const struct exchange *x, int64_t number)
{
    const struct desks *d = x->desks;

    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].number == number)
            return &d->list[i];
    return NULL;
}

const struct desk_row *desks_called(const struct exchange *x, struct view name)
{
    const struct desks *d = x->desks;

    for (size_t i = 0; i < d->count; i++)
        if (text_is(name, d->list[i].name))
            return &d->list[i];
    return NULL;
}

bool desks_find(const struct exchange *x, struct view name, const struct desk_row **out, struct error *err)
{
    *out = desks_called(x, name);
    return *out != NULL || error_set(err, E_DSK_01, "there is no desk %.*s", (int)name.size, (const char *)name.at);
}

void desks_keep(struct exchange *x, const struct desk_row *d)
{
    struct desks *s = x->desks;

    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].number == d->number) {
            s->list[i] = *d;
            return;
        }
    REQUIRE(s->count < BOUND_DESKS);
    s->list[s->count++] = *d;
}

struct view desks_name(const struct exchange *x, const struct ident *id)
{
    for (size_t i = 0; i < x->desks->count; i++)
        if (ident_equal(&x->desks->list[i].id, id))
            return view_of_text(x->desks->list[i].name);
    return (struct view){0};
}

void desks_drop(struct exchange *x, int64_t number)
{
    struct desks *s = x->desks;
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].number != number)
            s->list[kept++] = s->list[i];
    s->count = kept;
}

/* --- who is at one --- */

const struct staff_desk *staff_person_at(const struct staff_person *p, const struct desk_row *d)
{
    for (size_t i = 0; (p->roles & WORKS_WITH_CASES) != 0 && i < p->desk_count; i++)
        if (ident_equal(&p->desks[i].desk, &d->id))
            return &p->desks[i];
    return NULL;
}

bool staff_person_is_on_duty(const struct exchange *x, const struct staff_person *p, const struct desk_row *d)
{
    const struct staff_desk *at = NULL;

    if (d != NULL)
        at = staff_person_at(p, d);
    for (size_t i = 0; d == NULL && p->desk_count != 0 && i < x->desks->count; i++)
        if (staff_person_is_on_duty(x, p, &x->desks->list[i]))
            return true;
    return at != NULL && tick_closing_ms(x) < at->duty_until_ms;
}

static bool is_anybody_at(const struct exchange *x, const struct desk_row *d)
{
    for (size_t i = 0; i < x->staff->count; i++)
        if (staff_person_at(&x->staff->people[i], d) != NULL)
            return true;
    return false;
}

static bool is_anybody_on_duty(const struct exchange *x)
{
    for (size_t i = 0; i < x->staff->count; i++)
        if (staff_person_is_on_duty(x, &x->staff->people[i], NULL))
            return true;
    return false;
}

bool staff_person_sees_unassigned(const struct exchange *x, const struct staff_person *p, int64_t desk)
{
    const struct desk_row *d = desks_numbered(x, desk);

    if (d != NULL && staff_person_at(p, d) != NULL)
        return true;
    if (d != NULL && is_anybody_at(x, d))
        return false;
    return x->desks->count == 0 || staff_person_is_on_duty(x, p, NULL) || !is_anybody_on_duty(x);
}
