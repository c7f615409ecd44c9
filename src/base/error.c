#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

#define ELLIPSIS "…"
#define WORD_MAX 80 /* bytes: where no blank is found so near to the bound, it is cut within a word */

/* TEXT, which had no room for all of it, ends behind a whole word, and says that something is missing. */
static void mark_cut(char *text)
{
    size_t end = ERROR_TEXT_MAX - sizeof ELLIPSIS;
    size_t word = end;

    while (word > end - WORD_MAX && text[word] != ' ')
        word--;
    if (text[word] == ' ')
        end = word;
    else
        while (((unsigned char)text[end] & 0xC0) == 0x80) /* not inside a character */
            end--;
    memcpy(text + end, ELLIPSIS, sizeof ELLIPSIS);
}

/* What a sentence names may be no text: a folder's name is any bytes. Each that is of no character becomes '?'. */
static void make_text(char *text)
{
    size_t size = strlen(text);

    for (size_t at = 0; !text_is_utf8(view_of((const uint8_t *)text + at, size - at)); at++) {
        size_t n = 1;

        while (n < 4 && n < size - at && !text_is_utf8(view_of((const uint8_t *)text + at, n)))
            n++;
        if (text_is_utf8(view_of((const uint8_t *)text + at, n)))
            at += n - 1;
        else
            text[at] = '?';
    }
}

#undef error_set /* error.h, for the analyzer */
#undef error_wrap

bool error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
    va_list ap;
    int n;

    REQUIRE(code > E_NONE && code < ERROR_CODE_COUNT);
    err->code = code;
    va_start(ap, fmt);
    n = vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    if (n >= ERROR_TEXT_MAX)
        mark_cut(err->text);
    make_text(err->text);
    return false;
}

bool error_wrap(struct error *err, const char *fmt, ...)
{
    char before[ERROR_TEXT_MAX];
    char whole[2 * ERROR_TEXT_MAX + 2];
    va_list ap;
    int n;

    va_start(ap, fmt);
    (void)vsnprintf(before, sizeof before, fmt, ap);
    va_end(ap);
    n = snprintf(whole, sizeof whole, "%s: %s", before, err->text);
    memcpy(err->text, whole, n < ERROR_TEXT_MAX ? (size_t)n + 1 : ERROR_TEXT_MAX);
    if (n >= ERROR_TEXT_MAX)
        mark_cut(err->text);
    make_text(err->text);
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
