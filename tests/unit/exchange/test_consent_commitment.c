/* A consent receipt gives its commitment, or none where one of its parts is not what is committed to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/commit.h"
#include "exchange/consent/consent_commitment.h"

#define PLACES 8

/* An open receipt that shows one grant, at PLACE, among eight commitments of which each is that grant's. */
static bool has_commitment(uint32_t place)
{
    static uint8_t g[PLACES * HASH_SIZE];
    struct shown_grant shown = {.place = place, .bytes = view_of_text("grant")};
    struct consent_receipt r = {
        .g = view_of(g, sizeof g), .shown = &shown, .shown_count = 1, .given_bytes = view_of_text("given")};
    struct hash one;
    struct hash out;

    commit_grant(shown.salt, shown.bytes, &one);
    for (size_t i = 0; i < PLACES; i++)
        memcpy(g + i * HASH_SIZE, one.at, HASH_SIZE);
    commit_consent_given(r.salt_w, r.given_bytes, &r.w);
    return consent_commitment_of(&r, &out);
}

static void test_a_grant_is_shown_at_a_place_that_there_is(void **state)
{
    (void)state;
    for (uint32_t place = 0; place <= PLACES; place++)
        assert_true(has_commitment(place));
    assert_false(has_commitment(PLACES + 1)); /* behind the last: nothing is read there */
    assert_false(has_commitment(UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_grant_is_shown_at_a_place_that_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
