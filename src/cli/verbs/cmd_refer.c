#include "cli/verbs/cmd.h"

#include "cli/connection.h"
#include "cli/dialogue/talk.h"
#include "model/question.h"

static bool run_refer(struct command *c, int *status, struct error *err)
{
    const char *of = c->options.word_count > 0 ? c->options.words[0] : NULL;
    struct ident case_id = {0};

    if (of != NULL && options_value(&c->options, "draft") != NULL)
        return error_set(err, E_USE_03, "a draft says whose case it is of");
    if (of != NULL && talk_is_answered(c) && !connection_ident(c, REFEX_NODE, CASE_ID, of, &case_id, err))
        return false;
    return talk_run(c, DRAFT_FOR_REFERRAL, &case_id, status, err);
}

const struct verb cmd_refer = {
    .usage = "--home DIR [CASE] [--draft DRAFT [--change ID,…]] [--answers-file FILE]",
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
    .terms = {{"What is asked, and under which id FILE answers it:", question_id, question_text, QUESTION_END,
               question_word}},
    .syntax.max_words = 1,
    .syntax.own = {TALK_DRAFT, TALK_CHANGE, TALK_ANSWERS},
    .run = run_refer,
};
