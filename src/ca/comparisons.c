#include "ca/comparisons.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "crypto/sign.h"

static const char *how_name(enum comparison how)
{
    static const char *const names[] = {[COMPARED_TYPED] = "typed",
                                        [COMPARED_TERMINAL] = "terminal",
                                        [COMPARED_WORDS] = "words",
                                        [COMPARED_OLD_KEY] = "old-key",
                                        [COMPARED_NOBODY] = "nobody"};

    return names[how];
}

bool comparisons_add(const struct issuing *s, enum comparison how, struct error *err)
{
    char path[FILE_PATH_MAX];
    char at[TEXT_MINUTE];
    char fingerprint[FINGERPRINT_TEXT];
    struct bytes line = {0};
    struct hash key;
    bool ok;
    int fd;

    if (!federation_home_file(&s->federation_home, "compared", path, err))
        return false;
    text_write_minute(s->now_ms, at);
    sign_public_hash(s->keys[1], &key);
    fingerprint_write(&key, fingerprint);
    bytes_printf(&line, "%s %s %s %s user=%u\n", at, s->request.agency.text, fingerprint, how_name(how),
                 (unsigned)getuid());
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ok = fd >= 0 && write(fd, line.at, line.size) == (ssize_t)line.size && fsync(fd) == 0;
    if (!ok)
        error_set(err, E_FIL_02, "%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    bytes_fini(&line);
    return ok && file_sync_parent(path, err);
}
