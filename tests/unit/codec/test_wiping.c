/* What reading and writing a message leaves behind: the test sees what secret_wipe wipes. */
#include "codec/consent_messages.h"
#include "codec/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void __real_secret_wipe(void *at, size_t size);
void __wrap_secret_wipe(void *at, size_t size);

static const char name[] = "mission@nrm.example";
static unsigned wipes; /* of bytes that hold NAME */

void __wrap_secret_wipe(void *at, size_t size)
{
    wipes += memmem(at, size, name, sizeof name - 1) != NULL;
    __real_secret_wipe(at, size);
}

static void write_header(struct bytes *wire)
{
    const struct consent_header in = {.consent = {{1}}, .agency = view_of_text(name), .until = 20900};

    consent_header_encode(&in, wire);
}

static void test_the_text_from_which_a_message_is_packed_is_wiped(void **state)
{
    struct bytes wire = {0};

    (void)state;
    wipes = 0;
    write_header(&wire);
    assert_int_equal(wipes, 1);
    bytes_fini(&wire);
}

static void test_a_message_that_is_not_written_is_wiped(void **state)
{
    const struct consent_header without_day = {.consent = {{1}}, .agency = view_of_text(name)};
    struct bytes wire = {.wiping = true};
    struct error err;

    (void)state;
    bytes_append_u8(&wire, 7);
    wipes = 0;
    assert_false(contract_try_encode(&consent_header_contract, &without_day, &wire, &err));
    assert_int_equal(wire.size, 1);
    assert_int_equal(wipes, 2); /* the text, and what was packed of it */
    bytes_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_text_from_which_a_message_is_packed_is_wiped),
        cmocka_unit_test(test_a_message_that_is_not_written_is_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
