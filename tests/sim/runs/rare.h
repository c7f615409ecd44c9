#ifndef TESTS_RARE_H
#define TESTS_RARE_H
/* The marks SOMETIMES (base/sometimes.h) of what is linked into this program, and how often each was passed. */

#include <stddef.h>

/* Prints those that no run passed; returns how many they are without those that rare.c lists as seldom. */
size_t rare_print_never(void);
/* Prints all, with how often. */
void rare_print(void);

#endif
