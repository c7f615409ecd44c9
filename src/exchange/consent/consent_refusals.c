#include "exchange/consent/consent_refusals.h"

#include "crypto/digest.h"
#include "exchange/consent/consent_content.h"
#include "exchange/consent/consent_log.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "store/case_store.h"

#include <stdlib.h>

/* Of one refusal; in the order of the log. */
struct about {
    struct ident refusal; /* zeros: not known yet */
    struct hash whom;
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

static void hash_whom(const struct ident *case_id, struct view recipient, struct hash *out)
{
    const struct view parts[] = {ident_view(case_id), recipient};

    digest_parts(parts, 2, out);
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
        hash_whom(&person.id, address_view(&row.recipient), &out->whom);
        out->refusal = f->consent;
    }
    return true;
}

bool consent_refusals_after(struct exchange *x, const struct consent_row *yes, const struct ident *case_id,
                            struct view recipient, bool *said_no, bool *unknown, struct error *err)
{
    const struct consent_fact *from = consent_log_find(x->consent_log, &yes->agency, &yes->id);
    size_t count = consent_log_refusals(x->consent_log);
    struct hash whom;

    *said_no = false;
    *unknown = false;
    hash_whom(case_id, recipient, &whom);
    for (size_t i = count; i > 0 && !*said_no; i--) {
        const struct consent_fact *no = consent_log_refusal(x->consent_log, i - 1);
        struct about *about = about_of(x->refusals, i - 1, count);
        bool known;

        if (from != NULL && no <= from)
            break;
        if (!learn(x, no, about, &known, err))
            return false;
        *said_no = known && hash_equal(&about->whom, &whom);
        *unknown = *unknown || (!known && audit_is_durable(x->audit, no->record_index)); /* else it has no row yet */
    }
    return true;
}
