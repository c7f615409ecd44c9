/* refex: the command line. It holds no keys and opens no database: it sends requests to the node, over its control
 * socket. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/connection.h"
#include "cli/help.h"
#include "cli/verbs/cmd.h"
#include "output/failure_view.h"

static bool is_noun(const char *word)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (word[0] != '\0' && strcmp(verb_rows[i].noun, word) == 0)
            return true;
    return false;
}

/* The verb that ARGV begins with, and how many words of it are the verb. */
static const struct verb_row *find_verb(int argc, char **argv, int *words_used)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        const struct verb_row *row = &verb_rows[i];
        int words = row->noun[0] != '\0' ? 2 : 1;

        if (argc >= words && strcmp(row->name, argv[words - 1]) == 0 &&
            (words == 1 || strcmp(row->noun, argv[0]) == 0)) {
            *words_used = words;
            return row;
        }
    }
    return NULL;
}

/* The error names the unknown word: the noun, or the verb after a known noun. */
static bool reject_command(int argc, char **argv, struct error *err)
{
    const char *names[VERB_COUNT];
    bool noun = is_noun(argv[0]);
    const char *word = noun ? argv[1] : argv[0];
    const char *near;
    size_t n = 0;

    if (!noun && word[0] == '-' && word[1] != '\0')
        return error_set(err, E_USE_01,
                         "there is no option \"%.40s\" before the command: --home DIR and --json can stand there",
                         text_is_utf8(view_of_text(word)) ? word : "?");
    if (noun && argc < 2)
        return error_set(err, E_USE_02, "the verb after %s is missing: see `refex %s --help`", argv[0], argv[0]);
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (!noun)
            names[n++] = verb_rows[i].noun[0] != '\0' ? verb_rows[i].noun : verb_rows[i].name;
        else if (strcmp(verb_rows[i].noun, argv[0]) == 0)
            names[n++] = verb_rows[i].name;
    if (!text_is_utf8(view_of_text(word)))
        return error_set(err, E_TXT_01, "the command is not valid UTF-8");
    near = text_nearest(word, names, n);
    if (near != NULL)
        return error_set(err, E_USE_01, "there is no command \"%s%s%.40s\"; did you mean \"%s\"?", noun ? argv[0] : "",
                         noun ? " " : "", word, near);
    return error_set(err, E_USE_01, "there is no command \"%s%s%.40s\"", noun ? argv[0] : "", noun ? " " : "", word);
}

static int run(const struct verb_row *row, int argc, char **argv)
{
    const struct verb *v = row->verb;
    char written[64];
    struct command c;
    struct error err = {0};
    int status = 0;
    bool json = !v->takes_rest && options_want_json(argc, argv);
    bool ok = command_read(row, argc, argv, &c, &err);

    if (ok && c.options.help) {
        verb_help(row);
        return 0;
    }
    ok = ok && v->run(&c, &status, &err);
    if (!ok && connection_failure() != NULL && strcmp(connection_failure()->text, err.text) == 0) {
        status = failure_view_show(connection_failure(), json);
    } else if (!ok) {
        (void)snprintf(written, sizeof written, "refex %s", row->words);
        options_add_usage(written, v->usage, &err);
        status = failure_view_show_error(&err, json);
    }
    connection_close(&c);
    return status;
}

static bool wants_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* refex help [NOUN [VERB]], help errors, help exit-codes. */
static int help(int argc, char **argv)
{
    struct error err = {0};
    const struct verb_row *row;
    int words_used = 0;

    if (argc == 0) {
        help_overview();
        return 0;
    }
    row = find_verb(argc, argv, &words_used);
    if (row != NULL && argc <= words_used + 1 && row->verb->takes_rest) {
        char word[] = "--help";
        char *rest[] = {argc > words_used ? argv[words_used] : word, argc > words_used ? word : NULL, NULL};

        return run(row, argc > words_used ? 2 : 1, rest);
    }
    if (row != NULL && words_used == argc) {
        verb_help(row);
        return 0;
    }
    if (argc == 1 && is_noun(argv[0])) {
        help_noun(argv[0]);
        return 0;
    }
    if (argc > 1 && is_noun(argv[0]))
        return reject_command(argc, argv, &err) ? 0 : failure_view_show_error(&err, false);
    return help_topic(argc, argv, &err) ? 0 : failure_view_show_error(&err, false);
}

/* Moves options from before the verb to behind it, where each verb reads them; with takes_rest behind the first word,
 * which is the other program's verb. */
static int run_with_options(const struct verb_row *row, int before, char **options, int argc, char **argv)
{
    char **words = xnew(((size_t)before + (size_t)argc + 1) * sizeof *words);
    int first = row->verb->takes_rest && argc > 0 ? 1 : 0;
    int status;

    memcpy(words, argv, (size_t)first * sizeof *words);
    memcpy(words + first, options, (size_t)before * sizeof *words);
    memcpy(words + first + before, argv + first, (size_t)(argc - first) * sizeof *words);
    status = run(row, before + argc, words);
    free(words);
    return status;
}

static int run_words(int all, char **words)
{
    struct error err = {0};
    const struct verb_row *row;
    char **argv;
    int before;
    int argc;
    int words_used = 0;

    if (!command_count_leading(all, words, &before, &err))
        return failure_view_show_error(&err, options_want_json(all, words));
    argc = all - before;
    argv = words + before;
    if (argc == 0) {
        help_overview();
        return 64;
    }
    if (strcmp(argv[0], "--version") == 0)
        return puts("refex " REFEX_VERSION) < 0;
    if (wants_help(argv[0]))
        return help(argc - 1, argv + 1);
    if (argc == 2 && is_noun(argv[0]) && wants_help(argv[1]))
        return help(1, argv);
    row = find_verb(argc, argv, &words_used);
    if (row == NULL) {
        (void)reject_command(argc, argv, &err);
        return failure_view_show_error(&err, options_want_json(all, words));
    }
    return run_with_options(row, before, words, argc - words_used, argv + words_used);
}

/* Output that could not be written, as to a full disk behind a redirection, is an error. */
static int flush_output(int status)
{
    struct error err = {0};

    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    (void)error_set(&err, E_FIL_03, "the output could not be written");
    return failure_view_show_error(&err, false);
}

int main(int argc, char **argv)
{
    struct error err = {0};

    program_hold_descriptors();
    log_init("refex", LOG_WARNING);
    if (!secret_harden_process(&err))
        return failure_view_show_error(&err, false);
    return flush_output(run_words(argc - 1, argv + 1));
}
