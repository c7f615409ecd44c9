/* What this agency says of itself: set by a person and signed; withdrawn where another machine signed in our name. What
 * was set is sealed on the disk: an unlisted shelter's phone leads to the shelter.
 */
#include "exchange/entries/entries_inside.h"

#include "base/log.h"
#include "base/sometimes.h"
#include "codec/entry_messages.h"
#include "crypto/sign.h"
#include "exchange/entries/entry_calls.h"
#include "exchange/logs/acting.h"
#include "exchange/restored/own_note.h"
#include "exchange/staff/desks.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/note_store.h"

static struct cell own_cell(struct exchange *x)
{
    return (struct cell){.slot = VAULT_OWN_SLOT,
                         .section = "entry",
                         .table = "note",
                         .column = ENTRY_OWN,
                         .owner = address_view(membership_own(x->membership))};
}

bool entries_load_own(struct exchange *x, struct error *err)
{
    const struct view own = address_view(membership_own(x->membership));
    const struct cell where = own_cell(x);
    struct entries *e = x->entries;
    struct bytes sealed = {0};
    uint64_t sequence = 0;
    bool found;
    bool ok = note_store_get(x->db, ENTRY_CLEAR, own, &found, &sequence, &e->own, err);

    e->is_clear = e->own.size != 0;
    if (ok && !e->is_clear)
        ok = note_store_get(x->db, ENTRY_OWN, own, &found, &sequence, &sealed, err);
    e->hid = sequence == 2;
    if (sealed.size != 0 && x->read_only) {
        (void)error_set(&e->unopened, E_NOD_21, "what this agency says of itself is sealed");
    } else if (sealed.size != 0 && !vault_open_cell(x->vault, &where, bytes_view(&sealed), &e->own, &e->unopened)) {
        (void)error_set(&e->unopened, E_ENT_06, "what this agency says of itself does not open");
        log_line(LOG_ERROR, "event=entry.unopened code=E-ENT-06");
    }
    bytes_fini(&sealed);
    return ok;
}

/* In the open transaction. */
static bool put_own(struct exchange *x, struct view said, bool hid, struct error *err)
{
    const struct view own = address_view(membership_own(x->membership));
    const struct view none = {(const uint8_t *)"", 0};
    const struct cell where = own_cell(x);
    struct bytes sealed = {0};
    bool ok = vault_seal_cell(x->vault, &where, said, &sealed, err) &&
              note_store_put(x->db, ENTRY_OWN, own, hid ? 2 : 1, bytes_view(&sealed), err) &&
              (!x->entries->is_clear || note_store_put(x->db, ENTRY_CLEAR, own, 0, none, err));

    bytes_fini(&sealed);
    return ok;
}

bool entries_seal_own(struct exchange *x, struct error *err)
{
    struct entries *e = x->entries;

    if (!e->is_clear)
        return true;
    SOMETIMES(an_entry_in_the_clear_was_sealed);
    if (!tick_begin(x, err) || !put_own(x, bytes_view(&e->own), e->hid, err))
        return false;
    e->is_clear = false;
    return true;
}

bool entries_find_own(struct exchange *x, enum entry_known *known, uint64_t *sequence, struct agency_entry *out,
                      struct error *err)
{
    const struct known_entry *k = entry_cache_find(&x->entries->cache, address_view(membership_own(x->membership)));
    struct entry_read r;

    *sequence = k == NULL ? 0 : k->sequence;
    *known = ENTRY_KNOWN;
    if (x->entries->unopened.code == E_NOD_21 && k != NULL && k->note.size != 0 && !k->withdrawn &&
        entry_note_read(bytes_view(&k->note), &x->tick_arena, &r, err)) {
        *out = r.entry; /* what all members read is not secret here */
        return true;
    }
    if (x->entries->unopened.code != E_NONE)
        return error_set(err, x->entries->unopened.code, "%s", x->entries->unopened.text);
    *known = x->entries->own.size == 0 ? ENTRY_UNKNOWN : ENTRY_KNOWN;
    return *known == ENTRY_UNKNOWN || agency_entry_decode(bytes_view(&x->entries->own), &x->tick_arena, out, err);
}

static const struct known_entry *own_known(const struct exchange *x)
{
    const struct known_entry *k = entry_cache_find(&x->entries->cache, address_view(membership_own(x->membership)));

    return k == NULL || k->note.size == 0 ? NULL : k;
}

/* After ours, and after what another machine signed in our name. */
static uint64_t next_entry_number(const struct exchange *x)
{
    const struct known_entry *k = own_known(x);
    uint64_t last = k == NULL ? 0 : k->sequence;

    return (x->entries->others > last ? x->entries->others : last) + 1;
}

static bool publish(struct exchange *x, const struct agency_entry *e, struct error *err)
{
    const struct entry_head head = {.agency = *membership_own(x->membership), .sequence = next_entry_number(x)};
    struct known_entry *k = entry_cache_get(&x->entries->cache, &head.agency);
    uint8_t key[KEY_SIZE];
    struct entry_read r;
    struct bytes note = {0};
    bool ok;

    sign_key_public(vault_identity(x->vault), key);
    ok = head.sequence <= INT64_MAX && tick_begin(x, err) &&
         entry_note_sign(&head, e, membership_federation(x->membership), vault_identity(x->vault), &note, err) &&
         entry_note_read(bytes_view(&note), &x->tick_arena, &r, err);
    if (ok) {
        entry_cache_put(&x->entries->cache, k, head.sequence, key, bytes_view(&note), r.text);
        ok = entries_put_note(x, ENTRY, k, bytes_view(&note), err);
        tick_again(x);
    }
    bytes_fini(&note);
    return ok || head.sequence > INT64_MAX;
}

/* Whether E goes round already, signed by the key that counts. */
static bool goes_round(struct exchange *x, const struct agency_entry *e)
{
    const struct known_entry *k = own_known(x);
    struct bytes wanted = {0};
    struct bytes there = {0};
    struct entry_read r;
    struct error why;
    struct peer p;
    bool same;

    if (k == NULL || k->sequence <= x->entries->others ||
        !membership_find_peer(x->membership, address_view(&k->agency), &p) ||
        !hash_equal(&p.fingerprint, &k->fingerprint) ||
        !entry_note_read(bytes_view(&k->note), &x->tick_arena, &r, &why))
        return false;
    agency_entry_encode(e, &wanted);
    agency_entry_encode(&r.entry, &there);
    same = view_equal(bytes_view(&wanted), bytes_view(&there));
    bytes_fini(&wanted);
    bytes_fini(&there);
    return same;
}

/* Whether other members are to read E, which was set here. */
static bool may_be_shown(struct exchange *x, const struct agency_entry *e)
{
    return !entries_other_in_our_name(x) && entries_may_be_known(x, membership_own(x->membership), e) &&
           (!x->entries->hid || e->for_members);
}

/* What was set to hide is published by no directory, which may list this agency by mistake: a person sets it anew. */
static bool note_that_it_hides(struct exchange *x, const struct agency_entry *e, struct error *err)
{
    if (x->entries->hid || entries_may_be_known(x, membership_own(x->membership), e))
        return true;
    SOMETIMES(an_entry_of_our_own_hid);
    x->entries->hid = true;
    return tick_begin(x, err) && put_own(x, bytes_view(&x->entries->own), true, err);
}

/* What other members are to read in our name: what was set, or, where that is for nobody and something went round,
 * that it says nothing any more. So, too, where what went round was made on another machine since ours was set: this
 * home may be an old copy, and the number in it one that was taken back. */
bool entries_show_own(struct exchange *x, struct error *err)
{
    struct agency_entry e = {0};
    uint64_t sequence;
    enum entry_known known;

    if (x->entries->unopened.code != E_NONE)
        return true; /* what goes round stands; status says so */
    if (!entries_find_own(x, &known, &sequence, &e, err) || (known != ENTRY_UNKNOWN && !note_that_it_hides(x, &e, err)))
        return false;
    if (known == ENTRY_UNKNOWN || !may_be_shown(x, &e)) {
        if (own_known(x) == NULL && x->entries->others == 0)
            return true;
        e = (struct agency_entry){.withdrawn = true};
    }
    return goes_round(x, &e) || publish(x, &e, err);
}

/* Peers may read a false number in it: it is withdrawn, once a day, since a copy of this home would answer that. */
bool entries_take_own(struct exchange *x, const struct entry_read *r, struct view note, struct error *err)
{
    const struct known_entry *k = own_known(x);
    struct known_entry other = {.agency = r->head.agency, .sequence = r->head.sequence};

    if ((k != NULL && (r->head.sequence < k->sequence || view_equal(bytes_view(&k->note), note))) ||
        r->head.sequence <= x->entries->others || own_note_stopped(x) ||
        !entry_note_is_signed(note, membership_federation(x->membership), &r->head.agency,
                              membership_own_identity(x->membership)))
        return true;
    SOMETIMES(an_entry_in_our_name_was_anothers);
    log_line(LOG_ERROR, "event=entry.other number=%llu code=E-ENT-05", (unsigned long long)r->head.sequence);
    x->entries->others = r->head.sequence;
    if (!tick_begin(x, err) || !entries_put_note(x, ENTRY_OTHERS, &other, note, err))
        return false;
    if (x->entries->answered_day == tick_record_day(x))
        return true;
    x->entries->answered_day = tick_record_day(x);
    return entries_show_own(x, err);
}

bool entries_own_is_unopened(const struct exchange *x)
{
    return x->entries->unopened.code == E_ENT_06;
}

bool entries_other_in_our_name(const struct exchange *x)
{
    return x->entries->others > x->entries->seen;
}

/* --- people --- */

static void fill_hours(struct exchange *x, struct control_agency_said *out)
{
    int64_t now = tick_record_ms(x);

    out->hours_known = agency_hours_known(&out->entry);
    out->open = agency_is_open(&out->entry, now);
    out->opens_ms = out->open ? 0 : agency_opens_ms(&out->entry, now);
}

bool entries_fill(struct exchange *x, struct control_agency *out, struct error *err)
{
    struct control_agency_said said = {.agency = out->agency};
    enum entry_known known;

    if (!entries_find(x, &out->agency, &known, &said.sequence, &said.entry, err))
        return false;
    if (known != ENTRY_KNOWN)
        return true;
    fill_hours(x, &said);
    out->phone = said.entry.phone;
    out->night_phone = said.entry.night_phone;
    out->services = said.entry.services;
    out->desks = said.entry.desks;
    out->desk_count = said.entry.desk_count;
    out->hours_known = said.hours_known;
    out->open = said.open;
    out->opens_ms = said.opens_ms;
    return true;
}

/* What comes for a desk that is not here is seen by whoever is on duty. */
static void fill_missing_desks(struct exchange *x, struct control_agency_said *out)
{
    struct view *names = arena_new(&x->tick_arena, BOUND_ENTRY_DESKS * sizeof *names);

    for (size_t i = 0; i < out->entry.desk_count; i++)
        if (desks_called(x, out->entry.desks[i].name) == NULL)
            names[out->missing_desk_count++] = out->entry.desks[i].name;
    out->missing_desks = names;
}

bool exchange_entry_show(struct exchange *x, const struct address *agency, struct control_agency_said *out,
                         struct error *err)
{
    enum entry_known known;
    struct peer p;

    *out = (struct control_agency_said){.agency = agency->text[0] == '\0' ? *membership_own(x->membership) : *agency};
    out->self = entries_is_own(x, &out->agency);
    if (!out->self && !membership_find_peer(x->membership, address_view(agency), &p))
        return error_set(err, E_FED_25, "%s is not in the directory", agency->text);
    if (!entries_find(x, &out->agency, &known, &out->sequence, &out->entry, err))
        return false;
    if (known == ENTRY_CONTESTED)
        return error_set(err, E_ENT_04, "%s made two entries with the number %llu", agency->text,
                         (unsigned long long)out->sequence);
    if (known == ENTRY_UNKNOWN)
        return error_set(err, E_ENT_03, "%s has made no entry that is known here", out->agency.text);
    out->shown = !out->self || may_be_shown(x, &out->entry);
    fill_hours(x, out);
    if (out->self && !x->read_only)
        fill_missing_desks(x, out);
    return true;
}

static bool set(struct exchange *x, const struct agency_entry *e, struct error *err)
{
    struct record r = {.kind = RECORD_CONFIGURED};
    const struct address *own = membership_own(x->membership);
    const struct view none = {(const uint8_t *)"", 0};
    struct bytes said = {0};
    struct peer p;
    bool ok;

    r.house.what = HOUSE_ENTRY;
    agency_entry_encode(e, &said);
    ok = tick_begin(x, err) && put_own(x, bytes_view(&said), false, err) &&
         note_store_put(x->db, ENTRY_SEEN, address_view(own), x->entries->others, none, err) &&
         acting_append(x, &r, err);
    if (!ok) {
        bytes_fini(&said);
        return false;
    }
    bytes_fini(&x->entries->own);
    x->entries->own = said;
    x->entries->seen = x->entries->others;
    x->entries->hid = false;
    x->entries->is_clear = false;
    x->entries->unopened = (struct error){0};
    return !membership_find_peer(x->membership, address_view(own), &p) || entries_show_own(x, err);
}

bool exchange_entry_set(struct exchange *x, const struct agency_entry *e, struct control_agency_said *out,
                        struct error *err)
{
    const struct address own = {0};
    uint64_t mark;

    if (e->withdrawn) /* that is the node's to say */
        return error_set(err, E_ENT_02, "an entry that is set says something");
    if (!own_note_may_sign(x, err) || !tick_has_room(x, err))
        return false;
    mark = tick_call_begin(x);
    return tick_call_end(x, mark, set(x, e, err), err) && exchange_entry_show(x, &own, out, err);
}
