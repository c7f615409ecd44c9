/* A person compared the fingerprint of another agency's identity key with that agency. */
#include "exchange/members/agency_calls.h"

#include "exchange/logs/acting.h"
#include "exchange/members/holds.h"
#include "exchange/members/membership.h"
#include "exchange/members/peers.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/succession/contradictions.h"
#include "exchange/succession/known_keys.h"
#include "exchange/tick.h"
#include "model/record.h"

/* The key is the one that counts: that somebody compared it is recorded all the same. */
static bool log_comparison(struct exchange *x, const struct address *agency, const struct hash *key, struct error *err)
{
    struct record r = {.kind = RECORD_AGENCY_KEY};

    r.agency_key =
        (struct record_agency_key){.agency = address_view(agency), .key = *key, .event = AGENCY_KEY_CONFIRMED};
    return tick_begin(x, err) && known_keys_end_vouching(x, agency, err) && contradictions_compared(x, agency, err) &&
           acting_append(x, &r, err);
}

bool exchange_agency_confirm(struct exchange *x, const struct address *agency, struct view fingerprint, bool *changed,
                             bool *held_there, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct peer_row row = {0};
    struct hash key;
    struct peer p;
    bool found;

    if (!own_note_may_sign(x, err))
        return false;
    if (!fingerprint_read(fingerprint, &key))
        return error_set(err, E_USE_04, "the fingerprint was not typed as it is written: a character is wrong");
    if (!membership_find_peer(x->membership, address_view(agency), &p) || p.identity == NULL)
        return error_set(err, E_FED_25, "%s is not in the directory", agency->text);
    if (!hash_equal(&key, &p.fingerprint))
        return error_set(err, E_FED_40, "the directory lists another identity key for %s", agency->text);
    if (p.revoked && p.reason != REVOKED_LEFT) /* whose withdrawals count, when the key is known to be its own */
        return error_set(err, E_FED_28, "the certificate of %s is revoked: %s", agency->text,
                         revocation_reason_name(p.reason));
    if (!peers_find(x, agency, &found, &row, err))
        return false;
    *changed = found && row.held_since_ms != 0;
    *held_there = found && holds_waits_there(x, row.number);
    if (!*changed)
        return tick_call_end(x, mark, log_comparison(x, agency, &key, err), err);
    return tick_call_end(x, mark, holds_end_by_person(x, &row, err) && contradictions_compared(x, agency, err), err);
}
