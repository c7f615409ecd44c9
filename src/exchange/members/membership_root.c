#include "exchange/members/membership_root.h"

#include "exchange/members/membership_inside.h"
#include "exchange/members/roots.h"

void membership_forget_root(struct membership *m)
{
    if (m->anchors != m->first)
        anchors_free(m->anchors);
    m->anchors = NULL;
    bytes_clear(&m->later_root);
}

void membership_choose_root(struct membership *m, const struct directory *d)
{
    struct roots_line line;
    struct anchors *later;
    struct error why;

    roots_line(&m->federation, bytes_view(&m->root), d, &line);
    if (m->anchors != NULL &&
        view_equal(bytes_view(&m->later_root), line.count > 1 ? line.at[line.count - 1] : view_of(NULL, 0)))
        return;
    membership_forget_root(m);
    m->anchors = m->first;
    if (line.count == 1)
        return;
    REQUIRE(anchors_new_line(&m->federation, line.at, line.count, &later, &why)); /* roots_line has made it once */
    m->anchors = later;
    bytes_append_view(&m->later_root, line.at[line.count - 1]);
}
