#include "watcher.h"

#include <stdio.h>
#include <string.h>

#include "exchange/state.h"
#include "model/event.h"

static bool same(const struct place *a, const struct place *b)
{
    return a->log == b->log && a->index == b->index && a->leaf == b->leaf;
}

void watcher_begin(struct watcher *w, staff_roles roles, const char *since)
{
    memset(w, 0, sizeof *w);
    w->roles = roles;
    (void)snprintf(w->cursor, sizeof w->cursor, "%s", since);
}

static bool on_event(void *cookie, const struct control_event *e, struct error *err)
{
    struct watcher *w = cookie;
    struct event_cursor behind;
    struct place *p = &w->told[w->count + w->coming];

    (void)err;
    REQUIRE(!w->ended);
    REQUIRE(event_cursor_read(e->cursor, &behind));
    (void)snprintf(w->behind, sizeof w->behind, "%.*s", (int)e->cursor.size, (const char *)e->cursor.at);
    w->more = e->more;
    w->ended = e->event.size == 0;
    if (w->ended)
        return true;
    REQUIRE(w->count + w->coming < WATCHER_TOLD);
    p->log = record_kind_is_house((enum record_kind)e->record) ? LOG_HOUSE : LOG_EXCHANGE;
    p->index = behind.in[p->log].size - 1;
    memcpy(&p->leaf, behind.in[p->log].leaf, sizeof p->leaf);
    (void)snprintf(w->words[w->count + w->coming], sizeof w->words[0], "%.*s", (int)e->event.size,
                   (const char *)e->event.at);
    (void)snprintf(w->hows[w->count + w->coming], sizeof w->hows[0], "%.*s", (int)e->how.size, (const char *)e->how.at);
    w->coming++;
    w->last = *e;
    if (e->answer != 0)
        w->answer = *e;
    return true;
}

bool watcher_ask(struct watcher *w, struct exchange *x, struct error *err)
{
    const struct control_watch_ask question = {.since = view_of_text(w->cursor), .mine = w->mine};

    w->coming = 0;
    w->ended = false;
    if (!exchange_watch(x, w->roles, &question, on_event, w, err))
        return false;
    REQUIRE(w->ended);
    w->count += w->coming;
    (void)snprintf(w->cursor, sizeof w->cursor, "%s", w->behind);
    return true;
}

void watcher_read(struct watcher *w, struct exchange *x)
{
    struct error err;

    do
        world_must(watcher_ask(w, x, &err), &err, "watch");
    while (w->more);
}

/* --- the truth --- */

struct truth {
    struct place events[WATCHER_TOLD];
    size_t count;
    enum log_id log;
    staff_roles roles;
};

static bool on_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct truth *t = cookie;
    struct place *p = &t->events[t->count];

    (void)err;
    if (event_name(r) == NULL || (event_roles(r->kind) & t->roles) == 0)
        return true;
    REQUIRE(t->count < WATCHER_TOLD);
    *p = (struct place){.log = t->log, .index = r->index};
    memcpy(&p->leaf, e->leaf.at, sizeof p->leaf);
    t->count++;
    return true;
}

/* The events of LOG are those that W was told of it, each once, in order. */
static void check_log(const struct watcher *w, struct exchange *x, enum log_id log)
{
    static struct truth t;
    struct control_audit_list_ask filter = {.log = log};
    struct error err;
    size_t at = 0;

    t = (struct truth){.log = log, .roles = w->roles};
    world_must(exchange_audit_list(x, &filter, NULL, on_record, &t, &err), &err, "list records");
    for (size_t i = 0; i < w->count; i++) {
        if (w->told[i].log != log)
            continue;
        REQUIRE(at < t.count);
        REQUIRE(same(&w->told[i], &t.events[at]));
        at++;
    }
    REQUIRE(at == t.count);
}

void watcher_check(struct watcher *w, struct exchange *x)
{
    watcher_read(w, x);
    check_log(w, x, LOG_EXCHANGE);
    check_log(w, x, LOG_HOUSE);
}

unsigned watcher_count(const struct watcher *w, const char *word)
{
    unsigned n = 0;

    for (size_t i = 0; i < w->count; i++)
        n += strcmp(w->words[i], word) == 0;
    return n;
}

unsigned watcher_count_how(const struct watcher *w, const char *word, const char *how)
{
    unsigned n = 0;

    for (size_t i = 0; i < w->count; i++)
        n += strcmp(w->words[i], word) == 0 && strcmp(w->hows[i], how) == 0;
    return n;
}
