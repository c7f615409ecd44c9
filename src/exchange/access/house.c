/* exchange_house_*: safety pages, for whoever is on duty. */
#include "exchange/access/house_calls.h"

#include "codec/case_codec.h"
#include "exchange/access/exclusions.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/acting.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

static bool opens_desk(const struct exchange *x, const struct case_row *row)
{
    const struct desk_row *d = desks_numbered(x, row->desk);

    return d != NULL && staff_asker_opens_house(x, d);
}

/* Whether she is in the house by ROW: it is not closed, and she has no other case there that it was merged into. What
 * does not open for good hides no page, and no list of the others. */
static bool stays(struct exchange *x, const struct case_row *row, bool *is, struct error *err)
{
    struct case_row into;
    struct case_end end;
    bool merged;

    if (!case_ending_read(x, row, &end, err) || !case_merge_find(x, row, &merged, &into, err)) {
        *is = true;
        return vault_is_lost(err) || err->code == E_STO_04;
    }
    *is = end.closed_ms == 0 && (!merged || !opens_desk(x, &into));
    return true;
}

/* Whether he reads the page of ROW as on duty. */
static bool opens_page(struct exchange *x, const struct case_row *row, bool *opens, struct error *err)
{
    bool out;

    *opens = opens_desk(x, row);
    if (!*opens)
        return true;
    if (!exclusions_keep_out_asker(x, row, &out, err) || !stays(x, row, opens, err))
        return false;
    *opens = *opens && !out;
    return true;
}

/* --- list --- */

struct house_list {
    struct exchange *x;
    const struct desk_row *desk;
    exchange_on_resident_fn *on_item;
    void *cookie;
};

/* A case of which the disk does not give who is kept from it is left out for now. */
static bool list_resident(void *cookie, const struct case_row *row, struct error *err)
{
    const struct house_list *l = cookie;
    struct control_house_resident line = {.case_id = row->id, .desk = view_of_text(l->desk->name)};
    struct error why = {0};
    bool opens;

    if (!opens_page(l->x, row, &opens, &why)) {
        if (why.code != E_KEY_21) {
            *err = why;
            return false;
        }
        tick_read_again(l->x);
        return true;
    }
    return !opens || l->on_item(l->cookie, &line, err);
}

bool exchange_house_list(struct exchange *x, struct walk_step *step, exchange_on_resident_fn *on_item, void *cookie,
                         struct error *err)
{
    size_t i = (size_t)step->end; /* the desk; AFTER is the case of it */
    struct house_list l = {.x = x, .on_item = on_item, .cookie = cookie};

    step->more = false;
    if (i >= desks_count(x))
        return true;
    l.desk = desks_nth(x, i);
    if (staff_asker_opens_house(x, l.desk) &&
        !case_store_walk_desk(x->db, l.desk->number, step, list_resident, &l, err))
        return false;
    if (!step->more) {
        step->after = 0;
        step->end++;
        step->more = i + 1 < desks_count(x);
    }
    return true;
}

/* --- show --- */

static bool keep_next(void *cookie, const struct case_row *next, struct error *err)
{
    (void)err;
    *(struct case_row *)cookie = *next;
    return true;
}

/* What is true of her now stands in the case that took its place, wherever that belongs. */
static bool take_newest(struct exchange *x, struct case_row *row, struct error *err)
{
    const struct case_row named = *row;

    return case_merge_follow(x, &named, keep_next, row, err) || vault_is_lost(err);
}

static bool find_page(struct exchange *x, const struct ident *id, struct case_row *row, struct error *err)
{
    bool opens = false;
    bool found;

    if (!case_store_find(x->db, id, &found, row, err) || (found && !opens_page(x, row, &opens, err)))
        return false;
    return opens ? take_newest(x, row, err) : casebook_find(x, id, row, err);
}

static bool keep_page(struct exchange *x, struct view sections[SECTION_END], struct error *err)
{
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        struct bytes *page;

        if (sections[s].size == 0)
            continue;
        page = tick_plain(x);
        if (!case_section_safety_page(s, sections[s], page, err))
            return false;
        sections[s] = bytes_view(page);
    }
    return true;
}

bool exchange_house_show(struct exchange *x, const struct ident *id, struct case_sections *out, struct error *err)
{
    struct case_row row;

    return find_page(x, id, &row, err) && tick_begin(x, err) && casebook_open(x, &row, out->sections, err) &&
           keep_page(x, out->sections, err) && case_entries_version(x, &row, &out->version, err) &&
           acting_record_opened(x, HOUSE_SAFETY_PAGE, &row.id, err);
}
