#include "cli/rendering/agency_view.h"

#include "cli/rendering/entry_view.h"
#include "cli/rendering/reach_view.h"
#include "cli/rendering/waiting_view.h"
#include "codec/control_messages.h"

static const char *state_word(const struct control_agency *a)
{
    if (a->self)
        return "this node";
    if (a->held_since_ms != 0)
        return "KEY CHANGED";
    if ((a->findings & 1U << FINDING_FORK) != 0)
        return "LOG FORKED";
    if (a->findings != 0)
        return "LOG NOT PROVEN";
    if (a->revoked)
        return a->reason != 0 ? revocation_reason_name(a->reason) : "revoked";
    if (a->left_ms != 0)
        return "leaves";
    if (a->paused_until_ms != 0)
        return "paused";
    return a->linked ? "linked" : "not linked";
}

static void write_state(struct bytes *out, const struct told_shown *s)
{
    bytes_append_text(out, state_word(s->answer));
}

/* --- list --- */

/* Of its two certificates: that of the node is known while a link stands. */
static int64_t ends_first(const struct control_agency *a)
{
    return a->transport_until_ms != 0 && a->transport_until_ms < a->certificate_until_ms ? a->transport_until_ms
                                                                                         : a->certificate_until_ms;
}

static void write_certificate(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;
    char until[RENDER_TIME];

    render_time(ends_first(a), until);
    bytes_printf(out, "%s%s", until, a->transport_until_ms == 0 ? " (identity)" : "");
}

static void write_endpoint(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    if (a->unlisted)
        bytes_append_text(out, a->out_of_reach ? "(out of reach)" : a->dials_only ? "(dials only)" : "(unlisted)");
    else
        bytes_append_view(out, a->endpoint);
}

static void write_open(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    entry_view_open(out, a->hours_known, a->open, a->opens_ms);
}

static void write_services(struct bytes *out, const struct told_shown *s)
{
    entry_view_services(out, ((const struct control_agency *)s->answer)->services);
}

static void write_desks(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    for (size_t i = 0; i < a->desk_count; i++) {
        bytes_append_text(out, i > 0 ? "," : "");
        bytes_append_view(out, a->desks[i].name);
    }
}

static const struct told_line agency_columns[] = {
    {"AGENCY", .text = "{agency}"},
    {"KIND", .text = "{kind}"},
    {"STATE", .write = write_state, "self linked revoked reason findings paused_until left"},
    {"ENDPOINT", .write = write_endpoint, "unlisted dials_only out_of_reach endpoint"},
    {"WAITING", .text = "{waiting}"},
    {"LAST RECEIPT", .text = "{last_receipt}"},
    {"CERTIFICATE UNTIL", .write = write_certificate, "certificate_until transport_until"},
    {"PHONE", .text = "{phone}"},
    {"OPEN", .write = write_open, "hours_known open_now opens"},
    {"OFFERS", .write = write_services, "services"},
    {"DESKS", .write = write_desks, "desks"},
    {0}};

const struct told_form agency_view_listed = {
    .answer = &control_agency_contract,
    .lines = agency_columns,
    .json_only = "night_phone pause_reason tls_group" /* refex entry show, agency show */};

/* --- show --- */

static void write_fingerprint(struct bytes *out, const struct told_shown *s)
{
    static const struct hash none;
    const struct control_agency *a = s->answer;
    char text[FINGERPRINT_TEXT];

    fingerprint_write(&a->fingerprint, text);
    bytes_append_text(out, hash_equal(&a->fingerprint, &none) ? "none that is to be believed" : text);
}

/* Of a key that is held. */
static void write_change(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;
    char known[FINGERPRINT_TEXT];
    char since[RENDER_TIME];

    fingerprint_write(&a->known_key, known);
    render_time(a->held_since_ms, since);
    if (a->held_since_ms != 0)
        bytes_printf(out, "%s\nchanged      seen here %s; nobody has compared the new one yet", known, since);
}

static void write_findings(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    for (int f = FINDING_FORK; f < FINDING_END; f++)
        if ((a->findings & 1U << f) != 0)
            bytes_printf(out, "%sfound        %s: see `refex status`", out->size > 0 ? "\n" : "",
                         finding_name((enum finding)f));
}

static void write_clock(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    if (a->clock_ahead_s != 0 || a->clock_behind_s != 0)
        bytes_printf(out, "%llu minutes %s this machine's: one of the two is wrong",
                     (unsigned long long)((a->clock_ahead_s + a->clock_behind_s) / 60),
                     a->clock_ahead_s != 0 ? "ahead of" : "behind");
}

static void write_pause(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    reach_view_pause(out, a->paused_until_ms, a->pause_reason);
}

static void write_hold(struct bytes *out, const struct told_shown *s)
{
    const struct control_agency *a = s->answer;

    if (a->hold != HOLD_NONE)
        waiting_view_hold(out, "lifted by    ", "next try     ",
                          &(struct waiting){a->hold, a->hold_until_ms, a->next_try_ms});
}

static const struct told_line agency_lines[] = {
    {"", .text = "{agency}, {kind}, ", write_state, "self linked revoked reason findings left"},
    {"fingerprint  ", .write = write_fingerprint, "fingerprint"},
    {"before       ", .write = write_change, "known_fingerprint"},
    {"", .write = write_findings, "findings"},
    {"link         ", .text = "TLS 1.3 with {tls_group}", .when = "tls_group"},
    {"left         ", .text = "at {left}, by its own word: nothing new can be referred to it", .when = "left"},
    {"paused       ", .write = write_pause, "paused_until pause_reason"},
    {"phone        ", .text = "{phone}", .when = "phone"},
    {"at night     ", .text = "{night_phone}", .when = "night_phone"},
    {"open         ", .write = write_open, "hours_known open_now opens"},
    {"offers       ", .write = write_services, "services"},
    {"its clock    ", .write = write_clock, "clock_ahead_s clock_behind_s"},
    {"waits        ", .write = write_hold, "waits"},
    {0}};

const struct told_form agency_view_shown = {.answer = &control_agency_contract,
                                            .lines = agency_lines,
                                            .json_only = "identity_key" /* people compare its fingerprint */};
