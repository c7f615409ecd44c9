#include "model/refusal.h"

#include "model/names.h"

static const char *const names[REFUSAL_END] = {
#define REFUSAL(number, id, name, passes, sentence) [REFUSAL_##id] = (name),
#include "model/refusal_reasons.def"
#undef REFUSAL
};

static const char *const sentences[REFUSAL_END] = {
#define REFUSAL(number, id, name, passes, sentence) [REFUSAL_##id] = (sentence),
#include "model/refusal_reasons.def"
#undef REFUSAL
};

static const bool passing[REFUSAL_END] = {
#define REFUSAL(number, id, name, passes, sentence) [REFUSAL_##id] = (passes) != 0,
#include "model/refusal_reasons.def"
#undef REFUSAL
};

bool refusal_passes(enum admission_step step, enum refusal_reason reason, enum hold hold)
{
    if (hold != HOLD_NONE)
        return true;
    if (step == STEP_ACTS)
        return reason >= REFUSAL_END || passing[reason];
    return step != STEP_CONTENT && step != STEP_RECORD;
}

NAMED_BY(refusal_reason_sentence, enum refusal_reason, sentences)
NAMED_BY(refusal_reason_name, enum refusal_reason, names)
