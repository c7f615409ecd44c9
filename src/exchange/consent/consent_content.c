#include "exchange/consent/consent_content.h"

#include "base/secret.h"
#include "codec/consent_messages.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_refusals.h"
#include "exchange/exchange_status.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/case_store.h"

#include <stdlib.h>

static struct cell content_cell(const struct consent_row *row)
{
    return (struct cell){
        .slot = row->slot, .section = "consent", .table = "consent", .row = row->number, .column = "sealed"};
}

bool consent_content_seal(struct exchange *x, const struct consent_row *row, struct view content, struct bytes *sealed,
                          struct error *err)
{
    struct cell where = content_cell(row);

    return vault_seal_cell(x->vault, &where, content, sealed, err);
}

struct opened_consent *consent_content_new(void)
{
    struct opened_consent *o = xnew(sizeof *o);

    o->bytes.wiping = true;
    o->again.wiping = true;
    o->closed.wiping = true;
    o->triage.wiping = true;
    o->arena.wiping = true;
    return o;
}

void consent_content_free(struct opened_consent *o)
{
    bytes_fini(&o->bytes);
    bytes_fini(&o->again);
    bytes_fini(&o->closed);
    bytes_fini(&o->triage);
    arena_fini(&o->arena);
    secret_wipe(o, sizeof *o); /* salts: with them what the log commits to could be tested against a guess */
    free(o);
}

/* --- opened, and compared with the log --- */

/* Whom it is for: a yes says so itself, of a no only its row does. */
static struct view recipient_of(const struct consent_entry *e)
{
    return e->grant_count != 0 ? e->grants[0].recipient : address_view(&e->row.recipient);
}

/* Whether it is of the case of its row: one that was moved to another case would let that person's data out. A no is
 * so of its recipient, too: one that was moved to another would not be hers to whom she said it. */
static bool matches_case(struct exchange *x, const struct consent_entry *e, const uint8_t *salt, struct ident *case_id,
                         bool *matches, struct error *err)
{
    struct case_row row = {0};
    bool found;

    if (!case_store_get(x->db, e->row.case_number, &found, &row, err))
        return false;
    *case_id = row.id;
    *matches = found && consent_commitment_is_of_case(&e->receipt, salt, &row.id, recipient_of(e));
    return true;
}

/* Whether the log, by CONSENT where it was taken here and by TAKEN where it came with data, commits to this content. */
static bool matches_log(struct exchange *x, const struct consent_entry *e)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &e->row.agency, &e->row.id);
    struct hash commitment;

    return f != NULL && consent_commitment_of(&e->receipt, &commitment) && hash_equal(&commitment, &f->commitment) &&
           ident_equal(&e->receipt.header.consent, &e->row.id) &&
           view_equal(e->receipt.header.agency, address_view(&e->row.agency));
}

static void close_receipt(struct opened_consent *o)
{
    const struct consent_receipt *r = &o->entry.receipt;
    struct consent_receipt closed;

    o->entry.closed = o->entry.bytes;
    if (consent_receipt_is_closed(r) || r->shown_count == 0 || r->shown[0].place != 0)
        return; /* as it came; or she said no, and it is sent to nobody */
    consent_commitment_close(r, &closed);
    consent_receipt_encode(&closed, &o->closed);
    o->entry.closed = bytes_view(&o->closed);
}

/* The receipt that shows of the grants with sections only those for triage alone. */
static void open_triage(struct opened_consent *o)
{
    const struct consent_receipt *r = &o->entry.receipt;
    struct shown_grant *shown = arena_new(&o->arena, (r->shown_count + 1) * sizeof *shown);
    struct consent_receipt part = *r;

    part.shown_count = 0;
    for (size_t i = 0; i < r->shown_count; i++)
        if ((r->shown[i].grant.sections & ~SECTION_BIT(SECTION_TRIAGE)) == 0)
            shown[part.shown_count++] = r->shown[i];
    o->entry.triage = o->entry.bytes;
    if (part.shown_count == r->shown_count)
        return;
    part.shown = shown;
    consent_receipt_encode(&part, &o->triage);
    o->entry.triage = bytes_view(&o->triage);
}

/* Of one taken here, the salt of its case lies before the receipt, and never leaves. */
static bool split_content(struct exchange *x, struct opened_consent *o, const uint8_t **case_salt, struct error *err)
{
    struct view content = bytes_view(&o->bytes);

    *case_salt = content.at;
    o->entry.bytes = content;
    if (!consent_agreement_is_own(x, &o->entry.row))
        return true;
    if (content.size < COMMIT_SALT_SIZE)
        return error_set(err, E_LOG_02, "a stored consent is too short");
    o->entry.bytes = view_of(content.at + COMMIT_SALT_SIZE, content.size - COMMIT_SALT_SIZE);
    return true;
}

/* Of one that was taken here before the identity key was replaced, the stored proof is by a key that nobody
 * believes. */
static bool prove_again(struct exchange *x, struct opened_consent *o, struct error *err)
{
    struct consent_entry *e = &o->entry;
    struct audit_proof proof;
    bool again;

    if (x->read_only || !consent_agreement_is_own(x, &e->row))
        return true;
    if (!audit_prove_again(x->audit, e->row.record_index, &o->arena, &again, &proof, err))
        return false;
    if (!again || !view_equal(proof.record, e->receipt.record_bytes))
        return true;
    e->receipt.path = proof.path;
    e->receipt.checkpoint = proof.checkpoint;
    consent_receipt_encode(&e->receipt, &o->again);
    e->bytes = bytes_view(&o->again);
    return true;
}

static bool fill_entry(struct exchange *x, struct opened_consent *o, struct error *err)
{
    struct consent_entry *e = &o->entry;
    struct grant *grants;

    if (!consent_receipt_decode(e->bytes, &o->arena, &e->receipt, err))
        return error_wrap(err, "a stored consent");
    if (!prove_again(x, o, err))
        return false;
    grants = arena_new(&o->arena, (e->receipt.shown_count + 1) * sizeof *grants);
    for (size_t i = 0; i < e->receipt.shown_count; i++)
        grants[i] = e->receipt.shown[i].grant;
    e->grants = grants;
    e->grant_count = e->receipt.shown_count;
    close_receipt(o);
    open_triage(o);
    return true;
}

/* Opens the cell WHERE into PLAIN: *OPENED. False: the disk did not give its key, E-KEY-21. */
static bool open_cell(struct exchange *x, const struct cell *where, struct view sealed, struct bytes *plain,
                      bool *opened, struct error *err)
{
    *opened = vault_open_cell(x->vault, where, sealed, plain, err);
    return *opened || err->code != E_KEY_21;
}

/* Opens SEALED into the entry of O, whose row is set: *OPENED. */
static bool open_sealed(struct exchange *x, struct opened_consent *o, struct view sealed, const uint8_t **case_salt,
                        bool *opened, struct error *err)
{
    struct cell where = content_cell(&o->entry.row);
    struct error why = {0};

    if (!open_cell(x, &where, sealed, &o->bytes, opened, err))
        return false;
    *opened = *opened && split_content(x, o, case_salt, &why) && fill_entry(x, o, &why);
    return true;
}

static bool is_refusal(const struct exchange *x, const struct consent_row *row)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);

    return f != NULL && f->state == CONSENT_REFUSED;
}

bool consent_content_open(struct exchange *x, struct opened_consent *o, struct error *err)
{
    struct bytes sealed = {0};
    const uint8_t *case_salt = NULL;
    struct ident case_id;
    bool opened = false;
    bool found;
    bool ok = consent_store_content(x->db, o->entry.row.number, &found, &sealed, err);

    ok = ok && (!found || open_sealed(x, o, bytes_view(&sealed), &case_salt, &opened, err));
    bytes_fini(&sealed);
    o->entry.of_case = true;
    if (!opened) { /* somebody changed it: a tick that failed for it would fail again after each start */
        o->entry = (struct consent_entry){.row = o->entry.row, .of_case = true};
        return ok;
    }
    if (o->entry.row.case_number != 0 && !matches_case(x, &o->entry, case_salt, &case_id, &o->entry.of_case, err))
        return false;
    o->entry.matches_log = o->entry.of_case && matches_log(x, &o->entry);
    return o->entry.row.case_number == 0 || is_refusal(x, &o->entry.row) ||
           consent_refusals_after(x, &o->entry.row, &case_id, recipient_of(&o->entry), &o->entry.said_no,
                                  &o->entry.no_unknown, err);
}

static bool is_for_recipient(const struct consent_entry *e)
{
    return view_equal(recipient_of(e), address_view(&e->row.recipient));
}

bool consent_content_compare(struct exchange *x, const struct consent_row *row, enum consent_difference *out,
                             struct error *err)
{
    struct opened_consent *o = consent_content_new();
    bool opened;
    bool moved;
    bool same;

    o->entry.row = *row;
    o->entry.of_case = true;
    opened = consent_content_open(x, o, err);
    same = opened && o->entry.matches_log && is_for_recipient(&o->entry);
    moved = !o->entry.of_case;
    consent_content_free(o);
    if (!opened && err->code != E_STO_04)
        return false;
    *out = same ? CONSENT_AGREES : moved ? CONSENT_DIFFERS_CASE : CONSENT_DIFFERS_CONTENT;
    return true;
}

bool consent_content_last_day(struct exchange *x, const struct consent_row *row, uint32_t *day, struct error *err)
{
    struct opened_consent *o = consent_content_new();
    bool ok;

    o->entry.row = *row;
    ok = consent_content_open(x, o, err);
    *day = ok && o->entry.matches_log ? o->entry.receipt.header.until : UINT32_MAX;
    consent_content_free(o);
    return ok;
}

/* *SLOT: that which opens SEALED, which is the content of ROW; that of the row, if none does. */
static bool find_slot_of(struct exchange *x, const struct consent_row *row, struct view sealed, uint64_t *slot,
                         struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct cell where = content_cell(row);
    bool opened;
    bool ok = open_cell(x, &where, sealed, &plain, &opened, err);

    *slot = row->slot;
    if (ok && !opened)
        ok = vault_find_slot(x->vault, &where, sealed, slot, err);
    bytes_fini(&plain);
    return ok;
}

/* Opens the content with the number of ROW, under whichever slot; *KNOWN: it is what the log commits to for ROW, which
 * has the right slot and recipient then. */
static bool recognise(struct exchange *x, struct consent_row *row, struct opened_consent *o, const uint8_t **case_salt,
                      bool *known, struct error *err)
{
    struct bytes sealed = {0};
    bool found;
    bool ok = consent_store_content(x->db, row->number, &found, &sealed, err);

    *known = false;
    o->entry.row = *row;
    if (ok && found)
        ok = find_slot_of(x, row, bytes_view(&sealed), &o->entry.row.slot, err) &&
             open_sealed(x, o, bytes_view(&sealed), case_salt, known, err);
    *known = ok && *known && matches_log(x, &o->entry);
    if (*known) {
        row->slot = o->entry.row.slot;
        if (o->entry.grant_count > 0)
            (void)address_read(o->entry.grants[0].recipient, &row->recipient);
    }
    bytes_fini(&sealed);
    return ok;
}

bool consent_content_correct(struct exchange *x, struct consent_row *row, bool *known, struct error *err)
{
    struct opened_consent *o = consent_content_new();
    const uint8_t *case_salt;
    bool ok = recognise(x, row, o, &case_salt, known, err);

    consent_content_free(o);
    return ok;
}

bool consent_content_opens(struct exchange *x, const struct consent_row *row, uint64_t slot, bool *opens,
                           struct error *err)
{
    struct bytes sealed = {0};
    struct bytes plain = {.wiping = true};
    struct cell where = content_cell(row);
    bool found;
    bool ok = consent_store_content(x->db, row->number, &found, &sealed, err);

    where.slot = slot;
    *opens = false;
    ok = ok && (!found || open_cell(x, &where, bytes_view(&sealed), &plain, opens, err));
    bytes_fini(&plain);
    bytes_fini(&sealed);
    return ok;
}

struct case_search {
    const struct consent_receipt *receipt;
    const uint8_t *salt;
    struct view recipient;
    int64_t number;
};

static bool look_at_case(void *cookie, const struct case_row *row, struct error *err)
{
    struct case_search *c = cookie;

    (void)err;
    if (consent_commitment_is_of_case(c->receipt, c->salt, &row->id, c->recipient))
        c->number = row->number;
    return true;
}

bool consent_content_recognise(struct exchange *x, struct consent_row *row, bool *known, struct error *err)
{
    struct opened_consent *o = consent_content_new();
    struct case_search c = {.receipt = &o->entry.receipt, .number = row->case_number};
    bool ok = recognise(x, row, o, &c.salt, known, err);

    c.recipient = recipient_of(&o->entry);
    if (ok && *known)
        ok = case_store_walk(x->db, NULL, look_at_case, &c, err);
    row->case_number = c.number;
    consent_content_free(o);
    return ok;
}

enum purpose consent_entry_purpose(const struct consent_entry *c)
{
    for (size_t i = 0; i < c->grant_count; i++)
        if (c->grants[i].sections == 0)
            return c->grants[i].purpose;
    return 0;
}
