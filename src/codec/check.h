#ifndef CODEC_CHECK_H
#define CODEC_CHECK_H
/* From what protobuf-c unpacked to values that are valid by construction: sizes, ranges, order, names.
 *
 * Floor: codec, for the codecs only. Each function is given the field's name for the sentence ("record: leaf"), sets
 * *OUT when all is well, and fails with E_BYT_03 otherwise, E_BYT_02 where a limit was passed. Views borrow from where
 * protobuf-c put the bytes: the arena.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/ident.h"
#include "model/section.h"

#include <protobuf-c/protobuf-c.h>

/* Exactly SIZE bytes. */
MUST_USE bool check_fixed(ProtobufCBinaryData from, const char *what, void *out, size_t size, struct error *err);
MUST_USE bool check_ident(ProtobufCBinaryData from, const char *what, struct ident *out, struct error *err);
MUST_USE bool check_hash(ProtobufCBinaryData from, const char *what, struct hash *out, struct error *err);

/* From 1 to MAX bytes; _optional: from 0. */
MUST_USE bool check_bytes(ProtobufCBinaryData from, const char *what, size_t max, struct view *out, struct error *err);
MUST_USE bool check_bytes_optional(ProtobufCBinaryData from, const char *what, size_t max, struct view *out,
                                   struct error *err);
MUST_USE bool check_text(const char *from, const char *what, size_t max, struct view *out, struct error *err);

/* The same for text that people are shown: one line, without control characters; check_lines_optional takes line feeds
 * and tabs, too. */
MUST_USE bool check_line(const char *from, const char *what, size_t max, struct view *out, struct error *err);

/* A full agency name. */
MUST_USE bool check_agency(const char *from, const char *what, struct view *out, struct error *err);
MUST_USE bool check_address(const char *from, const char *what, struct address *out, struct error *err);

/* Hashes of 32 bytes each, at most MAX of them; may be none. */
MUST_USE bool check_path(ProtobufCBinaryData from, const char *what, size_t max, struct view *out, struct error *err);

/* FIRST <= N < END. */
MUST_USE bool check_range(uint64_t n, const char *what, uint64_t first, uint64_t end, struct error *err);
/* A time in unix milliseconds, later than 1970. */
MUST_USE bool check_time(uint64_t n, const char *what, int64_t *out, struct error *err);

/* Strictly ascending, at most MAX of them, each at least FIRST and below END; may be none. */
MUST_USE bool check_numbers(const uint32_t *at, size_t count, const char *what, size_t max, uint32_t first,
                            uint32_t end, struct error *err);
/* The same for sections. */
MUST_USE bool check_sections(const uint32_t *at, size_t count, const char *what, section_set *out, struct error *err);


/* SIZE bytes of ARENA, not zeroed. E_BYT_02 when its bound would be exceeded. */
MUST_USE bool check_alloc(struct arena *arena, size_t size, void **out, struct error *err);

#endif
