#include "cli/verbs/cmd.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/calls.h"
#include "cli/root_keys.h"
#include "cli/verbs/doctor_ping.h"
#include "cli/verbs/doctor_report.h"
#include "model/doctor_check.h"
#include "output/told_form.h"

#define EXIT_STOPPED   69
#define DOCTOR_WAIT_MS 10000

#define BESIDE_DEPTH 3     /* FOLDER/keys/root.key, in the folder that holds the node's */
#define OWN_DEPTH    4     /* …, in one more of who asks */
#define LOOKED_MAX   20000 /* names: a quarter of a second */

#define PING_SECONDS 30

struct doctor_output {
    const struct command *command;
    unsigned of[DOCTOR_LEVEL_UNKNOWN + 1]; /* lines of each level */
};

/* --- what is said --- */

static void write_line(struct bytes *out, const struct told_shown *s)
{
    static const char *const words[] = {[DOCTOR_LEVEL_OK] = "ok",
                                        [DOCTOR_LEVEL_WARN] = "warn",
                                        [DOCTOR_LEVEL_FAIL] = "FAIL",
                                        [DOCTOR_LEVEL_UNKNOWN] = "?"};
    const struct control_doctor_line *l = s->answer;

    bytes_printf(out, "%-5s %-13s ", words[l->level], doctor_check_name(l->check));
    render_escaped(out, l->text);
    if (l->code.size > 0)
        bytes_printf(out, " (%.*s)", (int)l->code.size, (const char *)l->code.at);
}

static const struct told_line lines[] = {{"", .write = write_line, .says = "level check text code"},
                                         {"      -> ", .text = "{remedy}", .when = "remedy"},
                                         {0}};

static const struct told_form form = {
    .answer = &control_doctor_line_contract, .lines = lines, .json_only = "looks_at" /* the page says it */};

static bool on_line(void *cookie, const struct control_doctor_line *l, struct error *err)
{
    struct doctor_output *out = cookie;

    (void)err;
    out->of[l->level]++;
    told_form_show(stdout, out->command->json, &form, &(struct told_shown){.answer = l});
    return true;
}

/* --- what the person who asks can see --- */

/* The folder that holds the node's, and that of who asks. */
static bool find_root_key(const char *home, char out[static FILE_PATH_MAX])
{
    const struct passwd *asker = getpwuid(getuid());
    char *beside = realpath(home, NULL);
    char *end = beside != NULL ? strrchr(beside, '/') : NULL;
    size_t left = LOOKED_MAX;
    bool found;

    if (end != NULL)
        end[end == beside] = '\0';
    found = (end != NULL && root_keys_find(beside, BESIDE_DEPTH, &left, out)) ||
            (asker != NULL && root_keys_find(asker->pw_dir, OWN_DEPTH, &left, out));
    free(beside);
    return found;
}

/* What the node may not see. TEXT holds what *LINE borrows. */
static void look_as_asker(const char *home, char text[static CONTROL_SENTENCE_MAX], struct control_doctor_line *line)
{
    char path[FILE_PATH_MAX];

    *line = (struct control_doctor_line){.check = DOCTOR_ROOT_KEY,
                                         .level = DOCTOR_LEVEL_OK,
                                         .text = view_of_text(doctor_check_well(DOCTOR_ROOT_KEY)),
                                         .looks_at = view_of_text(doctor_check_looks_at(DOCTOR_ROOT_KEY))};
    if (find_root_key(home, path)) {
        (void)snprintf(text, CONTROL_SENTENCE_MAX, "the root key of a federation lies in %.300s", path);
        line->level = DOCTOR_LEVEL_FAIL;
        line->text = view_of_text(text);
        line->code = view_of_text(error_row(E_DOC_01)->code);
        line->remedy = view_of_text(error_row(E_DOC_01)->remedy);
    }
}

/* --- the verb --- */

static bool look(struct command *c, const struct control_doctor_line *asker, int *status, struct error *err)
{
    struct doctor_output out = {.command = c};

    if (!connection_open(c, REFEX_NODE_OR_READER, err))
        return false;
    refex_client_limit(c->client, DOCTOR_WAIT_MS);
    if (!on_line(&out, asker, err) || !call_doctor(c, NULL, on_line, &out, err))
        return false;
    *status = refex_client_is_reader(c->client) ? EXIT_STOPPED : out.of[DOCTOR_LEVEL_FAIL] > 0 ? 1 : 0;
    if (!c->json)
        (void)printf("%u ok, %u warn, %u FAIL, %u not known%s\n", out.of[DOCTOR_LEVEL_OK], out.of[DOCTOR_LEVEL_WARN],
                     out.of[DOCTOR_LEVEL_FAIL], out.of[DOCTOR_LEVEL_UNKNOWN],
                     *status == EXIT_STOPPED ? "; the node is stopped" : "");
    return true;
}

static bool run(struct command *c, int *status, struct error *err)
{
    const char *report = options_value(&c->options, "report");
    struct control_doctor_line asker;
    char text[CONTROL_SENTENCE_MAX];
    const char *home;

    if (report != NULL && c->options.word_count != 0)
        return error_set(err, E_USE_03, "a report is of this node, and of no other agency");
    if (c->options.word_count != 0)
        return doctor_ping(c, c->options.words[0], options_number(&c->options, "timeout", PING_SECONDS), status, err);
    if (!connection_home(c, &home, err))
        return false;
    look_as_asker(home, text, &asker);
    return report != NULL ? doctor_report(c, report, &asker, err) : look(c, &asker, status, err);
}

const struct verb cmd_doctor = {
    .usage = "--home DIR [AGENCY [--timeout SECONDS] | --report FILE]",
    .summary =
        "What is wrong with this node, or with the way to AGENCY: 0 nothing fails, 1 something does, 69 stopped.",
    .help =
        "A line or more for each check: ok, warn (weak, and nothing has gone wrong by it yet), FAIL (somebody\n"
        "must act) or ? (it cannot be said here, or now), with what to do. What `refex status` finds is among\n"
        "it. Which checks there are: docs/OPERATING.md.\n"
        "With AGENCY it sends it an empty message, about nobody, as sealed, signed and receipted as any other, and\n"
        "says each step of its way when it is done, or which one failed, and why. Nobody there is told.\n"
        "With --report it writes what somebody needs who helps: codes, versions, settings, states of links; no\n"
        "name, no id, no telephone, no address, and of what is about people no count below a hundred.",
    .syntax.own = {{.name = "timeout",
                    .argument = "SECONDS",
                    .help = "how long the ping may take, 1 to 600; 30 where it is not said",
                    .min = 1,
                    .max = 600},
                   OPTION_VALUE("report", "FILE", "write a report for somebody who helps; `-`: print it")},
    .syntax.max_words = 1,
    .forms = {&form, &doctor_ping_form, &doctor_report_form},
    .run = run,
};
