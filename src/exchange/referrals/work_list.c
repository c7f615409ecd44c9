/* exchange_work_list: what people have to do, each with who must do it and by when. */
#include "exchange/referrals/work_calls.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_notes.h"
#include "exchange/cases/date_reminders.h"
#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/kind_corrected.h"
#include "exchange/members/peers.h"
#include "exchange/referrals/letters_due.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/referrals/referred_again.h"
#include "exchange/search/listing.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/recorded.h"
#include "store/consent_store.h"

#define WORK_AT_MOST 1000 /* of referrals and of consents: people read a page of each */
#define WORK_DAYS    14   /* before a consent ends: she can be asked again; after a correction was contested */

struct work_list {
    struct exchange *x;
    struct listing listing;
    int64_t desk;     /* 0: of any */
    struct ident own; /* staff id of who asks; zeros: he is none of the staff */
    exchange_on_work_fn *on_item;
    void *cookie;
};

static bool is_own(const struct work_list *l, const struct ident *holder)
{
    return !ident_is_zero(holder) && ident_equal(holder, &l->own);
}

/* Its last second. */
static int64_t end_of_day(uint32_t day)
{
    return ((int64_t)day + 1) * DAY_MS - 1000;
}

static const struct control_list_choice at_most = {.limit = WORK_AT_MOST};

/* --- referrals --- */

/* Of those that came to nothing the agency that refers asks her, and refers her elsewhere. */
static uint32_t open_states(void)
{
    uint32_t states = 0;

    _Static_assert(REFERRAL_STATE_END < 32, "a bit for each");
    for (enum referral_state s = REFERRAL_SAVED; s < REFERRAL_STATE_END; s++)
        if (referral_state_is_open(s) || referral_state_is_next(s, ACTOR_REFERRER))
            states |= UINT32_C(1) << s;
    return states;
}

/* Past its time, or an emergency that is not there, that nobody opened, or that nobody answered since. */
static bool is_late(const struct control_referral *r, int64_t now_ms)
{
    const enum referral_word word = referral_state_word(r->state);
    const int64_t since_ms = word == WORD_SEEN && r->opened_ms > r->made_ms ? r->opened_ms : r->made_ms;
    int64_t may_take = word == WORD_NOT_SENT ? BOUND_EMERGENCY_UNDELIVERED_MS : BOUND_EMERGENCY_UNANSWERED_MS;

    if (referral_state_has_ended(r->state)) /* it came to nothing, and she still needs it by then */
        return r->due_ms != 0 && r->due_ms < now_ms;
    if (!referral_state_is_unanswered(r->state)) /* by when they say more is its time */
        return r->overdue;
    return r->overdue || (r->urgency == URGENCY_EMERGENCY && r->phoned_ms == 0 && now_ms - since_ms >= may_take);
}

static enum work_group group_of_referral(const struct control_referral *r, const struct referral_row *row)
{
    const bool is_out = r->direction == DIRECTION_OUT;

    if (!referral_state_is_next(r->state, is_out ? ACTOR_REFERRER : ACTOR_RECIPIENT))
        return WORK_WAITING;
    return is_out || row->holder != 0 || referral_state_is_accepted(r->state) ? WORK_TO_DO : WORK_NEW;
}

static bool tell_open(struct work_list *l, const struct referral_listing *listed, bool *told, struct error *err)
{
    struct referral_row row = listed->row;
    struct control_referral r;
    struct control_work_item item;
    struct peer_row peer;
    bool found;

    *told = false;
    if (!peers_get(l->x, row.peer, &found, &peer, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the agency of a referral is missing");
    if (!referrals_open(l->x, &row, err) ||
        !referral_summary_fill_known(l->x, &row, &peer, listed->first_message, &r, err))
        return false;
    *told = referral_state_is_open(r.state);
    if (!*told && !referred_again_is_to_do(l->x, &row, r.state, told, err))
        return false;
    item = (struct control_work_item){.group = group_of_referral(&r, &row),
                                      .referral = r.referral,
                                      .case_id = r.case_id,
                                      .direction = r.direction,
                                      .agency = r.peer,
                                      .state = r.state,
                                      .urgency = r.urgency,
                                      .by_ms = r.due_ms,
                                      .since_ms = r.made_ms,
                                      .overdue = is_late(&r, tick_record_ms(l->x)),
                                      .yours = is_own(l, &r.holder),
                                      .holder = r.holder,
                                      .account = r.account};
    return !*told || l->on_item(l->cookie, &item, err);
}

static bool list_referral(void *cookie, const struct referral_listing *r, bool *more, struct error *err)
{
    struct work_list *l = cookie;
    bool told;

    if (!holders_show_referral(l->x, &r->row, &told, err) || (told && !tell_open(l, r, &told, err)))
        return false;
    *more = listing_note(&l->listing, r->row.number, told);
    return true;
}

static bool list_referrals(struct work_list *l, struct error *err)
{
    int64_t last;

    holders_choose(l->x, false, false, &l->listing.rows);
    l->listing.rows.states = open_states();
    l->listing.rows.desk = l->desk;
    if (!referral_store_last(l->x->db, &last, err))
        return false;
    if (!listing_has_window(&l->listing, last, 0))
        return true;
    if (!referral_store_list(l->x->db, &l->listing.rows, list_referral, l, err))
        return false;
    listing_end(&l->listing);
    return true;
}

/* --- corrections --- */

/* Whether one of those that came with ROW has no answer yet; also where none opens. */
static bool has_unanswered(const struct work_list *l, const struct referral_row *row, bool *has, struct error *err)
{
    section_set sections;
    size_t opened;

    if (!kind_corrected_unanswered(l->x, row, &sections, &opened, err))
        return false;
    *has = opened == 0 || sections != 0;
    return true;
}

/* Whether a correction that went out of ROW was contested in the last days, since *SINCE_MS, or has no answer yet. */
static bool is_disputed(const struct work_list *l, const struct referral_row *row, enum work_group *group,
                        int64_t *since_ms, bool *is, struct error *err)
{
    section_set asked;
    section_set contested;
    int64_t contested_ms;

    if (!kind_corrected_stands(l->x, row, &asked, &contested, &contested_ms, err))
        return false;
    if (contested != 0 && tick_record_ms(l->x) - contested_ms < WORK_DAYS * DAY_MS) {
        *group = WORK_TO_DO;
        *since_ms = contested_ms;
    } else
        *group = WORK_WAITING;
    *is = *group == WORK_TO_DO || asked != 0;
    return true;
}

struct correction_walk {
    const struct work_list *work;
    enum work_group only; /* 0: that came */
};

/* Whether what is said of ROW, as R, is of that walk, and nothing that never ends. */
static bool is_told_by(const struct correction_walk *w, const struct control_referral *r, enum work_group group)
{
    if (r->state == REFERRAL_STOPPED || r->state == REFERRAL_ERASED || (w->only != 0 && w->only != group))
        return false;
    return group != WORK_WAITING || (referral_state_is_open(r->state) && !r->lost_there);
}

/* Nobody sees what goes with a referral of which nothing is read any more. */
static bool tell_correction(void *cookie, const struct message_row *m, struct error *err)
{
    const struct correction_walk *w = cookie;
    const struct work_list *l = w->work;
    int64_t since_ms = ident_message_ms(&m->id);
    enum work_group group;
    struct control_referral r;
    struct control_work_item item;
    struct referral_row row;
    struct peer_row peer;
    bool shown;
    bool has;

    if (!referrals_get(l->x, m->referral, &shown, &row, err) ||
        (shown && !holders_show_referral(l->x, &row, &shown, err)) ||
        (shown && !peers_get(l->x, row.peer, &shown, &peer, err)))
        return false;
    if (!shown || !row.readable || (l->desk != 0 && row.desk != l->desk))
        return true;
    group = row.holder != 0 ? WORK_TO_DO : WORK_NEW;
    if (!(row.direction == DIRECTION_OUT ? is_disputed(l, &row, &group, &since_ms, &has, err)
                                         : has_unanswered(l, &row, &has, err)) ||
        !referral_summary_fill(l->x, &row, &peer, &r, err))
        return false;
    item = (struct control_work_item){.group = group,
                                      .referral = r.referral,
                                      .case_id = r.case_id,
                                      .direction = r.direction,
                                      .agency = r.peer,
                                      .state = r.state,
                                      .since_ms = since_ms,
                                      .correction = true,
                                      .yours = is_own(l, &r.holder),
                                      .holder = r.holder,
                                      .account = r.account};
    return !has || !is_told_by(w, &r, group) || l->on_item(l->cookie, &item, err);
}

/* Of what was contested long ago nothing is opened. */
static bool tell_answer(void *cookie, const struct message_row *m, struct error *err)
{
    const struct correction_walk *w = cookie;
    struct record r;
    bool found;

    if (!recorded_find(w->work->x, m, &found, &r, err))
        return false;
    return !found || tick_record_ms(w->work->x) - r.time_ms >= WORK_DAYS * DAY_MS || tell_correction(cookie, m, err);
}

static bool list_corrections(const struct work_list *l, struct error *err)
{
    struct correction_walk came = {l, 0};
    struct correction_walk contested = {l, WORK_TO_DO};
    struct correction_walk asked = {l, WORK_WAITING};

    return message_store_walk_corrections(l->x->db, DIRECTION_IN, WORK_AT_MOST, tell_correction, &came, err) &&
           message_store_walk_correction_answers(l->x->db, WORK_AT_MOST, tell_answer, &contested, err) &&
           message_store_walk_corrections(l->x->db, DIRECTION_OUT, WORK_AT_MOST, tell_correction, &asked, err);
}

/* --- consents --- */

static bool is_renewed_by(void *cookie, const struct consent_row *other, struct error *err)
{
    struct consent_row *row = cookie; /* its number becomes 0 */

    (void)err;
    if (other->number != row->number && other->progress == CONSENT_STANDS && other->until > row->until &&
        address_equal(&other->recipient, &row->recipient))
        row->number = 0;
    return true;
}

/* Of one that ends soon, whether nobody has asked her again, and who asks sees it. */
static bool is_to_renew(struct work_list *l, const struct consent_row *row, bool *is, struct error *err)
{
    struct consent_row newest = *row;

    if (!holders_is_case_at_desk(l->x, row->case_number, l->desk, is, err) ||
        (*is && !holders_show_consent(l->x, row, is, err)) ||
        (*is && !consent_store_walk_case(l->x->db, row->case_number, is_renewed_by, &newest, err)))
        return false;
    *is = *is && newest.number != 0;
    return true;
}

static bool tell_ending(struct work_list *l, const struct consent_row *row, struct error *err)
{
    struct control_work_item item = {
        .group = WORK_TO_DO, .consent = row->id, .agency = row->recipient, .by_ms = end_of_day(row->until)};
    struct case_row c = {.number = 0};
    bool found;

    if (!case_store_get(l->x->db, row->case_number, &found, &c, err) ||
        !staff_asker_names(l->x, c.holder, &item.holder, &item.account, err))
        return false;
    if (c.ended_ms != 0) /* nobody renews what she agreed to of a case that was deleted */
        return true;
    item.case_id = c.id;
    item.yours = is_own(l, &item.holder);
    return l->on_item(l->cookie, &item, err);
}

static bool list_consent(void *cookie, const struct consent_row *row, bool *more, struct error *err)
{
    struct work_list *l = cookie;
    bool is;

    if (!is_to_renew(l, row, &is, err) || (is && !tell_ending(l, row, err)))
        return false;
    *more = listing_note(&l->listing, row->number, is);
    return true;
}

static bool list_consents(struct work_list *l, struct error *err)
{
    const uint32_t today = tick_closing_day(l->x);
    int64_t last;

    if (!consent_store_last(l->x->db, &last, err))
        return false;
    if (!listing_has_window(&l->listing, last, 0))
        return true;
    if (!consent_store_list_ending(l->x->db, &l->listing.rows, today, today + WORK_DAYS, list_consent, l, err))
        return false;
    listing_end(&l->listing);
    return true;
}

/* --- notes --- */

/* For who wrote one a supervisor is to act. */
static bool tell_note(void *cookie, const struct control_case_task *t, struct error *err)
{
    const struct work_list *l = cookie;
    int64_t own;
    bool is_restricted = staff_asker_is_restricted(l->x, &own);
    struct control_work_item item = {.group = is_restricted ? WORK_WAITING : WORK_TO_DO,
                                     .case_id = t->case_id,
                                     .note = t->note,
                                     .agency = *membership_own(l->x->membership),
                                     .by_ms = end_of_day(t->by),
                                     .overdue = t->late,
                                     .yours = !is_restricted && !ident_is_zero(&l->own)};
    struct case_row c = {.number = 0};
    bool found;

    if (!case_store_find(l->x->db, &t->case_id, &found, &c, err))
        return false;
    return (l->desk != 0 && c.desk != l->desk) ||
           (staff_asker_names(l->x, c.holder, &item.holder, &item.account, err) && l->on_item(l->cookie, &item, err));
}

/* --- dates of cases --- */

static bool tell_date(void *cookie, const struct near_date *d, struct error *err)
{
    const struct work_list *l = cookie;
    struct control_work_item item = {.group = WORK_TO_DO,
                                     .case_id = d->case_id,
                                     .date = d->kind,
                                     .agency = *membership_own(l->x->membership),
                                     .by_ms = end_of_day(d->until),
                                     .overdue = d->is_past};

    if (l->desk != 0 && d->desk != l->desk)
        return true;
    if (!staff_asker_names(l->x, d->holder, &item.holder, &item.account, err))
        return false;
    item.yours = is_own(l, &item.holder);
    return l->on_item(l->cookie, &item, err);
}

/* --- letters --- */

/* It is waited for who has it; past its day somebody here phones. */
static bool tell_letter(void *cookie, const struct letter_unanswered *letter, struct error *err)
{
    const struct work_list *l = cookie;
    const bool is_late = letter->by < tick_record_day(l->x);
    struct control_work_item item = {.group = is_late ? WORK_TO_DO : WORK_WAITING,
                                     .case_id = letter->row.id,
                                     .consent = letter->consent,
                                     .letter = letter->letter,
                                     .agency = *membership_own(l->x->membership),
                                     .urgency = letter->urgency,
                                     .by_ms = end_of_day(letter->by),
                                     .overdue = is_late};

    if (l->desk != 0 && letter->row.desk != l->desk)
        return true;
    if (!staff_asker_names(l->x, letter->row.holder, &item.holder, &item.account, err))
        return false;
    item.yours = is_own(l, &item.holder);
    return l->on_item(l->cookie, &item, err);
}

/* --- inquiries and notifications --- */

/* Who is asked answers; of a notification that nobody acknowledged, or that did not get there, somebody here phones. */
static bool tell_inquiry(void *cookie, const struct inquiry_row *row, struct error *err)
{
    const struct work_list *l = cookie;
    const bool is_out = row->direction == DIRECTION_OUT;
    const bool is_notification = row->kind == MESSAGE_NOTIFICATION;
    struct control_inquiry line;
    struct control_work_item item;

    if (row->answer != 0)
        return true;
    if (!inquiries_fill(l->x, row, &line, err))
        return false;
    if (line.state == INQUIRY_ENDED && !(is_out && is_notification))
        return true;
    item = (struct control_work_item){.group = is_out ? WORK_WAITING : WORK_NEW,
                                      .direction = row->direction,
                                      .agency = line.agency,
                                      .inquiry = is_notification ? 0 : line.number,
                                      .notification = is_notification ? line.number : 0,
                                      .by_ms = row->until_ms,
                                      .since_ms = row->made_ms};
    item.overdue = line.state == INQUIRY_ENDED || line.state == INQUIRY_REFUSED;
    if (item.overdue)
        item.group = WORK_TO_DO;
    return l->on_item(l->cookie, &item, err);
}

/* --- all of it --- */

bool exchange_work_list(struct exchange *x, const struct control_work_ask *ask, struct walk_step *step,
                        exchange_on_work_fn *on_item, void *cookie, struct error *err)
{
    struct work_list l = {.x = x, .on_item = on_item, .cookie = cookie};

    if (x->read_only)
        return error_set(err, E_NOD_21, "what was asked, and until when, is sealed");
    if (!holders_choose_desk(x, ask->desk, &l.desk, err))
        return false;
    (void)staff_asker_id(x, &l.own); /* else it stays zeros */
    if (ask->inquiries && l.desk == 0)
        return inquiry_store_walk(x->db, step, tell_inquiry, &l, err);
    if (ask->notes || ask->letters || ask->inquiries || ask->corrections) {
        if (step != NULL)
            step->more = false;
        if (ask->inquiries)
            return true;
        if (ask->corrections)
            return list_corrections(&l, err);
        return ask->notes ? exchange_case_tasks(x, tell_note, &l, err)
                          : letters_walk_unanswered(x, tell_letter, &l, err);
    }
    if (ask->dates)
        return exchange_date_list(x, step, tell_date, &l, err);
    listing_begin(&l.listing, &at_most, 1, step);
    return ask->consents ? list_consents(&l, err) : list_referrals(&l, err);
}
