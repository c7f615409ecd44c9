#ifndef TESTS_UNIT_FORMATS_IMPORT_FIXTURE_H
#define TESTS_UNIT_FORMATS_IMPORT_FIXTURE_H
/* Imports a file, and compares what was found and which cases came of it. */

#include "base/bounds.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/case_codec.h"
#include "formats/case_json.h"
#include "formats/import.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 20779 /* 2026-11-22 */

/* The result of an import: each case as its sections' bytes and as JSON, each finding as a line. */
struct import_result {
    struct bytes encoded;
    struct bytes json;
    struct bytes findings;
    size_t cases;
    struct error err;
};

static void on_finding(void *cookie, const struct import_finding *f)
{
    struct import_result *import_result = cookie;

    bytes_printf(&import_result->findings, "%u %s %s %s\n", (unsigned)f->row, f->field,
                 f->refused ? "refused" : "accepted", f->sentence);
}

static bool on_case(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    struct import_result *import_result = cookie;
    struct json_line json;
    bool empty;

    (void)row;
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++) {
        bytes_printf(&import_result->encoded, "\n%s ", section_name(s));
        if (!case_section_encode(c, s, &import_result->encoded, &empty, err))
            return false;
    }
    json_line_begin(&json, &import_result->json);
    case_json_members(c, SECTION_ALL, &json);
    json_line_close(&json);
    bytes_append_u8(&import_result->json, '\n');
    import_result->cases++;
    return true;
}

static bool import_with(struct import_result *import_result, struct view file, const struct import_options *options)
{
    struct import_sink sink = {.cookie = import_result, .on_finding = on_finding, .on_case = on_case};
    size_t cases = 0;
    bool ok = import_cases(file, options, &sink, &cases, &import_result->err);

    assert_int_equal(import_result->cases, cases);
    bytes_append_u8(&import_result->findings, 0);
    bytes_append_u8(&import_result->json, 0);
    return ok;
}

static inline bool import(struct import_result *import_result, struct view file, enum import_format format)
{
    return import_with(import_result, file, &(struct import_options){.format = format, .today = TODAY});
}

static inline bool import_string(struct import_result *import_result, const char *file)
{
    return import(import_result, view_of_text(file), 0);
}

static void import_result_fini(struct import_result *import_result)
{
    bytes_fini(&import_result->encoded);
    bytes_fini(&import_result->json);
    bytes_fini(&import_result->findings);
    *import_result = (struct import_result){0};
}

static inline void read_data(const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, TEST_DATA "/cases", name, &err));
    assert_true(file_read(path, 1 << 20, out, &err));
}

/* FILE is refused with exactly these findings. */
static inline void assert_refuses(const char *file, enum error_code code, const char *findings)
{
    struct import_result import_result = {0};

    if (import_string(&import_result, file))
        fail_msg("taken: %s", file);
    assert_int_equal(import_result.err.code, code);
    assert_string_equal((const char *)import_result.findings.at, findings);
    assert_int_equal(import_result.cases, 0);
    import_result_fini(&import_result);
}

/* FILE is accepted as this case. */
static inline void assert_imports(const char *file, const char *json, const char *findings)
{
    struct import_result import_result = {0};

    if (!import_string(&import_result, file))
        fail_msg("%s: %s\n%s", file, import_result.err.text, (const char *)import_result.findings.at);
    assert_string_equal((const char *)import_result.json.at, json);
    assert_string_equal((const char *)import_result.findings.at, findings);
    import_result_fini(&import_result);
}

#endif
