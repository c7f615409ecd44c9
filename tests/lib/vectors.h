#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H
/* Test vectors: JSON files under tests/vectors, values found by a path of keys ("envelope.header"), hex decoded to
 * bytes. */

#include "base/bytes.h"

struct vectors;

/* Reads TEST_VECTORS/FILE; aborts the test program with a message where it cannot. */
struct vectors *vectors_open(const char *path);
void vectors_close(struct vectors *v);

/* A string value as it stands; hex decoded and appended to *OUT; a number. Aborts where the value is missing. */
const char *vectors_text(const struct vectors *v, const char *path);
void vectors_hex(const struct vectors *v, const char *path, struct bytes *out);
int64_t vectors_number(const struct vectors *v, const char *path);
size_t vectors_count(const struct vectors *v, const char *path); /* length of an array */

#endif
