#include "exchange/consent/consent_book.h"

#include "base/secret.h"
#include "codec/consent_codec.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_refusals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/case_store.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_MAX 256  /* entries kept between ticks: each a few kilobytes */
#define IDLE_MS   3000 /* an entry that nothing asked for so long is wiped: it says what she agreed to, and with whom */

struct cached {
    struct cached *next;
    bool stale;
    bool opened;     /* its content was; else nothing is permitted under it */
    int64_t used_ms; /* when it was last asked for; steady */
    struct consent_entry entry;
    struct bytes bytes;
    struct bytes closed;
    struct bytes triage;
    struct arena arena;
};

struct consent_book {
    struct cached *cached; /* newest first */
    int64_t wake_ms;       /* when the next entry is to be wiped; steady; 0: there is none */
};

static struct cell content_cell(const struct consent_row *row)
{
    return (struct cell){
        .slot = row->slot, .section = "consent", .table = "consent", .row = row->number, .column = "sealed"};
}

struct consent_book *consent_book_new(void)
{
    return xnew(sizeof(struct consent_book));
}

static struct cached *cached_new(void)
{
    struct cached *k = xnew(sizeof *k);

    k->bytes.wiping = true;
    k->closed.wiping = true;
    k->triage.wiping = true;
    k->arena.wiping = true;
    return k;
}

static void cached_free(struct cached *k)
{
    bytes_fini(&k->bytes);
    bytes_fini(&k->closed);
    bytes_fini(&k->triage);
    arena_fini(&k->arena);
    secret_wipe(k, sizeof *k); /* salts: with them what the log commits to could be tested against a guess */
    free(k);
}

void consent_book_free(struct consent_book *b)
{
    if (b == NULL)
        return;
    while (b->cached != NULL) {
        struct cached *k = b->cached;

        b->cached = k->next;
        cached_free(k);
    }
    free(b);
}

static bool is_in_use(const struct cached *k, int64_t now)
{
    return !k->stale && now >= k->used_ms && now < k->used_ms + IDLE_MS;
}

void consent_book_end_tick(struct exchange *x)
{
    struct consent_book *b = x->consents;
    struct cached **at = &b->cached;
    int64_t now = tick_steady_ms(x);
    size_t n = 0;

    b->wake_ms = 0;
    while (*at != NULL) {
        struct cached *k = *at;

        if (is_in_use(k, now) && ++n <= CACHE_MAX) {
            if (b->wake_ms == 0 || k->used_ms + IDLE_MS < b->wake_ms)
                b->wake_ms = k->used_ms + IDLE_MS;
            at = &k->next;
            continue;
        }
        *at = k->next;
        cached_free(k);
    }
}

int64_t consent_book_wake_ms(const struct exchange *x)
{
    return x->consents->wake_ms;
}

void consent_book_invalidate(struct exchange *x, int64_t number)
{
    x->consent_changes++;
    for (struct cached *k = x->consents->cached; k != NULL; k = k->next)
        if (k->entry.row.number == number)
            k->stale = true;
}

void consent_book_invalidate_all(struct exchange *x)
{
    for (struct cached *k = x->consents->cached; k != NULL; k = k->next)
        k->stale = true;
}

/* --- opening --- */

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

static void close_receipt(struct cached *k)
{
    const struct consent_receipt *r = &k->entry.receipt;
    struct consent_receipt closed;

    k->entry.closed = k->entry.bytes;
    if (consent_receipt_is_closed(r) || r->shown_count == 0 || r->shown[0].place != 0)
        return; /* as it came; or she said no, and it is sent to nobody */
    consent_commitment_close(r, &closed);
    consent_receipt_encode(&closed, &k->closed);
    k->entry.closed = bytes_view(&k->closed);
}

/* The receipt that shows of the grants with sections only those for triage alone. */
static void open_triage(struct cached *k)
{
    const struct consent_receipt *r = &k->entry.receipt;
    struct shown_grant *shown = arena_new(&k->arena, (r->shown_count + 1) * sizeof *shown);
    struct consent_receipt part = *r;

    part.shown_count = 0;
    for (size_t i = 0; i < r->shown_count; i++)
        if ((r->shown[i].grant.sections & ~SECTION_BIT(SECTION_TRIAGE)) == 0)
            shown[part.shown_count++] = r->shown[i];
    k->entry.triage = k->entry.bytes;
    if (part.shown_count == r->shown_count)
        return;
    part.shown = shown;
    consent_receipt_encode(&part, &k->triage);
    k->entry.triage = bytes_view(&k->triage);
}

/* Of one taken here, the salt of its case lies before the receipt, and never leaves. */
static bool split_content(struct exchange *x, struct cached *k, const uint8_t **case_salt, struct error *err)
{
    struct view content = bytes_view(&k->bytes);

    *case_salt = content.at;
    k->entry.bytes = content;
    if (!consent_agreement_is_own(x, &k->entry.row))
        return true;
    if (content.size < COMMIT_SALT_SIZE)
        return error_set(err, E_LOG_02, "a stored consent is too short");
    k->entry.bytes = view_of(content.at + COMMIT_SALT_SIZE, content.size - COMMIT_SALT_SIZE);
    return true;
}

static bool fill_entry(struct cached *k, struct error *err)
{
    struct consent_entry *e = &k->entry;
    struct grant *grants;

    if (!consent_receipt_decode(e->bytes, &k->arena, &e->receipt, err))
        return error_wrap(err, "a stored consent");
    grants = arena_new(&k->arena, (e->receipt.shown_count + 1) * sizeof *grants);
    for (size_t i = 0; i < e->receipt.shown_count; i++)
        grants[i] = e->receipt.shown[i].grant;
    e->grants = grants;
    e->grant_count = e->receipt.shown_count;
    close_receipt(k);
    open_triage(k);
    return true;
}

/* Opens SEALED into the entry of K, whose row is set; false: it does not open. */
static bool open_sealed(struct exchange *x, struct cached *k, struct view sealed, const uint8_t **case_salt)
{
    struct cell where = content_cell(&k->entry.row);
    struct error why;

    return vault_open_cell(x->vault, &where, sealed, &k->bytes, &why) && split_content(x, k, case_salt, &why) &&
           fill_entry(k, &why);
}

static bool is_refusal(const struct exchange *x, const struct consent_row *row)
{
    const struct consent_fact *f = consent_log_find(x->consent_log, &row->agency, &row->id);

    return f != NULL && f->state == CONSENT_REFUSED;
}

static bool open_entry(struct exchange *x, struct cached *k, struct error *err)
{
    struct bytes sealed = {0};
    const uint8_t *case_salt = NULL;
    struct ident case_id;
    bool found;
    bool ok = consent_store_content(x->db, k->entry.row.number, &found, &sealed, err);

    k->opened = ok && found && open_sealed(x, k, bytes_view(&sealed), &case_salt);
    bytes_fini(&sealed);
    k->entry.of_case = true;
    if (!k->opened) { /* somebody changed it: a tick that failed for it would fail again after each start */
        k->entry = (struct consent_entry){.row = k->entry.row, .of_case = true};
        return ok;
    }
    if (k->entry.row.case_number != 0 && !matches_case(x, &k->entry, case_salt, &case_id, &k->entry.of_case, err))
        return false;
    k->entry.matches_log = k->entry.of_case && matches_log(x, &k->entry);
    return k->entry.row.case_number == 0 || is_refusal(x, &k->entry.row) ||
           consent_refusals_after(x, &k->entry.row, &case_id, recipient_of(&k->entry), &k->entry.said_no,
                                  &k->entry.no_unknown, err);
}

bool consent_book_get(struct exchange *x, int64_t number, struct consent_entry **out, struct error *err)
{
    struct consent_book *b = x->consents;
    struct cached *k;
    bool found;

    for (k = b->cached; k != NULL; k = k->next)
        if (!k->stale && k->entry.row.number == number) {
            k->used_ms = tick_steady_ms(x);
            *out = &k->entry;
            return true;
        }
    k = cached_new();
    k->used_ms = tick_steady_ms(x);
    if (!consent_store_get(x->db, number, &found, &k->entry.row, err)) {
        cached_free(k);
        return false;
    }
    if (!found) {
        cached_free(k);
        return error_set(err, E_BUG_01, "a consent's row is missing");
    }
    if (!open_entry(x, k, err)) {
        cached_free(k);
        return false;
    }
    k->next = b->cached;
    b->cached = k;
    *out = &k->entry;
    return true;
}

bool consent_book_get_of(struct exchange *x, const struct consent_row *row, struct consent_entry **out,
                         struct error *err)
{
    if (!consent_book_get(x, row->number, out, err))
        return false;
    if ((*out)->row.case_number == row->case_number)
        return true;
    consent_book_invalidate(x, row->number);
    return consent_book_get(x, row->number, out, err);
}

static bool is_for_recipient(const struct consent_entry *e)
{
    return view_equal(recipient_of(e), address_view(&e->row.recipient));
}

enum consent_difference consent_book_compare(struct exchange *x, const struct consent_row *row)
{
    struct cached *k = cached_new();
    struct error why = {0};
    bool moved;
    bool same;

    k->entry.row = *row;
    k->entry.of_case = true;
    same = open_entry(x, k, &why) && k->entry.matches_log && is_for_recipient(&k->entry);
    moved = !k->entry.of_case;
    cached_free(k);
    return same ? CONSENT_AGREES : moved ? CONSENT_DIFFERS_CASE : CONSENT_DIFFERS_CONTENT;
}

/* The slot that opens SEALED, which is the content of ROW; that of the row, if none does. */
static uint64_t slot_of_content(struct exchange *x, const struct consent_row *row, struct view sealed)
{
    struct bytes plain = {.wiping = true};
    struct cell where = content_cell(row);
    uint64_t slot = row->slot;
    struct error why;

    if (!vault_open_cell(x->vault, &where, sealed, &plain, &why))
        (void)vault_find_slot(x->vault, &where, sealed, &slot);
    bytes_fini(&plain);
    return slot;
}

/* Opens the content with the number of ROW, under whichever slot; *KNOWN: it is what the log commits to for ROW, which
 * has the right slot and recipient then. */
static bool recognise(struct exchange *x, struct consent_row *row, struct cached *k, const uint8_t **case_salt,
                      bool *known, struct error *err)
{
    struct bytes sealed = {0};
    bool found;
    bool ok = consent_store_content(x->db, row->number, &found, &sealed, err);

    *known = false;
    k->entry.row = *row;
    if (ok && found) {
        k->entry.row.slot = slot_of_content(x, row, bytes_view(&sealed));
        *known = open_sealed(x, k, bytes_view(&sealed), case_salt) && matches_log(x, &k->entry);
    }
    if (*known) {
        row->slot = k->entry.row.slot;
        if (k->entry.grant_count > 0)
            (void)address_read(k->entry.grants[0].recipient, &row->recipient);
    }
    bytes_fini(&sealed);
    return ok;
}

bool consent_book_correct(struct exchange *x, struct consent_row *row, bool *known, struct error *err)
{
    struct cached *k = cached_new();
    const uint8_t *case_salt;
    bool ok = recognise(x, row, k, &case_salt, known, err);

    cached_free(k);
    return ok;
}

bool consent_book_opens(struct exchange *x, const struct consent_row *row, uint64_t slot, bool *opens,
                        struct error *err)
{
    struct bytes sealed = {0};
    struct bytes plain = {.wiping = true};
    struct cell where = content_cell(row);
    struct error why;
    bool found;
    bool ok = consent_store_content(x->db, row->number, &found, &sealed, err);

    where.slot = slot;
    *opens = ok && found && vault_open_cell(x->vault, &where, bytes_view(&sealed), &plain, &why);
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

bool consent_book_recognise(struct exchange *x, struct consent_row *row, bool *known, struct error *err)
{
    struct cached *k = cached_new();
    struct case_search c = {.receipt = &k->entry.receipt, .number = row->case_number};
    bool ok = recognise(x, row, k, &c.salt, known, err);

    c.recipient = recipient_of(&k->entry);
    if (ok && *known)
        ok = case_store_walk(x->db, look_at_case, &c, err);
    row->case_number = c.number;
    cached_free(k);
    return ok;
}

enum purpose consent_entry_purpose(const struct consent_entry *c)
{
    for (size_t i = 0; i < c->grant_count; i++)
        if (c->grants[i].sections == 0)
            return c->grants[i].purpose;
    return 0;
}

bool consent_book_slot(struct exchange *x, int64_t number, uint64_t *slot, struct error *err)
{
    struct consent_row row;
    bool found;

    *slot = VAULT_OWN_SLOT;
    if (number == 0)
        return true;
    for (const struct cached *k = x->consents->cached; k != NULL; k = k->next)
        if (!k->stale && k->entry.row.number == number) {
            *slot = k->entry.row.slot;
            return true;
        }
    if (!consent_store_get(x->db, number, &found, &row, err))
        return false;
    if (found)
        *slot = row.slot;
    return found || error_set(err, E_LOG_02, "the consent of a message is missing");
}

struct listed {
    struct listed *next;
    struct consent_row row;
};

struct row_list {
    struct exchange *x;
    struct listed *first;
    struct listed **end;
};

static bool list_row(void *cookie, const struct consent_row *row, struct error *err)
{
    struct row_list *l = cookie;
    struct listed *one = arena_new(&l->x->tick_arena, sizeof *one);

    (void)err;
    one->row = *row;
    *l->end = one;
    l->end = &one->next;
    return true;
}

/* All rows are read before the first callback: a callback may open a consent, which walks the same case. */
bool consent_book_walk_case(struct exchange *x, int64_t case_number, consent_store_row_fn *on_row, void *cookie,
                            struct error *err)
{
    struct row_list l = {.x = x, .end = &l.first};

    if (!consent_store_walk_case(x->db, case_number, list_row, &l, err))
        return false;
    for (const struct listed *one = l.first; one != NULL; one = one->next)
        if (!on_row(cookie, &one->row, err))
            return false;
    return true;
}

bool consent_book_find(struct exchange *x, const struct ident *id, struct view receipt, bool *found,
                       struct consent_row *out, struct error *err)
{
    struct consent_receipt decoded;
    struct address taker;
    struct error why;

    for (const struct cached *k = x->consents->cached; k != NULL; k = k->next)
        if (!k->stale && ident_equal(&k->entry.row.id, id) && view_equal(k->entry.bytes, receipt)) {
            *found = true;
            *out = k->entry.row;
            return true;
        }
    *found = false;
    if (!consent_receipt_decode(receipt, &x->tick_arena, &decoded, &why) ||
        !address_read(decoded.header.agency, &taker))
        return true; /* refused by consent_received_check */
    return consent_store_find(x->db, &taker, id, found, out, err);
}

/* --- storing --- */

bool consent_book_add_row(struct exchange *x, struct consent_row *row, struct view content, struct error *err)
{
    struct bytes sealed = {0};
    struct cell where;
    bool ok;

    if (!vault_alloc_slot(x->vault, x->db, &row->slot, err) || !consent_store_next_number(x->db, &row->number, err))
        return false;
    x->consent_changes++;
    where = content_cell(row);
    ok = vault_seal_cell(x->vault, &where, content, &sealed, err) &&
         consent_store_add(x->db, row, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    return ok;
}

bool consent_book_replace_content(struct exchange *x, const struct consent_row *row, struct view bytes,
                                  struct consent_entry **out, struct error *err)
{
    struct cell where = content_cell(row);
    struct bytes sealed = {0};
    bool ok = vault_seal_cell(x->vault, &where, bytes, &sealed, err) &&
              consent_store_set_content(x->db, row->number, bytes_view(&sealed), err);

    bytes_fini(&sealed);
    consent_book_invalidate(x, row->number);
    return ok && consent_book_get(x, row->number, out, err);
}
