#include "exchange/traffic/stored_body.h"

#include "codec/referral_messages.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "model/envelope.h"
#include "store/message_store.h"

static struct cell cell_of(uint64_t slot, int64_t number)
{
    return (struct cell){.slot = slot, .section = "body", .table = "body", .row = number, .column = "sealed"};
}

bool stored_body_put(struct exchange *x, int64_t number, uint64_t slot, const uint8_t *salt, struct view bytes,
                     struct error *err)
{
    struct cell where = cell_of(slot, number);
    struct bytes *plain = tick_plain(x);
    struct bytes sealed = {0};
    bool ok;

    bytes_append(plain, salt, SALT_SIZE);
    bytes_append_view(plain, bytes);
    ok = vault_seal_cell(x->vault, &where, bytes_view(plain), &sealed, err) &&
         message_store_put_body(x->db, number, slot, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    return ok;
}

bool stored_body_open(struct exchange *x, int64_t number, bool *readable, struct stored_body *out, struct error *why,
                      struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct bytes sealed = {0};
    struct cell where;
    uint64_t slot;
    bool found = false;
    bool ok = message_store_body(x->db, number, &found, &slot, &sealed, err);

    if (ok && found) {
        where = cell_of(slot, number);
        found = vault_open_cell(x->vault, &where, bytes_view(&sealed), plain, why) && plain->size > SALT_SIZE;
    }
    bytes_fini(&sealed);
    if (ok && !found && why->code == E_KEY_21) {
        *err = *why;
        ok = false;
    }
    *readable = ok && found;
    if (*readable)
        *out = (struct stored_body){
            .salt = plain->at, .bytes = view_of(plain->at + SALT_SIZE, plain->size - SALT_SIZE), .slot = slot};
    return ok;
}

bool stored_body_move(struct exchange *x, int64_t number, uint64_t from, uint64_t to, struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct bytes sealed = {0};
    struct cell where = cell_of(from, number);
    struct error gone = {0};
    uint64_t slot;
    bool found = false;
    bool ok = message_store_body(x->db, number, &found, &slot, &sealed, err);

    if (ok && found && slot == from && vault_open_cell(x->vault, &where, bytes_view(&sealed), plain, &gone)) {
        bytes_clear(&sealed);
        where = cell_of(to, number);
        ok = vault_seal_cell(x->vault, &where, bytes_view(plain), &sealed, err) &&
             message_store_move_body(x->db, number, to, bytes_view(&sealed), err);
    }
    if (ok && gone.code == E_KEY_21) {
        *err = gone;
        ok = false;
    }
    bytes_fini(&sealed);
    return ok;
}

bool stored_body_decode(struct exchange *x, const struct stored_body *stored, enum message_kind kind, struct body *out,
                        struct error *err)
{
    return body_decode(stored->bytes, &x->tick_arena, out, err) &&
           (out->kind == kind || error_set(err, E_KEY_15, "a stored message is not of the kind that its row says"));
}
