/* refex-ca: the federation's home. Root, issuing CA, directory. It has no node and no network;
 * `refex federation VERB …` runs it as `refex-ca VERB …`. */

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "base/text.h"
#include "ca/ca_cmd.h"
#include "ca/output.h"

static const struct subcommand *const subcommands[] = {&ca_cmd_init, &ca_cmd_issue, &ca_cmd_publish, &ca_cmd_revoke,
                                                       &ca_cmd_show};

#define SUBCOMMAND_COUNT (sizeof subcommands / sizeof *subcommands)

static void print_help(void)
{
    (void)puts("refex federation VERB --home FED …\n\nThe federation: who is a member, with which certificates.\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        (void)printf("  %-8s  %s\n            refex federation %s %s\n", subcommands[i]->name, subcommands[i]->summary,
                     subcommands[i]->name, subcommands[i]->usage);
    (void)puts("\n`refex federation VERB --help` says more and shows examples.");
}

static const struct subcommand *find_subcommand(const char *name, struct error *err)
{
    const char *names[SUBCOMMAND_COUNT];
    const char *near;

    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(subcommands[i]->name, name) == 0)
            return subcommands[i];
        names[i] = subcommands[i]->name;
    }
    near = text_nearest(name, names, SUBCOMMAND_COUNT);
    error_set(err, E_USE_01, "federation has no verb '%.64s'%s%s%s", name, near != NULL ? "; did you mean " : "",
              near != NULL ? near : "", near != NULL ? "?" : "");
    return NULL;
}

/* Looked for beforehand, so that an error of parsing comes as JSON too. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    const struct subcommand *subcommand;
    struct ca_options ca_options;
    struct error err = {0};
    bool wants_help = false;
    bool json = wants_json(argc, argv);

    program_hold_descriptors();
    log_init("refex-ca", LOG_INFO);
    if (!secret_harden_process(&err))
        return output_error(&err, json);
    if (argc < 2) {
        error_set(&err, E_USE_02, "federation needs a verb: init, issue, publish, revoke or show");
        return output_error(&err, json);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("refex-ca " REFEX_VERSION);
        return 0;
    }
    subcommand = find_subcommand(argv[1], &err);
    if (subcommand == NULL)
        return output_error(&err, json);
    if (!ca_options_read(subcommand, argc - 1, argv + 1, &ca_options, &wants_help, &err)) {
        ca_options_add_usage(subcommand, &err);
        return output_error(&err, json);
    }
    if (wants_help)
        ca_options_help(subcommand);
    else if (!subcommand->run(&ca_options, &err))
        return output_error(&err, json);
    if (fflush(stdout) != 0) {
        error_set(&err, E_FIL_03, "the answer could not be written");
        return output_error(&err, json);
    }
    return 0;
}
