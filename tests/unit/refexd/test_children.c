/* Does each process that refexd is beside the node end with an error where it is told what nobody tells it, and well
 * where nobody tells it anything? With real refexd processes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/program.h"
#include "codec/frame.h"
#include "io/child.h"
#include "io/loop.h"
#include "store/db.h"

#define OF_NO_KIND "\0\0\0\0\0\0\0\0"   /* no frame */
#define OF_ANOTHER "\0\0\0\0\0\x63\0\0" /* one that is asked of none of them */

static const struct {
    const char *option;
    const char *said;
    size_t size;
    enum error_code code;
} told[] = {
    {"--copy-wal", "x", 1, E_BUG_01},
    {"--run-hooks", OF_NO_KIND, FRAME_HEADER, E_HOK_02},
    {"--run-hooks", OF_ANOTHER, FRAME_HEADER, E_HOK_02},
    {"--backup", OF_NO_KIND, FRAME_HEADER, E_BAK_28},
    {"--backup", OF_ANOTHER, FRAME_HEADER, E_BAK_28},
    {"--read-only", OF_NO_KIND, FRAME_HEADER, E_CTL_01},
    {"--read-only", OF_ANOTHER, FRAME_HEADER, E_CTL_01}, /* without the number of a request */
    {"--tool", OF_NO_KIND, FRAME_HEADER, E_CTL_01},
    {"--copy-wal", "", 0, E_NONE},
    {"--run-hooks", "", 0, E_NONE},
    {"--backup", "", 0, E_NONE},
    {"--read-only", "", 0, E_NONE},
    {"--tool", "", 0, E_NONE},
    {"--run-hooks", OF_ANOTHER, 3, E_NONE}, /* who tells it may be killed in the middle */
    {"--read-only", OF_ANOTHER, 3, E_NONE},
};

struct seen {
    struct loop *loop;
    int status;
};

static void on_exit_of_child(void *cookie, int exit_status, int signal_number)
{
    struct seen *s = cookie;

    assert_int_equal(signal_number, 0);
    s->status = exit_status;
    loop_stop(s->loop);
}

/* The exit status of refexd OPTION, to which SAID is said and then nothing. */
static int status_of(const char *home, const char *option, struct view said)
{
    const char *const argv[] = {"refexd", option, "--home", home, NULL};
    struct seen s = {.loop = loop_new(), .status = -1};
    char path[FILE_PATH_MAX];
    struct error err = {0};
    struct child *child;
    int fd;

    assert_true(program_find("refexd", path, &err));
    assert_true(child_start(s.loop, path, argv, on_exit_of_child, &s, &child, &fd, &err));
    assert_int_equal(write(fd, said.at, said.size), (ssize_t)said.size);
    (void)close(fd);
    loop_run(s.loop);
    loop_free(s.loop);
    return s.status;
}

static void test_nonsense_ends_each_with_its_error(void **state)
{
    char home[] = "/tmp/refex-children-XXXXXX";
    char path[64];
    struct error err = {0};
    struct db *db;

    (void)state;
    assert_non_null(mkdtemp(home));
    (void)snprintf(path, sizeof path, "%s/refex.db", home);
    assert_true(db_open(path, DB_WRITE, &db, &err));
    db_close(db);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        int status = status_of(home, told[i].option, view_of(told[i].said, told[i].size));

        if (status != error_row(told[i].code)->exit_status)
            fail_msg("%s, row %zu: exit status %d", told[i].option, i, status);
    }
    (void)snprintf(path, sizeof path, "rm -r '%s'", home);
    assert_int_equal(system(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nonsense_ends_each_with_its_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
