#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs/cmd.h"
#include "codec/verbs.h"

#define WORDS(noun, verb) (sizeof(noun) > 1 ? noun " " verb : verb)

const struct verb_row verb_rows[VERB_COUNT] = {
#define VERB_ROW(number, kind, name, noun, verb, ...) {noun, verb, WORDS(noun, verb), &cmd_##name, number},
#define COMMAND_ROW(name, noun, verb)                 {noun, verb, WORDS(noun, verb), &cmd_##name, 0},
#include "codec/verbs.def"
};

#define COMMON                                                                                                         \
    OPTION_FOLDER("home", "DIR", "the node's folder (or set REFEX_HOME)"),                                             \
        {.name = "json", .help = "one JSON object a line instead of text for people", .times = BOUND_OPTION_VALUES},   \
    {                                                                                                                  \
        .name = "help", .help = "this page", .times = BOUND_OPTION_VALUES                                              \
    }

const struct option_row verb_common_options[] = {COMMON, {0}};

static const struct option_row options_with_id[] = {
    COMMON, OPTION_VALUE("request-id", "ID", "your own id: asking again does nothing and is answered the same"), {0}};

bool verb_takes_id(const struct verb_row *row)
{
    const struct control_verb *verb = row->kind != 0 ? control_verb_find(row->kind) : NULL;

    return verb != NULL && control_verb_takes_id(verb);
}

const struct option_row *verb_options(const struct verb_row *row)
{
    return verb_takes_id(row) ? options_with_id : verb_common_options;
}

#define HELP_COLUMN 32
#define HELP_WIDTH  100

static void print_list(const struct verb_list *l)
{
    int column = HELP_WIDTH;

    (void)printf("\n--%s takes", l->option);
    for (uint32_t n = 1; n < l->end; n++) {
        const char *name = l->name(n);
        int width = (int)strlen(name) + 2;

        if (column + width > HELP_WIDTH) {
            (void)printf("\n ");
            column = 2;
        }
        (void)printf(" %s%s", name, n + 1 < l->end ? "," : "\n");
        column += width;
    }
}

/* Broken between words. */
static void print_wrapped(const char *text, int column)
{
    while (*text != '\0') {
        size_t n = strcspn(text, " ");

        if (column + (int)n > HELP_WIDTH) {
            (void)printf("\n     ");
            column = 5;
        }
        (void)printf(" %.*s", (int)n, text);
        column += (int)n + 1;
        text += n + (text[n] == ' ');
    }
    (void)putchar('\n');
}

/* The closed list that NUMBER takes, on lines of its own. */
static void print_taken(const struct verb_terms *t, uint32_t number)
{
    int column = HELP_WIDTH;

    for (uint32_t n = 1; t->takes(number, n) != NULL; n++) {
        const char *word = t->takes(number, n);
        int width = (int)strlen(word) + 2;

        if (column + width > HELP_WIDTH) {
            (void)printf(n > 1 ? "\n     " : "     ");
            column = 5;
        }
        (void)printf(" %s%s", word, t->takes(number, n + 1) != NULL ? "," : "\n");
        column += width;
    }
}

static void print_terms(const struct verb_terms *t)
{
    (void)printf("\n%s\n", t->title);
    for (uint32_t n = 1; n < t->end; n++)
        if (t->says(n)[0] != '\0') {
            (void)printf("  %s:", t->name(n));
            print_wrapped(t->says(n), (int)strlen(t->name(n)) + 2);
            if (t->takes != NULL)
                print_taken(t, n);
        }
}

void verb_help(const struct verb_row *row)
{
    const struct verb *v = row->verb;

    (void)printf("refex %s %s\n\n%s\n", row->words, v->usage, v->summary);
    if (v->help != NULL)
        (void)printf("\n%s\n", v->help);
    (void)puts("\nOptions");
    options_print_help(v->syntax.own, HELP_COLUMN);
    options_print_help(verb_options(row), HELP_COLUMN);
    for (size_t i = 0; i < VERB_LISTS_MAX && v->lists[i].option != NULL; i++)
        print_list(&v->lists[i]);
    for (size_t i = 0; i < VERB_TERMS_MAX && v->terms[i].title != NULL; i++)
        print_terms(&v->terms[i]);
    (void)puts("\nExit codes: 0 done, 1 the answer is no, 64 usage, 65 bad data, 66 no input, 69 unavailable, 73 "
               "cannot create,\n"
               "74 disk, 75 try again, 76 protocol, 77 denied, 78 configuration. More: refex help exit-codes");
}
