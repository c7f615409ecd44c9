#ifndef FUZZ_H
#define FUZZ_H
/* The entry point that libFuzzer, or replay.c in its place, calls with each input. Returns 0; aborts where a check
 * fails. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
