#include "exchange/consent/consent_book.h"

#include "codec/consent_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#include <stdlib.h>

#define CACHE_MAX 256  /* entries kept between ticks: each a few kilobytes */
#define IDLE_MS   3000 /* an entry that nothing asked for so long is wiped: it says what she agreed to, and with whom */

struct cached {
    struct cached *next;
    bool stale;
    int64_t used_ms; /* when it was last asked for; steady */
    struct opened_consent *opened;
};

struct consent_book {
    struct cached *cached; /* newest first */
    int64_t wake_ms;       /* when the next entry is to be wiped; steady; 0: there is none */
    uint64_t changes;      /* of rows of consents, by this program */
};

struct consent_book *consent_book_new(void)
{
    return xnew(sizeof(struct consent_book));
}

static struct cached *cached_new(struct exchange *x)
{
    struct cached *k = xnew(sizeof *k);

    k->used_ms = tick_steady_ms(x);
    k->opened = consent_content_new();
    return k;
}

static void cached_free(struct cached *k)
{
    consent_content_free(k->opened);
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
    return !k->stale && now < k->used_ms + IDLE_MS;
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

void consent_book_changed(struct exchange *x)
{
    x->consents->changes++;
}

uint64_t consent_book_changes(const struct exchange *x)
{
    return x->consents->changes;
}

void consent_book_invalidate(struct exchange *x, int64_t number)
{
    consent_book_changed(x);
    for (struct cached *k = x->consents->cached; k != NULL; k = k->next)
        if (k->opened->entry.row.number == number)
            k->stale = true;
}

void consent_book_invalidate_all(struct exchange *x)
{
    for (struct cached *k = x->consents->cached; k != NULL; k = k->next)
        k->stale = true;
}

bool consent_book_get(struct exchange *x, int64_t number, struct consent_entry **out, struct error *err)
{
    struct consent_book *b = x->consents;
    struct cached *k;
    bool found;

    for (k = b->cached; k != NULL; k = k->next)
        if (!k->stale && k->opened->entry.row.number == number) {
            k->used_ms = tick_steady_ms(x);
            *out = &k->opened->entry;
            return true;
        }
    k = cached_new(x);
    if (!consent_store_get(x->db, number, &found, &k->opened->entry.row, err)) {
        cached_free(k);
        return false;
    }
    if (!found) {
        cached_free(k);
        return error_set(err, E_BUG_01, "a consent's row is missing");
    }
    if (!consent_content_open(x, k->opened, err)) {
        cached_free(k);
        return false;
    }
    k->next = b->cached;
    b->cached = k;
    *out = &k->opened->entry;
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

bool consent_book_slot(struct exchange *x, int64_t number, uint64_t *slot, struct error *err)
{
    struct consent_row row;
    bool found;

    *slot = VAULT_OWN_SLOT;
    if (number == 0)
        return true;
    for (const struct cached *k = x->consents->cached; k != NULL; k = k->next)
        if (!k->stale && k->opened->entry.row.number == number) {
            *slot = k->opened->entry.row.slot;
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
        if (!k->stale && ident_equal(&k->opened->entry.row.id, id) && view_equal(k->opened->entry.bytes, receipt)) {
            *found = true;
            *out = k->opened->entry.row;
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
    bool ok;

    if (!vault_alloc_slot(x->vault, x->db, &row->slot, err))
        return false;
    row->number = consent_store_next_number(x->db);
    consent_book_changed(x);
    ok = consent_content_seal(x, row, content, &sealed, err) && consent_store_add(x->db, row, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    return ok;
}

bool consent_book_replace_content(struct exchange *x, const struct consent_row *row, struct view bytes,
                                  struct consent_entry **out, struct error *err)
{
    struct bytes sealed = {0};
    bool ok = consent_content_seal(x, row, bytes, &sealed, err) &&
              consent_store_set_content(x->db, row->number, bytes_view(&sealed), err);

    bytes_fini(&sealed);
    consent_book_invalidate(x, row->number);
    return ok && consent_book_get(x, row->number, out, err);
}
