/* refex-ca: the federation's home. Root, issuing CA, directory. It has no node and no network;
 * `refex federation VERB …` runs it as `refex-ca VERB …`. */

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "base/text.h"
#include "ca/ca_cmd.h"
#include "output/failure_view.h"

static void print_help(void)
{
    (void)puts("refex federation VERB --home FED …\n\nThe federation: who is a member, with which certificates.\n");
    for (size_t i = 0; i < CA_CMDS; i++)
        (void)printf("  %-10s  %s\n              refex federation %s %s\n", ca_cmds[i]->name, ca_cmds[i]->summary,
                     ca_cmds[i]->name, ca_cmds[i]->usage);
    (void)puts("\n`refex federation VERB --help` says more and shows examples.");
}

/* All of its verbs. */
static void set_needs_verb(struct error *err)
{
    struct bytes names = {0};

    for (size_t i = 0; i < CA_CMDS; i++)
        bytes_printf(&names, "%s%s", i == 0 ? "" : i + 1 == CA_CMDS ? " or " : ", ", ca_cmds[i]->name);
    error_set(err, E_USE_02, "federation needs a verb: %.*s", (int)names.size, (const char *)names.at);
    bytes_fini(&names);
}

static const struct subcommand *find_subcommand(const char *name, struct error *err)
{
    const char *names[CA_CMDS];
    const char *near;

    for (size_t i = 0; i < CA_CMDS; i++) {
        if (strcmp(ca_cmds[i]->name, name) == 0)
            return ca_cmds[i];
        names[i] = ca_cmds[i]->name;
    }
    near = text_nearest(name, names, CA_CMDS);
    error_set(err, E_USE_01, "federation has no verb '%.64s'%s%s%s", name, near != NULL ? "; did you mean " : "",
              near != NULL ? near : "", near != NULL ? "?" : "");
    return NULL;
}

int main(int argc, char **argv)
{
    const struct subcommand *subcommand;
    struct options options;
    char written[64];
    struct error err = {0};
    bool json = options_want_json(argc - 1, argv + 1);

    program_hold_descriptors();
    log_init("refex-ca", LOG_INFO);
    if (!secret_harden_process(&err))
        return failure_view_show_error(&err, json);
    if (argc < 2) {
        set_needs_verb(&err);
        return failure_view_show_error(&err, json);
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
        return failure_view_show_error(&err, json);
    if (!options_check_words(argc - 2, argv + 2, &err) ||
        !options_read(&subcommand->syntax, ca_cmd_common_options, argc - 2, argv + 2, &options, &err)) {
        (void)snprintf(written, sizeof written, "refex federation %s", subcommand->name);
        options_add_usage(written, subcommand->usage, &err);
        return failure_view_show_error(&err, json);
    }
    if (options.help)
        ca_cmd_help(subcommand);
    else if (!subcommand->run(&options, &err))
        return failure_view_show_error(&err, json);
    if (fflush(stdout) != 0) {
        error_set(&err, E_FIL_03, "the answer could not be written");
        return failure_view_show_error(&err, json);
    }
    return 0;
}
