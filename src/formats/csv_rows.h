#ifndef FORMATS_CSV_ROWS_H
#define FORMATS_CSV_ROWS_H
/* A table of values with separators, row by row: RFC 4180 as spreadsheets write it.
 *
 * Floor: formats, for htcds_csv.c only. Separated by commas, semicolons or tabs: as a first line "sep=;" says, else
 * whichever the first row has most of outside quotes. Lines end in CR LF or LF; in CR where the first row ends so.
 */

#include "base/bounds.h"
#include "base/bytes.h"

struct csv_rows {
    uint32_t row;        /* of the row read last, as a spreadsheet counts, from 1; a line "sep=" is not counted */
    size_t count;        /* its cells */
    const char *problem; /* why it could not be read; what follows cannot be read either. NULL: it could */
    /* private */
    const uint8_t *at;
    const uint8_t *end;
    uint8_t separator;
    bool cr_ends; /* lines end in CR alone */
    struct bytes content;
    size_t ends[BOUND_IMPORT_COLUMNS];
};

/* TEXT is without a byte order mark and outlives R. */
void csv_rows_init(struct csv_rows *r, struct view text);
void csv_rows_fini(struct csv_rows *r);

/* Reads the next row that has a value; those without are passed over. False at the end of the text, and behind a row
 * with a problem. */
bool csv_rows_next(struct csv_rows *r);

/* Cell I, without the blanks around it; lives until the next row. Empty for those behind the last. */
struct view csv_rows_cell(const struct csv_rows *r, size_t i);

/* Writes "column AB (28)" for the cell I. */
#define CSV_ROWS_PLACE 24
void csv_rows_place(size_t i, char out[static CSV_ROWS_PLACE]);

#endif
