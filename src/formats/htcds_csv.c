#include "formats/htcds_csv.h"

#include "base/bounds.h"
#include "base/text.h"
#include "formats/csv_rows.h"

#include <stdlib.h>

/* What the header, and a row of labels under it, say of a column. */
struct column {
    const struct case_field *field;      /* NULL: its values are left out */
    const struct htcds_column *named;    /* NULL: metadata, or it has no name */
    const struct htcds_column *labelled; /* another field than NAMED: which is meant is not known */
    bool nameless;
    bool refused; /* because of its values, once for the file */
};

struct table {
    struct csv_rows rows;
    struct intake *in;
    struct column columns[BOUND_IMPORT_COLUMNS];
    size_t count;
    /* The first column without a name may number the rows. */
    uint32_t last_number;
    bool numbers_noted;
};

static void refuse_encoding(struct table *t, size_t i)
{
    char place[CSV_ROWS_PLACE];

    csv_rows_place(i, place);
    intake_refuse(t->in, t->rows.row, "",
                  "%s: not UTF-8; where a spreadsheet saved the file otherwise, say how: --encoding cp1250 (Polish), "
                  "cp1251 (Ukrainian) or cp1254 (Turkish)",
                  place);
}

/* False where a cell of the row is not UTF-8: the row is refused. */
static bool check_encoding(struct table *t)
{
    for (size_t i = 0; i < t->rows.count; i++) {
        if (text_is_utf8(csv_rows_cell(&t->rows, i)))
            continue;
        refuse_encoding(t, i);
        return false;
    }
    return true;
}

/* --- the header --- */

static void refuse_twice(struct table *t, size_t i)
{
    char place[CSV_ROWS_PLACE];
    char before[CSV_ROWS_PLACE];

    for (size_t k = 0; k < i; k++) {
        if (t->columns[k].field != t->columns[i].field)
            continue;
        csv_rows_place(i, place);
        csv_rows_place(k, before);
        intake_refuse(t->in, t->rows.row, t->columns[i].field->name, "column given twice: %s, as %s", place, before);
        return;
    }
}

static bool read_header(struct table *t, struct error *err)
{
    char place[CSV_ROWS_PLACE];

    if (!csv_rows_next(&t->rows))
        return error_set(err, E_IMP_07, "the file is empty");
    if (t->rows.problem != NULL)
        return error_set(err, E_IMP_02, "row %u: %s", (unsigned)t->rows.row, t->rows.problem);
    t->count = t->rows.count;
    if (!check_encoding(t))
        return true;
    for (size_t i = 0; i < t->count; i++) {
        struct column *c = &t->columns[i];
        struct view heading = csv_rows_cell(&t->rows, i);

        c->nameless = heading.size == 0;
        if (c->nameless)
            continue;
        csv_rows_place(i, place);
        c->field = intake_find_field(t->in, t->rows.row, place, heading, &c->named);
        if (c->field != NULL)
            refuse_twice(t, i);
    }
    return true;
}

/* --- the row of labels --- */

/* Whether the row holds headings only, in the columns that have a name, and one of them is that of its column. */
static bool is_label_row(const struct table *t)
{
    const struct htcds_column *found;
    bool one = false;

    for (size_t i = 0; i < t->count; i++) {
        struct view label = csv_rows_cell(&t->rows, i);

        if (label.size == 0 || t->columns[i].named == NULL)
            continue;
        if (htcds_names_find(label, &found) == HEADING_UNKNOWN)
            return false;
        one = one || htcds_names_agree(t->columns[i].named, label);
    }
    return one;
}

/* A column without a name has that of its label, where a field has it. */
static void take_labels(struct table *t)
{
    const struct htcds_column *found;
    char place[CSV_ROWS_PLACE];

    for (size_t i = 0; i < t->count; i++) {
        struct column *c = &t->columns[i];
        struct view label = csv_rows_cell(&t->rows, i);
        enum htcds_heading is = htcds_names_find(label, &found);

        if (is == HEADING_UNKNOWN)
            continue;
        if (c->named != NULL && !htcds_names_agree(c->named, label))
            c->labelled = found;
        if (!c->nameless)
            continue;
        c->nameless = false;
        csv_rows_place(i, place);
        c->field = intake_find_field(t->in, t->rows.row, place, label, &c->named);
        if (c->field != NULL)
            refuse_twice(t, i);
    }
}

/* --- rows --- */

/* The first column, where it has no name and its values are whole numbers that grow: what a sheet numbers its rows
 * with. */
static bool is_row_number(struct table *t, size_t i, struct view cell)
{
    uint32_t number;

    if (i != 0 || !text_read_u32(cell, &number) || number <= t->last_number)
        return false;
    t->last_number = number;
    return true;
}

/* Whether nothing but the number of the row stands in it. */
static bool is_numbered_only(const struct table *t)
{
    for (size_t i = 1; i < t->rows.count; i++)
        if (csv_rows_cell(&t->rows, i).size > 0)
            return false;
    return t->columns[0].nameless;
}

/* A value in a column that is not known to be one field's is never dropped and never guessed. */
static void refuse_column(struct table *t, size_t i, struct column *c)
{
    char place[CSV_ROWS_PLACE];

    if (c->refused)
        return;
    c->refused = true;
    csv_rows_place(i, place);
    if (c->nameless)
        intake_refuse(t->in, t->rows.row, "", "%s has values and no name", place);
    else
        intake_refuse(t->in, t->rows.row, c->named->name,
                      "%s is named %s and labelled \"%s\" (%s), and has values: correct the one that is wrong", place,
                      c->named->name, c->labelled->label, c->labelled->name);
}

static void read_cell(struct table *t, size_t i)
{
    struct column *c = &t->columns[i];
    struct view cell = csv_rows_cell(&t->rows, i);

    REQUIRE(i < t->count && (c->labelled == NULL || c->named != NULL));
    if (cell.size == 0)
        return;
    if (c->nameless && is_row_number(t, i, cell)) {
        if (!t->numbers_noted)
            intake_note(t->in, t->rows.row, "", "column A (1) has no name and numbers the rows: it is left out");
        t->numbers_noted = true;
    } else if (c->nameless || c->labelled != NULL) {
        refuse_column(t, i, c);
    } else if (c->field != NULL) {
        intake_add_value(t->in, c->field, 0, cell);
    }
}

static bool has_too_many(const struct table *t)
{
    for (size_t i = t->count; i < t->rows.count; i++)
        if (csv_rows_cell(&t->rows, i).size > 0)
            return true;
    return false;
}

static bool read_row(struct table *t, struct error *err)
{
    if (is_numbered_only(t) && is_row_number(t, 0, csv_rows_cell(&t->rows, 0)))
        return true;
    intake_begin(t->in, t->rows.row);
    if (t->rows.count < t->count || has_too_many(t)) {
        intake_refuse(t->in, t->rows.row, "", "row has too %s values", t->rows.count < t->count ? "few" : "many");
    } else if (check_encoding(t)) {
        for (size_t i = 0; i < t->count; i++)
            read_cell(t, i);
    }
    return intake_end(t->in, err);
}

static bool read_rows(struct table *t, struct error *err)
{
    for (bool first = true; csv_rows_next(&t->rows); first = false) {
        if (t->rows.problem != NULL)
            intake_refuse(t->in, t->rows.row, "", "%s", t->rows.problem);
        else if (first && is_label_row(t))
            take_labels(t);
        else if (!read_row(t, err))
            return false;
    }
    return true;
}

bool htcds_csv_read(struct view text, struct intake *in, struct error *err)
{
    struct table *t = xnew(sizeof *t);
    bool ok;

    t->in = in;
    csv_rows_init(&t->rows, text);
    ok = read_header(t, err);
    /* Without the meaning of its columns each row would only repeat the finding. */
    if (ok && in->refusals == 0)
        ok = read_rows(t, err);
    csv_rows_fini(&t->rows);
    free(t);
    return ok;
}
