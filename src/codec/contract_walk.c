#include "codec/contract.h"

#include <string.h>

#include "base/text.h"
#include "codec/contract_inside.h"
#include "codec/varint.h"
#include "model/ident.h"

#define FIELD_NUMBER_END (UINT32_C(1) << 29) /* protobuf's own bound */

/* One message of those that are open, the outermost first. Fields ascend, so a message is read by one walk along its
 * table: `next` never goes back. */
struct level {
    const struct contract_message *m;
    const uint8_t *end;
    unsigned next;                       /* index of the first field of M that has neither come nor been passed over */
    uint32_t last;                       /* number of the field that came last, 0 before the first */
    const struct contract_field *latest; /* that field; NULL: M has none of that number */
    size_t items;                        /* of the list that came last */
    struct view before;                  /* its last element */
    uint32_t kind;                       /* value of the field that says which message is its own */
    bool is_own_done;                    /* that one has come, or was found to be missing */
};

struct walk {
    const uint8_t *at;
    struct level levels[BOUND_DEPTH];
    struct level *now; /* of the message that is being read */
    bool refused;      /* for a value: the error is set */
    /* NULL: nobody is told */
    bool (*each)(void *cookie, const struct contract_item *item);
    void *cookie;
    struct error *err;
};

COLD static bool refuse(const struct walk *w, enum error_code code, const char *why)
{
    const struct level *l = w->now;
    const char *message = l->m->descriptor->short_name;

    for (unsigned i = 0; i < l->m->count; i++)
        if (l->m->fields[i].number == l->last)
            return error_set(w->err, code, "%s: %s %s", message, l->m->fields[i].name, why);
    return error_set(w->err, code, "%s: field %u %s", message, (unsigned)l->last, why);
}

/* Notes the first value that may not stand. The walk goes on: a spelling or a limit that is wrong is said before it. */
COLD static void refuse_value(struct walk *w, const char *why)
{
    if (!w->refused)
        (void)refuse(w, E_BYT_03, why);
    w->refused = true;
}

static bool is_number(const struct contract_field *f)
{
    return f->type == CONTRACT_NUMBER || f->type == CONTRACT_CODE || f->type == CONTRACT_BOOL;
}

/* Whether N is wider than F's number on the wire: protobuf-c would cut it. */
static bool is_too_wide(const struct contract_field *f, uint64_t n)
{
    if (f->type == CONTRACT_CODE)
        return n > INT32_MAX; /* none of ours is negative */
    return f->max <= UINT32_MAX && n > (f->type == CONTRACT_BOOL ? 1 : UINT32_MAX);
}

/* Of a list of numbers, which is packed. */
static bool is_packed(const struct contract_field *f)
{
    return f->type == CONTRACT_SET || (f->items > 0 && is_number(f));
}

/* A list whose elements come one by one. */
static bool is_repeated(const struct contract_field *f)
{
    return f->items > 0 && f->type != CONTRACT_ITEMS && !is_packed(f);
}

static bool check_number(struct walk *w, const struct contract_field *f, uint64_t n)
{
    struct level *l = w->now;

    if (!is_number(f) || is_packed(f))
        return refuse(w, E_BYT_01, "is a number where none was expected");
    if (n == 0)
        return refuse(w, E_BYT_01, "is a zero that should have been left out");
    if (is_too_wide(f, n))
        return refuse(w, E_BYT_01, "is a number wider than its field");
    if (n < f->min || n > f->max)
        refuse_value(w, "is a number without a meaning here");
    if (f == &l->m->fields[l->m->kind])
        l->kind = (uint32_t)n;
    return true;
}

static bool check_packed(struct walk *w, const struct contract_field *f, struct view v)
{
    const uint8_t *at = v.at;
    size_t items = 0;
    uint64_t last = 0;

    while (at != v.at + v.size) {
        uint64_t n;

        if (!varint_read(&at, v.at + v.size, &n) || is_too_wide(f, n))
            return refuse(w, E_BYT_01, "is a list with a number that is cut, not minimal, or too wide");
        if (++items > f->items)
            return refuse(w, E_BYT_02, "has more items than a list may have");
        if (n < f->min || n > f->max)
            refuse_value(w, "holds a number without a meaning");
        if (f->ascending && items > 1 && n <= last)
            refuse_value(w, "is not strictly ascending");
        last = n;
    }
    return true;
}

static bool is_text(const struct contract_field *f)
{
    switch (f->type) {
    case CONTRACT_TEXT:
    case CONTRACT_LINE:
    case CONTRACT_LINES:
    case CONTRACT_AGENCY:
    case CONTRACT_ADDRESS:
    case CONTRACT_LABEL:
        return true;
    default:
        return false;
    }
}

/* Why V, a value of bytes or text, may not stand in F of M; NULL: it may. */
static const char *find_fault(const struct contract_message *m, const struct contract_field *f, struct view v)
{
    bool may_be_zeros = (f->must && m->boundary != BOUNDARY_CONTROL) || f->has || f->items > 0;
    struct label label;

    switch (f->type) {
    case CONTRACT_FIXED:
        if (v.size != f->width)
            return "has not the size that it must have";
        /* Zeros in the struct say that it is absent, where it may be and nothing else does; people have no such id. */
        return may_be_zeros || !is_zeros(v) ? NULL : "is all zeros";
    case CONTRACT_PATH:
        return v.size % HASH_SIZE == 0 ? NULL : "is not made of whole hashes";
    case CONTRACT_AGENCY:
    case CONTRACT_ADDRESS:
        return address_ok(v) ? NULL : "is not a full agency name";
    case CONTRACT_LABEL:
        return label_read(v, &label) ? NULL : "is not a label";
    case CONTRACT_LINE:
    case CONTRACT_LINES:
        return text_has_control(v, f->type == CONTRACT_LINES) ? "holds a control character" : NULL;
    default:
        return NULL;
    }
}

/* A value of bytes or text, which is not empty. */
static bool check_value(struct walk *w, const struct contract_field *f, struct view v)
{
    const char *fault;

    if (is_text(f) && !text_is_utf8(v))
        return refuse(w, E_BYT_01, "is text that is not UTF-8, or holds a NUL");
    if (f->type != CONTRACT_FIXED && v.size > (f->type == CONTRACT_PATH ? f->max * HASH_SIZE : f->max))
        return refuse(w, E_BYT_02, "is longer than it may be");
    fault = find_fault(w->now->m, f, v);
    if (fault != NULL)
        refuse_value(w, fault);
    return true;
}

static bool check_items(struct walk *w, const struct contract_field *f, struct view v)
{
    if (v.size / f->width > f->items)
        return refuse(w, E_BYT_02, "has more items than a list may have");
    if (v.size % f->width != 0)
        refuse_value(w, "is not made of whole items");
    return true;
}

/* Begins the message that V holds; its end is found by the walk. */
static bool enter_message(struct walk *w, const struct contract_field *f, struct view v)
{
    if (w->now == &w->levels[BOUND_DEPTH - 1])
        return refuse(w, E_BYT_02, "is a message within messages too deep");
    if (f->max != 0 && v.size > f->max)
        return refuse(w, E_BYT_02, "is longer than it may be");
    w->now++;
    *w->now = (struct level){.m = f->sub, .end = v.at + v.size};
    w->at = v.at;
    return true;
}

/* Bytes, text, a packed list or a message. */
static bool check_sized(struct walk *w, const struct contract_field *f, struct view v)
{
    struct level *l = w->now;

    if (v.size == 0)
        return refuse(w, E_BYT_01, "is empty and should have been left out");
    if (is_packed(f))
        return check_packed(w, f, v);
    if (is_number(f))
        return refuse(w, E_BYT_01, "has bytes where a number was expected");
    if (f->type == CONTRACT_ITEMS)
        return check_items(w, f, v);
    if (f->items > 0 && ++l->items > f->items)
        return refuse(w, E_BYT_02, "has more items than a list may have");
    if (f->sub != NULL)
        return enter_message(w, f, v);
    if (!check_value(w, f, v))
        return false;
    if (f->ascending && l->items > 1 && view_compare(l->before, v) >= 0)
        refuse_value(w, "is not strictly ascending");
    l->before = v;
    return true;
}

/* F, which must stand there, did not come. */
static void pass_over(struct walk *w, const struct contract_field *f)
{
    struct level *l = w->now;
    uint32_t last = l->last;

    l->last = f->number;
    refuse_value(w, "is missing");
    l->last = last;
}

/* Which of M's fields, from that of index FROM on, is the first whose number is at least NUMBER. */
static unsigned place_of(const struct contract_message *m, unsigned from, uint32_t number)
{
    const struct contract_field *f;

    if (from == m->count || m->fields[from].number >= number)
        return from;
    f = number == FIELD_NUMBER_END ? NULL : contract_field_from(m, from, number);
    return f == NULL ? m->count : (unsigned)(f - m->fields);
}

/* The bits of the fields of index FROM and behind. */
static uint64_t musts_from(unsigned from)
{
    return from < 64 ? UINT64_MAX << from : 0;
}

/* Whether F may stand in a message of any kind. */
static bool is_of_each_kind(const struct contract_message *m, const struct contract_field *f)
{
    return m->kinds_from == 0 || f->number <= m->kinds_from;
}

/* The message of the kind stands before NUMBER, and has not come. */
static void pass_over_own(struct walk *w)
{
    struct level *l = w->now;
    const uint32_t number = l->m->kinds_from + l->kind;
    const struct contract_field *f = contract_field_from(l->m, 0, number);

    l->is_own_done = true;
    if (f != NULL && f->number == number && f->must)
        pass_over(w, f);
}

/* What stands before NUMBER, and has not come, does not come any more. */
static void pass_to(struct walk *w, uint32_t number)
{
    struct level *l = w->now;
    const struct contract_message *m = l->m;
    const unsigned to = place_of(m, l->next, number);

    if ((m->musts & musts_from(l->next) & ~musts_from(to)) != 0)
        for (const struct contract_field *f = &m->fields[l->next]; f < &m->fields[to] && is_of_each_kind(m, f); f++)
            if (f->must)
                pass_over(w, f);
    l->next = to;
    if (m->kinds_from != 0 && !l->is_own_done && number > m->kinds_from + l->kind)
        pass_over_own(w);
}

/* The field that NUMBER names, NULL if the message has none; notes that it came. False when it may not come here. */
static bool find_field(struct walk *w, uint32_t number, const struct contract_field **out)
{
    struct level *l = w->now;
    const struct contract_message *m = l->m;
    const struct contract_field *f = l->latest;

    *out = f;
    if (number == l->last)
        return f == NULL || is_repeated(f) || refuse(w, E_BYT_01, "is given twice");
    if (number < l->last) {
        l->last = number;
        return refuse(w, E_BYT_01, "is out of order");
    }
    if (l->next == m->count || m->fields[l->next].number != number)
        pass_to(w, number);
    l->last = number;
    f = l->next < m->count && m->fields[l->next].number == number ? &m->fields[l->next++] : NULL;
    if (f == NULL && !m->later_fields)
        return refuse(w, E_BYT_01, "is unknown");
    if (f != NULL && !is_of_each_kind(m, f)) {
        if (number == m->kinds_from + l->kind)
            l->is_own_done = true;
        else
            refuse_value(w, "is the message of another kind");
    }
    l->items = 0;
    l->latest = f;
    *out = f;
    return true;
}

/* Tells of ITEM, which has passed; of packed numbers, one by one. */
static void tell(struct walk *w, struct contract_item *item)
{
    struct view v = item->value;
    const uint8_t *at = v.at;

    if (!is_packed(item->field)) {
        w->refused = !w->each(w->cookie, item);
        return;
    }
    while (at != v.at + v.size && !w->refused) {
        REQUIRE(varint_read(&at, v.at + v.size, &item->number)); /* check_packed has read it */
        w->refused = !w->each(w->cookie, item);
    }
}

static bool check_field(struct walk *w)
{
    const size_t depth = (size_t)(w->now - w->levels); /* of its message: it may be one, which the walk enters */
    const uint8_t *end = w->now->end;
    const uint8_t *begin = w->at;
    const struct contract_field *f = NULL;
    struct view value = {0};
    const uint8_t *behind;
    uint64_t tag;
    uint64_t n;

    if (!varint_read(&w->at, end, &tag) || tag >> 3 == 0 || tag >> 3 >= FIELD_NUMBER_END)
        return refuse(w, E_BYT_01, "is followed by a broken tag");
    if (!find_field(w, (uint32_t)(tag >> 3), &f))
        return false;
    if ((tag & 7) != WIRE_VARINT && (tag & 7) != WIRE_SIZED)
        return refuse(w, E_BYT_01, "has a wire type that is not used");
    if (!varint_read(&w->at, end, &n))
        return refuse(w, E_BYT_01, "has a number that is cut or not minimal");
    if ((tag & 7) != WIRE_VARINT) {
        if (n > (uint64_t)(end - w->at))
            return refuse(w, E_BYT_01, "is longer than its message");
        value = view_of(w->at, (size_t)n);
        w->at += value.size;
    }
    behind = w->at;
    if (f == NULL)
        return true;
    if (!((tag & 7) == WIRE_VARINT ? check_number(w, f, n) : check_sized(w, f, value)))
        return false;
    if (w->each != NULL && !w->refused)
        tell(w, &(struct contract_item){.field = f,
                                        .depth = depth,
                                        .whole = view_of(begin, (size_t)(behind - begin)),
                                        .value = value,
                                        .number = (tag & 7) == WIRE_VARINT ? n : 0});
    return true;
}

bool contract_visit(const struct contract_message *m, struct view wire,
                    bool (*each)(void *cookie, const struct contract_item *item), void *cookie, struct error *err)
{
    struct walk w;

    if (wire.size > m->max_bytes)
        return error_set(err, E_BYT_02, "%s: %zu bytes, over the limit of %zu", m->descriptor->short_name, wire.size,
                         m->max_bytes);
    w.at = wire.at;
    w.now = w.levels;
    w.levels[0] = (struct level){.m = m, .end = wire.at + wire.size};
    w.refused = false;
    w.each = each;
    w.cookie = cookie;
    w.err = err;
    for (;;) {
        while (w.at == w.now->end) {
            pass_to(&w, FIELD_NUMBER_END); /* what must still come is missing */
            if (w.now == w.levels)
                return !w.refused;
            w.now--;
        }
        if (!check_field(&w))
            return false;
    }
}

bool contract_walk(const struct contract_message *m, struct view wire, struct error *err)
{
    return contract_visit(m, wire, NULL, NULL, err);
}
