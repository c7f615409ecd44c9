#include "exchange/cases/case_move.h"

#include "codec/case_codec.h"
#include "exchange/cases/case_confirm.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_pair.h"
#include "exchange/state.h"
#include "exchange/tick.h"

/* --- fields --- */

static bool check_field(const struct case_pair *p, enum section s, uint32_t ref, const uint32_t *theirs,
                        size_t their_count, struct error *err)
{
    if (!field_ref_is_among(ref, theirs, their_count) || ref == case_confirm_field(s))
        return error_set(err, E_MRG_01, "the case has no field %s", case_field_ref_name(ref));
    return !case_section_differs(s, p->to.before.sections[s], p->from.before.sections[s], ref) ||
           error_set(err, E_MRG_02, "the other case says something else in %s", case_field_ref_name(ref));
}

/* Of section S those of ASK, which stand from FIRST on: what the other case has already, the same, is only taken away
 * here. */
static bool move_section(struct case_pair *p, enum section s, const uint32_t *refs, size_t count, struct error *err)
{
    struct view to = p->to.before.sections[s];
    struct view from = p->from.before.sections[s];
    uint32_t theirs[CASE_SECTION_FIELDS];
    uint32_t own[CASE_SECTION_FIELDS];
    size_t their_count = 0;
    size_t own_count = 0;
    size_t first = p->field_count;

    if ((from.size > 0 && !case_section_fields(s, from, theirs, &their_count, err)) ||
        (to.size > 0 && !case_section_fields(s, to, own, &own_count, err)))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!check_field(p, s, refs[i], theirs, their_count, err))
            return false;
        if (!field_ref_is_among(refs[i], own, own_count))
            p->fields[p->field_count++] = refs[i];
    }
    return case_pair_join(p, s, p->fields + first, p->field_count - first, err) &&
           case_pair_drop(p, &p->from, s, refs, count, err);
}

static bool move_fields(struct case_pair *p, const struct control_case_move_ask *ask, struct error *err)
{
    for (size_t first = 0, end; first < ask->field_count; first = end) {
        enum section s = FIELD_REF_SECTION(ask->fields[first]);

        for (end = first; end < ask->field_count && FIELD_REF_SECTION(ask->fields[end]) == s; end++)
            if (case_field_ref_name(ask->fields[end]) == NULL)
                return error_set(err, E_MRG_01, "there is no such field");
        if (!move_section(p, s, ask->fields + first, end - first, err))
            return false;
    }
    if (!case_pair_check_left(p, err) || !tick_has_room(p->x, err) || !tick_begin(p->x, err) ||
        !case_pair_note_came(p, CASE_MOVING_MOVED_FROM, err) ||
        !case_pair_write(p, &p->to, CASE_MOVING_MOVED_FROM, HOUSE_MOVED, err))
        return false;
    return case_pair_write(p, &p->from, CASE_MOVING_MOVED_TO, HOUSE_MOVED, err);
}

/* --- a note --- */

struct noted {
    struct arena *arena; /* the tick's */
    uint32_t wanted;
    uint32_t at;
    bool done;
    int64_t number; /* of its entry; 0: it was not found */
    struct case_entry entry;
};

static bool find_note(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    struct noted *n = cookie;

    (void)err;
    n->done = n->done || (kind == CASE_ENTRY_DONE && e->done == n->wanted);
    if (kind != CASE_ENTRY_NOTE || ++n->at != n->wanted)
        return true;
    n->number = number;
    n->entry = *e;
    n->entry.text = arena_copy(n->arena, e->text);
    return true;
}

/* Its time and who wrote it stay; what a supervisor has seen to waits for nobody there. */
static bool move_note(struct case_pair *p, uint32_t wanted, uint32_t *note, struct error *err)
{
    struct noted n = {.arena = &p->x->tick_arena, .wanted = wanted};
    struct case_entry there;
    struct case_entry here;
    uint64_t notes;

    if (!case_entries_walk(p->x, &p->from.row, find_note, &n, err))
        return false;
    if (n.number == 0 || n.entry.how == CASE_MOVING_MOVED_TO)
        return error_set(err, E_MRG_01, "the case has no note %u", (unsigned)wanted);
    there = n.entry;
    there.other = p->from.row.id;
    there.how = CASE_MOVING_MOVED_FROM;
    if (n.done)
        there.by = 0;
    here = (struct case_entry){
        .time_ms = n.entry.time_ms, .staff = n.entry.staff, .other = p->to.row.id, .how = CASE_MOVING_MOVED_TO};
    if (!tick_has_room(p->x, err) || !tick_begin(p->x, err) ||
        !case_entries_add_as_it_was(p->x, &p->to.row, CASE_ENTRY_NOTE, &there, err) ||
        !case_entries_change(p->x, &p->from.row, n.number, &here, err) ||
        !case_entry_store_count(p->x->db, p->to.row.number, CASE_ENTRY_NOTE, &notes, err))
        return false;
    *note = (uint32_t)notes;
    return case_pair_write(p, &p->to, CASE_MOVING_MOVED_FROM, HOUSE_MOVED, err) &&
           case_pair_write(p, &p->from, CASE_MOVING_MOVED_TO, HOUSE_MOVED, err);
}

bool exchange_case_move(struct exchange *x, const struct control_case_move_ask *ask, struct control_case_moved *out,
                        struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct case_pair *p = arena_new(&x->tick_arena, sizeof *p);
    uint32_t note = 0;
    bool ok = (ask->note != 0) != (ask->field_count != 0) || error_set(err, E_USE_02, "fields are moved, or one note");

    ok = ok && case_pair_open(x, &ask->case_id, &ask->from, p, err) && case_merge_check(x, &p->to.row, err) &&
         case_merge_check(x, &p->from.row, err) && case_pair_check_open(p, err) &&
         (ask->note != 0 ? move_note(p, ask->note, &note, err) : move_fields(p, ask, err));
    case_pair_tell(p, out);
    out->note = note;
    return tick_call_end(x, mark, ok, err);
}
