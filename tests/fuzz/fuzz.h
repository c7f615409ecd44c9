#ifndef FUZZ_H
#define FUZZ_H
/* What libFuzzer, or replay.c in its place, calls with each input. Returns 0; ends the program where something is
 * wrong. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
