#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/asking.h"
#include "cli/calls.h"
#include "cli/rendering/holder_view.h"
#include "cli/rendering/linked_view.h"

static void write_holder(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_found *f = s->answer;

    holder_view_write(out, &f->holder, f->account);
}

static void write_linked(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_found *f = s->answer;

    linked_view_write(out, f->linked, f->linked_count);
}

/* A case, or a referral that is of none. */
static void write_what(struct bytes *out, const struct told_shown *s)
{
    const struct control_case_found *f = s->answer;
    char id[IDENT_TEXT];

    if (ident_is_zero(&f->referral)) {
        ident_write(&f->case_id, id);
        bytes_append_text(out, id);
        return;
    }
    ident_write(&f->referral, id);
    bytes_printf(out, "referral %s", id);
}

static const struct told_line columns[] = {{"CASE", .write = write_what, .says = "case referral"},
                                           {"LABEL", .text = "{label}"},
                                           {"OPENED", .text = "{opened}"},
                                           {"FOUND BY", .text = "{by}"},
                                           {"HELD BY", .write = write_holder, .says = "holder holder_account"},
                                           {"FROM", .text = "{agency}"},
                                           {"LINKED", .write = write_linked, .says = "linked"},
                                           {0}};

static const struct told_form form = {
    .answer = &control_case_found_contract, .lines = columns, .json_only = "found incomplete" /* said below it */};

static bool ask_words(struct bytes *out, struct error *err)
{
    char line[BOUND_SEARCH_TEXT + 2]; /* with its line feed */
    bool ok;

    (void)fputs("Words of her names, or the last digits of her phone: ", stderr);
    (void)fflush(stderr);
    ok = fgets(line, sizeof line, stdin) != NULL || error_set(err, E_SEA_01, "nothing was typed");
    if (ok)
        bytes_append(out, line, strcspn(line, "\n"));
    secret_wipe(line, sizeof line);
    return ok;
}

/* Nobody's names stand in the words of a command, which others of the machine can read. */
static bool read_words(const struct command *c, struct bytes *out, struct error *err)
{
    const char *path = options_value(&c->options, "words-file");

    if (path == NULL && asking_has_terminal(c))
        return ask_words(out, err);
    return file_read(path != NULL ? path : "-", BOUND_SEARCH_TEXT, out, err);
}

struct shown {
    const struct command *command;
    struct render_table table;
    uint64_t listed;
    uint64_t found;
    bool incomplete;
};

static bool show(void *cookie, const struct control_case_found *f, struct error *err)
{
    const bool is_one = !ident_is_zero(&f->case_id) || !ident_is_zero(&f->referral);
    struct shown *s = cookie;

    (void)err;
    s->found = f->found;
    s->incomplete = f->incomplete;
    if (s->command->json)
        told_form_show(stdout, true, &form, &(struct told_shown){.answer = f});
    else if (is_one)
        told_form_row(&form, &(struct told_shown){.answer = f}, &s->table);
    s->listed += is_one;
    return true;
}

static void end_table(struct shown *s)
{
    if (!s->command->json)
        render_table_end(&s->table, "No case that you may see is found by that.");
    bytes_fini(&s->table.cells);
    if (s->command->json)
        return;
    if (s->found > s->listed)
        (void)fprintf(stderr, "refex: %llu more are found: give one word more\n",
                      (unsigned long long)(s->found - s->listed));
    if (s->incomplete)
        (void)fputs("refex: not all cases could be searched (refex status says why): look again later\n", stderr);
}

static bool run_find(struct command *c, int *status, struct error *err)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct bytes words = {.wiping = true};
    struct control_case_find_ask ask;
    struct shown s = {.command = c};
    bool ok = read_words(c, &words, err);

    told_form_table(&form, titles, &s.table);
    ask.words = bytes_view(&words);
    ok = ok && (words.size > 0 || error_set(err, E_SEA_01, "there is no word to look for")) &&
         call_case_find(c, &ask, show, &s, err);
    bytes_fini(&words);
    if (ok)
        end_table(&s);
    else
        bytes_fini(&s.table.cells);
    *status = ok && s.listed == 0;
    return ok;
}

const struct verb cmd_case_find = {
    .usage = "--home DIR [--words-file FILE]",
    .summary = "Find a case by what is remembered: words of names, digits of a phone, a reference. Exit 1: none.",
    .help = "Referrals that came and that nobody has accepted are found, too, by what they brought.\n"
            "The words are asked for at the terminal, or read from standard input or FILE; they never stand in the\n"
            "command. Each is the beginning of one of her names, in Latin or Cyrillic letters (Olena finds Олена,\n"
            "lukash Łukasz), or the last digits of her phone, or the beginning of a reference. All must fit.\n"
            "Who looked, when, and how many were found stands in the house log; the words stand nowhere.",
    .syntax.why_no_more = "names and numbers are not typed in a command, where others on this machine can read them: "
                          "`refex case find` asks for them",
    .syntax.own = {OPTION_VALUE("words-file", "FILE", "the words; - is standard input")},
    .forms = {&form},
    .run = run_find,
};
