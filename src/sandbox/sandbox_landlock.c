/* Landlock by hand: three system calls. Debian 12's headers have ABI 2, its users' kernels newer ones: the constants
 * are here, and the kernel is asked for its ABI.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET_VERSION (1U << 0)
#define RULE_PATH_BENEATH      1
#define RULE_NET_PORT          2

#define FS_WRITE_FILE   (UINT64_C(1) << 1)
#define FS_READ_FILE    (UINT64_C(1) << 2)
#define FS_READ_DIR     (UINT64_C(1) << 3)
#define FS_OF_FOLDERS   FS_READ_DIR /* of what is asked for below */
#define FS_REMOVE_FILE  (UINT64_C(1) << 5)
#define FS_MAKE_REG     (UINT64_C(1) << 8)
#define FS_ABI_1        ((UINT64_C(1) << 13) - 1) /* execute, write, read, read-dir, remove, make … */
#define FS_REFER        (UINT64_C(1) << 13)       /* ABI 2 */
#define FS_TRUNCATE     (UINT64_C(1) << 14)       /* ABI 3 */
#define FS_IOCTL_DEV    (UINT64_C(1) << 15)       /* ABI 5 */
#define NET_BIND_TCP    (UINT64_C(1) << 0)        /* ABI 4 */
#define NET_CONNECT_TCP (UINT64_C(1) << 1)        /* ABI 4 */
#define SCOPE_ABSTRACT  (UINT64_C(1) << 0)        /* ABI 6: abstract unix sockets of others */
#define SCOPE_SIGNAL    (UINT64_C(1) << 1)        /* ABI 6 */

#define PORT_DNS 53

struct ruleset_attr {
    uint64_t fs;
    uint64_t net;   /* from ABI 4 */
    uint64_t scope; /* from ABI 6 */
};

struct path_attr {
    uint64_t access;
    int32_t folder;
} __attribute__((packed));

struct port_attr {
    uint64_t access;
    uint64_t port;
};

static long create_ruleset(const struct ruleset_attr *attr, size_t size, uint32_t flags)
{
    return syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

/* Everything that this ABI can forbid. Without a rule all of it is forbidden. */
static size_t handled_access(long abi, enum sandbox_kind kind, struct ruleset_attr *out)
{
    *out = (struct ruleset_attr){.fs = FS_ABI_1};
    if (abi >= 2)
        out->fs |= FS_REFER;
    if (abi >= 3)
        out->fs |= FS_TRUNCATE;
    if (abi >= 4)
        out->net = NET_BIND_TCP | (kind == SANDBOX_LINK ? 0 : NET_CONNECT_TCP);
    if (abi >= 5)
        out->fs |= FS_IOCTL_DEV;
    if (abi >= 6)
        out->scope = SCOPE_ABSTRACT | SCOPE_SIGNAL;
    return abi >= 6 ? sizeof *out : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static bool add_beneath(int ruleset, int fd, uint64_t access)
{
    const struct path_attr rule = {.access = access, .folder = fd};

    return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* What of ACCESS a file cannot have is left out where PATH is one: the kernel refuses such a rule. */
static bool allow_beneath(int ruleset, const char *path, uint64_t access, struct error *err)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0 &&
              add_beneath(ruleset, fd, S_ISDIR(st.st_mode) ? access : access & ~FS_OF_FOLDERS);
    const int why = errno;

    if (fd >= 0)
        (void)close(fd);
    return ok || error_set(err, E_LNK_12, "Landlock: %s: %s", path, strerror(why));
}

static bool allow_folder(int ruleset, long abi, const struct sandbox_folder *f, struct error *err)
{
    const uint64_t read = FS_READ_FILE | FS_READ_DIR;

    for (size_t i = 0; i < f->read_count; i++)
        if (!allow_beneath(ruleset, f->read[i], read, err))
            return false;
    return allow_beneath(ruleset, f->listed, FS_READ_DIR, err) &&
           allow_beneath(ruleset, f->written,
                         read | FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE | (abi >= 3 ? FS_TRUNCATE : 0), err);
}

/* What name service reads: its configuration and its modules. A folder that is not there needs no rule. */
static bool allow_resolving(int ruleset, long abi, struct error *err)
{
    static const char *const folders[] = {"/etc",           "/usr/lib", "/lib", "/lib64", "/run/systemd/resolve",
                                          "/run/resolvconf"};
    struct port_attr dns = {.access = NET_CONNECT_TCP, .port = PORT_DNS};

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (access(folders[i], F_OK) == 0 && !allow_beneath(ruleset, folders[i], FS_READ_FILE | FS_READ_DIR, err))
            return false;
    }
    if (abi >= 4 && syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &dns, 0) != 0)
        return error_set(err, E_LNK_12, "Landlock: port 53: %s", strerror(errno));
    return true;
}

bool sandbox_landlock(enum sandbox_kind kind, const struct sandbox_folder *folder, uint32_t *abi, struct error *err)
{
    long known = create_ruleset(NULL, 0, CREATE_RULESET_VERSION);
    struct ruleset_attr attr;
    size_t size;
    int ruleset;
    bool ok;

    *abi = 0;
    if (known < 1)
        return true; /* the kernel has none, or it is switched off: the caller decides */
    size = handled_access(known, kind, &attr);
    ruleset = (int)create_ruleset(&attr, size, 0);
    if (ruleset < 0)
        return error_set(err, E_LNK_12, "Landlock: %s", strerror(errno));
    ok = (kind != SANDBOX_RESOLVE || allow_resolving(ruleset, known, err)) &&
         (kind != SANDBOX_FOLDER || allow_folder(ruleset, known, folder, err));
    if (ok && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        ok = error_set(err, E_LNK_12, "Landlock: %s", strerror(errno));
    (void)close(ruleset);
    if (ok)
        *abi = (uint32_t)known;
    return ok;
}
