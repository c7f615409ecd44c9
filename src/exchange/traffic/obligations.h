#ifndef EXCHANGE_OBLIGATIONS_H
#define EXCHANGE_OBLIGATIONS_H
/* What this node owes to other agencies until it is answered: withdrawals, statements of erasure, replies,
 * cancellations.
 *
 * Floor: exchange. One row a fact (store/obligation_store.h), made in the tick of the fact, whatever becomes of the
 * message that carries it (docs/PROTOCOL.md 15); that message is made by owed_messages.h. A row ends with a SETTLED
 * record, which names the answer's leaf in the other agency's log or the reason of the person who closed it:
 *
 *   withdrawal     a believed statement; never its receipt
 *   statement      its receipt, or a refusal by a name that does not pass
 *   reply          the same; or the consent that it lies under is erased here
 *   cancellation   the same
 *
 * Each of them ends too when a person says so: where nothing may leave for its agency, or its agency refuses it without
 * a receipt for what does not pass. Until then it is tried.
 *
 * Statement, reply and cancellation end too where the recipient lost what they answer (lost_there.h): when its log
 * began anew, or when they are made after that. Such a reply or cancellation is a person's to tell.
 */

#include "exchange/exchange.h"
#include "store/consent_store.h"
#include "store/message_store.h"
#include "store/obligation_store.h"

struct disclosed;
struct obligations;

/* All is due. Freed with free(). */
struct obligations *obligations_new(void);
/* A tick was undone: all is due again. */
void obligations_undone(struct exchange *x);
/* Messages may have to be made (owed_messages.h). */
void obligations_due(struct exchange *x);
/* How many rows were not as the log says when the node started (owed_log.h). */
uint64_t obligations_mended(const struct exchange *x);

/* A fact that is owed from now on, in the open transaction: WHAT, SUBJECT, PEER, STEP and RECORD_INDEX of ROW. Where
 * the subject has an open row, a stronger step takes its place and any other has no effect; nor has a step that was
 * answered. */
MUST_USE bool obligations_open(struct exchange *x, const struct obligation_row *row, struct error *err);

/* The outbox put message ROW, of a kind that is owed: the row's message from now on; one before it that waits is
 * WITHHELD. A reply's or cancellation's row is made here, for the message is the fact. */
MUST_USE bool obligations_put(struct exchange *x, const struct message_row *row, const struct disclosed *d,
                              struct error *err);

/* A person told it outside refex, or nobody is left to be told: ends ROW, which is open. */
MUST_USE bool obligations_close(struct exchange *x, struct obligation_row *row, enum closing reason, struct error *err);
/* A person did what the end of ROW left to do (exchange_owed_close): the row stays as it ended. */
MUST_USE bool obligations_close_finding(struct exchange *x, struct obligation_row *row, enum closing reason,
                                        struct error *err);
/* ROW, which is open, ends by a record as SETTLED says; recipient, subject, what and step are filled in here. A message
 * of it that waits is left to the caller. */
MUST_USE bool obligations_settle(struct exchange *x, struct obligation_row *row, struct record_settled settled,
                                 struct error *err);
/* Tries again now the withdrawal of consent ROW, if it is owed. */
MUST_USE bool obligations_try_now(struct exchange *x, const struct consent_row *row, struct error *err);

/* The kind of the message that carries what is owed. */
enum message_kind obligations_message_kind(enum owed what);

/* The id of the consent or referral that ROW is about. E-LOG-02. */
MUST_USE bool obligations_subject(struct exchange *x, const struct obligation_row *row, struct ident *out,
                                  struct error *err);

/* Whether no agency talks to this one any more: it is revoked, or a directory that has not ended does not list it. */
bool obligations_is_cut_off(struct exchange *x);
/* Whether nothing may leave for AGENCY until a person acts: it is revoked, or not in the directory; or this one is cut
 * off. */
bool obligations_is_by_hand(struct exchange *x, const struct address *agency);
/* Whether a person may say that AGENCY was told of ROW outside refex: ROW is open, and nothing may leave for AGENCY, or
 * it refuses ROW for what does not pass. */
bool obligations_may_close(struct exchange *x, const struct obligation_row *row, const struct address *agency);

#endif
