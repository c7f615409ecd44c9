#ifndef BASE_SOMETIMES_H
#define BASE_SOMETIMES_H
/* Marks a path that runs rarely: `./dev sim` names those that no run of the simulator took.
 *
 * Floor: base; uses nothing. The mark is one counter, also in the programs: what is simulated is what ships, and a rare
 * path can afford it. The list of all marks is made by the linker, from what is linked into a program; the simulator
 * alone reads it (tests/sim/runs/rare.c). A name is a sentence of what happened, and stands in one place.
 */

#include <stdint.h>

struct sometimes {
    const char *name;
    uint64_t count;
};

#define SOMETIMES(what)                                                                                                \
    do {                                                                                                               \
        static struct sometimes place __attribute__((section("sometimes"), used)) = {#what, 0};                        \
        place.count++;                                                                                                 \
    } while (0)

#endif
