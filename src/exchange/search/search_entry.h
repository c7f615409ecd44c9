#ifndef EXCHANGE_SEARCH_ENTRY_H
#define EXCHANGE_SEARCH_ENTRY_H
/* What one case is found by, its entry, and whether it answers a question.
 *
 * Floor: exchange. An entry is the folded words of the fields of search_fields.def, each u8 enum found_by ‖ u8 size ‖
 * bytes: personal data, of a case as of a question. Their buffers are wiped.
 */

#include "codec/folding.h"
#include "exchange/exchange.h"
#include "model/case.h"
#include "model/control_enums.h"

#define SEARCH_ENTRY_MAX 1024 /* bytes: thirty words of the longest; of a case with more, the first ones */

/* Appends the entry of C. */
void search_entry_write(const struct case_data *c, struct bytes *out);
/* The sections that it reads. */
section_set search_entry_sections(void);

struct search_question {
    struct question_word {
        uint8_t text[FOLDED_WORD_MAX];
        size_t size;
        bool is_number; /* digits alone: the last ones of a phone, or the first of a reference */
    } words[BOUND_SEARCH_WORDS];
    size_t count;
};

/* Reads what was typed. E-SEA-01: no word of two letters or three digits, or too many. */
MUST_USE bool search_question_read(struct view typed, struct search_question *out, struct error *err);

/* Whether each word of Q begins one of ENTRY, or is the end of a phone number. *BY: bit n, by enum found_by n; *WHOLE:
 * how many are a word as a whole. */
bool search_entry_answers(struct view entry, const struct search_question *q, uint32_t *by, unsigned *whole);

#endif
