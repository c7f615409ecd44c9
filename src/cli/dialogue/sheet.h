#ifndef CLI_DIALOGUE_SHEET_H
#define CLI_DIALOGUE_SHEET_H
/* What a dialogue has been told so far, and its draft at the node, which holds the same.
 *
 * Floor: cli. This program keeps nothing on a disk; its memory of it is wiped.
 */

#include "base/arena.h"
#include "cli/command.h"
#include "codec/control_messages.h"
#include "model/question.h"

struct sheet {
    enum draft_for what;
    struct ident draft;   /* read-only; zeros: nothing is kept yet */
    struct ident case_id; /* zeros: her case is not here yet */
    /* private */
    struct command *command;
    uint64_t version;
    struct control_draft_answer answers[BOUND_DRAFT_ANSWERS];
    size_t count;
    struct arena arena;
};

struct sheet *sheet_new(struct command *c, enum draft_for what);
void sheet_free(struct sheet *s);
/* Reads a draft of the same kind. E-DRF-01, E-USE-04 it is of another dialogue. */
MUST_USE bool sheet_load(struct sheet *s, const struct ident *draft, struct error *err);
/* Keeps all of it at the node. With ANEW what was kept before is erased there. E-DRF-*. */
MUST_USE bool sheet_save(struct sheet *s, bool anew, struct error *err);
/* Nothing is kept at the node any more. */
MUST_USE bool sheet_drop(struct sheet *s, struct error *err);

#define SHEET_OPEN ((enum answer_is)0) /* not answered yet */
/* How Q was answered. */
enum answer_is sheet_said(const struct sheet *s, enum question q);
/* What was answered; empty where nothing was given. */
struct view sheet_text(const struct sheet *s, enum question q);
/* The agency that is asked, without the desk of it. */
struct view sheet_agency(const struct sheet *s);
bool sheet_is(const struct sheet *s, enum question q, const char *text);
void sheet_put(struct sheet *s, enum question q, enum answer_is said, struct view text);
void sheet_wipe(struct sheet *s, enum question q);

/* A request id of this draft's own for the step WORD with WHAT: asked again after a crash, nothing is done twice; with
 * something else it is another. */
#define SHEET_REQUEST 64
void sheet_request_id(const struct sheet *s, const char *word, const char *what, char out[static SHEET_REQUEST]);

#endif
