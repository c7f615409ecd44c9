#include "codec/mailed_file.h"

#include "base/text.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"

#include <string.h>

#define DIRECTORY_HEAD_LINES 6 /* of a directory note, before its one line of base64 */
#define SIGNATURE_BEGIN      "\xe2\x80\x94 "

/* The next line of *FILE, without blanks at its end. */
static bool next_line(struct view *file, struct view *line)
{
    if (!text_split(file, '\n', line))
        return false;
    while (line->size > 0 && memchr(" \t\r", line->at[line->size - 1], 3) != NULL)
        line->size--;
    return true;
}

static void append_line(struct bytes *out, struct view line)
{
    bytes_append_view(out, line);
    bytes_append_text(out, "\n");
}

/* Base64, in lines of one length again. */
static void restore_armour(struct view file, struct bytes *out)
{
    struct view line;
    size_t column = 0;

    while (next_line(&file, &line))
        for (size_t i = 0; i < line.size; i++) {
            if (line.at[i] == ' ' || line.at[i] == '\t')
                continue;
            bytes_append_u8(out, line.at[i]);
            if (++column == MEMBERSHIP_LINE) {
                bytes_append_text(out, "\n");
                column = 0;
            }
        }
    if (column != 0)
        bytes_append_text(out, "\n");
}

static bool begins_signature(struct view line)
{
    const size_t size = sizeof SIGNATURE_BEGIN - 1;

    return line.size >= size && memcmp(line.at, SIGNATURE_BEGIN, size) == 0;
}

/* A signature was cut at the blank before its base64, or within that. */
static void append_signature_rest(struct bytes *out, size_t begin, struct view line)
{
    const size_t name = begin + sizeof SIGNATURE_BEGIN - 1;

    if (memchr(out->at + name, ' ', out->size - name) == NULL)
        bytes_append_text(out, " ");
    bytes_append_view(out, line);
}

/* The head's lines, one line of base64, an empty one, signatures. */
static void restore_directory(struct view file, struct bytes *out)
{
    struct view line;
    size_t begin = 0; /* of the signature that may go on; 0: none yet */
    size_t lines = 1;

    while (next_line(&file, &line)) {
        if (line.size == 0)
            continue;
        if (lines < DIRECTORY_HEAD_LINES) {
            append_line(out, line);
            lines++;
        } else if (begins_signature(line)) {
            bytes_append_text(out, begin == 0 ? "\n\n" : "\n");
            begin = out->size;
            bytes_append_view(out, line);
        } else if (begin != 0) {
            append_signature_rest(out, begin, line);
        } else {
            bytes_append_view(out, line);
        }
    }
    bytes_append_text(out, "\n");
}

/* Empty lines wait until something follows them. */
static void restore_lines(struct view file, struct bytes *out)
{
    struct view line;
    size_t empty = 0;

    while (next_line(&file, &line)) {
        for (; line.size > 0 && empty > 0; empty--)
            bytes_append_text(out, "\n");
        if (line.size > 0)
            append_line(out, line);
        else
            empty++;
    }
}

void mailed_file_restore(struct view file, struct bytes *out)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    struct view line = {0};
    bool more;

    if (file.size >= sizeof mark && memcmp(file.at, mark, sizeof mark) == 0)
        file = view_of(file.at + sizeof mark, file.size - sizeof mark);
    do
        more = next_line(&file, &line);
    while (more && line.size == 0);
    if (!more)
        return;
    append_line(out, line);
    if (text_is(line, REQUEST_FIRST_LINE) || text_is(line, MEMBERSHIP_FIRST_LINE))
        restore_armour(file, out);
    else if (text_is(line, DIRECTORY_FILE_FIRST_LINE))
        restore_directory(file, out);
    else
        restore_lines(file, out);
}
