#ifndef OUTPUT_TOLD_FORM_H
#define OUTPUT_TOLD_FORM_H
/* The result of a verb as people and programs read it, in one table: the messages whose fields are its members in JSON
 * (codec/told.h), and the lines or columns that say the same fields in text.
 *
 * Floor: output.
 */

#include "output/told_view.h"

/* What is shown: structs of the messages of its form, and what its verb knows beside them. */
struct told_shown {
    const void *answer;
    const void *ask;    /* NULL: the form has none */
    const void *beside; /* NULL: nothing, and no field of the form's `beside` is told */
};

/* A line, or a column. */
struct told_line {
    const char *title; /* before it, or above it */
    const char *text;  /* "{links} links": in braces fields, by their names in JSON, written by their types,
                       * "{until:day}" a time as a day, "{links:links}" as "1 link" or "2 links"; or NULL */
    void (*write)(struct bytes *out, const struct told_shown *s); /* appends what comes behind TEXT; NULL: nothing */
    const char *says;                                             /* fields that WRITE reads, with spaces between */
    const char *when; /* only where these fields, with spaces between, have a value, or with "!" before have none;
                       * NULL: always */
};

struct told_form {
    const struct contract_message *answer; /* NULL: its answer says nothing */
    const struct contract_message *ask;    /* NULL: nothing of what was asked is told */
    const struct contract_message *beside; /* NULL: nothing of what its verb knows is told */
    const struct told_line *lines;         /* to one without text and writer */
    const char *json_only;                 /* fields that no line says, and a comment why; NULL: none */
    /* JSON: what is in the sections of a case, told by the fields of case.proto; NULL: there is nothing. */
    void (*sections)(struct json_line *j, const struct told_shown *s);
    /* Fields of words, with spaces between. Each word of the first is a member of JSON and a row of told_form_columns;
     * what it says is the name of the first of the others that has the word, or "-". NULL: none. */
    const char *cells;
    const char *empty; /* what people read where the answer has no item; NULL: nothing */
};

/* Adds the members of an object that is open: of the ask, of what is beside it, of the answer, and the cells. */
void told_form_members(const struct told_form *f, const struct told_shown *s, struct json_line *j);
/* Appends the lines, without the end of the last; one of which nothing is to be said is left out. */
void told_form_write(const struct told_form *f, const struct told_shown *s, struct bytes *out);
/* A line of JSON, or the lines. */
void told_form_show(FILE *to, bool json, const struct told_form *f, const struct told_shown *s);

/* A table with the columns of F; render_table_end ends it. */
void told_form_table(const struct told_form *f, const char *titles[static RENDER_COLUMNS_MAX], struct render_table *t);
void told_form_row(const struct told_form *f, const struct told_shown *s, struct render_table *t);

/* What the cell of WORD says. */
const char *told_form_cell(const struct told_form *f, const struct told_shown *s, const char *word);
/* Appends the table the other way round, each line behind INDENT: a column for each of COUNT structs, which have the
 * same words, a row for each line of F and for each word. */
void told_form_columns(const struct told_form *f, const struct told_shown *shown, size_t count, const char *indent,
                       struct bytes *out);

#endif
