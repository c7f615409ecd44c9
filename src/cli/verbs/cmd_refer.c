#include "cli/verbs/cmd.h"

#include "cli/asking.h"
#include "cli/connection.h"
#include "cli/dialogue/draft_id.h"
#include "cli/dialogue/referring.h"

/* Who is asked must be there to answer; a program gives a file. */
static bool check_asked(const struct command *c, struct error *err)
{
    if (options_value(&c->options, "answers-file") != NULL || asking_has_terminal(c))
        return true;
    return error_set(err, E_USE_02, "--answers-file is missing: %s",
                     c->json ? "with --json nobody is asked" : "there is no terminal at which to ask");
}

static bool find_subject(struct command *c, struct sheet *s, struct error *err)
{
    const char *draft = options_value(&c->options, "draft");
    struct ident id;

    if (draft != NULL && c->options.word_count > 0)
        return error_set(err, E_USE_03, "a draft says whose case it is of");
    if (draft != NULL)
        return draft_id_find(c, draft, &id, err) && sheet_load(s, &id, err);
    return c->options.word_count == 0 ||
           connection_ident(c, REFEX_NODE, CASE_ID, c->options.words[0], &s->case_id, err);
}

static bool run_dialogue(struct command *c, struct sheet *s, const struct answers_file *file, int *status,
                         struct error *err)
{
    struct referring r;
    bool ok;

    if (!referring_begin(&r, c, s, file, true, err))
        return false;
    ok = referring_run(&r, status, err);
    referring_end(&r);
    return ok;
}

static bool run_refer(struct command *c, int *status, struct error *err)
{
    const char *path = options_value(&c->options, "answers-file");
    struct answers_file *file = NULL;
    struct sheet *sheet = sheet_new(c, DRAFT_FOR_REFERRAL);
    bool ok = check_asked(c, err) && (path == NULL || answers_file_read(path, &file, err)) &&
              connection_open(c, REFEX_NODE, err) && find_subject(c, sheet, err) &&
              run_dialogue(c, sheet, file, status, err);

    sheet_free(sheet);
    answers_file_free(file);
    return ok;
}

const struct verb cmd_refer = {
    .usage = "--home DIR [CASE] [--draft DRAFT] [--answers-file FILE]",
    .summary = "Refer a person by a talk: safety first, what she wants, what she agrees to; her name last.",
    .help =
        "Example\n"
        "  refex refer two-words-4      a person whose case is here, by its label or id\n"
        "  refex refer                  a person who is new here: her case is begun, too\n\n"
        "Each question takes a line; ? explains it. \"not known\" and \"later\" are answers. What was answered lies "
        "sealed at\n"
        "the node as a draft, and nowhere else: after Ctrl-C or a power cut go on with --draft. Before anything "
        "leaves it is\n"
        "shown what will and what will not, and asked once. Where she says no, nothing is sent.\n"
        "FILE has a line \"ID: ANSWER\" for each question, and \"send: yes\"; what follows in lines that begin with a "
        "blank\nbelongs to the answer before.",
    .terms = {{"What is asked, and under which id FILE answers it:", question_id, question_text, QUESTION_END}},
    .syntax.max_words = 1,
    .syntax.own = {OPTION_VALUE("draft", "DRAFT", "go on where it ended: refex draft list"),
                   OPTION_VALUE("answers-file", "FILE", "answers in place of a terminal; - is standard input")},
    .run = run_refer,
};
