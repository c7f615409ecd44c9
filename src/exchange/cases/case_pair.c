#include "exchange/cases/case_pair.h"

#include "codec/case_codec.h"
#include "exchange/cases/case_check.h"
#include "exchange/cases/case_confirm.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"

static bool open_side(struct exchange *x, const struct ident *id, struct case_side *s, struct error *err)
{
    if (!casebook_find(x, id, &s->row, err) || !casebook_open(x, &s->row, s->before.sections, err) ||
        !case_entries_version(x, &s->row, &s->version, err))
        return false;
    s->after = s->before;
    return true;
}

bool case_pair_open(struct exchange *x, const struct ident *to, const struct ident *from, struct case_pair *out,
                    struct error *err)
{
    *out = (struct case_pair){.x = x};
    out->fields = arena_new(&x->tick_arena, CONSENT_FIELDS * sizeof *out->fields);
    out->differing = arena_new(&x->tick_arena, CONSENT_FIELDS * sizeof *out->differing);
    if (ident_equal(to, from))
        return error_set(err, E_USE_03, "both are one case");
    return open_side(x, to, &out->to, err) && open_side(x, from, &out->from, err);
}

static bool check_side(struct exchange *x, const struct case_side *side, struct error *err)
{
    char id[IDENT_TEXT];
    struct case_end e;

    if (!case_ending_read(x, &side->row, &e, err))
        return false;
    ident_write(&side->row.id, id);
    if (e.asked_ms != 0)
        return error_set(err, E_MRG_06, "case %s is to be deleted: refex case delete %s --undo takes that back", id,
                         id);
    return e.closed_ms == 0 || error_set(err, E_MRG_06, "case %s is closed: refex case reopen %s opens it", id, id);
}

bool case_pair_check_open(const struct case_pair *p, struct error *err)
{
    return check_side(p->x, &p->to, err) && check_side(p->x, &p->from, err);
}

/* Who says so is not known any more: of how she is reached it is marked. */
static bool mark(struct case_pair *p, struct case_side *side, enum section s, struct error *err)
{
    bool marked;

    return case_confirm_mark(p->x, s, side->before.sections[s], &side->after.sections[s], false, &marked, err);
}

bool case_pair_join(struct case_pair *p, enum section s, const uint32_t *refs, size_t count, struct error *err)
{
    struct bytes *joined = tick_plain(p->x);

    if (count == 0)
        return true;
    if (!case_section_join(s, p->to.before.sections[s], p->from.before.sections[s], refs, count, joined, err))
        return false;
    p->to.after.sections[s] = bytes_view(joined);
    return mark(p, &p->to, s, err);
}

bool case_pair_drop(struct case_pair *p, struct case_side *side, enum section s, const uint32_t *refs, size_t count,
                    struct error *err)
{
    struct bytes *rest = tick_plain(p->x);
    uint32_t said = case_confirm_field(s);
    uint32_t left[CASE_SECTION_FIELDS];
    size_t left_count = 0;
    bool empty;

    if (count == 0 || side->before.sections[s].size == 0)
        return true;
    if (!case_section_without(s, side->before.sections[s], refs, count, rest, &empty, err) ||
        (!empty && !case_section_fields(s, bytes_view(rest), left, &left_count, err)))
        return false;
    if (left_count == 1 && left[0] == said) /* nothing is left that it is said of */
        empty = true;
    side->after.sections[s] = empty ? (struct view){0} : bytes_view(rest);
    return true;
}

static const struct case_side *other_of(const struct case_pair *p, const struct case_side *side)
{
    return side == &p->to ? &p->from : &p->to;
}

static bool may_be_so(const struct case_pair *p, const struct case_side *side, struct error *err)
{
    const struct case_version v = {.row = &side->row, .before = &side->before, .after = &side->after};

    /* One that was opened for what came here may have nothing of its own. */
    return case_version_changes(&v) == 0 || case_check(&side->after, tick_record_day(p->x), err);
}

bool case_pair_check_left(const struct case_pair *p, struct error *err)
{
    return may_be_so(p, &p->to, err) && may_be_so(p, &p->from, err);
}

bool case_pair_write(struct case_pair *p, struct case_side *side, enum case_moving how, enum house_what what,
                     struct error *err)
{
    struct case_version v = {.row = &side->row, .before = &side->before, .after = &side->after};
    struct record r = {.kind = RECORD_OPENED};

    r.house = (struct record_house){.has_object = true, .object = side->row.id, .what = what};
    v.entry = (struct case_entry){.version = side->version + 1,
                                  .other = other_of(p, side)->row.id,
                                  .how = how,
                                  .fields = p->fields,
                                  .field_count = p->field_count};
    if (case_version_changes(&v) != 0)
        side->version++;
    return case_version_write(p->x, &v, err) && acting_append(p->x, &r, err);
}

bool case_pair_note_came(struct case_pair *p, enum case_moving how, struct error *err)
{
    struct case_entry entry = {.version = p->to.version,
                               .other = p->from.row.id,
                               .how = how,
                               .fields = p->fields,
                               .field_count = p->field_count,
                               .agreed_from = audit_size(p->x->audit, LOG_EXCHANGE)};

    return p->field_count == 0 || case_entries_add(p->x, &p->to.row, CASE_ENTRY_CAME, &entry, err);
}

void case_pair_tell(const struct case_pair *p, struct control_case_moved *out)
{
    *out = (struct control_case_moved){.case_id = p->to.row.id,
                                       .from = p->from.row.id,
                                       .version = p->to.version,
                                       .from_version = p->from.version,
                                       .fields = p->fields,
                                       .field_count = p->field_count,
                                       .differing = p->differing,
                                       .differing_count = p->differing_count};
}
