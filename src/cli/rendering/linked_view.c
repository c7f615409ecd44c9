#include "cli/rendering/linked_view.h"

#include "model/spoken_id.h"

void linked_view_write(struct bytes *out, const struct control_case_linked *linked, size_t count)
{
    size_t written = 0;
    size_t others = 0;

    for (size_t i = 0; i < count; i++) {
        char label[BOUND_SPOKEN_ID];

        if (linked[i].held_by_others) {
            others++;
            continue;
        }
        case_label_write(&linked[i].case_id, label);
        bytes_printf(out, "%s%s %s", written++ > 0 ? ", " : "", case_relation_name(linked[i].relation), label);
    }
    if (others > 0)
        bytes_printf(out, "%s%zu held by others", written > 0 ? ", and " : "", others);
}
