/* exchange_audit_*: the audit logs listed and verified for people. */
#include "exchange/exchange.h"

#include "codec/record_codec.h"
#include "crypto/digest.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/logs/audit_context.h"
#include "exchange/logs/audit_verify.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/owed_log.h"

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
    if (!audit_context_fill(a->x, &e.record, &e.beside, err))
        return false;
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

static bool verify_owed(struct exchange *x, struct audit_verdict *out, struct error *err)
{
    uint64_t differences;
    uint64_t first = 0;

    if (!owed_log_compare(x, &differences, &first, err))
        return false;
    if (differences == 0)
        return true;
    out->good = false;
    out->first_bad_index = first;
    error_set(&out->finding, E_OWE_06,
              "%llu of what is owed, or was answered, is not stored as the log says; one is of record %llu",
              (unsigned long long)differences, (unsigned long long)first);
    return true;
}

bool exchange_audit_verify(struct exchange *x, enum log_id log, struct audit_verdict *out, struct error *err)
{
    const struct verify_key *own = membership_own_identity(x->membership);
    struct error failed = {0};
    struct consent_snapshot_check c = {.x = x, .failed = &failed};
    bool ok;

    if (log == LOG_HOUSE)
        return audit_verify(x->audit, log, own, NULL, NULL, out, err);
    c.log = consent_log_new(membership_own(x->membership), x->random);
    ok = audit_verify(x->audit, log, own, consent_snapshot_check, &c, out, err);
    consent_log_free(c.log);
    if (ok && failed.code != E_NONE)
        *err = failed;
    return ok && failed.code == E_NONE && (!out->good || verify_owed(x, out, err));
}
