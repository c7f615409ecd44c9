#include "cli/command.h"

#include <string.h>

bool command_read(const struct verb *v, int argc, char **argv, struct command *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    out->verb = v;
    if (!options_check_words(argc, argv, err))
        return false;
    if (v->takes_rest) {
        out->rest = argv;
        return true;
    }
    if (!options_read(&v->syntax, verb_common_options, argc, argv, &out->options, err))
        return false;
    out->home = options_value(&out->options, "home");
    out->json = options_flag(&out->options, "json");
    return true;
}

bool command_count_leading(int argc, char **argv, int *out, struct error *err)
{
    int i = 0;

    while (i < argc) {
        if (strcmp(argv[i], "--json") == 0 || strncmp(argv[i], "--home=", 7) == 0)
            i++;
        else if (strcmp(argv[i], "--home") != 0)
            break;
        else if (i + 1 < argc)
            i += 2;
        else
            return error_set(err, E_USE_02, "--home needs a value: --home DIR");
    }
    *out = i;
    return true;
}
