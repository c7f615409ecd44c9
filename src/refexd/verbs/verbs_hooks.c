/* Verbs on hooks: list. */
#include "refexd/verbs/verbs.h"

#include "refexd/hooks/hooks.h"

CONTROL_ANSWER(hook)

bool verbs_node_hooks(struct control_call *c, struct error *err)
{
    return control_empty_decode(c->message, err) &&
           (c->context->hooks == NULL || hooks_list(c->context->hooks, answer_hook, c, err));
}
