#include "refexd/wal_copier.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/program.h"
#include "io/child.h"
#include "io/child_serve.h"
#include "io/stream.h"
#include "store/db.h"
#include "store/wal_checkpoint.h"

enum { COPY = 'c', COPIED = 'd' }; /* what travels: a byte each */

struct wal_copier {
    struct loop *loop;
    const char *home;
    void (*on_done)(void *cookie);
    void *cookie;
    struct stream *stream; /* NULL: no process runs */
    bool asked;
    bool failed; /* it could not be started, or ended: the node does without it */
};

/* --- the node --- */

static void finish(struct wal_copier *w)
{
    if (!w->asked)
        return;
    w->asked = false;
    w->on_done(w->cookie);
}

static void on_bytes(void *cookie, struct view bytes)
{
    struct wal_copier *w = cookie;

    if (w->asked && bytes.size == 1 && bytes.at[0] == COPIED)
        finish(w);
    else
        stream_close(w->stream);
}

static void on_closed(void *cookie, const struct error *err)
{
    struct wal_copier *w = cookie;

    (void)err;
    w->stream = NULL;
    w->failed = true;
    finish(w);
}

/* Its stream ends with it, which is enough to know. */
static void on_exit_of_child(void *cookie, int exit_status, int signal_number)
{
    (void)cookie;
    log_line(exit_status == 0 && signal_number == 0 ? LOG_INFO : LOG_WARNING,
             "event=wal-copier.ended status=%d signal=%d", exit_status, signal_number);
}

static const struct stream_events stream_events = {.on_bytes = on_bytes, .on_closed = on_closed};

static bool start(struct wal_copier *w)
{
    const char *const argv[] = {"refexd", "--copy-wal", "--home", w->home, NULL};
    char path[FILE_PATH_MAX];
    struct error err = {0};
    struct child *child;
    int fd;

    if (!program_find("refexd", path, &err) ||
        !child_start(w->loop, path, argv, on_exit_of_child, w, &child, &fd, &err)) {
        log_line(LOG_WARNING, "event=wal-copier.not_started code=%s", error_row(err.code)->code);
        w->failed = true;
        return false;
    }
    w->stream = stream_open_fd(w->loop, fd, STREAM_RAW, &stream_events, w);
    return true;
}

struct wal_copier *wal_copier_new(struct loop *l, const char *home, void (*on_done)(void *cookie), void *cookie)
{
    struct wal_copier *w = xnew(sizeof *w);

    *w = (struct wal_copier){.loop = l, .home = home, .on_done = on_done, .cookie = cookie};
    return w;
}

bool wal_copier_ask(struct wal_copier *w)
{
    if (w->failed || (w->stream == NULL && !start(w)))
        return false;
    if (!w->asked)
        stream_write_raw(w->stream, view_of(&(uint8_t){COPY}, 1));
    w->asked = true;
    return true;
}

void wal_copier_free(struct wal_copier *w)
{
    free(w);
}

/* --- the process --- */

/* Until the node asks; *MORE is false when that has ended. E-BUG-01: it said something else. */
static bool wait_for_node(bool *more, struct error *err)
{
    struct pollfd p = {.fd = CHILD_FD, .events = POLLIN};
    uint8_t byte;
    ssize_t n;

    do {
        if (poll(&p, 1, -1) < 0 && errno != EINTR)
            return error_set(err, E_BUG_01, "the node cannot be waited for");
        n = read(CHILD_FD, &byte, 1);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    *more = n == 1;
    return n != 1 || byte == COPY ||
           error_set(err, E_BUG_01, "the node asked what is not asked of the process that copies its WAL");
}

bool wal_copier_serve(const char *home, struct error *err)
{
    char path[FILE_PATH_MAX];
    struct db *db = NULL;
    bool more = true;
    bool ok = file_join_path(path, home, "refex.db", err) && db_open(path, DB_COPY_WAL, &db, err);

    while (ok && more) {
        ok = wait_for_node(&more, err) && (!more || db_checkpoint_wal(db, err));
        more = ok && more && child_send(view_of(&(uint8_t){COPIED}, 1));
    }
    db_close(db);
    return ok;
}
