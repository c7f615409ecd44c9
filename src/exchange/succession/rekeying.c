#include "exchange/succession/rekeying.h"

#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/sometimes.h"
#include "base/text.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/members/federation.h"
#include "exchange/members/membership_succession.h"
#include "exchange/restored/own_note.h"
#include "exchange/setup.h"
#include "exchange/state.h"
#include "exchange/succession/succession.h"
#include "exchange/succession/succession_note.h"
#include "exchange/tick.h"
#include "exchange/vault_identity.h"

/* --- asking for it --- */

/* The note by which the key in use signs for NEXT: that of before, or a new one, which is taken as any other. */
static bool make_note(struct exchange *x, const struct sign_key *next, struct succession *s, struct bytes *note,
                      struct error *err)
{
    const struct federation *f = membership_federation(x->membership);
    const struct succession *before;
    struct hash own;
    struct hash new;
    bool is_known;

    *s = (struct succession){.agency = *membership_own(x->membership), .time_s = tick_record_ms(x) / 1000};
    sign_key_public(vault_identity(x->vault), s->old_key);
    sign_key_public(next, s->new_key);
    succession_hashes(s, &own, &new);
    before = membership_succession_from(x->membership, &s->agency, &own);
    is_known = before != NULL && memcmp(before->new_key, s->new_key, KEY_SIZE) == 0;
    if (is_known)
        *s = *before; /* Ed25519 signs one text in one way */
    return succession_note_sign(s, f, vault_identity(x->vault), next, note, err) &&
           (is_known || succession_take_own(x, s, bytes_view(note), err));
}

static bool log_asked(struct exchange *x, struct error *err)
{
    struct record r = {.kind = RECORD_CONFIGURED, .house.what = HOUSE_REKEYING};

    return tick_begin(x, err) && acting_append(x, &r, err);
}

bool exchange_node_rekey(struct exchange *x, struct control_rekeying *out, struct error *err)
{
    const uint64_t mark = tick_call_begin(x);
    const struct sign_key *next;
    struct bytes note = {0};
    struct succession s;
    bool ok;

    if (!own_note_may_sign(x, err))
        return false;
    if (succession_is_used_up(x)) /* theirs and another would contradict each other */
        return error_set(err, E_KEY_24, "this agency's key signed for another next key, which is not in this home");
    if (tick_clock_in_doubt(x)) /* others would take it as of another time, or not at all */
        return error_set(err, E_FED_68, "this machine's clock is in doubt");
    ok = vault_next_identity(x->vault, &next, err) &&
         tick_call_end(x, mark,
                       make_note(x, next, &s, &note, err) &&
                           exchange_request_rekey(x->home, next, bytes_view(&note), err) && log_asked(x, err),
                       err);
    bytes_fini(&note);
    if (!ok)
        return false;
    succession_hashes(&s, &out->fingerprint_before, &out->fingerprint);
    out->since_ms = s.time_s * 1000;
    return true;
}

/* --- taking it into use --- */

static bool log_taken(struct exchange *x, struct view identity, struct error *err)
{
    struct record own = {.kind = RECORD_CERTIFICATE};
    struct record house = {.kind = RECORD_CONFIGURED, .house.what = HOUSE_REKEYED};

    own.notes.first = identity;
    return audit_append(x->audit, &own, NULL, err) && audit_append(x->audit, &house, NULL, err);
}

/* Which of the listed authorities issued it, its certificate says by leading to it. */
static bool renew(struct exchange *x, struct membership_files *files, struct error *err)
{
    const struct directory *d = membership_directory(x->membership);

    for (size_t i = 0; i < d->issuer_count; i++) {
        files->issuing = d->issuers[i];
        if (membership_renew(x->membership, files, tick_closing_ms(x), err))
            return true;
    }
    return false;
}

static bool take(struct exchange *x, const struct peer *listed, struct error *err)
{
    struct membership_files files;
    struct error why = {0};

    membership_files(x->membership, &files);
    files.identity = listed->member->identity_certificate;
    files.next_identity = listed->identity_key;
    if (!renew(x, &files, &why)) {
        log_line(LOG_ERROR, "event=rekeying.not_taken code=%s text=\"%s\"", error_row(why.code)->code, why.text);
        return true;
    }
    SOMETIMES(a_node_took_its_next_identity_key);
    log_line(LOG_NOTICE, "event=rekeying.taken directory=%llu",
             (unsigned long long)membership_directory(x->membership)->sequence);
    membership_files(x->membership, &files);
    files.directory = membership_note(x->membership);
    proofs_invalidate(x->proofs);
    tick_members_changed(x);
    tick_again(x);
    return tick_begin(x, err) && federation_save(x->db, &files, membership_directory(x->membership)->sequence, err) &&
           log_taken(x, files.identity, err);
}

bool rekeying_follow(struct exchange *x, struct error *err)
{
    const struct sign_key *next;
    uint8_t key[KEY_SIZE];
    struct error why;
    struct peer own;

    if (x->read_only || own_note_stopped(x) || !vault_has_next_identity(x->vault) ||
        !membership_find_peer(x->membership, address_view(membership_own(x->membership)), &own) ||
        own.identity == NULL || memcmp(own.identity_key, membership_identity_key(x->membership), KEY_SIZE) == 0)
        return true;
    if (!vault_open_next_identity(x->vault, &next, &why)) { /* it is tried again each day, and at a start */
        log_line(LOG_ERROR, "event=rekeying.not_opened code=%s text=\"%s\"", error_row(why.code)->code, why.text);
        return true;
    }
    sign_key_public(next, key);
    return memcmp(own.identity_key, key, KEY_SIZE) != 0 || take(x, &own, err);
}

bool rekeying_is_unopened(const struct exchange *x)
{
    char path[FILE_PATH_MAX];
    struct sign_key *key = NULL;
    struct error why;
    bool ok = !file_join_path(path, x->home, VAULT_IDENTITY_NEXT, &why) || !file_exists(path) ||
              sign_key_open(path, &key, &why);

    sign_key_free(key);
    return !ok;
}

bool rekeying_made(struct exchange *x, const struct succession *s)
{
    const struct sign_key *next;
    uint8_t key[KEY_SIZE];
    struct error why;

    if (x->read_only || memcmp(s->old_key, membership_identity_key(x->membership), KEY_SIZE) != 0 ||
        !vault_has_next_identity(x->vault) || !vault_open_next_identity(x->vault, &next, &why))
        return false;
    sign_key_public(next, key);
    return memcmp(s->new_key, key, KEY_SIZE) == 0;
}

bool rekeying_settle(struct exchange *x, struct error *err)
{
    bool changed;

    if (!vault_settle_identity(x->vault, membership_identity_key(x->membership), &changed, err))
        return false;
    if (!changed)
        return true;
    log_line(LOG_NOTICE, "event=rekeying.settled");
    exchange_request_rekeyed(x->home);
    tick_day_again(x); /* with its work bundle and entry are signed anew, which grows the log */
    return true;
}
