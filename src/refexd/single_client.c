#include "refexd/single_client.h"

#include <unistd.h>

#include "base/file.h"
#include "base/program.h"
#include "crypto/random.h"
#include "io/child.h"
#include "io/loop.h"
#include "refexd/config.h"
#include "refexd/control_door.h"
#include "refexd/node_home.h"

struct single_client {
    struct loop *loop;
    struct exchange *exchange;
    struct control_door *control;
    struct config config;
    struct control_context context;
    bool has_home;    /* a tool holds the lock of the home */
    bool made_home;   /* a tool made its folder */
    bool made_lock;   /* and the lock file in it */
    struct error why; /* the client's end, if something was wrong */
};

/* Called by exchange_tick: all requests since the last tick are durable. */
static void on_committed(void *cookie)
{
    struct single_client *k = cookie;

    control_door_committed(k->control);
}

/* A program that was killed may have sent half a request: that is no fault of what it said. */
static void on_client_gone(void *cookie, const struct error *err)
{
    struct single_client *k = cookie;

    if (err->code == E_LNK_10 || err->code == E_CTL_01)
        (void)error_set(&k->why, E_CTL_01, "%s", err->text);
    loop_stop(k->loop);
}

static void on_tick(void *cookie)
{
    struct single_client *k = cookie;
    struct error err = {0};
    int64_t wake_ms = 0;
    bool more = control_door_go_on(k->control);

    if (k->exchange == NULL) {
        on_committed(k); /* a tool: what it made is on the disk already */
    } else if (!exchange_tick(k->exchange, &wake_ms, &err)) {
        start_options_print_error(&err);
        _exit(error_row(err.code)->exit_status);
    }
    if (more)
        loop_wake(k->loop);
}

/* An error here does not end it: it is the answer to every request (context.open_error). */
static void open_context(struct single_client *k, const struct start_options *o)
{
    struct exchange_options options = {.home = o->home,
                                       .clock = &clock_real,
                                       .random = &random_real,
                                       .on_committed = on_committed,
                                       .cookie = k,
                                       .read_only = o->mode == CONTROL_READER};
    struct error *why = &k->context.open_error;

    k->context.mode = o->mode;
    k->context.home = o->home;
    k->context.clock = &clock_real;
    k->context.random = &random_real;
    if (o->mode == CONTROL_TOOL) {
        k->made_home = !file_exists(o->home);
        if (file_make_folder(o->home, why))
            k->has_home = node_home_lock(o->home, E_NOD_03, &k->made_lock, why);
        return;
    }
    if (!node_home_check(o->home, why))
        return;
    if (!config_read(o->home, &k->config, why) || !exchange_open(&options, &k->exchange, why))
        return;
    k->context.config = &k->config;
    k->context.exchange = k->exchange;
}

bool single_client_serve(const struct start_options *o, struct error *err)
{
    struct single_client k = {.loop = NULL};

    open_context(&k, o);
    k.loop = loop_new();
    k.control = control_door_new(k.loop, &k.context);
    loop_on_tick(k.loop, on_tick, &k);
    control_door_serve(k.control, CHILD_FD, on_client_gone, &k);
    loop_run(k.loop);
    loop_free(k.loop);
    control_door_free(k.control);
    if (k.exchange != NULL)
        exchange_close(k.exchange);
    if (k.has_home)
        node_home_unlock(o->home, k.made_lock, k.made_home);
    if (k.why.code != E_NONE)
        *err = k.why;
    return k.why.code == E_NONE;
}
