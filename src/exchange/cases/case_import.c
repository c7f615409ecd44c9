/* exchange_import_*: each case of a file is checked; a request id that was used is answered as before; who seems to be
 * here already is told; then all are stored (case_staging.h) and, when they are cases, named. Each in many steps. */
#include "exchange/cases/case_calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/access/holders.h"
#include "exchange/cases/alikes.h"
#include "exchange/cases/case_check.h"
#include "exchange/cases/case_staging.h"
#include "exchange/cases/casebook.h"
#include "exchange/staff/request_mark.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define BYTES_A_ROW 2048 /* that take about as long as a row: more count for more rows of a step */

enum phase {
    CHECKING,      /* each case: nothing is written where one is wrong */
    MARKING,       /* by what it may be found to be here */
    BEGINNING,     /* waiting until no other import is at work; was it imported before? */
    TELLING_FILE,  /* its file was: which cases are here of it */
    LOOKING,       /* who seems to be here already */
    STAGING,       /* storing */
    RECORDING,     /* decided: waiting until all are recorded */
    ANSWERING,     /* which cases were added */
    ANSWERING_NOT, /* which seem to be here, and nothing was added */
    ENDED
};

struct importing {
    struct exchange *x;
    struct case_import ask;
    enum phase phase;
    size_t at;               /* what is next in this phase */
    struct bytes case_marks; /* of all cases, for that of the file */
    struct alike_mark file;
    struct alike_mark *marks;     /* of the likenesses */
    struct request_marks request; /* of the request id; none: there is no id */
    struct alikes_seen *seen;
    struct bytes found;    /* struct control_case_added each */
    struct case_row first; /* of the cases to be named */
    uint32_t count;        /* of those */
    size_t marked;         /* of the marks, stored */
    bool has_room;         /* the disk has, in this step */
    bool waits;
    bool stands;
    uint32_t left; /* of this step */
    exchange_on_imported_fn *on_imported;
    void *cookie;
};

static void enter(struct importing *m, enum phase phase)
{
    REQUIRE(phase > m->phase); /* no phase comes twice */
    m->phase = phase;
    m->at = 0;
}

static void spend(struct importing *m, size_t bytes)
{
    size_t rows = 1 + bytes / BYTES_A_ROW;

    if (m->left != UINT32_MAX) /* that is as a whole */
        m->left = m->left > rows ? m->left - (uint32_t)rows : 0;
}

/* The next one, which may have waited for this, comes round at once. */
static void end_work(struct importing *m)
{
    if (m->x->importing != m)
        return;
    m->x->importing = NULL;
    tick_again(m->x);
}

/* --- checking --- */

static bool check_next(struct importing *m, struct error *err)
{
    const struct case_sections *c = &m->ask.cases[m->at];
    struct hash mark;

    if (!case_check(c, tick_record_day(m->x), err))
        return error_wrap(err, "case %u", (unsigned)m->at + 1);
    if (!alikes_mark_case(m->x, c, &mark, err))
        return false;
    bytes_append(&m->case_marks, mark.at, sizeof mark.at);
    spend(m, case_size(c));
    if (++m->at < m->ask.commit.count)
        return true;
    enter(m, MARKING);
    return alikes_mark_file(m->x, m->ask.commit.text_size, bytes_view(&m->case_marks), &m->file, err);
}

static bool mark_next(struct importing *m, struct error *err)
{
    if (m->at == m->ask.likeness_count) {
        enter(m, BEGINNING);
        return true;
    }
    if (!alikes_mark_likeness(m->x, &m->ask.likenesses[m->at], &m->marks[m->at], err))
        return false;
    m->at++;
    spend(m, 0);
    return true;
}

/* --- request ids --- */

/* It lies under the key of the first case, and ends with that. */
static struct cell asked_cell(const struct case_row *first)
{
    return (struct cell){.slot = first->slot,
                         .section = "likeness",
                         .table = "case_request",
                         .row = first->number,
                         .column = "asked",
                         .owner = ident_view(&first->id)};
}

static bool put_import_request(const struct importing *m, struct error *err)
{
    struct case_request_row row = {m->first.number, m->ask.commit.count, tick_latest_day(m->x)};
    struct cell where = asked_cell(&m->first);
    struct bytes sealed = {0};
    bool ok = vault_seal_cell(m->x->vault, &where, hash_view(&m->file.mark), &sealed, err) &&
              case_request_store_add(m->x->db, &m->request.at[0], &row, bytes_view(&sealed), err);

    bytes_fini(&sealed);
    return ok;
}

/* Where the first case is erased nothing is left to compare. */
static bool was_imported_so(const struct importing *m, const struct case_row *first, struct view sealed, bool *same,
                            struct error *err)
{
    struct cell where = asked_cell(first);
    struct bytes before = {0};
    bool ok;

    *same = true;
    if (vault_slot_is_erased(m->x->vault, first->slot))
        return true;
    ok = vault_open_cell(m->x->vault, &where, sealed, &before, err);
    *same = view_equal(bytes_view(&before), hash_view(&m->file.mark));
    bytes_fini(&before);
    return ok;
}

/* It is answered as the first time. */
static bool find_repeated_import(struct importing *m, bool *repeated, struct error *err)
{
    struct bytes sealed = {0};
    struct case_request_row r;
    bool same = false;
    bool there = false;
    bool ok;

    *repeated = false;
    if (m->request.count == 0)
        return true;
    ok = request_marks_find_of_case(m->x, &m->request, repeated, &r, &sealed, err);
    if (ok && *repeated) {
        m->count = r.count;
        ok = case_store_get(m->x->db, r.case_number, &there, &m->first, err) &&
             (!there || was_imported_so(m, &m->first, bytes_view(&sealed), &same, err));
        m->first.number = r.case_number;
        if (ok && there && !same)
            ok = error_set(err, E_IMP_06, "the request id was used for another import");
    }
    bytes_fini(&sealed);
    return ok;
}

/* --- looking --- */

static bool begin_work(struct importing *m, struct error *err)
{
    bool repeated = false;
    bool found = false;

    m->waits = m->x->importing != NULL || case_staging_is_taken(m->x);
    if (m->waits)
        return true;
    if (!find_repeated_import(m, &repeated, err))
        return false;
    if (repeated) {
        m->stands = true;
        enter(m, ANSWERING);
        return true;
    }
    if (!m->ask.commit.again && !alikes_find_stored(m->x, &m->file, &m->first, &found, err))
        return false;
    m->x->importing = m;
    m->count = m->ask.commit.count;
    enter(m, found ? TELLING_FILE : m->ask.commit.again ? STAGING : LOOKING);
    return true;
}

/* The cases of a file are numbered one after the other from its first; one that is another's by now is not named. */
static bool find_number(struct importing *m, struct case_row *row, bool *found, struct error *err)
{
    if (!case_store_get(m->x->db, m->first.number + (int64_t)m->at, found, row, err))
        return false;
    return !*found || holders_show_case(m->x, row, found, err);
}

static bool tell_file(struct importing *m, struct error *err)
{
    struct control_case_added one = {.case_number = (uint32_t)m->at, .likeness = LIKENESS_FILE};
    struct case_row row;
    bool found;

    if (m->at == m->count) {
        end_work(m);
        enter(m, ANSWERING_NOT);
        return true;
    }
    if (!find_number(m, &row, &found, err))
        return false;
    one.case_id = row.id;
    if (found)
        bytes_append(&m->found, &one, sizeof one);
    m->at++;
    spend(m, 0);
    return true;
}

/* Whether the case was told already. */
static bool is_told(const struct importing *m, uint32_t case_number)
{
    struct control_case_added last;

    if (m->found.size == 0)
        return false;
    memcpy(&last, m->found.at + m->found.size - sizeof last, sizeof last);
    return last.case_number == case_number;
}

static bool look_for_next(struct importing *m, struct error *err)
{
    struct control_case_added one;
    bool found = false;

    if (m->at == m->ask.likeness_count) {
        if (m->found.size != 0)
            end_work(m);
        enter(m, m->found.size != 0 ? ANSWERING_NOT : STAGING);
        return true;
    }
    if (!is_told(m, m->marks[m->at].case_number) && !alikes_find(m->x, m->seen, &m->marks[m->at], &one, &found, err))
        return false;
    if (found)
        bytes_append(&m->found, &one, sizeof one);
    m->at++;
    spend(m, 0);
    return true;
}

/* --- storing --- */

static bool put_marks(struct importing *m, const struct case_row *row, struct error *err)
{
    if (m->at == 0 && !alikes_put(m->x, row, &m->file, err))
        return false;
    for (; m->marked < m->ask.likeness_count && m->marks[m->marked].case_number <= m->at; m->marked++) {
        spend(m, 0);
        if (!alikes_put(m->x, row, &m->marks[m->marked], err))
            return false;
    }
    return true;
}

static bool put_case(struct importing *m, struct error *err)
{
    const struct case_sections *c = &m->ask.cases[m->at];
    struct case_row row = {.number = 0};

    REQUIRE(m->at < m->ask.commit.count && m->x->importing == m);
    if (!case_staging_put(m->x, (uint32_t)m->at, m->ask.commit.count, &row, err))
        return false;
    if (m->at == 0)
        m->first = row;
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        if (c->sections[s].size == 0)
            continue;
        spend(m, c->sections[s].size);
        if (!casebook_put_section(m->x, &row, (enum section)s, c->sections[s], err))
            return false;
    }
    return put_marks(m, &row, err);
}

/* From here on it is finished, whoever goes: nothing of what was lent is needed any more. */
static bool decide(struct importing *m, struct error *err)
{
    m->ask.cases = NULL;
    m->ask.likenesses = NULL;
    end_work(m);
    enter(m, RECORDING);
    return (m->request.count == 0 || put_import_request(m, err)) && case_staging_decide(m->x, err);
}

static bool put_next(struct importing *m, struct error *err)
{
    if (!m->has_room && !tick_has_room(m->x, err))
        return false;
    m->has_room = true;
    if (!tick_begin(m->x, err) || !put_case(m, err))
        return false;
    return ++m->at < m->ask.commit.count || decide(m, err);
}

/* What is decided in an earlier tick is the ticks' to finish. */
static bool record_next(struct importing *m, struct error *err)
{
    bool stands;

    if (case_staging_goes_on(m->x, m->first.number, &stands)) {
        m->stands = stands;
        if (!stands && !case_staging_advance(m->x, m->left, err))
            return false;
        m->waits = case_staging_goes_on(m->x, m->first.number, &stands);
        if (m->waits)
            return true;
    } else {
        m->stands = true;
    }
    enter(m, ANSWERING);
    return true;
}

/* --- answering --- */

static bool answer_next(struct importing *m, struct error *err)
{
    struct control_case_added one = {.case_number = (uint32_t)m->at};
    struct case_row row;
    bool found;

    if (m->at == m->count) {
        enter(m, ENDED);
        return true;
    }
    if (!find_number(m, &row, &found, err))
        return false;
    one.case_id = row.id;
    m->at++;
    spend(m, 0);
    return !found || m->on_imported(m->cookie, &one, err);
}

static bool answer_next_not(struct importing *m, struct error *err)
{
    struct control_case_added one;

    REQUIRE(m->found.size % sizeof one == 0 && m->at <= m->found.size / sizeof one);
    if (m->at * sizeof one == m->found.size) {
        enter(m, ENDED);
        return true;
    }
    memcpy(&one, m->found.at + m->at * sizeof one, sizeof one);
    m->at++;
    spend(m, 0);
    return m->on_imported(m->cookie, &one, err);
}

/* --- the steps --- */

static bool (*const do_next[ENDED])(struct importing *m, struct error *err) = {
    [CHECKING] = check_next,    [MARKING] = mark_next,     [BEGINNING] = begin_work,
    [TELLING_FILE] = tell_file, [LOOKING] = look_for_next, [STAGING] = put_next,
    [RECORDING] = record_next,  [ANSWERING] = answer_next, [ANSWERING_NOT] = answer_next_not,
};

bool exchange_import_begin(struct exchange *x, const struct case_import *ask, struct importing **out, struct error *err)
{
    struct importing *m;

    if (ask->commit.request_id.size > BOUND_REQUEST_ID || !text_is_utf8(ask->commit.request_id))
        return error_set(err, E_USE_04, "a request id has at most %d bytes", BOUND_REQUEST_ID);
    m = xnew(sizeof *m);
    m->x = x;
    m->ask = *ask;
    m->ask.commit.request_id = (struct view){0}; /* its mark is kept */
    if (ask->commit.request_id.size != 0 &&
        !request_marks_make(x, "import", ask->commit.request_id, &m->request, err)) {
        free(m);
        return false;
    }
    m->marks = xnew((ask->likeness_count + 1) * sizeof *m->marks);
    m->seen = alikes_seen_new(ask->likeness_count);
    *out = m;
    return true;
}

static bool run_step(struct importing *m, struct error *err)
{
    while (m->phase != ENDED && m->left > 0 && !m->waits)
        if (!do_next[m->phase](m, err))
            return false;
    return true;
}

bool exchange_import_step(struct importing *m, struct walk_step *step, exchange_on_imported_fn *on_imported,
                          void *cookie, struct error *err)
{
    uint64_t mark = tick_call_begin(m->x);
    bool ok;

    m->on_imported = on_imported;
    m->cookie = cookie;
    m->left = step->limit;
    m->has_room = false;
    m->waits = false;
    ok = tick_call_end(m->x, mark, run_step(m, err), err);
    step->more = ok && m->phase != ENDED;
    return ok;
}

bool exchange_import_waits(const struct importing *m)
{
    return m->waits;
}

bool exchange_import_is_decided(const struct importing *m)
{
    return m->stands || m->phase == RECORDING;
}

bool exchange_import_stands(const struct importing *m)
{
    return m->stands;
}

void exchange_import_end(struct importing *m)
{
    if (m == NULL)
        return;
    end_work(m);
    bytes_fini(&m->case_marks);
    bytes_fini(&m->found);
    alikes_seen_free(m->seen);
    free(m->marks);
    free(m);
}
