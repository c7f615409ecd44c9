/* What may be called, as tables: by everybody who is confined, and more by some. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* clang-format off */
static const int common_calls[] = {
    /* read and write what is open */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(shutdown),
    SCMP_SYS(connect), SCMP_SYS(accept4), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
    /* wait */
    SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(clock_getres),
    SCMP_SYS(restart_syscall), SCMP_SYS(futex), SCMP_SYS(sched_yield),
    /* memory: never executable, see below */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mlock), SCMP_SYS(munlock),
    /* random, its own ids, signals, exit */
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit), SCMP_SYS(exit_group),
#ifdef REFEX_SANITIZED
    /* what the sanitizers of a test build call, at start of a thread's shadow and when they report */
    SCMP_SYS(sigaltstack), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64), SCMP_SYS(sched_getaffinity), SCMP_SYS(prctl),
#endif
};

static const int folder_calls[] = {
    /* files are opened, looked at, made, synced, renamed; Landlock says which */
    SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx),
    SCMP_SYS(lseek), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
    SCMP_SYS(flock), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(umask),
#ifdef REFEX_SANITIZED
    SCMP_SYS(readlink),
#endif
};

static const int resolver_calls[] = {
    SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(statx), SCMP_SYS(lseek),
    SCMP_SYS(pread64), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getdents64), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(uname), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(mmap),
    SCMP_SYS(mprotect), SCMP_SYS(bind), SCMP_SYS(fcntl),
};
/* clang-format on */

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* libseccomp's own macros leave a field out, which clang refuses. */
static struct scmp_arg_cmp arg_equals(unsigned arg, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

static struct scmp_arg_cmp arg_masked(unsigned arg, scmp_datum_t mask, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

static int allow_list(scmp_filter_ctx f, const int *calls, size_t count)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
    return rc;
}

/* socket(DOMAIN, TYPE …): the flags that may go with a type are masked out. */
static int allow_socket(scmp_filter_ctx f, int domain, int type)
{
    const uint64_t mask = ~(uint64_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);

    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, arg_equals(0, (scmp_datum_t)domain),
                            arg_masked(1, mask & 0xffffffff, (scmp_datum_t)type));
}

/* Memory that is not executable, and the few flags of a descriptor; the resolver has both in a wider form. */
static int allow_plain(scmp_filter_ctx f)
{
    static const int flags[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL};
    int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, arg_masked(2, PROT_EXEC, 0));

    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, arg_masked(2, PROT_EXEC, 0));
    for (size_t i = 0; rc == 0 && i < COUNT_OF(flags); i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, arg_equals(1, (scmp_datum_t)flags[i]));
    return rc;
}

/* Files, and no socket: what is open stays. */
static int allow_files(scmp_filter_ctx f)
{
    int rc = allow_list(f, folder_calls, COUNT_OF(folder_calls));

    /* Landlock knows cutting a file short only from Linux 6.2 on, and modes not at all. */
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, arg_masked(2, O_TRUNC, 0));
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fchmod), 1, arg_equals(1, 0644));
    if (rc == 0)
        rc = allow_plain(f);
    if (rc == 0) /* a stream asks whether it is a terminal */
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, arg_equals(1, TCGETS));
    return rc;
}

/* What the network process may do: TCP sockets. */
static int allow_link(scmp_filter_ctx f)
{
    int rc = allow_socket(f, AF_INET, SOCK_STREAM);

    if (rc == 0)
        rc = allow_socket(f, AF_INET6, SOCK_STREAM);
    if (rc == 0)
        rc = allow_plain(f);
#ifdef REFEX_SANITIZED
    /* A sanitizer that reports asks whether standard error is a terminal and opens /proc, which Landlock denies: its
     * report lacks names, but it is seen. */
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, arg_equals(1, TCGETS));
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(readlink), 0);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 0);
#endif
    return rc;
}

/* Name service: UDP and TCP to servers, netlink to learn which families this machine has. A local cache is passed over:
 * Landlock keeps no process from a unix socket by its path, and to the node's own this one would be the node's user. */
static int allow_resolve(scmp_filter_ctx f)
{
    static const int domains[] = {AF_INET, AF_INET6};
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    int rc = allow_list(f, resolver_calls, COUNT_OF(resolver_calls));

    for (size_t i = 0; i < COUNT_OF(domains); i++)
        for (size_t j = 0; rc == 0 && j < COUNT_OF(types); j++)
            rc = allow_socket(f, domains[i], types[j]);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1, arg_equals(0, AF_UNIX));
    if (rc == 0)
        rc = allow_socket(f, AF_NETLINK, SOCK_RAW);
    if (rc == 0)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, arg_equals(1, FIONREAD));
    return rc;
}

bool sandbox_forbid_io_uring(struct error *err)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
    int rc;

    if (f == NULL)
        return error_set(err, E_LNK_12, "seccomp: no filter can be made");
    rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(io_uring_setup), 0);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    return rc == 0 || error_set(err, E_LNK_12, "seccomp: %s", strerror(-rc));
}

bool sandbox_seccomp(enum sandbox_kind kind, struct error *err)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    scmp_datum_t self = (scmp_datum_t)getpid();
    int rc;

    if (f == NULL)
        return error_set(err, E_LNK_12, "seccomp: no filter can be made");
    rc = allow_list(f, common_calls, COUNT_OF(common_calls));
    if (rc == 0) /* abort() signals itself */
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, arg_equals(0, self));
    if (rc == 0) /* libuv makes descriptors non-blocking so */
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, arg_equals(1, FIONBIO));
    if (rc == 0)
        rc = kind == SANDBOX_LINK ? allow_link(f) : kind == SANDBOX_FOLDER ? allow_files(f) : allow_resolve(f);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    return rc == 0 || error_set(err, E_LNK_12, "seccomp: %s", strerror(-rc));
}
