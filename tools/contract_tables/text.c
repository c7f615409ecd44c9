#include "contract.h"

char *format(const char *fmt, ...)
{
    va_list args;
    char *out;

    va_start(args, fmt);
    demand(vasprintf(&out, fmt, args) >= 0, fmt, "there is no memory for it");
    va_end(args);
    return out;
}

void demand(bool is_so, const char *name, const char *sentence)
{
    if (!is_so)
        errx(1, "%s: %s", name, sentence);
}

bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

char *either(const char *text, const char *instead)
{
    return (char *)(is_set(text) ? text : instead);
}

char *spelled(const char *camel, char between, int (*letter)(int))
{
    char *out = format("%s%s", camel, camel); /* as long as it can become */
    size_t n = 0;

    for (const char *c = camel; *c != '\0'; c++) {
        if (c > camel && isupper((unsigned char)c[0]) && !isupper((unsigned char)c[-1]) && c[-1] != '_')
            out[n++] = between;
        out[n++] = (char)letter((unsigned char)*c);
    }
    out[n] = '\0';
    return out;
}

const char *quoted(const char *text)
{
    return is_set(text) ? format("\"%s\"", text) : "NULL";
}
