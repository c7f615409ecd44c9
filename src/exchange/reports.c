/* Consents and the audit logs as people ask for them. (exchange.h) */
#include "codec/body_codec.h"
#include "codec/record_codec.h"
#include "crypto/digest.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"
#include "store/case_store.h"

/* --- consents --- */

struct statement_check {
    struct exchange *x;
    const struct consent_row *row;
    struct consent_summary *out;
};

/* The recipient's statement, checked against its log each time it is shown. */
static bool check_statement(void *cookie, const struct message_row *m, struct error *err)
{
    struct statement_check *a = cookie;
    struct proof_question q = {.agency = address_view(&a->row->recipient)};
    struct proof_answer proven;
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable;

    if (m->direction != DIRECTION_IN || m->kind != MESSAGE_ERASURE_STATEMENT || a->x->vault == NULL)
        return true;
    if (!stored_body_open(a->x, m->number, &readable, &stored, &why, err))
        return false;
    if (!readable || !body_decode(stored.bytes, &a->x->tick_arena, &body, &why))
        return true;
    q.record = body.erasure.record;
    q.path = body.erasure.path;
    q.checkpoint = body.erasure.checkpoint;
    if (proofs_check(a->x, &q, &proven, NULL, &why) && proven.record.kind == RECORD_ERASED &&
        ident_equal(&proven.record.erased.consent, &a->row->id)) {
        a->out->answered = true;
        a->out->answered_erased |= proven.record.erased.erased;
        a->out->answered_kept |= proven.record.erased.kept;
    }
    return true;
}

static bool fill_summary(struct exchange *x, const struct consent_row *row, struct consent_summary *out,
                         struct error *err)
{
    struct statement_check a = {.x = x, .row = row, .out = out};
    struct consent_entry *entry;
    struct case_row c;
    struct error gone = {0};
    bool found;

    *out = (struct consent_summary){.id = row->id,
                                    .agency = row->agency,
                                    .recipient = row->recipient,
                                    .until = row->until,
                                    .progress = row->progress};
    if (row->case_number != 0) {
        if (!case_store_get(x->db, row->case_number, &found, &c, err))
            return false;
        out->case_id = c.id;
    }
    if (!message_store_walk_consent(x->db, row->number, check_statement, &a, err))
        return false;
    if (x->vault == NULL || row->progress == CONSENT_ERASED || row->progress == CONSENT_ERASING)
        return true; /* what it said is sealed, or gone with its key */
    if (!consent_book_get(x, row->number, &entry, &gone))
        return true;
    out->given_at_ms = entry->receipt.header.given_at_ms;
    for (size_t i = 0; i < entry->grant_count; i++) {
        out->sections |= entry->grants[i].sections;
        out->purposes |= UINT32_C(1) << entry->grants[i].purpose;
    }
    return true;
}

struct consent_list {
    struct exchange *x;
    exchange_on_consent_fn *on_item;
    void *cookie;
};

static bool list_consent(void *cookie, const struct consent_row *row, struct error *err)
{
    struct consent_list *l = cookie;
    struct consent_summary out;

    return fill_summary(l->x, row, &out, err) && l->on_item(l->cookie, &out, err);
}

bool exchange_consent_list(struct exchange *x, const struct ident *case_id, exchange_on_consent_fn *on_item,
                           void *cookie, struct error *err)
{
    struct consent_list l = {.x = x, .on_item = on_item, .cookie = cookie};
    char id[IDENT_TEXT];
    struct case_row c;
    bool found;

    if (case_id == NULL)
        return consent_store_walk(x->db, list_consent, &l, err);
    if (!case_store_find(x->db, case_id, &found, &c, err))
        return false;
    ident_write(case_id, id);
    if (!found)
        return error_set(err, E_CAS_20, "there is no case %s here", id);
    return consent_book_walk_case(x, c.number, list_consent, &l, err);
}

bool exchange_consent_show(struct exchange *x, const struct ident *id, struct consent_summary *out, struct error *err)
{
    char text[IDENT_TEXT];
    struct consent_row row;
    bool found;

    if (!consent_store_find(x->db, id, &found, &row, err))
        return false;
    ident_write(id, text);
    return found ? fill_summary(x, &row, out, err) : error_set(err, E_CON_06, "there is no consent %s here", text);
}

bool exchange_consent_withdraw(struct exchange *x, const struct withdraw_ask *ask, struct consent_summary *out,
                               struct error *err)
{
    uint64_t mark = tick_mark(x);
    struct consent_row row;

    return tick_ended(x, mark, withdrawal_record(x, ask, &row, err) && fill_summary(x, &row, out, err), err);
}

/* --- audit --- */

struct record_list {
    struct exchange *x;
    enum log_id log;
    exchange_on_record_fn *on_item;
    void *cookie;
    struct arena arena;
};

static bool list_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct record_list *a = cookie;
    struct audit_entry e = {.log = a->log, .bytes = row->bytes};

    arena_reset(&a->arena);
    digest_leaf(row->bytes, &e.leaf);
    if (!record_decode(row->bytes, &a->arena, &e.record, err))
        return error_wrap(err, "record %llu", (unsigned long long)row->index);
    return a->on_item(a->cookie, &e, err);
}

bool exchange_audit_list(struct exchange *x, enum log_id log, const struct record_filter *filter,
                         exchange_on_record_fn *on_item, void *cookie, struct error *err)
{
    struct record_list a = {.x = x, .log = log, .on_item = on_item, .cookie = cookie};
    struct record opened = {.kind = RECORD_OPENED};
    bool ok = log_store_walk(x->db, log, filter, list_record, &a, err);

    arena_fini(&a.arena);
    if (!ok || x->read_only)
        return ok;
    opened.house = (struct record_house){.what = HOUSE_AUDIT_LOG};
    return tick_begin(x, err) && audit_append(x->audit, &opened, NULL, err);
}

bool exchange_audit_verify(struct exchange *x, enum log_id log, struct audit_verdict *out, struct error *err)
{
    return audit_verify(x->audit, log, membership_own_identity(x->membership), out, err);
}
