#include "exchange/traffic/meter_paces.h"

#include "base/log.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/meter_inside.h"

static const struct {
    const char *name;
    unsigned an_hour;
} lines[LINE_COUNT] = {
    [LINE_LINK] = {"link", 8},
    [LINE_ENVELOPE_REFUSED] = {"envelope.refused", 1},
    [LINE_MESSAGE_REFUSED] = {"message.refused_here", 1},
    [LINE_BUSY] = {"busy", 1},
    [LINE_NO_ROOM] = {"message.no_room", 1},
    [LINE_REFUSED_THERE] = {"message.refused", 1},
    [LINE_CLOCK] = {"clock.differs", 1},
    [LINE_WAITS] = {"message.waits", 1},
    [LINE_SUSPENSION] = {"suspension.refused", 4}, /* an officer's and some members' */
};

/* At once as often as BURST; then once in EACH_MS. */
static const struct {
    unsigned burst;
    int64_t each_ms;
} paces[PACE_COUNT] = {
    [PACE_LINK] = {4, 10000},
    [PACE_BUNDLE] = {1, 10000},
    [PACE_MISSING] = {1, 10000},
    [PACE_DIRECTORY] = {4, 10000},
    [PACE_ENTRIES] = {4, 60000},
    [PACE_RENEWAL] = {4, 600000},
    [PACE_SHARE] = {1, 10000},
    [PACE_DIAL_BACK] = {1, 60000},
    [PACE_SUCCESSIONS] = {2 * BOUND_SUCCESSIONS_A_SECOND, 1000 / BOUND_SUCCESSIONS_A_SECOND}, /* as they are sent */
};

int64_t meter_hour(const struct exchange *x)
{
    return tick_record_ms(x) / HOUR_MS;
}

/* --- what may be done again --- */

bool meter_pace(struct exchange *x, struct usage *u, enum meter_pace pace, int64_t *when_ms)
{
    int64_t now = tick_steady_ms(x);
    int64_t passed = (now - u->paces[pace].since_ms) / paces[pace].each_ms;

    if (passed >= u->paces[pace].used) {
        u->paces[pace].used = 0;
        u->paces[pace].since_ms = now;
    } else {
        u->paces[pace].used -= (unsigned)passed;
        u->paces[pace].since_ms += passed * paces[pace].each_ms;
    }
    if (u->paces[pace].used >= paces[pace].burst) {
        *when_ms = u->paces[pace].since_ms + paces[pace].each_ms;
        return false;
    }
    u->paces[pace].used++;
    return true;
}

/* --- log lines --- */

static void log_left_out(const struct usage *u, enum meter_line line)
{
    if (u->lines[line].count > lines[line].an_hour)
        log_line(LOG_WARNING, "event=lines.left_out peer=%s what=%s count=%llu", u->agency.text, lines[line].name,
                 (unsigned long long)u->lines[line].count - lines[line].an_hour);
}

bool meter_line(struct exchange *x, struct usage *u, enum meter_line line)
{
    int64_t hour = meter_hour(x);

    if (u->lines[line].hour != hour) {
        log_left_out(u, line);
        u->lines[line].count = 0;
        u->lines[line].hour = hour;
    }
    if (u->lines[line].count++ >= lines[line].an_hour)
        return false;
    meter_add(x, u, RESOURCE_LINES, 1);
    return !meter_has_used(x, u, RESOURCE_LINES);
}

void meter_close_hour(struct exchange *x)
{
    int64_t hour = meter_hour(x);

    if (x->meter->hour == hour)
        return;
    x->meter->hour = hour;
    for (struct usage *u = x->meter->first; u != NULL; u = u->next)
        for (enum meter_line line = 0; line < LINE_COUNT; line++)
            if (u->lines[line].hour != hour) {
                log_left_out(u, line);
                u->lines[line].count = 0;
            }
}

/* --- for other parts --- */

uint32_t meter_hung_up(const struct usage *u)
{
    return u->hung_up;
}

void meter_set_hung_up(struct usage *u, uint32_t links)
{
    u->hung_up = links;
}

int64_t meter_released_up_to(const struct usage *u)
{
    return u->released_up_to;
}

void meter_set_released_up_to(struct usage *u, int64_t up_to)
{
    u->released_up_to = up_to;
}
