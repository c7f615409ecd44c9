#ifndef FORMATS_JSON_LINE_H
#define FORMATS_JSON_LINE_H
/* One JSON object a line: what `--json` prints.
 *
 * Floor: formats. Writes RFC 8259 in UTF-8; control characters are escaped, C1 and DEL too, so that no value can steer
 * a terminal; bytes that are not UTF-8 become U+FFFD. KEY is NULL for the members of an array.
 */

#include "base/bytes.h"

#define JSON_LINE_DEPTH 16

struct json_line {
    struct bytes *out; /* private, as all of it */
    unsigned depth;
    char close[JSON_LINE_DEPTH]; /* what ends each open object or array */
    bool more[JSON_LINE_DEPTH];  /* it has a member */
};

void json_line_begin(struct json_line *j, struct bytes *out); /* opens the object; OUT must outlive J */
void json_line_end(struct json_line *j);                      /* closes all that is open, and the line */
void json_line_close(struct json_line *j);                    /* closes the innermost object or array */

void json_line_object(struct json_line *j, const char *key);
void json_line_array(struct json_line *j, const char *key);
void json_line_text(struct json_line *j, const char *key, const char *text); /* NULL is null */
void json_line_view(struct json_line *j, const char *key, struct view text);
void json_line_u64(struct json_line *j, const char *key, uint64_t n);
void json_line_bool(struct json_line *j, const char *key, bool yes);
void json_line_null(struct json_line *j, const char *key);
/* JSON that was made elsewhere, as it stands: a decimal with a point. */
void json_line_raw(struct json_line *j, const char *key, struct view json);

#endif
