#include "cli/stops.h"

#include <stdio.h>
#include <string.h>

#include "cli/asking.h"

static const struct stop_row {
    const char *verb;
    const char *when;
    const char *here;
    const char *there;
    const char *question;
    const char *not_done;
} rows[STOP_COUNT] = {
#define STOP_ROW(id, verb, when, here, there, ask, no) [STOP_##id] = {verb, when, here, there, ask, no},
#include "cli/stops.def"
};

#define INDENT 9
#define WIDTH  100

/* Behind LABEL, in lines of WIDTH at most. */
static void print_wrapped(FILE *out, const char *label, const char *text)
{
    size_t column = INDENT;

    (void)fprintf(out, "%-*s", INDENT, label);
    while (*text != '\0') {
        const size_t size = strcspn(text, " ");

        if (column > INDENT && column + 1 + size > WIDTH) {
            (void)fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        }
        (void)fprintf(out, "%s%.*s", column > INDENT ? " " : "", (int)size, text);
        column += (column > INDENT) + size;
        text += size + (text[size] == ' ');
    }
    (void)fputc('\n', out);
}

static void print_row(FILE *out, const struct stop_row *r)
{
    (void)fprintf(out, "refex %s: %s\n", r->verb, r->when);
    print_wrapped(out, "  Here", r->here);
    print_wrapped(out, "  There", r->there);
}

void stops_print(void)
{
    for (size_t i = 0; i < STOP_COUNT; i++)
        print_row(stdout, &rows[i]);
}

void stops_confirm(const struct command *c, enum stop which, bool *confirmed)
{
    const struct stop_row *r = &rows[which];

    *confirmed = true;
    if (options_flag(&c->options, "confirm") || !asking_has_terminal(c))
        return;
    print_row(stderr, r);
    *confirmed = asking_says_yes("%s", r->question);
    if (!*confirmed)
        (void)fprintf(stderr, "%s\n", r->not_done);
}
