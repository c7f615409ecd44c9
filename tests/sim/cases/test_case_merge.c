/* Two cases of one person, and what was written into the wrong case: nothing is lost, and what came leaves only under a
 * consent that was recorded since. */
#include "fixture.h"

#include "codec/case_codec.h"

#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_move.h"
#include "exchange/cases/case_notes.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/search/search_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent granted = {.sections = BIT(TRIAGE) | BIT(IDENTITY) | BIT(HEALTH)};
static const struct people_referral at_once = {.now = true};

static struct ident other; /* a second case of hers */

static struct case_sections opened(struct fixture *s, const struct ident *id)
{
    struct case_sections out = {0};

    world_must(exchange_case_show(s->ngo, id, &out, &s->err), &s->err, "show");
    return out;
}

static section_set sections_of(struct fixture *s, const struct ident *id)
{
    struct case_sections c = opened(s, id);
    section_set set = 0;

    for (enum section i = SECTION_TRIAGE; i < SECTION_END; i++)
        set |= c.sections[i].size > 0 ? SECTION_BIT(i) : 0;
    world_tick(s->w, NGO);
    return set;
}

static uint32_t version_of(struct fixture *s, const struct ident *id)
{
    uint32_t version = opened(s, id).version;

    world_tick(s->w, NGO);
    return version;
}

static bool try_remove(struct fixture *s, const struct ident *id, section_set removed)
{
    struct control_case_edit_ask ask = {.case_id = *id, .version = opened(s, id).version, .removed = removed};
    struct control_case_edited out;
    bool ok = exchange_case_edit(s->ngo, &ask, &out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

/* Her first case has no health. */
static void begin(struct fixture *s, uint64_t seed, size_t nodes)
{
    fixture_begin(s, seed, nodes, nodes > 1 ? &granted : NULL);
    other = people_case(s->ngo);
    world_tick(s->w, NGO);
    world_must(try_remove(s, &s->person, BIT(HEALTH)), &s->err, "remove a section");
}

static bool try_merge(struct fixture *s, const struct ident *from, const struct ident *into, bool part,
                      struct control_case_moved *out)
{
    const struct control_case_merge_ask ask = {.case_id = *into, .from = *from, .part = part};
    bool ok = exchange_case_merge(s->ngo, &ask, out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static void merge(struct fixture *s)
{
    struct control_case_moved out;

    world_must(try_merge(s, &other, &s->person, false, &out), &s->err, "merge");
}

static void part(struct fixture *s)
{
    struct control_case_moved out;

    world_must(try_merge(s, &other, &s->person, true, &out), &s->err, "part");
}

static enum denial why_not_health; /* of the last referral */

static bool refer_at_once(struct fixture *s, const struct ident *id)
{
    bool ok = people_refer(s->ngo, id, s->to, &at_once, &s->sent, &s->err);

    why_not_health = 0;
    for (size_t i = 0; ok && i < s->sent.held_back_count; i++)
        if (s->sent.held_back[i].section == SECTION_HEALTH)
            why_not_health = s->sent.held_back[i].why;
    world_tick(s->w, NGO);
    return ok;
}

static void test_what_one_case_lacks_comes_and_the_other_stays_as_it_was(void **state)
{
    struct control_case_moved out;
    struct fixture s;
    section_set all;

    (void)state;
    begin(&s, 310, 1);
    all = sections_of(&s, &other);
    assert_int_equal(sections_of(&s, &s.person), all & ~BIT(HEALTH));
    assert_true(try_merge(&s, &other, &s.person, false, &out));
    assert_true(out.field_count > 0 && out.differing_count == 0 && out.version == 3 && out.from_version == 1);
    assert_int_equal(sections_of(&s, &s.person), all);
    assert_int_equal(sections_of(&s, &other), all);
    assert_true(try_merge(&s, &other, &s.person, false, &out)); /* said again */
    assert_int_equal(version_of(&s, &s.person), 3);
    fixture_restart(&s, NGO);
    assert_false(try_merge(&s, &s.person, &other, false, &out));
    assert_int_equal(s.err.code, E_MRG_03);
    assert_false(try_merge(&s, &other, &other, false, &out));
    assert_int_equal(s.err.code, E_USE_03);
    fixture_end(&s);
}

static void test_nobody_writes_into_a_case_that_was_merged(void **state)
{
    struct control_case_note_ask note;
    struct control_case_note noted;
    struct control_case_moved out;
    struct ident id;
    struct fixture s;

    (void)state;
    begin(&s, 311, 2);
    merge(&s);
    assert_false(try_remove(&s, &other, BIT(HEALTH)));
    assert_int_equal(s.err.code, E_MRG_03);
    note = (struct control_case_note_ask){.case_id = other, .text = view_of_text("lost")};
    assert_false(exchange_case_note(s.ngo, &note, &noted, &s.err));
    assert_int_equal(s.err.code, E_MRG_03);
    assert_false(people_may_consent(s.ngo, &other, s.to, &granted, &id, &s.err));
    assert_int_equal(s.err.code, E_MRG_03);
    assert_false(refer_at_once(&s, &other));
    assert_int_equal(s.err.code, E_MRG_03);
    part(&s);
    part(&s); /* said again */
    assert_false(try_merge(&s, &s.person, &other, true, &out));
    assert_int_equal(s.err.code, E_MRG_04);
    assert_true(try_remove(&s, &other, BIT(HEALTH)));
    fixture_end(&s);
}

static void test_what_came_leaves_under_a_consent_recorded_since_and_no_earlier_one(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 312, 2);
    merge(&s);
    assert_true(refer_at_once(&s, &s.person));
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(IDENTITY));
    assert_int_equal(why_not_health, DENIAL_CAME_LATER);
    fixture_restart(&s, NGO);
    assert_true(refer_at_once(&s, &s.person));
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(IDENTITY));
    (void)people_consent(s.ngo, &s.person, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(refer_at_once(&s, &s.person));
    assert_int_equal(s.sent.shared, BIT(TRIAGE) | BIT(IDENTITY) | BIT(HEALTH));
    fixture_settle(&s);
    fixture_end(&s);
}

/* A message of the same field from before, which was taken away meanwhile: what is here now is not that. */
static void test_what_waits_is_asked_about_again_when_it_leaves(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 313, 2, &granted);
    other = people_case(s.ngo);
    world_tick(s.w, NGO);
    fixture_settle(&s);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, 6 * MINUTES);
    assert_true(refer_at_once(&s, &s.person));
    assert_true((s.sent.shared & BIT(HEALTH)) != 0);
    world_must(try_remove(&s, &s.person, BIT(HEALTH)), &s.err, "remove a section");
    merge(&s);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static void test_consents_and_referrals_stay_with_their_case(void **state)
{
    struct control_referral answered;
    struct fixture s;
    struct ident sent;

    (void)state;
    begin(&s, 314, 2);
    (void)people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &other, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    sent = s.sent.referral;
    fixture_settle(&s);
    merge(&s);
    world_must(exchange_referral_accept(s.mission, &sent, (struct view){0}, &answered, &s.err), &s.err, "accept");
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &sent, &s.err), granted.sections);
    fixture_end(&s);
}

static void test_what_was_merged_is_parted_again_but_for_what_was_changed_since(void **state)
{
    struct control_case_moved out;
    struct fixture s;
    section_set before;

    (void)state;
    begin(&s, 315, 1);
    world_must(try_remove(&s, &s.person, BIT(EXPLOITATION)), &s.err, "remove a section");
    before = sections_of(&s, &s.person);
    merge(&s);
    assert_int_equal(sections_of(&s, &s.person), before | BIT(HEALTH) | BIT(EXPLOITATION));
    world_must(try_remove(&s, &s.person, BIT(HEALTH)), &s.err, "remove a section");
    assert_true(try_merge(&s, &other, &s.person, true, &out));
    assert_int_equal(sections_of(&s, &s.person), before);
    merge(&s);
    assert_int_equal(sections_of(&s, &s.person), before | BIT(HEALTH) | BIT(EXPLOITATION));
    fixture_end(&s);
}

static bool merge_now(struct fixture *s)
{
    const struct control_case_merge_ask ask = {.case_id = s->person, .from = other};
    struct control_case_moved out;

    return exchange_case_merge(s->ngo, &ask, &out, &s->err);
}

static bool part_now(struct fixture *s)
{
    const struct control_case_merge_ask ask = {.case_id = s->person, .from = other, .part = true};
    struct control_case_moved out;

    return exchange_case_merge(s->ngo, &ask, &out, &s->err);
}

static uint32_t health[2]; /* fields of that section */

static bool move_now(struct fixture *s)
{
    const struct control_case_move_ask ask = {
        .case_id = s->person, .from = other, .fields = health, .field_count = health[1] != 0 ? 2 : 1};
    struct control_case_moved out;

    return exchange_case_move(s->ngo, &ask, &out, &s->err);
}

static void find_health(struct fixture *s)
{
    uint32_t refs[CASE_SECTION_FIELDS];
    size_t count;

    assert_true(case_section_fields(SECTION_HEALTH, opened(s, &other).sections[SECTION_HEALTH], refs, &count, &s->err));
    health[0] = refs[0];
    health[1] = count > 1 ? refs[1] : 0;
    world_tick(s->w, NGO);
}

static void test_a_merge_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;
    section_set before;

    (void)state;
    begin(&s, 316, 1);
    before = sections_of(&s, &s.person);
    assert_in_range(fixture_at_each_statement(&s, NGO, merge_now, MINUTES), 8, 900);
    assert_int_equal(sections_of(&s, &s.person), before | BIT(HEALTH));
    assert_int_equal(version_of(&s, &s.person), 3);
    assert_false(try_remove(&s, &other, BIT(HEALTH)));
    assert_in_range(fixture_at_each_statement(&s, NGO, part_now, MINUTES), 8, 900);
    assert_int_equal(sections_of(&s, &s.person), before);
    assert_int_equal(version_of(&s, &s.person), 4);
    assert_true(try_remove(&s, &other, BIT(IDENTITY)));
    fixture_end(&s);
}

static void test_when_one_case_is_gone_the_other_is_a_case_of_its_own(void **state)
{
    char id[IDENT_TEXT];
    struct fixture s;
    char sql[256];

    (void)state;
    begin(&s, 317, 1);
    merge(&s);
    ident_write(&s.person, id);
    (void)snprintf(sql, sizeof sql,
                   "DELETE FROM case_entry WHERE case_number = (SELECT number FROM case_file WHERE id = x'%s');"
                   "DELETE FROM case_section WHERE case_number = (SELECT number FROM case_file WHERE id = x'%s')",
                   id, id);
    fixture_edit(&s, NGO, sql);
    (void)snprintf(sql, sizeof sql, "PRAGMA foreign_keys = OFF; DELETE FROM case_file WHERE id = x'%s'", id);
    fixture_edit(&s, NGO, sql);
    assert_true(try_remove(&s, &other, BIT(HEALTH)));
    fixture_end(&s);
}

static bool on_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    struct fixture *s = cookie;

    (void)err;
    assert_true(ident_equal(&f->case_id, &s->person));
    assert_int_equal(f->found, 1);
    return true;
}

static void test_a_search_finds_one(void **state)
{
    const struct control_case_find_ask ask = {.words = view_of_text("example")};
    struct searching *searching;
    struct fixture s;

    (void)state;
    begin(&s, 318, 1);
    merge(&s);
    fixture_settle(&s);
    world_must(exchange_search_begin(s.ngo, &ask, &searching, &s.err), &s.err, "search");
    world_must(exchange_search_step(searching, NULL, on_found, &s, &s.err), &s.err, "search");
    exchange_search_end(searching);
    fixture_end(&s);
}

/* One that an acceptance opened shows what came, and has no section of its own. */
static void test_a_case_with_nothing_of_its_own_is_merged(void **state)
{
    struct control_case_moved out;
    char id[IDENT_TEXT];
    struct fixture s;
    char sql[160];

    (void)state;
    begin(&s, 325, 1);
    ident_write(&other, id);
    (void)snprintf(sql, sizeof sql,
                   "DELETE FROM case_section WHERE case_number = (SELECT number FROM case_file WHERE id = x'%s')", id);
    fixture_edit(&s, NGO, sql);
    assert_true(try_merge(&s, &other, &s.person, false, &out));
    assert_int_equal(out.field_count, 0);
    assert_false(try_merge(&s, &s.person, &other, false, &out));
    assert_int_equal(s.err.code, E_MRG_03);
    assert_true(try_merge(&s, &other, &s.person, true, &out));
    fixture_end(&s);
}

/* In one tick, too. */
static void test_a_consent_of_the_same_tick_covers_what_came_before_it_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 326, 2);
    (void)people_consent(s.ngo, &s.person, s.to, &granted);
    merge(&s); /* and the tick */
    assert_true(refer_at_once(&s, &s.person));
    assert_int_equal(why_not_health, DENIAL_CAME_LATER);
    part(&s);
    assert_true(merge_now(&s));
    (void)people_consent(s.ngo, &s.person, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(refer_at_once(&s, &s.person));
    assert_true((s.sent.shared & BIT(HEALTH)) != 0);
    fixture_settle(&s);
    fixture_end(&s);
}

/* --- move --- */

static void test_what_was_written_into_the_wrong_case_is_moved_and_leaves_only_under_a_new_consent(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 319, 2);
    find_health(&s);
    world_must(move_now(&s), &s.err, "move");
    world_tick(s.w, NGO);
    assert_true((sections_of(&s, &s.person) & BIT(HEALTH)) != 0);
    assert_int_equal(version_of(&s, &s.person), 3);
    assert_int_equal(version_of(&s, &other), 2);
    assert_true(refer_at_once(&s, &s.person));
    assert_int_equal(why_not_health, DENIAL_CAME_LATER);
    assert_false(move_now(&s)); /* it is not there any more */
    assert_int_equal(s.err.code, E_MRG_01);
    (void)people_consent(s.ngo, &s.person, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(refer_at_once(&s, &s.person));
    assert_true((s.sent.shared & BIT(HEALTH)) != 0);
    fixture_settle(&s);
    fixture_end(&s);
}

static bool move_or_was_moved(struct fixture *s)
{
    return move_now(s) || s->err.code == E_MRG_01;
}

static void test_a_move_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 320, 1);
    find_health(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, move_or_was_moved, MINUTES), 8, 900);
    assert_int_equal(version_of(&s, &s.person), 3);
    assert_int_equal(version_of(&s, &other), 2);
    fixture_end(&s);
}

struct notes {
    uint32_t count;
    int64_t time_ms;
    enum case_moving how;
    char text[16];
};

static bool keep_note(void *cookie, const struct control_case_note *n, struct error *err)
{
    struct notes *notes = cookie;

    (void)err;
    notes->count = n->note;
    notes->time_ms = n->time_ms;
    notes->how = n->how;
    (void)snprintf(notes->text, sizeof notes->text, "%.*s", (int)n->text.size, (const char *)n->text.at);
    return true;
}

static struct notes notes_of(struct fixture *s, const struct ident *id)
{
    struct notes n = {0};

    world_must(exchange_case_notes(s->ngo, &(struct control_case_notes_ask){*id}, NULL, keep_note, &n, &s->err),
               &s->err, "list notes");
    world_tick(s->w, NGO);
    return n;
}

static void test_a_note_is_moved_with_its_time(void **state)
{
    struct control_case_note_ask ask = {.text = view_of_text("She called.")};
    struct control_case_move_ask move = {.note = 1};
    struct control_case_note noted;
    struct control_case_moved out;
    struct fixture s;
    struct notes n;

    (void)state;
    begin(&s, 321, 1);
    ask.case_id = other;
    world_must(exchange_case_note(s.ngo, &ask, &noted, &s.err), &s.err, "write a note");
    world_tick(s.w, NGO);
    world_run_ms(s.w, HOURS);
    move.case_id = s.person;
    move.from = other;
    world_must(exchange_case_move(s.ngo, &move, &out, &s.err), &s.err, "move a note");
    world_tick(s.w, NGO);
    assert_int_equal(out.note, 1);
    n = notes_of(&s, &s.person);
    assert_string_equal(n.text, "She called.");
    assert_true(n.how == CASE_MOVING_MOVED_FROM && n.time_ms == noted.time_ms);
    n = notes_of(&s, &other);
    assert_string_equal(n.text, "");
    assert_int_equal(n.how, CASE_MOVING_MOVED_TO);
    assert_false(exchange_case_move(s.ngo, &move, &out, &s.err));
    assert_int_equal(s.err.code, E_MRG_01);
    fixture_end(&s);
}

static void test_a_field_that_the_right_case_says_otherwise_stays_where_it_is(void **state)
{
    struct control_case_edit_ask ask = {.version = 1};
    struct control_case_section section = {.section = SECTION_IDENTITY};
    struct control_case_move_ask move;
    struct control_case_moved out;
    struct control_case_edited edited;
    struct bytes room = {0};
    struct arena arena = {0};
    struct case_data c;
    struct fixture s;
    uint32_t name;
    bool empty;

    (void)state;
    begin(&s, 322, 1);
    case_init(&c, &arena);
    assert_true(
        case_read_value(&c, case_field_find(view_of_text("prs_FirstName")), 0, view_of_text("Zorislava"), &s.err));
    assert_true(case_section_encode(&c, SECTION_IDENTITY, &room, &empty, &s.err));
    section.data = bytes_view(&room);
    ask.case_id = other;
    ask.sections = &section;
    ask.section_count = 1;
    world_must(exchange_case_edit(s.ngo, &ask, &edited, &s.err), &s.err, "edit");
    world_tick(s.w, NGO);
    name = case_field_ref(case_field_find(view_of_text("prs_FirstName")));
    move = (struct control_case_move_ask){.case_id = s.person, .from = other, .fields = &name, .field_count = 1};
    assert_false(exchange_case_move(s.ngo, &move, &out, &s.err));
    assert_int_equal(s.err.code, E_MRG_02);
    assert_true(try_merge(&s, &other, &s.person, false, &out));
    assert_int_equal(out.differing_count, 1);
    bytes_fini(&room);
    arena_fini(&arena);
    fixture_end(&s);
}

/* --- one of them ends --- */

static bool end_case(struct fixture *s, const struct ident *id, bool only_close)
{
    const struct control_case_close_ask close = {.case_id = *id, .reason = CLOSE_COMPLETED};
    const struct control_case_delete_ask delete = {.case_id = *id, .reason = DELETE_IN_ERROR, .leave = true};
    struct control_case_life life;
    bool ok = only_close ? exchange_case_close(s->ngo, &close, &life, &s->err)
                         : exchange_case_delete(s->ngo, &delete, &life, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static void open_again(struct fixture *s, const struct ident *id)
{
    struct control_case_life life;

    world_must(exchange_case_reopen(s->ngo, id, &life, &s->err), &s->err, "reopen");
    world_tick(s->w, NGO);
}

static void check_nothing_passes(struct fixture *s, const struct ident *ended, bool only_close)
{
    char id[IDENT_TEXT];

    ident_write(ended, id);
    world_must(end_case(s, ended, only_close), &s->err, "end a case");
    assert_false(merge_now(s));
    assert_true(s->err.code == E_MRG_06 && strstr(s->err.text, id) != NULL);
    assert_false(move_now(s));
    assert_int_equal(s->err.code, E_MRG_06);
    open_again(s, ended);
}

static void test_nothing_passes_into_a_case_that_ends_or_out_of_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 327, 1);
    find_health(&s);
    for (unsigned i = 0; i < 4; i++)
        check_nothing_passes(&s, i < 2 ? &other : &s.person, i % 2 == 0);
    merge(&s);
    world_must(end_case(&s, &other, false), &s.err, "delete the duplicate");
    assert_true(merge_now(&s)); /* as it is */
    assert_false(part_now(&s)); /* the other would go with all that is taken out of this one */
    assert_int_equal(s.err.code, E_MRG_06);
    open_again(&s, &other);
    part(&s);
    fixture_end(&s);
}

/* --- who is kept from one of them --- */

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += n->agency.size != 0;
    return true;
}

static void test_which_agency_is_kept_from_the_one_is_kept_from_the_other(void **state)
{
    struct control_case_never_ask ask = {.list = false};
    struct fixture s;
    unsigned count = 0;

    (void)state;
    begin(&s, 323, 2);
    ask.case_id = other;
    ask.agency = *s.to;
    world_must(exchange_case_never(s.ngo, &ask, on_never, &count, &s.err), &s.err, "keep it out");
    world_tick(s.w, NGO);
    assert_true(refer_at_once(&s, &s.person));
    merge(&s);
    assert_false(refer_at_once(&s, &s.person));
    assert_int_equal(s.err.code, E_CON_27);
    count = 0;
    ask = (struct control_case_never_ask){.case_id = s.person, .list = true};
    world_must(exchange_case_never(s.ngo, &ask, on_never, &count, &s.err), &s.err, "list");
    assert_int_equal(count, 1);
    fixture_end(&s);
}

static void test_what_was_offered_of_the_one_does_not_go_to_who_is_kept_from_the_other_since(void **state)
{
    struct control_case_never_ask ask = {.list = false};
    struct control_referral answered;
    struct fixture s;
    struct ident sent;
    unsigned count = 0;

    (void)state;
    begin(&s, 325, 2);
    (void)people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &other, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    sent = s.sent.referral;
    fixture_settle(&s);
    merge(&s);
    ask.case_id = s.person;
    ask.agency = *s.to;
    world_must(exchange_case_never(s.ngo, &ask, on_never, &count, &s.err), &s.err, "keep it out");
    world_tick(s.w, NGO);
    world_must(exchange_referral_accept(s.mission, &sent, (struct view){0}, &answered, &s.err), &s.err, "accept");
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &sent, &s.err), BIT(TRIAGE)); /* went before */
    fixture_end(&s);
}

static void test_a_no_ends_each_yes_of_her_whichever_case_it_was_recorded_for(void **state)
{
    struct control_consent shown;
    struct fixture s;
    struct ident yes;

    (void)state;
    begin(&s, 326, 2);
    yes = people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    merge(&s);
    (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    world_must(exchange_consent_show(s.ngo, &yes, &shown, &s.err), &s.err, "show");
    assert_int_equal(shown.progress, CONSENT_STOPPED);
    fixture_end(&s);
}

/* --- what she said in either --- */

static const struct people_consent no = {.refused = true};

static bool merge_and_withdraw(struct fixture *s)
{
    const struct control_case_merge_ask ask = {.case_id = s->person, .from = other, .withdraw = true};
    struct control_case_moved out;

    return exchange_case_merge(s->ngo, &ask, &out, &s->err);
}

static struct control_consent shown(struct fixture *s, const struct ident *consent)
{
    struct control_consent out;

    world_must(exchange_consent_show(s->ngo, consent, &out, &s->err), &s->err, "show a consent");
    return out;
}

/* She says yes of the one case, and later no of the other; that is told first, and done when it is said. */
static void check_the_no_counts(const struct ident *yes_of, const struct ident *no_of, struct fixture *s)
{
    struct control_case_merge_ask ask = {.case_id = s->person, .from = other, .dry_run = true};
    struct ident yes = people_consent(s->ngo, yes_of, s->to, &granted);
    struct control_case_moved out;

    world_tick(s->w, NGO);
    (void)people_consent(s->ngo, no_of, s->to, &no);
    world_tick(s->w, NGO);
    assert_false(merge_now(s));
    assert_int_equal(s->err.code, E_MRG_07);
    assert_true(exchange_case_merge(s->ngo, &ask, &out, &s->err));
    assert_true(out.withdrawn == 1 && out.ended_count == 1 && ident_equal(&out.ended[0].consent, &yes));
    assert_int_equal(shown(s, &yes).progress, CONSENT_STANDS);
    assert_true(merge_and_withdraw(s));
    world_tick(s->w, NGO);
    assert_int_equal(shown(s, &yes).progress, CONSENT_STOPPED);
    part(s);
    assert_int_equal(shown(s, &yes).progress, CONSENT_STOPPED); /* she is asked anew */
}

static void test_a_no_of_the_one_case_ends_an_older_yes_of_the_other(void **state)
{
    struct fixture s;
    struct ident yes;

    (void)state;
    begin(&s, 328, 2);
    (void)people_consent(s.ngo, &s.person, s.to, &no);
    world_tick(s.w, NGO);
    check_the_no_counts(&other, &s.person, &s);
    check_the_no_counts(&s.person, &other, &s);
    yes = people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    merge(&s); /* that is newer than each no */
    assert_true(shown(&s, &yes).progress == CONSENT_STANDS && !shown(&s, &yes).shut);
    fixture_end(&s);
}

static void test_a_merge_that_ends_a_yes_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;
    struct ident yes;

    (void)state;
    begin(&s, 329, 2);
    yes = people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &s.person, s.to, &no);
    world_tick(s.w, NGO);
    assert_in_range(fixture_at_each_statement(&s, NGO, merge_and_withdraw, MINUTES), 8, 900);
    assert_false(try_remove(&s, &other, BIT(HEALTH)));
    assert_int_not_equal(shown(&s, &yes).progress, CONSENT_STANDS);
    fixture_end(&s);
}

/* As one from before a merge looked for it, or one whose row said something else meanwhile. */
static void test_what_a_later_no_did_not_find_is_shut_by_it(void **state)
{
    struct control_referral answered;
    struct fixture s;
    struct ident sent;
    struct ident yes;

    (void)state;
    begin(&s, 330, 2);
    yes = people_consent(s.ngo, &other, s.to, &granted);
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &other, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    sent = s.sent.referral;
    fixture_settle(&s);
    merge(&s);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 4 WHERE number = (SELECT max(number) FROM consent)");
    (void)people_consent(s.ngo, &s.person, s.to, &no);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 1 WHERE number = (SELECT max(number) - 1 FROM consent)");
    assert_true(shown(&s, &yes).shut);
    world_must(exchange_referral_accept(s.mission, &sent, (struct view){0}, &answered, &s.err), &s.err, "accept");
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &sent, &s.err), BIT(TRIAGE)); /* went before */
    part(&s);
    assert_false(shown(&s, &yes).shut); /* another's no */
    fixture_end(&s);
}

static void test_where_it_is_not_read_who_is_kept_from_a_case_it_is_not_merged(void **state)
{
    struct control_case_never_ask ask = {.list = false};
    struct control_case_moved out;
    struct fixture s;
    unsigned count = 0;

    (void)state;
    begin(&s, 324, 2);
    ask.case_id = other;
    ask.agency = *s.to;
    world_must(exchange_case_never(s.ngo, &ask, on_never, &count, &s.err), &s.err, "keep it out");
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE case_never SET sealed = randomblob(length(sealed))");
    assert_false(try_merge(&s, &other, &s.person, false, &out));
    assert_int_equal(s.err.code, E_MRG_05);
    assert_true(refer_at_once(&s, &s.person));
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_one_case_lacks_comes_and_the_other_stays_as_it_was),
        cmocka_unit_test(test_nobody_writes_into_a_case_that_was_merged),
        cmocka_unit_test(test_what_came_leaves_under_a_consent_recorded_since_and_no_earlier_one),
        cmocka_unit_test(test_what_waits_is_asked_about_again_when_it_leaves),
        cmocka_unit_test(test_consents_and_referrals_stay_with_their_case),
        cmocka_unit_test(test_what_was_merged_is_parted_again_but_for_what_was_changed_since),
        cmocka_unit_test(test_a_merge_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_when_one_case_is_gone_the_other_is_a_case_of_its_own),
        cmocka_unit_test(test_a_search_finds_one),
        cmocka_unit_test(test_a_case_with_nothing_of_its_own_is_merged),
        cmocka_unit_test(test_a_consent_of_the_same_tick_covers_what_came_before_it_alone),
        cmocka_unit_test(test_what_was_written_into_the_wrong_case_is_moved_and_leaves_only_under_a_new_consent),
        cmocka_unit_test(test_a_move_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_a_note_is_moved_with_its_time),
        cmocka_unit_test(test_a_field_that_the_right_case_says_otherwise_stays_where_it_is),
        cmocka_unit_test(test_nothing_passes_into_a_case_that_ends_or_out_of_it),
        cmocka_unit_test(test_which_agency_is_kept_from_the_one_is_kept_from_the_other),
        cmocka_unit_test(test_what_was_offered_of_the_one_does_not_go_to_who_is_kept_from_the_other_since),
        cmocka_unit_test(test_a_no_ends_each_yes_of_her_whichever_case_it_was_recorded_for),
        cmocka_unit_test(test_a_no_of_the_one_case_ends_an_older_yes_of_the_other),
        cmocka_unit_test(test_a_merge_that_ends_a_yes_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_what_a_later_no_did_not_find_is_shut_by_it),
        cmocka_unit_test(test_where_it_is_not_read_who_is_kept_from_a_case_it_is_not_merged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
