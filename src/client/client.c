/* A connection to whoever answers: a node, a reader or the tool.
 *
 *     connecting ──► open ──► ended ──► closed
 *         │           │                    ▲
 *         └───────────┴────────────────────┘
 *
 * connecting: refex_client_open finds who answers. open: requests leave, answers come; each wait is a poll, within the
 * caller's timeout. ended: the other side is gone; answers that came whole are still given out, then E-CTL-06 (or
 * E-LNK-18, where the other side is a child of ours). closed: refex_client_close frees.
 *
 * An answer that cannot be parsed ends nothing: it stays the next one, and each call fails with it.
 */
#include "refex/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "base/step.h"
#include "client/failure.h"
#include "client/home_lock.h"
#include "client/start.h"
#include "codec/control_codec.h"
#include "codec/frame.h"

#define READ_SIZE      65536
#define CONNECT_WAIT_S 2  /* a node that takes no connection for so long stands still; its queue is full by then */
#define FRAME_ROOM     64 /* bytes: more than the headers before a message */

enum client_state { S_CONNECTING, S_OPEN, S_ENDED, S_CLOSED, S_COUNT };

static const struct step_rule rules[S_COUNT] = {
    [S_CONNECTING] = {"connecting", STEP(S_OPEN) | STEP(S_CLOSED)},
    [S_OPEN] = {"open", STEP(S_ENDED) | STEP(S_CLOSED)},
    [S_ENDED] = {"ended", STEP(S_CLOSED)},
    [S_CLOSED] = {"closed", 0},
};

_Static_assert((int)REFEX_ITEM == CONTROL_ITEM && (int)REFEX_DONE == CONTROL_DONE &&
                   (int)REFEX_FAILED == CONTROL_FAILURE,
               "the kinds of an answer are published as they travel");
#define NODE_SOCKET "run/control.sock" /* in the node's folder */
_Static_assert(sizeof "/proc/self/fd/2147483647/" NODE_SOCKET <= sizeof((struct sockaddr_un *)0)->sun_path,
               "any descriptor's path fits a socket's name");

enum wait_result { WAIT_READY, WAIT_TIMEOUT, WAIT_FAILED };

struct refex_client {
    int fd;
    int state;
    pid_t child; /* the reader or the tool; 0 where a node answers */
    bool reader;
    bool is_silent;               /* it did not answer in time */
    int limit_ms;                 /* of each refex_client_ask; 0: none */
    int silence_ms;               /* after which ON_SILENCE is called */
    refex_silence_fn *on_silence; /* NULL: nobody is told, or was already */
    void *silence_cookie;
    uint32_t last_number;
    struct bytes out;   /* not yet taken by the kernel */
    struct bytes in;    /* received; from CONSUMED on: not yet parsed */
    size_t consumed;    /* the message of the last answer lies before it */
    struct arena arena; /* of the last failure */
    char home[FILE_PATH_MAX];
};

/* --- opening --- */

static bool fail_silent(const char *home, bool is_reader, struct error *err)
{
    int pid = home_lock_node(home);

    if (is_reader)
        return error_set(err, E_CTL_08, "the node in %s was not read in time", home);
    if (pid != 0)
        return error_set(err, E_CTL_08, "the node in %s (process %d) runs and does not answer", home, pid);
    return error_set(err, E_CTL_08, "the node in %s does not answer", home);
}

/* Connects to the socket in HOME by the folder's descriptor: a long HOME would not fit into a socket's 107 bytes. */
static bool connect_home(const char *home, int *out, int *why)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const struct timeval wait = {.tv_sec = CONNECT_WAIT_S};
    int folder = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd;
    bool ok;

    *why = errno;
    if (folder < 0)
        return false;
    (void)snprintf(name.sun_path, sizeof name.sun_path, "/proc/self/fd/%d/" NODE_SOCKET, folder);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    ok = fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof name) == 0;
    *why = errno;
    (void)close(folder);
    if (ok)
        *out = fd;
    else if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool home_has_node(const char *home)
{
    struct error ignored = {0};
    char path[FILE_PATH_MAX];

    return file_join_path(path, home, "node.conf", &ignored) && file_exists(path);
}

/* Others read neither HOME nor its lock. */
static bool is_users_own(const char *home)
{
    struct stat st;

    return stat(home, &st) == 0 && st.st_uid == geteuid();
}

static bool start_reader(const char *home, struct refex_client *c, struct error *err)
{
    if (!home_has_node(home))
        return error_set(err, E_NOD_01, "there is no node in %s", home);
    c->reader = true;
    return start_refexd("--read-only", home, &c->fd, &c->child, err);
}

static bool open_fd(const char *home, enum refex_door door, struct refex_client *c, struct error *err)
{
    int reason;
    int pid;

    if (door == REFEX_TOOL)
        return start_refexd("--tool", home, &c->fd, &c->child, err);
    if (door == REFEX_READER)
        return start_reader(home, c, err);
    if (connect_home(home, &c->fd, &reason))
        return true;
    if (reason == EAGAIN)
        return fail_silent(home, false, err);
    if (reason == EACCES || reason == EPERM)
        return error_set(err, E_CTL_03, "%s is not open to this user", home);
    if (!home_has_node(home))
        return error_set(err, E_NOD_01, "there is no node in %s", home);
    pid = home_lock_node(home);
    if (pid != 0)
        return error_set(err, E_NOD_09, "the node in %s (process %d) runs and has no control socket any more", home,
                         pid);
    if (!is_users_own(home))
        return error_set(err, E_NOD_05, "no node is running in %s, or this user cannot see that it does", home);
    if (door == REFEX_NODE)
        return error_set(err, E_NOD_05, "no node is running in %s", home);
    return start_reader(home, c, err);
}

bool refex_client_open(const char *home, enum refex_door door, struct refex_client **out, struct refex_failure *why)
{
    struct refex_client *c = xnew(sizeof *c);
    struct error err = {0};

    c->fd = -1;
    c->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    if (!open_fd(home, door, c, &err)) {
        refex_client_close(c);
        return failure_set_from(why, &err);
    }
    step_enter(rules, &c->state, S_OPEN);
    (void)fcntl(c->fd, F_SETFL, fcntl(c->fd, F_GETFL) | O_NONBLOCK);
    (void)snprintf(c->home, sizeof c->home, "%s", home);
    *out = c;
    return true;
}

bool refex_client_is_reader(const struct refex_client *c)
{
    return c->reader;
}

void refex_client_close(struct refex_client *c)
{
    if (c == NULL)
        return;
    step_enter(rules, &c->state, S_CLOSED);
    if (c->fd >= 0)
        (void)close(c->fd);
    if (c->child > 0 && c->is_silent) /* nobody waits for what hangs */
        (void)kill(c->child, SIGKILL);
    else if (c->child > 0) /* it ends by itself when its socket is closed */
        while (waitpid(c->child, NULL, 0) < 0 && errno == EINTR)
            continue;
    secret_wipe(c->out.at, c->out.room); /* a passphrase may have been sent */
    bytes_fini(&c->out);
    bytes_fini(&c->in);
    arena_fini(&c->arena);
    free(c);
}

/* --- sending --- */

void refex_client_send_more(struct refex_client *c, uint32_t number, uint16_t kind, const void *message, size_t size)
{
    size_t begin;

    REQUIRE(size <= BOUND_FRAME - CONTROL_NUMBER_SIZE);
    (void)bytes_reserve(&c->out, size + FRAME_ROOM); /* at once: growing later would leave copies of a secret */
    begin = frame_begin(&c->out, kind);
    control_begin(number, &c->out);
    bytes_append(&c->out, message, size);
    frame_end(&c->out, begin);
}

uint32_t refex_client_send(struct refex_client *c, uint16_t kind, const void *message, size_t size)
{
    if (++c->last_number == 0)
        c->last_number = 1;
    refex_client_send_more(c, c->last_number, kind, message, size);
    return c->last_number;
}

static void note_end(struct refex_client *c)
{
    if (c->state == S_OPEN)
        step_enter(rules, &c->state, S_ENDED);
}

static bool fail_lost(struct refex_client *c, struct refex_failure *why)
{
    char text[REFEX_TEXT_MAX];

    note_end(c);
    (void)snprintf(text, sizeof text, "the connection to the node in %.200s was lost", c->home);
    return failure_set(why, c->child > 0 ? E_LNK_18 : E_CTL_06,
                       c->child > 0 ? "refexd could not be started or ended early" : text);
}

static bool send_pending(struct refex_client *c, struct refex_failure *why)
{
    while (c->out.size > 0) {
        ssize_t n = send(c->fd, c->out.at, c->out.size, MSG_NOSIGNAL);

        if (n > 0)
            bytes_consume(&c->out, (size_t)n);
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        else if (n < 0 && errno != EINTR)
            return fail_lost(c, why);
    }
    return true;
}

/* Waits until something can be read, or written if something is to be. */
static enum wait_result wait_for_io(struct refex_client *c, int timeout_ms, struct refex_failure *why)
{
    struct pollfd p = {.fd = c->fd, .events = (short)(POLLIN | (c->out.size > 0 ? POLLOUT : 0))};
    int n;

    do
        n = poll(&p, 1, timeout_ms);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        (void)fail_lost(c, why);
        return WAIT_FAILED;
    }
    return n == 0 ? WAIT_TIMEOUT : WAIT_READY;
}

/* Reads once. At the end of the connection the state is ended; what came before it has been read by then. */
static bool receive_bytes(struct refex_client *c, struct refex_failure *why)
{
    ssize_t n;

    bytes_consume(&c->in, c->consumed);
    c->consumed = 0;
    do
        n = recv(c->fd, bytes_reserve(&c->in, READ_SIZE), READ_SIZE, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return true;
    if (n < 0)
        return fail_lost(c, why);
    if (n == 0)
        note_end(c);
    c->in.size += (size_t)n;
    return true;
}

bool refex_client_flush(struct refex_client *c, struct refex_failure *why)
{
    for (;;) {
        if (!send_pending(c, why))
            return false;
        if (c->out.size == 0)
            return true;
        /* Read too: a node that cannot write its answers reads no requests. */
        if (wait_for_io(c, -1, why) == WAIT_FAILED || !receive_bytes(c, why))
            return false;
        if (c->state == S_ENDED)
            return fail_lost(c, why);
    }
}

/* --- receiving --- */

/* Parses one frame of IN. */
static bool parse_frame(struct refex_client *c, struct refex_answer *out, bool *got, struct refex_failure *why)
{
    struct view buffer = view_of(c->in.at + c->consumed, c->in.size - c->consumed);
    struct error err = {0};
    struct view payload;
    struct view message;
    enum frame_status next;
    uint16_t kind;
    size_t size;

    REQUIRE(c->consumed <= c->in.size);
    *got = false;
    if (buffer.size == 0)
        return true;
    next = frame_read(buffer, BOUND_FRAME, &kind, &payload, &size, &err);
    if (next == FRAME_MORE)
        return true;
    if (next == FRAME_BAD || kind < CONTROL_ITEM || kind > CONTROL_FAILURE)
        return failure_set(why, E_CTL_01, "the node sent what cannot be read");
    if (!control_read_number(payload, &out->number, &message, &err))
        return failure_set_from(why, &err);
    out->kind = (enum refex_answer_kind)kind;
    out->message = message.at;
    out->size = message.size;
    if (kind == CONTROL_FAILURE && !failure_read(&c->arena, message, &out->failure, &err))
        return failure_set_from(why, &err);
    c->consumed += size;
    *got = true;
    return true;
}

bool refex_client_next(struct refex_client *c, int timeout_ms, struct refex_answer *out, bool *got,
                       struct refex_failure *why)
{
    for (;;) {
        enum wait_result waited;

        if (!parse_frame(c, out, got, why))
            return false;
        if (*got)
            return true;
        if (c->state == S_ENDED)
            return fail_lost(c, why);
        if (!send_pending(c, why))
            return false;
        waited = wait_for_io(c, timeout_ms, why);
        if (waited == WAIT_TIMEOUT)
            return true;
        if (waited == WAIT_FAILED || !receive_bytes(c, why))
            return false;
    }
}

void refex_client_limit(struct refex_client *c, int limit_ms)
{
    c->limit_ms = limit_ms;
}

void refex_client_on_silence(struct refex_client *c, int after_ms, refex_silence_fn *on_silence, void *cookie)
{
    c->silence_ms = after_ms;
    c->on_silence = c->child == 0 ? on_silence : NULL;
    c->silence_cookie = cookie;
}

/* Milliseconds of what is left of a wait until UNTIL_MS; -1: it has no end. */
static int wait_left(const struct refex_client *c, int64_t until_ms)
{
    int64_t left = until_ms - clock_steady_ms(&clock_real);

    if (c->limit_ms == 0)
        return -1;
    return left > 0 ? (int)left : 0;
}

/* As refex_client_next until UNTIL_MS; says once where nothing comes. */
static bool await_answer(struct refex_client *c, int64_t until_ms, struct refex_answer *out, bool *got,
                         struct refex_failure *why)
{
    int left = wait_left(c, until_ms);
    struct error silent = {0};

    if (c->on_silence != NULL && (left < 0 || left > c->silence_ms)) {
        if (!refex_client_next(c, c->silence_ms, out, got, why))
            return false;
        if (*got)
            return true;
        (void)fail_silent(c->home, false, &silent);
        c->on_silence(c->silence_cookie, silent.text);
        c->on_silence = NULL;
        left = wait_left(c, until_ms);
    }
    return refex_client_next(c, left, out, got, why);
}

bool refex_client_ask(struct refex_client *c, uint16_t kind, const void *message, size_t size, refex_item_fn *on_item,
                      void *cookie, struct refex_failure *why)
{
    uint32_t number = refex_client_send(c, kind, message, size);
    struct refex_answer answer = {0};
    int64_t until_ms = clock_steady_ms(&clock_real) + c->limit_ms;
    struct error silent = {0};
    bool got;

    for (;;) {
        if (!await_answer(c, until_ms, &answer, &got, why))
            return false;
        if (!got) {
            c->is_silent = true;
            (void)fail_silent(c->home, c->reader, &silent);
            return failure_set_from(why, &silent);
        }
        if (answer.number != number)
            continue; /* of an earlier request whose items were refused */
        switch (answer.kind) {
        case REFEX_ITEM:
            if (on_item != NULL && !on_item(cookie, answer.message, answer.size, why))
                return false;
            break;
        case REFEX_DONE:
            return true;
        case REFEX_FAILED:
            *why = answer.failure;
            return false;
        }
    }
}
