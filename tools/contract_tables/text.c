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

void demand(bool is_so, const char *name, const char *otherwise)
{
    if (!is_so)
        errx(1, "%s: %s", name, otherwise);
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

char *spelled(const char *camel, char between, int (*letter)(int))
{
    char *out = calloc(2, strlen(camel) + 1);
    size_t n = 0;

    if (out == NULL)
        err(1, NULL);
    for (const char *c = camel; *c != '\0'; c++) {
        if (c > camel && isupper((unsigned char)c[0]) && !isupper((unsigned char)c[-1]) && c[-1] != '_')
            out[n++] = between;
        out[n++] = (char)letter((unsigned char)*c);
    }
    return out;
}

char *snake_of(const char *camel)
{
    return spelled(camel, '_', tolower);
}

char *upper_of(const char *camel)
{
    return spelled(camel, '_', toupper);
}

const char *quoted(const char *text)
{
    return is_set(text) ? format("\"%s\"", text) : "NULL";
}
