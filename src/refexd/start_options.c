#include "refexd/start_options.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "io/child.h"

#define HELP_COLUMN 22
#define FD_MAX      1023

#define DESCRIPTOR(n, h)                                                                                               \
    {                                                                                                                  \
        .name = (n), .argument = "N", .help = (h), .min = CHILD_FD, .max = FD_MAX                                      \
    }

const char start_options_summary[] =
    "The node: keys, consent, store and audit log. People start it with `refex node run`, which asks for "
    "the passphrase.";

const struct options_syntax start_options_syntax = {
    .own = {{.name = "home", .argument = "DIR", .help = "the node's folder", .is_folder = true, .is_hidden = true},
            DESCRIPTOR("ready-fd", "write a line feed to descriptor N when the node is ready"),
            DESCRIPTOR("passphrase-fd", "read the passphrase of the storage key from descriptor N"),
            OPTION_FLAG("asks-passphrase", "exit with 0 if it needs one, with 1 if not"),
            OPTION_FLAG("read-only", "serve lists and logs of a stopped node over descriptor 3"),
            OPTION_FLAG("tool", "make or enrol a node, for who asks over descriptor 3"),
            OPTION_FLAG("copy-wal", "copy the database's WAL for the node that started it"),
            OPTION_FLAG("run-hooks", "run the hooks of the node that started it"),
            OPTION_FLAG("backup", "write backups for the node that started it"),
            OPTION_FLAG("version", "which one it is"),
            {.name = "help", .help = "these lines", .is_hidden = true}},
};

void start_options_print_help(void)
{
    (void)printf("refexd --home DIR [OPTION …]\n\n%s\n\n", start_options_summary);
    options_print_help(start_options_syntax.own, HELP_COLUMN);
}

void start_options_print_error(const struct error *err)
{
    const struct error_row *row = error_row(err->code);

    (void)fprintf(stderr, "refexd: %s\n  %s\n  -> %s\n  (%s)\n", err->text, row->means, row->remedy, row->code);
}

static int descriptor(const struct options *o, const char *option)
{
    return options_flag(o, option) ? (int)options_number(o, option, 0) : -1;
}

bool start_options_read(int argc, char **argv, struct start_options *out, struct error *err)
{
    struct options o;

    if (!options_read(&start_options_syntax, NULL, argc, argv, &o, err) ||
        !options_not_both(&o, "tool", "read-only", err))
        return false;
    *out = (struct start_options){
        .home = options_value(&o, "home"),
        .mode = options_flag(&o, "tool")        ? CONTROL_TOOL
                : options_flag(&o, "read-only") ? CONTROL_READER
                                                : CONTROL_NODE,
        .ready_fd = descriptor(&o, "ready-fd"),
        .passphrase_fd = descriptor(&o, "passphrase-fd"),
        .asks_passphrase = options_flag(&o, "asks-passphrase"),
        .copies_wal = options_flag(&o, "copy-wal"),
        .runs_hooks = options_flag(&o, "run-hooks"),
        .writes_backups = options_flag(&o, "backup"),
        .wants_help = o.help,
        .wants_version = options_flag(&o, "version"),
    };
    if (out->wants_help || out->wants_version)
        return true;
    if (out->home == NULL)
        return error_set(err, E_USE_02,
                         "refexd needs --home DIR and nothing else; people start it with `refex node run`");
    return strlen(out->home) < FILE_PATH_MAX - 64 ||
           error_set(err, E_USE_04, "the name of the home folder is too long");
}
