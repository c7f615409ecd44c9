/* Does a node start only with settings that mean what they say? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "refexd/config.h"

static char home[] = "/tmp/refex-config-XXXXXX";

static bool read_text(const char *text, size_t size, struct config *out, struct error *err)
{
    char path[FILE_PATH_MAX];

    memset(err, 0, sizeof *err);
    assert_true(file_join_path(path, home, "node.conf", err));
    assert_true(file_write(path, view_of(text, size), 0600, err));
    return config_read(home, out, err);
}

static void assert_refused(const char *text, const char *says)
{
    struct config c;
    struct error err;

    assert_false(read_text(text, strlen(text), &c, &err));
    assert_int_equal(err.code, E_NOD_06);
    if (strstr(err.text, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, says);
}

static void test_a_whole_configuration_is_read(void **state)
{
    const char *text = "# a comment\nagency = mission@nrm.example\nkind = SupportNGO\nlisten = [::1]:7411\n"
                       "unlisted = yes\nrelay = police@nrm.example\n"
                       "allow_unconfined = yes\nlog_level = warning\nkeep_closed_days = 30\n";
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(text, strlen(text), &c, &err));
    assert_string_equal(c.agency.text, "mission@nrm.example");
    assert_true(c.listens);
    assert_string_equal(c.listen_address, "::1");
    assert_int_equal(c.listen_port, 7411);
    assert_string_equal(agency_kind_name(c.kind), "SupportNGO");
    assert_true(c.unlisted);
    assert_string_equal(c.relay.text, "police@nrm.example");
    assert_true(c.allow_unconfined);
    assert_int_equal(c.log_level, LOG_WARNING);
    assert_int_equal(c.keep_closed_days, 30);
}

/* Nothing else than what may change while the node runs, and nothing at all where a line cannot be used. */
static void test_what_may_change_while_it_runs_is_read_again(void **state)
{
    const char *first = "agency = a@nrm.example\nlisten = 127.0.0.1:1\ngroup = 4711\nlog_level = warning\n";
    const char *second =
        "agency = a@nrm.example\nlisten = 127.0.0.1:2\nkeep_closed_days = 30\nkind = SupportNGO\n"
        "endpoint = node.example:7411\nunlisted = yes\nrelay = b@nrm.example\nallow_unconfined = yes\n";
    const uint32_t taken = 1U << SETTING_KIND | 1U << SETTING_ENDPOINT | 1U << SETTING_UNLISTED | 1U << SETTING_RELAY |
                           1U << SETTING_KEEP_CLOSED_DAYS | 1U << SETTING_LOG_LEVEL;
    const uint32_t left = 1U << SETTING_LISTEN | 1U << SETTING_GROUP | 1U << SETTING_ALLOW_UNCONFINED;
    struct config_change change;
    struct config whole;
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(first, strlen(first), &c, &err));
    assert_true(config_read_again(home, &c, &change, &err));
    assert_int_equal(change.taken | change.left, 0);
    assert_true(read_text(second, strlen(second), &whole, &err));
    assert_true(config_read_again(home, &c, &change, &err));
    assert_int_equal(change.taken, taken);
    assert_int_equal(change.left, left);
    assert_true(c.kind == whole.kind && c.unlisted && c.keep_closed_days == 30 && c.log_level == LOG_INFO);
    assert_string_equal(c.endpoint, "node.example:7411");
    assert_string_equal(c.relay.text, "b@nrm.example");
    assert_true(c.listen_port == 1 && c.has_group && c.group == 4711 && !c.allow_unconfined);
    assert_true(config_read_again(home, &c, &change, &err));
    assert_int_equal(change.taken, 0);
    assert_int_equal(change.left, left); /* until it starts anew */
    assert_false(read_text("agency = a@nrm.example\nlog_level = debug\nlisen = 1\n", 46, &whole, &err));
    assert_false(config_read_again(home, &c, &change, &err));
    assert_int_equal(err.code, E_NOD_06);
    assert_int_equal(c.log_level, LOG_INFO);
}

static void test_days_may_have_their_unit(void **state)
{
    const char *text = "agency = mission@nrm.example\nkeep_closed_days = 400d\n";
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(text, strlen(text), &c, &err));
    assert_int_equal(c.keep_closed_days, 400);
    assert_refused("agency = a@b.c\nkeep_closed_days = d\n", "keep_closed_days must be");
    assert_refused("agency = a@b.c\nkeep_closed_days = 400h\n", "keep_closed_days must be");
    assert_refused("agency = a@b.c\nkeep_closed_days = 29d\n", "keep_closed_days must be");
}

static void test_the_agency_is_that_of_the_membership(void **state)
{
    struct config c = {0};
    struct address member;
    struct error err = {0};

    (void)state;
    assert_true(address_read(view_of_text("mission@nrm.example"), &c.agency));
    assert_true(address_read(view_of_text("mission@nrm.example"), &member));
    assert_true(config_check_agency(&c, &member, &err));
    assert_true(address_read(view_of_text("police@nrm.example"), &member));
    assert_false(config_check_agency(&c, &member, &err));
    assert_int_equal(err.code, E_NOD_06);
}

static void test_a_group_is_named_or_numbered(void **state)
{
    const char *named = "agency = mission@nrm.example\ngroup = root\n";
    const char *numbered = "agency = mission@nrm.example\ngroup = 4711\n";
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(named, strlen(named), &c, &err));
    assert_true(c.has_group);
    assert_int_equal(c.group, 0);
    assert_true(read_text(numbered, strlen(numbered), &c, &err));
    assert_true(c.has_group);
    assert_int_equal(c.group, 4711);
    assert_refused("agency = a@b.c\ngroup = no-such-group\n", "node.conf:2: group must be");
    assert_refused("agency = a@b.c\ngroup =\n", "group must be");
    assert_refused("agency = a@b.c\ngroup = 4294967295\n", "group must be"); /* none: nothing would be given */
}

static void test_nothing_is_unconfined_unless_it_is_said(void **state)
{
    const char *text = "agency = mission@nrm.example\n";
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(text, strlen(text), &c, &err));
    assert_false(c.allow_unconfined);
    assert_false(c.listens);
    assert_false(c.has_group);
}

static void test_a_misspelt_setting_is_named_with_its_line(void **state)
{
    (void)state;
    assert_refused("agency = a@b.c\nlisen = 127.0.0.1:1\n",
                   "node.conf:2: unknown setting \"lisen\"; did you mean \"listen\"?");
    assert_refused("agency = a@b.c\n\n\nfrobnicate = 1\n", "node.conf:4: unknown setting \"frobnicate\"");
}

/* libinih takes no more of a line, and the rest would be a setting of its own. */
static void test_a_line_that_is_too_long_is_named(void **state)
{
    char text[400];
    struct config c;
    struct error err;

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        (void)snprintf(text, sizeof text, "agency = mission@nrm.example\n# %0*d\nlisten = 127.0.0.1:7411\n",
                       (int)(196 + more), 0);
        if (more == 0)
            assert_true(read_text(text, strlen(text), &c, &err));
        else
            assert_refused(text, "node.conf:2: the line is longer than 198 bytes");
    }
}

static void test_values_of_another_form_are_refused(void **state)
{
    (void)state;
    assert_refused("agency = shelter\n", "agency must be");
    assert_refused("agency = a@b.c\nlisten = localhost:7411\n", ":2: listen must be");
    assert_refused("agency = a@b.c\nlisten = 127.0.0.1:65536\n", "listen must be");
    assert_refused("agency = a@b.c\nlisten = 127.0.0.1\n", "listen must be");
    assert_refused("agency = a@b.c\nallow_unconfined = perhaps\n", "allow_unconfined must be");
    assert_refused("agency = a@b.c\nlog_level = loud\n", "log_level must be");
    assert_refused("agency = a@b.c\nkeep_closed_days = 29\n", "30 to 36525");
    assert_refused("agency = a@b.c\nkeep_closed_days = 0\n", "30 to 36525");
    assert_refused("[node]\nagency = a@b.c\n", "no [sections]");
    assert_refused("agency = a@b.c\nnonsense\n", ":2:");
    assert_refused("listen = 127.0.0.1:1\n", "agency is not set");
}

static void test_bytes_that_are_no_text_are_refused(void **state)
{
    struct config c;
    struct error err;

    (void)state;
    assert_false(read_text("agency = a@b.c\n\xff\n", 17, &c, &err));
    assert_int_equal(err.code, E_NOD_06);
    assert_false(read_text("agency = a@b.c\0\n", 16, &c, &err));
    assert_int_equal(err.code, E_NOD_06);
}

static void test_a_folder_without_a_node_is_named(void **state)
{
    struct config c;
    struct error err = {0};

    (void)state;
    assert_false(config_read("/nonexistent", &c, &err));
    assert_int_equal(err.code, E_NOD_01);
}

static void test_places_of_a_backup_are_whole_paths(void **state)
{
    char text[400] = "agency = a@b.c\nbackup_data = /";
    struct config c;
    struct error err;
    size_t size = strlen(text);

    (void)state;
    assert_true(read_text("agency = a@b.c\n", 15, &c, &err));
    assert_true(c.backup && c.backup_data[0] == '\0' && c.backup_generations == 14);
    memset(text + size, 'd', BOUND_BACKUP_PLACE - 1);
    size += BOUND_BACKUP_PLACE - 1;
    assert_true(read_text(text, size, &c, &err));
    assert_int_equal(strlen(c.backup_data), BOUND_BACKUP_PLACE);
    text[size] = 'd';
    assert_false(read_text(text, size + 1, &c, &err));
    assert_int_equal(err.code, E_NOD_06);
    assert_refused("agency = a@b.c\nbackup_keys = media/stick\n", "the whole path of a folder");
    assert_refused("agency = a@b.c\nbackup_data = \x1b/x\n", "the whole path of a folder");
    assert_refused("agency = a@b.c\nbackup = perhaps\n", "yes or no");
}

/* Other agencies are told it: never a path, nor how somebody is called. */
static void test_the_name_of_a_place_is_a_word(void **state)
{
    char text[128] = "agency = a@b.c\nbackup_keys_name = ";
    size_t size = strlen(text);
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text("agency = a@b.c\n", 15, &c, &err));
    assert_string_equal(c.backup_keys_name, "keys");
    memset(text + size, 's', BOUND_BACKUP_NAME + 1);
    assert_true(read_text(text, size + BOUND_BACKUP_NAME, &c, &err));
    assert_int_equal(strlen(c.backup_keys_name), BOUND_BACKUP_NAME);
    assert_false(read_text(text, size + BOUND_BACKUP_NAME + 1, &c, &err));
    assert_refused("agency = a@b.c\nbackup_keys_name = /media/stick\n", "small letters");
    assert_refused("agency = a@b.c\nbackup_keys_name = Anna\n", "small letters");
    assert_refused("agency = a@b.c\nbackup_keys_name =\n", "small letters");
}

static void test_generations_of_a_backup_end_at_their_bound(void **state)
{
    const char *text = "agency = a@b.c\nbackup_generations = 1000\n";
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(text, strlen(text), &c, &err));
    assert_int_equal(c.backup_generations, BOUND_BACKUP_GENERATIONS);
    assert_refused("agency = a@b.c\nbackup_generations = 1001\n", "2 to 1000");
    assert_refused("agency = a@b.c\nbackup_generations = 1\n", "2 to 1000");
}

static void test_settings_are_written_in_place_of_those_that_were_there(void **state)
{
    const char *text = "# mine\nagency = a@b.c\nbackup_data=/old\n";
    const struct config_line lines[] = {{SETTING_BACKUP_DATA, "/new"}, {SETTING_BACKUP, "yes"}};
    const struct config_line wrong = {SETTING_BACKUP_DATA, "no path"};
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    struct config c;
    struct error err;

    (void)state;
    assert_true(read_text(text, strlen(text), &c, &err));
    assert_true(config_write(home, lines, 2, &err));
    assert_false(config_write(home, &wrong, 1, &err));
    assert_int_equal(err.code, E_NOD_06);
    assert_true(file_join_path(path, home, "node.conf", &err) && file_read(path, 400, &file, &err));
    assert_true(
        view_equal(bytes_view(&file), view_of_text("# mine\nagency = a@b.c\nbackup_data = /new\nbackup = yes\n")));
    bytes_fini(&file);
}

static void test_a_configuration_ends_at_its_bound(void **state)
{
    const char *begin = "agency = a@b.c\n";
    struct bytes text = {0};
    struct config c;
    struct error err;

    (void)state;
    bytes_append_text(&text, begin);
    while (text.size < BOUND_CONFIG)
        bytes_append_u8(&text, '\n');
    assert_true(read_text((const char *)text.at, text.size, &c, &err));
    bytes_append_u8(&text, '\n');
    assert_false(read_text((const char *)text.at, text.size, &c, &err));
    bytes_fini(&text);
}

/* What names the agency, its machine or its people is in no report. */
static void test_a_report_has_no_setting_that_tells_who_the_agency_is(void **state)
{
    static const enum setting own[] = {SETTING_AGENCY, SETTING_KIND, SETTING_GROUP};
    static const enum setting reach[] = {SETTING_LISTEN, SETTING_ENDPOINT, SETTING_RELAY, SETTING_UNLISTED};

    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        assert_int_equal(setting_in_report(own[i]), SETTING_OWN);
    for (size_t i = 0; i < sizeof reach / sizeof reach[0]; i++)
        assert_int_equal(setting_in_report(reach[i]), SETTING_LEFT_OUT);
    assert_int_equal(setting_in_report(SETTING_LOG_LEVEL), SETTING_SHARED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_report_has_no_setting_that_tells_who_the_agency_is),
        cmocka_unit_test(test_what_may_change_while_it_runs_is_read_again),
        cmocka_unit_test(test_days_may_have_their_unit),
        cmocka_unit_test(test_the_agency_is_that_of_the_membership),
        cmocka_unit_test(test_a_whole_configuration_is_read),
        cmocka_unit_test(test_a_group_is_named_or_numbered),
        cmocka_unit_test(test_nothing_is_unconfined_unless_it_is_said),
        cmocka_unit_test(test_a_misspelt_setting_is_named_with_its_line),
        cmocka_unit_test(test_a_line_that_is_too_long_is_named),
        cmocka_unit_test(test_values_of_another_form_are_refused),
        cmocka_unit_test(test_bytes_that_are_no_text_are_refused),
        cmocka_unit_test(test_a_folder_without_a_node_is_named),
        cmocka_unit_test(test_places_of_a_backup_are_whole_paths),
        cmocka_unit_test(test_the_name_of_a_place_is_a_word),
        cmocka_unit_test(test_generations_of_a_backup_end_at_their_bound),
        cmocka_unit_test(test_settings_are_written_in_place_of_those_that_were_there),
        cmocka_unit_test(test_a_configuration_ends_at_its_bound),
    };
    char path[FILE_PATH_MAX];
    int failed;

    if (mkdtemp(home) == NULL)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)snprintf(path, sizeof path, "%s/node.conf", home);
    (void)remove(path);
    (void)remove(home);
    return failed;
}
