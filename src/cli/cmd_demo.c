#include "cli/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/demo_folder.h"
#include "cli/demo_run.h"
#include "formats/json_line.h"

typedef bool scene_fn(struct demo *d, struct error *err);

static scene_fn *const scenes[] = {
    demo_found,   demo_taken_in, demo_agrees,     demo_mission, demo_status,
    demo_tracing, demo_police,   demo_withdrawal, demo_matrix,  demo_logs,
};

static const struct demo_agency cast[DEMO_AGENCIES] = {
    [LANTERN] = {.name = "lantern", .title = "Lantern", .kind = "SupportNGO", .what = "a support NGO"},
    [BRIDGE] = {.name = "bridge",
                .title = "Bridge",
                .kind = "InternationalOrganisation",
                .what = "a mission: doctors, clothes, counsel"},
    [OAKFIELD] = {.name = "oakfield",
                  .title = "Oakfield",
                  .kind = "SocialServices",
                  .what = "the social service of his home town"},
    [MINISTRY] = {.name = "ministry",
                  .title = "the ministry",
                  .kind = "Ministry",
                  .what = "decides who is a victim by law"},
    [POLICE] = {.name = "police", .title = "the police", .kind = "Police", .what = "the police"},
};

static void say_end(struct demo *d, int64_t since_ms)
{
    int64_t took_ms = tell_now_ms() - since_ms;
    struct bytes line = {0};
    struct json_line j;

    if (d->tell.json) {
        json_line_begin(&j, &line);
        json_line_u64(&j, "held", (uint64_t)d->tell.held);
        json_line_u64(&j, "not_held", (uint64_t)d->tell.broken);
        json_line_u64(&j, "milliseconds", (uint64_t)took_ms);
        json_line_text(&j, "kept", d->keep ? d->folder : NULL);
        json_line_end(&j);
        (void)fwrite(line.at, 1, line.size, stdout);
        bytes_fini(&line);
        return;
    }
    tell_line(&d->tell, "\n%d of %d things that were shown were checked and held, in %lld.%lld seconds.", d->tell.held,
              d->tell.held + d->tell.broken, (long long)(took_ms / 1000), (long long)(took_ms % 1000 / 100));
    if (d->keep)
        tell_line(&d->tell,
                  "Everything is left in %s. Look around, for example:\n"
                  "    refex audit list --home %s/lantern\n"
                  "    refex node run --home %s/bridge",
                  d->folder, d->folder, d->folder);
    else
        tell_line(&d->tell, "Its folder was removed; refex demo --keep DIR leaves it. To begin in earnest: "
                            "docs/OPERATING.md.");
}

static bool play(struct demo *d, struct error *err)
{
    tell_text(
        &d->tell,
        "refex demo: five agencies with invented names play one case through, on this machine, over 127.0.0.1. What "
        "you see is done by the programs that agencies run, by the commands that are shown. Where it says [held], "
        "the nodes were asked.");
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        if (!scenes[i](d, err)) {
            tell_gap(&d->tell);
            return error_wrap(err, "step %d of the demo", d->tell.scene);
        }
    demo_limits(d);
    tell_gap(&d->tell);
    return demo_stop(d, err);
}

static bool run_demo(struct command *c, int *status, struct error *err)
{
    struct demo *d = xnew(sizeof *d);
    int64_t since_ms = tell_now_ms();
    bool ok;

    memcpy(d->agencies, cast, sizeof cast);
    for (int i = 0; i < DEMO_AGENCIES; i++)
        d->agencies[i].port_holder = -1;
    d->tell.json = c->json;
    d->tell.slow = verb_flag(c, "slow");
    d->keep = verb_value(c, "keep") != NULL;
    if (!demo_folder_make(verb_value(c, "keep"), d->folder, err)) {
        free(d);
        return false;
    }
    demo_run_begin();
    ok = play(d, err);
    demo_nodes_end(d);
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (d->agencies[i].port_holder >= 0)
            (void)close(d->agencies[i].port_holder);
    if (!d->keep)
        demo_folder_remove(d->folder);
    if (ok)
        say_end(d, since_ms);
    tell_broken(&d->tell);
    *status = d->tell.broken > 0 ? 1 : 0;
    tell_fini(&d->tell);
    free(d);
    return ok;
}

const struct verb cmd_demo = {
    .name = "demo",
    .usage = "[--keep DIR] [--slow]",
    .summary = "Five invented agencies on this machine play one case through, in a few seconds, and end by themselves.",
    .help = "Everything is real but the people: nodes, keys, certificates, sealed messages, audit logs. Nothing leaves "
            "127.0.0.1, and\n"
            "nothing is left running. 0: all that was shown held. 1: something did not, and it is named.\n\n"
            "Examples\n"
            "  refex demo\n"
            "  refex demo --slow               told in two minutes\n"
            "  refex demo --keep /tmp/five     leaves the agencies' folders to look at",
    .options = {{"keep", "DIR", "leave the agencies' folders in DIR, which is new or empty", false},
                {"slow", NULL, "with pauses for reading, about two minutes", false}},
    .run = run_demo,
};
