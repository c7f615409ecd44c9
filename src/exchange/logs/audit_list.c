/* exchange_audit_*: the audit logs listed and verified for people. */
#include "exchange/logs/audit_calls.h"

#include "crypto/digest.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/audit_context.h"
#include "exchange/logs/audit_verify.h"
#include "exchange/members/membership_admits.h"
#include "exchange/members/own_keys.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/owed_log.h"

struct record_list {
    struct exchange *x;
    enum log_id log;
    exchange_on_record_fn *on_item;
    void *cookie;
    struct arena arena;
    uint64_t given;
    bool is_whole; /* each record is to come … */
    uint64_t next; /* … and this one next */
};

static bool refuse_gap(const struct record_list *a, struct error *err)
{
    return error_set(err, E_LOG_02, "record %llu is missing", (unsigned long long)a->next);
}

static bool list_record(void *cookie, const struct record_row *row, struct error *err)
{
    struct record_list *a = cookie;
    struct control_audit_entry e = {.record = row->bytes, .place = row->index};
    struct record r;

    if (a->is_whole && row->index != a->next)
        return refuse_gap(a, err);
    a->next = row->index + 1;
    arena_reset(&a->arena);
    digest_leaf(row->bytes, &e.leaf);
    if (!audit_read_row(row, &a->arena, &r, err) || !audit_context_fill(a->x, &r, &e, err) ||
        !acting_find(a->x, &r, &e.has_user, &e.user, err))
        return false;
    a->given++;
    return a->on_item(a->cookie, &e, &r, err);
}

/* Sets what of FILTER this step looks through: at most so many records, whether or not they are chosen. */
static void choose_part(const struct exchange *x, enum log_id log, const struct record_filter *filter,
                        struct walk_step *step, struct record_filter *part)
{
    if (step->end == 0) {
        step->end = (int64_t)audit_size(x->audit, log);
        step->after = filter->from < (uint64_t)step->end ? (int64_t)filter->from : step->end;
    }
    part->from = (uint64_t)step->after;
    step->after = step->end - step->after > step->limit ? step->after + step->limit : step->end;
    part->end = (uint64_t)step->after;
    part->limit = filter->limit - step->given;
}

static bool list_part(struct record_list *a, const struct record_filter *filter, struct walk_step *step,
                      struct error *err)
{
    struct record_filter part = *filter;

    choose_part(a->x, a->log, filter, step, &part);
    a->is_whole = !filter->has_kind && filter->since_ms == 0 && filter->until_ms == 0;
    a->next = part.from;
    if (part.from < part.end && !log_store_walk(a->x->db, a->log, &part, list_record, a, err))
        return false;
    if (a->is_whole && a->next < part.end && a->given < part.limit)
        return refuse_gap(a, err); /* nothing came behind it */
    step->given += a->given;
    step->more = step->after < step->end && step->given < filter->limit;
    return true;
}

/* An auditor is shown what his scope has, and told where it has nothing of that log. */
static bool keep_to_scope(const struct exchange *x, enum log_id log, struct record_filter *f, struct error *err)
{
    struct audit_scope s;
    int64_t end;

    if (!staff_asker_audit_scope(x, &s))
        return true;
    if (s.logs != 0 && (s.logs & UINT32_C(1) << log) == 0)
        return error_set(err, E_STF_26, "of this auditor's scope is not the %s log", log_id_name(log));
    if (f->since_ms < s.from * DAY_MS)
        f->since_ms = s.from * DAY_MS;
    end = (s.until + INT64_C(1)) * DAY_MS;
    if (s.until != 0 && (f->until_ms == 0 || f->until_ms > end))
        f->until_ms = end;
    return true;
}

bool exchange_audit_list(struct exchange *x, const struct control_audit_list_ask *ask, struct walk_step *step,
                         exchange_on_record_fn *on_item, void *cookie, struct error *err)
{
    struct record_filter filter = {.has_kind = ask->kind != 0,
                                   .kind = (enum record_kind)ask->kind,
                                   .since_ms = ask->since_ms,
                                   .until_ms = ask->until_ms,
                                   .from = ask->from,
                                   .limit = ask->limit == 0 ? BOUND_ANSWER_RECORDS : ask->limit};
    struct record_list a = {.x = x, .log = ask->log, .on_item = on_item, .cookie = cookie};
    struct record opened = {.kind = RECORD_OPENED};
    bool is_first = step == NULL || step->end == 0;
    bool ok;

    if (!keep_to_scope(x, ask->log, &filter, err))
        return false;
    ok = step == NULL ? log_store_walk(x->db, a.log, &filter, list_record, &a, err) : list_part(&a, &filter, step, err);
    arena_fini(&a.arena);
    if (!ok || x->read_only || !is_first)
        return ok;
    opened.house = (struct record_house){.what = HOUSE_AUDIT_LOG};
    return acting_sign(x, &opened, err) && tick_begin(x, err) && audit_append(x->audit, &opened, NULL, err);
}

static bool verify_owed(struct exchange *x, struct control_audit_verdict *out, struct error *err)
{
    uint64_t differences;
    uint64_t first = 0;
    struct error why;

    if (!owed_log_compare(x, &differences, &first, err))
        return false;
    if (differences == 0)
        return true;
    error_set(&why, E_OWE_06,
              "%llu of what is owed, or was answered, is not stored as the log says; one is of record %llu",
              (unsigned long long)differences, (unsigned long long)first);
    audit_verdict_refuse(out, first, &why, &x->tick_arena);
    return true;
}

bool exchange_audit_verify(struct exchange *x, enum log_id log, struct control_audit_verdict *out, struct error *err)
{
    struct proof_signer own;
    struct error failed = {0};
    struct consent_snapshot_check c = {.x = x, .failed = &failed};
    struct own_keys *former;
    bool ok;

    membership_own_signer(x->membership, &own);
    if (!own_keys_read(x->db, &former, err))
        return false;
    audit_set_former(x->audit, own_keys_signed, former);
    if (log == LOG_HOUSE) {
        ok = audit_verify(x->audit, log, &own, NULL, NULL, &x->tick_arena, out, err);
    } else {
        c.log = consent_log_new(membership_own(x->membership), x->random);
        ok = audit_verify(x->audit, log, &own, consent_snapshot_check, &c, &x->tick_arena, out, err);
        consent_log_free(c.log);
    }
    audit_set_former(x->audit, NULL, NULL);
    own_keys_free(former);
    if (log == LOG_HOUSE)
        return ok;
    if (ok && failed.code != E_NONE)
        *err = failed;
    return ok && failed.code == E_NONE && (!out->good || verify_owed(x, out, err));
}
