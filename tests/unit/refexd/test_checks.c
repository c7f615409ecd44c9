/* The doctor: each check says what is wrong, what is well, and what cannot be said. */
#include "refexd/findings/checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"
#include "base/text.h"

struct facts {
    struct check_facts all;
    struct status status;
    struct config config;
    struct seam_state network;
    struct staff_summary people;
    struct dial_back_said said;
    struct control_finding findings[2];
    enum found rows[2];
};

/* A node of which nothing is wrong; how it is backed up no version says yet. */
static void be_well(struct facts *f)
{
    memset(f, 0, sizeof *f);
    f->all = (struct check_facts){.status = &f->status,
                                  .config = &f->config,
                                  .network = &f->network,
                                  .people = &f->people,
                                  .dial_back = &f->said,
                                  .machine = MACHINE_SAME,
                                  .storage_known = true,
                                  .is_managed = true,
                                  .running_ms = 600000,
                                  .others = 2};
    f->status.findings.items = f->findings;
    f->status.findings.rows = f->rows;
    f->config.listens = true;
    f->config.backup = true;
    f->network.came = 1;
    f->people = (struct staff_summary){.caseworkers = 1, .supervisors = 2, .operators = 2, .desks = 1, .on_duty = 1};
}

static void add_finding(struct facts *f, enum found row)
{
    size_t i = f->status.findings.count++;

    f->rows[i] = row;
    f->findings[i] = (struct control_finding){.code = view_of_text("E-FED-23"),
                                              .who = finding_who(row),
                                              .text = view_of_text("something"),
                                              .remedy = view_of_text("do something")};
}

/* The one line of CHECK. */
static struct control_doctor_line line_of(const struct facts *f, enum doctor_check check)
{
    struct control_doctor_line line = {.level = (enum doctor_level)0};
    static struct arena arena;
    struct check_list list;

    arena_fini(&arena);
    arena = (struct arena){0};
    checks_make(&f->all, &arena, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].check != (uint32_t)check)
            continue;
        assert_int_equal(line.level, (enum doctor_level)0);
        line = list.items[i];
    }
    assert_int_not_equal(line.level, (enum doctor_level)0);
    return line;
}

static void assert_line(const struct facts *f, enum doctor_check check, enum doctor_level level, const char *code)
{
    struct control_doctor_line line = line_of(f, check);

    assert_int_equal(line.level, level);
    assert_true(view_equal(line.code, view_of_text(code)));
    assert_true((line.remedy.size > 0) == (code[0] != '\0'));
    assert_true(line.text.size > 0 && line.looks_at.size > 0);
}

static void test_of_a_node_that_is_well_each_check_says_so_once(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    for (int i = DOCTOR_NOTHING + 1; i < DOCTOR_CHECK_END; i++) {
        if (doctor_check_is_askers((enum doctor_check)i))
            continue;
        assert_line(&f, (enum doctor_check)i, DOCTOR_LEVEL_OK, "");
        assert_true(text_is(line_of(&f, (enum doctor_check)i).text, doctor_check_well((enum doctor_check)i)));
    }
    f.config.backup = false;
    assert_line(&f, DOCTOR_BACKUP, DOCTOR_LEVEL_WARN, "E-DOC-02");
}

static void test_a_key_file_that_does_not_open_fails_by_its_code_and_path(void **state)
{
    struct error why;
    struct facts f;

    (void)state;
    be_well(&f);
    f.all.keys = &why;
    (void)error_set(&why, E_KEY_23, "/h/keys.d/identity.pem cannot be read: it belongs to root");
    assert_line(&f, DOCTOR_KEY_FILES, DOCTOR_LEVEL_FAIL, "E-KEY-23");
    assert_true(text_is(line_of(&f, DOCTOR_KEY_FILES).text, why.text));
    f.all.is_stopped = true; /* when it is most asked */
    assert_line(&f, DOCTOR_KEY_FILES, DOCTOR_LEVEL_FAIL, "E-KEY-23");
    be_well(&f);
    f.all.keys = &why;
    (void)error_set(&why, E_KEY_02, "others can read it");
    assert_line(&f, DOCTOR_KEY_FILES, DOCTOR_LEVEL_OK, ""); /* by status alone, and once */
}

static void test_what_status_finds_is_a_fail_of_its_check(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    add_finding(&f, FOUND_DIRECTORY_ENDED);
    assert_line(&f, DOCTOR_DIRECTORY, DOCTOR_LEVEL_FAIL, "E-FED-23");
    assert_true(text_is(line_of(&f, DOCTOR_DIRECTORY).text, "something"));
    assert_line(&f, DOCTOR_CLOCK, DOCTOR_LEVEL_OK, "");
}

static void test_each_finding_has_a_check_and_what_is_peoples_is_counted(void **state)
{
    (void)state;
    for (int row = 0; row < FOUND_COUNT; row++) {
        enum control_who who = finding_who((enum found)row);
        struct arena arena = {0};
        struct check_list list;
        struct facts f;
        size_t fails = 0;

        be_well(&f);
        add_finding(&f, (enum found)row);
        add_finding(&f, (enum found)row);
        checks_make(&f.all, &arena, &list);
        for (size_t i = 0; i < list.count; i++)
            fails += list.items[i].level == DOCTOR_LEVEL_FAIL;
        if (who == CONTROL_CASEWORKER) { /* no referral is named to an operator */
            assert_int_equal(fails, 1);
            assert_line(&f, DOCTOR_PEOPLE, DOCTOR_LEVEL_FAIL, "E-DOC-14");
            assert_true(text_is(line_of(&f, DOCTOR_PEOPLE).text,
                                "2 findings are for a caseworker or a supervisor: refex status"));
        } else {
            assert_true(fails == 2 || (fails == 1 && who == CONTROL_SUPERVISOR));
        }
        arena_fini(&arena);
    }
}

static void test_a_storage_key_in_the_clear_is_weak(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.all.storage_plain = true;
    assert_line(&f, DOCTOR_STORAGE_KEY, DOCTOR_LEVEL_WARN, "E-DOC-07");
    f.all.storage_known = false;
    assert_line(&f, DOCTOR_STORAGE_KEY, DOCTOR_LEVEL_UNKNOWN, "");
}

static void test_a_home_of_another_machine_fails(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.all.machine = MACHINE_OTHER;
    assert_line(&f, DOCTOR_ONE_MACHINE, DOCTOR_LEVEL_FAIL, "E-DOC-04");
    f.all.machine = MACHINE_UNKNOWN;
    assert_line(&f, DOCTOR_ONE_MACHINE, DOCTOR_LEVEL_UNKNOWN, "");
}

static void test_what_nobody_starts_again_and_what_is_not_confined_is_weak(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.all.is_managed = false;
    f.config.allow_unconfined = true;
    assert_line(&f, DOCTOR_SERVICE, DOCTOR_LEVEL_WARN, "E-DOC-11");
    assert_line(&f, DOCTOR_CONFINEMENT, DOCTOR_LEVEL_WARN, "E-DOC-10");
}

static void test_a_node_that_nobody_reaches_fails_after_ten_minutes_without_any_link(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.network.came = 0;
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_FAIL, "E-DOC-05");
    f.all.running_ms--;
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_UNKNOWN, "");
    f.all.running_ms++;
    f.status.line.links = 1; /* that this node opened */
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_UNKNOWN, "");
    f.status.line.links = 0;
    f.config.listens = false;
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_OK, "");
    f.config.listens = true;
    f.all.others = 0;
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_OK, "");
}

static const struct address asked = {.text = "mission@sim.example"};

/* What it said is status's to name. */
static void test_whom_nobody_had_to_dial_has_asked_somebody_to(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.network.came = 0;
    f.status.line.links = 1;
    f.said.asked = asked;
    f.said.asked_ms = 1;
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_UNKNOWN, "");
    f.said.failed = asked;
    f.said.failed_ms = 2;
    add_finding(&f, FOUND_UNREACHED);
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_FAIL, "E-FED-23"); /* the code of all findings here */
}

/* An agency that came through after all says more than one that did not. */
static void test_who_is_reached_is_not_called_unreached(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.said = (struct dial_back_said){.asked = asked, .asked_ms = 1, .failed = asked, .failed_ms = 2};
    assert_line(&f, DOCTOR_FIREWALL, DOCTOR_LEVEL_OK, "");
}

static void test_one_person_alone_is_weak(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.people.operators = 1;
    assert_line(&f, DOCTOR_OPERATORS, DOCTOR_LEVEL_WARN, "E-DOC-08");
    f.people.operators = 2;
    f.people.supervisors = 1;
    assert_line(&f, DOCTOR_OPERATORS, DOCTOR_LEVEL_WARN, "E-DOC-08");
    f.people = (struct staff_summary){0};
    f.status.line.alone = true;
    assert_line(&f, DOCTOR_OPERATORS, DOCTOR_LEVEL_WARN, "E-DOC-08");
    assert_line(&f, DOCTOR_DUTY, DOCTOR_LEVEL_OK, "");
}

static void test_nobody_on_duty_is_weak_and_no_caseworker_fails(void **state)
{
    struct facts f;

    (void)state;
    be_well(&f);
    f.people.on_duty = 0;
    assert_line(&f, DOCTOR_DUTY, DOCTOR_LEVEL_WARN, "E-DOC-06");
    f.people.desks = 0;
    assert_line(&f, DOCTOR_DUTY, DOCTOR_LEVEL_OK, "");
    f.people.caseworkers = 0;
    assert_line(&f, DOCTOR_DUTY, DOCTOR_LEVEL_FAIL, "E-DOC-12");
}

static void test_a_stopped_node_does_not_call_well_what_it_cannot_see(void **state)
{
    static const enum doctor_check unsaid[] = {DOCTOR_SERVICE,   DOCTOR_CONFINEMENT, DOCTOR_HOOKS, DOCTOR_FIREWALL,
                                               DOCTOR_OPERATORS, DOCTOR_DUTY,        DOCTOR_STAFF, DOCTOR_PEOPLE};
    static const enum doctor_check said[] = {DOCTOR_KEY_FILES, DOCTOR_CLOCK, DOCTOR_DISK, DOCTOR_CERTIFICATES};
    struct facts f;

    (void)state;
    be_well(&f);
    f.all.is_stopped = true;
    f.all.network = NULL;
    f.all.people = NULL;
    f.all.is_managed = false;
    for (size_t i = 0; i < sizeof unsaid / sizeof unsaid[0]; i++)
        assert_line(&f, unsaid[i], DOCTOR_LEVEL_UNKNOWN, "");
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_line(&f, said[i], DOCTOR_LEVEL_OK, "");
}

/* One that was put back made no backup, and the home before it may run. */
static void test_a_home_that_signs_nothing_is_not_called_backed_up_or_alone(void **state)
{
    static const enum found rows[] = {FOUND_RESTORED, FOUND_KEYS_WAIT, FOUND_MOVED, FOUND_LOG_IS_OVER,
                                      FOUND_KEY_SUCCEEDED};
    struct facts f;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        be_well(&f);
        add_finding(&f, rows[i]);
        assert_line(&f, DOCTOR_BACKUP, DOCTOR_LEVEL_UNKNOWN, "");
        assert_line(&f, DOCTOR_ONE_MACHINE, DOCTOR_LEVEL_UNKNOWN, "");
    }
    be_well(&f);
    add_finding(&f, FOUND_COPY);
    assert_line(&f, DOCTOR_BACKUP, DOCTOR_LEVEL_UNKNOWN, "");
}

/* --- the stamp of the machine --- */

static char home[FILE_PATH_MAX];
static char id[FILE_PATH_MAX];

static void write_home(const char *name, const char *text)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, home, name, &err));
    assert_true(file_write(path, view_of_text(text), 0600, &err));
}

static int make_home(void **state)
{
    struct error err;

    (void)state;
    assert_true(folder_make_fresh("/tmp/refex-checks-", home, &err) && file_join_path(id, home, "id", &err));
    write_home("node.id", "00112233445566778899aabbccddeeff\n");
    write_home("id", "3d1219c7c4c5404aaa1f6d2a48adfda4\n");
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    folder_remove_made(home);
    return 0;
}

static void test_a_home_says_on_which_machine_it_was_made(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_UNKNOWN);
    assert_true(machine_stamp_write(home, id, &err));
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_SAME);
    write_home("id", "3d1219c7c4c5404aaa1f6d2a48adfda5\n"); /* another machine */
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_OTHER);
    assert_true(machine_stamp_write(home, id, &err)); /* a start there takes nothing back */
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_OTHER);
}

static void test_a_machine_without_an_id_says_nothing(void **state)
{
    struct error err;

    (void)state;
    write_home("id", "uninitialized, as each image is before its first start\n");
    assert_true(machine_stamp_write(home, id, &err));
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_UNKNOWN);
    assert_int_equal(unlink(id), 0);
    assert_true(machine_stamp_write(home, id, &err));
    assert_int_equal(machine_stamp_compare(home, id), MACHINE_UNKNOWN);
    assert_int_equal(machine_stamp_compare("/nowhere", MACHINE_ID), MACHINE_UNKNOWN);
}

static void test_the_stamp_tells_nobody_the_machines_id(void **state)
{
    struct bytes text = {0};
    char path[FILE_PATH_MAX];
    struct error err;

    (void)state;
    assert_true(machine_stamp_write(home, id, &err) && file_join_path(path, home, MACHINE_STAMP, &err));
    assert_true(file_read_private(path, 128, &text, &err));
    assert_int_equal(text.size, 65);
    assert_null(memmem(text.at, text.size, "3d1219c7", 8));
    bytes_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_a_node_that_is_well_each_check_says_so_once),
        cmocka_unit_test(test_a_key_file_that_does_not_open_fails_by_its_code_and_path),
        cmocka_unit_test(test_what_status_finds_is_a_fail_of_its_check),
        cmocka_unit_test(test_each_finding_has_a_check_and_what_is_peoples_is_counted),
        cmocka_unit_test(test_a_storage_key_in_the_clear_is_weak),
        cmocka_unit_test(test_a_home_of_another_machine_fails),
        cmocka_unit_test(test_what_nobody_starts_again_and_what_is_not_confined_is_weak),
        cmocka_unit_test(test_a_node_that_nobody_reaches_fails_after_ten_minutes_without_any_link),
        cmocka_unit_test(test_whom_nobody_had_to_dial_has_asked_somebody_to),
        cmocka_unit_test(test_who_is_reached_is_not_called_unreached),
        cmocka_unit_test(test_one_person_alone_is_weak),
        cmocka_unit_test(test_nobody_on_duty_is_weak_and_no_caseworker_fails),
        cmocka_unit_test(test_a_stopped_node_does_not_call_well_what_it_cannot_see),
        cmocka_unit_test(test_a_home_that_signs_nothing_is_not_called_backed_up_or_alone),
        cmocka_unit_test_setup_teardown(test_a_home_says_on_which_machine_it_was_made, make_home, remove_home),
        cmocka_unit_test_setup_teardown(test_a_machine_without_an_id_says_nothing, make_home, remove_home),
        cmocka_unit_test_setup_teardown(test_the_stamp_tells_nobody_the_machines_id, make_home, remove_home),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
