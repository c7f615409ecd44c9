#include "rare.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/sometimes.h"

/* Set by the linker: the begin and the end of the section. */
extern struct sometimes __start_sometimes[];
extern struct sometimes __stop_sometimes[];

size_t rare_print_never(void)
{
    size_t never = 0;

    for (const struct sometimes *s = __start_sometimes; s != __stop_sometimes; s++)
        if (s->count == 0) {
            (void)printf("never ran: %s\n", s->name);
            never++;
        }
    return never;
}

void rare_print(void)
{
    for (const struct sometimes *s = __start_sometimes; s != __stop_sometimes; s++)
        (void)printf("%10" PRIu64 "  %s\n", s->count, s->name);
}
