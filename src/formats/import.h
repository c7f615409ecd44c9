#ifndef FORMATS_IMPORT_H
#define FORMATS_IMPORT_H
/* Cases from files: HTCDS as JSON or as CSV. All of a file or nothing of it.
 *
 * Floor: formats. The file is read twice: the first time everything is checked and every finding is reported; only if
 * none of them is a refusal are the cases passed on, the second time. Sentences name rows, fields and codes, never what
 * a person's field holds.
 *
 *   JSON   one object or an array of objects; keys are field names; lists are arrays; true and false for yes and no.
 *          What repeats stands flat for one record ("hte_City": …) or as an array of objects under its group
 *          ("ext_Events": [{…}]).
 *   CSV    RFC 4180; a header row of field names or labels, under it perhaps a row of labels; columns separated by
 *          commas, semicolons or tabs, as the header has them or a first line "sep=;" says; lines end in CR LF, LF or
 *          CR; lists separated by ';'.
 *
 * Of a change nothing is filled in, and a group that stands in it takes the place of all its records.
 *
 * Encodings: formats/encoding.h; spellings of values: formats/written_value.h. Texts are converted to NFC; the triage
 * section is filled in from the others where the file does not (case_derive_triage).
 */

#include "formats/encoding.h"
#include "formats/written_value.h"
#include "model/case.h"

enum import_format { IMPORT_HTCDS_JSON = 1, IMPORT_HTCDS_CSV };

struct import_options {
    enum import_format format; /* 0: by the first character that is not white space; '[' and '{' are JSON */
    enum encoding encoding;    /* 0: not said */
    enum date_order dates;     /* 0: not said */
    uint32_t today;            /* unix day from which ages are counted, and behind which nobody is born */
    bool is_change;            /* the file says what is to change of a case: null is no longer known */
};

struct import_finding {
    uint32_t row;      /* CSV: as a spreadsheet counts, the header is 1; JSON: the object, from 1; 0: the file */
    const char *field; /* the name as the file has it, if it is one of ours; "" if the finding is about a row */
    bool refused;      /* else: accepted with a note */
    const char *sentence;
};

struct import_sink {
    void *cookie;
    void (*on_finding)(void *cookie, const struct import_finding *f);
    /* C lives until the call returns. False (with *ERR) ends the import. */
    bool (*on_case)(void *cookie, uint32_t row, const struct case_data *c, struct error *err);
    /* Of a change, before its case is given: null stands in F, or all records of G are as the file says, none of them
     * too (F is NULL). */
    void (*on_replaced)(void *cookie, const struct case_field *f, enum case_group g);
};

/* "htcds-json", "htcds-csv" */
bool import_format_find(struct view name, enum import_format *out);
/* E_IMP_01 when a row is refused (each was reported), E_IMP_02 when the file is not of the format or the encoding at
 * all, E_IMP_03 when it has too many rows, E_IMP_04 when it is a spreadsheet, E_IMP_07 when it holds no case. *CASES is
 * how many were passed on. */
MUST_USE bool import_cases(struct view file, const struct import_options *options, const struct import_sink *sink,
                           size_t *cases, struct error *err);

/* Appends TEXT in NFC with line ends as \n; E_TXT_01 if it is not UTF-8. For texts that people type. */
MUST_USE bool import_normalise(struct view text, struct bytes *out, struct error *err);

#endif
