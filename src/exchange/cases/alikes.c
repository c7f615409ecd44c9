#include "exchange/cases/alikes.h"

#include <stdlib.h>
#include <string.h>

#include "exchange/access/exclusions.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_calls.h"
#include "exchange/logs/audit.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

/* --- marks --- */

bool alikes_mark_case(struct exchange *x, const struct case_sections *c, struct hash *out, struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_append_text(&text, "refex/likeness/v1\ncase\n");
    for (int s = SECTION_TRIAGE + 1; s < SECTION_END; s++) {
        if (c->sections[s].size == 0)
            continue;
        bytes_append_u8(&text, (uint8_t)s);
        bytes_append_u32(&text, (uint32_t)c->sections[s].size);
        bytes_append_view(&text, c->sections[s]);
    }
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

bool alikes_mark_file(struct exchange *x, uint64_t text_size, struct view cases, struct alike_mark *out,
                      struct error *err)
{
    struct bytes text = {0};
    bool ok;

    bytes_append_text(&text, "refex/likeness/v1\nfile\n");
    bytes_append_u64(&text, text_size);
    bytes_append_view(&text, cases);
    *out = (struct alike_mark){.likeness = LIKENESS_FILE};
    ok = vault_mark(x->vault, bytes_view(&text), &out->mark, err);
    bytes_fini(&text);
    return ok;
}

bool alikes_mark_likeness(struct exchange *x, const struct control_case_likeness *l, struct alike_mark *out,
                          struct error *err)
{
    struct bytes text = {.wiping = true};
    bool ok;

    bytes_append_text(&text, "refex/likeness/v1\nkey\n");
    bytes_append_u8(&text, (uint8_t)l->likeness);
    bytes_append_view(&text, l->key);
    *out = (struct alike_mark){.case_number = l->case_number, .likeness = l->likeness};
    ok = vault_mark(x->vault, bytes_view(&text), &out->mark, err);
    bytes_fini(&text);
    return ok;
}

/* --- what is stored --- */

static uint16_t bucket_of(const struct hash *mark)
{
    return read_u16(mark->at);
}

static struct cell mark_cell(const struct case_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "likeness",
                         .table = "case_likeness",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

static void write_mark(const struct alike_mark *m, struct bytes *out)
{
    bytes_append_u8(out, (uint8_t)m->likeness);
    bytes_append(out, m->mark.at, sizeof m->mark.at);
}

bool alikes_put(struct exchange *x, const struct case_row *row, const struct alike_mark *m, struct error *err)
{
    struct cell where = mark_cell(row);
    struct bytes plain = {.wiping = true};
    struct bytes sealed = {0};
    bool ok;

    write_mark(m, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
         case_store_add_likeness(x->db, row->number, bucket_of(&m->mark), bytes_view(&sealed), err);
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}

/* --- looking --- */

struct search {
    struct exchange *x;
    int64_t viewer; /* who does not see what is found; 0: for who asks, who does */
    int64_t self;   /* number of the case that is no finding; 0: none */
    struct bytes wanted;
    bool found;
    struct case_row row;
};

/* Nobody is told of what is of nobody, or of the viewer himself: he sees that, unless he is kept from it. */
static bool is_looked_for(const struct search *s, const struct case_row *row, bool *is, struct error *err)
{
    if (row->number == s->self) {
        *is = false;
        return true;
    }
    if (s->viewer == 0)
        return holders_show_case(s->x, row, is, err);
    *is = row->holder != 0 && row->holder != s->viewer;
    return *is || exclusions_keep_out_number(s->x, row, s->viewer, is, err);
}

static bool compare_stored(void *cookie, int64_t case_number, struct view sealed, bool *more, struct error *err)
{
    struct search *s = cookie;
    struct bytes plain = {.wiping = true};
    struct case_row row;
    struct cell where;
    bool there;
    bool is = false;
    bool ok;

    if (!case_store_get(s->x->db, case_number, &there, &row, err))
        return false;
    if (!there || vault_slot_is_erased(s->x->vault, row.slot))
        return true;
    if (!is_looked_for(s, &row, &is, err))
        return s->viewer != 0 && vault_does_not_open(err);
    if (!is)
        return true;
    where = mark_cell(&row);
    ok = vault_open_cell(s->x->vault, &where, sealed, &plain, err);
    if (ok && view_equal(bytes_view(&plain), bytes_view(&s->wanted))) {
        s->found = true;
        s->row = row;
        *more = false;
    }
    bytes_fini(&plain);
    return ok || (s->viewer != 0 && vault_does_not_open(err));
}

static bool find_stored(struct exchange *x, const struct alike_mark *m, int64_t self, struct case_row *out, bool *found,
                        struct error *err)
{
    struct search s = {.x = x, .self = self, .wanted = {.wiping = true}};
    bool ok;

    write_mark(m, &s.wanted);
    ok = case_store_walk_likenesses(x->db, bucket_of(&m->mark), compare_stored, &s, err);
    bytes_fini(&s.wanted);
    *found = s.found;
    *out = s.row;
    return ok;
}

bool alikes_find_stored(struct exchange *x, const struct alike_mark *m, struct case_row *out, bool *found,
                        struct error *err)
{
    return find_stored(x, m, 0, out, found, err);
}

/* The marks of a case, opened, one behind the other: the walk over them ends before others are looked at. */
struct own_marks {
    struct exchange *x;
    const struct case_row *row;
    struct bytes marks;
};

#define MARK_SIZE (1 + HASH_SIZE) /* write_mark */

static bool open_own(void *cookie, int64_t case_number, struct view sealed, bool *more, struct error *err)
{
    struct own_marks *o = cookie;
    struct cell where = mark_cell(o->row);
    struct bytes plain = {.wiping = true};
    bool ok = vault_open_cell(o->x->vault, &where, sealed, &plain, err);

    (void)case_number;
    (void)more;
    if (ok && plain.size == MARK_SIZE)
        bytes_append_view(&o->marks, bytes_view(&plain));
    bytes_fini(&plain);
    return ok || vault_does_not_open(err);
}

/* Another case that seems to be of the person of ROW, and that VIEWER does not see: the newest, by one of its marks. */
static bool find_of_others(struct exchange *x, const struct case_row *row, int64_t viewer, struct ident *out,
                           bool *found, struct error *err)
{
    struct own_marks o = {.x = x, .row = row, .marks = {.wiping = true}};
    struct search s = {.x = x, .viewer = viewer, .self = row->number, .wanted = {.wiping = true}};
    bool ok = case_store_walk_likenesses_of(x->db, row->number, open_own, &o, err);

    for (size_t at = 0; ok && !s.found && at < o.marks.size; at += MARK_SIZE) {
        bytes_clear(&s.wanted);
        bytes_append(&s.wanted, o.marks.at + at, MARK_SIZE);
        ok = case_store_walk_likenesses(x->db, read_u16(o.marks.at + at + 1), compare_stored, &s, err);
    }
    *found = s.found;
    *out = s.row.id;
    bytes_fini(&o.marks);
    bytes_fini(&s.wanted);
    return ok;
}

bool alikes_record_of_others(struct exchange *x, const struct case_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_ALIKE};
    int64_t viewer = row->holder;
    bool found;

    if (viewer == 0 && !staff_asker_is_restricted(x, &viewer))
        return true; /* he was told himself */
    r.alike.case_id = row->id;
    return find_of_others(x, row, viewer, &r.alike.like, &found, err) &&
           (!found || audit_append(x->audit, &r, NULL, err));
}

/* --- a case that changed --- */

/* The mark of its file stays: that is what was imported. */
static bool keep_file_marks(struct exchange *x, const struct case_row *row, struct error *err)
{
    struct own_marks o = {.x = x, .row = row, .marks = {.wiping = true}};
    bool ok = case_store_walk_likenesses_of(x->db, row->number, open_own, &o, err) &&
              case_store_drop_likenesses(x->db, row->number, err);

    for (size_t at = 0; ok && at < o.marks.size; at += MARK_SIZE) {
        struct alike_mark m = {.likeness = o.marks.at[at]};

        memcpy(m.mark.at, o.marks.at + at + 1, sizeof m.mark.at);
        ok = m.likeness != LIKENESS_FILE || alikes_put(x, row, &m, err);
    }
    bytes_fini(&o.marks);
    return ok;
}

bool alikes_renew(struct exchange *x, const struct case_row *row, const struct control_case_likeness *likenesses,
                  size_t count, struct ident *alike, struct error *err)
{
    struct case_row other;
    bool found = false;

    if (!keep_file_marks(x, row, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct alike_mark m;

        if (!alikes_mark_likeness(x, &likenesses[i], &m, err) || !alikes_put(x, row, &m, err))
            return false;
        if (!found && !find_stored(x, &m, row->number, &other, &found, err))
            return false;
    }
    if (found)
        *alike = other.id;
    return true;
}

/* By the place that their first bytes say. */
struct alikes_seen {
    const struct alike_mark **places;
    size_t mask;
    size_t count; /* of places taken: half of them at most */
};

struct alikes_seen *alikes_seen_new(size_t marks)
{
    struct alikes_seen *seen = xnew(sizeof *seen);
    size_t size = 2;

    while (size < 2 * marks + 2)
        size *= 2;
    seen->places = xnew(size * sizeof(const struct alike_mark *));
    seen->mask = size - 1;
    return seen;
}

void alikes_seen_free(struct alikes_seen *seen)
{
    if (seen == NULL)
        return;
    free(seen->places);
    free(seen);
}

static bool find_seen(struct alikes_seen *seen, const struct alike_mark *m, struct control_case_added *out)
{
    size_t at = (size_t)read_u64(m->mark.at) & seen->mask;

    for (; seen->places[at] != NULL; at = (at + 1) & seen->mask) {
        const struct alike_mark *other = seen->places[at];

        if (other->likeness != m->likeness || !hash_equal(&other->mark, &m->mark))
            continue;
        if (other->case_number == m->case_number)
            return false;
        *out = (struct control_case_added){
            .case_number = m->case_number, .likeness = m->likeness, .same_as = other->case_number};
        return true;
    }
    REQUIRE(seen->count < seen->mask / 2); /* in a full table no search would end */
    seen->count++;
    seen->places[at] = m;
    return false;
}

bool alikes_find(struct exchange *x, struct alikes_seen *seen, const struct alike_mark *m,
                 struct control_case_added *out, bool *found, struct error *err)
{
    struct case_row row;

    if (!alikes_find_stored(x, m, &row, found, err))
        return false;
    if (*found)
        *out = (struct control_case_added){.case_number = m->case_number, .likeness = m->likeness, .case_id = row.id};
    else if (m->likeness != LIKENESS_PHONE)
        *found = find_seen(seen, m, out);
    return true;
}
