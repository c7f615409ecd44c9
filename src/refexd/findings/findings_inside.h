#ifndef REFEXD_FINDINGS_INSIDE_H
#define REFEXD_FINDINGS_INSIDE_H
/* For the files that make findings: what a finding may name, and the function of each row.
 *
 * Floor: refexd.
 */

#include "refexd/findings/findings.h"

/* What the sentence of a row may name; all borrowed for the call. */
struct finding_item {
    const struct address *agency;
    const struct ident *id;
    int64_t time_ms;
    int64_t since_ms; /* 0: not known */
    uint64_t count;
    const char *what;
    const char *then;
};

/* Adds a finding to the row that is being made; over BOUND_NAMED it is counted. */
void finding_add(struct finding_list *l, const struct finding_item *i);
/* As many more, which nobody lists. */
void finding_add_more(struct finding_list *l, uint64_t count);

#define FINDING_SPAN 32
/* "3 days", "2 hours", "14 minutes", of a positive or negative time. */
void finding_write_span(int64_t ms, char out[static FINDING_SPAN]);

/* Each adds the findings of its row, if there are any. */
#define FINDING_ROW(id, code, who, unsaid, function, sentence, clears)                                                 \
    void function(const struct finding_facts *f, struct finding_list *l);
#include "refexd/findings/findings.def"
#undef FINDING_ROW

#endif
