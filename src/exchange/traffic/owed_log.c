#include "exchange/traffic/owed_log.h"

#include "base/log.h"
#include "codec/body_codec.h"
#include "crypto/digest.h"
#include "exchange/consent/consent_missing.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/owed_facts.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"
#include "store/consent_store.h"
#include "store/note_store.h"
#include "store/referral_store.h"

#include <search.h>
#include <stdlib.h>

#define NOTE "owed" /* name in note_store; its sequence is the size of the log */

/* --- rows as facts --- */

/* The number of what FACT is about, in consent_store or referral_store; 0: it is not there. */
static bool find_subject(struct exchange *x, const struct owed_fact *fact, int64_t *number, struct error *err)
{
    const struct address *taker = fact->what == OWED_WITHDRAWAL ? membership_own(x->membership) : &fact->agency;
    struct referral_row referral;
    struct consent_row consent;
    bool found;

    *number = 0;
    if (owed_is_about_consent(fact->what)) {
        if (!consent_store_find(x->db, taker, &fact->subject, &found, &consent, err))
            return false;
        *number = found ? consent.number : 0;
        return true;
    }
    if (!referral_store_find(x->db, &fact->subject, &found, &referral, err))
        return false;
    *number = found ? referral.number : 0;
    return true;
}

/* What ROW says; not *FOUND if its consent, referral or agency is missing. */
static bool fact_of_row(struct exchange *x, const struct obligation_row *row, bool *found, struct owed_fact *out,
                        struct error *err)
{
    struct referral_row referral;
    struct consent_row consent;
    struct peer_row peer;

    if (!peers_get(x, row->peer, found, &peer, err))
        return false;
    if (!*found)
        return true;
    if (owed_is_about_consent(row->what)) {
        if (!consent_store_get(x->db, row->subject, found, &consent, err))
            return false;
        out->subject = consent.id;
    } else {
        if (!referral_store_get(x->db, row->subject, found, &referral, err))
            return false;
        out->subject = referral.id;
    }
    out->what = row->what;
    out->agency = peer.agency;
    out->step = owed_is_about_consent(row->what) ? row->step : 0;
    out->record_index = row->record_index;
    out->since_ms = row->since_ms;
    out->settled = row->settled;
    out->result = row->result;
    out->settled_by = row->settled_by;
    out->answered_by = row->answered_by;
    out->closed_by = row->closed_by;
    return true;
}

/* --- the open rows at one size of the log, and their mark --- */

struct open_row {
    struct open_row *next;
    struct obligation_row row;
    struct owed_fact fact;
};

struct open_rows {
    struct exchange *x;
    uint64_t below; /* size of the log: rows of later records are left out */
    struct open_row *first;
    size_t count;
    struct arena arena;
};

static bool add_row(void *cookie, const struct obligation_row *row, struct error *err)
{
    struct open_rows *l = cookie;
    struct open_row *o;
    bool found;

    if (row->record_index >= l->below)
        return true;
    o = arena_new(&l->arena, sizeof *o);
    *o = (struct open_row){.next = l->first, .row = *row};
    l->first = o;
    l->count++;
    return fact_of_row(l->x, row, &found, &o->fact, err);
}

static int compare_row(const void *a, const void *b)
{
    const struct obligation_row *p = &(*(struct open_row *const *)a)->row;
    const struct obligation_row *q = &(*(struct open_row *const *)b)->row;

    if (p->record_index != q->record_index)
        return p->record_index < q->record_index ? -1 : 1;
    return p->number < q->number ? -1 : p->number > q->number;
}

static void append_row(struct bytes *text, const struct open_row *o)
{
    const struct view agency = address_view(&o->fact.agency);

    bytes_append_u64(text, o->row.record_index);
    bytes_append_u64(text, ((uint64_t)o->row.what << 32) | o->fact.step);
    bytes_append(text, o->fact.subject.at, sizeof o->fact.subject.at);
    bytes_append_u64(text, agency.size);
    bytes_append_view(text, agency);
}

/* In the order of their records; one that was collected twice counts once. */
static bool mark_rows(const struct open_rows *l, struct hash *out, struct error *err)
{
    struct open_row **sorted = xnew((l->count + 1) * sizeof(struct open_row *));
    struct bytes text = {0};
    size_t n = 0;
    bool ok;

    for (struct open_row *o = l->first; o != NULL; o = o->next)
        sorted[n++] = o;
    qsort(sorted, n, sizeof(struct open_row *), compare_row);
    bytes_append_text(&text, "refex/owed/v1\n");
    bytes_append_u64(&text, l->below);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || sorted[i]->row.number != sorted[i - 1]->row.number)
            append_row(&text, sorted[i]);
    ok = vault_mark(l->x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    free(sorted);
    return ok;
}

bool owed_log_note(struct exchange *x, struct error *err)
{
    struct open_rows l = {.x = x, .below = audit_size(x->audit, LOG_EXCHANGE)};
    struct hash mark;
    bool ok;

    if (!x->owed_note_due && l.below - x->owed_noted < BOUND_OWED_RECORDS)
        return true;
    ok = tick_begin(x, err) && obligation_store_walk_open(x->db, add_row, &l, err) && mark_rows(&l, &mark, err) &&
         note_store_put(x->db, NOTE, (struct view){0}, l.below, hash_view(&mark), err);
    arena_fini(&l.arena);
    x->owed_noted = l.below;
    x->owed_note_due = false;
    return ok;
}

/* --- from the newest note on --- */

/* What was settled behind the note was open when it was made. */
static bool add_settled(void *cookie, const struct owed_fact *fact, struct error *err)
{
    struct open_rows *l = cookie;
    struct obligation_row row;
    int64_t number;
    bool found;

    if (!find_subject(l->x, fact, &number, err))
        return false;
    if (number == 0)
        return true;
    return obligation_store_find(l->x->db, fact->what, number, &found, &row, err) && (!found || add_row(l, &row, err));
}

static void seed(struct owed_facts *f, const struct open_rows *l)
{
    for (const struct open_row *o = l->first; o != NULL; o = o->next) {
        struct owed_fact fact = o->fact;

        fact.settled = 0;
        fact.result = 0;
        fact.settled_by = fact.answered_by = fact.closed_by = OBLIGATION_NO_RECORD;
        owed_facts_add(f, &fact);
    }
}

/* Whether the table has the rows that the newest note marks; L holds them then. */
static bool fits_note(struct exchange *x, struct open_rows *l, bool *fits, struct error *err)
{
    struct bytes note = {0};
    struct hash mark;
    bool found;
    bool ok = note_store_get(x->db, NOTE, (struct view){0}, &found, &l->below, &note, err);

    *fits = false;
    if (ok && found && l->below <= audit_size(x->audit, LOG_EXCHANGE)) {
        ok = obligation_store_walk_open(x->db, add_row, l, err) &&
             owed_facts_walk_settled(x, l->below, add_settled, l, err) && mark_rows(l, &mark, err);
        *fits = ok && view_equal(bytes_view(&note), hash_view(&mark));
    }
    bytes_fini(&note);
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

/* What is owed by the log: the rows of the newest note and the records since, or all records. */
static bool read_log(struct exchange *x, struct owed_facts **out, struct error *err)
{
    struct open_rows l = {.x = x};
    struct owed_facts *f = NULL;
    bool fits;
    bool ok = fits_note(x, &l, &fits, err);

    if (ok && fits) {
        f = owed_facts_new(x, false);
        seed(f, &l);
        ok = owed_facts_read_signed(f, l.below, err);
    }
    arena_fini(&l.arena);
    if (ok && f != NULL && !owed_facts_is_unsure(f)) {
        x->owed_noted = l.below;
        *out = f;
        return true;
    }
    owed_facts_free(f);
    x->owed_note_due = true;
    return ok && read_all(x, owed_facts_read_signed, out, err);
}

/* --- comparing --- */

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

static enum message_kind kind_of(enum owed what)
{
    static const enum message_kind kinds[OWED_END] = {
        [OWED_WITHDRAWAL] = MESSAGE_WITHDRAWAL,
        [OWED_STATEMENT] = MESSAGE_ERASURE_STATEMENT,
        [OWED_REPLY] = MESSAGE_REPLY,
        [OWED_CANCELLATION] = MESSAGE_CANCEL,
    };

    return kinds[what];
}

static bool carries(const struct message_row *m, const struct obligation_row *row)
{
    return m->direction == DIRECTION_OUT && m->kind == kind_of(row->what) && m->peer == row->peer &&
           (owed_is_about_consent(row->what) ? m->consent : m->referral) == row->subject;
}

static bool note_message(void *cookie, const struct message_row *m, struct error *err)
{
    struct obligation_row *row = cookie;

    (void)err;
    if (carries(m, row))
        row->message = m->number;
    return true;
}

/* The message of ROW: the one it names, if that is about the same; else the newest that is. */
static bool find_message(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct message_row m;
    bool found;

    struct bytes receipt = {0};
    bool has_end = true;

    if (!message_store_get(x->db, row->message, &found, &m, err))
        return false;
    if (found && (m.state == MESSAGE_RECEIPTED || m.state == MESSAGE_REFUSED)) {
        bool ok = message_store_receipt(x->db, m.number, &has_end, &receipt, &receipt, &receipt, err);

        bytes_fini(&receipt);
        if (!ok)
            return false;
    }
    if (found && has_end && carries(&m, row))
        return true;
    row->message = 0;
    if (!has_end)
        return true; /* its row says that it arrived, and no receipt is there */
    return owed_is_about_consent(row->what) ? message_store_walk_consent(x->db, row->subject, note_message, row, err)
                                            : message_store_walk_referral(x->db, row->subject, note_message, row, err);
}

/* The step of a reply stands in its body only. */
static bool find_step(struct exchange *x, struct obligation_row *row, struct error *err)
{
    struct stored_body stored;
    struct error why = {0};
    struct body body;
    bool readable = false;

    row->step = row->what == OWED_CANCELLATION ? REFERRAL_CANCELLED : REFERRAL_DECLINED;
    if (row->what != OWED_REPLY || row->message == 0)
        return true;
    if (!stored_body_open(x, row->message, &readable, &stored, &why, err))
        return false;
    if (readable && body_decode(stored.bytes, &x->tick_arena, &body, &why))
        row->step = body.reply.state;
    return true;
}

/* ROW says what FACT does from now on. */
static bool write_row(struct exchange *x, const struct owed_fact *fact, struct obligation_row *row, struct error *err)
{
    struct peer_row peer;

    if (!tick_begin(x, err) || !peers_get_or_add(x, &fact->agency, &peer, err))
        return false;
    row->peer = peer.number;
    row->record_index = fact->record_index;
    row->settled = fact->settled;
    row->result = fact->result;
    row->settled_by = fact->settled_by;
    row->answered_by = fact->answered_by;
    row->closed_by = fact->closed_by;
    row->next_ms = 0;
    if (!find_message(x, row, err))
        return false;
    if (owed_is_about_consent(fact->what))
        row->step = fact->step;
    else if (!find_step(x, row, err))
        return false;
    return row->number != 0 ? obligation_store_update(x->db, row, err) : obligation_store_add(x->db, row, err);
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
    if (!find_message(c->x, &fits, err))
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

    if (!find_subject(c->x, fact, &subject, err) || (subject == 0 && !bring_back(c, fact, &subject, err)))
        return false;
    if (subject == 0) {
        if (fact->settled == 0)
            note_difference(c, fact->what, fact->record_index, "subject-missing");
        return true; /* the log does not bring back a referral, or another agency's consent */
    }
    if (!obligation_store_find(c->x->db, fact->what, subject, &found, &row, err))
        return false;
    if (found) {
        if (!fact_of_row(c->x, &row, &found, &stored, err))
            return false;
        note_asked(c, row.number);
        if (found && is_as(fact, &stored))
            return check_message(c, &row, err);
        how = "says-something-else";
    } else {
        row = (struct obligation_row){.what = fact->what, .subject = subject, .since_ms = fact->since_ms};
    }
    note_difference(c, fact->what, fact->record_index, how);
    return !c->mend || write_row(c->x, fact, &row, err);
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

static void keep(void *nothing)
{
    (void)nothing; /* it lies in the arena */
}

static bool compare(struct comparison *c, const struct owed_facts *f, struct error *err)
{
    bool ok = obligation_store_walk_open(c->x->db, collect_open, c, err) && owed_facts_walk(f, compare_fact, c, err) &&
              remove_unasked(c, err);

    tdestroy(c->asked, keep);
    arena_fini(&c->arena);
    return ok;
}

bool owed_log_mend(struct exchange *x, struct error *err)
{
    struct comparison c = {.x = x, .mend = true};
    struct owed_facts *f;
    bool ok;

    if (!read_log(x, &f, err))
        return error_wrap(err, "read from the log what is owed");
    ok = compare(&c, f, err);
    owed_facts_free(f);
    if (c.differences > x->owed_mended)
        x->owed_mended = c.differences;
    x->owed_note_due = x->owed_note_due || c.differences > 0;
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
