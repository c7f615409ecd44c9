#include "cli/verbs/cmd.h"

#include "cli/calls.h"
#include "cli/values.h"
#include "output/told_form.h"

static const char *reason_word(uint32_t number)
{
    return pause_reason_name((enum pause_reason)number);
}

static const char *reason_meaning(uint32_t number)
{
    return pause_reason_says((enum pause_reason)number);
}

static const struct told_line lines[] = {
    {"Paused until ", .text = "{paused_until} ({reason}).", .when = "paused_until"},
    {"", .text = "The node is not paused.", .when = "!paused_until"},
    {"Sent to ", .text = "{told} agencies. It ends by itself; the node runs on until it is stopped: refex node stop.",
     .when = "paused_until"},
    {"Sent to ", .text = "{told} agencies.", .when = "!paused_until"},
    {0}};

static const struct told_form form = {.answer = &control_pause_contract, .lines = lines};

static bool read_ask(const struct command *c, struct control_pause_ask *ask, struct error *err)
{
    const char *word = options_value(&c->options, "reason");
    uint32_t reason = 0;

    ask->end = options_flag(&c->options, "end");
    if (ask->end && (word != NULL || options_value(&c->options, "until") != NULL))
        return error_set(err, E_USE_03, "--end stands alone");
    if (ask->end)
        return true;
    if (!options_required_value(&c->options, "until", &word, err) ||
        !values_until(&c->options, "until", &ask->until_ms, err) ||
        !options_required_value(&c->options, "reason", &word, err) ||
        !values_find_number("reason", word, reason_word, PAUSE_REASON_END, &reason, err))
        return false;
    ask->reason = (enum pause_reason)reason;
    return true;
}

static bool run_pause(struct command *c, int *status, struct error *err)
{
    struct control_pause_ask ask = {.until_ms = 0};

    (void)status;
    return read_ask(c, &ask, err) && connection_open(c, REFEX_NODE, err) &&
           call_pause_as_lines(c, &ask, &form, NULL, err);
}

const struct verb cmd_pause = {
    .usage = "--home DIR (--until TIME --reason CODE | --end)",
    .summary = "Tell the other agencies that this node will be off for planned work, until when, and why.",
    .help = "They read it with this agency wherever they would send to it; what they send waits, and nothing is lost.\n"
            "It ends by itself at that time, at most 14 days ahead, or with --end. It stops nothing here.\n"
            "An agency that is unlisted tells only those that it has had to do with, unless its entry is for all.",
    .syntax.own = {OPTION_VALUE("until", "TIME", "until when; of a day, to its end (UTC)"),
                   OPTION_VALUE("reason", "CODE", "why, of the machine alone"),
                   OPTION_FLAG("end", "it is not paused any more")},
    .terms = {{"--reason takes", reason_word, reason_meaning, PAUSE_REASON_END}},
    .forms = {&form},
    .run = run_pause,
};
