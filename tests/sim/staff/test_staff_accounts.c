/* A Unix user who has a role here, and whose number the machine gave on. */
#include "fixture.h"

#include "exchange/staff/staff_calls.h"
#include "refexd/control_asker.h"
#include "refexd/status.h"

#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { ADA = 61001, BOB = 61002 };

/* The rows of /etc/passwd. */
static struct passwd rows[3];
static size_t row_count;
static size_t next;

struct passwd *__wrap_fgetpwent(FILE *file);

struct passwd *__wrap_fgetpwent(FILE *file)
{
    (void)file;
    if (next < row_count)
        return &rows[next++];
    next = 0;
    return NULL;
}

static void enter(struct fixture *s, uint32_t uid, const char *account, staff_roles roles)
{
    const struct control_staff_add_ask ask = {.uid = uid, .account = view_of_text(account), .roles = roles};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

/* How many are named by status. */
static unsigned named(struct fixture *s)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = s->ngo};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == FOUND_STAFF_GIVEN_ON;
    arena_fini(&arena);
    return n;
}

static void test_who_has_the_number_of_another_has_no_role_by_it(void **state)
{
    struct control_context w = {.mode = CONTROL_NODE};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    w.exchange = s.ngo;
    enter(&s, ADA, "ada", STAFF_ROLE_BIT(STAFF_SUPERVISOR));
    enter(&s, BOB, "bob", STAFF_ROLE_BIT(STAFF_CASEWORKER));
    assert_int_equal(control_asker_roles(&w, BOB), STAFF_ROLE_BIT(STAFF_CASEWORKER)); /* no file has him */
    row_count = 2;
    rows[0] = (struct passwd){.pw_uid = ADA, .pw_name = (char[]){"ada"}};
    rows[1] = (struct passwd){.pw_uid = BOB, .pw_name = (char[]){"carl"}};
    assert_int_equal(control_asker_roles(&w, BOB), 0);
    assert_int_equal(control_asker_roles(&w, ADA), STAFF_ROLE_BIT(STAFF_SUPERVISOR));
    assert_int_equal(named(&s), 1);
    rows[2] = (struct passwd){.pw_uid = BOB, .pw_name = (char[]){"bob"}};
    row_count = 3; /* two names, one number */
    assert_int_equal(control_asker_roles(&w, BOB), STAFF_ROLE_BIT(STAFF_CASEWORKER));
    assert_int_equal(named(&s), 0);
    row_count = 0;
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_has_the_number_of_another_has_no_role_by_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
