#ifndef STORE_LIST_ROWS_H
#define STORE_LIST_ROWS_H
/* Which rows of a table a list looks at in one step: those of a window of numbers whose clear columns say so.
 *
 * Floor: store. A window bounds the step also where few rows in it are listed; what is sealed is nothing to choose by.
 */

#include "model/control_enums.h"
#include "store/db.h"

#define NO_HOLDER (-1) /* no row has it */

struct list_rows {
    int64_t first; /* numbers, both of the window */
    int64_t last;
    bool is_newest_first;
    int64_t since_ms; /* made from then on … */
    int64_t until_ms; /* … and before; INT64_MAX: for ever */

    /* Of cases and referrals. */
    bool is_of_holders; /* of HOLDER and OTHER, which differ; NO_HOLDER: of nobody */
    int64_t holder;
    int64_t other;

    /* Of referrals and consents. */
    enum direction direction; /* out: of our own; 0: both */
    int64_t peer;             /* 0: all */
    struct view agency;       /* of a consent, either of its two; empty: all */
    uint32_t states;          /* bit n: state n; 0: all */
    int64_t desk;             /* of a referral; 0: all */
    uint32_t messages;        /* of a referral that is saved, by the state of its first message */
};

#endif
