#include "exchange/consent/consent_request.h"

#include <string.h>

#include "base/text.h"
#include "codec/control_codec.h"
#include "exchange/cases/casebook.h"
#include "exchange/staff/request_mark.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#define FIXED (HASH_SIZE + 4) /* bytes: what was asked, the last day; behind them the ids */

static struct cell request_cell(const struct case_row *row)
{
    return (struct cell){.slot = row->slot,
                         .section = "consent-request",
                         .table = "case_request",
                         .row = row->number,
                         .column = "asked",
                         .owner = ident_view(&row->id)};
}

/* All that was asked but the request id. */
static bool mark_asked(struct exchange *x, const struct control_consent_record_ask *ask, struct hash *out,
                       struct error *err)
{
    struct control_consent_record_ask asked = *ask;
    struct bytes text = {.wiping = true};
    bool ok;

    asked.request_id = (struct view){0};
    bytes_append_text(&text, "refex/consent-asked/v1\n");
    control_consent_record_ask_encode(&asked, &text);
    ok = vault_mark(x->vault, bytes_view(&text), out, err);
    bytes_fini(&text);
    return ok;
}

bool consent_request_put(struct exchange *x, const struct control_consent_record_ask *ask,
                         const struct control_consent_recorded *recorded, struct error *err)
{
    struct case_request_row request = {.count = (uint32_t)ask->to_count, .day = tick_latest_day(x)};
    struct bytes plain = {0};
    struct bytes sealed = {0};
    struct case_row row;
    struct cell where;
    struct request_marks marks;
    struct hash asked;
    bool ok;

    if (ask->request_id.size == 0)
        return true;
    if (!casebook_find(x, &ask->case_id, &row, err) || !mark_asked(x, ask, &asked, err) ||
        !request_marks_make(x, "consent", ask->request_id, &marks, err))
        return false;
    bytes_append_view(&plain, hash_view(&asked));
    bytes_append_u32(&plain, recorded[0].until);
    for (size_t i = 0; i < ask->to_count; i++)
        bytes_append_view(&plain, ident_view(&recorded[i].consent));
    request.case_number = row.number;
    where = request_cell(&row);
    ok = vault_seal_cell(x->vault, &where, bytes_view(&plain), &sealed, err) &&
         case_request_store_add(x->db, &marks.at[0], &request, bytes_view(&sealed), err);
    bytes_fini(&plain);
    bytes_fini(&sealed);
    return ok;
}

/* What was kept with the request id, into PLAIN. */
static bool open_request(struct exchange *x, const struct case_request_row *request, struct view sealed,
                         struct bytes *plain, struct error *err)
{
    struct case_row row;
    struct cell where;
    bool found;

    if (!case_store_get(x->db, request->case_number, &found, &row, err))
        return false;
    if (!found)
        return error_set(err, E_STO_04, "the case of a request id is missing");
    where = request_cell(&row);
    if (!vault_open_cell(x->vault, &where, sealed, plain, err))
        return false;
    return plain->size == FIXED + request->count * sizeof(struct ident) ||
           error_set(err, E_STO_04, "what was kept of a request id is not of its size");
}

static bool answer(struct exchange *x, const struct control_consent_record_ask *ask, struct view kept,
                   struct control_consent_recorded *out, struct error *err)
{
    struct hash asked;

    if (!mark_asked(x, ask, &asked, err))
        return false;
    if (!view_equal(view_of(kept.at, HASH_SIZE), hash_view(&asked)))
        return error_set(err, E_CON_24, "the request id was used for another consent");
    REQUIRE(kept.size == FIXED + ask->to_count * sizeof(struct ident)); /* the same ask names as many */
    for (size_t i = 0; i < ask->to_count; i++) {
        out[i] = (struct control_consent_recorded){.recipient = ask->to[i], .until = read_u32(kept.at + HASH_SIZE)};
        memcpy(out[i].consent.at, kept.at + FIXED + i * IDENT_SIZE, IDENT_SIZE);
    }
    return true;
}

bool consent_request_find(struct exchange *x, const struct control_consent_record_ask *ask,
                          struct control_consent_recorded *out, bool *repeated, struct error *err)
{
    struct case_request_row request;
    struct bytes sealed = {0};
    struct bytes plain = {0};
    struct request_marks marks;
    struct case_row row;
    bool ok;

    *repeated = false;
    if (ask->request_id.size == 0)
        return true;
    if (ask->request_id.size > BOUND_REQUEST_ID || !text_is_utf8(ask->request_id))
        return error_set(err, E_USE_04, "a request id has at most %d bytes", BOUND_REQUEST_ID);
    ok = request_marks_make(x, "consent", ask->request_id, &marks, err) &&
         request_marks_find_of_case(x, &marks, repeated, &request, &sealed, err);
    if (ok && *repeated)
        ok = casebook_find(x, &ask->case_id, &row, err) &&
             open_request(x, &request, bytes_view(&sealed), &plain, err) &&
             answer(x, ask, bytes_view(&plain), out, err);
    bytes_fini(&sealed);
    bytes_fini(&plain);
    return ok;
}
