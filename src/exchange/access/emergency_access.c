/* exchange_case_break_glass: who reads a case that somebody else holds. */
#include "exchange/access/emergency_access.h"

#include "exchange/access/access_calls.h"
#include "exchange/access/exclusions.h"
#include "exchange/access/holders.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "model/spoken_id.h"
#include "store/id_store.h"

#define WORDS_MIN 3 /* of a reason: one word is none */

/* --- whether --- */

bool emergency_access_is_open(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    bool out;

    *is = false;
    if (staff_asker_holds(x) == 0)
        return true;
    if (!exclusions_keep_out_asker(x, row, &out, err))
        return false;
    return out || access_store_is_open(x->db, row->number, staff_asker_holds(x), tick_closing_ms(x), is, err);
}

bool emergency_access_opens(struct exchange *x, const struct case_row *row, bool *opens, struct error *err)
{
    *opens = false;
    return !acting_reads(x) || emergency_access_is_open(x, row, opens, err);
}

/* --- why --- */

static struct cell cell_of(const struct case_row *c, const struct access_row *row)
{
    return (struct cell){.slot = c->slot,
                         .section = "access",
                         .table = "case_access",
                         .row = row->number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

bool emergency_access_reason(struct exchange *x, const struct case_row *c, const struct access_row *row,
                             struct access_reason *out, struct error *err)
{
    struct bytes *plain = tick_plain(x);
    struct cell where = cell_of(c, row);

    return vault_open_cell(x->vault, &where, row->sealed, plain, err) &&
           access_reason_decode(bytes_view(plain), &x->tick_arena, out, err);
}

bool emergency_access_seal(struct exchange *x, const struct case_row *c, const struct access_row *row,
                           const struct access_reason *reason, struct bytes *sealed, struct error *err)
{
    struct bytes plain = {.wiping = true};
    struct cell where = cell_of(c, row);
    bool ok;

    access_reason_encode(reason, &plain);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), sealed, err);
    bytes_fini(&plain);
    return ok;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool check_reason(struct view reason, struct error *err)
{
    unsigned words = 0;

    for (size_t i = 0; i < reason.size; i++)
        words += !is_blank((char)reason.at[i]) && (i == 0 || is_blank((char)reason.at[i - 1]));
    return words >= WORDS_MIN || error_set(err, E_STF_17, "a reason has %d words at least", WORDS_MIN);
}

/* --- opening --- */

struct ids {
    struct ident id;
    size_t count;
};

static bool take_id(void *cookie, const struct ident *id, struct error *err)
{
    struct ids *ids = cookie;

    (void)err;
    ids->id = *id;
    ids->count++;
    return true;
}

/* The one case of the span, whoever holds it; none that he is kept from. A span is one id, or those of one label. */
static bool find_case(struct exchange *x, const struct control_break_glass_ask *ask, struct case_row *row,
                      struct error *err)
{
    struct ids ids = {.count = 0};
    bool found = false;
    bool out = false;

    if (!ident_equal(&ask->first, &ask->last) && !spoken_id_is_span(&ask->first, &ask->last))
        return error_set(err, E_USE_04, "a case is named by its id or its label");
    if (!id_store_walk(x->db, ID_OF_CASE, &ask->first, &ask->last, 2, take_id, &ids, err) ||
        (ids.count == 1 && !case_store_find(x->db, &ids.id, &found, row, err)))
        return false;
    if (found && !exclusions_keep_out_asker(x, row, &out, err))
        return false;
    if (out)
        acting_note_look(x, &row->id);
    return (found && !out) || error_set(err, E_CAS_20, "there is no such case here");
}

static bool record_access(struct exchange *x, const struct case_row *c, const struct access_row *row, struct error *err)
{
    struct record r = {.kind = RECORD_BREAK_GLASS};

    r.access = (struct record_access){.access = row->id, .case_id = c->id, .until_ms = row->until_ms};
    return acting_append(x, &r, err);
}

static bool add(struct exchange *x, const struct case_row *c, struct view reason, struct access_row *row,
                struct error *err)
{
    const struct access_reason why = {.reason = reason};
    struct bytes sealed = {0};
    bool ok = tick_begin(x, err) && access_store_next(x->db, &row->number, err);

    if (ok) {
        ident_random(x->random, &row->id);
        row->case_number = c->number;
        row->staff = staff_asker_holds(x);
        row->since_ms = tick_closing_ms(x);
        row->until_ms = row->since_ms + BOUND_ACCESS_HOURS * HOUR_MS;
        ok = emergency_access_seal(x, c, row, &why, &sealed, err);
        row->sealed = bytes_view(&sealed);
        ok = ok && access_store_add(x->db, row, err) && record_access(x, c, row, err);
        row->sealed = (struct view){0};
    }
    bytes_fini(&sealed);
    return ok;
}

bool exchange_case_break_glass(struct exchange *x, const struct control_break_glass_ask *ask,
                               struct control_case_access *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);
    struct access_row row = {0};
    struct case_row c;
    struct view account;
    bool shown;

    if (!check_reason(ask->reason, err) || !find_case(x, ask, &c, err) || !holders_show_case(x, &c, &shown, err))
        return false;
    if (shown)
        return error_set(err, E_STF_16, "who asks sees the case");
    if (!tick_has_room(x, err) || !tick_call_end(x, mark, add(x, &c, ask->reason, &row, err), err))
        return false;
    *out = (struct control_case_access){
        .access = row.id, .case_id = c.id, .since_ms = row.since_ms, .until_ms = row.until_ms, .reason = ask->reason};
    return staff_asker_names(x, row.staff, &out->staff, &account, err);
}
