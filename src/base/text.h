#ifndef BASE_TEXT_H
#define BASE_TEXT_H
/* Text that came from outside: is it UTF-8, is it a number, a date, hex, base64, base32?
 *
 * Floor: base. Every reader here takes exactly one spelling of a value (docs/PROTOCOL.md 2 and 3): no leading zeros, no
 * signs, no white space, canonical base64. No locale is used.
 */

#include "base/bytes.h"

/* UTF-8 per RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF, and no NUL. */
bool text_is_utf8(struct view v);
/* Whether V, which is UTF-8, has a control character: C0, DEL and C1 steer terminals. LINES: line feeds and tabs are
 * none. */
bool text_has_control(struct view v, bool lines);

/* Decimal without leading zeros, all of V. */
bool text_read_u64(struct view v, uint64_t *out);
bool text_read_u32(struct view v, uint32_t *out);

/* YYYY-MM-DD, a date that exists, 1900 to 9999 → days since 1970-01-01 (negative before). */
bool text_read_date(struct view v, int32_t *out_day);
/* Writes YYYY-MM-DD and a NUL. */
void text_write_date(int32_t day, char out[static 11]);
/* Writes RFC 3339 UTC with milliseconds, "2026-11-22T14:01:58.123Z", and a NUL. */
void text_write_time(int64_t ms, char out[static 25]);
/* The same for people, who need no more: "2026-11-22 14:01 UTC", and a NUL. */
#define TEXT_MINUTE 21
void text_write_minute(int64_t ms, char out[static TEXT_MINUTE]);

/* Lower-case hex. The writer puts a NUL behind it. The reader takes exactly 2*SIZE characters. */
void text_write_hex(const uint8_t *at, size_t size, char *out);
bool text_read_hex(struct view v, uint8_t *out, size_t size);

/* Standard base64 with padding. The reader refuses every spelling that the writer would not have made. */
void text_append_base64(struct bytes *out, struct view v);
bool text_read_base64(struct view v, struct bytes *out);

/* Splits V at the first SEPARATOR: *head is before it, V is what follows. False when V is used up (V->at == NULL). */
bool text_split(struct view *v, char separator, struct view *head);

/* Takes the next line of REST into OUT, of SIZE bytes, with its line feed and a NUL, as fgets does: of a longer one
 * what fits. Returns how many bytes it took; 0: REST is used up. */
size_t text_take_line(struct view *rest, char *out, size_t size);

/* V without the spaces and tabs around it. */
struct view text_trim(struct view v);
bool text_is_ascii(struct view v);
/* Columns of a terminal that V, UTF-8, takes: a character each, wide ones too. */
int text_width(struct view v);

/* Compares V with the NUL-terminated TEXT. */
bool text_is(struct view v, const char *text);

/* For "did you mean": the candidate nearest to WORD within two edits, one where WORD has fewer than five characters,
 * whatever the case of letters; NULL where none is near. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* Takes a line "NAME VALUE" from *REST; false: the next one is not that. */
bool text_value(struct view *rest, const char *name, struct view *value);

#endif
