#ifndef REFEX_FAULT_H
#define REFEX_FAULT_H
/* Why something could not be done, for programs and for people.
 *
 * Part of what refex publishes: stable. Four parts: what happened (text), what it means (means), what to do now
 * (remedy), and a code that never changes its meaning (docs/errors.md).
 */

/* By what the caller should do next. */
enum refex_fault {
    REFEX_FAULT_NONE = 0,
    REFEX_FAULT_ASKED,  /* cannot be met as asked: tell the user             */
    REFEX_FAULT_DENIED, /* consent or authority says no: tell the user       */
    REFEX_FAULT_PEER,   /* the other side broke the protocol                 */
    REFEX_FAULT_BUSY,   /* nothing is wrong, not now: try again later        */
    REFEX_FAULT_LOCAL,  /* disk, memory or configuration: tell the operator  */
    REFEX_FAULT_BUG,    /* a fault in refex                                  */
};

#define REFEX_CODE_MAX 16
#define REFEX_TEXT_MAX 384
#define REFEX_HELD_MAX 32

/* A section that was held back, and why: numbers of proto/control.proto. */
struct refex_held_back {
    unsigned section;
    unsigned why;
};

struct refex_failure {
    enum refex_fault fault;
    int exit_status;           /* sysexits.h numbers: docs/errors.md */
    char code[REFEX_CODE_MAX]; /* "E-CON-02" */
    char text[REFEX_TEXT_MAX]; /* one sentence; names things by id, never by content */
    const char *means;         /* static texts */
    const char *remedy;
    struct refex_held_back held_back[REFEX_HELD_MAX]; /* where a referral was refused by consent */
    unsigned held_back_count;
};

#endif
