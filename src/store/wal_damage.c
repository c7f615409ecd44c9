#include "store/wal_damage.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAL_HEADER   32
#define FRAME_HEADER 24
#define SUMMED       8 /* bytes of a frame's header that its sum covers, besides the page */
#define MAGIC        0x377f0682
#define PAGE_MIN     512
#define PAGE_MAX     65536

struct sum {
    uint32_t a;
    uint32_t b;
};

struct wal {
    int fd;
    bool big_endian; /* how the sums read the bytes */
    size_t page;
    uint64_t frames;
    uint8_t salts[8];
    struct sum sum; /* of the header */
};

struct frame {
    bool is_of_this; /* it has the salts of the header: those of before a restart of the WAL have others */
    bool commits;
    bool goes_on; /* its sum is right, if the one before it is */
    struct sum sum;
};

static uint32_t read_word(const uint8_t *at, bool big_endian)
{
    uint32_t n = read_u32(at);

    return big_endian ? n : __builtin_bswap32(n);
}

static struct sum add(struct sum s, const uint8_t *at, size_t size, bool big_endian)
{
    for (size_t i = 0; i < size; i += 8) {
        s.a += read_word(at + i, big_endian) + s.b;
        s.b += read_word(at + i + 4, big_endian) + s.a;
    }
    return s;
}

static struct sum read_sum(const uint8_t *at)
{
    return (struct sum){read_u32(at), read_u32(at + 4)};
}

static bool is_equal(struct sum one, struct sum other)
{
    return one.a == other.a && one.b == other.b;
}

static bool read_failed(struct error *err)
{
    return error_set(err, E_STO_01, "the WAL cannot be read: %s", strerror(errno));
}

/* *EMPTY: SQLite takes nothing from it. */
static bool read_header(struct wal *w, bool *empty, struct error *err)
{
    static const uint8_t never_written[WAL_HEADER];
    uint8_t header[WAL_HEADER];
    struct stat st;

    if (fstat(w->fd, &st) != 0)
        return read_failed(err);
    *empty = (uint64_t)st.st_size < WAL_HEADER;
    if (*empty)
        return true;
    if (!file_read_at(w->fd, header, sizeof header, 0))
        return read_failed(err);
    w->big_endian = (header[3] & 1) != 0;
    w->page = read_u32(header + 8);
    memcpy(w->salts, header + 16, sizeof w->salts);
    w->sum = add((struct sum){0, 0}, header, WAL_HEADER - 8, w->big_endian);
    *empty = memcmp(header, never_written, WAL_HEADER) == 0;
    if (*empty)
        return true;
    if ((read_u32(header) & ~1u) != MAGIC || !is_equal(w->sum, read_sum(header + WAL_HEADER - 8)) ||
        w->page < PAGE_MIN || w->page > PAGE_MAX || (w->page & (w->page - 1)) != 0)
        return error_set(err, E_STO_04, "the header of the WAL is damaged");
    w->frames = ((uint64_t)st.st_size - WAL_HEADER) / (FRAME_HEADER + w->page);
    return true;
}

static bool read_frame(const struct wal *w, uint64_t number, struct sum before, uint8_t *bytes, struct frame *out,
                       struct error *err)
{
    size_t size = FRAME_HEADER + w->page;

    if (!file_read_at(w->fd, bytes, size, WAL_HEADER + number * size))
        return read_failed(err);
    out->is_of_this = memcmp(bytes + 8, w->salts, sizeof w->salts) == 0;
    out->commits = read_u32(bytes + 4) != 0;
    out->sum = read_sum(bytes + 16);
    out->goes_on = out->is_of_this && is_equal(add(add(before, bytes, SUMMED, w->big_endian), bytes + FRAME_HEADER,
                                                   w->page, w->big_endian),
                                               out->sum);
    return true;
}

static bool check_frames(const struct wal *w, uint8_t *bytes, struct error *err)
{
    struct frame before = {.sum = w->sum};
    uint64_t first_bad = UINT64_MAX;

    for (uint64_t i = 0; i < w->frames; i++) {
        struct frame f = {0};

        if (!read_frame(w, i, before.sum, bytes, &f, err))
            return false;
        if (first_bad != UINT64_MAX && f.goes_on && before.commits)
            return error_set(err, E_STO_04,
                             "frame %llu of the WAL is damaged, and what was committed after it is there",
                             (unsigned long long)first_bad + 1);
        if (first_bad == UINT64_MAX && !f.goes_on)
            first_bad = i;
        before = f;
    }
    return true;
}

static bool check_open(struct wal *w, struct error *err)
{
    uint8_t *bytes;
    bool empty;
    bool ok;

    if (!read_header(w, &empty, err))
        return false;
    if (empty)
        return true;
    bytes = xnew(FRAME_HEADER + w->page);
    ok = check_frames(w, bytes, err);
    free(bytes);
    return ok;
}

/* *FD -1: there is none. */
static bool open_wal(const char *database, int flags, int *fd, struct error *err)
{
    char path[FILE_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s-wal", database);

    if (n < 0 || n >= FILE_PATH_MAX)
        return error_set(err, E_FIL_02, "the path is longer than %d bytes", FILE_PATH_MAX - 1);
    *fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
    return *fd >= 0 || errno == ENOENT || read_failed(err);
}

bool wal_damage_find(const char *database, struct error *err)
{
    struct wal w;
    bool ok;

    if (!open_wal(database, O_RDONLY, &w.fd, err))
        return false;
    if (w.fd < 0)
        return true;
    ok = check_open(&w, err);
    (void)close(w.fd);
    return ok;
}

/* Fails with errno. */
static bool write_again(int fd)
{
    static uint8_t bytes[65536];
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    for (uint64_t at = 0; at < (uint64_t)st.st_size; at += sizeof bytes) {
        uint64_t left = (uint64_t)st.st_size - at;
        size_t size = left < sizeof bytes ? (size_t)left : sizeof bytes;

        if (!file_read_at(fd, bytes, size, at) || !file_write_at(fd, view_of(bytes, size), at))
            return false;
    }
    return st.st_size == 0 || fdatasync(fd) == 0;
}

bool wal_write_again(const char *database, struct error *err)
{
    bool ok;
    int fd;

    if (!open_wal(database, O_RDWR, &fd, err))
        return false;
    if (fd < 0)
        return true;
    ok = write_again(fd) ||
         error_set(err, errno == ENOSPC ? E_STO_03 : E_STO_01, "the WAL cannot be written: %s", strerror(errno));
    (void)close(fd);
    return ok;
}
