#include "exchange/cases/casebook.h"

#include <string.h>

#include "exchange/access/emergency_access.h"
#include "exchange/access/holders.h"
#include "exchange/cases/case_basis.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_links.h"
#include "exchange/logs/acting.h"
#include "exchange/search/listing.h"
#include "exchange/search/search.h"
#include "exchange/staff/desks.h"
#include "exchange/staff/staff_asker.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "model/spoken_id.h"

static struct cell section_cell(const struct case_row *row, int64_t number, enum section section)
{
    return (struct cell){.slot = row->slot,
                         .section = section_name(section),
                         .table = "case_section",
                         .row = number,
                         .column = "sealed",
                         .owner = ident_view(&row->id)};
}

bool casebook_put_section(struct exchange *x, const struct case_row *row, enum section section, struct view data,
                          struct error *err)
{
    struct bytes sealed = {0};
    int64_t number = case_store_next_section(x->db);
    struct cell where = section_cell(row, number, section);
    bool ok;

    REQUIRE(x->in_transaction && data.size > 0 && data.size <= BOUND_SECTION); /* case_check */
    ok = vault_seal_cell(x->vault, &where, data, &sealed, err) &&
         case_store_put_section(x->db, number, row->number, section, bytes_view(&sealed), err);
    bytes_fini(&sealed);
    return ok;
}

/* --- opening --- */

bool casebook_find(struct exchange *x, const struct ident *id, struct case_row *out, struct error *err)
{
    char label[BOUND_SPOKEN_ID];
    char text[IDENT_TEXT];
    bool is_read = false;
    bool is_here;
    bool found;

    if (!case_store_find(x->db, id, &is_here, out, err))
        return false;
    found = is_here;
    if (!holders_find_case(x, out, &found, err))
        return false;
    if (!found && is_here && !emergency_access_is_open(x, out, &is_read, err))
        return false;
    case_label_write(id, label);
    if (is_read)
        return error_set(err, E_CTL_09, "you read %s by break-glass, and change nothing of it: its holder does", label);
    ident_write(id, text);
    return found || error_set(err, E_CAS_20, "there is no case %s here", text);
}

struct section_reader {
    struct exchange *x;
    const struct case_row *row;
    section_set wanted;
    struct view *sections;
};

static bool open_section(void *cookie, int64_t number, enum section section, struct view sealed, struct error *err)
{
    struct section_reader *r = cookie;
    struct cell where = section_cell(r->row, number, section);
    struct bytes *plain;

    if ((r->wanted & SECTION_BIT(section)) == 0)
        return true;
    plain = tick_plain(r->x);
    if (!vault_open_cell(r->x->vault, &where, sealed, plain, err))
        return error_wrap(err, "section %s", section_name(section));
    r->sections[section] = bytes_view(plain);
    return true;
}

/* The case that was opened last in this tick: of one that is referred to several agencies at once, each section is
 * opened once. */
struct opened_case {
    struct case_row row;
    struct view sections[SECTION_END];
};

static bool is_opened(const struct opened_case *o, const struct case_row *row)
{
    return o != NULL && o->row.number == row->number && o->row.slot == row->slot && ident_equal(&o->row.id, &row->id);
}

void casebook_end_tick(struct exchange *x)
{
    x->opened_case = NULL;
}

bool casebook_open(struct exchange *x, const struct case_row *row, struct view sections[SECTION_END], struct error *err)
{
    struct opened_case *o = x->opened_case;
    struct section_reader r;

    if (!is_opened(o, row)) {
        o = arena_new(&x->tick_arena, sizeof *o);
        o->row = *row;
        r = (struct section_reader){.x = x, .row = row, .wanted = ~(section_set)0, .sections = o->sections};
        if (!case_store_walk_sections(x->db, row->number, open_section, &r, err))
            return false;
        x->opened_case = o;
    }
    memcpy(sections, o->sections, sizeof o->sections);
    return true;
}

bool casebook_open_some(struct exchange *x, const struct case_row *row, section_set wanted,
                        struct view sections[SECTION_END], struct error *err)
{
    struct section_reader r = {.x = x, .row = row, .wanted = wanted, .sections = sections};

    return case_store_walk_sections(x->db, row->number, open_section, &r, err);
}

bool casebook_changed(struct exchange *x, const struct case_row *row, struct error *err)
{
    REQUIRE(x->in_transaction);
    x->opened_case = NULL;
    return search_case_changed(x, row, err);
}

bool casebook_record_opened(struct exchange *x, const struct case_row *row, struct error *err)
{
    return tick_begin(x, err) && acting_record_opened(x, HOUSE_CASE, &row->id, err);
}

bool exchange_case_show(struct exchange *x, const struct ident *id, struct case_sections *out, struct error *err)
{
    struct case_row row;

    if (x->read_only)
        return error_set(err, E_NOD_21, "a stopped node opens no sealed data");
    return casebook_find(x, id, &row, err) && tick_begin(x, err) && casebook_open(x, &row, out->sections, err) &&
           case_entries_version(x, &row, &out->version, err) &&
           case_links_list(x, &row, &out->linked, &out->linked_count, err) && casebook_record_opened(x, &row, err);
}

/* --- listing --- */

struct case_list {
    struct exchange *x;
    exchange_on_case_fn *on_case;
    void *cookie;
    struct listing listing;
    struct control_case_summary summary;
    int64_t desk; /* 0: of any */
    bool without_basis;
};

static bool add_section(void *cookie, int64_t number, enum section section, struct view sealed, struct error *err)
{
    (void)number;
    (void)sealed;
    (void)err;
    ((struct case_list *)cookie)->summary.sections |= SECTION_BIT(section);
    return true;
}

static bool list_case(void *cookie, const struct case_row *row, bool *more, struct error *err)
{
    struct case_list *l = cookie;
    bool shown;

    if (!holders_show_case(l->x, row, &shown, err))
        return false;
    shown = shown && (l->desk == 0 || row->desk == l->desk);
    if (shown && l->without_basis && !case_basis_is_lacking(l->x, row, &shown, err))
        return false;
    *more = listing_note(&l->listing, row->number, shown);
    if (!shown)
        return true;
    l->summary = (struct control_case_summary){.case_id = row->id, .opened_ms = row->opened_ms};
    if (desks_numbered(l->x, row->desk) != NULL)
        l->summary.desk = view_of_text(desks_numbered(l->x, row->desk)->name);
    return staff_asker_names(l->x, row->holder, &l->summary.holder, &l->summary.account, err) &&
           case_ending_is_closed(l->x, row, &l->summary.closed, err) &&
           case_store_walk_sections(l->x->db, row->number, add_section, l, err) &&
           l->on_case(l->cookie, &l->summary, err);
}

/* The number of the case behind which the list goes on. */
static bool find_after(struct exchange *x, const struct control_case_list_ask *ask, int64_t *number, struct error *err)
{
    struct case_row row = {.number = 0};
    struct ident id;

    if (listing_is_continued(ask->choice, ask->choice_count, &id) && !casebook_find(x, &id, &row, err))
        return false;
    *number = row.number;
    return true;
}

bool exchange_case_list(struct exchange *x, const struct control_case_list_ask *ask, struct walk_step *step,
                        exchange_on_case_fn *on_case, void *cookie, struct error *err)
{
    struct case_list l = {.x = x, .on_case = on_case, .cookie = cookie, .without_basis = ask->without_basis};
    int64_t last;
    int64_t after;

    listing_begin(&l.listing, ask->choice, ask->choice_count, step);
    holders_choose(x, ask->mine, ask->unassigned, &l.listing.rows);
    if (!holders_choose_desk(x, ask->desk, &l.desk, err) || !case_store_last(x->db, &last, err) ||
        !find_after(x, ask, &after, err))
        return false;
    if (!listing_has_window(&l.listing, last, after))
        return true;
    if (!case_store_list(x->db, &l.listing.rows, list_case, &l, err))
        return false;
    listing_end(&l.listing);
    return true;
}
