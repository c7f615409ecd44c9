/* Every cmocka program takes a pattern as its first argument, and runs the tests whose name matches it (* and ?); a
 * second one is of those that it leaves out. glibc gives constructors the arguments of main: no main has to pass them
 * on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

__attribute__((constructor)) static void take_pattern(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] != '-')
        cmocka_set_test_filter(argv[1]);
    if (argc > 2)
        cmocka_set_skip_filter(argv[2]);
}
