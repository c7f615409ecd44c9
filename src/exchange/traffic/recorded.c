#include "exchange/traffic/recorded.h"

#include "base/log.h"
#include "codec/audit_messages.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "store/log_store.h"

static bool is_of(const struct record *r, const struct message_row *row)
{
    if (row->direction == DIRECTION_OUT)
        return r->kind == RECORD_DISCLOSED && ident_equal(&r->disclosed.message, &row->id);
    return (r->kind == RECORD_RECEIVED || r->kind == RECORD_REFUSED) && ident_equal(&r->received.message, &row->id);
}

static bool find(struct exchange *x, const struct message_row *row, struct arena *arena, bool *found,
                 struct record *out, struct error *err)
{
    struct bytes stored = {0};
    struct error why = {0};
    struct record r;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, found, &stored, err);

    *found = ok && *found && record_decode(arena_copy(arena, bytes_view(&stored)), arena, &r, &why) && is_of(&r, row);
    bytes_fini(&stored);
    if (*found)
        *out = r;
    return ok;
}

bool recorded_find(struct exchange *x, const struct message_row *row, bool *found, struct record *out,
                   struct error *err)
{
    return find(x, row, &x->tick_arena, found, out, err);
}

/* For whom and as what the log says that ROW, of ours, went. */
static bool find_facts(struct exchange *x, const struct message_row *row, bool *found, struct address *recipient,
                       enum message_kind *kind, struct error *err)
{
    struct arena arena = {0};
    struct record r;
    bool ok = find(x, row, &arena, found, &r, err);

    *found = ok && *found && address_read(r.disclosed.recipient, recipient);
    if (*found)
        *kind = (enum message_kind)r.disclosed.message_kind;
    arena_fini(&arena);
    return ok;
}

bool recorded_mend(struct exchange *x, struct message_row *row, bool *found, bool *changed, struct error *err)
{
    enum message_kind kind = 0;
    struct address recipient;
    struct peer_row peer;
    bool known;

    *changed = false;
    if (!find_facts(x, row, found, &recipient, &kind, err))
        return false;
    if (!*found)
        return true;
    if (!peers_find(x, &recipient, &known, &peer, err))
        return false;
    if (known && row->peer == peer.number && row->kind == kind)
        return true;
    if (!tick_begin(x, err) || (!known && !peers_get_or_add(x, &recipient, &peer, err)))
        return false;
    log_line(LOG_ERROR, "event=message.row_mended record=%llu", (unsigned long long)row->record_index);
    row->peer = peer.number;
    row->kind = kind;
    *changed = true;
    return message_store_set_as_recorded(x->db, row->number, row->peer, row->kind, err);
}
