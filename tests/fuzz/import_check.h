#ifndef TESTS_FUZZ_IMPORT_CHECK_H
#define TESTS_FUZZ_IMPORT_CHECK_H
/* What must hold for every file that an import accepts: each section has one encoding, and the case printed as JSON is
 * parsed to the same case. */

#include "codec/case_codec.h"
#include "formats/case_json.h"
#include "formats/import.h"

#define IMPORT_CHECK_TODAY 20779 /* 2026-11-22 */

/* Appends all sections of C, each decoded and encoded again; false if one is too long to be encoded. */
static inline bool import_check_encode(const struct case_data *c, struct bytes *out)
{
    struct error err;
    bool empty;

    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        struct arena arena = {0};
        struct bytes wire = {0};
        struct bytes again = {0};
        struct case_data back;

        if (!case_section_encode(c, s, &wire, &empty, &err)) {
            REQUIRE(err.code == E_CAS_04);
            bytes_fini(&wire);
            return false;
        }
        case_init(&back, &arena);
        REQUIRE(empty || case_section_decode(s, bytes_view(&wire), &back, &err));
        REQUIRE(case_section_encode(&back, s, &again, &empty, &err));
        REQUIRE(view_equal(bytes_view(&wire), bytes_view(&again)));
        bytes_printf(out, "\n%s ", section_name(s));
        bytes_append_view(out, bytes_view(&wire));
        bytes_fini(&wire);
        bytes_fini(&again);
        arena_fini(&arena);
    }
    return true;
}

static inline bool import_check_again(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    (void)row;
    (void)err;
    REQUIRE(import_check_encode(c, cookie));
    return true;
}

static inline bool import_check_case(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct json_line line;
    struct bytes json = {0};
    struct bytes first = {0};
    struct bytes second = {0};
    struct import_sink sink = {.cookie = &second, .on_case = import_check_again};
    struct import_options options = {.format = IMPORT_HTCDS_JSON, .today = IMPORT_CHECK_TODAY};
    size_t cases;

    (void)cookie;
    (void)row;
    if (import_check_encode(c, &first)) {
        json_line_begin(&line, &json);
        case_json_members(c, SECTION_ALL, &line);
        json_line_close(&line);
        REQUIRE(import_cases(bytes_view(&json), &options, &sink, &cases, err));
        REQUIRE(cases == 1 && view_equal(bytes_view(&first), bytes_view(&second)));
    }
    bytes_fini(&json);
    bytes_fini(&first);
    bytes_fini(&second);
    return true;
}

static inline void import_check(struct view file, enum import_format format)
{
    struct import_sink sink = {.on_case = import_check_case};
    struct import_options options = {.format = format, .today = IMPORT_CHECK_TODAY};
    struct error err;
    size_t cases;

    for (enum encoding e = 0; e <= ENCODING_CP1250; e++) { /* as it comes, and each way of reading it */
        options.encoding = e;
        options.dates = e == 0 ? DATE_ORDER_UNKNOWN : DATE_ORDER_MDY;
        if (import_cases(file, &options, &sink, &cases, &err))
            REQUIRE(cases > 0);
    }
}

#endif
