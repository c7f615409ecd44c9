/* What may be typed for an id, and whom it is asked of. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/calls.h"
#include "model/spoken_id.h"

#define FULL "4f0e1d2c3b4a59687766554433221100"

bool __wrap_refex_client_open(const char *home, enum refex_door door, struct refex_client **out,
                              struct refex_failure *why);
void __wrap_refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie);
bool __wrap_refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size,
                             refex_item_fn *on_item, void *cookie, struct refex_failure *why);

static int opened; /* how many times */
static enum refex_door door_opened;
static struct control_id_find_ask asked;
static int asked_count;
static unsigned answers; /* ids that the node answers */
static struct error err;

bool __wrap_refex_client_open(const char *home, enum refex_door door, struct refex_client **out,
                              struct refex_failure *why)
{
    (void)why;
    assert_string_equal(home, "h");
    opened++;
    door_opened = door;
    *out = (struct refex_client *)(void *)&opened;
    return true;
}

void __wrap_refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie)
{
    (void)c;
    (void)after_ms;
    (void)on_silence;
    (void)cookie;
}

bool __wrap_refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size,
                             refex_item_fn *on_item, void *cookie, struct refex_failure *why)
{
    struct arena arena = {0};
    struct control_id_found found = {.id = {.at = {0x4f}}};
    bool ok = true;

    assert_ptr_equal(c, &opened);
    assert_int_equal(kind, CONTROL_ID_FIND);
    assert_true(control_id_find_ask_decode(view_of(message, size), &arena, &asked, &err));
    asked_count++;
    for (unsigned i = 0; ok && i < answers; i++) {
        struct bytes item = {0};

        found.id.at[15] = (uint8_t)(i + 1);
        if (asked.of == REFERRAL_ID)
            found.agency = view_of_text("shelter@nrm.example");
        control_id_found_encode(&found, &item);
        ok = on_item(cookie, item.at, item.size, why);
        bytes_fini(&item);
    }
    arena_fini(&arena);
    return ok;
}

static bool read_typed(struct command *c, const char *text, struct ident *out)
{
    error_clear(&err);
    asked_count = 0;
    return connection_ident(c, REFEX_NODE, CONSENT_ID | REFERRAL_ID, text, out, &err);
}

static void assert_refused(const char *text, enum error_code code, const char *why)
{
    struct command c = {.home = "h"};
    struct ident id;

    assert_false(read_typed(&c, text, &id));
    assert_int_equal(err.code, code);
    if (strstr(err.text, why) == NULL)
        fail_msg("%s", err.text);
}

static void test_a_whole_id_asks_nobody(void **state)
{
    struct command c = {.home = "h"};
    struct ident id;
    char text[IDENT_TEXT];

    (void)state;
    opened = 0;
    assert_true(read_typed(&c, FULL, &id));
    ident_write(&id, text);
    assert_string_equal(text, FULL);
    assert_int_equal(asked_count + opened, 0);
}

static void test_the_beginning_of_an_id_is_looked_for_by_the_door_of_the_verb(void **state)
{
    struct command c = {.home = "h"};
    struct ident id;

    (void)state;
    answers = 1;
    opened = 0;
    assert_true(read_typed(&c, "4f000000", &id));
    assert_int_equal(id.at[15], 1);
    assert_int_equal(door_opened, REFEX_NODE);
    assert_int_equal(asked.of, 1U << ID_OF_CONSENT | 1U << ID_OF_REFERRAL);
    assert_int_equal(asked.first.at[0], 0x4f);
    assert_int_equal(asked.first.at[4], 0);
    assert_int_equal(asked.last.at[3], 0);
    assert_int_equal(asked.last.at[4], 0xff);
    assert_true(connection_open(&c, REFEX_NODE, &err));
    assert_int_equal(opened, 1);
}

static void test_a_beginning_of_too_few_digits_is_refused_unasked(void **state)
{
    (void)state;
    answers = 1;
    opened = 0;
    assert_refused("4f00000", E_USE_04, "is not the id of a consent or referral");
    assert_refused("", E_USE_04, "the first 8 or more");
    assert_refused("4f0000000g", E_USE_04, "is not the id");
    assert_refused(FULL "0", E_USE_04, "is not the id");
    assert_refused("00000000000000000000000000000000", E_USE_04, "is not the id");
    assert_int_equal(asked_count + opened, 0);
}

static void test_none_and_several_are_said(void **state)
{
    (void)state;
    answers = 0;
    assert_refused("4f000000", E_USE_05, "no consent or referral here has an id that begins with 4f000000");
    answers = 2;
    assert_refused("4f000000", E_USE_06,
                   "2 ids of a consent or referral begin with 4f000000:\n"
                   "  4f000000000000000000000000000001\n  4f000000000000000000000000000002");
    answers = BOUND_IDS_FOUND;
    assert_refused("4f000000", E_USE_06, "at least 5 ids");
}

static bool read_any(const char *text, uint32_t of, struct ident *out)
{
    struct command c = {.home = "h"};

    error_clear(&err);
    asked_count = 0;
    return connection_ident(&c, REFEX_NODE, of, text, out, &err);
}

static void test_a_label_or_code_name_is_looked_for_among_what_is_called_so(void **state)
{
    struct ident wanted = {.at = {0x4f, 0x12, 0x34}};
    char label[BOUND_SPOKEN_ID];
    char code_name[BOUND_SPOKEN_ID];
    struct ident id;

    (void)state;
    answers = 1;
    case_label_write(&wanted, label);
    code_name_write(&wanted, code_name);
    assert_true(read_any(label, CASE_ID | REFERRAL_ID, &id));
    assert_int_equal(asked.of, CASE_ID);
    assert_memory_equal(asked.first.at, ((uint8_t[]){0x4f, 0x12, 0x30}), 3);
    assert_memory_equal(asked.last.at, ((uint8_t[]){0x4f, 0x12, 0x3f, 0xff}), 4);
    assert_true(read_any(code_name, CASE_ID | REFERRAL_ID, &id));
    assert_int_equal(asked.of, REFERRAL_ID);
    assert_false(read_any(label, CONSENT_ID | REFERRAL_ID, &id));
    assert_int_equal(err.code, E_USE_04);
    assert_false(read_any(code_name, CASE_ID, &id));
    assert_int_equal(err.code, E_USE_04);
    answers = 0;
    assert_false(read_any(label, CASE_ID, &id));
    assert_int_equal(err.code, E_USE_05);
    assert_non_null(strstr(err.text, "no case here is called "));
    answers = 2;
    assert_false(read_any(code_name, REFERRAL_ID, &id));
    assert_int_equal(err.code, E_USE_06);
    assert_non_null(strstr(err.text, "000000000001, shelter@nrm.example\n"));
    answers = 1;
    label[strlen(label) - 1] ^= 1;
    assert_false(read_any(label, CASE_ID, &id));
    assert_int_equal(err.code, E_USE_07);
    assert_int_equal(asked_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_id_asks_nobody),
        cmocka_unit_test(test_the_beginning_of_an_id_is_looked_for_by_the_door_of_the_verb),
        cmocka_unit_test(test_a_beginning_of_too_few_digits_is_refused_unasked),
        cmocka_unit_test(test_none_and_several_are_said),
        cmocka_unit_test(test_a_label_or_code_name_is_looked_for_among_what_is_called_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
