/* Cases that come in: nobody twice without a word, and a retry adds nothing. */
#include "fixture.h"

#include "base/file.h"
#include "codec/case_codec.h"
#include "exchange/cases/casebook.h"
#include "exchange/logs/audit.h"
#include "exchange/search/id_find.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CASES_MAX 4

/* What an import was answered. */
struct answers {
    struct control_case_added of[CASES_MAX];
    size_t count;
};

/* An import of cases that hold a name each, and what is said of them. */
struct asked {
    const char *names[CASES_MAX];
    struct control_case_likeness likenesses[CASES_MAX];
    size_t likeness_count;
    uint64_t text_size;
    bool again;
    const char *request_id;
};

static bool keep_answer(void *cookie, const struct control_case_added *i, struct error *err)
{
    struct answers *a = cookie;

    (void)err;
    assert_true(a->count < CASES_MAX);
    a->of[a->count++] = *i;
    return true;
}

static bool try_import(struct fixture *s, const struct asked *asked, struct answers *out)
{
    struct case_sections sections[CASES_MAX] = {0};
    struct bytes encoded[CASES_MAX] = {{0}};
    struct case_import ask = {
        .cases = sections,
        .likenesses = asked->likenesses,
        .likeness_count = asked->likeness_count,
        .commit = {.text_size = asked->text_size,
                   .again = asked->again,
                   .request_id = view_of_text(asked->request_id != NULL ? asked->request_id : "")}};
    bool ok;

    for (; ask.commit.count < CASES_MAX && asked->names[ask.commit.count] != NULL; ask.commit.count++) {
        struct arena arena = {0};
        struct case_data c;
        bool empty;

        case_init(&c, &arena);
        assert_true(case_set_text(&c, case_field_find(view_of_text("prs_FirstName")), 0,
                                  view_of_text(asked->names[ask.commit.count]), &s->err));
        assert_true(case_section_encode(&c, SECTION_IDENTITY, &encoded[ask.commit.count], &empty, &s->err));
        sections[ask.commit.count].sections[SECTION_IDENTITY] = bytes_view(&encoded[ask.commit.count]);
        arena_fini(&arena);
    }
    *out = (struct answers){.count = 0};
    ok = people_import(s->ngo, &ask, keep_answer, out, &s->err);
    for (size_t i = 0; i < CASES_MAX; i++)
        bytes_fini(&encoded[i]);
    world_tick(s->w, NGO);
    return ok;
}

static struct answers import(struct fixture *s, struct asked asked)
{
    struct answers out;

    if (!try_import(s, &asked, &out))
        fail_msg("%s", s->err.text);
    return out;
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(size_t *)cookie;
    return true;
}

static size_t case_count(struct fixture *s)
{
    size_t count = 0;

    assert_true(exchange_case_list(s->ngo, &(struct control_case_list_ask){0}, NULL, count_case, &count, &s->err));
    return count;
}

/* A likeness of the first case. */
#define LIKE(what, text) .likenesses = {{0, LIKENESS_##what, view_of_text(text)}}, .likeness_count = 1

static void assert_added(struct answers a, size_t count)
{
    assert_int_equal(a.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a.of[i].likeness, LIKENESS_NONE);
        assert_int_equal(a.of[i].case_number, i);
        assert_false(ident_is_zero(&a.of[i].case_id));
    }
}

/* One case is like one that is here, and nothing was added. */
static void assert_alike(struct answers a, enum likeness likeness, const struct ident *id)
{
    assert_int_equal(a.count, 1);
    assert_int_equal(a.of[0].likeness, likeness);
    assert_true(ident_equal(&a.of[0].case_id, id));
}

static void test_a_person_who_is_here_is_told_and_not_added(void **state)
{
    struct fixture s;
    struct ident first;
    struct answers a;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    a = import(&s, (struct asked){.names = {"A"}, LIKE(PERSON, "a 1990-01-02")});
    assert_added(a, 1);
    first = a.of[0].case_id;

    assert_alike(import(&s, (struct asked){.names = {"B"}, LIKE(PERSON, "a 1990-01-02")}), LIKENESS_PERSON, &first);
    assert_int_equal(case_count(&s), 2); /* with the one of the fixture */
    assert_added(import(&s, (struct asked){.names = {"B"}, LIKE(PERSON, "a 1990-01-03")}), 1);
    assert_added(import(&s, (struct asked){.names = {"C"}, LIKE(PHONE, "a 1990-01-02")}), 1); /* another kind */
    /* all are told, and none is added for the sake of one */
    a = import(&s, (struct asked){.names = {"D", "E"}, LIKE(PERSON, "a 1990-01-02")});
    assert_alike(a, LIKENESS_PERSON, &first);
    assert_int_equal(case_count(&s), 4);
    fixture_end(&s);
}

static void test_who_is_meant_again_is_added(void **state)
{
    struct fixture s;
    struct answers a;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_added(import(&s, (struct asked){.names = {"A"}, LIKE(PHONE, "48600")}), 1);
    a = import(&s, (struct asked){.names = {"A"}, LIKE(PHONE, "48600"), .again = true});
    assert_added(a, 1);
    assert_int_equal(case_count(&s), 3);
    /* of two that are alike the newest is told */
    assert_alike(import(&s, (struct asked){.names = {"B"}, LIKE(PHONE, "48600")}), LIKENESS_PHONE, &a.of[0].case_id);
    fixture_end(&s);
}

static void test_a_file_that_was_imported_is_told_case_by_case(void **state)
{
    struct fixture s;
    struct answers a;
    struct answers b;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    a = import(&s, (struct asked){.names = {"A", "B"}, .text_size = 20});
    assert_added(a, 2);
    fixture_restart(&s, NGO);
    b = import(&s, (struct asked){.names = {"A", "B"}, .text_size = 20});
    assert_int_equal(b.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(b.of[i].likeness, LIKENESS_FILE);
        assert_int_equal(b.of[i].case_number, i);
        assert_true(ident_equal(&b.of[i].case_id, &a.of[i].case_id));
    }
    fixture_end(&s);
}

static void test_rows_that_hold_the_same_few_facts_are_different_people(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_added(import(&s, (struct asked){.names = {"A", "A"}}), 2);
    assert_added(import(&s, (struct asked){.names = {"A"}}), 1);
    assert_added(import(&s, (struct asked){.names = {"A", "B"}}), 2);
    assert_added(import(&s, (struct asked){.names = {"B", "A"}}), 2);
    assert_added(import(&s, (struct asked){.names = {"A"}, .text_size = 1}), 1); /* written otherwise */
    assert_int_equal(case_count(&s), 9);
    fixture_end(&s);
}

static void test_a_person_who_stands_in_a_file_twice_is_told(void **state)
{
    struct fixture s;
    struct answers a;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    a = import(&s, (struct asked){
                       .names = {"A", "B", "C"},
                       .likenesses = {{0, LIKENESS_PERSON, view_of_text("a")}, {2, LIKENESS_PERSON, view_of_text("a")}},
                       .likeness_count = 2});
    assert_int_equal(a.count, 1);
    assert_int_equal(a.of[0].case_number, 2);
    assert_int_equal(a.of[0].same_as, 0);
    assert_true(ident_is_zero(&a.of[0].case_id));
    assert_int_equal(case_count(&s), 1);
    /* brothers and sisters have their mother's phone */
    a = import(&s, (struct asked){.names = {"A", "B"},
                                  .likenesses = {{0, LIKENESS_PHONE, view_of_text("48600")},
                                                 {1, LIKENESS_PHONE, view_of_text("48600")}},
                                  .likeness_count = 2});
    assert_added(a, 2);
    fixture_end(&s);
}

static void test_the_same_request_id_adds_nothing_and_is_answered_the_same(void **state)
{
    struct asked asked = {.names = {"A", "B"}, LIKE(PERSON, "a"), .request_id = "for-marta-example"};
    struct fixture s;
    struct answers a;
    struct answers b;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    a = import(&s, asked);
    assert_added(a, 2);
    for (int restart = 0; restart < 2; restart++) {
        b = import(&s, asked);
        assert_added(b, 2);
        assert_memory_equal(a.of, b.of, sizeof a.of);
        asked.again = true; /* how it is asked does not change what was done */
        if (restart == 0)
            fixture_restart(&s, NGO);
    }
    assert_int_equal(case_count(&s), 3);
    asked.names[1] = "C";
    assert_false(try_import(&s, &asked, &b));
    assert_int_equal(s.err.code, E_IMP_06);
    asked.names[1] = NULL;
    assert_false(try_import(&s, &asked, &b));
    assert_int_equal(s.err.code, E_IMP_06);
    assert_int_equal(case_count(&s), 3);
    fixture_end(&s);
}

static void test_a_request_id_of_what_was_not_added_is_free(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_added(import(&s, (struct asked){.names = {"A"}}), 1);
    assert_int_equal(import(&s, (struct asked){.names = {"A"}, .request_id = "r"}).of[0].likeness, LIKENESS_FILE);
    assert_added(import(&s, (struct asked){.names = {"A"}, .request_id = "r", .again = true}), 1);
    assert_int_equal(case_count(&s), 3);
    fixture_end(&s);
}

static void test_a_request_id_has_its_bound(void **state)
{
    char id[BOUND_REQUEST_ID + 2];
    struct asked asked = {.names = {"A"}, .request_id = id};
    struct fixture s;
    struct answers a;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    memset(id, 'r', sizeof id);
    id[BOUND_REQUEST_ID + 1] = '\0';
    assert_false(try_import(&s, &asked, &a));
    assert_int_equal(s.err.code, E_USE_04);
    id[BOUND_REQUEST_ID] = '\0';
    assert_added(import(&s, asked), 1);
    fixture_end(&s);
}

/* Records her consent once: as the verb does. */
static bool try_record(struct fixture *s, const char *request_id, const char *asked, struct ident *id, bool *repeated)
{
    const struct control_consent_grant grant = {
        .sections = BIT(IDENTITY), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_recorded out;
    unsigned before = people_records(s->ngo, RECORD_CONSENT);
    const struct control_consent_record_ask ask = {.case_id = s->person,
                                                   .to = s->to,
                                                   .to_count = 1,
                                                   .grants = &grant,
                                                   .grant_count = 1,
                                                   .given_by = GIVEN_BY_SELF,
                                                   .notice = view_of_text(asked),
                                                   .language = view_of_text("uk"),
                                                   .seen_alone = SEEN_ALONE,
                                                   .request_id = view_of_text(request_id)};
    bool ok = exchange_consent_record(s->ngo, &ask, NULL, NULL, &out, &s->err);

    *repeated = people_records(s->ngo, RECORD_CONSENT) == before;
    assert_true(!ok || out.until != 0);
    if (ok)
        *id = out.consent;
    world_tick(s->w, NGO);
    return ok;
}

static bool count_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(size_t *)cookie;
    return true;
}

static void test_the_same_request_id_records_no_second_consent(void **state)
{
    char long_id[BOUND_REQUEST_ID + 2];
    struct ident first;
    struct ident again;
    struct fixture s;
    size_t count = 0;
    bool repeated;

    (void)state;
    fixture_begin(&s, 1, 2, NULL);
    assert_true(try_record(&s, "r", "one", &first, &repeated));
    assert_false(repeated);
    assert_true(try_record(&s, "r", "one", &again, &repeated));
    assert_true(repeated && ident_equal(&first, &again));
    fixture_restart(&s, NGO);
    assert_true(try_record(&s, "r", "one", &again, &repeated));
    assert_true(repeated && ident_equal(&first, &again));

    assert_false(try_record(&s, "r", "two", &again, &repeated));
    assert_int_equal(s.err.code, E_CON_24);
    memset(long_id, 'r', sizeof long_id);
    long_id[BOUND_REQUEST_ID + 1] = '\0';
    assert_false(try_record(&s, long_id, "one", &again, &repeated));
    assert_int_equal(s.err.code, E_USE_04);
    assert_true(exchange_consent_list(s.ngo, &(struct control_consent_list_ask){.case_id = s.person}, NULL,
                                      count_consent, &count, &s.err));
    assert_int_equal(count, 1);
    /* an import may have the same id */
    assert_added(import(&s, (struct asked){.names = {"A"}, .request_id = "r"}), 1);
    fixture_end(&s);
}

static bool is_on_disk(const struct fixture *s, struct view wanted)
{
    static const char *const files[] = {"refex.db", "refex.db-wal"};
    bool found = false;
    bool read = false;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct bytes all = {0};
        char path[FILE_PATH_MAX];
        struct error err;

        assert_true(file_join_path(path, world_home(s->w, NGO), files[i], &err));
        if (file_read(path, 64 << 20, &all, &err)) {
            read = true;
            found = found || memmem(all.at, all.size, wanted.at, wanted.size) != NULL;
        }
        bytes_fini(&all);
    }
    assert_true(read);
    return found;
}

static void test_neither_names_nor_marks_stand_in_the_database(void **state)
{
    struct bytes text = {0};
    struct fixture s;
    struct hash mark;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_added(
        import(&s,
               (struct asked){.names = {"A"}, LIKE(PERSON, "zorislava 1988-04-17"), .request_id = "for-marta-example"}),
        1);
    assert_false(is_on_disk(&s, view_of_text("zorislava")));
    assert_false(is_on_disk(&s, view_of_text("for-marta-example")));
    /* all but the 16 bits that are looked up */
    bytes_append_text(&text, "refex/likeness/v1\nkey\n\1zorislava 1988-04-17");
    assert_true(vault_mark(s.ngo->vault, bytes_view(&text), &mark, &s.err));
    assert_false(is_on_disk(&s, view_of(mark.at + 2, 8)));
    bytes_fini(&text);
    fixture_end(&s);
}

static void test_a_case_whose_key_is_erased_is_like_no_other(void **state)
{
    struct fixture s;
    struct case_row row;
    struct answers a;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    a = import(&s, (struct asked){.names = {"A"}, LIKE(PERSON, "a"), .request_id = "r"});
    assert_true(casebook_find(s.ngo, &a.of[0].case_id, &row, &s.err));
    assert_true(vault_erase_slot(s.ngo->vault, row.slot, &s.err));

    /* the retry is told apart from nothing any more: it is the same */
    assert_added(import(&s, (struct asked){.names = {"Z"}, .request_id = "r"}), 1);
    assert_int_equal(case_count(&s), 2);
    assert_added(import(&s, (struct asked){.names = {"A"}, LIKE(PERSON, "a")}), 1);
    assert_int_equal(case_count(&s), 3);
    fixture_end(&s);
}

/* --- lists in steps --- */

struct listed {
    struct ident ids[16];
    size_t count;
};

static bool keep_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    struct listed *l = cookie;

    (void)err;
    assert_true(l->count < 16);
    for (size_t i = 0; i < l->count; i++)
        assert_false(ident_equal(&l->ids[i], &c->case_id));
    l->ids[l->count++] = c->case_id;
    return true;
}

static bool keep_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    return keep_case(cookie, &(struct control_case_summary){.case_id = c->consent}, err);
}

static bool keep_referral(void *cookie, const struct control_referral *r, struct error *err)
{
    return keep_case(cookie, &(struct control_case_summary){.case_id = r->referral}, err);
}

static bool list_step(struct fixture *s, unsigned which, struct walk_step *step, struct listed *l)
{
    return which == 0 ? exchange_case_list(s->ngo, &(struct control_case_list_ask){0}, step, keep_case, l, &s->err)
           : which == 1
               ? exchange_consent_list(s->ngo, &(struct control_consent_list_ask){0}, step, keep_consent, l, &s->err)
               : exchange_referral_list(s->ngo, &(struct control_referral_list_ask){0}, step, keep_referral, l,
                                        &s->err);
}

static void test_a_list_in_steps_has_each_row_once_and_no_step_has_more_than_its_limit(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 41, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    for (unsigned i = 0; i < 6; i++) {
        s.person = people_case(s.ngo);
        (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
        world_tick(s.w, NGO);
        fixture_refer(&s);
    }
    fixture_refer(&s);
    for (unsigned which = 0; which < 3; which++) {
        struct walk_step step = {.limit = 3};
        struct listed l = {.count = 0};
        size_t before = 0;

        do {
            assert_true(list_step(&s, which, &step, &l));
            assert_true(l.count - before <= 3);
            before = l.count;
        } while (step.more);
        assert_int_equal(l.count, 7);
    }
    fixture_end(&s);
}

/* Records of the exchange log, and of the house log that the log was read. */
struct read {
    size_t count;
    size_t openings;
};

static bool count_entry(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct read *read = cookie;

    (void)e;
    (void)err;
    read->count++;
    read->openings += r->kind == RECORD_OPENED && r->house.what == HOUSE_AUDIT_LOG;
    return true;
}

static struct read read_log(struct fixture *s, const struct control_audit_list_ask *ask, uint32_t limit, size_t *steps)
{
    struct walk_step step = {.limit = limit};
    struct read r = {.count = 0};

    *steps = 0;
    do {
        size_t before = r.count;

        assert_true(exchange_audit_list(s->ngo, ask, &step, count_entry, &r, &s->err));
        assert_true(r.count - before <= limit);
        world_tick(s->w, NGO);
        ++*steps;
    } while (step.more);
    return r;
}

/* Who deleted a record is not shown a list without it. */
static void assert_has_hole(struct fixture *s, const char *sql)
{
    for (uint32_t limit = 1; limit < 100; limit += 30) {
        struct control_audit_list_ask filter = {.log = LOG_EXCHANGE};
        struct walk_step step = {.limit = limit};
        struct read r = {.count = 0};
        bool ok = true;

        fixture_edit_beside(s, NGO, sql);
        do
            ok = exchange_audit_list(s->ngo, &filter, &step, count_entry, &r, &s->err);
        while (ok && step.more);
        world_tick(s->w, NGO);
        assert_false(ok);
        assert_int_equal(s->err.code, E_LOG_02);
    }
}

static void test_a_log_from_which_a_record_is_gone_is_not_listed_as_if_it_were_whole(void **state)
{
    const struct control_audit_list_ask ask = {.log = LOG_EXCHANGE, .kind = RECORD_CERTIFICATE};
    size_t steps;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 41, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    fixture_deliver(&s);
    fixture_edit_beside(&s, NGO, "DROP TRIGGER exchange_record_remains");
    assert_has_hole(&s, "DELETE FROM exchange_record WHERE idx = 1");
    assert_has_hole(&s, "DELETE FROM exchange_record WHERE idx = (SELECT max(idx) FROM exchange_record)");
    assert_int_equal(read_log(&s, &ask, 100, &steps).count, 1);
    world_free(s.w);
}

static void test_a_log_is_listed_in_steps_and_its_opening_recorded_once(void **state)
{
    const struct control_audit_list_ask house = {.log = LOG_HOUSE};
    struct control_audit_list_ask ask = {.log = LOG_EXCHANGE};
    struct read before;
    struct fixture s;
    uint64_t size;
    size_t steps;

    (void)state;
    fixture_begin(&s, 41, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    fixture_deliver(&s);
    size = audit_size(s.ngo->audit, LOG_EXCHANGE);
    before = read_log(&s, &house, 100, &steps);
    assert_int_equal(steps, 1);
    assert_int_equal(read_log(&s, &ask, 1, &steps).count, size);
    assert_int_equal(steps, size);
    assert_int_equal(read_log(&s, &house, 100, &steps).openings, before.openings + 2);

    /* what is not chosen is looked through in steps, too */
    ask.kind = RECORD_DISCLOSED;
    assert_int_equal(read_log(&s, &ask, 1, &steps).count, 1);
    assert_int_equal(steps, size);
    ask = (struct control_audit_list_ask){.log = LOG_EXCHANGE, .from = 1, .limit = 2};
    assert_int_equal(read_log(&s, &ask, 1, &steps).count, 2);
    assert_int_equal(steps, 2);
    ask = (struct control_audit_list_ask){.log = LOG_EXCHANGE, .from = UINT64_MAX};
    assert_int_equal(read_log(&s, &ask, 1, &steps).count, 0);
    assert_int_equal(steps, 1);
    fixture_end(&s);
}

/* --- the WAL --- */

static unsigned copies_asked;
static bool copies_elsewhere;

static bool ask_copy(void *cookie)
{
    (void)cookie;
    copies_asked++;
    return copies_elsewhere;
}

static void test_the_wal_is_copied_elsewhere_and_what_comes_meanwhile_here(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, NULL);
    world_run_ms(s.w, 2000);
    assert_int_equal(db_wal_pages(s.ngo->db), 0); /* here, where nobody else does it */

    s.ngo->copy_wal = ask_copy;
    copies_elsewhere = true;
    copies_asked = 0;
    (void)people_case(s.ngo);
    world_run_ms(s.w, 2000);
    assert_int_equal(copies_asked, 1);
    assert_true(db_wal_pages(s.ngo->db) > 0);
    (void)people_case(s.ngo);
    world_run_ms(s.w, 2000);
    world_tick(s.w, NGO);
    assert_int_equal(copies_asked, 1); /* it is under way */
    (void)people_case(s.ngo);
    exchange_wal_copied(s.ngo);
    world_tick(s.w, NGO); /* at once */
    assert_int_equal(db_wal_pages(s.ngo->db), 0);
    assert_int_equal(copies_asked, 1);

    copies_elsewhere = false;
    (void)people_case(s.ngo);
    world_run_ms(s.w, 2000);
    assert_int_equal(copies_asked, 2);
    assert_int_equal(db_wal_pages(s.ngo->db), 0);
    fixture_end(&s);
}

static bool count_id(void *cookie, const struct control_id_found *found, struct error *err)
{
    (void)found;
    (void)err;
    ++*(size_t *)cookie;
    return true;
}

static size_t id_count(struct fixture *s, uint32_t of)
{
    struct control_id_find_ask ask = {.of = of};
    size_t count = 0;

    memset(&ask.last, 0xff, sizeof ask.last);
    assert_true(exchange_id_find(s->ngo, &ask, count_id, &count, &s->err));
    return count;
}

static void test_no_more_ids_are_shown_than_their_bound(void **state)
{
    struct fixture s;
    uint32_t all = 1U << ID_OF_CASE | 1U << ID_OF_CONSENT | 1U << ID_OF_REFERRAL;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_int_equal(id_count(&s, 1U << ID_OF_CASE), 1);
    assert_int_equal(id_count(&s, 1U << ID_OF_REFERRAL), 0);
    assert_added(import(&s, (struct asked){.names = {"A", "B", "C", "D"}}), BOUND_IDS_FOUND - 1);
    assert_int_equal(id_count(&s, 1U << ID_OF_CASE), BOUND_IDS_FOUND);
    assert_added(import(&s, (struct asked){.names = {"E"}}), 1);
    assert_int_equal(id_count(&s, 1U << ID_OF_CASE), BOUND_IDS_FOUND);
    assert_int_equal(id_count(&s, all), BOUND_IDS_FOUND);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_in_steps_has_each_row_once_and_no_step_has_more_than_its_limit),
        cmocka_unit_test(test_a_log_from_which_a_record_is_gone_is_not_listed_as_if_it_were_whole),
        cmocka_unit_test(test_a_log_is_listed_in_steps_and_its_opening_recorded_once),
        cmocka_unit_test(test_the_wal_is_copied_elsewhere_and_what_comes_meanwhile_here),
        cmocka_unit_test(test_a_person_who_is_here_is_told_and_not_added),
        cmocka_unit_test(test_who_is_meant_again_is_added),
        cmocka_unit_test(test_a_file_that_was_imported_is_told_case_by_case),
        cmocka_unit_test(test_rows_that_hold_the_same_few_facts_are_different_people),
        cmocka_unit_test(test_a_person_who_stands_in_a_file_twice_is_told),
        cmocka_unit_test(test_the_same_request_id_adds_nothing_and_is_answered_the_same),
        cmocka_unit_test(test_a_request_id_of_what_was_not_added_is_free),
        cmocka_unit_test(test_a_request_id_has_its_bound),
        cmocka_unit_test(test_the_same_request_id_records_no_second_consent),
        cmocka_unit_test(test_neither_names_nor_marks_stand_in_the_database),
        cmocka_unit_test(test_a_case_whose_key_is_erased_is_like_no_other),
        cmocka_unit_test(test_no_more_ids_are_shown_than_their_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
