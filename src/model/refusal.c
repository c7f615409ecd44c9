#include "model/refusal.h"

#include "model/names.h"

static const char *const names[REFUSAL_END] = {
#define REFUSAL(number, id, name, passes, sentence) [REFUSAL_##id] = (name),
#include "model/refusal_reasons.def"
#undef REFUSAL
};

const char *refusal_reason_name(enum refusal_reason r)
{
    return names_get(names, REFUSAL_END, r);
}
