#ifndef CLI_REPORT_LINKS_H
#define CLI_REPORT_LINKS_H
/* How a node stands with the other agencies, for a report that leaves the agency: which they are nobody is told, nor
 * by their order, nor how many are unlisted.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "codec/control_messages.h"

struct report_links {
    struct bytes *lines;
    size_t count;
    size_t room;
    bool some_unlisted;
};

void report_links_fini(struct report_links *l);
/* One of the list of agencies; this one itself is left out. */
void report_links_note(struct report_links *l, const struct control_agency *a);
/* Appends a line each, in the order of what they say. */
void report_links_write(struct report_links *l, struct bytes *out);

#endif
