#ifndef MODEL_CASE_CHANGE_H
#define MODEL_CASE_CHANGE_H
/* What somebody says is to change of a case, and the case as it is then.
 *
 * Floor: model.
 */

#include "model/case.h"

struct case_change {
    const struct case_data *set; /* fields as they are to be; of a group all its records */
    const struct case_field *const *cleared;
    size_t cleared_count; /* fields that are not known any more */
    uint32_t groups;      /* bit g: of group g there are the records of SET, and no others */
    bool is_confirmed;    /* she said it herself, seen alone: also of what is so already */
};

/* Appends to OUT, which is empty (case_init), WAS with the change. What triage says that followed from what was there
 * follows from what is there now, as of TODAY (unix day), unless the change says it. A section of how she is reached or
 * where she is, of which a confirmed change says something, says that it is confirmed. E_CAS_03. */
MUST_USE bool case_change_apply(const struct case_data *was, const struct case_change *change, uint32_t today,
                                struct case_data *out, struct error *err);

#endif
