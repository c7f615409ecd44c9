/* A case changes: whole or not at all, nothing of how it was lost, and what is sent is as it is now. */
#include "fixture.h"

#include "base/file.h"
#include "codec/case_codec.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_entries.h"
#include "exchange/state.h"
#include "exchange/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct people_consent granted = {.sections = BIT(TRIAGE) | BIT(IDENTITY)};

/* A section with one field, encoded in ROOM. */
static struct view section_of(enum section s, const char *field, const char *value, struct bytes *room)
{
    struct arena arena = {0};
    struct case_data c;
    struct error err;
    bool empty;

    bytes_clear(room);
    case_init(&c, &arena);
    assert_true(case_read_value(&c, case_field_find(view_of_text(field)), 0, view_of_text(value), &err));
    assert_true(case_section_encode(&c, s, room, &empty, &err));
    arena_fini(&arena);
    return bytes_view(room);
}

/* What FIELD says in a section; empty: nothing. */
static void read_field(struct view section, enum section s, const char *field, char out[static 64])
{
    const struct case_value *v;
    struct arena arena = {0};
    struct bytes text = {0};
    struct case_data c;
    struct error err;

    case_init(&c, &arena);
    assert_true(section.size == 0 || case_section_decode(s, section, &c, &err));
    v = case_get_by_name(&c, field, 0);
    if (v != NULL)
        case_value_write(v, &text);
    (void)snprintf(out, 64, "%.*s", (int)text.size, (const char *)text.at);
    bytes_fini(&text);
    arena_fini(&arena);
}

struct changed {
    enum section section;
    const char *field;
    const char *value;
    uint32_t version; /* 0: the newest */
    bool confirmed;
    const char *likeness;
};

static uint32_t version_of(struct fixture *s)
{
    struct case_sections out = {0};

    assert_true(exchange_case_show(s->ngo, &s->person, &out, &s->err));
    world_tick(s->w, NGO);
    return out.version;
}

static bool try_edit(struct fixture *s, const struct changed *c, struct control_case_edited *out)
{
    struct bytes room = {0};
    struct control_case_section section = {.section = c->section};
    struct control_case_likeness likeness = {.likeness = LIKENESS_PERSON};
    struct control_case_edit_ask ask = {.case_id = s->person,
                                        .version = c->version != 0 ? c->version : version_of(s),
                                        .sections = &section,
                                        .section_count = 1,
                                        .told_by = TOLD_BY_HERSELF,
                                        .seen_alone = c->confirmed,
                                        .likenesses = &likeness};
    bool ok;

    section.data = section_of(c->section, c->field, c->value, &room);
    if (c->likeness != NULL) {
        likeness.key = view_of_text(c->likeness);
        ask.likeness_count = 1;
    }
    ok = exchange_case_edit(s->ngo, &ask, out, &s->err);
    world_tick(s->w, NGO);
    bytes_fini(&room);
    return ok;
}

static struct control_case_edited edit(struct fixture *s, struct changed c)
{
    struct control_case_edited out;

    world_must(try_edit(s, &c, &out), &s->err, "edit");
    return out;
}

static void assert_field(struct fixture *s, enum section section, const char *field, const char *value)
{
    struct case_sections out = {0};
    char is[64];

    assert_true(exchange_case_show(s->ngo, &s->person, &out, &s->err));
    read_field(out.sections[section], section, field, is);
    assert_string_equal(is, value);
    world_tick(s->w, NGO);
}

/* --- history --- */

struct history {
    uint32_t count;
    char before[64]; /* first name before the last change */
};

static bool note_change(void *cookie, const struct control_case_change *c, struct error *err)
{
    struct history *h = cookie;

    (void)err;
    assert_int_equal(c->version, ++h->count + 1);
    assert_true(c->time_ms > 0);
    for (size_t i = 0; i < c->before_count; i++)
        if (c->before[i].section == SECTION_IDENTITY)
            read_field(c->before[i].data, SECTION_IDENTITY, "prs_FirstName", h->before);
    return true;
}

static struct history history_of(struct fixture *s)
{
    struct history h = {0};

    world_must(
        exchange_case_history(s->ngo, &(struct control_case_history_ask){s->person}, NULL, note_change, &h, &s->err),
        &s->err, "history");
    world_tick(s->w, NGO);
    return h;
}

static void test_how_it_was_stays(void **state)
{
    struct control_case_edited out;
    struct fixture s;
    struct history h;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_int_equal(version_of(&s), 1);
    out = edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Second"});
    assert_true(out.version == 2 && out.changed == BIT(IDENTITY) && out.not_confirmed == 0);
    out = edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Second"});
    assert_true(out.version == 2 && out.changed == 0);
    out = edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Third"});
    h = history_of(&s);
    assert_true(h.count == 2 && version_of(&s) == 3);
    assert_string_equal(h.before, "Second");
    assert_field(&s, SECTION_IDENTITY, "prs_FirstName", "Third");
    fixture_end(&s);
}

static void test_what_somebody_else_changed_since_is_not_overwritten(void **state)
{
    struct control_case_edited out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    (void)edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Theirs"});
    assert_false(try_edit(
        &s, &(struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Mine", .version = 1},
        &out));
    assert_int_equal(s.err.code, E_CAS_23);
    assert_field(&s, SECTION_IDENTITY, "prs_FirstName", "Theirs");
    out =
        edit(&s, (struct changed){.section = SECTION_HEALTH, .field = "ext_Medication", .value = "none", .version = 1});
    assert_true(out.version == 3 && out.changed == BIT(HEALTH));
    assert_field(&s, SECTION_IDENTITY, "prs_FirstName", "Theirs");
    assert_false(try_edit(
        &s, &(struct changed){.section = SECTION_HEALTH, .field = "ext_Medication", .value = "none", .version = 4},
        &out));
    assert_int_equal(s.err.code, E_CAS_24);
    fixture_end(&s);
}

static bool edit_anew(struct fixture *s)
{
    static unsigned times;
    struct control_case_edited out;
    struct case_row row;
    uint32_t version;
    char name[16];
    bool found;

    (void)snprintf(name, sizeof name, "Name %u", ++times);
    return case_store_find(s->ngo->db, &s->person, &found, &row, &s->err) &&
           case_entries_version(s->ngo, &row, &version, &s->err) &&
           try_edit(s,
                    &(struct changed){
                        .section = SECTION_IDENTITY, .field = "prs_FirstName", .value = name, .version = version},
                    &out);
}

static void test_an_edit_is_whole_or_not_at_all(void **state)
{
    struct fixture s;
    struct history h;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, edit_anew, MINUTES), 10, 500);
    h = history_of(&s);
    assert_true(h.count > 0);
    assert_int_equal(version_of(&s), h.count + 1);
    fixture_end(&s);
}

static void test_a_full_disk_takes_no_edit(void **state)
{
    struct control_case_edited out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    world_fault(s.w, NGO, DB_FAULT_COMMIT_FULL, 1);
    assert_true(try_edit(
        &s, &(struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Other", .version = 1},
        &out));
    world_tick(s.w, NGO);
    world_mend(s.w, NGO);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(version_of(&s), 1); /* nothing was answered */
    assert_field(&s, SECTION_IDENTITY, "prs_FirstName", "Example");
    fixture_end(&s);
}

/* --- what is sent, and by whom she is found --- */

static void test_what_is_sent_is_as_it_is_now(void **state)
{
    const struct people_referral later = {.now = false};
    struct control_referral_detail d;
    struct control_referral answer;
    struct fixture s;
    char is[64];

    (void)state;
    fixture_begin(&s, 1, 2, &granted);
    world_must(people_refer(s.ngo, &s.person, s.to, &later, &s.sent, &s.err), &s.err, "refer");
    fixture_settle(&s);
    (void)edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Newer"});
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err), &s.err,
               "accept");
    fixture_settle(&s);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err), &s.err, "show");
    read_field(people_section(&d, SECTION_IDENTITY), SECTION_IDENTITY, "prs_FirstName", is);
    assert_string_equal(is, "Newer");
    fixture_end(&s);
}

/* It was opened before, in the same tick. */
static void test_what_is_sent_is_as_it_is_now_in_the_tick_of_the_change(void **state)
{
    struct bytes room = {0};
    struct control_case_section section = {.section = SECTION_IDENTITY};
    struct control_case_edit_ask ask = {.version = 1, .sections = &section, .section_count = 1};
    struct control_referral_detail d;
    struct control_case_edited out;
    struct case_sections opened;
    struct fixture s;
    char is[64];

    (void)state;
    fixture_begin(&s, 1, 2, &granted);
    ask.case_id = s.person;
    section.data = section_of(SECTION_IDENTITY, "prs_FirstName", "Newer", &room);
    assert_true(exchange_case_show(s.ngo, &s.person, &opened, &s.err));
    assert_true(exchange_case_edit(s.ngo, &ask, &out, &s.err));
    fixture_refer(&s);
    fixture_settle(&s);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err), &s.err, "show");
    read_field(people_section(&d, SECTION_IDENTITY), SECTION_IDENTITY, "prs_FirstName", is);
    assert_string_equal(is, "Newer");
    bytes_fini(&room);
    fixture_end(&s);
}

static bool keep_added(void *cookie, const struct control_case_added *a, struct error *err)
{
    (void)err;
    *(struct control_case_added *)cookie = *a;
    return true;
}

/* What an import of a person who is found by KEY is answered. */
static struct control_case_added import(struct fixture *s, const char *key)
{
    static uint64_t files; /* each of another length: none was imported before */
    struct control_case_likeness likeness = {.likeness = LIKENESS_PERSON, .key = view_of_text(key)};
    struct case_sections sections = {0};
    struct case_import ask = {
        .cases = &sections, .likenesses = &likeness, .likeness_count = 1, .commit = {.count = 1, .text_size = ++files}};
    struct control_case_added out = {0};
    struct bytes room = {0};

    sections.sections[SECTION_IDENTITY] = section_of(SECTION_IDENTITY, "prs_FirstName", key, &room);
    world_must(people_import(s->ngo, &ask, keep_added, &out, &s->err), &s->err, "import");
    world_tick(s->w, NGO);
    bytes_fini(&room);
    return out;
}

static void test_she_is_found_by_what_is_true_now(void **state)
{
    struct control_case_edited out;
    struct control_case_added a;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    s.person = import(&s, "wrong name").case_id;
    (void)edit(&s,
               (struct changed){
                   .section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Right", .likeness = "right name"});
    a = import(&s, "right name");
    assert_int_equal(a.likeness, LIKENESS_PERSON);
    assert_true(ident_equal(&a.case_id, &s.person));
    a = import(&s, "wrong name");
    assert_int_equal(a.likeness, LIKENESS_NONE);
    /* who becomes like another is told which */
    out = edit(&s,
               (struct changed){
                   .section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Wrong", .likeness = "wrong name"});
    assert_true(ident_equal(&out.alike, &a.case_id));
    out =
        edit(&s, (struct changed){
                     .section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Alone", .likeness = "nobody's"});
    assert_true(ident_is_zero(&out.alike));
    fixture_end(&s);
}

static void test_what_she_did_not_say_alone_is_marked(void **state)
{
    struct control_case_edited out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    out = edit(&s, (struct changed){.section = SECTION_CONTACT, .field = "prs_MobilePhone", .value = "+48500417733"});
    assert_int_equal(out.not_confirmed, BIT(CONTACT));
    assert_field(&s, SECTION_CONTACT, "ext_ContactConfirmed", "no");
    out = edit(
        &s, (struct changed){.section = SECTION_CONTACT, .field = "ext_SafeToCall", .value = "yes", .confirmed = true});
    assert_int_equal(out.not_confirmed, 0);
    assert_field(&s, SECTION_CONTACT, "ext_ContactConfirmed", "yes");
    out = edit(&s, (struct changed){.section = SECTION_CONTACT, .field = "ext_ContactConfirmed", .value = "yes"});
    assert_field(&s, SECTION_CONTACT, "ext_ContactConfirmed", "no"); /* it is not said by the file */
    out = edit(&s, (struct changed){.section = SECTION_WHEREABOUTS, .field = "ext_StayCity", .value = "Lublin"});
    assert_int_equal(out.not_confirmed, BIT(WHEREABOUTS));
    assert_field(&s, SECTION_WHEREABOUTS, "ext_PlaceConfirmed", "no");
    out = edit(&s, (struct changed){.section = SECTION_HEALTH, .field = "ext_Medication", .value = "none"});
    assert_int_equal(out.not_confirmed, 0);
    fixture_end(&s);
}

/* --- at rest --- */

static bool is_on_disk(const struct fixture *s, const char *wanted)
{
    static const char *const files[] = {"refex.db", "refex.db-wal"};
    bool found = false;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes all = {0};
        char path[FILE_PATH_MAX];
        struct error err;

        assert_true(file_join_path(path, world_home(s->w, NGO), files[i], &err));
        if (file_read(path, 64 << 20, &all, &err))
            found = found || memmem(all.at, all.size, wanted, strlen(wanted)) != NULL;
        bytes_fini(&all);
    }
    return found;
}

static void test_how_it_was_goes_with_the_key_of_the_case(void **state)
{
    struct case_row row;
    struct history h = {0};
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    (void)edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Zorislava"});
    (void)edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = "Other"});
    assert_false(is_on_disk(&s, "Zorislava"));
    assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
    assert_true(vault_erase_slot(s.ngo->vault, row.slot, &s.err));
    assert_false(
        exchange_case_history(s.ngo, &(struct control_case_history_ask){s.person}, NULL, note_change, &h, &s.err));
    assert_int_equal(s.err.code, E_KEY_09);
    assert_int_equal(h.count, 0);
    fixture_end(&s);
}

/* Counts what is told, and how much of the tick's memory is in use by the last. */
struct paged {
    struct fixture *s;
    unsigned count;
    size_t used;
};

static bool count_change(void *cookie, const struct control_case_change *c, struct error *err)
{
    struct paged *p = cookie;

    (void)err;
    assert_int_equal(c->version, ++p->count + 1);
    p->used = p->s->ngo->tick_arena.used;
    return true;
}

static void test_versions_are_told_in_steps_and_one_is_opened_at_a_time(void **state)
{
    const struct control_case_history_ask ask = {0};
    struct walk_step step = {.limit = 2, .more = true};
    struct control_case_history_ask hers = ask;
    struct paged p = {0};
    struct fixture s;
    unsigned opened;
    size_t first = 0;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    p.s = &s;
    hers.case_id = s.person;
    for (unsigned i = 0; i < 7; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "Name%u", i);
        (void)edit(&s, (struct changed){.section = SECTION_IDENTITY, .field = "prs_FirstName", .value = name});
    }
    opened = people_records(s.ngo, RECORD_OPENED);
    for (unsigned steps = 1; step.more; steps++) {
        assert_true(steps <= 4);
        assert_true(exchange_case_history(s.ngo, &hers, &step, count_change, &p, &s.err));
        world_tick(s.w, NGO);
    }
    assert_int_equal(p.count, 7);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), opened + 2); /* and the reading of the log */
    p.count = 0;
    for (step = (struct walk_step){.limit = 1, .more = true}; step.more && p.count < 1;)
        assert_true(exchange_case_history(s.ngo, &hers, &step, count_change, &p, &s.err));
    first = p.used;
    world_tick(s.w, NGO);
    p.count = 0;
    assert_true(exchange_case_history(s.ngo, &hers, NULL, count_change, &p, &s.err));
    assert_true(p.count == 7 && p.used < first + 512); /* they are not kept in it */
    world_tick(s.w, NGO);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_it_was_stays),
        cmocka_unit_test(test_what_somebody_else_changed_since_is_not_overwritten),
        cmocka_unit_test(test_an_edit_is_whole_or_not_at_all),
        cmocka_unit_test(test_a_full_disk_takes_no_edit),
        cmocka_unit_test(test_what_is_sent_is_as_it_is_now),
        cmocka_unit_test(test_what_is_sent_is_as_it_is_now_in_the_tick_of_the_change),
        cmocka_unit_test(test_she_is_found_by_what_is_true_now),
        cmocka_unit_test(test_what_she_did_not_say_alone_is_marked),
        cmocka_unit_test(test_how_it_was_goes_with_the_key_of_the_case),
        cmocka_unit_test(test_versions_are_told_in_steps_and_one_is_opened_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
