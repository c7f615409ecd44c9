#include "exchange/kinds/kind_answer.h"

#include "exchange/entries/entry_reach.h"
#include "exchange/kinds/inquiries.h"
#include "exchange/kinds/inquiry_calls.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#define HOLDS_MS DAY_MS /* where nobody says until when the answer holds */

/* --- answering --- */

/* Our own desk's, as we tell it to all, where no other is named. */
static bool complete(struct exchange *x, const struct control_capacity_answer_ask *ask, struct answer_message *out,
                     struct error *err)
{
    int64_t now = tick_record_ms(x);
    struct control_reach own = {0};

    *out = (struct answer_message){
        .answer = ask->answer, .until_ms = ask->until_ms != 0 ? ask->until_ms : now + HOLDS_MS, .phone = ask->phone};
    if (out->until_ms <= now || day_of_ms(out->until_ms) > day_of_ms(now) + BOUND_EXPECTED_DAYS)
        return error_set(err, E_REF_11, "until when it holds is a time in the next %u days", BOUND_EXPECTED_DAYS);
    if (!referral_phone_ok(out->phone))
        return error_set(err, E_REF_08, "a telephone number is a plus and digits");
    if (out->phone.size == 0 && !entry_reach_fill(x, membership_own(x->membership), &own, err))
        return false;
    if (out->phone.size == 0)
        out->phone = own.phone;
    return true;
}

/* Said again with the same word it is the same answer. */
static bool check_same_answer(const struct control_capacity_answer_ask *ask, const struct control_inquiry *said,
                              struct error *err)
{
    return said->answer == ask->answer ||
           error_set(err, E_INQ_02, "it was answered with %s", plain_answer_name(said->answer));
}

static bool put(struct exchange *x, struct inquiry_row *row, const struct answer_message *answer,
                struct control_inquiry *out, struct error *err)
{
    struct body body = {.kind = MESSAGE_ANSWER, .answer = *answer};
    bool found;

    body.answer.in_reply_to = row->id;
    return inquiries_answer(x, row, &body, err) && inquiry_store_get(x->db, row->number, &found, row, err) &&
           inquiries_fill(x, row, out, err);
}

bool exchange_capacity_answer(struct exchange *x, const struct control_capacity_answer_ask *ask,
                              struct control_inquiry *out, struct error *err)
{
    struct answer_message answer;
    struct inquiry_row row;
    uint64_t mark;

    if (ask->answer != PLAIN_ANSWER_YES && ask->answer != PLAIN_ANSWER_NO)
        return error_set(err, E_REF_04, "an inquiry is answered with yes or no");
    if (!own_note_may_sign(x, err) || !inquiries_find_asked(x, ask->number, MESSAGE_INQUIRY, &row, err) ||
        !inquiries_fill(x, &row, out, err))
        return false;
    if (row.answer != 0)
        return check_same_answer(ask, out, err);
    if (row.until_ms <= tick_closing_ms(x))
        return error_set(err, E_INQ_03, "nobody waits for it any more");
    if (!complete(x, ask, &answer, err) || !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, put(x, &row, &answer, out, err), err);
}

/* --- one that came --- */

static bool find_inquiry(struct exchange *x, const struct received_body *b, bool *found, struct inquiry_row *row,
                         struct error *err)
{
    return inquiry_store_find(x->db, DIRECTION_OUT, b->peer, &b->body->answer.in_reply_to, found, row, err);
}

/* A word that goes with what was asked. */
static bool fits(const struct inquiry_row *row, enum plain_answer answer)
{
    return (row->kind == MESSAGE_INQUIRY) == (answer != PLAIN_ANSWER_SEEN);
}

/* The first answer counts, as it was shown to people. */
static bool check(struct exchange *x, const struct received_body *b, enum refusal_reason *why, struct error *err)
{
    struct inquiry_row row;
    bool found;

    if (!find_inquiry(x, b, &found, &row, err))
        return false;
    if (!found || row.answer != 0 || !fits(&row, b->body->answer.answer))
        *why = REFUSAL_OF_ANOTHER;
    return true;
}

static bool standing(struct exchange *x, const struct received_body *b, enum standing *out, uint64_t *first,
                     struct error *err)
{
    struct inquiry_row row;
    bool found;

    (void)first;
    if (!find_inquiry(x, b, &found, &row, err))
        return false;
    if (found && row.answer == 0)
        *out = STANDING_OPEN;
    return true;
}

static bool take(struct exchange *x, const struct received_body *b, struct error *err)
{
    struct inquiry_row row;
    bool found;

    if (!find_inquiry(x, b, &found, &row, err))
        return false;
    REQUIRE(found && row.answer == 0); /* check */
    return inquiry_store_answer(x->db, row.number, b->message, err);
}

const struct kind_actions kind_answer = {.check = check, .standing = standing, .take = take};
