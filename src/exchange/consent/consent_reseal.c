#include "exchange/consent/consent_reseal.h"

#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_content.h"
#include "exchange/state.h"
#include "exchange/vault.h"

static bool move(struct exchange *x, struct consent_row *row, struct view content, struct error *err)
{
    struct bytes sealed = {0};
    bool ok = vault_alloc_slot(x->vault, x->db, &row->slot, err) &&
              consent_content_seal(x, row, content, &sealed, err) &&
              consent_store_set_content(x->db, row->number, bytes_view(&sealed), err) &&
              consent_store_update(x->db, row, err);

    bytes_fini(&sealed);
    consent_book_invalidate(x, row->number);
    return ok;
}

bool consent_reseal(struct exchange *x, const struct consent_row *row, uint64_t *old, struct error *err)
{
    struct opened_consent *o = consent_content_new();
    struct consent_row moved = *row;
    bool ok;

    REQUIRE(x->in_transaction);
    *old = VAULT_OWN_SLOT;
    o->entry.row = *row;
    ok = consent_content_open(x, o, err);
    if (ok && o->entry.matches_log && row->slot != VAULT_OWN_SLOT) {
        *old = row->slot;
        ok = move(x, &moved, bytes_view(&o->bytes), err);
    }
    consent_content_free(o);
    return ok;
}
