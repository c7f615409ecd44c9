#ifndef TESTS_HELD_H
#define TESTS_HELD_H
/* How each request of a caseworker is asked for what somebody holds: held_ask_NAME for a row NAME of codec/verbs.def,
 * in test_holders.c or a file held_NAME.c of its own. */

#include "fixture.h"

/* What one person holds, or nobody. */
struct held {
    uint32_t holder; /* NODE: nobody */
    struct ident case_id;
    struct ident consent;
    struct ident sent;
    struct ident came;         /* a referral; zeros: what of it comes in is not looked at */
    struct ident came_consent; /* under which it came */
};

/* Whether the request, which ended so, knew of what it was asked for; MISSING is what it says of an id that nobody
 * has. */
bool is_there(const struct fixture *s, bool ok, enum error_code missing);

/* Asks for what H has; false: it is not there for whoever asks. Those that nobody has written are NULL. */
typedef bool held_ask_fn(struct fixture *s, const struct held *h);
#define VERB_ROW(number, kind, name, ...)                                                                              \
    bool held_ask_##name(struct fixture *s, const struct held *h) __attribute__((weak));
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"

#endif
