#include "exchange/access/holders.h"

#include "exchange/access/emergency_access.h"
#include "exchange/access/exclusions.h"
#include "exchange/access/handed.h"
#include "exchange/logs/acting.h"
#include "exchange/members/membership.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"

bool holders_hide_nothing(const struct exchange *x)
{
    int64_t own;

    return !staff_asker_is_restricted(x, &own) && !exclusions_are_any(x);
}

/* NAMED: who asks named it, or what is of it, by an id; then he is told where it is not known for now, the disk not
 * giving the key, whether he is kept from it. In a list it is left out meanwhile: what else stands there waits for no
 * disk. */
static bool show_case(struct exchange *x, const struct case_row *row, bool named, bool *shown, struct error *err)
{
    struct error why = {0};
    bool out = false;

    *shown = staff_asker_sees(x, row->holder, row->desk);
    if (*shown && !exclusions_keep_out_asker(x, row, &out, &why)) {
        if (named || why.code != E_KEY_21) {
            *err = why;
            return false;
        }
        tick_read_again(x);
        out = true;
    }
    *shown = *shown && !out;
    return true;
}

bool holders_show_case(struct exchange *x, const struct case_row *row, bool *shown, struct error *err)
{
    return show_case(x, row, false, shown, err);
}

bool holders_show_linked(struct exchange *x, const struct case_row *row, bool *shown, bool *told, struct error *err)
{
    struct error why = {0};
    bool out;

    if (!show_case(x, row, false, shown, err))
        return false;
    *told = *shown;
    if (*shown || staff_asker_sees(x, row->holder, row->desk))
        return true;
    if (exclusions_keep_out_asker(x, row, &out, &why)) {
        *told = !out;
        return true;
    }
    if (why.code == E_KEY_21) {
        tick_read_again(x);
        return true;
    }
    *err = why;
    return false;
}

/* By its number. */
static bool show_case_of(struct exchange *x, int64_t case_number, bool named, bool *shown, struct error *err)
{
    struct case_row row;
    bool found;

    if (!case_store_get(x->db, case_number, &found, &row, err))
        return false;
    if (found)
        return show_case(x, &row, named, shown, err);
    *shown = staff_asker_sees(x, -1, 0); /* nobody knows whose it was */
    return true;
}

static bool show_draft(struct exchange *x, const struct draft_row *row, const struct ident *case_id, bool named,
                       bool *shown, struct error *err)
{
    struct case_row of;
    int64_t own;
    bool found;

    /* What was typed by who ran the node alone is not everybody's who came later. */
    *shown = row->maker != 0 ? staff_asker_sees(x, row->maker, 0) : !staff_asker_is_restricted(x, &own);
    if (!*shown || case_id == NULL || ident_is_zero(case_id))
        return true;
    return case_store_find(x->db, case_id, &found, &of, err) && (!found || show_case(x, &of, named, shown, err));
}

bool holders_show_draft(struct exchange *x, const struct draft_row *row, const struct ident *case_id, bool *shown,
                        struct error *err)
{
    return show_draft(x, row, case_id, false, shown, err);
}

static bool show_referral(struct exchange *x, const struct referral_row *row, bool named, bool *shown,
                          struct error *err)
{
    struct case_row c;
    bool found;

    if (row->direction == DIRECTION_OUT)
        return show_case_of(x, row->case_number, named, shown, err);
    if (row->case_number != 0 && !case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    if (row->case_number != 0 && found)
        return show_case(x, &c, named, shown, err);
    *shown = staff_asker_sees(x, row->holder, row->desk);
    return true;
}

bool holders_show_referral(struct exchange *x, const struct referral_row *row, bool *shown, struct error *err)
{
    return show_referral(x, row, false, shown, err);
}

struct came {
    struct exchange *x;
    bool named;
    bool some;  /* a referral came under it … */
    bool shown; /* … and one that who asks sees */
};

static bool look_at_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct came *c = cookie;
    struct referral_row row;
    bool found;

    if (c->shown || m->referral == 0)
        return true;
    if (!referral_store_get(c->x->db, m->referral, &found, &row, err))
        return false;
    c->some = c->some || found;
    return !found || show_referral(c->x, &row, c->named, &c->shown, err);
}

static bool show_consent(struct exchange *x, const struct consent_row *row, bool named, bool *shown, struct error *err)
{
    struct came c = {.x = x, .named = named};

    *shown = holders_hide_nothing(x) || (row->case_number == 0 && row->number == 0); /* a lost row */
    if (*shown)
        return true;
    if (row->case_number != 0)
        return show_case_of(x, row->case_number, named, shown, err);
    if (!message_store_walk_consent(x->db, row->number, look_at_referral, &c, err))
        return false;
    *shown = c.shown || !c.some;
    return true;
}

bool holders_show_consent(struct exchange *x, const struct consent_row *row, bool *shown, struct error *err)
{
    return show_consent(x, row, false, shown, err);
}

bool holders_show_consent_id(struct exchange *x, const struct ident *id, bool *shown, struct error *err)
{
    struct consent_row row;

    return consent_store_find_named(x->db, membership_own(x->membership), id, shown, &row, err) &&
           (!*shown || holders_show_consent(x, &row, shown, err));
}

bool holders_show_referral_id(struct exchange *x, const struct ident *id, bool *shown, struct error *err)
{
    struct referral_row row;

    return referral_store_find(x->db, id, shown, &row, err) && (!*shown || holders_show_referral(x, &row, shown, err));
}

/* --- what is his --- */

static bool own_case_of(struct exchange *x, int64_t case_number, bool *own, struct error *err)
{
    struct case_row row;
    bool found;

    if (!case_store_get(x->db, case_number, &found, &row, err))
        return false;
    *own = found && staff_asker_works_as(x, row.holder);
    return true;
}

static bool own_referral(struct exchange *x, const struct referral_row *row, bool *own, struct error *err)
{
    if (row->direction == DIRECTION_OUT || row->case_number != 0)
        return own_case_of(x, row->case_number, own, err);
    *own = staff_asker_works_as(x, row->holder);
    return true;
}

bool holders_own_referral_id(struct exchange *x, const struct ident *id, bool *own, struct error *err)
{
    struct referral_row row;

    return referral_store_find(x->db, id, own, &row, err) && (!*own || own_referral(x, &row, own, err));
}

static bool look_whose(void *cookie, const struct message_row *m, struct error *err)
{
    struct came *c = cookie;
    struct referral_row row;
    bool found;

    if (c->shown || m->referral == 0)
        return true;
    return referral_store_get(c->x->db, m->referral, &found, &row, err) &&
           (!found || own_referral(c->x, &row, &c->shown, err));
}

bool holders_own_consent_id(struct exchange *x, const struct ident *id, bool *own, struct error *err)
{
    struct came c = {.x = x};
    struct consent_row row;

    if (!consent_store_find_named(x->db, membership_own(x->membership), id, own, &row, err))
        return false;
    if (*own && row.case_number != 0)
        return own_case_of(x, row.case_number, own, err);
    if (*own && !message_store_walk_consent(x->db, row.number, look_whose, &c, err))
        return false;
    *own = c.shown;
    return true;
}

/* --- what is owed --- */

/* Of a consent, or of the referral of a reply or cancellation. */
static bool show_owed(struct exchange *x, const struct obligation_row *row, bool named, bool *shown, struct error *err)
{
    struct referral_row referral;
    struct consent_row consent;
    bool found;

    *shown = holders_hide_nothing(x);
    if (*shown)
        return true;
    if (owed_is_about_consent(row->what))
        return consent_store_get(x->db, row->subject, &found, &consent, err) &&
               (!found || show_consent(x, &consent, named, shown, err));
    return referral_store_get(x->db, row->subject, &found, &referral, err) &&
           (!found || show_referral(x, &referral, named, shown, err));
}

bool holders_show_owed(struct exchange *x, const struct obligation_row *row, bool *shown, struct error *err)
{
    return show_owed(x, row, false, shown, err);
}

/* --- what was named --- */

/* What is of a case is read by who opened that. */
static bool opens_case_of(struct exchange *x, int64_t case_number, bool *shown, struct error *err)
{
    struct case_row row;
    bool found;

    if (case_number == 0)
        return true;
    return case_store_get(x->db, case_number, &found, &row, err) &&
           (!found || emergency_access_opens(x, &row, shown, err));
}

static bool note(struct exchange *x, const struct ident *id, bool shown, bool *found)
{
    if (!shown)
        acting_note_look(x, id);
    *found = shown;
    return true;
}

bool holders_find_case(struct exchange *x, const struct case_row *row, bool *found, struct error *err)
{
    bool shown;

    return !*found || (show_case(x, row, true, &shown, err) && (shown || emergency_access_opens(x, row, &shown, err)) &&
                       note(x, &row->id, shown, found));
}

bool holders_find_consent(struct exchange *x, const struct consent_row *row, bool *found, struct error *err)
{
    bool shown;

    return !*found || (show_consent(x, row, true, &shown, err) &&
                       (shown || opens_case_of(x, row->case_number, &shown, err)) && note(x, &row->id, shown, found));
}

bool holders_find_referral(struct exchange *x, const struct referral_row *row, bool *found, struct error *err)
{
    bool shown;

    return !*found || (show_referral(x, row, true, &shown, err) &&
                       (shown || opens_case_of(x, row->case_number, &shown, err)) && note(x, &row->id, shown, found));
}

bool holders_find_draft(struct exchange *x, const struct draft_row *row, const struct ident *case_id, bool *found,
                        struct error *err)
{
    bool shown;

    return !*found || (show_draft(x, row, case_id, true, &shown, err) && note(x, &row->id, shown, found));
}

bool holders_find_owed(struct exchange *x, const struct obligation_row *row, const struct ident *subject, bool *found,
                       struct error *err)
{
    bool shown;

    return !*found || (show_owed(x, row, true, &shown, err) && note(x, subject, shown, found));
}

void holders_choose(const struct exchange *x, bool mine, bool unassigned, struct list_rows *rows)
{
    int64_t own = staff_asker_number(x);
    bool is_restricted = staff_asker_is_restricted(x, &own) && !staff_asker_stands_in(x); /* else each row is asked */

    rows->is_of_holders = mine || unassigned || is_restricted;
    rows->holder = own != 0 ? own : NO_HOLDER;
    rows->other = NO_HOLDER;
    if (unassigned)
        rows->holder = 0;
    else if (!mine && is_restricted)
        rows->other = 0;
}

bool holders_choose_desk(const struct exchange *x, struct view name, int64_t *desk, struct error *err)
{
    const struct desk_row *d;

    *desk = 0;
    if (name.size == 0)
        return true;
    if (!desks_find(x, name, &d, err))
        return false;
    *desk = d->number;
    return true;
}

bool holders_is_case_at_desk(struct exchange *x, int64_t case_number, int64_t desk, bool *is, struct error *err)
{
    struct case_row row = {.number = 0};
    bool found;

    *is = desk == 0;
    if (*is)
        return true;
    if (!case_store_get(x->db, case_number, &found, &row, err))
        return false;
    *is = found && row.desk == desk;
    return true;
}

/* --- whose it is from now on --- */

static bool record_assigned(struct exchange *x, const struct ident *object, enum house_what what, int64_t holder,
                            int64_t desk, struct error *err)
{
    const struct desk_row *d = desks_numbered(x, desk);
    struct record r = {.kind = RECORD_ASSIGNED};
    struct view account;

    r.assigned =
        (struct record_assigned){.object = *object, .what = what, .has_staff = holder != 0, .has_desk = d != NULL};
    if (d != NULL)
        r.assigned.desk = d->id;
    return staff_asker_names(x, holder, &r.assigned.staff, &account, err) && acting_append(x, &r, err);
}

bool holders_assign_case(struct exchange *x, struct case_row *row, int64_t holder, struct error *err)
{
    REQUIRE(x->in_transaction && holder > 0);
    row->holder = holder;
    return case_store_hold(x->db, row->number, holder, err) &&
           referral_store_hold_of_case(x->db, row->number, holder, row->desk, err) &&
           record_assigned(x, &row->id, HOUSE_CASE, holder, row->desk, err) && handed_case(x, row, err);
}

bool holders_assign_referral(struct exchange *x, struct referral_row *row, int64_t holder, struct error *err)
{
    REQUIRE(x->in_transaction && holder > 0 && row->direction == DIRECTION_IN);
    row->holder = holder;
    return referral_store_hold(x->db, row->number, holder, err) &&
           record_assigned(x, &row->id, HOUSE_REFERRAL, holder, row->desk, err) && handed_referral(x, row, err);
}

bool holders_move_case(struct exchange *x, struct case_row *row, int64_t desk, struct error *err)
{
    REQUIRE(x->in_transaction);
    row->desk = desk;
    return case_store_move_desk(x->db, row->number, desk, err) &&
           referral_store_hold_of_case(x->db, row->number, row->holder, desk, err) &&
           record_assigned(x, &row->id, HOUSE_CASE, row->holder, desk, err);
}

bool holders_move_referral(struct exchange *x, struct referral_row *row, int64_t desk, struct error *err)
{
    REQUIRE(x->in_transaction && row->direction == DIRECTION_IN);
    row->desk = desk;
    return referral_store_move_desk(x->db, row->number, desk, err) &&
           record_assigned(x, &row->id, HOUSE_REFERRAL, row->holder, desk, err);
}
