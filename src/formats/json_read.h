#ifndef FORMATS_JSON_READ_H
#define FORMATS_JSON_READ_H
/* One JSON object read back: what `--json` printed.
 *
 * Floor: formats. For programs of refex that drive others. A PATH names members by their keys and the elements of lists
 * by their numbers, with dots between: "held_back.0.why". What is not there, or of another type, is NULL, 0 or false.
 */

#include "base/bytes.h"

struct json_read;

/* Reads LINE; NULL when it is no JSON object. The caller frees. */
struct json_read *json_read_new(struct view line);
void json_read_free(struct json_read *r);

/* Texts live as long as R. */
const char *json_read_text(const struct json_read *r, const char *path);
uint64_t json_read_u64(const struct json_read *r, const char *path);
bool json_read_is_true(const struct json_read *r, const char *path);
/* Members of the object, or elements of the list, at PATH. */
size_t json_read_count(const struct json_read *r, const char *path);
/* The key of the I-th member of an object, or the I-th element of a list of texts. */
const char *json_read_name(const struct json_read *r, const char *path, size_t i);

#endif
