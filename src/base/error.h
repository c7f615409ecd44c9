#ifndef BASE_ERROR_H
#define BASE_ERROR_H
/* One way to fail: a code, and one sentence for the person who made the request.
 *
 * Floor: base. A function that can fail returns bool, is MUST_USE and takes `struct error *err` last.
 * The lowest level sets (which code, what was wrong); each level that adds meaning wraps (what it was doing).
 * The code names a row of errors.def: its fault, exit status, meaning and remedy stand there, once.
 */

#include <stdbool.h>

#define MUST_USE                __attribute__((warn_unused_result))
#define COLD                    __attribute__((cold)) /* seldom called: kept out of the way of what often is */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* What went wrong, sorted by what the caller should do next. */
enum fault {
    FAULT_NONE = 0,
    FAULT_ASKED,  /* cannot be met as asked: tell the user                  */
    FAULT_DENIED, /* consent or authority says no: tell the user, and audit */
    FAULT_PEER,   /* the other side broke the protocol: drop the link       */
    FAULT_BUSY,   /* nothing is wrong, not now: try again later             */
    FAULT_LOCAL,  /* our disk, memory or configuration: tell the operator   */
    FAULT_BUG,    /* cannot happen: stop                                    */
};

/* One value for each row of errors.def, e.g. E_CON_02. */
enum error_code {
    E_NONE = 0,
#define ERROR_ROW(id, code, fault, exit, means, remedy) id,
#include "base/errors.def"
#undef ERROR_ROW
    ERROR_CODE_COUNT
};

#define ERROR_TEXT_MAX 384 /* bytes, with the NUL */

struct error {
    enum error_code code;
    char text[ERROR_TEXT_MAX]; /* what happened: one sentence; names things by id, never by content */
};

/* One row of the table. Never NULL for a valid code. */
struct error_row {
    const char *code; /* "E-CON-02" */
    enum fault fault;
    int exit_status;    /* numbers of sysexits.h */
    const char *means;  /* what it means for the person asking */
    const char *remedy; /* what to do now */
};

const struct error_row *error_row(enum error_code code);
enum fault error_fault(const struct error *err);

/* Finds a row by its written code ("E-CON-02"); E_NONE if there is none. */
enum error_code error_code_find(const char *code);

/* Sets *ERR. Always returns false. */
COLD bool error_set(struct error *err, enum error_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "FMT: " before the sentence. Always returns false. */
COLD bool error_wrap(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#ifdef __clang_analyzer__ /* the analyzer sees one file at a time, and not that these return false */
static inline bool error_is_false(bool told)
{
    (void)told;
    return false;
}
#define error_set(...)  error_is_false(error_set(__VA_ARGS__))
#define error_wrap(...) error_is_false(error_wrap(__VA_ARGS__))
#endif

void error_clear(struct error *err);

/* A programmer's error: logs where and aborts. Never for data that came from outside. */
#define REQUIRE(x)                                                                                                     \
    do {                                                                                                               \
        if (!(x))                                                                                                      \
            error_require_failed(#x, __FILE__, __LINE__);                                                              \
    } while (0)
__attribute__((noreturn)) void error_require_failed(const char *what, const char *file, int line);

#endif
