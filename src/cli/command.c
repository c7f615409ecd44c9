#include "cli/command.h"

#include <string.h>

static bool read_request_id(struct command *c, struct error *err)
{
    size_t size;

    c->request_id = options_value(&c->options, "request-id");
    size = c->request_id != NULL ? strlen(c->request_id) : 1;
    return (size > 0 && size <= BOUND_REQUEST_ID) ||
           error_set(err, E_USE_04, "--request-id has 1 to %d bytes", BOUND_REQUEST_ID);
}

bool command_read(const struct verb_row *row, int argc, char **argv, struct command *out, struct error *err)
{
    const struct verb *v = row->verb;

    memset(out, 0, sizeof *out);
    out->verb = v;
    if (!options_check_words(argc, argv, err))
        return false;
    if (v->takes_rest) {
        out->rest = argv;
        return true;
    }
    if (!options_read(&v->syntax, verb_options(row), argc, argv, &out->options, err))
        return false;
    out->home = options_value(&out->options, "home");
    out->json = options_flag(&out->options, "json");
    return !verb_takes_id(row) || read_request_id(out, err);
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
