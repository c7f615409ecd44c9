#include "cli/asking.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

bool asking_has_terminal(const struct command *c)
{
    return !c->json && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool asking_says_yes(const char *fmt, ...)
{
    char answer[16] = "";
    va_list ap;

    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputs(" [y/N] ", stderr);
    return fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}
