#ifndef EXCHANGE_REFERRAL_CALLS_H
#define EXCHANGE_REFERRAL_CALLS_H
/* What people do with referrals: send (kind_referral.c), list, show, answer (kind_reply.c); and those that somebody has
 * to see to (due_list.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "codec/referral_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"
#include "store/message_store.h"

/* Makes a referral and queues its message. E-CON-01 nothing is covered, E-CON-02 a section is not: a DENIED record is
 * written and OUT->held_back is filled. E-REF-03 too large, E-REF-04 ASK is malformed, E-REF-05 to ourselves, E-REF-06
 * a required section is empty, E-REF-09 the request id is another referral's, E-CAS-20, E-FED-2x. */
MUST_USE bool exchange_refer(struct exchange *x, const struct control_refer_ask *ask,
                             struct control_referral_result *out, struct error *err);

typedef bool exchange_on_referral_fn(void *cookie, const struct control_referral *r, struct error *err);
/* Those that who asks may see. */
MUST_USE bool exchange_referral_list(struct exchange *x, const struct control_referral_list_ask *ask,
                                     struct walk_step *step, exchange_on_referral_fn *on_item, void *cookie,
                                     struct error *err);

/* Why somebody has to see to a referral now. */
enum due_what {
    DUE_NOTHING = 0,
    DUE_UNDELIVERED,  /* an emergency of ours has had no receipt for BOUND_EMERGENCY_UNDELIVERED_MS */
    DUE_UNOPENED,     /* an emergency, out or in, is there and nobody opened it for BOUND_EMERGENCY_UNANSWERED_MS */
    DUE_UNANSWERED,   /* it was opened, and nobody has answered it for as long */
    DUE_OVERDUE,      /* another is past the time by which it is to be answered */
    DUE_SILENT,       /* it was accepted, and the time is over by which more was to be said */
    DUE_NOT_ARRIVED,  /* she was expected, and nobody said that she came, or when she is expected now */
    DUE_NOT_FOUND,    /* she did not come, and nobody knows where she is */
    DUE_DOUBTED,      /* an answer of theirs was refused, for no steps lead to it */
    DUE_EXPIRED,      /* a message of it went past its last day without a receipt */
    DUE_UNANSWERABLE, /* the agency lost it with its machine, or nothing of it is taken any more */
    DUE_LOST,         /* the agency accepted it, and lost it with its machine */
};
struct due_summary {
    enum due_what what;
    struct ident referral;
    enum direction direction;
    struct address peer;
    int64_t made_ms;      /* of DUE_UNANSWERED: when it was opened; of DUE_DOUBTED: when it was refused */
    int64_t due_ms;       /* 0: not of DUE_EXPIRED and DUE_LOST */
    enum arrival arrival; /* of the message */
    enum hold hold;       /* of DUE_UNANSWERABLE: why; HOLD_NONE: it was lost there */
    struct control_reach
        reach; /* of an emergency, or who did not come: the other agency, as what follows until the tick ends */
    const struct control_reach *others; /* of one that went out: who says that it offers what was asked for */
    size_t other_count;
};
typedef bool exchange_on_due_fn(void *cookie, const struct due_summary *d, struct error *err);
/* What is late, oldest first, what nobody will answer, oldest first, what was accepted and lost, then what expired,
 * newest first; of each sort BOUND_LATE are looked at or told. Nothing whose consent has ended or was withdrawn. Read
 * only: what was lost and what expired alone, for the rest is sealed. */
MUST_USE bool exchange_due_list(struct exchange *x, exchange_on_due_fn *on_due, void *cookie, struct error *err);

/* OPEN_DATA: opens the sections, and the note of an answer, for a person, with a house record OPENED; they are wiped
 * when the tick ends. E-REF-01 no such referral; E-CON-03, E-CON-05
 * its consent covers nothing of it or no longer stands; E-NOD-21 read only. */
MUST_USE bool exchange_referral_show(struct exchange *x, const struct ident *id, bool open_data,
                                     struct control_referral_detail *out, struct error *err);
/* The same with its data as it stood at AS_OF_MS: how a section was before it was corrected stays with the message that
 * brought it. */
MUST_USE bool exchange_referral_show_as_of(struct exchange *x, const struct ident *id, int64_t as_of_ms,
                                           struct control_referral_detail *out, struct error *err);
/* The same with its data, to be printed: the house record is EXPORTED. */
MUST_USE bool exchange_referral_export(struct exchange *x, const struct ident *id, struct control_referral_detail *out,
                                       struct error *err);
/* Answers a referral that came in, with what goes with the state (model/referral_states.def); number and in_reply_to
 * of REPLY are filled in here. The newest answer again changes nothing. Its note must be empty for now (E-REF-08); the
 * same for a telephone number that is none. E-REF-01 there is none, E-REF-02 it is not ours to answer, E-REF-07 what
 * was answered does not allow it, E-REF-10 there were too many answers, E-REF-11 its time is none that may be named;
 * E-CON-03, E-CON-05 its consent no longer stands. */
MUST_USE bool exchange_referral_answer(struct exchange *x, const struct ident *id, const struct reply_message *reply,
                                       struct control_referral *out, struct error *err);
/* The same; what is accepted is put into the case INTO, which who asks sees, instead of a new one. E-CAS-20. */
MUST_USE bool exchange_referral_answer_into(struct exchange *x, const struct ident *id,
                                            const struct reply_message *reply, const struct ident *into,
                                            struct control_referral *out, struct error *err);

/* A person here heard the other agency accept by phone: it is written down (a house record SAID_BY_PHONE), and nobody
 * is alarmed any more that an emergency was not delivered, opened or answered. Nothing is released by it, and no state
 * changes: their own answer is waited for, by its time. Again it changes nothing. E-REF-01, E-REF-12 it came in,
 * E-REF-07 they have answered. */
MUST_USE bool exchange_referral_accept_by_phone(struct exchange *x, const struct ident *id,
                                                struct control_referral *out, struct error *err);
/* The agency that refers needs it no more: what has not left never does, and the other one is told. Again it changes
 * nothing. E-REF-01, E-REF-12 it came in, E-REF-07 it is over, or she came there. */
MUST_USE bool exchange_referral_cancel(struct exchange *x, const struct ident *id, struct control_referral *out,
                                       struct error *err);
/* Sends sections of the case to the agency that it was referred to, as they are now, and says what of that which was
 * asked is not known. E-REF-01, E-REF-12 it came in, E-REF-07 it is over, E-REF-06 a section is empty; E-CON-01,
 * E-CON-02, E-CON-25 her consent does not cover it. */
MUST_USE bool exchange_referral_update(struct exchange *x, const struct control_referral_update_ask *ask,
                                       struct control_referral *out, struct error *err);

#endif
