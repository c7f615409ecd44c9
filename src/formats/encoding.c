#include "formats/encoding.h"

#include "base/bounds.h"
#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

const char *const encoding_names[ENCODINGS] = {"utf-8", "utf-16", "cp1250", "cp1251", "cp1254"};

bool encoding_find(struct view name, enum encoding *out)
{
    for (size_t i = 0; i < ENCODINGS; i++)
        if (text_is(name, encoding_names[i])) {
            *out = (enum encoding)(i + 1);
            return true;
        }
    return false;
}

static bool begins_with(struct view file, const char *bytes, size_t size)
{
    return file.size >= size && memcmp(file.at, bytes, size) == 0;
}

/* --- files that are no text --- */

static bool holds(struct view file, const char *text)
{
    return memmem(file.at, file.size, text, strlen(text)) != NULL;
}

bool encoding_is_text(struct view file, struct error *err)
{
    /* The names of parts stand in a ZIP archive as they are, the type of an OpenDocument file, too. */
    static const char *const parts[][2] = {
        {"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"},
        {"xl/workbook.xml", "an Excel spreadsheet (.xlsx: it holds xl/workbook.xml)"},
        {"xl/workbook.bin", "an Excel spreadsheet (.xlsb: it holds xl/workbook.bin)"},
    };

    if (begins_with(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return error_set(err, E_IMP_04, "the file is an old Excel spreadsheet (.xls), or another Office file");
    if (!begins_with(file, "PK\x03\x04", 4))
        return true;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (holds(file, parts[i][0]))
            return error_set(err, E_IMP_04, "the file is %s", parts[i][1]);
    return error_set(err, E_IMP_04, "the file is a ZIP archive");
}

/* --- encodings --- */

#define UTF8_MARK     "\xEF\xBB\xBF"
#define UTF16_LE_MARK "\xFF\xFE"
#define UTF16_BE_MARK "\xFE\xFF"

static struct view skip(struct view v, size_t size)
{
    return view_of(v.at + size, v.size - size);
}

/* Appends V, which is encoded as iconv calls FROM. */
static bool convert(struct view v, const char *from, struct bytes *out, struct error *err)
{
    iconv_t c = iconv_open("UTF-8", from);
    char *in = (char *)(uintptr_t)v.at; /* iconv takes no const, and changes nothing */
    size_t left = v.size;
    bool ok = true;

    if (c == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): so iconv says it */
        return error_set(err, E_IMP_02, "the C library of this machine cannot read %s: save the file as UTF-8", from);
    while (ok && left > 0) {
        size_t room = left * 4 + 16;
        char *to = (char *)bytes_reserve(out, room);
        size_t unused = room;
        size_t done = iconv(c, &in, &left, &to, &unused);

        out->size += room - unused;
        if (out->size > BOUND_IMPORT)
            ok = error_set(err, E_FIL_04, "the text is longer than %d bytes in UTF-8", BOUND_IMPORT);
        else if (done == (size_t)-1 && errno != E2BIG)
            ok = error_set(err, E_IMP_02, "the file is not %s: byte %zu is none of its characters", from,
                           v.size - left + 1);
    }
    (void)iconv_close(c);
    return ok;
}

static bool read_utf_16(struct view file, struct bytes *room, struct error *err)
{
    bool marked = begins_with(file, UTF16_LE_MARK, 2) || begins_with(file, UTF16_BE_MARK, 2);
    /* Without a mark: the first character of a table's heading, or a bracket, is ASCII. */
    bool little = marked ? file.at[0] == 0xFF : file.size >= 2 && file.at[1] == 0;

    if (!marked && !little && !(file.size >= 2 && file.at[0] == 0))
        return error_set(err, E_IMP_02, "the file is not UTF-16");
    return convert(marked ? skip(file, 2) : file, little ? "UTF-16LE" : "UTF-16BE", room, err);
}

/* What a code page says of bytes is never wrong by itself: each is some letter. So a text that is UTF-8 already is not
 * read by one; the chance that another is valid UTF-8 is nil. */
static bool read_code_page(struct view file, enum encoding given, struct bytes *room, struct error *err)
{
    static const char *const names[] = {
        [ENCODING_CP1250] = "CP1250", [ENCODING_CP1251] = "CP1251", [ENCODING_CP1254] = "CP1254"};

    REQUIRE(given >= ENCODING_CP1250 && given <= ENCODINGS);
    if (!text_is_ascii(file) && text_is_utf8(file))
        return error_set(err, E_IMP_02, "the file is UTF-8, not %s: leave out --encoding", encoding_names[given - 1]);
    return convert(file, names[given], room, err);
}

bool encoding_read(struct view file, enum encoding given, struct bytes *room, struct view *text, struct error *err)
{
    bool utf_16 = begins_with(file, UTF16_LE_MARK, 2) || begins_with(file, UTF16_BE_MARK, 2);
    bool utf_8 = begins_with(file, UTF8_MARK, 3);

    if (given != 0 && ((utf_16 && given != ENCODING_UTF_16) || (utf_8 && given != ENCODING_UTF_8)))
        return error_set(err, E_IMP_02, "the file begins with the mark of %s, not of %s: leave out --encoding",
                         utf_16 ? "UTF-16" : "UTF-8", encoding_names[given - 1]);
    if (given >= ENCODING_CP1250 || given == ENCODING_UTF_16 || utf_16) {
        bool ok = given >= ENCODING_CP1250 ? read_code_page(file, given, room, err) : read_utf_16(file, room, err);

        if (ok)
            *text = room->size > 0 ? bytes_view(room) : view_of_text("");
        return ok;
    }
    *text = utf_8 ? skip(file, 3) : file;
    if (text->size > 0 && memchr(text->at, 0, text->size < 512 ? text->size : 512) != NULL)
        return error_set(err, E_IMP_02,
                         "the file holds zero bytes: it is no text, or UTF-16 without its mark "
                         "(--encoding utf-16)");
    return true;
}
