#include "exchange/members/suspension.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "crypto/digest.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/membership_suspension.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/announcing.h"
#include "exchange/traffic/dialling.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/sealing.h"
#include "store/note_store.h"

#define SUSPENSION "suspension" /* its name in the store */

static const struct view no_agency = {(const uint8_t *)"", 0};

bool suspension_load(struct exchange *x, struct error *err)
{
    struct bytes note = {0};
    uint64_t sequence = 0;
    bool found = false;
    bool ok = note_store_get(x->db, SUSPENSION, no_agency, &found, &sequence, &note, err);

    if (ok && found && sequence == membership_directory(x->membership)->sequence)
        (void)membership_suspend(x->membership, bytes_view(&note), tick_record_ms(x)); /* its time may be over */
    bytes_fini(&note);
    return ok;
}

/* Who is a member is another question from now on. */
static void look_again(struct exchange *x)
{
    proofs_invalidate(x->proofs);
    sealing_invalidate(x->sealing);
    links_cut(x);
    tick_members_changed(x);
    dialling_look(x);
    tick_again(x);
}

bool suspension_follow(struct exchange *x, struct view note, struct error *err)
{
    struct record r = {.kind = RECORD_DIRECTORY, .note_hash.sequence = membership_directory(x->membership)->sequence};
    struct address agency;

    SOMETIMES(one_officer_suspended_an_agency);
    REQUIRE(membership_suspended_until(x->membership, &agency) != 0);
    log_line(LOG_WARNING, "event=agency.suspended peer=%s", agency.text);
    digest_sha256(note, &r.note_hash.note);
    look_again(x);
    announcing_directory_due(x);
    return tick_begin(x, err) && note_store_put(x->db, SUSPENSION, no_agency, r.note_hash.sequence, note, err) &&
           audit_append(x->audit, &r, NULL, err);
}

bool suspension_advance(struct exchange *x, struct error *err)
{
    struct address agency;
    int64_t until = membership_suspended_until(x->membership, &agency);

    (void)err;
    if (until == 0 || trusted_time_ms(&x->time) < until || tick_clock_in_doubt(x))
        return true;
    log_line(LOG_NOTICE, "event=agency.suspension_over peer=%s", agency.text);
    membership_end_suspension(x->membership);
    look_again(x);
    return true;
}

int64_t suspension_wake_ms(const struct exchange *x)
{
    struct address agency;
    int64_t until = membership_suspended_until(x->membership, &agency);

    return until == 0 || tick_clock_in_doubt(x) ? 0 : tick_steady_at_trusted(x, until);
}
