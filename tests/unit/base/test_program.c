/* Does a program that was started without a standard descriptor print into nothing else? */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* In a child without the descriptors of CLOSED (a bit each): 0 where the next file that is opened is none of them, and
 * what is read from or written to them fails as if they were closed. */
static int opens_behind(unsigned closed)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        char c = 0;

        for (int fd = 0; fd < 3; fd++)
            if ((closed & (1U << fd)) != 0)
                (void)close(fd);
        program_hold_descriptors();
        if (open("/dev/null", O_RDWR) < 3)
            _exit(1);
        for (int fd = 0; fd < 3; fd++)
            if ((closed & (1U << fd)) != 0 && ((fd == 0 ? read(fd, &c, 1) : write(fd, &c, 1)) != -1 || errno != EBADF))
                _exit(2);
        _exit(0);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_no_file_takes_the_place_of_a_standard_descriptor(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++)
        assert_int_equal(opens_behind(closed), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_file_takes_the_place_of_a_standard_descriptor)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
