#ifndef CLI_TOLD_VIEW_H
#define CLI_TOLD_VIEW_H
/* What a record or an answer tells (codec/told.h), as people and programs read it: each field is written by its type.
 *
 * Floor: cli.
 */

#include "cli/rendering/render.h"
#include "codec/contract.h"
#include "codec/told.h"

/* Where fields go: as members into JSON, or as words of a line, each two spaces, a name, a value. */
struct told_view {
    struct json_line *json; /* NULL: words */
    struct bytes *words;
    /* JSON: writes a field that its type alone does not say, of what is told; true: it did. NULL: there is none. */
    bool (*own)(struct json_line *j, const struct told_field *t, const void *in);
    const void *in;
    size_t object_size; /* private, 0 at first: of the name of the object that is open */
};

/* One field; W is a struct told_view. Words leave out what is not there, in JSON it is null. */
void told_view_put(void *w, const struct told_field *t);
/* The same for a field that is not of a table. TEXT NULL: it is not there. */
void told_view_text(const struct told_view *w, const char *key, const char *text);
void told_view_view(const struct told_view *w, const char *key, struct view text);
void told_view_ident(const struct told_view *w, const char *key, const struct ident *id);
void told_view_hash(const struct told_view *w, const char *key, const struct hash *h);

/* All fields of IN, a struct of M, as members of J. OWN as above. */
void told_view_json(struct json_line *j, const struct contract_message *m, const void *in,
                    bool (*own)(struct json_line *j, const struct told_field *t, const void *in));
/* The same as an object of its own, in a line. */
void told_view_json_line(const struct contract_message *m, const void *in);

/* The fields that have a label: as cells of a row; their labels, the titles of its columns, of which it returns how
 * many; as lines, whose values stand in column COLUMN. */
void told_view_row(struct render_table *t, const struct contract_message *m, const void *in);
size_t told_view_titles(const struct contract_message *m, const char *titles[static RENDER_COLUMNS_MAX]);
void told_view_lines(FILE *to, int column, const struct contract_message *m, const void *in);

#endif
