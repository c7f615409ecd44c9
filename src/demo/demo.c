#include "demo/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo/demo_folder.h"
#include "demo/demo_intake.h"
#include "demo/demo_matrix.h"
#include "demo/demo_node.h"
#include "demo/demo_proof.h"
#include "demo/demo_referrals.h"
#include "demo/demo_run.h"
#include "demo/demo_setup.h"

typedef bool scene_fn(struct demo *d, struct error *err);

static scene_fn *const scenes[] = {
    demo_setup_federation,   demo_intake_case,       demo_intake_consents,  demo_referrals_mission,
    demo_referrals_ministry, demo_referrals_tracing, demo_referrals_police, demo_proof_withdrawal,
    demo_matrix_show,        demo_proof_logs,
};

static const struct demo_agency agency_table[DEMO_AGENCIES] = {
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

static bool run_scenes(struct demo *d, struct error *err)
{
    printer_text(
        &d->printer,
        "refex demo: five agencies with invented names play one case through, on this machine, over 127.0.0.1. What "
        "you see is done by the programs that agencies run, by the commands that are shown. Where it says [held], "
        "the nodes were asked.");
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        if (!scenes[i](d, err)) {
            printer_blank_line(&d->printer);
            return error_wrap(err, "step %d of the demo", d->printer.scene);
        }
    demo_proof_limits(d);
    printer_blank_line(&d->printer);
    return demo_node_stop_all(d, err);
}

bool demo_play(const struct demo_options *options, bool *all_held, struct error *err)
{
    struct demo *d = xnew(sizeof *d);
    int64_t since_ms = printer_now_ms();
    bool ok;

    memcpy(d->agencies, agency_table, sizeof agency_table);
    for (int i = 0; i < DEMO_AGENCIES; i++)
        d->agencies[i].port_fd = -1;
    d->printer.forms = options->forms;
    d->printer.json = options->json;
    d->printer.slow = options->slow;
    d->keep_folder = options->keep_path != NULL;
    if (!demo_folder_make(options->keep_path, d->folder, err)) {
        free(d);
        return false;
    }
    demo_run_begin();
    ok = run_scenes(d, err);
    demo_node_kill_all(d);
    for (int i = 0; i < DEMO_AGENCIES; i++)
        if (d->agencies[i].port_fd >= 0)
            (void)close(d->agencies[i].port_fd);
    if (!d->keep_folder)
        demo_folder_remove(d->folder);
    if (ok)
        printer_summary(&d->printer, since_ms, d->keep_folder ? d->folder : NULL);
    printer_failures(&d->printer);
    *all_held = d->printer.failed == 0;
    printer_fini(&d->printer);
    free(d);
    return ok;
}
