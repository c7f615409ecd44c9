#include "io/service_manager.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

#define MAX_US (UINT64_C(86400) * 1000000)

/* A path, or behind "@" an abstract name. */
static bool read_address(const char *text, struct sockaddr_un *out, socklen_t *size)
{
    const size_t length = strlen(text);

    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((text[0] != '/' && text[0] != '@') || length < 2 || length >= sizeof out->sun_path)
        return false;
    memcpy(out->sun_path, text, length);
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (text[0] == '/'));
    if (text[0] == '@')
        out->sun_path[0] = '\0';
    return true;
}

/* It is for the process that it names, and for whoever is started where none is named. */
static int64_t read_watchdog_ms(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    const char *us = getenv("WATCHDOG_USEC");
    uint64_t number;

    if (us == NULL || (pid != NULL && (!text_read_u64(view_of_text(pid), &number) || number != (uint64_t)getpid())))
        return 0;
    return text_read_u64(view_of_text(us), &number) && number <= MAX_US ? (int64_t)(number / 1000) : 0;
}

bool service_manager_open(struct service_manager *m)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    socklen_t size;
    bool ok = true;

    *m = (struct service_manager){.socket = -1};
    if (name != NULL) {
        ok = read_address(name, &address, &size);
        m->socket = ok ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
        ok = m->socket >= 0 && connect(m->socket, (const struct sockaddr *)&address, size) == 0;
        if (ok)
            m->watchdog_ms = read_watchdog_ms();
        else
            service_manager_close(m);
    }
    return ok;
}

void service_manager_tell(const struct service_manager *m, const char *state)
{
    if (m->socket >= 0)
        (void)!send(m->socket, state, strlen(state), MSG_NOSIGNAL);
}

void service_manager_close(struct service_manager *m)
{
    if (m->socket >= 0)
        (void)close(m->socket);
    m->socket = -1;
}
