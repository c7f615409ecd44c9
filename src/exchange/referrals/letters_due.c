#include "exchange/referrals/letters_due.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_entries.h"
#include "exchange/members/membership.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/consent_store.h"

struct unanswered {
    struct exchange *x;
    letters_unanswered_fn *on_letter;
    void *cookie;
};

struct one_letter {
    int64_t entry;
    struct letter_unanswered *out;
};

static bool keep_letter(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                        struct error *err)
{
    const struct one_letter *one = cookie;

    (void)kind;
    (void)err;
    if (number == one->entry) {
        one->out->consent = e->consent;
        one->out->urgency = (enum urgency)e->urgency;
        one->out->letter = e->letter != 0 ? e->letter : one->out->letter;
    }
    return true;
}

/* What does not open is told by its place among the letters of the case. */
static bool read_letter(struct exchange *x, int64_t number, struct letter_unanswered *out, struct error *err)
{
    struct one_letter one = {number, out};
    struct error why = {0};
    uint64_t place;

    if (!case_entry_store_place(x->db, out->row.number, CASE_ENTRY_LETTER, number, &place, err))
        return false;
    out->letter = (uint32_t)place;
    if (case_entries_walk_kind(x, &out->row, CASE_ENTRY_LETTER, keep_letter, &one, &why))
        return true;
    *err = why;
    return vault_does_not_open(&why);
}

static bool is_wanted_still(struct exchange *x, const struct ident *consent, bool *is, struct error *err)
{
    struct consent_row row;
    bool found;

    *is = ident_is_zero(consent);
    if (*is)
        return true;
    if (!consent_store_find(x->db, membership_own(x->membership), consent, &found, &row, err))
        return false;
    *is = found && row.progress == CONSENT_STANDS;
    return true;
}

static bool tell_unanswered(void *cookie, int64_t number, int64_t case_number, uint32_t due, struct error *err)
{
    const struct unanswered *u = cookie;
    struct letter_unanswered letter = {.by = due};
    bool is;

    if (!case_store_get(u->x->db, case_number, &is, &letter.row, err) ||
        (is && !holders_show_case(u->x, &letter.row, &is, err)))
        return false;
    if (!is)
        return true;
    if (!read_letter(u->x, number, &letter, err) || !is_wanted_still(u->x, &letter.consent, &is, err))
        return false;
    return !is ||
           u->on_letter(u->cookie, &letter, err); /* of one that she withdrew, it is asked that it is destroyed */
}

bool letters_walk_unanswered(struct exchange *x, letters_unanswered_fn *on_letter, void *cookie, struct error *err)
{
    struct unanswered u = {x, on_letter, cookie};

    return case_entry_store_walk_due(x->db, CASE_ENTRY_LETTER, tell_unanswered, &u, err);
}
