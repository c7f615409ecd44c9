#ifndef TESTS_WATCHER_H
#define TESTS_WATCHER_H
/* One that watches a node, and all that it was told: which records, by place and leaf. */

#include "exchange/logs/event_cursor.h"
#include "world.h"

#define WATCHER_TOLD 4096 /* at most */

/* A record, by its place. */
struct place {
    enum log_id log;
    uint64_t index;
    uint64_t leaf; /* the first bytes of it */
};

struct watcher {
    staff_roles roles;
    bool mine;                      /* asks for what he holds alone */
    char cursor[EVENT_CURSOR_TEXT]; /* behind the last that it was told */
    struct place told[WATCHER_TOLD];
    char words[WATCHER_TOLD][16];
    char hows[WATCHER_TOLD][24];
    size_t count;
    struct control_event last;   /* without what is borrowed */
    struct control_event answer; /* the last that says one */
    /* Of the answer under way. */
    char behind[EVENT_CURSOR_TEXT];
    size_t coming;
    bool more;
    bool ended;
};

/* SINCE: a cursor, "": from now on. */
void watcher_begin(struct watcher *w, staff_roles roles, const char *since);
/* One question. An answer that fails is none: nothing of it is told. */
bool watcher_ask(struct watcher *w, struct exchange *x, struct error *err);
/* Asks until nothing more is there. */
void watcher_read(struct watcher *w, struct exchange *x);
/* The same; and of each log W was told the events that are its, each once, in their order. It began before the first.
 */
void watcher_check(struct watcher *w, struct exchange *x);
/* How many events it was told by this word. */
unsigned watcher_count(const struct watcher *w, const char *word);
/* And that said this of how. */
unsigned watcher_count_how(const struct watcher *w, const char *word, const char *how);

#endif
