#include "base/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

/* Most secrets are keys of 32 bytes: small ones share locked pages, as cells of one size. Larger ones (an opened
 * section) get pages of their own. */
#define CELL 64
#define POOL (256 * 1024) /* bytes: 4,096 keys; RLIMIT_MEMLOCK is 8 MiB on Debian 12 */

struct secret_cell {
    struct secret_cell *next;
};

static struct secret_cell *cells_free;
static uint8_t *pool;
static size_t pool_used;

static uint8_t *map_locked(size_t size)
{
    uint8_t *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(at != MAP_FAILED);
    (void)mlock(at, size); /* over RLIMIT_MEMLOCK it may swap: docs/SECURITY.md */
    (void)madvise(at, size, MADV_DONTDUMP);
    return at;
}

static size_t round_to_pages(size_t size)
{
    return (size + 4095) & ~(size_t)4095;
}

void secret_new(struct secret *s, size_t size)
{
    s->size = size;
    if (size > CELL) {
        s->at = map_locked(round_to_pages(size));
        return;
    }
    if (cells_free != NULL) {
        s->at = (uint8_t *)cells_free;
        cells_free = cells_free->next;
    } else {
        if (pool == NULL || pool_used == POOL) {
            pool = map_locked(POOL);
            pool_used = 0;
        }
        s->at = pool + pool_used;
        pool_used += CELL;
    }
    memset(s->at, 0, CELL);
}

void secret_copy(struct secret *s, struct view from)
{
    secret_new(s, from.size);
    if (from.size != 0)
        memcpy(s->at, from.at, from.size);
}

void secret_fini(struct secret *s)
{
    if (s->at == NULL)
        return;
    secret_wipe(s->at, s->size);
    if (s->size > CELL) {
        (void)munmap(s->at, round_to_pages(s->size));
    } else {
        struct secret_cell *c = (struct secret_cell *)(void *)s->at;

        c->next = cells_free;
        cells_free = c;
    }
    *s = (struct secret){0};
}

struct view secret_view(const struct secret *s)
{
    return view_of(s->at, s->size);
}

/* Reads until the end or until ROOM is full. */
static bool read_all(int fd, struct secret *buffer, size_t *size, struct error *err)
{
    ssize_t n = 1;

    *size = 0;
    while (n > 0 && *size < buffer->size) {
        do
            n = read(fd, buffer->at + *size, buffer->size - *size);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            return error_set(err, E_FIL_01, "the passphrase could not be read: %s", strerror(errno));
        *size += (size_t)n;
    }
    return true;
}

bool secret_read_line(int fd, size_t max, struct secret *out, struct error *err)
{
    struct secret buffer;
    size_t size;
    bool ok;

    secret_new(&buffer, max + 2); /* a line feed, and one byte more, so that a longer line is noticed */
    ok = read_all(fd, &buffer, &size, err);
    if (ok && size > 0 && buffer.at[size - 1] == '\n')
        size--;
    if (ok && size == 0)
        ok = error_set(err, E_KEY_18, "the passphrase is empty");
    if (ok && size > max)
        ok = error_set(err, E_KEY_18, "the passphrase is longer than %zu bytes", max);
    if (ok && memchr(buffer.at, '\n', size) != NULL)
        ok = error_set(err, E_KEY_18, "the passphrase has more than one line");
    if (ok && !text_is_utf8(view_of(buffer.at, size)))
        ok = error_set(err, E_KEY_18, "the passphrase is not valid UTF-8");
    if (ok)
        secret_copy(out, view_of(buffer.at, size));
    secret_fini(&buffer);
    return ok;
}

void secret_wipe(void *at, size_t size)
{
    if (size != 0)
        explicit_bzero(at, size);
}

bool secret_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    volatile uint8_t differ = 0;

    for (size_t i = 0; i < size; i++)
        differ = (uint8_t)(differ | (a[i] ^ b[i]));
    return differ == 0;
}

bool secret_harden_process(struct error *err)
{
    struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return error_set(err, E_FIL_03, "core dumps could not be switched off: %s", strerror(errno));
#ifdef REFEX_SANITIZED
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); /* EINVAL where no Yama forbids it */
#else
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return error_set(err, E_FIL_03, "this process could not be closed to others: %s", strerror(errno));
#endif
    return true;
}
