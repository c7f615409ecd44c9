#ifndef CLI_DIALOGUE_DIALOGUE_H
#define CLI_DIALOGUE_DIALOGUE_H
/* Asks the questions of model/questions.def one after the other, and keeps each answer at the node before the next is
 * asked.
 *
 * Floor: cli. At each question "?" explains it, "back" goes back, "later" leaves it out for now, "not known" is an
 * answer, "stop" ends; whatever ends it, a key, a power cut, kill -9, loses no more than the line that is being typed.
 * With a file nobody is asked: what does not stand in it is left for later, and all is kept once, at the end.
 */

#include "cli/dialogue/answers_file.h"
#include "cli/dialogue/sheet.h"

struct dialogue {
    struct sheet *sheet;
    const struct answers_file *file; /* NULL: a terminal */
    const char *verb;                /* "refer": how one goes on */
    void *cookie;
    /* Whether Q is to be asked, as things stand. */
    bool (*applies)(void *cookie, enum question q);
    /* What is said before Q is asked; NULL: nothing. */
    bool (*before)(void *cookie, enum question q, struct error *err);
    /* Reads in place of answer_read what is left to the caller; NULL: an answer of an agency. */
    bool (*read_agency)(void *cookie, struct view typed, struct bytes *out, struct error *err);
    /* Q was answered just now, and is kept next: what else that undoes; NULL: nothing. */
    void (*answered)(void *cookie, enum question q);
    /* private */
    bool passed[QUESTION_END]; /* left for later in this run */
    enum question_step step;   /* whose title was said last */
};

enum dialogue_end {
    DIALOGUE_THROUGH = 1, /* nothing is left to ask */
    DIALOGUE_STOPPED,     /* she who types stopped, or typed no more */
};

/* E-DRF-* as the node refuses to keep it, E-DRF-05 the file has an answer that is none. */
MUST_USE bool dialogue_run(struct dialogue *d, enum dialogue_end *end, struct error *err);
/* A question of yes or no that is kept nowhere; the file answers it by "send". */
bool dialogue_confirms(const struct dialogue *d, const char *question);
/* Says how one goes on with the draft. */
void dialogue_print_kept(const struct dialogue *d);

#endif
