#ifndef MODEL_PING_STEP_H
#define MODEL_PING_STEP_H
/* The steps of a ping: made from the rows of ping_steps.def, which explains them.
 *
 * Floor: model.
 */

enum ping_step {
    PING_BEGIN = 0,
#define PING_ROW(id, name, done, waits) PING_##id,
#include "model/ping_steps.def"
    PING_STEP_END
};

/* "directory" …; "?" for a number that is none. */
const char *ping_step_name(enum ping_step s);
/* What is true when it is done, and what is not yet; S is one. */
const char *ping_step_done(enum ping_step s);
const char *ping_step_waits(enum ping_step s);

#endif
