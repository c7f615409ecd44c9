#include "cli/report_links.h"

#include <stdlib.h>

#include "model/hold.h"

void report_links_fini(struct report_links *l)
{
    for (size_t i = 0; i < l->count; i++)
        bytes_fini(&l->lines[i]);
    free(l->lines);
    *l = (struct report_links){0};
}

void report_links_note(struct report_links *l, const struct control_agency *a)
{
    struct bytes *line;

    l->some_unlisted = l->some_unlisted || (a->unlisted && !a->self);
    if (a->self || a->unlisted)
        return;
    if (l->count == l->room) {
        l->room = l->room == 0 ? 64 : 2 * l->room;
        l->lines = xrealloc(l->lines, l->room * sizeof *l->lines);
    }
    line = &l->lines[l->count++];
    *line = (struct bytes){0};
    bytes_printf(line, "%s%s%s", a->linked ? "linked" : "not linked", a->revoked ? ", revoked" : "",
                 a->waiting != 0 ? ", messages wait" : "");
    if (a->hold != HOLD_NONE)
        bytes_printf(line, ", %s", hold_name((enum hold)a->hold));
}

static int compare_lines(const void *a, const void *b)
{
    return view_compare(bytes_view(a), bytes_view(b));
}

/* That of the directory would say which they are. */
void report_links_write(struct report_links *l, struct bytes *out)
{
    if (l->count > 0)
        qsort(l->lines, l->count, sizeof *l->lines, compare_lines);
    for (size_t i = 0; i < l->count; i++) {
        bytes_printf(out, "agency %zu ", i + 1);
        bytes_append_view(out, bytes_view(&l->lines[i]));
        bytes_append_u8(out, '\n');
    }
    if (l->some_unlisted)
        bytes_append_text(out, "some agencies that are unlisted, of which nothing is said\n");
}
