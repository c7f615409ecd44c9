#include "codec/control_inside.h"

#define OF control_case_piece
static const struct table_field case_piece_fields[] = {
    FIELD(1, TABLE_U32, case_number, 0, BOUND_IMPORT_ROWS - 1),
    FIELD(2, TABLE_U32, section, 1, SECTION_END - 1),
    FIELD(3, TABLE_BYTES, data, 1, BOUND_SECTION),
};
MESSAGE(case_piece, "CasePiece");
#undef OF

#define OF control_case_likeness
static const struct table_field case_likeness_fields[] = {
    FIELD(1, TABLE_U32, case_number, 0, BOUND_IMPORT_ROWS - 1),
    FIELD(2, TABLE_U32, likeness, LIKENESS_PERSON, LIKENESS_PHONE),
    FIELD(3, TABLE_BYTES, key, 1, BOUND_LIKENESS),
};
MESSAGE(case_likeness, "CaseLikeness");
#undef OF

#define OF control_case_part
static const struct table_field case_part_fields[] = {
    LIST(1, TABLE_MESSAGES, pieces, piece_count, BOUND_PIECES, &control_case_piece_table),
    LIST(2, TABLE_MESSAGES, likenesses, likeness_count, BOUND_PIECES, &control_case_likeness_table),
};
MESSAGE(case_part, "CasePart");
#undef OF

#define OF control_case_commit
static const struct table_field case_commit_fields[] = {
    FIELD(1, TABLE_U32, count, 1, BOUND_IMPORT_ROWS),
    FIELD(2, TABLE_BOOL, again, 0, 0),
    FIELD(3, TABLE_TEXT, request_id, 0, BOUND_REQUEST_ID),
    FIELD(4, TABLE_U64, text_size, 0, 0),
};
MESSAGE(case_commit, "CaseCommit");
#undef OF

#define OF control_case_added
static const struct table_field case_added_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 0, 0),
    FIELD(2, TABLE_U32, case_number, 0, BOUND_IMPORT_ROWS - 1),
    FIELD(3, TABLE_U32, likeness, 0, LIKENESS_END - 1),
    FIELD(4, TABLE_U32, same_as, 0, BOUND_IMPORT_ROWS - 1),
};
MESSAGE(case_added, "CaseAdded");
#undef OF

#define OF control_case_summary
static const struct table_field case_summary_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
    FIELD(2, TABLE_TIME, opened_ms, 0, 0),
    FIELD(3, TABLE_SET, sections, 0, SECTION_END - 1),
};
MESSAGE(case_summary, "CaseSummary");
#undef OF

#define OF control_case_show_ask
static const struct table_field case_show_ask_fields[] = {
    FIELD(1, TABLE_IDENT, case_id, 1, 0),
};
MESSAGE(case_show_ask, "CaseShowAsk");
#undef OF

#define OF control_case_section
static const struct table_field case_section_fields[] = {
    FIELD(1, TABLE_U32, section, 1, SECTION_END - 1),
    FIELD(2, TABLE_BYTES, data, 1, BOUND_SECTION),
};
MESSAGE(case_section, "CaseSection");
#undef OF
