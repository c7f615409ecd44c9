#ifndef TESTS_OWED_H
#define TESTS_OWED_H
/* What a node owes, and what a person closes of it. Asserts with cmocka. */

#include "fixture.h"

struct owed_look {
    unsigned count;
    struct owed_summary last;
};

struct owed_look owed_now(struct exchange *x);
/* The one thing that X owes: WHAT about SUBJECT, to node TO, by hand, at STEP. */
void owed_assert_by_hand(struct fixture *s, struct exchange *x, enum owed what, const struct ident *subject, size_t to,
                         uint32_t step);
/* Closes at node AT what is owed to node TO, and finds it closed in the log, now and after a restart. */
void owed_assert_closes(struct fixture *s, size_t at, size_t to, const struct ident *subject, enum owed what,
                        enum closing reason);

#endif
