#include "cli/verbs/cmd.h"

#include "demo/demo.h"

static bool run_demo(struct command *c, int *status, struct error *err)
{
    const struct demo_options options = {
        .keep_path = options_value(&c->options, "keep"), .json = c->json, .slow = options_flag(&c->options, "slow")};
    bool all_held = true;
    bool ok = demo_play(&options, &all_held, err);

    *status = all_held ? 0 : 1;
    return ok;
}

const struct verb cmd_demo = {
    .usage = "[--keep DIR] [--slow]",
    .summary = "Five invented agencies on this machine play one case through, in a few seconds, and end by themselves.",
    .help = "Everything is real but the people: nodes, keys, certificates, sealed messages, audit logs. Nothing leaves "
            "127.0.0.1, and\n"
            "nothing is left running. 0: all that was shown held. 1: something did not, and it is named.\n\n"
            "Examples\n"
            "  refex demo\n"
            "  refex demo --slow               told in two minutes\n"
            "  refex demo --keep /tmp/five     leaves the agencies' folders to look at",
    .syntax.own = {OPTION_VALUE("keep", "DIR", "leave the agencies' folders in DIR, which is new or empty"),
                   OPTION_FLAG("slow", "with pauses for reading, about two minutes")},
    .run = run_demo,
};
