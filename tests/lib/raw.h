#ifndef TESTS_RAW_H
#define TESTS_RAW_H
/* Protobuf encoded by hand, valid or not: for messages that none of our encoders would make. */

#include "base/bytes.h"

void raw_number(struct bytes *b, unsigned field, uint64_t n);
void raw_bytes(struct bytes *b, unsigned field, struct view v);
void raw_text(struct bytes *b, unsigned field, const char *text);
void raw_fill(struct bytes *b, unsigned field, uint8_t value, size_t size); /* SIZE bytes, each of VALUE */

#endif
