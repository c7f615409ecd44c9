/* exchange_consent_list: the consents of one case, or a page of all. */
#include "exchange/consent/consent_calls.h"

#include "exchange/access/holders.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/consent_summary.h"
#include "exchange/search/listing.h"
#include "exchange/state.h"

struct consent_list {
    struct exchange *x;
    struct listing listing;
    exchange_on_consent_fn *on_item;
    void *cookie;
};

static bool tell_consent(struct consent_list *l, const struct consent_row *row, bool *told, struct error *err)
{
    struct control_consent out;

    return holders_show_consent(l->x, row, told, err) &&
           (!*told || (consent_summary_fill(l->x, row, &out, err) && l->on_item(l->cookie, &out, err)));
}

/* The case was found: what was agreed to of it is shown with it. */
static bool list_consent_of_case(void *cookie, const struct consent_row *row, struct error *err)
{
    struct consent_list *l = cookie;
    struct control_consent out;

    return consent_summary_fill(l->x, row, &out, err) && l->on_item(l->cookie, &out, err);
}

static bool list_consent(void *cookie, const struct consent_row *row, bool *more, struct error *err)
{
    struct consent_list *l = cookie;
    bool told;

    if (!tell_consent(l, row, &told, err))
        return false;
    *more = listing_note(&l->listing, row->number, told);
    return true;
}

static bool choose(struct consent_list *l, const struct control_consent_list_ask *ask, int64_t *after,
                   struct error *err)
{
    struct list_rows *rows = &l->listing.rows;
    struct consent_row row = {.number = 0};
    struct ident id;
    bool found;

    if (ask->choice_count != 0) {
        rows->direction = ask->choice->direction;
        rows->states = ask->choice->state != 0 ? UINT32_C(1) << ask->choice->state : 0;
        if (ask->choice->agency.text[0] != '\0')
            rows->agency = address_view(&ask->choice->agency);
    }
    if (listing_is_continued(ask->choice, ask->choice_count, &id)) {
        if (!consent_store_find_named(l->x->db, membership_own(l->x->membership), &id, &found, &row, err) ||
            !holders_find_consent(l->x, &row, &found, err))
            return false;
        if (!found)
            return error_set(err, E_CON_06, "there is no such consent here to go on behind");
    }
    *after = row.number;
    return true;
}

bool exchange_consent_list(struct exchange *x, const struct control_consent_list_ask *ask, struct walk_step *step,
                           exchange_on_consent_fn *on_item, void *cookie, struct error *err)
{
    struct consent_list l = {.x = x, .on_item = on_item, .cookie = cookie};
    struct case_row c;
    int64_t last;
    int64_t after = 0;

    if (!consent_snapshot_need(x, err))
        return false;
    if (!ident_is_zero(&ask->case_id))
        return casebook_find(x, &ask->case_id, &c, err) &&
               consent_book_walk_case(x, c.number, list_consent_of_case, &l, err);
    listing_begin(&l.listing, ask->choice, ask->choice_count, step);
    if (!consent_store_last(x->db, &last, err) || !choose(&l, ask, &after, err))
        return false;
    if (!listing_has_window(&l.listing, last, after))
        return true;
    if (!consent_store_list(x->db, &l.listing.rows, list_consent, &l, err))
        return false;
    listing_end(&l.listing);
    return true;
}
