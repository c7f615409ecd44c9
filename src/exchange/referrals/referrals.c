#include "exchange/referrals/referrals.h"

#include "codec/referral_messages.h"
#include "exchange/cases/case_received.h"
#include "exchange/consent/consent_book.h"
#include "exchange/referrals/due_times.h"
#include "exchange/search/asked_segments.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/stored_body.h"
#include "exchange/vault.h"

#include <string.h>

uint32_t referrals_service_bits(const uint32_t *services, size_t count)
{
    uint32_t bits = 0;

    _Static_assert(SERVICE_END <= 32, "a bit for each service");
    for (size_t i = 0; i < count; i++) {
        REQUIRE(services[i] < SERVICE_END); /* check_ask, or the contract of what came */
        bits |= UINT32_C(1) << services[i];
    }
    return bits;
}

/* --- what was asked, sealed --- */

/* urgency, purpose, services, shared, offered: u32 each; due: u64; released: u8; time, left, opened: u64 each; asked
 * before: u8; case: 16 bytes; phoned: u64; told: u32; doubted: u64; said, acted: u32 each; desk: 63 bytes, zeros behind
 * its name. At first there was nothing behind released, then no case, then nothing behind that, then nothing behind
 * phoned, then no desk. */
#define FACTS_SIZE   (FACTS_SIZE_5 + BOUND_AGENCY)
#define FACTS_SIZE_5 (FACTS_SIZE_4 + 20)
#define FACTS_SIZE_4 (FACTS_SIZE_3 + 8)
#define FACTS_SIZE_3 (FACTS_SIZE_2 + IDENT_SIZE)
#define FACTS_SIZE_2 54
#define FACTS_SIZE_1 29
_Static_assert(FACTS_SIZE_1 == 5 * 4 + 8 + 1 && FACTS_SIZE_2 == FACTS_SIZE_1 + 3 * 8 + 1 &&
                   FACTS_SIZE < REFERRAL_SEALED_MAX,
               "what is sealed, and its room");

/* Bound to the number of the first message: the row's own is not known before it is there. */
static struct cell facts_cell(const struct referral_row *row, uint64_t slot)
{
    return (struct cell){.slot = slot, .section = "body", .table = "referral", .row = row->message, .column = "sealed"};
}

static bool seal_facts(struct exchange *x, struct referral_row *row, struct error *err)
{
    struct bytes sealed = {0};
    uint8_t facts[FACTS_SIZE];
    struct cell where;
    uint64_t slot;
    bool ok;

    if (!consent_book_slot(x, row->consent, &slot, err))
        return false;
    where = facts_cell(row, slot);
    write_u32(facts, row->urgency);
    write_u32(facts + 4, row->purpose);
    write_u32(facts + 8, row->services);
    write_u32(facts + 12, row->shared);
    write_u32(facts + 16, row->offered);
    write_u64(facts + 20, (uint64_t)row->due_ms);
    facts[28] = row->released;
    write_u64(facts + 29, (uint64_t)row->time_ms);
    write_u64(facts + 37, (uint64_t)row->left_ms);
    write_u64(facts + 45, (uint64_t)row->opened_ms);
    facts[53] = row->asked_before;
    memcpy(facts + FACTS_SIZE_2, row->case_id.at, IDENT_SIZE);
    write_u64(facts + FACTS_SIZE_3, (uint64_t)row->phoned_ms);
    write_u32(facts + FACTS_SIZE_4, row->told);
    write_u64(facts + FACTS_SIZE_4 + 4, (uint64_t)row->doubted_ms);
    write_u32(facts + FACTS_SIZE_4 + 12, row->said);
    write_u32(facts + FACTS_SIZE_4 + 16, row->acted);
    memcpy(facts + FACTS_SIZE_5, row->for_desk, BOUND_AGENCY);
    ok = vault_seal_cell(x->vault, &where, view_of(facts, sizeof facts), &sealed, err);
    secret_wipe(facts, sizeof facts);
    REQUIRE(!ok || sealed.size <= sizeof row->sealed);
    if (ok) {
        memcpy(row->sealed, sealed.at, sealed.size);
        row->sealed_size = sealed.size;
    }
    bytes_fini(&sealed);
    return ok;
}

static void clear_facts(struct referral_row *row)
{
    row->readable = false;
    row->not_read = false;
    row->urgency = 0;
    row->purpose = 0;
    row->services = 0;
    row->shared = 0;
    row->offered = 0;
    row->due_ms = 0;
    row->released = false;
    row->time_ms = 0;
    row->left_ms = 0;
    row->opened_ms = 0;
    row->asked_before = false;
    row->case_id = (struct ident){{0}};
    row->phoned_ms = 0;
    row->told = REFERRAL_NONE;
    row->doubted_ms = 0;
    row->said = 0;
    row->acted = 0;
    memset(row->for_desk, 0, sizeof row->for_desk);
}

static void read_facts(struct referral_row *row, struct view facts)
{
    row->urgency = read_u32(facts.at);
    row->purpose = read_u32(facts.at + 4);
    row->services = read_u32(facts.at + 8);
    row->shared = read_u32(facts.at + 12);
    row->offered = read_u32(facts.at + 16);
    row->due_ms = (int64_t)read_u64(facts.at + 20);
    row->released = facts.at[28] != 0;
    if (facts.size >= FACTS_SIZE_2) {
        row->time_ms = (int64_t)read_u64(facts.at + 29);
        row->left_ms = (int64_t)read_u64(facts.at + 37);
        row->opened_ms = (int64_t)read_u64(facts.at + 45);
        row->asked_before = facts.at[53] != 0;
    }
    if (facts.size >= FACTS_SIZE_3)
        memcpy(row->case_id.at, facts.at + FACTS_SIZE_2, IDENT_SIZE);
    if (facts.size >= FACTS_SIZE_4)
        row->phoned_ms = (int64_t)read_u64(facts.at + FACTS_SIZE_3);
    row->told = row->answers != 0 ? row->state : REFERRAL_NONE;
    row->acted = row->answers;
    if (facts.size >= FACTS_SIZE_5) {
        row->told = (enum referral_state)read_u32(facts.at + FACTS_SIZE_4);
        row->doubted_ms = (int64_t)read_u64(facts.at + FACTS_SIZE_4 + 4);
        row->said = read_u32(facts.at + FACTS_SIZE_4 + 12);
        row->acted = read_u32(facts.at + FACTS_SIZE_4 + 16);
    }
    if (facts.size == FACTS_SIZE)
        memcpy(row->for_desk, facts.at + FACTS_SIZE_5, BOUND_AGENCY);
}

bool referrals_open(struct exchange *x, struct referral_row *row, struct error *err)
{
    struct bytes plain = {0};
    struct error gone = {0};
    struct cell where;
    uint64_t slot;

    clear_facts(row);
    if (x->vault == NULL || row->sealed_size == 0)
        return true;
    if (!consent_book_slot(x, row->consent, &slot, &gone)) {
        if (gone.code == E_LOG_02)
            return true; /* somebody deleted the consent: what it sealed is not read, what is not is listed */
        *err = gone;
        return false;
    }
    where = facts_cell(row, slot);
    if (vault_open_cell(x->vault, &where, view_of(row->sealed, row->sealed_size), &plain, &gone) &&
        (plain.size == FACTS_SIZE || plain.size == FACTS_SIZE_5 || plain.size == FACTS_SIZE_4 ||
         plain.size == FACTS_SIZE_3 || plain.size == FACTS_SIZE_2 || plain.size == FACTS_SIZE_1)) {
        row->readable = true;
        read_facts(row, bytes_view(&plain));
    }
    row->not_read = gone.code == E_KEY_21;
    if (row->not_read)
        tick_read_again(x);
    if (plain.at != NULL)
        secret_wipe(plain.at, plain.room);
    bytes_fini(&plain);
    return true;
}

bool referrals_add(struct exchange *x, struct referral_row *row, int64_t *number, struct error *err)
{
    REQUIRE(x->in_transaction && row->message != 0 && row->consent != 0);
    row->readable = true;
    if (!seal_facts(x, row, err) || !referral_store_add(x->db, row, number, err))
        return false;
    row->number = *number;
    due_times_note(x->due_times, row);
    return true;
}

bool referrals_update(struct exchange *x, struct referral_row *row, struct error *err)
{
    REQUIRE(x->in_transaction);
    if (row->state == REFERRAL_ERASED) {
        clear_facts(row);
        row->sealed_size = 0;
    }
    if ((row->readable && !seal_facts(x, row, err)) || !referral_store_update(x->db, row, err) ||
        (row->sealed_size == 0 && !asked_segments_erase(x, row->number, err)))
        return false;
    due_times_note(x->due_times, row);
    return true;
}

bool referrals_get(struct exchange *x, int64_t number, bool *found, struct referral_row *row, struct error *err)
{
    return referral_store_get(x->db, number, found, row, err) && (!*found || referrals_open(x, row, err));
}

bool referrals_find(struct exchange *x, const struct ident *id, bool *found, struct referral_row *row,
                    struct error *err)
{
    return referral_store_find(x->db, id, found, row, err) && (!*found || referrals_open(x, row, err));
}

/* --- between agencies --- */

bool referrals_find_between(struct exchange *x, const struct ident *id, int64_t peer, enum direction direction,
                            bool *found, struct referral_row *row, struct error *err)
{
    if (!referrals_find(x, id, found, row, err))
        return false;
    *found = *found && row->peer == peer && row->direction == direction;
    return true;
}

struct stop_walk {
    struct exchange *x;
    enum referral_event event;
    bool keeps_ends; /* a state in which it has ended stays */
    section_set sections;
};

bool referrals_empty(struct exchange *x, struct referral_row *row, struct error *err)
{
    clear_facts(row);
    row->sealed_size = 0;
    return referrals_update(x, row, err) && case_received_changed(x, row, err);
}

/* What was said of her under it: the consent of the referral is another, and goes on. */
static bool add_outcome(struct stop_walk *s, const struct message_row *m, struct error *err)
{
    struct stored_body stored;
    struct error gone = {0};
    struct body body;
    bool there;

    if (!stored_body_open(s->x, m->number, &there, &stored, &gone, err))
        return false;
    if (there && !stored_body_decode(s->x, &stored, m->kind, &body, err))
        return false;
    for (size_t i = 0; there && i < body.section_count; i++)
        s->sections |= SECTION_BIT(body.sections[i].section);
    return true;
}

static bool stop_referral(void *cookie, const struct message_row *m, struct error *err)
{
    struct stop_walk *s = cookie;
    enum referral_state before;
    struct referral_row row;
    bool found;

    if (m->referral == 0)
        return true;
    if (m->kind == MESSAGE_OUTCOME)
        return add_outcome(s, m, err);
    if (!referrals_get(s->x, m->referral, &found, &row, err))
        return false;
    if (!found)
        return true;
    s->sections |= row.shared;
    if (s->keeps_ends && referral_state_has_ended(row.state))
        return row.sealed_size == 0 || referrals_empty(s->x, &row, err);
    before = row.state;
    /* From any state; where there is none, somebody changed the row. */
    if (!referral_state_step(&row.state, s->event, ACTOR_TAKER) || row.state == before)
        return true;
    row.offered = 0;
    return referrals_update(s->x, &row, err) && case_received_changed(s->x, &row, err);
}

static bool stop_all(struct stop_walk *s, int64_t consent, section_set *sections, struct error *err)
{
    if (!message_store_walk_consent(s->x->db, consent, stop_referral, s, err))
        return false;
    *sections = s->sections;
    return true;
}

bool referrals_stop(struct exchange *x, int64_t consent, enum referral_event event, section_set *sections,
                    struct error *err)
{
    struct stop_walk s = {.x = x, .event = event};

    return stop_all(&s, consent, sections, err);
}

bool referrals_stop_ended(struct exchange *x, int64_t consent, section_set *sections, struct error *err)
{
    struct stop_walk s = {.x = x, .event = EVENT_ERASED, .keeps_ends = true};

    return stop_all(&s, consent, sections, err);
}
