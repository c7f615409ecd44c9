#include "codec/verbs.h"

#include <stddef.h>

/* The words of verbs.def. */
enum {
    NODE = CONTROL_NODE,
    READER = CONTROL_READER,
    TOOL = CONTROL_TOOL,
    STAFF = CONTROL_NODE_USER | CONTROL_ROOT,
};

static const struct control_verb rows[] = {
#define VERB_ROW(number, kind, name, noun, verb, modes, again, askers, ask, answer, items)                             \
    {sizeof(noun) > 1 ? noun " " verb : verb, CONTROL_##kind, modes, askers, CONTROL_##again, CONTROL_##items},
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"
};

const struct control_verb *control_verb_find(uint16_t kind)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return &rows[i];
    return NULL;
}
