#include "formats/htcds_csv.h"

#include "base/bounds.h"

#include <string.h>

struct csv {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t row; /* as a spreadsheet counts, from 1 */
    /* The row that was read last. */
    struct bytes content; /* of all its cells */
    size_t ends[BOUND_IMPORT_COLUMNS];
    size_t count;
    const char *problem; /* why it could not be read; what follows cannot be read either */
};

/* Reads what stands in quotes, from behind the first; two quotes are one. */
static void read_quoted(struct csv *c)
{
    while (c->at < c->end) {
        if (*c->at == '"') {
            c->at++;
            if (c->at == c->end || *c->at != '"')
                return;
        }
        bytes_append_u8(&c->content, *c->at++);
    }
    c->problem = "a quoted value does not end";
}

static bool at_end_of_line(const struct csv *c)
{
    return c->at == c->end || *c->at == '\n' || (*c->at == '\r' && c->at + 1 < c->end && c->at[1] == '\n');
}

static void read_cell(struct csv *c)
{
    if (c->at < c->end && *c->at == '"') {
        c->at++;
        read_quoted(c);
        if (c->problem == NULL && !at_end_of_line(c) && *c->at != ',')
            c->problem = "something follows a quoted value";
    } else {
        for (; !at_end_of_line(c) && *c->at != ','; c->at++) {
            if (*c->at == '"')
                c->problem = "a quote within a value that does not begin with one";
            bytes_append_u8(&c->content, *c->at);
        }
    }
    if (c->count == BOUND_IMPORT_COLUMNS)
        c->problem = "more columns than a file may have";
    else
        c->ends[c->count++] = c->content.size;
}

/* Reads the next row; empty lines are skipped. False at the end of the file. */
static bool next_row(struct csv *c)
{
    if (c->problem != NULL)
        return false;
    do {
        if (c->at == c->end)
            return false;
        c->row++;
        c->count = 0;
        bytes_clear(&c->content);
        read_cell(c);
        while (c->problem == NULL && c->at < c->end && *c->at == ',') {
            c->at++;
            read_cell(c);
        }
        if (c->problem != NULL)
            return true;
        if (c->at < c->end)
            c->at += *c->at == '\r' ? 2 : 1;
    } while (c->count == 1 && c->content.size == 0);
    return true;
}

static struct view cell(const struct csv *c, size_t i)
{
    size_t begin = i == 0 ? 0 : c->ends[i - 1];

    return view_of(c->content.at + begin, c->ends[i] - begin);
}

/* Other separators make one column of all; the header may be data instead, so it is not repeated. */
static const char *other_separator(const struct csv *c)
{
    if (c->count != 1)
        return NULL;
    if (memchr(c->content.at, ';', c->content.size) != NULL)
        return "columns are separated by ';'";
    return memchr(c->content.at, '\t', c->content.size) != NULL ? "columns are separated by tabs" : NULL;
}

/* The columns, NULL for those that are skipped. */
static bool read_header(struct csv *c, struct intake *in, const struct case_field *columns[], struct error *err)
{
    if (!next_row(c))
        return error_set(err, E_IMP_02, "the file is empty");
    if (c->problem != NULL)
        return error_set(err, E_IMP_02, "row %u: %s", (unsigned)c->row, c->problem);
    if (other_separator(c) != NULL)
        return error_set(err, E_IMP_02, "%s: save the file with commas", other_separator(c));
    for (size_t i = 0; i < c->count; i++) {
        columns[i] = intake_find_field(in, c->row, "column", cell(c, i));
        for (size_t k = 0; columns[i] != NULL && k < i; k++)
            if (columns[k] == columns[i])
                intake_refuse(in, c->row, columns[i]->name, "column given twice");
    }
    return true;
}

static bool read_row(struct csv *c, struct intake *in, const struct case_field *const columns[], size_t count,
                     struct error *err)
{
    intake_begin(in, c->row);
    if (c->count != count) {
        intake_refuse(in, c->row, "", "row has too %s values", c->count < count ? "few" : "many");
        return intake_end(in, err);
    }
    for (size_t i = 0; i < count; i++)
        if (columns[i] != NULL)
            intake_add_value(in, columns[i], 0, cell(c, i));
    return intake_end(in, err);
}

bool htcds_csv_read(struct view file, struct intake *in, struct error *err)
{
    const struct case_field *columns[BOUND_IMPORT_COLUMNS] = {NULL};
    struct csv c = {.at = file.at, .end = file.at + file.size};
    bool ok = false;
    size_t count;

    if (!read_header(&c, in, columns, err))
        goto out;
    count = c.count;
    if (!in->second_pass && in->refusals != 0) {
        ok = true; /* without the meaning of its columns each row would only repeat the finding */
        goto out;
    }
    while (next_row(&c)) {
        if (c.problem != NULL)
            intake_refuse(in, c.row, "", "%s", c.problem);
        else if (!read_row(&c, in, columns, count, err))
            goto out;
    }
    ok = true;
out:
    bytes_fini(&c.content);
    return ok;
}
