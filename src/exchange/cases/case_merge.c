#include "exchange/cases/case_merge.h"

#include "codec/case_codec.h"
#include "exchange/access/exclusions.h"
#include "exchange/cases/case_confirm.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_pair.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/merged_answers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define MERGES 16 /* of one person's cases, one after the other */

/* --- whether --- */

static bool keep_last(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    (void)number;
    (void)kind;
    (void)err;
    *(struct ident *)cookie = e->other;
    return true;
}

bool case_merge_find(struct exchange *x, const struct case_row *row, bool *is, struct case_row *into, struct error *err)
{
    struct ident other = {0};
    uint64_t merged;
    uint64_t parted;

    *is = false;
    if (!case_entry_store_count(x->db, row->number, CASE_ENTRY_MERGED, &merged, err))
        return false;
    if (merged == 0)
        return true;
    if (!case_entry_store_count(x->db, row->number, CASE_ENTRY_PARTED, &parted, err))
        return false;
    if (merged == parted)
        return true;
    if (x->vault == NULL)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    if (!case_entries_last(x, row, CASE_ENTRY_MERGED, keep_last, &other, err) ||
        !case_store_find(x->db, &other, is, into, err))
        return false;
    *is = *is && !vault_slot_is_erased(x->vault, into->slot);
    return true;
}

bool case_merge_follow(struct exchange *x, const struct case_row *row, case_merge_next_fn *on_next, void *cookie,
                       struct error *err)
{
    struct case_row at = *row;

    for (unsigned i = 0; i < MERGES; i++) {
        const struct case_row from = at;
        bool is;

        if (!case_merge_find(x, &from, &is, &at, err))
            return false;
        if (!is)
            return true;
        if (!on_next(cookie, &at, err))
            return false;
    }
    return error_set(err, E_KEY_15, "cases were merged into each other");
}

struct merged_case {
    struct merged_case *next;
    int64_t number;
};

struct merged_walk {
    struct exchange *x;
    int64_t into;
    case_merge_next_fn *on_unread;
    void *cookie;
    bool is; /* the one that is looked at was merged into it */
    struct merged_case *first;
    struct merged_case **last;
};

static bool collect_merged(void *cookie, int64_t case_number, struct error *err)
{
    struct merged_walk *w = cookie;
    struct merged_case *m = arena_new(&w->x->tick_arena, sizeof *m);

    (void)err;
    *m = (struct merged_case){.number = case_number};
    *w->last = m;
    w->last = &m->next;
    return true;
}

static bool note_into(void *cookie, const struct case_row *next, struct error *err)
{
    struct merged_walk *w = cookie;

    (void)err;
    w->is = w->is || next->number == w->into;
    return true;
}

static bool look_at_merged(struct merged_walk *w, int64_t number, struct case_row *row, struct error *err)
{
    struct error why = {0};
    bool found;

    w->is = false;
    if (!case_store_get(w->x->db, number, &found, row, err))
        return false;
    if (!found || row->ended_ms != 0 || case_merge_follow(w->x, row, note_into, w, &why))
        return true;
    w->is = false;
    *err = why;
    if (why.code != E_KEY_21 || w->on_unread == NULL)
        return vault_is_lost(&why);
    tick_read_again(w->x);
    return w->on_unread(w->cookie, row, err);
}

bool case_merge_pass_over(void *cookie, const struct case_row *unread, struct error *err)
{
    (void)cookie;
    (void)unread;
    (void)err;
    return true;
}

bool case_merge_walk_from(struct exchange *x, const struct case_row *row, case_merge_next_fn *on_from,
                          case_merge_next_fn *on_unread, void *cookie, struct error *err)
{
    struct merged_walk w = {.x = x, .into = row->number, .on_unread = on_unread, .cookie = cookie, .last = &w.first};
    struct case_row from;

    if (!case_entry_store_walk_merged(x->db, collect_merged, &w, err))
        return false;
    for (const struct merged_case *m = w.first; m != NULL; m = m->next)
        if (!look_at_merged(&w, m->number, &from, err) || (w.is && !on_from(cookie, &from, err)))
            return false;
    return true;
}

bool case_merge_check(struct exchange *x, const struct case_row *row, struct error *err)
{
    struct case_row into;
    bool is;

    return case_merge_find(x, row, &is, &into, err) &&
           (!is || error_set(err, E_MRG_03, "the case was merged into another"));
}

/* --- what passes --- */

/* What the one case lacks of section S comes; what both have, and not the same, is told. */
static bool take_section(struct case_pair *p, enum section s, struct error *err)
{
    struct view to = p->to.before.sections[s];
    struct view from = p->from.before.sections[s];
    uint32_t theirs[CASE_SECTION_FIELDS];
    uint32_t own[CASE_SECTION_FIELDS];
    size_t their_count;
    size_t own_count = 0;
    size_t first = p->field_count;

    if (from.size == 0)
        return true;
    if (!case_section_fields(s, from, theirs, &their_count, err) ||
        (to.size > 0 && !case_section_fields(s, to, own, &own_count, err)))
        return false;
    for (size_t i = 0; i < their_count; i++) {
        if (theirs[i] == case_confirm_field(s))
            continue;
        if (!field_ref_is_among(theirs[i], own, own_count))
            p->fields[p->field_count++] = theirs[i];
        else if (case_section_differs(s, to, from, theirs[i]))
            p->differing[p->differing_count++] = theirs[i];
    }
    return case_pair_join(p, s, p->fields + first, p->field_count - first, err);
}

/* What came from there and is as it is there goes out again; what was changed since is told. */
static bool is_as_there(const struct case_pair *p, uint32_t ref)
{
    enum section s = FIELD_REF_SECTION(ref);

    return !case_section_differs(s, p->to.before.sections[s], p->from.before.sections[s], ref);
}

static bool note_came(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                      struct error *err)
{
    struct case_pair *p = cookie;

    (void)number;
    (void)kind;
    (void)err;
    if (!ident_equal(&e->other, &p->from.row.id) || e->how != CASE_MOVING_MERGED_FROM)
        return true;
    p->field_count = 0; /* of the newest merge */
    p->differing_count = 0;
    for (size_t i = 0; i < e->field_count; i++) {
        if (is_as_there(p, e->fields[i]))
            p->fields[p->field_count++] = e->fields[i];
        else
            p->differing[p->differing_count++] = e->fields[i];
    }
    return true;
}

static bool take_back(struct case_pair *p, struct error *err)
{
    if (!case_entries_walk_kind(p->x, &p->to.row, CASE_ENTRY_CAME, note_came, p, err))
        return false;
    for (size_t first = 0, end; first < p->field_count; first = end) {
        enum section s = FIELD_REF_SECTION(p->fields[first]);

        for (end = first; end < p->field_count && FIELD_REF_SECTION(p->fields[end]) == s;)
            end++;
        if (!case_pair_drop(p, &p->to, s, p->fields + first, end - first, err))
            return false;
    }
    return true;
}

/* --- writing --- */

static bool note_merged(struct case_pair *p, enum case_entry_kind kind, enum case_moving how, struct error *err)
{
    struct case_entry entry = {.version = p->from.version, .other = p->to.row.id, .how = how};

    return case_entries_add(p->x, &p->from.row, kind, &entry, err);
}

static bool write_merge(struct case_pair *p, const struct merged_answers *said, struct error *err)
{
    consent_book_invalidate_all(p->x);
    return case_pair_check_left(p, err) && case_links_may_take_over(p->x, &p->from.row, &p->to.row, err) &&
           tick_has_room(p->x, err) && tick_begin(p->x, err) &&
           exclusions_take_over(p->x, &p->from.row, &p->to.row, err) && merged_answers_end(p->x, said, err) &&
           case_links_take_over(p->x, &p->from.row, &p->to.row, err) &&
           case_pair_note_came(p, CASE_MOVING_MERGED_FROM, err) &&
           case_pair_write(p, &p->to, CASE_MOVING_MERGED_FROM, HOUSE_MERGED, err) &&
           note_merged(p, CASE_ENTRY_MERGED, CASE_MOVING_MERGED_INTO, err) &&
           case_pair_write(p, &p->from, CASE_MOVING_MERGED_INTO, HOUSE_MERGED, err);
}

static bool write_part(struct case_pair *p, struct error *err)
{
    consent_book_invalidate_all(p->x);
    return case_pair_check_left(p, err) && tick_has_room(p->x, err) && tick_begin(p->x, err) &&
           case_pair_write(p, &p->to, CASE_MOVING_PARTED_FROM, HOUSE_PARTED, err) &&
           note_merged(p, CASE_ENTRY_PARTED, CASE_MOVING_PARTED_FROM, err) &&
           case_pair_write(p, &p->from, CASE_MOVING_PARTED_FROM, HOUSE_PARTED, err);
}

static bool merge(struct case_pair *p, const struct control_case_merge_ask *ask, struct control_case_moved *out,
                  struct error *err)
{
    struct merged_answers *said;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (!take_section(p, s, err))
            return false;
    if (!merged_answers_find(p->x, &p->to.row, &p->from.row, &said, err))
        return false;
    merged_answers_tell(said, out);
    if (ask->dry_run)
        return true;
    if (!ask->withdraw && merged_answers_count(said) != 0)
        return error_set(err, E_MRG_07, "%llu consents would be withdrawn: she said no to the same agency later",
                         (unsigned long long)merged_answers_count(said));
    return (merged_answers_count(said) == 0 || own_note_may_sign(p->x, err)) && write_merge(p, said, err);
}

static bool merge_or_part(struct case_pair *p, const struct control_case_merge_ask *ask, struct control_case_moved *out,
                          struct error *err)
{
    struct ident last = {0};
    struct case_row into;
    bool is;

    if (!case_merge_check(p->x, &p->to.row, err) || !case_merge_find(p->x, &p->from.row, &is, &into, err))
        return false;
    if (is && into.number != p->to.row.number)
        return error_set(err, ask->part ? E_MRG_04 : E_MRG_03, "the case was merged into another");
    if (ask->part && !is) /* it may have been parted before */
        return case_entries_last(p->x, &p->from.row, CASE_ENTRY_MERGED, keep_last, &last, err) &&
               (ident_equal(&last, &p->to.row.id) || error_set(err, E_MRG_04, "the case was not merged into that one"));
    if (is != ask->part)
        return true;
    if (!case_pair_check_open(p, err))
        return false;
    if (!ask->part)
        return merge(p, ask, out, err);
    return take_back(p, err) && (ask->dry_run || write_part(p, err));
}

bool exchange_case_merge(struct exchange *x, const struct control_case_merge_ask *ask, struct control_case_moved *out,
                         struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct case_pair *p = arena_new(&x->tick_arena, sizeof *p);
    struct control_case_moved said = {0};
    bool ok = case_pair_open(x, &ask->case_id, &ask->from, p, err) && merge_or_part(p, ask, &said, err);

    case_pair_tell(p, out);
    out->withdrawn = said.withdrawn;
    out->ended = said.ended;
    out->ended_count = said.ended_count;
    return tick_call_end(x, mark, ok, err);
}
