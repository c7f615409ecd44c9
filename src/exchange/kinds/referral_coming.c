#include "exchange/kinds/referral_coming.h"

#include "exchange/cases/case_age.h"
#include "exchange/cases/case_received.h"
#include "exchange/cases/casebook.h"
#include "exchange/kinds/kind_cancel.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/kinds/kind_update.h"
#include "exchange/logs/acting.h"
#include "exchange/referrals/referral_summary.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"
#include "model/referral.h"
#include "store/case_store.h"

/* --- closing --- */

struct ages {
    struct exchange *x;
    bool says_adult;
    bool says_other;
};

static bool add_age(struct ages *a, const struct view sections[SECTION_END], struct error *err)
{
    bool told;
    bool is;

    if (!case_age_of_sections(a->x, sections, &told, &is, err))
        return false;
    a->says_adult = a->says_adult || (told && is);
    a->says_other = a->says_other || (told && !is);
    return true;
}

static bool add_part(void *cookie, const struct received_part *p, struct error *err)
{
    return add_age(cookie, p->sections, err);
}

/* *MAY: she may be a child, as far as her case here says, and what came of it. */
static bool may_be_child(struct exchange *x, const struct referral_row *row, bool *may, struct error *err)
{
    struct view sections[SECTION_END];
    struct ages a = {.x = x};
    struct case_row c;
    bool found;

    if (!case_store_get(x->db, row->case_number, &found, &c, err) ||
        (found && (!casebook_open(x, &c, sections, err) || !add_age(&a, sections, err) ||
                   !case_received_walk(x, &c, add_part, &a, err))))
        return false;
    *may = !a.says_adult || a.says_other;
    return true;
}

bool referral_coming_may_close(struct exchange *x, const struct referral_row *row, const struct reply_message *reply,
                               struct error *err)
{
    bool is_child = false;

    if (reply->state != REFERRAL_CLOSED || row->state != REFERRAL_NOT_FOUND)
        return true;
    if (!referral_checks_done(reply->checked))
        return error_set(err, E_REF_13, "before it is closed: agency, bringer, and law or adult");
    if ((reply->checked & UINT32_C(1) << CLOSING_CHECK_LAW) == 0 && !may_be_child(x, row, &is_child, err))
        return false;
    return !is_child || error_set(err, E_REF_13, "by her case she is or may be a child: whom the law says to call");
}

/* --- saying --- */

/* When what stands was said. */
static bool find_said(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->kind == MESSAGE_REPLY || m->kind == MESSAGE_UPDATE)
        *(int64_t *)cookie = ident_message_ms(&m->id);
    return true;
}

struct last_word {
    struct exchange *x;
    enum direction direction;   /* OUT: of this agency */
    enum referral_state newest; /* that the agency that refers said of her coming; NONE: nothing */
    uint32_t number;
};

static bool find_word(void *cookie, const struct message_row *m, struct error *err)
{
    struct last_word *w = cookie;
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there;

    if (m->direction != w->direction || m->kind != MESSAGE_UPDATE || m->state == MESSAGE_REFUSED)
        return true;
    if (!stored_body_open(w->x, m->number, &there, &stored, &gone, err) ||
        (there && !stored_body_decode(w->x, &stored, m->kind, &body, err)))
        return false;
    if (there && body.update.state != 0 && body.update.number >= w->number) {
        w->newest = body.update.state;
        w->number = body.update.number;
    }
    return true;
}

/* *SAYS: the newest word of the agency that refers is that she came. */
static bool says_arrived(struct exchange *x, const struct referral_row *row, bool *says, struct error *err)
{
    struct last_word w = {.x = x, .direction = row->direction};

    if (!message_store_walk_referral(x->db, row->number, find_word, &w, err))
        return false;
    *says = w.newest == REFERRAL_ARRIVED;
    return true;
}

/* What this agency said by mistake: nobody else's word. What it said behind the last day of her consent stays here: no
 * message says it, and then nobody there did. */
static bool may_take_back(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                          struct error *err)
{
    bool says;

    if (row->state != REFERRAL_ARRIVED)
        return true; /* no step */
    return says_arrived(x, row, &says, err) && (says || row->told != REFERRAL_ARRIVED ||
                                                error_set(err, E_REF_15, "%s says that she came", peer->agency.text));
}

enum referral_event referral_coming_event(const struct reply_message *asked, enum referral_state state)
{
    return asked->before == REFERRAL_ARRIVED ? EVENT_TAKEN_BACK : referral_state_event(state);
}

bool referral_coming_is_unsaid(const struct reply_message *reply)
{
    return reply->before == REFERRAL_ARRIVED && reply->state == REFERRAL_EXPECTED;
}

bool referral_coming_may_unsay(struct exchange *x, const struct referral_row *row, const struct peer_row *peer,
                               const struct reply_message *reply, struct error *err)
{
    bool says;

    if (!referral_coming_is_unsaid(reply) || row->state != REFERRAL_ARRIVED)
        return true; /* no step */
    return says_arrived(x, row, &says, err) &&
           ((!says && row->acted == row->answers) ||
            error_set(err, E_REF_15, "%s sent the referral, and says that she came", peer->agency.text));
}

bool referral_coming_unsaid(struct exchange *x, struct referral_row *row, const struct reply_message *reply,
                            struct error *err)
{
    bool says;

    if (row->state != REFERRAL_ARRIVED || row->told != REFERRAL_ARRIVED || reply->state == REFERRAL_ARRIVED)
        return true;
    if (!says_arrived(x, row, &says, err))
        return false;
    if (!says)
        REQUIRE(referral_state_step(&row->state, EVENT_TAKEN_BACK, ACTOR_RECIPIENT) &&
                referral_state_adopt(&row->state, reply->state));
    return true;
}

/* Her permission has ended: there it is erased, and nothing is sent. Who was to come is looked for all the same. */
static bool keep_here(struct exchange *x, struct referral_row *row, struct error *err)
{
    return tick_begin(x, err) && acting_record(x, ACT_SAID_HERE, &row->id, err) && referrals_update(x, row, err);
}

static bool say(struct exchange *x, struct referral_row *row, const struct peer_row *peer,
                const struct reply_message *reply, struct error *err)
{
    struct update_message said = {.state = reply->state, .time_ms = reply->time_ms, .follows = row->answers};
    struct message_row first;
    uint32_t last;
    bool found;

    if (!message_store_get(x->db, row->message, &found, &first, err))
        return false;
    if (!found)
        return error_set(err, E_LOG_02, "the message of a referral is missing");
    said.in_reply_to = first.id;
    said.checked = reply->checked;
    said.number = ++row->said;
    kind_reply_note(x, row, reply);
    if (!referral_summary_last_day(x, row, &last, err))
        return false;
    if (consent_has_ended(last, tick_closing_day(x)))
        return keep_here(x, row, err);
    return kind_update_put(x, row, peer, 0, &said, err);
}

bool referral_coming_stands(const struct referral_row *row, const struct reply_message *reply)
{
    return row->state == reply->state && row->time_ms == reply->time_ms;
}

bool referral_coming_say(struct exchange *x, struct referral_row *row, const struct peer_row *peer,
                         const struct reply_message *reply, struct control_referral *out, struct error *err)
{
    const bool is_taken_back = reply->before == REFERRAL_ARRIVED;
    enum referral_event event = referral_coming_event(reply, reply->state);
    uint64_t mark;

    if (!referral_state_is_said_by_both(reply->state))
        return error_set(err, E_REF_02, "this agency sent the referral: %s answers it", peer->agency.text);
    if (reply->brought != 0 || reply->place != 0 || reply->phone.size != 0 || reply->bring != 0)
        return error_set(err, E_REF_04, "of its desk, and who brings her, %s says", peer->agency.text);
    if (referral_coming_stands(row, reply))
        return referral_summary_fill(x, row, peer, out, err) &&
               message_store_walk_referral(x->db, row->number, find_said, &out->answered_ms, err);
    if (!row->readable)
        return referral_summary_held(E_CON_05, err);
    if (is_taken_back && !may_take_back(x, row, peer, err))
        return false;
    if (!referral_state_step(&row->state, event, ACTOR_REFERRER))
        return error_set(err, E_REF_07, "the referral is %s already", referral_state_name(row->state));
    if (row->said >= BOUND_REPLIES)
        return error_set(err, E_REF_10, "of her coming %u things were said", BOUND_REPLIES);
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, say(x, row, peer, reply, err) && referral_summary_fill(x, row, peer, out, err), err);
}

/* --- one that came --- */

bool referral_coming_take(struct exchange *x, struct referral_row *row, const struct address *to,
                          const struct update_message *u, struct error *err)
{
    const bool is_newest = u->number > row->said;
    const bool is_taken_back = row->state == REFERRAL_ARRIVED && u->state == REFERRAL_EXPECTED;
    const int64_t latest = tick_record_ms(x) + (BOUND_EXPECTED_DAYS + 1) * DAY_MS;
    struct reply_message reply = {.state = u->state, .before = row->state, .checked = u->checked};
    const bool is_theirs = is_taken_back && row->answers > row->acted; /* nobody here said that she came */
    const bool counts =
        u->state == REFERRAL_ARRIVED || is_theirs || (u->follows >= row->acted && u->follows <= row->answers);
    enum referral_event event = is_taken_back ? EVENT_TAKEN_BACK : referral_state_event(u->state);

    row->said = is_newest ? u->number : row->said;
    if (!is_newest || !counts || row->answers >= BOUND_REPLIES ||
        !referral_state_step(&row->state, event, ACTOR_REFERRER))
        return referrals_update(x, row, err);
    reply.time_ms = u->time_ms < latest ? u->time_ms : latest; /* else no alarm would ever come */
    return kind_reply_put(x, row, to, &reply, err) && (!is_taken_back || kind_cancel_again(x, row, to, u->number, err));
}
