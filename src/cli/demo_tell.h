#ifndef CLI_DEMO_TELL_H
#define CLI_DEMO_TELL_H
/* How the demo speaks: scenes, paragraphs, what was seen to hold, and a line when something takes long.
 *
 * Floor: cli. Only ever adds lines, so that it reads the same in a terminal, a file and a screen reader. With --json
 * one object for each thing that was checked, and no prose.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

struct tell {
    bool json;                /* caller sets */
    bool slow;                /* caller sets: pauses for reading */
    int scene;                /* read-only: number of the scene */
    int held;                 /* read-only: checks that held */
    int broken;               /* read-only: checks that did not */
    struct bytes broken_list; /* private: their sentences */
    char doing[96];           /* private */
    int64_t doing_since_ms;   /* private */
    int64_t said_ms;          /* private: 0 nothing said yet */
};

/* The clock that never jumps. */
int64_t tell_now_ms(void);

void tell_scene(struct tell *t, const char *title);
/* A paragraph, wrapped. */
void tell_text(struct tell *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A line as it is. */
void tell_line(struct tell *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* An empty line. */
void tell_gap(struct tell *t);
/* A command that is run now, as a person would write it. */
void tell_command(struct tell *t, const char *const words[]);
/* One thing that must hold, and whether it did; returns HELD. */
bool tell_held(struct tell *t, bool held, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Names every check that did not hold. */
void tell_broken(struct tell *t);

/* What is waited for from now on; tell_tick says so when it takes longer than half a second. */
void tell_doing(struct tell *t, const char *what);
void tell_tick(struct tell *t);

void tell_fini(struct tell *t);

#endif
