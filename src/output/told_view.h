#ifndef OUTPUT_TOLD_VIEW_H
#define OUTPUT_TOLD_VIEW_H
/* What a record or an answer tells (codec/told.h), as people and programs read it: each field is written by its type.
 *
 * Floor: output.
 */

#include "codec/contract.h"
#include "codec/told.h"
#include "output/render.h"

/* Where fields go: as members into JSON, or as words of a line, each two spaces, a name, a value. */
struct told_view {
    struct json_line *json; /* NULL: words */
    struct bytes *words;
    char object[32]; /* private, empty at first: name of the object that is open */
};

/* One field; W is a struct told_view. Words leave out what is not there, in JSON it is null. */
void told_view_put(void *w, const struct told_field *t);

/* All that IN, a struct of M, tells as members of J. */
void told_view_json(struct json_line *j, const struct contract_message *m, const void *in);
/* Appends what people read of a field whose type says it. */
void told_view_value(const struct told_field *t, struct bytes *out);

#endif
