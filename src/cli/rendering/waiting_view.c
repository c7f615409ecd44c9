#include "cli/rendering/waiting_view.h"

void waiting_view_arrival(struct bytes *out, enum arrival arrival, int64_t said_ms)
{
    char said[RENDER_TIME];

    if (arrival == ARRIVAL_SETTLED)
        return;
    bytes_printf(out, "%s", arrival_says(arrival));
    if (said_ms == 0)
        return;
    render_time(said_ms, said);
    bytes_printf(out, " (%s)", said);
}

void waiting_view_hold(struct bytes *out, const char *lifted, const char *next, const struct waiting *w)
{
    char at[RENDER_TIME];

    bytes_append_text(out, hold_sentence(w->hold));
    render_time(w->until_ms, at);
    if (w->until_ms != 0)
        bytes_printf(out, "; until %s at the latest", at);
    bytes_printf(out, "\n%s%s", lifted, hold_lifted_by(w->hold));
    render_time(w->next_try_ms, at);
    if (w->next_try_ms != 0)
        bytes_printf(out, "\n%s%s", next, at);
}
