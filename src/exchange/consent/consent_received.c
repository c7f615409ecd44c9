#include "exchange/consent/consent_received.h"

#include "exchange/consent/consent_commitment.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"

bool consent_received_check(struct exchange *x, const struct ident *consent, const struct consent_receipt *receipt,
                            struct proof_answer *proof, struct error *err)
{
    struct proof_question q = {.agency = receipt->header.agency,
                               .record = receipt->record_bytes,
                               .path = receipt->path,
                               .checkpoint = receipt->checkpoint};
    struct hash commitment;

    if (!ident_equal(&receipt->header.consent, consent))
        return error_set(err, E_CON_20, "the consent receipt is of another consent");
    if (receipt->shown_count == 0)
        return error_set(err, E_CON_20, "the consent receipt shows no grant");
    if (receipt->given.outside.size != 0)
        return error_set(err, E_CON_20, "the consent is for somebody outside the federation");
    if (!consent_commitment_of(receipt, &commitment))
        return error_set(err, E_CON_20, "a grant, or how it was given, is not what was committed to");
    if (!proofs_check(x->proofs, &q, &x->tick_arena, proof, NULL, err))
        return error_wrap(err, "the consent's record");
    if (proof->record.kind != RECORD_CONSENT || !ident_equal(&proof->record.consent.consent, consent) ||
        !hash_equal(&proof->record.consent.commitment, &commitment) ||
        proof->record.consent.until != receipt->header.until)
        return error_set(err, E_CON_20, "the consent's record is not the one of this consent");
    if (proof->record.consent.state != CONSENT_GIVEN && proof->record.consent.state != CONSENT_RENEWED)
        return error_set(err, E_CON_20, "the consent's record says that it was not given");
    return true;
}

bool consent_received_add(struct exchange *x, struct view bytes, const struct consent_receipt *receipt,
                          struct consent_entry **out, struct error *err)
{
    struct consent_row row = {.id = receipt->header.consent,
                              .recipient = *membership_own(x->membership),
                              .until = receipt->header.until,
                              .progress = CONSENT_STANDS,
                              .changed_ms = tick_record_ms(x),
                              .withdrawn_index = UINT64_MAX};

    struct record r = {.kind = RECORD_TAKEN};

    r.taken = (struct record_taken){
        .consent = row.id, .agency = receipt->header.agency, .state = CONSENT_GIVEN, .until = receipt->header.until};
    if (!address_read(receipt->header.agency, &row.agency))
        return error_set(err, E_CON_20, "the consent receipt names no agency");
    REQUIRE(consent_commitment_of(receipt, &r.taken.commitment)); /* it was checked */
    return audit_append(x->audit, &r, NULL, err) && consent_book_add_row(x, &row, bytes, err) &&
           consent_book_get(x, row.number, out, err);
}
