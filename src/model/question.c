#include "model/question.h"

#include "base/text.h"
#include "model/consent.h"
#include "model/referral.h"

const struct question_row question_rows[QUESTION_END] = {
#define QUESTION_ROW(NAME, id, step, of, member, kind, when, text, help, note)                                         \
    [QUESTION_##NAME] = {id,   STEP_##step, QUESTION_OF_##of, member, ANSWER_KIND_##kind, QUESTION_WHEN_##when, text,  \
                         help, note},
#include "model/questions.def"
};

const char *question_step_title(enum question_step s)
{
    static const char *const titles[STEP_END] = {
#define STEP_ROW(NAME, title) [STEP_##NAME] = (title),
#include "model/questions.def"
    };

    REQUIRE(s > STEP_NONE && s < STEP_END);
    return titles[s];
}

const char *question_id(uint32_t n)
{
    return question_rows[n].id;
}

const char *question_text(uint32_t n)
{
    return question_rows[n].text;
}

enum question question_find(struct view id)
{
    for (int q = QUESTION_NONE + 1; q < QUESTION_END; q++)
        if (text_is(id, question_rows[q].id))
            return (enum question)q;
    return QUESTION_NONE;
}

const struct case_field *question_field(enum question q)
{
    const struct question_row *row = &question_rows[q];
    const struct case_field *f;

    if (row->of != QUESTION_OF_CASE)
        return NULL;
    f = case_field_find(view_of_text(row->member));
    REQUIRE(f != NULL); /* test_question.c looks at each */
    return f;
}

static enum answer_kind kind_of_field(const struct case_field *f)
{
    switch (f->type) {
    case FIELD_YES_NO:
        return ANSWER_KIND_YES_NO;
    case FIELD_CODE:
        return ANSWER_KIND_CODE;
    case FIELD_CODES:
        return ANSWER_KIND_CODES;
    case FIELD_DATE:
        return ANSWER_KIND_DAY;
    case FIELD_TEXT:
        return ANSWER_KIND_LINE;
    case FIELD_LONG_TEXT:
        return ANSWER_KIND_LINES;
    default:
        return ANSWER_KIND_VALUE;
    }
}

enum answer_kind question_kind(enum question q)
{
    return question_rows[q].kind == ANSWER_KIND_FIELD ? kind_of_field(question_field(q)) : question_rows[q].kind;
}

static const char *consent_answer_word(uint32_t n)
{
    static const char *const words[CONSENT_ANSWER_END] = {
        [CONSENT_ANSWER_YES] = "yes",         [CONSENT_ANSWER_SOME] = "some",     [CONSENT_ANSWER_NO] = "no",
        [CONSENT_ANSWER_NOT_NOW] = "not-now", [CONSENT_ANSWER_CANNOT] = "cannot",
    };

    return words[n];
}

const char *question_choice(enum question q, uint32_t n)
{
    const struct case_field *f = question_field(q);

    REQUIRE(n > 0);
    if (f != NULL)
        return f->codes != NULL ? codes_name(f->codes, n) : NULL;
    switch (question_kind(q)) {
    case ANSWER_KIND_SERVICES:
        return n < SERVICE_END ? service_name((enum service)n) : NULL;
    case ANSWER_KIND_URGENCY:
        return n < URGENCY_END ? urgency_name((enum urgency)n) : NULL;
    case ANSWER_KIND_INTERPRETER:
        return n < INTERPRETER_END ? interpreter_name((enum interpreter)n) : NULL;
    case ANSWER_KIND_GIVEN_BY:
        return n < GIVEN_BY_END ? given_by_name((enum given_by)n) : NULL;
    case ANSWER_KIND_SECTIONS:
        return n < SECTION_END ? section_name((enum section)n) : NULL;
    case ANSWER_KIND_CONSENT:
        return n < CONSENT_ANSWER_END ? consent_answer_word(n) : NULL;
    default:
        return NULL;
    }
}

const char *question_word(uint32_t n, uint32_t k)
{
    return question_choice((enum question)n, k);
}
