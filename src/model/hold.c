#include "model/hold.h"

static const struct {
    const char *name;
    const char *sentence;
    const char *lifted;
    enum hold_ends ends;
    bool calls_back;
    enum denial denial;
    bool act;
    bool found_there;
} holds[HOLD_END] = {
#define ITSELF HOLD_ENDS_ITSELF
#define PERSON HOLD_ENDS_PERSON
#define NEVER  HOLD_ENDS_NEVER
#define GOES   true
#define STAYS  false
#define ACT    true
#define NOTE   false
#define HERE   false
#define THERE  true
#define HOLD_ROW(number, id, name, ends, calls_back, denied, shown, found, sentence, lifted)                           \
    [number] = {name, sentence, lifted, ends, calls_back, (enum denial)(denied), shown, found},
#include "model/holds.def"
#undef HOLD_ROW
};

static bool is_hold(enum hold h)
{
    return h > HOLD_NONE && h < HOLD_END;
}

const char *hold_name(enum hold h)
{
    return is_hold(h) ? holds[h].name : "?";
}

const char *hold_sentence(enum hold h)
{
    return is_hold(h) ? holds[h].sentence : "?";
}

const char *hold_lifted_by(enum hold h)
{
    return is_hold(h) ? holds[h].lifted : "?";
}

enum hold_ends hold_ends(enum hold h)
{
    return is_hold(h) ? holds[h].ends : HOLD_ENDS_NEVER;
}

bool hold_lets_call_back(enum hold h)
{
    return is_hold(h) && holds[h].calls_back;
}

enum denial hold_denial(enum hold h)
{
    return is_hold(h) ? holds[h].denial : (enum denial)0;
}

bool hold_is_finding(enum hold h)
{
    return is_hold(h) && holds[h].act;
}

bool hold_is_found_there(enum hold h)
{
    return is_hold(h) && holds[h].found_there;
}
