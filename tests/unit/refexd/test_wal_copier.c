/* Is the WAL copied by a process of its own, and does the node go on without it? With real refexd processes. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/child.h"
#include "io/loop.h"
#include "io/timer.h"
#include "refexd/wal_copier.h"
#include "store/db.h"
#include "store/number_store.h"

#define TIMEOUT_MS 20000 /* a busy machine, a sanitized build */

bool __real_child_start(struct loop *l, const char *path, const char *const argv[], child_exit_fn *on_exit,
                        void *cookie, struct child **out, int *seam, struct error *err);
bool __wrap_child_start(struct loop *l, const char *path, const char *const argv[], child_exit_fn *on_exit,
                        void *cookie, struct child **out, int *seam, struct error *err);

static struct child *started; /* the newest */
static unsigned starts;
static bool may_start = true;
static bool answers_otherwise; /* in place of refexd a program that says what it never says */

bool __wrap_child_start(struct loop *l, const char *path, const char *const argv[], child_exit_fn *on_exit,
                        void *cookie, struct child **out, int *seam, struct error *err)
{
    static const char *const other[] = {"sh", "-c", "printf x >&3; exec sleep 60", NULL};

    starts++;
    if (!may_start)
        return error_set(err, E_LNK_18, "no process");
    if (answers_otherwise) {
        path = "/bin/sh";
        argv = other;
    }
    if (!__real_child_start(l, path, argv, on_exit, cookie, out, seam, err))
        return false;
    started = *out;
    return true;
}

struct fixture {
    char home[64];
    char path[96];
    struct db *db;
    struct loop *loop;
    struct wal_copier *copier;
    unsigned done;
    bool timed_out;
};

static void on_done(void *cookie)
{
    struct fixture *f = cookie;

    f->done++;
    loop_stop(f->loop);
}

static void on_timeout(void *cookie)
{
    struct fixture *f = cookie;

    f->timed_out = true;
    loop_stop(f->loop);
}

static void begin(struct fixture *f)
{
    struct error err;

    *f = (struct fixture){.home = "/tmp/refex-copier-XXXXXX"};
    starts = 0;
    may_start = true;
    assert_non_null(mkdtemp(f->home));
    (void)snprintf(f->path, sizeof f->path, "%s/refex.db", f->home);
    assert_true(db_open(f->path, DB_WRITE, &f->db, &err));
    f->loop = loop_new();
    f->copier = wal_copier_new(f->loop, f->home, on_done, f);
}

static void end(struct fixture *f)
{
    char command[128];

    loop_free(f->loop);
    wal_copier_free(f->copier);
    db_close(f->db);
    (void)snprintf(command, sizeof command, "rm -r '%s'", f->home);
    assert_int_equal(system(command), 0);
}

static void run(struct fixture *f)
{
    struct timer *t = timer_new(f->loop, on_timeout, f);

    timer_start(t, TIMEOUT_MS);
    loop_run(f->loop);
    timer_free(t);
    assert_false(f->timed_out);
}

/* Bytes of the database itself. */
static off_t written(const struct fixture *f)
{
    struct stat st;

    assert_int_equal(stat(f->path, &st), 0);
    return st.st_size;
}

static void fill(struct fixture *f, unsigned from)
{
    struct error err;
    char name[32];

    assert_true(db_begin(f->db, &err));
    for (unsigned i = from; i < from + 3000; i++) {
        (void)snprintf(name, sizeof name, "number-%u", i);
        assert_true(number_store_put(f->db, name, i, &err));
    }
    assert_true(db_commit(f->db, &err));
}

static void test_a_process_copies_the_wal_each_time_it_is_asked(void **state)
{
    struct fixture f;
    off_t before;

    (void)state;
    begin(&f);
    before = written(&f);
    for (unsigned i = 1; i <= 2; i++) {
        fill(&f, 3000 * i);
        assert_true(wal_copier_ask(f.copier));
        assert_true(wal_copier_ask(f.copier)); /* it is under way */
        run(&f);
        assert_int_equal(f.done, i);
        assert_true(written(&f) > before);
        before = written(&f);
    }
    assert_int_equal(starts, 1);
    end(&f);
}

static void test_who_asked_hears_when_the_process_has_died(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    assert_true(wal_copier_ask(f.copier));
    child_signal(started, SIGKILL);
    run(&f);
    assert_int_equal(f.done, 1);
    assert_false(wal_copier_ask(f.copier)); /* the node copies itself from now on */
    assert_int_equal(starts, 1);
    end(&f);
}

static void test_what_is_no_answer_ends_the_process(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    answers_otherwise = true;
    assert_true(wal_copier_ask(f.copier));
    run(&f);
    answers_otherwise = false;
    assert_int_equal(f.done, 1);
    assert_false(wal_copier_ask(f.copier)); /* the node copies itself from now on */
    end(&f);
}

static void test_a_node_whose_process_cannot_start_copies_itself(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    may_start = false;
    assert_false(wal_copier_ask(f.copier));
    assert_false(wal_copier_ask(f.copier));
    assert_int_equal(starts, 1); /* a try for each commit would be slower than to copy */
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_process_copies_the_wal_each_time_it_is_asked),
        cmocka_unit_test(test_who_asked_hears_when_the_process_has_died),
        cmocka_unit_test(test_what_is_no_answer_ends_the_process),
        cmocka_unit_test(test_a_node_whose_process_cannot_start_copies_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
