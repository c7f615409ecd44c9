#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct error_row rows[ERROR_CODE_COUNT] = {
    [E_NONE] = {"E-NONE", FAULT_NONE, 0, "", ""},
#define ERROR_ROW(id, code, fault, exit, means, remedy) [id] = {code, fault, exit, means, remedy},
#include "base/errors.def"
#undef ERROR_ROW
};

const struct error_row *error_row(enum error_code code)
{
    REQUIRE(code >= E_NONE && code < ERROR_CODE_COUNT);
    return &rows[code];
}

enum fault error_fault(const struct error *err)
{
    return error_row(err->code)->fault;
}

enum error_code error_code_find(const char *code)
{
    for (int i = 1; i < ERROR_CODE_COUNT; i++)
        if (strcmp(rows[i].code, code) == 0)
            return (enum error_code)i;
    return E_NONE;
}

/* A sentence cut at its bound must not end inside a UTF-8 character. */
static void trim_utf8(char *text)
{
    size_t n = strlen(text);
    size_t back = 0;

    if (n + 1 < ERROR_TEXT_MAX)
        return;
    while (back < 4 && back < n && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back < n && ((unsigned char)text[n - 1 - back] & 0x80) != 0)
        text[n - 1 - back] = '\0';
}

#undef error_set /* error.h, for the analyzer */
#undef error_wrap

bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
    va_list ap;

    REQUIRE(code > E_NONE && code < ERROR_CODE_COUNT);
    err->code = code;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    trim_utf8(err->text);
    return false;
}

bool error_wrap(struct error *err, const char *fmt, ...)
{
    char before[ERROR_TEXT_MAX];
    char whole[2 * ERROR_TEXT_MAX + 2];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(before, sizeof before, fmt, ap);
    va_end(ap);
    (void)snprintf(whole, sizeof whole, "%s: %s", before, err->text);
    whole[ERROR_TEXT_MAX - 1] = '\0';
    memcpy(err->text, whole, strlen(whole) + 1);
    trim_utf8(err->text);
    return false;
}

void error_clear(struct error *err)
{
    err->code = E_NONE;
    err->text[0] = '\0';
}

void error_require_failed(const char *what, const char *file, int line)
{
    (void)fprintf(stderr, "refex: REQUIRE(%s) failed at %s:%d\n", what, file, line);
    abort();
}
