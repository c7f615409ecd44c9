/* Is each verb asked of whom its row names, and is an answer refused that is not as long as the row says? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/calls.h"

bool __wrap_refex_client_open(const char *home, enum refex_door door, struct refex_client **out,
                              struct refex_failure *why);
void __wrap_refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie);
bool __wrap_refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size,
                             refex_item_fn *on_item, void *cookie, struct refex_failure *why);

static enum refex_door opened;
static uint16_t asked;
static size_t asked_size;
static unsigned items;     /* that the node answers */
static struct bytes item;  /* each of them */
static unsigned items_got; /* by the command */
static bool is_silent;     /* the node, for a while */
static refex_silence_fn *silence_fn;
static void *silence_cookie;

bool __wrap_refex_client_open(const char *home, enum refex_door door, struct refex_client **out,
                              struct refex_failure *why)
{
    (void)why;
    assert_string_equal(home, "h");
    opened = door;
    *out = (struct refex_client *)(void *)&opened;
    return true;
}

void __wrap_refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie)
{
    (void)c;
    (void)after_ms;
    silence_fn = on_silence;
    silence_cookie = cookie;
}

bool __wrap_refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size,
                             refex_item_fn *on_item, void *cookie, struct refex_failure *why)
{
    (void)message;
    assert_ptr_equal(c, &opened);
    asked = kind;
    asked_size = size;
    if (is_silent)
        silence_fn(silence_cookie, "it has not answered");
    for (unsigned i = 0; i < items; i++)
        if (!on_item(cookie, item.at, item.size, why))
            return false;
    return true;
}

static bool on_clock(void *cookie, const struct control_clock *k, struct error *err)
{
    (void)err;
    assert_int_equal(k->peers, 7);
    items_got++;
    return cookie == NULL || error_set(err, E_USE_04, "not this one");
}

static bool on_case(void *cookie, const struct control_case_summary *s, struct error *err)
{
    (void)cookie;
    (void)s;
    (void)err;
    items_got++;
    return true;
}

static void set_clock(unsigned count)
{
    static const struct control_clock k = {.peers = 7};

    bytes_clear(&item);
    control_clock_encode(&k, &item);
    items = count;
    items_got = 0;
}

static void test_an_answer_of_one_has_one(void **state)
{
    static const struct control_clock_ask ask = {.confirm = true};
    struct command c = {.home = "h"};
    struct error err = {0};

    (void)state;
    set_clock(1);
    assert_true(call_node_clock(&c, &ask, on_clock, NULL, &err));
    assert_int_equal(items_got, 1);
    assert_int_equal(asked, CONTROL_NODE_CLOCK);
    assert_int_equal(asked_size, 2);
    for (unsigned n = 0; n < 4; n++) {
        set_clock(n);
        assert_int_equal(call_node_clock(&c, &ask, on_clock, NULL, &err), n == 1);
        assert_true(n == 1 || err.code == E_CTL_01);
    }
    set_clock(1);
    assert_false(call_node_clock(&c, &ask, on_clock, &c, &err));
    assert_int_equal(err.code, E_USE_04);
}

static void test_an_answer_without_items_has_none_and_a_list_as_many_as_there_are(void **state)
{
    static const struct control_case_summary line = {.case_id = {{1}}};
    const struct control_case_list_ask all = {0};
    struct command c = {.home = "h"};
    struct error err = {0};

    (void)state;
    bytes_clear(&item);
    for (items = 0; items < 2; items++)
        assert_int_equal(call_node_stop(&c, NULL, NULL, NULL, &err), items == 0);
    assert_int_equal(err.code, E_CTL_01);
    assert_int_equal(asked_size, 0);
    control_case_summary_encode(&line, &item);
    items_got = 0;
    for (items = 0; items < 3; items++)
        assert_true(call_case_list(&c, &all, on_case, NULL, &err));
    assert_int_equal(items_got, 0 + 1 + 2);
    bytes_append_u8(&item, 0);
    assert_false(call_case_list(&c, &all, on_case, NULL, &err));
    assert_int_equal(err.code, E_CTL_01);
}

static enum refex_door door_of(unsigned modes)
{
    if ((modes & CONTROL_NODE) == 0)
        return (modes & CONTROL_READER) != 0 ? REFEX_READER : REFEX_TOOL;
    return (modes & CONTROL_READER) != 0 ? REFEX_NODE_OR_READER : REFEX_NODE;
}

static void test_each_request_is_asked_of_whom_its_row_names(void **state)
{
    static const uint16_t kinds[] = {
#define VERB_ROW(number, ...) number,
#define CALL_ROW              VERB_ROW
#include "codec/verbs.def"
    };
    struct error err = {0};

    (void)state;
    items = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct command c = {.home = "h"};
        struct bytes message = {0};

        assert_int_equal(connection_ask(&c, kinds[i], &message, NULL, NULL, &err),
                         control_verb_find(kinds[i])->items != CONTROL_ONE);
        assert_int_equal(asked, kinds[i]);
        assert_int_equal(opened, door_of(control_verb_find(kinds[i])->modes));
    }
}

static void test_a_request_is_no_longer_than_a_frame(void **state)
{
    struct command c = {.home = "h"};
    struct error err = {0};

    (void)state;
    items = 0;
    for (size_t over = 0; over < 2; over++) {
        struct bytes message = {0};

        (void)bytes_reserve(&message, BOUND_FRAME);
        message.size = BOUND_FRAME - CONTROL_NUMBER_SIZE + over;
        assert_int_equal(connection_ask(&c, CONTROL_NODE_STOP, &message, NULL, NULL, &err), over == 0);
    }
    assert_int_equal(err.code, E_FIL_04);
}

/* What a command that asks this says of a node that is silent. */
static void read_warning(enum control_kind kind, char out[static 512])
{
    struct command c = {.home = "h"};
    struct error err = {0};
    struct bytes message = {0};
    int before = dup(STDERR_FILENO);
    int ends[2];
    ssize_t n;

    assert_int_equal(pipe(ends), 0);
    (void)dup2(ends[1], STDERR_FILENO);
    is_silent = true;
    (void)!connection_ask(&c, kind, &message, NULL, NULL, &err);
    is_silent = false;
    (void)dup2(before, STDERR_FILENO);
    n = read(ends[0], out, 511);
    assert_true(n > 0);
    out[n] = '\0';
    (void)close(before);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void test_a_command_that_waits_says_whether_it_may_be_given_again(void **state)
{
    char text[512];

    (void)state;
    items = 0;
    read_warning(CONTROL_CASE_LIST, text);
    assert_non_null(strstr(text, "you may ask again"));
    assert_null(strstr(text, "look before you ask again"));
    read_warning(CONTROL_REFERRAL_SEND, text);
    assert_non_null(strstr(text, "look before you ask again, or do so with the same --request-id."));
    read_warning(CONTROL_CONSENT_WITHDRAW, text);
    assert_non_null(strstr(text, "look before you ask again.\n"));
}

static int end(void **state)
{
    (void)state;
    bytes_fini(&item);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_of_one_has_one),
        cmocka_unit_test(test_an_answer_without_items_has_none_and_a_list_as_many_as_there_are),
        cmocka_unit_test(test_each_request_is_asked_of_whom_its_row_names),
        cmocka_unit_test(test_a_request_is_no_longer_than_a_frame),
        cmocka_unit_test(test_a_command_that_waits_says_whether_it_may_be_given_again),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}
