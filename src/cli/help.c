#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/stops.h"

const char help_exit_codes[] =
    "0    yes, or done\n"
    "1    the answer is no: a log is bad, a node has findings, a person said no\n"
    "64   the command was not understood\n"
    "65   the data given cannot be used\n"
    "66   a file or a node to read is not there\n"
    "69   something needed is not running or not there\n"
    "70   a fault in refex\n"
    "73   something cannot be made\n"
    "74   the disk or the machine failed\n"
    "75   not now: try again later\n"
    "76   the other side broke the protocol\n"
    "77   denied: consent or rights say no\n"
    "78   the configuration cannot be used\n\n"
    "1 is an answer; 64 and more mean that there is none. Each error names its code (refex help errors).";

static void print_verb(const struct verb_row *row)
{
    (void)printf("  %-25s %s\n", row->words, row->verb->summary);
}

void help_overview(void)
{
    (void)puts("refex: pass a person's referral from agency to agency, as far as her consent goes.\n\n"
               "refex NOUN VERB [options]        refex help NOUN VERB shows examples\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        print_verb(&verb_rows[i]);
    (void)puts("  help errors               every error code: what it means, what to do\n"
               "  help exit-codes           what the exit status says\n"
               "  help stops                what ends something, told apart: who keeps what\n\n"
               "--home DIR (or REFEX_HOME) names the node's folder; --json prints one object a line. Both may stand "
               "before the "
               "command\nor behind it.");
}

void help_noun(const char *noun)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verb_rows[i].noun, noun) == 0)
            print_verb(&verb_rows[i]);
}

static void print_error(const struct error_row *row)
{
    (void)printf("%s (exit %d)\n  %s\n  -> %s\n", row->code, row->exit_status, row->means, row->remedy);
}

static bool print_error_codes(int argc, char **argv, struct error *err)
{
    enum error_code code;

    if (argc == 0) {
        for (int i = 1; i < ERROR_CODE_COUNT; i++)
            print_error(error_row((enum error_code)i));
        return true;
    }
    code = argc == 1 && strlen(argv[0]) < 16 ? error_code_find(argv[0]) : E_NONE;
    if (code == E_NONE)
        return error_set(err, E_USE_04, "help errors takes a code like E-CON-02, or nothing");
    print_error(error_row(code));
    return true;
}

bool help_topic(int argc, char **argv, struct error *err)
{
    static const char *const topics[] = {"errors", "exit-codes", "stops"};
    const char *near;

    if (!text_is_utf8(view_of_text(argv[0])))
        return error_set(err, E_TXT_01, "the word behind help is not valid UTF-8");

    if (strcmp(argv[0], topics[0]) == 0)
        return print_error_codes(argc - 1, argv + 1, err);
    if (strcmp(argv[0], topics[1]) == 0) {
        (void)puts(help_exit_codes);
        return true;
    }
    if (strcmp(argv[0], topics[2]) == 0) {
        stops_print();
        return true;
    }
    near = text_nearest(argv[0], topics, 3);
    return error_set(err, E_USE_01, "there is no help on \"%.40s\"; %s%s", argv[0],
                     near != NULL ? "did you mean " : "there is help on every command, on errors, exit-codes and stops",
                     near != NULL ? near : "");
}
