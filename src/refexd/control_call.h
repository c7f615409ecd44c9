#ifndef REFEXD_CONTROL_CALL_H
#define REFEXD_CONTROL_CALL_H
/* One request while it is answered: what a verb sees.
 *
 * Floor: refexd, between control_door and the verbs.
 */

#include "base/bounds.h"
#include "refexd/case_parts.h"
#include "refexd/control_door.h"

struct control_call {
    struct control_context *context;
    struct exchange *x;     /* NULL in a tool */
    staff_roles roles;      /* of who asks */
    struct view message;    /* as it came */
    struct arena *arena;    /* freed when the call ends */
    struct view request_id; /* of the caller (control_named.h); empty: none */
    uint32_t request_part;
    bool goes_on; /* it is a later step of a list */
    uint32_t number;
    struct bytes *answers;                     /* private: answers, framed */
    size_t item_at;                            /* private */
    bool no_answer;                            /* the verb is not answered when it succeeds: CASE_PART */
    struct walk_step *step;                    /* of a list; MORE: the call is made again in the next round */
    bool waits;                                /* there is more, and the round is not to come for its sake */
    bool stands;                               /* what was asked is on the disk: no tick takes it back */
    struct case_parts *parts;                  /* of this client's import */
    struct searching **searching;              /* of this client: what is looked for; NULL: nothing */
    const struct control_held_back *held_back; /* sent with a failure; until the tick ends */
    size_t held_back_count;
};

/* An item: append its message to what begin returns. End is false with E-CTL-07 when the answer grows too long. */
struct bytes *control_call_item(struct control_call *c);
MUST_USE bool control_call_item_end(struct control_call *c, struct error *err);
struct contract_message;
/* An item that is IN, a struct of M. False with E-STO-04, too, when it is no message of M: it is told from rows, which
 * somebody may have changed. */
MUST_USE bool control_call_answer(struct control_call *c, const struct contract_message *m, const void *in,
                                  struct error *err);
/* For the door: what ends an answer. */
void control_call_done(struct control_call *c);
void control_call_failed(struct control_call *c, const struct error *err);
/* Defines answer_NAME for a file of verbs: an item that is the message control_NAME. It serves lists, too. */
#define CONTROL_ANSWER(name)                                                                                           \
    static bool answer_##name(void *call, const struct control_##name *line, struct error *err)                        \
    {                                                                                                                  \
        return control_call_answer(call, &control_##name##_contract, line, err);                                       \
    }
/* Defines VERB (verbs.h), which is one call: FUNCTION is asked the message control_ASK and fills control_ANSWER. */
#define CONTROL_ONE(verb, ask, function, answer)                                                                       \
    bool verb(struct control_call *c, struct error *err)                                                               \
    {                                                                                                                  \
        struct control_##ask asked;                                                                                    \
        struct control_##answer line;                                                                                  \
                                                                                                                       \
        return control_##ask##_decode(c->message, c->arena, &asked, err) && function(c->x, &asked, &line, err) &&      \
               answer_##answer(c, &line, err);                                                                         \
    }
/* The same where it tells any number of them, in steps. */
#define CONTROL_LIST(verb, ask, function, answer)                                                                      \
    bool verb(struct control_call *c, struct error *err)                                                               \
    {                                                                                                                  \
        struct control_##ask asked;                                                                                    \
                                                                                                                       \
        return control_##ask##_decode(c->message, c->arena, &asked, err) &&                                            \
               function(c->x, &asked, c->step, answer_##answer, c, err);                                               \
    }

#endif
