/* A forked child confines itself and then tries what it may not. */
#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum how { WHOLE, FOLDER, LANDLOCK_ONLY, RESOLVER, BEFORE_THE_LOOP, NO_LANDLOCK, NO_LANDLOCK_ALLOWED };

#define DONE    0  /* what was tried worked */
#define REFUSED 40 /* it failed with EACCES or EPERM */
#define BROKEN  41 /* it failed otherwise */
#define UNREADY 42 /* the child could not be confined */
#define KILLED  43 /* by seccomp */

typedef bool attempt_fn(void);

bool __real_sandbox_landlock(enum sandbox_kind kind, const struct sandbox_folder *folder, uint32_t *abi,
                             struct error *err);
bool __wrap_sandbox_landlock(enum sandbox_kind kind, const struct sandbox_folder *folder, uint32_t *abi,
                             struct error *err);

static bool kernel_has_none;

static char inner[40]; /* a folder with "file" and "other", and in it "written" */
static char outer[56];
static char readable[56];
static const char *const read_of_it[] = {readable};
static const struct sandbox_folder own_folder = {
    .listed = inner, .read = read_of_it, .read_count = 1, .written = outer};

bool __wrap_sandbox_landlock(enum sandbox_kind kind, const struct sandbox_folder *folder, uint32_t *abi,
                             struct error *err)
{
    *abi = 0;
    return kernel_has_none || __real_sandbox_landlock(kind, folder, abi, err);
}

static bool confine(enum how how)
{
    struct sandbox s;
    struct error err;
    uint32_t abi;

    if (how == WHOLE)
        return sandbox_enter(SANDBOX_LINK, false, &s, &err) && s.landlock > 0 && s.seccomp;
    if (how == FOLDER)
        return sandbox_enter_folder(&own_folder, false, &s, &err) && s.landlock > 0 && s.seccomp;
    kernel_has_none = how == NO_LANDLOCK || how == NO_LANDLOCK_ALLOWED;
    if (kernel_has_none)
        return sandbox_enter(SANDBOX_LINK, how == NO_LANDLOCK_ALLOWED, &s, &err) && s.landlock == 0 && s.seccomp;
    if (how == RESOLVER)
        return sandbox_enter(SANDBOX_RESOLVE, false, &s, &err);
    if (how == BEFORE_THE_LOOP)
        return sandbox_forbid_io_uring(&err);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && sandbox_landlock(SANDBOX_LINK, NULL, &abi, &err) && abi > 0;
}

/* Known before: who is confined may not even ask for it. */
static pid_t parent;

static int outcome(enum how how, attempt_fn *attempt)
{
    pid_t pid;
    int status;

    parent = getpid();
    pid = fork();
    if (pid == 0) {
        if (!confine(how))
            _exit(UNREADY);
        errno = 0;
        if (attempt())
            _exit(DONE);
        _exit(errno == EACCES || errno == EPERM ? REFUSED : BROKEN);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? KILLED : BROKEN;
    return WEXITSTATUS(status);
}

/* --- what is tried --- */

static bool reads_a_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool reads_elsewhere(void)
{
    return open("/proc/self/status", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool makes_a_file(void)
{
    return open("/tmp/refex-sandbox-test", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0;
}

static bool runs_a_program(void)
{
    return execl("/bin/true", "true", (char *)NULL) == 0;
}

static bool traces_its_parent(void)
{
    return ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0;
}

static bool signals_its_parent(void)
{
    return kill(parent, 0) == 0;
}

static bool forks(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool opens_a_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool opens_udp(void)
{
    return socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}

static bool opens_a_raw_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool opens_netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

/* Asks for a size that no kernel allows: one that has rings returns EINVAL, one that forbids them ENOSYS. */
static bool is_told_that_there_are_no_rings(void)
{
    return syscall(SYS_io_uring_setup, 0, NULL) == -1 && errno == ENOSYS;
}

static bool makes_a_ring(void)
{
    return syscall(SYS_io_uring_setup, 0, NULL) >= 0;
}

static bool binds(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
}

static bool maps_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool makes_memory_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool doubles_a_descriptor(void)
{
    return fcntl(0, F_DUPFD, 10) >= 0;
}

static bool types_at_the_terminal(void)
{
    return ioctl(0, TIOCSTI, "x") == 0;
}

static bool signals_its_parents_thread(void)
{
    return syscall(SYS_tgkill, parent, parent, 0) == 0;
}

/* Nobody listens there: ECONNREFUSED shows that connect was allowed. */
static bool dials_another_port_than_name_service(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED;
}

static bool gets_privileges(void)
{
    return setuid(0) == 0;
}

/* What the network process does normally. The port is closed: ECONNREFUSED shows that connect was allowed. */
static bool dials(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool asked = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS || errno == ECONNREFUSED;

    return fd >= 0 && asked && close(fd) == 0;
}

static bool uses_memory(void)
{
    void *volatile at = malloc(4000000);

    free(at);
    return at != NULL;
}

/* --- the tests --- */

static void test_the_network_process_may_do_its_work(void **state)
{
    (void)state;
    assert_int_equal(outcome(WHOLE, dials), DONE);
    assert_int_equal(outcome(WHOLE, uses_memory), DONE);
}

static void test_the_network_process_opens_no_file(void **state)
{
    (void)state;
#ifdef REFEX_SANITIZED
    assert_int_equal(outcome(WHOLE, reads_a_file), REFUSED);
    assert_int_equal(outcome(WHOLE, makes_a_file), REFUSED);
#else
    assert_int_equal(outcome(WHOLE, reads_a_file), KILLED);
    assert_int_equal(outcome(WHOLE, makes_a_file), KILLED);
#endif
}

static void test_the_network_process_is_killed_for_what_it_never_does(void **state)
{
    static attempt_fn *const attempts[] = {
        runs_a_program,
        traces_its_parent,
        signals_its_parent,
        forks,
        opens_a_unix_socket,
        opens_udp,
        opens_netlink,
        opens_a_raw_socket,
        binds,
        maps_code,
        gets_privileges,
        makes_memory_code,
        doubles_a_descriptor,
        types_at_the_terminal,
        signals_its_parents_thread,
    };

    (void)state;
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++)
        assert_int_equal(outcome(WHOLE, attempts[i]), KILLED);
}

/* Who allows it says so in node.conf, and status names it. */
static void test_without_landlock_it_starts_only_where_that_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(outcome(NO_LANDLOCK, dials), UNREADY);
    assert_int_equal(outcome(NO_LANDLOCK_ALLOWED, dials), DONE);
    assert_int_equal(outcome(NO_LANDLOCK_ALLOWED, runs_a_program), KILLED);
}

static void test_no_ring_gets_round_the_list_of_calls(void **state)
{
    (void)state;
    assert_int_equal(outcome(BEFORE_THE_LOOP, is_told_that_there_are_no_rings), DONE);
    assert_int_equal(outcome(BEFORE_THE_LOOP, reads_a_file), DONE);
    assert_int_equal(outcome(WHOLE, makes_a_ring), KILLED);
}

static void test_landlock_alone_already_refuses_files_and_ports(void **state)
{
    struct error err;
    uint32_t abi = 0;
    pid_t pid = fork();
    int status;

    (void)state;
    if (pid == 0) /* the test itself must stay free */
        _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && sandbox_landlock(SANDBOX_LINK, NULL, &abi, &err) ? (int)abi
                                                                                                              : 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(outcome(LANDLOCK_ONLY, reads_a_file), REFUSED);
    assert_int_equal(outcome(LANDLOCK_ONLY, makes_a_file), REFUSED);
    assert_int_equal(outcome(LANDLOCK_ONLY, runs_a_program), REFUSED);
    if (WEXITSTATUS(status) >= 4)
        assert_int_equal(outcome(LANDLOCK_ONLY, binds), REFUSED);
    if (WEXITSTATUS(status) >= 6)
        assert_int_equal(outcome(LANDLOCK_ONLY, signals_its_parent), REFUSED);
    assert_int_equal(outcome(LANDLOCK_ONLY, dials), DONE);
    if (WEXITSTATUS(status) >= 4)
        assert_int_equal(outcome(RESOLVER, dials_another_port_than_name_service), REFUSED);
}

static void test_the_resolver_reads_its_configuration_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(outcome(RESOLVER, reads_a_file), DONE); /* /etc: name service lives there */
    assert_int_equal(outcome(RESOLVER, reads_elsewhere), REFUSED);
    assert_int_equal(outcome(RESOLVER, makes_a_file), REFUSED);
    assert_int_equal(outcome(RESOLVER, opens_udp), DONE);
    assert_int_equal(outcome(RESOLVER, opens_a_unix_socket),
                     REFUSED); /* the control socket is one; a cache is not needed */
    assert_int_equal(outcome(RESOLVER, runs_a_program), KILLED);
    assert_int_equal(outcome(RESOLVER, traces_its_parent), KILLED);
    assert_int_equal(outcome(RESOLVER, opens_a_raw_socket), KILLED);
}

static bool reads_its_folder(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/file", inner);
    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool lists_its_folder(void)
{
    return open(inner, O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0;
}

/* It lies in the folder and was not named. */
static bool reads_what_lies_beside(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/other", inner);
    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool writes_what_it_reads(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/file", inner);
    return open(path, O_WRONLY | O_CLOEXEC) >= 0;
}

static bool makes_a_file_beside(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/new", inner);
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

/* As a file is replaced. */
static bool replaces_a_file(void)
{
    char path[96];
    char to[96];
    int fd;

    (void)snprintf(path, sizeof path, "%s/new", outer);
    (void)snprintf(to, sizeof to, "%s/there", outer);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 && rename(path, to) == 0 && unlink(to) == 0;
}

/* Landlock knows no cutting short before Linux 6.2, and no modes. */
static bool cuts_what_it_reads(void)
{
    char path[96];

    (void)snprintf(path, sizeof path, "%s/file", inner);
    return open(path, O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0;
}

static bool gives_what_it_reads_to_all(void)
{
    char path[96];
    int fd;

    (void)snprintf(path, sizeof path, "%s/file", inner);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && fchmod(fd, 0666) == 0;
}

static bool opens_tcp(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static void test_who_has_a_folder_has_that_alone(void **state)
{
    static attempt_fn *const killed[] = {runs_a_program, forks,     opens_a_unix_socket, opens_tcp,
                                         opens_udp,      maps_code, cuts_what_it_reads,  gives_what_it_reads_to_all};
    char path[96];
    int fd;

    (void)state;
    (void)snprintf(inner, sizeof inner, "/tmp/refex-test-sandbox.XXXXXX");
    assert_non_null(mkdtemp(inner));
    (void)snprintf(outer, sizeof outer, "%s/written", inner);
    assert_int_equal(mkdir(outer, 0700), 0);
    (void)snprintf(readable, sizeof readable, "%s/file", inner);
    (void)snprintf(path, sizeof path, "%s/other", inner);
    fd = open(readable, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(outcome(FOLDER, reads_its_folder), DONE);
    assert_int_equal(outcome(FOLDER, lists_its_folder), DONE);
    assert_int_equal(outcome(FOLDER, reads_what_lies_beside), REFUSED);
    assert_int_equal(outcome(FOLDER, replaces_a_file), DONE);
    assert_int_equal(outcome(FOLDER, writes_what_it_reads), REFUSED);
    assert_int_equal(outcome(FOLDER, makes_a_file_beside), REFUSED);
    assert_int_equal(outcome(FOLDER, reads_a_file), REFUSED);
    assert_int_equal(outcome(FOLDER, makes_a_file), REFUSED);
    for (size_t i = 0; i < sizeof killed / sizeof killed[0]; i++)
        assert_int_equal(outcome(FOLDER, killed[i]), KILLED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(readable), 0);
    assert_int_equal(rmdir(outer), 0);
    assert_int_equal(rmdir(inner), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_network_process_may_do_its_work),
        cmocka_unit_test(test_the_network_process_opens_no_file),
        cmocka_unit_test(test_the_network_process_is_killed_for_what_it_never_does),
        cmocka_unit_test(test_without_landlock_it_starts_only_where_that_is_allowed),
        cmocka_unit_test(test_no_ring_gets_round_the_list_of_calls),
        cmocka_unit_test(test_landlock_alone_already_refuses_files_and_ports),
        cmocka_unit_test(test_the_resolver_reads_its_configuration_and_nothing_else),
        cmocka_unit_test(test_who_has_a_folder_has_that_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
