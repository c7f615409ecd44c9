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
    char object[32]; /* private, empty at first: name of the object that is open */
};

/* One field; W is a struct told_view. Words leave out what is not there, in JSON it is null. */
void told_view_put(void *w, const struct told_field *t);
/* The same for a field that is not of a table. TEXT NULL: it is not there. */
void told_view_text(const struct told_view *w, const char *key, const char *text);
void told_view_view(const struct told_view *w, const char *key, struct view text);
void told_view_ident(const struct told_view *w, const char *key, const struct ident *id);
void told_view_hash(const struct told_view *w, const char *key, const struct hash *h);

/* All that IN, a struct of M, tells as members of J. */
void told_view_json(struct json_line *j, const struct contract_message *m, const void *in);
/* The same as an object of its own, in a line. */
void told_view_json_line(const struct contract_message *m, const void *in);

/* Appends what people read of a field whose type says it. */
void told_view_value(const struct told_field *t, struct bytes *out);

/* How people read a field of which its type does not say it: appends a cell, or its line with title and end, or more
 * lines, or none. It is asked of what is left out too: the whole struct is T->in. */
typedef void told_words_fn(const struct told_field *t, struct bytes *out);
struct told_words {
    const char *field; /* its name in the .proto; NULL ends the list */
    told_words_fn *write;
};

/* What is written where there is no such function. */
void told_view_value(const struct told_field *t, struct bytes *out);

/* The fields that have a title `column`, as cells of a row; these titles, of which it returns how many. OWN may be
 * NULL. */
void told_view_row(struct render_table *t, const struct contract_message *m, const void *in,
                   const struct told_words *own);
size_t told_view_titles(const struct contract_message *m, const char *titles[static RENDER_COLUMNS_MAX]);
/* The fields that have a title `label`, and those of OWN, as lines whose values stand in column COLUMN. */
void told_view_lines(FILE *to, int column, const struct contract_message *m, const void *in,
                     const struct told_words *own);
/* The lines of OWN alone. */
void told_view_own_lines(FILE *to, const struct contract_message *m, const void *in, const struct told_words *own);

#endif
