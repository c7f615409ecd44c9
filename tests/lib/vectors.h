#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H
/* Test vectors: JSON files under tests/vectors, values found by a path of keys ("envelope.header"), hex turned to
 * bytes. */

#include "base/bytes.h"

struct vectors;

/* Reads TEST_VECTORS/FILE; ends the test program with a message when it cannot. */
struct vectors *vectors_open(const char *path);
void vectors_close(struct vectors *v);

/* A string value as it stands / as hex → bytes appended to *OUT; a number. Ends the program when it is not there. */
const char *vectors_text(const struct vectors *v, const char *path);
void vectors_hex(const struct vectors *v, const char *path, struct bytes *out);
int64_t vectors_number(const struct vectors *v, const char *path);
size_t vectors_count(const struct vectors *v, const char *path); /* length of an array */

#endif
