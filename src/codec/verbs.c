#include "codec/verbs.h"

#include <stddef.h>

/* The words of verbs.def. */
enum {
    NODE = CONTROL_NODE,
    READER = CONTROL_READER,
    TOOL = CONTROL_TOOL,
    CASEWORKER = STAFF_ROLE_BIT(STAFF_CASEWORKER),
    SUPERVISOR = STAFF_ROLE_BIT(STAFF_SUPERVISOR),
    OPERATOR = STAFF_ROLE_BIT(STAFF_OPERATOR),
    AUDITOR = STAFF_ROLE_BIT(STAFF_AUDITOR),
    CONNECTOR = STAFF_ROLE_BIT(STAFF_CONNECTOR),
    ANYBODY = STAFF_ROLES_ALL,
};

static const struct control_verb rows[] = {
#define VERB_ROW(number, kind, name, noun, verb, modes, again, roles, ask, answer, items)                              \
    {sizeof(noun) > 1 ? noun " " verb : verb, CONTROL_##kind, modes, roles, CONTROL_##again, CONTROL_##items},
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

const char *control_verb_name(unsigned kind)
{
    const struct control_verb *verb = kind <= UINT16_MAX ? control_verb_find((uint16_t)kind) : NULL;

    return verb != NULL ? verb->name : "?";
}

bool control_verb_takes_id(const struct control_verb *verb)
{
    return verb->modes == CONTROL_NODE && (verb->again == CONTROL_NOTHING_MORE || verb->again == CONTROL_ANEW);
}
