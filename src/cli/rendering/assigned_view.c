#include "cli/rendering/assigned_view.h"

#include "cli/rendering/holder_view.h"
#include "codec/control_messages.h"

static void write_holder(struct bytes *out, const struct told_shown *s)
{
    const struct control_assigned *a = s->answer;

    holder_view_write(out, &a->holder, a->account);
    if (a->desk.size != 0) {
        bytes_append_text(out, ", desk ");
        bytes_append_view(out, a->desk);
    }
    bytes_append_text(out, ".");
}

static const struct told_line lines[] = {{"", "{object}: held by ", write_holder, .says = "holder holder_account desk"},
                                         {0}};

const struct told_form assigned_view = {.answer = &control_assigned_contract, .lines = lines};
