#include "text.h"

#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *format(const char *fmt, ...)
{
    va_list args;
    char *out;

    va_start(args, fmt);
    if (vasprintf(&out, fmt, args) < 0)
        err(1, NULL);
    va_end(args);
    return out;
}

bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

char *either(const char *text, const char *instead)
{
    return (char *)(is_set(text) ? text : instead);
}

const char *joined(const char *list, const char *between, const char *item)
{
    return format("%s%s%s", list, is_set(list) ? between : "", item);
}

bool is_same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

char *snake_of(const char *camel)
{
    char *out = calloc(2, strlen(camel) + 1);
    bool was_upper = true;

    if (out == NULL)
        err(1, NULL);
    for (size_t n = 0; *camel != '\0'; camel++) {
        bool is_upper = isupper((unsigned char)*camel) != 0;

        if (is_upper && !was_upper && out[n - 1] != '_')
            out[n++] = '_';
        out[n++] = (char)tolower((unsigned char)*camel);
        was_upper = is_upper;
    }
    return out;
}

char *upper_of(const char *camel)
{
    char *out = snake_of(camel);

    for (char *c = out; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return out;
}

const char *quoted(const char *text)
{
    return is_set(text) ? format("\"%s\"", text) : "NULL";
}
