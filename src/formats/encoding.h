#ifndef FORMATS_ENCODING_H
#define FORMATS_ENCODING_H
/* The bytes of a file that people give: what kind of file it is, and its text in UTF-8.
 *
 * Floor: formats. By iconv of the C library; no locale is used.
 */

#include "base/bytes.h"
#include "base/error.h"

enum encoding {
    ENCODING_UTF_8 = 1,
    ENCODING_UTF_16,
    ENCODING_CP1250, /* Polish, Czech, Romanian, … Windows */
    ENCODING_CP1251, /* Ukrainian, Bulgarian, … Windows */
    ENCODING_CP1254, /* Turkish Windows */
    ENCODING_END
};

#define ENCODINGS (ENCODING_END - 1)
/* "utf-8", "utf-16", …: number I + 1 of enum encoding. */
extern const char *const encoding_names[ENCODINGS];
bool encoding_find(struct view name, enum encoding *out);

/* E-IMP-04 when FILE is a spreadsheet or an archive, which no encoding makes a text; it says which. */
MUST_USE bool encoding_is_text(struct view file, struct error *err);

/* FILE as UTF-8, without a byte order mark. GIVEN is what the person said, 0 nothing: then a byte order mark says it,
 * and without one it is UTF-8, which is not checked here. *TEXT lies in FILE or in ROOM. E-IMP-02 when FILE contradicts
 * what was said, or is not of it. */
MUST_USE bool encoding_read(struct view file, enum encoding given, struct bytes *room, struct view *text,
                            struct error *err);

#endif
