#include "exchange/traffic/owed_log.h"

#include "base/log.h"
#include "exchange/consent/consent_missing.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations_inside.h"
#include "exchange/traffic/owed_facts.h"
#include "exchange/traffic/owed_note.h"
#include "exchange/traffic/owed_rows.h"
#include "exchange/traffic/recorded.h"
#include "store/message_store.h"

#include <search.h>

struct open_row {
    struct open_row *next;
    struct obligation_row row;
};

struct comparison {
    struct exchange *x;
    bool mend;
    uint64_t differences;
    uint64_t first;        /* record of the first of them */
    struct open_row *open; /* the open rows before anything is mended */
    void *asked;           /* tree of the numbers of the rows that a record asks for */
    struct arena arena;
};

static void note_difference(struct comparison *c, enum owed what, uint64_t record, const char *how)
{
    if (c->differences++ == 0)
        c->first = record;
    if (c->mend)
        log_line(LOG_WARNING, "event=owed.differs what=%s record=%llu how=%s", owed_name(what),
                 (unsigned long long)record, how);
}

static bool is_as(const struct owed_fact *fact, const struct owed_fact *row)
{
    return address_equal(&fact->agency, &row->agency) && fact->step == row->step &&
           fact->record_index == row->record_index && fact->settled == row->settled && fact->result == row->result &&
           fact->settled_by == row->settled_by && fact->answered_by == row->answered_by &&
           fact->closed_by == row->closed_by;
}

static int compare_number(const void *a, const void *b)
{
    const int64_t p = *(const int64_t *)a;
    const int64_t q = *(const int64_t *)b;

    return p < q ? -1 : p > q;
}

static void note_asked(struct comparison *c, int64_t number)
{
    int64_t *kept = arena_new(&c->arena, sizeof *kept);

    *kept = number;
    REQUIRE(tsearch(kept, &c->asked, compare_number) != NULL);
}

/* ROW is as the log says; what carries it must be there too, or it waits for nothing. */
static bool check_message(struct comparison *c, const struct obligation_row *row, struct error *err)
{
    struct obligation_row fits = *row;

    if (!c->mend || row->settled != 0 || row->message == 0)
        return true;
    if (!owed_rows_find_message(c->x, &fits, err))
        return false;
    if (fits.message == row->message)
        return true;
    note_difference(c, row->what, row->record_index, "message");
    return tick_begin(c->x, err) && obligation_store_update(c->x->db, &fits, err);
}

/* A withdrawal that is owed needs the consent's row: who is told, and for whose statement it waits. */
static bool bring_back(struct comparison *c, const struct owed_fact *fact, int64_t *number, struct error *err)
{
    struct consent_missing missing;
    bool found;

    if (!c->mend || fact->settled != 0 || fact->what != OWED_WITHDRAWAL)
        return true;
    if (!consent_missing_find(c->x, &fact->subject, &found, &missing, err))
        return false;
    if (!found)
        return true;
    if (!tick_begin(c->x, err) || !consent_missing_restore(c->x, &missing, err))
        return false;
    *number = missing.row.number;
    note_difference(c, fact->what, fact->record_index, "consent-missing");
    return true;
}

static bool compare_fact(void *cookie, const struct owed_fact *fact, struct error *err)
{
    struct comparison *c = cookie;
    struct obligation_row row = {0};
    struct owed_fact stored = {0};
    const char *how = "missing";
    int64_t subject;
    bool found;

    if (!owed_rows_find_subject(c->x, fact, &subject, err) || (subject == 0 && !bring_back(c, fact, &subject, err)))
        return false;
    if (subject == 0) {
        if (fact->settled == 0)
            note_difference(c, fact->what, fact->record_index, "subject-missing");
        return true; /* the log does not bring back a referral, or another agency's consent */
    }
    if (!obligation_store_find(c->x->db, fact->what, subject, &found, &row, err))
        return false;
    if (found) {
        if (!owed_rows_fact(c->x, &row, &found, &stored, err))
            return false;
        note_asked(c, row.number);
        if (found && is_as(fact, &stored))
            return check_message(c, &row, err);
        how = "says-something-else";
    } else {
        row = (struct obligation_row){.what = fact->what, .subject = subject, .since_ms = fact->since_ms};
    }
    note_difference(c, fact->what, fact->record_index, how);
    return !c->mend || owed_rows_write(c->x, fact, &row, err);
}

static bool collect_open(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct comparison *c = cookie;
    struct open_row *o = arena_new(&c->arena, sizeof *o);

    (void)err;
    *o = (struct open_row){.next = c->open, .row = *row};
    c->open = o;
    return true;
}

static bool remove_unasked(struct comparison *c, struct error *err)
{
    for (const struct open_row *o = c->open; o != NULL; o = o->next) {
        if (tfind(&o->row.number, &c->asked, compare_number) != NULL)
            continue;
        note_difference(c, o->row.what, o->row.record_index, "no-record");
        if (c->mend && (!tick_begin(c->x, err) || !obligation_store_remove(c->x->db, o->row.number, err)))
            return false;
    }
    return true;
}

static bool compare(struct comparison *c, const struct owed_facts *f, struct error *err)
{
    bool ok = obligation_store_walk_open(c->x->db, collect_open, c, err) && owed_facts_walk(f, compare_fact, c, err) &&
              remove_unasked(c, err);

    tdestroy(c->asked, arena_keep);
    arena_fini(&c->arena);
    return ok;
}

static bool read_all(struct exchange *x, owed_facts_read_fn *read, struct owed_facts **out, struct error *err)
{
    struct owed_facts *f = owed_facts_new(x, true);

    if (!read(f, 0, err)) {
        owed_facts_free(f);
        return false;
    }
    *out = f;
    return true;
}

/* By the newest note, if it serves; else all records. */
static bool read_log(struct exchange *x, struct owed_facts **out, struct error *err)
{
    if (!owed_note_read(x, out, err))
        return false;
    return *out != NULL || read_all(x, owed_facts_read_signed, out, err);
}

/* One that is stored for another agency is found by none of its records. */
static bool mend_message(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct exchange *x = cookie;
    struct message_row m;
    bool recorded;
    bool changed;
    bool found;

    if (row->message == 0)
        return true;
    return message_store_get(x->db, row->message, &found, &m, err) &&
           (!found || m.direction != DIRECTION_OUT || recorded_mend(x, &m, &recorded, &changed, err));
}

bool owed_log_mend(struct exchange *x, struct error *err)
{
    struct comparison c = {.x = x, .mend = true};
    struct owed_facts *f;
    bool ok;

    if (!obligation_store_walk_open(x->db, mend_message, x, err) || !read_log(x, &f, err))
        return error_wrap(err, "read from the log what is owed");
    ok = compare(&c, f, err);
    owed_facts_free(f);
    if (c.differences > x->obligations->mended)
        x->obligations->mended = c.differences;
    x->obligations->note_due = x->obligations->note_due || c.differences > 0;
    return ok || error_wrap(err, "make what is owed as the log says");
}

bool owed_log_compare(struct exchange *x, uint64_t *differences, uint64_t *first, struct error *err)
{
    struct comparison c = {.x = x};
    struct owed_facts *f;
    bool ok;

    if (!read_all(x, owed_facts_read, &f, err))
        return false;
    ok = compare(&c, f, err);
    owed_facts_free(f);
    *differences = c.differences;
    *first = c.first;
    return ok;
}
