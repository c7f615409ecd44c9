#ifndef EXCHANGE_LISTING_H
#define EXCHANGE_LISTING_H
/* A list that people ask for, in steps: each looks at the rows of one window of numbers, so that none takes long where
 * few of many are listed; a page ends by itself, and the next begins behind its last row, whatever came meanwhile.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/list_rows.h"

struct listing {
    struct list_rows rows;  /* the list sets what it chooses by; the window is set here */
    struct walk_step *step; /* NULL: as a whole */
    uint32_t limit;         /* rows of the page; UINT32_MAX: all */
    uint32_t listed;        /* in this step, or as a whole */
    int64_t last_read;      /* number of the last row read */
};

/* CHOICE: COUNT of them, one at most. */
void listing_begin(struct listing *l, const struct control_list_choice *choice, size_t count, struct walk_step *step);
/* The id behind which the list goes on; false: it begins at its end. */
bool listing_is_continued(const struct control_list_choice *choice, size_t count, struct ident *id);
/* Sets the window of this step: LAST is the highest number of the table, AFTER the number behind which the list goes on
 * (0: at its beginning), as of its first step. False: there is none, the list is at its end. */
bool listing_has_window(struct listing *l, int64_t last, int64_t after);
/* Row NUMBER was read, and IS_LISTED. Returns whether the step goes on. */
bool listing_note(struct listing *l, int64_t number, bool is_listed);
/* The window was looked at, or the step ended in it: says in its step whether there is more. */
void listing_end(struct listing *l);

#endif
