#ifndef DEMO_ANSWER_H
#define DEMO_ANSWER_H
/* What a verb of refex answered, read as JSON lines.
 *
 * Floor: demo.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "formats/json_read.h"

struct demo_answer {
    int status;       /* exit status */
    struct bytes out; /* standard output, standard error */
    struct bytes err;
};

/* Line I of the standard output, of the standard error; NULL when there is none or it is no JSON. The caller frees. */
struct json_read *demo_answer_line(const struct demo_answer *a, size_t i);
struct json_read *demo_answer_error(const struct demo_answer *a);
/* The text at PATH of the first line, into OUT of SIZE bytes; E_DEM_02 when it is not there. */
MUST_USE bool demo_answer_text(const struct demo_answer *a, const char *path, char *out, size_t size,
                               struct error *err);
void demo_answer_fini(struct demo_answer *a);

#endif
