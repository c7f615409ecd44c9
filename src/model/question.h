#ifndef MODEL_QUESTION_H
#define MODEL_QUESTION_H
/* What is asked of a person who is referred, and in which order: the rows of questions.def.
 *
 * Floor: model. Dialogues and pages ask from here; what a question of a case takes is what its field takes.
 */

#include "model/case_fields.h"

enum question_step {
    STEP_NONE = 0,
#define STEP_ROW(NAME, title) STEP_##NAME,
#include "model/questions.def"
    STEP_END
};

enum question {
    QUESTION_NONE = 0,
#define QUESTION_ROW(NAME, ...) QUESTION_##NAME,
#include "model/questions.def"
    QUESTION_END
};

/* Of what it is. */
enum question_of {
    QUESTION_OF_CASE = 1,
    QUESTION_OF_CONSENT,
    QUESTION_OF_REFERRAL,
    QUESTION_OF_TALK,
};

/* When it is asked. */
enum question_when {
    QUESTION_WHEN_ALWAYS = 1,
    QUESTION_WHEN_NEW,          /* her case is not here yet */
    QUESTION_WHEN_KEPT,         /* the same, once her case is to be begun: she agrees, or it is kept all the same */
    QUESTION_WHEN_REFER,        /* she is referred */
    QUESTION_WHEN_ASKED,        /* what she agreed to before does not cover it */
    QUESTION_WHEN_SOME,         /* she agrees to a part */
    QUESTION_WHEN_GIVEN,        /* she agrees */
    QUESTION_WHEN_IRREVERSIBLE, /* she agrees, and police or courts are asked */
    QUESTION_WHEN_REFUSED,      /* she says no */
    QUESTION_WHEN_NOT_SENT,     /* she does not agree, and her case is not here yet */
    QUESTION_WHEN_NOT_BORN,     /* kept, and her birth date is not known */
    QUESTION_WHEN_REACHED,      /* kept, and a phone is known */
};

enum answer_kind {
    ANSWER_KIND_FIELD = 1, /* what its field takes: question_kind says which of those below */
    ANSWER_KIND_YES_NO,
    ANSWER_KIND_CODE,  /* one of a list: question_choices */
    ANSWER_KIND_CODES, /* several of it */
    ANSWER_KIND_DAY,
    ANSWER_KIND_LINE,
    ANSWER_KIND_LINES, /* up to an empty line */
    ANSWER_KIND_VALUE, /* a number, a phone, a country, a language: written in a line */
    ANSWER_KIND_AGENCY,
    ANSWER_KIND_LANGUAGE,
    ANSWER_KIND_SERVICES,
    ANSWER_KIND_URGENCY,
    ANSWER_KIND_INTERPRETER,
    ANSWER_KIND_GIVEN_BY,
    ANSWER_KIND_SECTIONS,
    ANSWER_KIND_CONSENT, /* enum consent_answer */
};

/* What she says of what is read to her. */
enum consent_answer {
    CONSENT_ANSWER_YES = 1,
    CONSENT_ANSWER_SOME,
    CONSENT_ANSWER_NO,
    CONSENT_ANSWER_NOT_NOW,
    CONSENT_ANSWER_CANNOT,
    CONSENT_ANSWER_END
};

struct question_row {
    const char *id;
    enum question_step step;
    enum question_of of;
    const char *member;
    enum answer_kind kind;
    enum question_when when;
    const char *text;
    const char *help;
    const char *note; /* empty: none */
};

extern const struct question_row question_rows[QUESTION_END]; /* the first unused */
const char *question_step_title(enum question_step s);

/* Id and text of question N, and the K-th word of what it takes, for help. */
const char *question_id(uint32_t n);
const char *question_text(uint32_t n);
const char *question_word(uint32_t n, uint32_t k);

/* QUESTION_NONE where no question has that id. */
enum question question_find(struct view id);
/* The field that it is of; NULL where it is of none. */
const struct case_field *question_field(enum question q);
/* What it takes: never ANSWER_KIND_FIELD. */
enum answer_kind question_kind(enum question q);
/* The N-th word of what it takes, from 1, as files write it; NULL behind the last, and where there is no list. */
const char *question_choice(enum question q, uint32_t n);

#endif
