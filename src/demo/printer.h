#ifndef DEMO_PRINTER_H
#define DEMO_PRINTER_H
/* The demo's output: scenes, paragraphs, the results of checks, and a line when something takes long.
 *
 * Floor: demo. Lines are appended, never rewritten: they read the same in a terminal, a file and a screen reader.
 * With --json one object for each check and for what each agency holds, and no prose.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "model/section.h"

struct printer_check {
    unsigned step;
    const char *what;
    bool held;
};

/* What an agency holds of the sections of his case. */
struct printer_holdings {
    const char *agency; /* its short name */
    section_set sections;
    section_set knows;
    section_set erased;
};

struct printer_summary {
    unsigned held;
    unsigned not_held;
    int64_t took_ms;
    const char *kept; /* folder; NULL: it was removed */
};

/* How what programs are told too is written: with JSON each prints a line of it, else it appends text to OUT. */
struct printer_forms {
    void (*check)(bool json, const struct printer_check *c, struct bytes *out);
    void (*summary)(bool json, const struct printer_summary *s, struct bytes *out);
    void (*holdings)(bool json, const struct printer_holdings *h, size_t count, struct bytes *out);
    const char *(*holding)(const struct printer_holdings *h, enum section s); /* what that says of S, in a word */
};

struct printer {
    const struct printer_forms *forms; /* caller sets */
    bool json;                         /* caller sets */
    bool slow;                         /* caller sets: pauses for reading */
    int scene;                         /* read-only: number of the scene */
    int passed;                        /* read-only: checks that held */
    int failed;                        /* read-only: checks that failed */
    struct bytes failed_list;          /* private: their sentences */
    char waiting_for[96];              /* private */
    int64_t waiting_since_ms;          /* private */
    int64_t printed_ms;                /* private: when the wait was printed; 0: not yet */
};

/* CLOCK_MONOTONIC. */
int64_t printer_now_ms(void);

void printer_scene(struct printer *t, const char *title);
/* A paragraph, wrapped. */
void printer_text(struct printer *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A line as it is. */
void printer_line(struct printer *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* An empty line. */
void printer_blank_line(struct printer *t);
/* A command that is about to run, as a person would type it. */
void printer_command(struct printer *t, const char *const words[]);
/* The result of a check, counted; returns PASSED. */
bool printer_check(struct printer *t, bool passed, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What COUNT agencies hold, in one table. */
void printer_holdings(struct printer *t, const struct printer_holdings *h, size_t count);
/* Sections as people read them: "triage, contact"; "nothing". */
const char *printer_sections(section_set set, char out[static 256]);
/* How many held, how long it took since SINCE_MS, and which folder was KEPT (NULL: none). */
void printer_summary(struct printer *t, int64_t since_ms, const char *kept);
/* Prints every failed check on standard error. */
void printer_failures(struct printer *t);

/* What is waited for from now on; printer_progress prints it after half a second, and again every three. */
void printer_set_wait(struct printer *t, const char *what);
void printer_progress(struct printer *t);

void printer_fini(struct printer *t);

#endif
