#include "cli/rendering/reach_view.h"

#include "base/text.h"
#include "codec/control_messages.h"

void reach_view_phone(struct bytes *out, const struct control_reach *r)
{
    if (r->phone.size == 0)
        return;
    bytes_append_view(out, r->phone);
    if (r->at_night)
        bytes_append_text(out, " (its night phone)");
}

void reach_view_others(struct bytes *out, const char *before, const struct control_reach *others, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes_printf(out, "%s%s", i > 0 ? before : "", others[i].agency.text);
        if (others[i].phone.size != 0)
            bytes_append_text(out, ", ");
        reach_view_phone(out, &others[i]);
        if (others[i].open)
            bytes_append_text(out, ", open now");
    }
}

void reach_view_pause(struct bytes *out, int64_t until_ms, enum pause_reason reason)
{
    char until[TEXT_MINUTE];

    text_write_minute(until_ms, until);
    if (until_ms != 0)
        bytes_printf(out, "until %s, it said: %s. What is sent to it waits until then; nothing is lost", until,
                     pause_reason_says(reason));
}

void reach_view_hours(struct bytes *out, const struct control_reach *r)
{
    char at[TEXT_MINUTE];

    if (r->paused_until_ms != 0) {
        bytes_append_text(out, "its node is paused ");
        reach_view_pause(out, r->paused_until_ms, r->pause_reason);
        bytes_append_text(out, r->open || r->opens_ms != 0 ? "\n                    " : "");
    }
    text_write_minute(r->opens_ms, at);
    if (r->open)
        bytes_append_text(out, "people are there now, by its hours");
    else if (r->opens_ms != 0)
        bytes_printf(out, "nobody is there now, by its hours; people are from %s", at);
}
