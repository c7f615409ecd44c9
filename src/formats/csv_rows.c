#include "formats/csv_rows.h"

#include "base/error.h"
#include "formats/loose_text.h"

#include <stdio.h>
#include <string.h>

/* --- separators and line ends --- */

static bool is_separator(uint8_t c)
{
    return c == ',' || c == ';' || c == '\t';
}

/* "sep=;" as Excel writes it before the header, with or without quotes; *SIZE of the line with its end. */
static bool read_sep_line(struct view text, uint8_t *separator, size_t *size)
{
    static const char word[] = "sep=";
    size_t at = text.size > 0 && *text.at == '"';
    bool quoted = at == 1;

    if (text.size < at + sizeof word || strncasecmp((const char *)text.at + at, word, sizeof word - 1) != 0)
        return false;
    at += sizeof word - 1;
    if (!is_separator(text.at[at]))
        return false;
    *separator = text.at[at++];
    at += quoted && at < text.size && text.at[at] == '"';
    if (at < text.size && text.at[at] != '\r' && text.at[at] != '\n')
        return false;
    at += at < text.size && text.at[at] == '\r';
    at += at < text.size && text.at[at] == '\n';
    *size = at;
    return true;
}

/* What the first row, which ends at the first line end outside quotes, says of all. */
static void look_at_first_row(struct csv_rows *r, bool separator_known)
{
    static const uint8_t candidates[] = {',', ';', '\t'}; /* of two as frequent the first */
    size_t seen[sizeof candidates] = {0};
    bool quoted = false;
    const uint8_t *at;

    for (at = r->at; at < r->end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        quoted ^= *at == '"';
        for (size_t i = 0; !quoted && i < sizeof candidates; i++)
            seen[i] += *at == candidates[i];
    }
    r->cr_ends = at < r->end && *at == '\r' && (at + 1 == r->end || at[1] != '\n');
    for (size_t i = 0, most = 0; !separator_known && i < sizeof candidates; i++)
        if (i == 0 || seen[i] > most) {
            most = seen[i];
            r->separator = candidates[i];
        }
}

void csv_rows_init(struct csv_rows *r, struct view text)
{
    size_t size = 0;
    bool known;

    *r = (struct csv_rows){.at = text.at, .end = text.at + text.size, .content = {.wiping = true}};
    known = read_sep_line(text, &r->separator, &size);
    r->at += size;
    look_at_first_row(r, known);
}

void csv_rows_fini(struct csv_rows *r)
{
    bytes_fini(&r->content);
}

/* --- cells --- */

/* Reads what stands in quotes, from behind the first; two quotes are one. */
static void read_quoted(struct csv_rows *r)
{
    while (r->at < r->end) {
        uint8_t c = *r->at;

        if (c == '"') {
            r->at++;
            if (r->at == r->end || *r->at != '"')
                return;
        }
        if (c == '\r' && r->cr_ends && (r->at + 1 == r->end || r->at[1] != '\n'))
            c = '\n';
        bytes_append_u8(&r->content, c);
        r->at++;
    }
    r->problem = "a quoted value does not end";
}

static bool at_end_of_line(const struct csv_rows *r)
{
    if (r->at == r->end || *r->at == '\n')
        return true;
    return *r->at == '\r' && (r->cr_ends || (r->at + 1 < r->end && r->at[1] == '\n'));
}

static void pass_end_of_line(struct csv_rows *r)
{
    bool cr = r->at < r->end && *r->at == '\r';

    r->at += r->at < r->end;
    r->at += cr && r->at < r->end && *r->at == '\n';
}

static void read_cell(struct csv_rows *r)
{
    if (r->at < r->end && *r->at == '"') {
        r->at++;
        read_quoted(r);
        if (r->problem == NULL && !at_end_of_line(r) && *r->at != r->separator)
            r->problem = "something follows a quoted value";
    } else {
        for (; !at_end_of_line(r) && *r->at != r->separator; r->at++) {
            if (*r->at == '"')
                r->problem = "a quote within a value that does not begin with one";
            bytes_append_u8(&r->content, *r->at);
        }
    }
    if (r->count == BOUND_IMPORT_COLUMNS)
        r->problem = "more columns than a file may have";
    else
        r->ends[r->count++] = r->content.size;
}

static bool has_value(const struct csv_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (csv_rows_cell(r, i).size > 0)
            return true;
    return false;
}

bool csv_rows_next(struct csv_rows *r)
{
    if (r->problem != NULL)
        return false;
    do {
        if (r->at == r->end)
            return false;
        r->row++;
        r->count = 0;
        bytes_clear(&r->content);
        read_cell(r);
        while (r->problem == NULL && r->at < r->end && *r->at == r->separator) {
            r->at++;
            read_cell(r);
        }
        if (r->problem != NULL)
            return true;
        pass_end_of_line(r);
    } while (!has_value(r));
    return true;
}

struct view csv_rows_cell(const struct csv_rows *r, size_t i)
{
    size_t begin = i == 0 ? 0 : r->ends[i - 1];

    REQUIRE(i >= r->count || (begin <= r->ends[i] && r->ends[i] <= r->content.size));
    if (i >= r->count || r->ends[i] == begin) /* where no cell has anything, there are no bytes to point at */
        return (struct view){0};
    return loose_text_trim(view_of(r->content.at + begin, r->ends[i] - begin));
}

void csv_rows_place(size_t i, char out[static CSV_ROWS_PLACE])
{
    char letters[4] = "";

    _Static_assert(BOUND_IMPORT_COLUMNS <= 26 + 26 * 26, "two letters name each column");
    REQUIRE(i < BOUND_IMPORT_COLUMNS);
    letters[0] = (char)(i < 26 ? 'A' + (int)i : 'A' + (int)(i / 26) - 1);
    if (i >= 26)
        letters[1] = (char)('A' + (int)(i % 26));
    (void)snprintf(out, CSV_ROWS_PLACE, "column %s (%u)", letters, (unsigned)i + 1);
}
