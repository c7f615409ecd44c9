#include "exchange/cases/case_import.h"

#include <stdlib.h>

#include "base/text.h"
#include "codec/case_codec.h"
#include "exchange/cases/alikes.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

/* An import on its way. */
struct importing {
    struct exchange *x;
    const struct case_import *ask;
    exchange_on_imported_fn *on_imported;
    void *cookie;
    struct alike_mark *marks; /* the first is the file's */
    size_t mark_count;
    size_t found; /* cases that seem to be here */
};

/* --- checking --- */

static bool check_case(const struct case_sections *c, struct error *err)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    section_set present = 0;

    for (int s = SECTION_TRIAGE; s < SECTION_END; s++) {
        size_t count;

        if (c->sections[s].size == 0)
            continue;
        if (c->sections[s].size > BOUND_SECTION)
            return error_set(err, E_CAS_21, "section %s is over %d bytes", section_name((enum section)s),
                             BOUND_SECTION);
        if (!case_section_fields((enum section)s, c->sections[s], refs, &count, err))
            return error_wrap(err, "section %s", section_name((enum section)s));
        present |= SECTION_BIT(s);
    }
    if (present == 0)
        return error_set(err, E_CAS_22, "a case without any fact in it is not kept");
    return true;
}

static bool check_ask(const struct case_import *ask, struct error *err)
{
    if (ask->request_id.size > BOUND_REQUEST_ID || !text_is_utf8(ask->request_id))
        return error_set(err, E_USE_04, "a request id has at most %d bytes", BOUND_REQUEST_ID);
    for (uint32_t i = 0; i < ask->count; i++)
        if (!check_case(&ask->cases[i], err))
            return error_wrap(err, "case %u", (unsigned)i + 1);
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

static bool put_import_request(const struct importing *m, const struct case_row *first, struct error *err)
{
    struct case_request_row row = {first->number, m->ask->count};
    struct cell where = asked_cell(first);
    struct bytes sealed = {0};
    struct hash mark;
    bool ok = vault_seal_cell(m->x->vault, &where, hash_view(&m->marks[0].mark), &sealed, err) &&
              casebook_mark_request(m->x, "import", m->ask->request_id, &mark, err) &&
              case_request_store_add(m->x->db, &mark, &row, bytes_view(&sealed), err);

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
    *same = view_equal(bytes_view(&before), hash_view(&m->marks[0].mark));
    bytes_fini(&before);
    return ok;
}

/* Answers as the first time. */
static bool answer_again(const struct importing *m, const struct case_request_row *r, struct error *err)
{
    for (uint32_t i = 0; i < r->count; i++) {
        struct case_row row;
        bool found;

        if (!case_store_get(m->x->db, r->case_number + i, &found, &row, err))
            return false;
        if (found && !m->on_imported(m->cookie, &(struct case_imported){.case_number = i, .id = row.id}, err))
            return false;
    }
    return true;
}

static bool find_repeated_import(const struct importing *m, bool *repeated, struct error *err)
{
    struct bytes sealed = {0};
    struct case_request_row r;
    struct case_row first;
    struct hash mark;
    bool same = false;
    bool there = false;
    bool ok;

    *repeated = false;
    if (m->ask->request_id.size == 0)
        return true;
    ok = casebook_mark_request(m->x, "import", m->ask->request_id, &mark, err) &&
         case_request_store_find(m->x->db, &mark, repeated, &r, &sealed, err);
    if (ok && *repeated) {
        ok = case_store_get(m->x->db, r.case_number, &there, &first, err) &&
             (!there || was_imported_so(m, &first, bytes_view(&sealed), &same, err));
        if (ok && there && !same)
            ok = error_set(err, E_IMP_06, "the request id was used for another import");
        ok = ok && answer_again(m, &r, err);
    }
    bytes_fini(&sealed);
    return ok;
}

/* --- storing --- */

static bool put_imported(struct importing *m, uint32_t number, struct case_row *out, struct error *err)
{
    const struct case_sections *c = &m->ask->cases[number];
    struct case_row row = {.opened_ms = tick_record_ms(m->x)};
    struct record record = {.kind = RECORD_OPENED};

    ident_random(m->x->random, &row.id);
    if (!vault_alloc_slot(m->x->vault, m->x->db, &row.slot, err) || !case_store_add(m->x->db, &row, &row.number, err))
        return false;
    for (int s = SECTION_TRIAGE; s < SECTION_END; s++)
        if (c->sections[s].size != 0 && !casebook_put_section(m->x, &row, (enum section)s, c->sections[s], err))
            return false;
    record.house = (struct record_house){.has_object = true, .object = row.id, .what = HOUSE_IMPORTED};
    *out = row;
    return audit_append(m->x->audit, &record, NULL, err);
}

static bool put_all(struct importing *m, struct error *err)
{
    struct case_row first = {0};
    struct case_row row;
    size_t mark = 0;

    if (!tick_has_room(m->x, err) || !tick_begin(m->x, err))
        return false;
    for (uint32_t i = 0; i < m->ask->count; i++) {
        if (!put_imported(m, i, &row, err))
            return false;
        if (i == 0)
            first = row;
        for (; mark < m->mark_count && m->marks[mark].case_number <= i; mark++)
            if (!alikes_put(m->x, &row, &m->marks[mark], err))
                return false;
        if (!m->on_imported(m->cookie, &(struct case_imported){.case_number = i, .id = row.id}, err))
            return false;
    }
    return m->ask->request_id.size == 0 || put_import_request(m, &first, err);
}

static bool count_found(void *cookie, const struct case_imported *i, struct error *err)
{
    struct importing *m = cookie;

    m->found++;
    return m->on_imported(m->cookie, i, err);
}

static bool import_or_tell(struct importing *m, struct error *err)
{
    bool repeated;

    if (!check_ask(m->ask, err) || !alikes_mark(m->x, m->ask, &m->marks, &m->mark_count, err) ||
        !find_repeated_import(m, &repeated, err))
        return false;
    if (repeated)
        return true;
    if (!m->ask->again && !alikes_find(m->x, m->ask, m->marks, m->mark_count, count_found, m, err))
        return false;
    return m->found != 0 || put_all(m, err);
}

bool exchange_case_import(struct exchange *x, const struct case_import *ask, exchange_on_imported_fn *on_imported,
                          void *cookie, struct error *err)
{
    struct importing m = {.x = x, .ask = ask, .on_imported = on_imported, .cookie = cookie};
    uint64_t mark = tick_call_begin(x);
    bool ok = tick_call_end(x, mark, import_or_tell(&m, err), err);

    free(m.marks);
    return ok;
}
