#include "demo/demo_folder.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "model/ident.h"

#define COPY_MAX    67108864 /* bytes of one file that is copied: a demo's database has under one million */
#define SLOT_SIZE   80       /* docs/PROTOCOL.md 9: the keys file */
#define SLOTS_BEGIN 512

static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    int n = 0;

    if (folder == NULL)
        return false;
    while ((entry = readdir(folder)) != NULL)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    (void)closedir(folder);
    return n == 0;
}

bool demo_folder_make(const char *keep_path, char out[static FILE_PATH_MAX], struct error *err)
{
    const char *tmp = getenv("TMPDIR");
    char path[FILE_PATH_MAX];
    char absolute[PATH_MAX];

    if (keep_path == NULL) {
        (void)snprintf(path, sizeof path, "%.900s/refex-demo-XXXXXX", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
        if (mkdtemp(path) == NULL)
            return error_set(err, E_DEM_01, "no folder can be made as %s: %s", path, strerror(errno));
        (void)snprintf(out, FILE_PATH_MAX, "%s", path);
        return true;
    }
    if (mkdir(keep_path, 0700) != 0 && (errno != EEXIST || !is_empty(keep_path) || chmod(keep_path, 0700) != 0))
        return error_set(err, E_DEM_01, "%.200s cannot be the demo's folder: %s", keep_path,
                         errno == EEXIST ? "something is in it, or it is none" : strerror(errno));
    if (realpath(keep_path, absolute) == NULL || strlen(absolute) > FILE_PATH_MAX - 200)
        return error_set(err, E_DEM_01, "the name of %.200s is too long", keep_path);
    (void)snprintf(out, FILE_PATH_MAX, "%.*s", FILE_PATH_MAX - 200, absolute);
    return true;
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *ftw)
{
    (void)st;
    (void)what;
    (void)ftw;
    (void)remove(path);
    return 0;
}

void demo_folder_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static bool copy_entry(const char *from, const char *to, struct error *err)
{
    struct bytes content = {0};
    struct stat st;
    bool ok;

    if (lstat(from, &st) != 0)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", from, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return demo_folder_copy(from, to, err);
    if (!S_ISREG(st.st_mode))
        return true; /* the control socket */
    ok = file_read(from, COPY_MAX, &content, err) && file_create(to, bytes_view(&content), 0600, err);
    bytes_fini(&content);
    return ok;
}

bool demo_folder_copy(const char *from, const char *to, struct error *err)
{
    DIR *folder = opendir(from);
    const struct dirent *entry;
    char source[FILE_PATH_MAX];
    char target[FILE_PATH_MAX];
    bool ok;

    if (folder == NULL)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", from, strerror(errno));
    ok = file_make_folder(to, err);
    while (ok && (entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            ok = file_join_path(source, from, entry->d_name, err) && file_join_path(target, to, entry->d_name, err) &&
                 copy_entry(source, target, err);
    (void)closedir(folder);
    return ok;
}

bool demo_port_reserve(int *fd, uint16_t *port, struct error *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(s, (const struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(s, (struct sockaddr *)&address, &size) != 0) {
        (void)error_set(err, E_DEM_02, "no free port on 127.0.0.1: %s", strerror(errno));
        if (s >= 0)
            (void)close(s);
        return false;
    }
    *fd = s;
    *port = ntohs(address.sin_port);
    return true;
}

/* --- files as bytes --- */

bool demo_slots_read(const char *home, struct bytes *out, struct error *err)
{
    char path[FILE_PATH_MAX];

    bytes_clear(out);
    return file_join_path(path, home, "keys", err) && file_read(path, COPY_MAX, out, err);
}

void demo_slots_compare(const struct bytes *before, const struct bytes *after, size_t *differ, size_t *same)
{
    *differ = *same = 0;
    for (size_t at = SLOTS_BEGIN; at + SLOT_SIZE <= before->size && at + SLOT_SIZE <= after->size; at += SLOT_SIZE)
        *(memcmp(before->at + at, after->at + at, SLOT_SIZE) != 0 ? differ : same) += 1;
}

/* What of a DISCLOSED record cannot stand anywhere else (proto/audit.proto): its kind, and behind the length of its own
 * part the message and the recipient. */
static void record_pattern(const struct ident *message, const char *recipient, struct bytes *head, struct bytes *tail)
{
    bytes_append(head, "\x28\x01\x82\x01", 4);
    bytes_append(tail, "\x0A\x10", 2);
    bytes_append(tail, message->at, IDENT_SIZE);
    bytes_append_u8(tail, 0x12);
    bytes_append_u8(tail, (uint8_t)strlen(recipient));
    bytes_append_text(tail, recipient);
}

static size_t falsify_bytes(struct bytes *file, const struct bytes *head, const struct bytes *tail, size_t name_offset)
{
    size_t whole = head->size + 1 + tail->size;
    size_t n = 0;

    for (size_t at = 0; at + whole <= file->size; at++) {
        uint8_t *p = file->at + at;

        if (memcmp(p, head->at, head->size) != 0 || memcmp(p + head->size + 1, tail->at, tail->size) != 0)
            continue;
        p[head->size + 1 + name_offset] ^= 3;
        n++;
    }
    return n;
}

static bool falsify_file(const char *home, const char *name, const struct bytes *head, const struct bytes *tail,
                         size_t name_offset, size_t *changed, struct error *err)
{
    struct bytes file = {0};
    char path[FILE_PATH_MAX];
    size_t n = 0;
    bool ok = file_join_path(path, home, name, err);

    if (ok && file_exists(path)) {
        ok = file_read(path, COPY_MAX, &file, err);
        n = ok ? falsify_bytes(&file, head, tail, name_offset) : 0;
        ok = ok && (n == 0 || file_write(path, bytes_view(&file), 0600, err));
    }
    *changed += n;
    bytes_fini(&file);
    return ok;
}

bool demo_falsify_record(const char *home, const char *message, const char *recipient, size_t *changed,
                         struct error *err)
{
    struct bytes head = {0};
    struct bytes tail = {0};
    struct ident id;
    size_t name_offset;
    bool ok;

    *changed = 0;
    if (!ident_read(view_of_text(message), &id))
        return error_set(err, E_DEM_02, "the id of a message is none");
    record_pattern(&id, recipient, &head, &tail);
    name_offset = tail.size - strlen(recipient); /* the first of the name */
    ok = falsify_file(home, "refex.db", &head, &tail, name_offset, changed, err) &&
         falsify_file(home, "refex.db-wal", &head, &tail, name_offset, changed, err);
    bytes_fini(&head);
    bytes_fini(&tail);
    return ok;
}
