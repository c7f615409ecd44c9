#include "ca/ca_cmd.h"

#include "base/file.h"

const struct subcommand *const ca_cmds[CA_CMDS] = {&ca_cmd_founder,    &ca_cmd_init,    &ca_cmd_invite,  &ca_cmd_issue,
                                                   &ca_cmd_passphrase, &ca_cmd_publish, &ca_cmd_restore, &ca_cmd_revoke,
                                                   &ca_cmd_rollover,   &ca_cmd_serve,   &ca_cmd_show,    &ca_cmd_sign,
                                                   &ca_cmd_suspend};

const struct option_row ca_cmd_common_options[] = {
    {.name = "json", .help = "one JSON object a line", .times = BOUND_OPTION_VALUES},
    {.name = "help", .help = "this text", .times = BOUND_OPTION_VALUES},
    {0},
};

#define HELP_COLUMN 27

void ca_cmd_help(const struct subcommand *subcommand)
{
    (void)printf("refex federation %s %s\n\n%s.\n\n%s\nOptions\n", subcommand->name, subcommand->usage,
                 subcommand->summary, subcommand->help);
    options_print_help(subcommand->syntax.own, HELP_COLUMN);
    options_print_help(ca_cmd_common_options, HELP_COLUMN);
    (void)puts("\nExit codes: 0 done, 64 usage, 65 bad data, 66 no input, 73 cannot create, 74 disk, 75 try again,\n"
               "            77 denied, 78 configuration");
}

FILE *ca_cmd_beside(const char *file)
{
    return file_is_output(file) ? stderr : stdout;
}

void ca_cmd_tell(FILE *to, const struct options *o, const struct told_form *f, const void *answer)
{
    told_form_show(to, options_flag(o, "json"), f, &(struct told_shown){.answer = answer});
}
