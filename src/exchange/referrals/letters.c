#include "exchange/referrals/letters.h"

#include "exchange/access/holders.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_entries.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/casebook.h"
#include "exchange/consent/consent_agreement.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/entries/entry_reach.h"
#include "exchange/logs/acting.h"
#include "exchange/logs/audit.h"
#include "exchange/referrals/letter_calls.h"
#include "exchange/referrals/referrals.h"
#include "exchange/restored/own_note.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/log_store.h"

/* --- those under one consent --- */

struct letters {
    struct arena *arena; /* the tick's */
    const struct ident *consent;
    struct control_consent_letter *of; /* BOUND_LETTERS, in the tick's arena */
    int64_t entries[BOUND_LETTERS];    /* of which entry each is */
    size_t count;
    struct view outside; /* of the newest */
    uint32_t last;       /* the highest number that was given to one, by the entries or by the log */
    uint32_t printed;    /* by the log */
};

static struct control_consent_letter *find_letter(const struct letters *l, uint32_t number)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->of[i].letter == number)
            return &l->of[i];
    return NULL;
}

static void take_letter(struct letters *l, int64_t entry, const struct case_entry *e)
{
    uint32_t number = e->letter != 0 ? e->letter : l->last + 1; /* from before they were numbered: none was missing */

    if (l->count == BOUND_LETTERS || number > BOUND_LETTERS)
        return;
    l->outside = arena_copy(l->arena, e->outside);
    l->entries[l->count] = entry;
    l->of[l->count++] = (struct control_consent_letter){.letter = number,
                                                        .time_ms = e->time_ms,
                                                        .services = e->services,
                                                        .urgency = (enum urgency)e->urgency,
                                                        .sections = e->sections};
    if (number > l->last)
        l->last = number;
}

static bool take_entry(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *e,
                       struct error *err)
{
    struct letters *l = cookie;
    struct control_consent_letter *answered;

    (void)err;
    if ((kind != CASE_ENTRY_LETTER && kind != CASE_ENTRY_ANSWER) || !ident_equal(&e->consent, l->consent))
        return true;
    if (kind == CASE_ENTRY_LETTER)
        take_letter(l, number, e);
    answered = kind == CASE_ENTRY_ANSWER ? find_letter(l, e->letter) : NULL;
    if (answered != NULL) {
        answered->answer = e->answer;
        answered->answered_ms = e->time_ms;
    }
    return true;
}

static bool count_printed(void *cookie, const struct record_row *row, struct error *err)
{
    struct letters *l = cookie;
    struct record r;

    if (!audit_read_row(row, l->arena, &r, err))
        return false;
    l->printed += r.house.what == HOUSE_LETTER && r.house.has_object && ident_equal(&r.house.object, l->consent);
    return true;
}

/* By the log, since the consent ROW was recorded: who takes an entry away from the database does not take that. */
static bool read_printed(struct exchange *x, const struct consent_row *row, struct letters *l, struct error *err)
{
    struct bytes stored = {0};
    struct record r = {0};
    bool found;
    bool ok = log_store_record(x->db, LOG_EXCHANGE, row->record_index, &found, &stored, err) &&
              (!found || audit_read_row(&(struct record_row){.index = row->record_index, .bytes = bytes_view(&stored)},
                                        l->arena, &r, err)) &&
              log_store_walk_exported(x->db, r.time_ms, count_printed, l, err);

    bytes_fini(&stored);
    if (l->printed > l->last)
        l->last = l->printed;
    return ok;
}

static bool read_letters(struct exchange *x, const struct case_row *c, const struct consent_row *row,
                         struct letters *out, struct error *err)
{
    *out = (struct letters){.arena = &x->tick_arena, .consent = &row->id};
    out->of = arena_new(&x->tick_arena, BOUND_LETTERS * sizeof *out->of);
    return case_entries_walk(x, c, take_entry, out, err) && read_printed(x, row, out, err);
}

/* Those that were printed and are not here. */
static void fill_missing(struct exchange *x, const struct letters *l, struct control_consent *out)
{
    uint32_t *missing = arena_new(&x->tick_arena, BOUND_LETTERS * sizeof *missing);

    out->letters_missing = missing;
    for (uint32_t i = 1; i <= l->last && i <= BOUND_LETTERS; i++)
        if (find_letter(l, i) == NULL)
            missing[out->letters_missing_count++] = i;
}

bool letters_fill(struct exchange *x, const struct consent_row *row, struct control_consent *out, struct error *err)
{
    const struct address *own = membership_own(x->membership);
    struct letters l;
    struct case_row c;
    bool found;

    if (!address_equal(&row->agency, own) || !address_equal(&row->recipient, own))
        return true;
    out->letters_unknown = true; /* never taken for none: paper is asked back by phone */
    if (x->vault == NULL || row->case_number == 0)
        return true;
    if (!case_store_get(x->db, row->case_number, &found, &c, err))
        return false;
    if (!found || c.ended_ms != 0)
        return true;
    if (!read_letters(x, &c, row, &l, err))
        return vault_does_not_open(err);
    out->letters_unknown = false;
    out->letters = l.of;
    out->letter_count = l.count;
    fill_missing(x, &l, out);
    if (out->outside.size == 0)
        out->outside = l.outside;
    return true;
}

/* --- what a person names --- */

/* The consent ID that was taken here, for who asks, and its case. */
static bool find_consent(struct exchange *x, const struct ident *id, struct consent_row *row, struct case_row *c,
                         struct error *err)
{
    char text[IDENT_TEXT];
    bool found;

    if (!consent_snapshot_need(x, err) ||
        !consent_store_find_named(x->db, membership_own(x->membership), id, &found, row, err) ||
        !holders_find_consent(x, row, &found, err))
        return false;
    ident_write(id, text);
    if (found && !address_equal(&row->recipient, membership_own(x->membership)))
        return error_set(err, E_OUT_02, "consent %s is for %s", text, row->recipient.text);
    if (found && row->case_number != 0 && !case_store_get(x->db, row->case_number, &found, c, err))
        return false;
    return (found && row->case_number != 0) || error_set(err, E_CON_06, "there is no consent %s here", text);
}

/* --- printing --- */

struct printing {
    const struct control_referral_print_ask *ask;
    struct consent_row row;
    struct case_row case_row;
    struct gate_survey survey;
    uint32_t services;
};

static bool check_ask(struct printing *p, struct error *err)
{
    const struct control_referral_print_ask *ask = p->ask;

    if (ask->service_count == 0 || ask->service_count > BOUND_SERVICES || ask->urgency < URGENCY_EMERGENCY ||
        ask->urgency >= URGENCY_END)
        return error_set(err, E_REF_04, "a letter asks for 1 to %d services, and says how urgent it is",
                         BOUND_SERVICES);
    for (size_t i = 0; i < ask->service_count; i++)
        if (ask->services[i] < 1 || ask->services[i] >= SERVICE_END)
            return error_set(err, E_REF_04, "a service is not one refex knows");
    p->services = referrals_service_bits(ask->services, ask->service_count);
    return true;
}

/* The gate for this one consent, now. */
static bool pass_gate(struct exchange *x, struct printing *p, struct error *err)
{
    struct view sections[SECTION_END];
    enum denial denied;

    if (!casebook_open(x, &p->case_row, sections, err) ||
        !consent_gate_survey_outside(x, &p->row, sections, &p->survey, &denied, err))
        return false;
    if (denied != 0)
        return error_set(err, E_CON_01, "for somebody outside: %s", denial_says(denied));
    return p->survey.covered != 0 ||
           error_set(err, E_CON_01, "for somebody outside: what she agreed to is not in her case");
}

static void fill_held_back(struct exchange *x, const struct gate_survey *s, struct control_letter *out)
{
    struct control_held_back *list = arena_new(&x->tick_arena, SECTION_END * sizeof *list);

    out->held_back = list;
    for (enum section i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((s->present & ~s->covered & SECTION_BIT(i)) != 0)
            list[out->held_back_count++] =
                (struct control_held_back){.section = i, .why = s->why[i] != 0 ? s->why[i] : DENIAL_NO_CONSENT};
}

static void fill_left_out(struct exchange *x, const struct gate_survey *s, struct control_letter *out)
{
    struct control_left_out *list = arena_new(&x->tick_arena, SECTION_END * sizeof *list);
    size_t n = 0;

    for (size_t i = 0; i < s->left_out_count; i++) {
        enum section section = FIELD_REF_SECTION(s->left_out[i]);

        if (n == 0 || list[n - 1].section != section)
            list[n++] = (struct control_left_out){.section = section, .fields = &s->left_out[i]};
        list[n - 1].field_count++;
    }
    out->left_out = list;
    out->left_out_count = n;
}

static void fill_data(struct exchange *x, const struct gate_survey *s, struct control_letter *out)
{
    struct control_case_section *data = arena_new(&x->tick_arena, SECTION_END * sizeof *data);

    out->data = data;
    for (enum section i = SECTION_TRIAGE; i < SECTION_END; i++)
        if ((s->covered & SECTION_BIT(i)) != 0)
            data[out->data_count++] = (struct control_case_section){.section = i, .data = s->data[i]};
}

static bool fill_letter(struct exchange *x, const struct printing *p, struct control_letter *out, struct error *err)
{
    const struct consent_entry *entry = p->survey.consent;

    *out = (struct control_letter){.consent = p->row.id,
                                   .outside = entry->receipt.given.outside,
                                   .services = p->services,
                                   .urgency = p->ask->urgency,
                                   .purpose = consent_entry_purpose(entry),
                                   .until = p->row.until,
                                   .shared = p->survey.covered};
    fill_held_back(x, &p->survey, out);
    fill_left_out(x, &p->survey, out);
    return entry_reach_fill(x, membership_own(x->membership), &out->reach, err);
}

static bool record_exported(struct exchange *x, const struct ident *consent, struct error *err)
{
    struct record r = {.kind = RECORD_EXPORTED};

    r.house = (struct record_house){.has_object = true, .object = *consent, .what = HOUSE_LETTER};
    return acting_append(x, &r, err);
}

/* Which number it has is counted before it is added: one that is missing is not given anew. */
static bool put_letter(struct exchange *x, const struct printing *p, struct control_letter *out, struct error *err)
{
    struct case_entry entry = {.consent = p->row.id,
                               .outside = out->outside,
                               .services = p->services,
                               .urgency = p->ask->urgency,
                               .sections = p->survey.covered};
    struct letters l;

    if (!read_letters(x, &p->case_row, &p->row, &l, err))
        return false;
    entry.letter = l.last + 1;
    entry.by = day_of_ms(tick_record_ms(x) + urgency_due_ms(p->ask->urgency));
    if (entry.letter > BOUND_LETTERS)
        return error_set(err, E_OUT_03, "%d letters were printed under it", BOUND_LETTERS);
    if (!tick_has_room(x, err) || !tick_begin(x, err) ||
        !case_entries_add(x, &p->case_row, CASE_ENTRY_LETTER, &entry, err) || !record_exported(x, &p->row.id, err))
        return false;
    out->letter = entry.letter;
    out->time_ms = entry.time_ms;
    fill_data(x, &p->survey, out);
    return true;
}

/* A copy of the home does not know whether she withdrew at the node that has the newer log. */
static bool print_letter(struct exchange *x, const struct control_referral_print_ask *ask, struct control_letter *out,
                         struct error *err)
{
    struct printing p = {.ask = ask};

    return own_note_may_sign(x, err) && find_consent(x, &ask->consent, &p.row, &p.case_row, err) &&
           check_ask(&p, err) && case_ending_takes_referral(x, &p.case_row, err) &&
           case_merge_check(x, &p.case_row, err) && pass_gate(x, &p, err) && fill_letter(x, &p, out, err) &&
           (ask->dry_run || put_letter(x, &p, out, err));
}

bool exchange_referral_print(struct exchange *x, const struct control_referral_print_ask *ask,
                             struct control_letter *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, print_letter(x, ask, out, err), err);
}

/* --- the answer --- */

/* Who waits for a place is asked again; 0: nothing more is waited for. */
static uint32_t day_of_next_answer(const struct exchange *x, enum letter_answer answer)
{
    return answer == LETTER_WAITLISTED ? tick_record_day(x) + BOUND_WAITLIST_DAYS : 0;
}

static bool enter_answer(struct exchange *x, const struct control_referral_answer_outside_ask *ask,
                         struct control_consent_letter *out, struct error *err)
{
    struct case_entry entry = {.consent = ask->consent, .answer = ask->answer};
    struct consent_row row;
    struct case_row c;
    const struct control_consent_letter *letter;
    struct letters l;

    if (!find_consent(x, &ask->consent, &row, &c, err) || !read_letters(x, &c, &row, &l, err))
        return false;
    entry.letter = ask->letter != 0 ? ask->letter : l.last;
    letter = find_letter(&l, entry.letter);
    if (letter == NULL)
        return error_set(err, E_OUT_04, "%u letters were printed under it, and that one is not here", (unsigned)l.last);
    *out = *letter;
    if (out->answer == ask->answer)
        return true;
    if (!tick_has_room(x, err) || !tick_begin(x, err) || !case_entries_add(x, &c, CASE_ENTRY_ANSWER, &entry, err) ||
        !case_entry_store_set_due(x->db, l.entries[letter - l.of], day_of_next_answer(x, ask->answer), err) ||
        !acting_record_opened(x, HOUSE_LETTER, &row.id, err))
        return false;
    out->answer = ask->answer;
    out->answered_ms = entry.time_ms;
    return true;
}

bool exchange_referral_answer_outside(struct exchange *x, const struct control_referral_answer_outside_ask *ask,
                                      struct control_consent_letter *out, struct error *err)
{
    uint64_t mark = tick_call_begin(x);

    return tick_call_end(x, mark, enter_answer(x, ask, out, err), err);
}
