#include "exchange/consent/consent_agreement.h"

#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_key.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#include <stdlib.h>
#include <string.h>

bool consent_agreement_is_own(const struct exchange *x, const struct consent_row *row)
{
    return address_equal(&row->agency, membership_own(x->membership));
}

static const struct consent_fact *fact_of(const struct exchange *x, const struct consent_row *row)
{
    return consent_log_find(x->consent_log, &row->agency, &row->id);
}

static bool is_withdrawn(const struct consent_fact *f)
{
    return f->state == CONSENT_STOP || f->state == CONSENT_ERASE;
}

/* A row goes on from STOPPED to ERASING with the record ERASED. */
static bool ended_alike(const struct consent_fact *f, const struct consent_row *row)
{
    return f->erased ? row->progress == CONSENT_ERASING || row->progress == CONSENT_ERASED
                     : row->progress == CONSENT_STOPPED;
}

static enum consent_difference difference(const struct exchange *x, const struct consent_fact *f,
                                          const struct consent_row *row)
{
    bool own = consent_agreement_is_own(x, row);

    if (f == NULL)
        return CONSENT_NOT_IN_LOG;
    if (own != (row->case_number != 0))
        return CONSENT_DIFFERS_CASE;
    if (is_withdrawn(f))
        return !ended_alike(f, row)          ? CONSENT_DIFFERS_STATE
               : row->erase_from != f->until ? CONSENT_DIFFERS_UNTIL
                                             : CONSENT_AGREES;
    if (f->erased ? !ended_alike(f, row)
                  : row->progress != (f->state == CONSENT_REFUSED ? CONSENT_SAID_NO : CONSENT_STANDS))
        return CONSENT_DIFFERS_STATE; /* erased and not withdrawn: what came ended by its last day */
    return row->until != f->until ? CONSENT_DIFFERS_UNTIL : CONSENT_AGREES;
}

enum consent_difference consent_agreement_of(const struct exchange *x, const struct consent_row *row)
{
    return difference(x, fact_of(x, row), row);
}

enum denial consent_agreement_denial(const struct exchange *x, const struct consent_row *row)
{
    const struct consent_fact *f = fact_of(x, row);

    if (f != NULL && is_withdrawn(f))
        return DENIAL_WITHDRAWN;
    if (f != NULL && f->state == CONSENT_REFUSED)
        return DENIAL_REFUSED;
    if (difference(x, f, row) != CONSENT_AGREES)
        return DENIAL_LOG_MISMATCH;
    return f->erased ? DENIAL_EXPIRED : 0;
}

bool consent_agreement_ask(struct exchange *x, int64_t number, struct consent_row *row, enum denial *denied,
                           struct error *err)
{
    bool found;

    if (!consent_store_get(x->db, number, &found, row, err))
        return false;
    *denied = found ? consent_agreement_denial(x, row) : DENIAL_LOG_MISMATCH;
    return true;
}

bool consent_agreement_is_over(const struct exchange *x, const struct address *agency, const struct ident *id)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, agency, id);

    return f != NULL && f->state != CONSENT_GIVEN && f->state != CONSENT_RENEWED;
}

void consent_agreement_follow_log(const struct exchange *x, struct consent_row *row)
{
    const struct consent_fact *f = fact_of(x, row);

    if (f == NULL || difference(x, f, row) == CONSENT_AGREES)
        return;
    if (is_withdrawn(f)) {
        if (!ended_alike(f, row))
            row->progress = f->erased ? CONSENT_ERASED : CONSENT_STOPPED;
        row->erase_from = f->until;
        return;
    }
    row->until = f->until;
    if (f->erased && ended_alike(f, row))
        return;
    row->progress = f->erased ? CONSENT_ERASED : f->state == CONSENT_REFUSED ? CONSENT_SAID_NO : CONSENT_STANDS;
}

/* --- what is to be erased --- */

bool consent_agreement_is_due(const struct exchange *x, const struct consent_row *row, uint32_t today)
{
    const struct consent_fact *f = fact_of(x, row);

    return f != NULL && is_withdrawn(f) && f->until <= today;
}

bool consent_agreement_is_at_once(const struct exchange *x, const struct consent_row *row)
{
    const struct consent_fact *f = fact_of(x, row);

    return f != NULL && f->state == CONSENT_ERASE;
}

bool consent_agreement_has_ended(const struct exchange *x, const struct consent_row *row, uint32_t today)
{
    const struct consent_fact *f = fact_of(x, row);

    return f != NULL && f->state == CONSENT_GIVEN && f->held && !consent_agreement_is_own(x, row) &&
           consent_has_ended(f->until, today);
}

struct overdue {
    struct exchange *x;
    uint32_t today;
    consent_store_row_fn *on_row;
    void *cookie;
};

static bool has_slot(const struct consent_row *row)
{
    return row->slot != VAULT_OWN_SLOT;
}

static bool has_key(const struct exchange *x, const struct consent_row *row)
{
    return x->vault != NULL && has_slot(row) && !vault_slot_is_erased(x->vault, row->slot);
}

/* A row may say that it is erased, where its key is still there. */
static bool claims_erasure(const struct exchange *x, const struct consent_row *row)
{
    return row->progress == CONSENT_ERASED && has_key(x, row);
}

bool consent_agreement_is_overdue(const struct exchange *x, const struct consent_row *row, uint32_t today)
{
    const struct consent_fact *f = fact_of(x, row);
    const bool was_changed = f != NULL && (!f->erased || has_key(x, row)) &&
                             (claims_erasure(x, row) || difference(x, f, row) != CONSENT_AGREES);

    if (f != NULL && consent_agreement_has_ended(x, row, today))
        return !f->erased || was_changed;
    return consent_agreement_is_due(x, row, today) && was_changed;
}

static bool look_overdue(void *cookie, const struct consent_row *row, struct error *err)
{
    struct overdue *o = cookie;
    struct consent_row by_log = *row;

    if (!consent_agreement_is_overdue(o->x, row, o->today))
        return true;
    consent_agreement_follow_log(o->x, &by_log);
    by_log.progress = CONSENT_STOPPED;
    return o->on_row(o->cookie, &by_log, err);
}

bool consent_agreement_walk_overdue(struct exchange *x, uint32_t today, consent_store_row_fn *on_row, void *cookie,
                                    struct error *err)
{
    struct overdue o = {x, today, on_row, cookie};

    return consent_store_walk(x->db, NULL, look_overdue, &o, err);
}

/* What lies under a consent that was stopped, and is to be erased, may have a key that is not known any more. */
static bool tell_key(struct exchange *x, const struct consent_row *row, enum consent_difference *what,
                     struct error *err)
{
    bool known;

    if ((*what != CONSENT_DIFFERS_CASE && *what != CONSENT_DIFFERS_CONTENT) || row->progress != CONSENT_STOPPED)
        return true;
    if (!consent_key_is_known(x, row, &known, err))
        return false;
    if (!known)
        *what = CONSENT_HAS_NO_KEY;
    return true;
}

bool consent_agreement_in_full(struct exchange *x, const struct consent_row *row, enum consent_difference *out,
                               struct error *err)
{
    *out = consent_agreement_of(x, row);
    if (row->progress == CONSENT_ERASING || row->progress == CONSENT_ERASED) {
        if (*out == CONSENT_AGREES && claims_erasure(x, row))
            *out = CONSENT_DIFFERS_STATE;
        if (*out == CONSENT_AGREES && row->progress == CONSENT_ERASING && !has_slot(row))
            *out = CONSENT_HAS_NO_KEY; /* that its key is overwritten is never known */
        return true;
    }
    if (x->vault == NULL)
        return true;
    if (*out == CONSENT_AGREES && !consent_content_compare(x, row, out, err))
        return false;
    return tell_key(x, row, out, err);
}

/* --- status --- */

#define COMPARE_EVERY_MS 3600000 /* what another program changes is found at its use, and here after so long */

/* What a comparison of all consents found. */
struct compared {
    struct consent_differing differing[BOUND_NAMED];
    size_t count;
    uint64_t more;
    uint64_t refusals_lost;
    int64_t made_ms; /* when it was begun, by the steady clock */
    uint64_t rows;   /* consent_book_changes then */
    uint64_t facts;  /* consent_log_changes then */
};

/* A comparison under way. Each row is compared with the log as both are when it is its turn. */
struct comparing {
    struct exchange *x;
    struct compared out;
    struct walk_step step;
    uint8_t *seen; /* of each entry that the log had at the beginning: it has a row */
    size_t count;  /* of those */
};

/* It opens each consent that stands, so it is made again only where something changed. */
struct consent_comparison {
    bool made;
    struct compared last;
    struct comparing *pass; /* NULL: none is under way */
    bool is_fresh;          /* the last one was made for who asks now, whatever changed meanwhile */
};

/* Whether a consent taken here before the refusal F stands by the log: it may be of the same person. */
static bool shuts_any(struct exchange *x, const struct consent_fact *f)
{
    for (const struct consent_fact *yes = consent_log_at(x->consent_log, 0); yes < f; yes++)
        if ((yes->state == CONSENT_GIVEN || yes->state == CONSENT_RENEWED) &&
            !consent_has_ended(yes->until, tick_closing_day(x)) &&
            view_equal(consent_log_agency(x->consent_log, yes), address_view(membership_own(x->membership))))
            return true;
    return false;
}

/* F: what the log has of it, or NULL. A refusal is nothing to be withdrawn, whatever it differs in; and whose it was is
 * never known again, so it is named only while a person can end what it shuts. */
static void add_difference(struct comparing *c, const struct ident *id, const struct consent_fact *f,
                           enum consent_difference what)
{
    bool is_refusal = f != NULL && f->state == CONSENT_REFUSED;

    if (is_refusal && !shuts_any(c->x, f))
        c->out.refusals_lost++;
    else if (c->out.count == BOUND_NAMED)
        c->out.more++;
    else
        c->out.differing[c->out.count++] = (struct consent_differing){*id, is_refusal ? CONSENT_REFUSAL_LOST : what};
}

static bool compare_row(void *cookie, const struct consent_row *row, struct error *err)
{
    struct comparing *c = cookie;
    const struct consent_fact *f = fact_of(c->x, row);
    enum consent_difference what;

    if (!consent_agreement_in_full(c->x, row, &what, err)) {
        if (err->code != E_KEY_21)
            return false;
        what = CONSENT_AGREES; /* not known to differ: nothing of it opens as long as its key is not read */
        tick_read_again(c->x);
    }
    if (f != NULL && (size_t)(f - consent_log_at(c->x->consent_log, 0)) < c->count)
        c->seen[f - consent_log_at(c->x->consent_log, 0)] = 1;
    if (what != CONSENT_AGREES)
        add_difference(c, &row->id, f, what);
    return true;
}

static bool is_current(const struct exchange *x, const struct consent_comparison *c)
{
    return c->made && c->last.rows == consent_book_changes(x) && c->last.facts == consent_log_changes(x->consent_log) &&
           tick_steady_ms(x) - c->last.made_ms < COMPARE_EVERY_MS;
}

static void begin_pass(struct exchange *x, struct consent_comparison *c)
{
    c->pass = xnew(sizeof *c->pass);
    c->pass->x = x;
    c->pass->count = consent_log_count(x->consent_log);
    c->pass->seen = xnew(c->pass->count + 1);
    c->pass->out.made_ms = tick_steady_ms(x);
    c->pass->out.rows = consent_book_changes(x);
    c->pass->out.facts = consent_log_changes(x->consent_log);
}

static void end_pass(struct consent_comparison *c)
{
    if (c->pass == NULL)
        return;
    free(c->pass->seen);
    free(c->pass);
    c->pass = NULL;
}

static void finish_pass(struct exchange *x, struct consent_comparison *c)
{
    for (size_t i = 0; i < c->pass->count; i++) {
        const struct consent_fact *f = consent_log_at(x->consent_log, i);

        /* One of this tick has no row yet. */
        if (c->pass->seen[i] == 0 && f->held && (x->read_only || audit_is_durable(x->audit, f->record_index)))
            add_difference(c->pass, &f->consent, f, CONSENT_HAS_NO_ROW);
    }
    c->last = c->pass->out;
    c->made = true;
    end_pass(c);
}

/* STEP->limit rows more. Where it fails, what was compared before answers nobody any more: who waited for this one
 * would be told of then. */
static bool go_on_with_pass(struct exchange *x, struct consent_comparison *c, uint32_t limit, struct error *err)
{
    c->pass->step.limit = limit;
    c->pass->step.more = false;
    if (!consent_store_walk(x->db, &c->pass->step, compare_row, c->pass, err)) {
        end_pass(c);
        c->made = false;
        return false;
    }
    if (!c->pass->step.more)
        finish_pass(x, c);
    return true;
}

static struct consent_comparison *comparison_of(struct exchange *x)
{
    if (x->consent_comparison == NULL)
        x->consent_comparison = xnew(sizeof *x->consent_comparison);
    return x->consent_comparison;
}

bool consent_agreement_compare(struct exchange *x, struct walk_step *step, struct error *err)
{
    struct consent_comparison *c = comparison_of(x);

    if (step->end == 0 && c->pass == NULL && !is_current(x, c))
        begin_pass(x, c);
    step->end = 1;
    if (c->pass != NULL && !go_on_with_pass(x, c, step->limit, err))
        return false;
    step->more = c->pass != NULL;
    c->is_fresh = !step->more;
    return true;
}

static bool has_answer(const struct exchange *x, const struct consent_comparison *c)
{
    return is_current(x, c) || (c->made && c->is_fresh);
}

bool consent_agreement_status(struct exchange *x, struct node_status *out, struct error *err)
{
    struct consent_comparison *c = comparison_of(x);

    if (!has_answer(x, c)) {
        end_pass(c);
        begin_pass(x, c);
        if (!go_on_with_pass(x, c, UINT32_MAX, err))
            return false;
    }
    c->is_fresh = false;
    memcpy(out->differing, c->last.differing, sizeof out->differing);
    out->differing_count = c->last.count;
    out->differing_more = c->last.more;
    out->refusals_lost = c->last.refusals_lost;
    consent_snapshot_status(x, &out->consents_differ, &out->consents_read_again);
    return true;
}

void consent_agreement_free(struct exchange *x)
{
    if (x->consent_comparison == NULL)
        return;
    end_pass(x->consent_comparison);
    free(x->consent_comparison);
    x->consent_comparison = NULL;
}
