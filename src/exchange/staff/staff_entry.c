#include "exchange/staff/staff_entry.h"

#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

static struct cell cell_of(const struct staff_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "staff",
                         .table = "staff",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

bool staff_entry_seal(struct exchange *x, const struct staff_row *row, const struct staff_entry *entry,
                      struct bytes *sealed, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct cell where = cell_of(row);
    bool ok;

    REQUIRE(x->in_transaction && (entry->uid == 0 || entry->roles != 0)); /* of who left no Unix user is kept */
    staff_entry_encode(entry, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), sealed, err);
    bytes_fini(&plain);
    return ok;
}

bool staff_entry_open(struct exchange *x, const struct staff_row *row, struct staff_entry *out, struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct cell where = cell_of(row);

    return vault_open_cell(x->vault, &where, row->sealed, plain, err) &&
           staff_entry_decode(bytes_view(plain), &x->tick_arena, out, err);
}
