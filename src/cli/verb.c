#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
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

/* The first N bytes of WORD and what stands BEHIND it, in a text that is broken between words: a line of it that is not
 * its first begins with INDENT blanks. */
static void print_word(const char *word, size_t n, const char *behind, int indent, int *column)
{
    int width = 1 + text_width(view_of(word, n)) + (int)strlen(behind);

    if (*column + width > HELP_WIDTH) {
        (void)printf("\n%*s", indent, "");
        *column = indent;
    }
    (void)printf(" %.*s%s", (int)n, word, behind);
    *column += width;
}

static void print_list(const struct verb_list *l)
{
    int column = HELP_WIDTH;

    (void)printf("\n--%s takes", l->option);
    for (uint32_t n = 1; n < l->end; n++)
        print_word(l->name(n), strlen(l->name(n)), n + 1 < l->end ? "," : "\n", 1, &column);
}

static void print_wrapped(const char *text, int column)
{
    while (*text != '\0') {
        size_t n = strcspn(text, " ");

        print_word(text, n, "", 5, &column);
        text += n + (text[n] == ' ');
    }
    (void)putchar('\n');
}

/* The closed list that NUMBER takes, on lines of its own. */
static void print_taken(const struct verb_terms *t, uint32_t number)
{
    int column = 5;

    if (t->takes(number, 1) == NULL)
        return;
    (void)printf("%*s", column, "");
    for (uint32_t n = 1; t->takes(number, n) != NULL; n++) {
        const char *word = t->takes(number, n);

        print_word(word, strlen(word), t->takes(number, n + 1) != NULL ? "," : "\n", 5, &column);
    }
}

/* How much of USAGE stays together: an option with what it takes, a word. */
static size_t usage_part(const char *usage)
{
    size_t n = strcspn(usage, " ");

    while (usage[n] == ' ' && strchr("-[(|", usage[n + 1]) == NULL)
        n += 1 + strcspn(usage + n + 1, " ");
    return n;
}

static void print_usage(const struct verb_row *row)
{
    const char *usage = row->verb->usage;
    int column = (int)strlen("refex ") + (int)strlen(row->words);

    (void)printf("refex %s", row->words);
    while (*usage != '\0') {
        size_t n = usage_part(usage);

        print_word(usage, n, "", 5, &column);
        usage += n + (usage[n] == ' ');
    }
    (void)putchar('\n');
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

    print_usage(row);
    (void)printf("\n%s\n", v->summary);
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
