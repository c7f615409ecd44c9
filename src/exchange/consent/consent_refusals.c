#include "exchange/consent/consent_refusals.h"

#include "crypto/digest.h"
#include "exchange/cases/case_merge.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_log.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/case_store.h"

#include <stdlib.h>

/* Of one refusal; in the order of the log. */
struct about {
    struct ident refusal; /* zeros: not known yet */
    struct ident case_id; /* of whom … */
    int64_t case_number;
    struct hash recipient; /* … and to whom */
};

struct consent_refusals {
    struct about *known;
    size_t room;
};

struct consent_refusals *consent_refusals_new(void)
{
    return xnew(sizeof(struct consent_refusals));
}

void consent_refusals_free(struct consent_refusals *r)
{
    if (r == NULL)
        return;
    free(r->known);
    free(r);
}

static struct about *about_of(struct consent_refusals *r, size_t place, size_t count)
{
    if (r->room < count) {
        size_t room = count * 2;
        struct about *known = xnew(room * sizeof *known);

        for (size_t i = 0; i < r->room; i++)
            known[i] = r->known[i];
        free(r->known);
        r->known = known;
        r->room = room;
    }
    return &r->known[place];
}

static void hash_recipient(struct view recipient, struct hash *out)
{
    digest_parts(&recipient, 1, out);
}

/* Learns whom the refusal F was about, if its row is what the log commits to: *KNOWN. */
static bool learn(struct exchange *x, const struct consent_fact *f, struct about *out, bool *known, struct error *err)
{
    struct consent_row row;
    struct case_row person;
    enum consent_difference what;
    bool found;

    *known = ident_equal(&out->refusal, &f->consent);
    if (*known)
        return true;
    if (!consent_store_find(x->db, membership_own(x->membership), &f->consent, &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!consent_content_compare(x, &row, &what, err))
        return err->code == E_KEY_21; /* not known, for now */
    if (what != CONSENT_AGREES)
        return true;
    if (!case_store_get(x->db, row.case_number, known, &person, err))
        return false;
    if (*known) {
        hash_recipient(address_view(&row.recipient), &out->recipient);
        out->case_id = person.id;
        out->case_number = person.number;
        out->refusal = f->consent;
    }
    return true;
}

/* --- whose it is --- */

/* The yes that is asked about. */
struct asked_yes {
    struct exchange *x;
    const struct ident *case_id;
    struct case_row row;
    struct hash recipient;
    int64_t stays;  /* number of the case that took its place, or its own */
    bool is_looked; /* that is known */
};

static bool keep_next(void *cookie, const struct case_row *next, struct error *err)
{
    (void)err;
    *(int64_t *)cookie = next->number;
    return true;
}

static bool find_stays(struct exchange *x, const struct case_row *row, int64_t *number, struct error *err)
{
    *number = row->number;
    return case_merge_follow(x, row, keep_next, number, err);
}

/* Whether both cases became one, by a merge that stands. */
static bool is_of_one_person(struct asked_yes *yes, const struct about *no, bool *is, struct error *err)
{
    struct case_row row;
    int64_t stays;
    bool found;

    *is = ident_equal(&no->case_id, yes->case_id);
    if (*is)
        return true;
    if (!case_store_get(yes->x->db, no->case_number, &found, &row, err) ||
        (found && !find_stays(yes->x, &row, &stays, err)) ||
        (!yes->is_looked && !find_stays(yes->x, &yes->row, &yes->stays, err)))
        return false;
    yes->is_looked = true;
    *is = found && stays == yes->stays;
    return true;
}

/* What is said of a merge that does not open: each of the two may be the other. */
static bool look_at_no(struct asked_yes *yes, const struct about *no, bool *said_no, bool *unknown, struct error *err)
{
    struct error why = {0};

    if (!hash_equal(&no->recipient, &yes->recipient) || is_of_one_person(yes, no, said_no, &why))
        return true;
    *err = why;
    *unknown = true;
    return vault_is_lost(&why);
}

bool consent_refusals_after(struct exchange *x, const struct consent_row *yes, const struct ident *case_id,
                            struct view recipient, bool *said_no, bool *unknown, struct error *err)
{
    const struct consent_fact *from = consent_log_find(x->consent_log, &yes->agency, &yes->id);
    struct asked_yes asked = {.x = x, .case_id = case_id};
    size_t count = consent_log_refusals(x->consent_log);
    bool found;

    *said_no = false;
    *unknown = false;
    hash_recipient(recipient, &asked.recipient);
    if (!case_store_get(x->db, yes->case_number, &found, &asked.row, err))
        return false;
    if (!found) /* it is of no case, and opens nothing for that */
        return true;
    for (size_t i = count; i > 0 && !*said_no; i--) {
        const struct consent_fact *no = consent_log_refusal(x->consent_log, i - 1);
        struct about *about = about_of(x->refusals, i - 1, count);
        bool known;

        if (from != NULL && no <= from)
            break;
        if (!learn(x, no, about, &known, err))
            return false;
        if (!known)
            *unknown = *unknown || audit_is_durable(x->audit, no->record_index); /* else it has no row yet */
        else if (!look_at_no(&asked, about, said_no, unknown, err))
            return false;
    }
    return true;
}
