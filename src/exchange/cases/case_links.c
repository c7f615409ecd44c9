#include "exchange/cases/case_links.h"

#include "codec/case_entry_messages.h"
#include "crypto/random.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/case_link_store.h"

#include <stdlib.h>

/* --- rows --- */

struct link_row {
    int64_t number;
    struct case_link says;
};

struct links {
    struct exchange *x;
    const struct case_row *row;
    bool strict; /* one that does not open fails: they are to be changed */
    size_t count;
    struct link_row of[BOUND_CASE_LINKS];
    int64_t gone[BOUND_CASE_LINKS]; /* rows of cases that are not there any more */
    size_t gone_count;
};

static struct cell cell_of(const struct case_row *row, int64_t number)
{
    return (struct cell){.slot = row->slot,
                         .section = "link",
                         .table = "case_link",
                         .row = number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

static bool may_pass_over(const struct links *l, const struct error *err)
{
    if (err->code == E_KEY_21)
        tick_read_again(l->x);
    return !l->strict && vault_does_not_open(err);
}

static bool open_link(void *cookie, int64_t number, struct view sealed, struct error *err)
{
    struct links *l = cookie;
    struct bytes *plain = tick_plain(l->x);
    struct cell where = cell_of(l->row, number);
    struct link_row *one = &l->of[l->count];

    if (l->count == BOUND_CASE_LINKS) /* somebody added rows */
        return true;
    if (!vault_open_cell(l->x->vault, &where, sealed, plain, err))
        return may_pass_over(l, err);
    if (!case_link_decode(bytes_view(plain), &l->x->tick_arena, &one->says, err))
        return false;
    one->number = number;
    l->count++;
    return true;
}

static int compare_times(const void *a, const void *b)
{
    int64_t first = ((const struct link_row *)a)->says.time_ms;
    int64_t second = ((const struct link_row *)b)->says.time_ms;

    return first < second ? -1 : first > second;
}

static struct links *read_links(struct exchange *x, const struct case_row *row, bool strict, struct error *err)
{
    struct links *l = arena_new(&x->tick_arena, sizeof *l);

    *l = (struct links){.x = x, .row = row, .strict = strict};
    if (!case_link_store_walk(x->db, row->number, open_link, l, err))
        return NULL;
    qsort(l->of, l->count, sizeof *l->of, compare_times);
    return l;
}

static const struct link_row *find_link(const struct links *l, const struct ident *other)
{
    for (size_t i = 0; i < l->count; i++)
        if (ident_equal(&l->of[i].says.other, other))
            return &l->of[i];
    return NULL;
}

/* --- telling --- */

/* Where its key is not read for now it is not known to have been. */
static bool is_merged_into_another(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    struct case_row into;
    struct error why = {0};

    if (case_merge_find(x, row, is, &into, &why))
        return true;
    *is = false;
    *err = why;
    if (why.code == E_KEY_21)
        tick_read_again(x);
    return why.code == E_KEY_21;
}

/* *TOLD is false where who asks is told nothing of it. */
static bool tell(struct exchange *x, const struct case_link *says, struct control_case_linked *out, bool *told,
                 struct error *err)
{
    struct case_row other;
    bool is_merged;
    bool shown;

    if (!case_store_find(x->db, &says->other, told, &other, err))
        return false;
    *told = *told && !vault_slot_is_erased(x->vault, other.slot);
    if (!*told)
        return true;
    if (!is_merged_into_another(x, &other, &is_merged, err) || !holders_show_linked(x, &other, &shown, told, err))
        return false;
    if (is_merged) { /* the case that took its place is linked, too */
        *told = false;
        return true;
    }
    *out = (struct control_case_linked){.held_by_others = true};
    if (shown)
        *out =
            (struct control_case_linked){.case_id = says->other, .relation = says->relation, .since_ms = says->time_ms};
    return true;
}

bool case_links_list(struct exchange *x, const struct case_row *row, const struct control_case_linked **out,
                     size_t *count, struct error *err)
{
    const struct links *l = read_links(x, row, false, err);
    struct control_case_linked *all;
    size_t n = 0;

    if (l == NULL)
        return false;
    all = arena_new(&x->tick_arena, (l->count + 1) * sizeof *all);
    for (size_t i = 0; i < l->count; i++) {
        bool told;

        if (!tell(x, &l->of[i].says, &all[n], &told, err))
            return false;
        n += told;
    }
    *out = all;
    *count = n;
    return true;
}

bool case_links_shows(struct exchange *x, const struct ident *other, struct ident *out, struct error *err)
{
    struct case_row row;
    bool shown;

    if (ident_is_zero(other))
        return true;
    if (!case_store_find(x->db, other, &shown, &row, err) || (shown && !holders_show_case(x, &row, &shown, err)))
        return false;
    if (shown)
        *out = *other;
    return true;
}

/* --- changing --- */

/* What the one is to the other, seen from the other side. */
static enum case_relation turned(enum case_relation relation)
{
    switch (relation) {
    case CASE_RELATION_CHILD:
        return CASE_RELATION_PARENT;
    case CASE_RELATION_PARENT:
        return CASE_RELATION_CHILD;
    case CASE_RELATION_GUARDIAN:
        return CASE_RELATION_WARD;
    case CASE_RELATION_WARD:
        return CASE_RELATION_GUARDIAN;
    default:
        return relation;
    }
}

static int64_t draw_number(struct exchange *x)
{
    uint64_t n;

    random_fill(x->random, &n, sizeof n);
    return (int64_t)(n >> 2) + 1;
}

static bool put_link(struct exchange *x, const struct case_row *row, const struct ident *other,
                     enum case_relation relation, struct error *err)
{
    struct case_link says = {.other = *other, .relation = relation, .time_ms = tick_record_ms(x)};
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    int64_t number = draw_number(x);
    struct cell where = cell_of(row, number);
    bool ok;

    case_link_encode(&says, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
         case_link_store_add(x->db, number, row->number, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}

/* Of one of the two cases. RELATION absent: they are not linked any more. */
static bool change_side(struct exchange *x, const struct case_row *row, const struct ident *other,
                        const struct link_row *was, enum case_relation relation, struct error *err)
{
    return (was == NULL || case_link_store_drop(x->db, was->number, err)) &&
           (relation == 0 || put_link(x, row, other, relation, err));
}

static bool is_so(const struct link_row *was, enum case_relation relation)
{
    return was == NULL ? relation == 0 : was->says.relation == relation;
}

static bool has_room(const struct links *l, const struct link_row *was, enum case_relation relation, struct error *err)
{
    return relation == 0 || was != NULL || l->count < BOUND_CASE_LINKS ||
           error_set(err, E_CAS_27, "a case is linked with %d others", BOUND_CASE_LINKS);
}

/* Whether the case is not there any more. */
static bool is_gone(struct exchange *x, const struct ident *id, bool *is, struct error *err)
{
    struct case_row row;
    bool found;

    if (!case_store_find(x->db, id, &found, &row, err))
        return false;
    *is = !found || vault_slot_is_erased(x->vault, row.slot);
    return true;
}

/* Of L go those of cases that are gone; their rows when drop_gone is called. */
static bool leave_out_gone(struct exchange *x, struct links *l, struct error *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->count; i++) {
        bool gone;

        if (!is_gone(x, &l->of[i].says.other, &gone, err))
            return false;
        if (gone)
            l->gone[l->gone_count++] = l->of[i].number;
        else
            l->of[kept++] = l->of[i];
    }
    l->count = kept;
    return true;
}

static bool drop_gone(struct exchange *x, const struct links *l, struct error *err)
{
    for (size_t i = 0; i < l->gone_count; i++)
        if (!case_link_store_drop(x->db, l->gone[i], err))
            return false;
    return true;
}

static bool forget_at(struct exchange *x, const struct ident *other, const struct case_row *row, struct error *err)
{
    const struct link_row *says;
    const struct links *l;
    struct case_row there;
    bool found;

    if (!case_store_find(x->db, other, &found, &there, err))
        return false;
    if (!found || vault_slot_is_erased(x->vault, there.slot))
        return true;
    l = read_links(x, &there, false, err);
    says = l != NULL ? find_link(l, &row->id) : NULL;
    return l != NULL && (says == NULL || case_link_store_drop(x->db, says->number, err));
}

bool case_links_end(struct exchange *x, const struct case_row *row, struct error *err)
{
    const struct links *l = read_links(x, row, false, err);

    for (size_t i = 0; l != NULL && i < l->count; i++)
        if (!forget_at(x, &l->of[i].says.other, row, err))
            return false;
    return l != NULL;
}

/* --- a case takes the place of another --- */

struct taking_over {
    struct exchange *x;
    const struct case_row *into;
    struct links *own; /* its own */
    size_t added;
    bool asks; /* whether there is room, and nothing is written */
};

static bool add_both(struct taking_over *t, const struct case_row *other, enum case_relation relation,
                     struct error *err)
{
    return put_link(t->x, t->into, &other->id, relation, err) &&
           put_link(t->x, other, &t->into->id, turned(relation), err);
}

/* OTHER, which is linked with the case that goes, as the relation says. */
static bool take_over_one(struct taking_over *t, const struct case_link *says, struct error *err)
{
    struct exchange *x = t->x;
    struct case_row other;
    struct links *others;
    bool found;

    if (!case_store_find(x->db, &says->other, &found, &other, err))
        return false;
    if (!found || other.number == t->into->number || vault_slot_is_erased(x->vault, other.slot) ||
        find_link(t->own, &other.id) != NULL)
        return true;
    if (!t->asks)
        return add_both(t, &other, says->relation, err);
    others = read_links(x, &other, true, err);
    if (others == NULL || !leave_out_gone(x, others, err))
        return false;
    if (t->own->count + t->added++ < BOUND_CASE_LINKS)
        return has_room(others, NULL, says->relation, err);
    return error_set(err, E_CAS_27, "a case is linked with %d others", BOUND_CASE_LINKS);
}

static bool take_over(struct exchange *x, const struct case_row *from, const struct case_row *into, bool asks,
                      struct error *err)
{
    const struct links *l = read_links(x, from, true, err);
    struct taking_over t = {.x = x, .into = into, .own = read_links(x, into, true, err), .asks = asks};

    if (l == NULL || t.own == NULL || !leave_out_gone(x, t.own, err))
        return false;
    for (size_t i = 0; i < l->count; i++)
        if (!take_over_one(&t, &l->of[i].says, err))
            return false;
    return true;
}

bool case_links_may_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                              struct error *err)
{
    return take_over(x, from, into, true, err);
}

bool case_links_take_over(struct exchange *x, const struct case_row *from, const struct case_row *into,
                          struct error *err)
{
    return take_over(x, from, into, false, err);
}

/* --- saying so --- */

static bool change(struct exchange *x, const struct case_row *row, const struct control_case_link_ask *ask,
                   struct error *err)
{
    enum case_relation relation = ask->relation;
    const struct link_row *here;
    const struct link_row *there;
    struct links *own;
    struct links *others;
    struct case_row other;

    if (!casebook_find(x, &ask->other, &other, err))
        return false;
    if (other.number == row->number)
        return error_set(err, E_USE_03, "a case is not linked with itself");
    if (relation != 0 && (!case_merge_check(x, row, err) || !case_merge_check(x, &other, err)))
        return false;
    own = read_links(x, row, true, err);
    others = own != NULL ? read_links(x, &other, true, err) : NULL;
    if (others == NULL)
        return false;
    if (!leave_out_gone(x, own, err) || !leave_out_gone(x, others, err))
        return false;
    here = find_link(own, &other.id);
    there = find_link(others, &row->id);
    if (is_so(here, relation) && is_so(there, turned(relation)))
        return true;
    return has_room(own, here, relation, err) && has_room(others, there, relation, err) && tick_has_room(x, err) &&
           tick_begin(x, err) && drop_gone(x, own, err) && drop_gone(x, others, err) &&
           change_side(x, row, &other.id, here, relation, err) &&
           change_side(x, &other, &row->id, there, turned(relation), err) &&
           acting_record_opened(x, relation != 0 ? HOUSE_LINKED : HOUSE_UNLINKED, &row->id, err);
}

bool exchange_case_link(struct exchange *x, const struct control_case_link_ask *ask, exchange_on_linked_fn *on_linked,
                        void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    const struct control_case_linked *all = NULL;
    struct case_row row;
    size_t count = 0;
    bool ok = casebook_find(x, &ask->case_id, &row, err) &&
              (ident_is_zero(&ask->other) ? casebook_record_opened(x, &row, err) : change(x, &row, ask, err)) &&
              case_links_list(x, &row, &all, &count, err);

    if (!tick_call_end(x, mark, ok, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!on_linked(cookie, &all[i], err))
            return false;
    return true;
}
