#include "cli/rendering/assigned_view.h"

#include "cli/rendering/holder_view.h"
#include "codec/control_messages.h"
#include "model/spoken_id.h"

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

static void write_case(struct bytes *out, const struct told_shown *s)
{
    const struct control_assigned *a = s->answer;
    char label[BOUND_SPOKEN_ID];

    case_label_write(&a->object, label);
    bytes_printf(out, "%s: held by ", label);
    write_holder(out, s);
}

static void write_referral(struct bytes *out, const struct told_shown *s)
{
    const struct control_assigned *a = s->answer;
    char code_name[BOUND_SPOKEN_ID];

    code_name_write(&a->object, code_name);
    bytes_printf(out, "%s: held by ", code_name);
    write_holder(out, s);
}

static const struct told_line case_lines[] = {{"", .write = write_case, .says = "object holder holder_account desk"},
                                              {0}};
static const struct told_line referral_lines[] = {
    {"", .write = write_referral, .says = "object holder holder_account desk"}, {0}};

const struct told_form assigned_case_view = {.answer = &control_assigned_contract, .lines = case_lines};
const struct told_form assigned_referral_view = {.answer = &control_assigned_contract, .lines = referral_lines};
