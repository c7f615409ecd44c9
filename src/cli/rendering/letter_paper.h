#ifndef CLI_LETTER_PAPER_H
#define CLI_LETTER_PAPER_H
/* A letter to somebody outside the federation, to be printed: what is asked, what the consent for them covers, and what
 * whoever holds it is to know of it.
 *
 * Floor: cli. Pages: cli/rendering/paper.h.
 */

#include "cli/rendering/case_view.h"
#include "codec/control_messages.h"

void letter_paper_write(const struct control_letter *l, const struct case_view *view, struct bytes *out);

#endif
