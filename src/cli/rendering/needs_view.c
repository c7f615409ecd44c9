#include "cli/rendering/needs_view.h"

#include "codec/control_messages.h"
#include "model/case_fields.h"

static void begin_line(struct bytes *out, const char *title)
{
    bytes_printf(out, "%s%-20s", out->size > 0 && out->at[out->size - 1] != '\n' ? "\n" : "", title);
}

static void write_why(struct bytes *out, const struct control_referral_result *r, bool may_harm, const char *title)
{
    for (size_t i = 0; i < r->needed_count; i++) {
        const struct control_needed *n = &r->needed[i];

        if (n->lack != NEED_NOT_IN_CASE || n->may_harm != may_harm)
            continue;
        begin_line(out, title);
        bytes_printf(out, "%s: ", case_field_ref_name(n->field));
        bytes_append_view(out, n->why);
    }
}

static void write_names(struct bytes *out, const struct control_referral_result *r, enum need lack, const char *title)
{
    bool first = true;

    for (size_t i = 0; i < r->needed_count; i++) {
        if (r->needed[i].lack != lack)
            continue;
        if (first)
            begin_line(out, title);
        bytes_printf(out, "%s%s", first ? "" : ", ", case_field_ref_name(r->needed[i].field));
        first = false;
    }
}

void needs_view_write(struct bytes *out, const struct told_shown *shown)
{
    const struct control_referral_result *r = shown->answer;

    write_why(out, r, true, "ask, it may harm");
    write_why(out, r, false, "ask her");
    write_names(out, r, NEED_NOT_KNOWN, "not known");
    write_names(out, r, NEED_NOT_SENT, "needed, not sent");
}
