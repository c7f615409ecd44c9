#include "ca/order.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/bounds.h"
#include "base/text.h"

static const struct {
    const char *name;
    const char *value; /* NULL: a flag */
    const char *help;
} options[ORDER_OPTION_COUNT] = {
    [ORDER_HOME] = {"home", "FED", "the federation's folder"},
    [ORDER_NAME] = {"name", "DOMAIN", "the federation's name, as in agency@DOMAIN; it cannot be changed"},
    [ORDER_OUT] = {"out", "FILE", "where to write the result"},
    [ORDER_REASON] = {"reason", "CODE", "key-compromise, left or suspended"},
    [ORDER_CONFIRM] = {"confirm", "AGENCY", "the agency's name again: yes, this one"},
    [ORDER_BASIS] = {"basis", "CODE=TEXT", "a legal basis for sharing without consent; may be repeated; none: off"},
    [ORDER_FOUNDERS] = {"founders", "N", "directory keys to make, 1 to 9; 1 if not given"},
    [ORDER_QUORUM] = {"quorum", "K", "how many of them must sign a directory; more than half if not given"},
    [ORDER_ERASE] = {"erase-after-hours", "N", "between stop and erase after a withdrawal, 0 to 336; 72 if not given"},
    [ORDER_REPLACE] = {"replace", NULL, "the agency has new keys: the old certificates are revoked"},
    [ORDER_DRY_RUN] = {"dry-run", NULL, "say what would happen; change nothing"},
    [ORDER_JSON] = {"json", NULL, "one JSON object a line"},
    [ORDER_HELP] = {"help", NULL, "this text"},
};

static bool read_number(const char *text, const char *name, unsigned max, unsigned *out, struct error *err)
{
    uint32_t n;

    if (!text_read_u32(view_of_text(text), &n) || n > max)
        return error_set(err, E_USE_04, "--%s takes a number up to %u", name, max);
    *out = n;
    return true;
}

static bool take(struct order *o, enum order_option which, const char *value, struct error *err)
{
    const char *name = options[which].name;

    switch (which) {
    case ORDER_HOME:
        o->home = value;
        return true;
    case ORDER_NAME:
        o->name = value;
        return true;
    case ORDER_OUT:
        o->out = value;
        return true;
    case ORDER_REASON:
        o->reason = value;
        return true;
    case ORDER_CONFIRM:
        o->confirm = value;
        return true;
    case ORDER_BASIS:
        if (o->basis_count == ORDER_BASES)
            return error_set(err, E_USE_04, "--basis may be given %d times", ORDER_BASES);
        o->bases[o->basis_count++] = value;
        return true;
    case ORDER_FOUNDERS:
        return read_number(value, name, 9, &o->founders, err);
    case ORDER_QUORUM:
        return read_number(value, name, 9, &o->quorum, err);
    case ORDER_ERASE:
        return read_number(value, name, BOUND_ERASE_HOURS, &o->erase_hours, err);
    case ORDER_REPLACE:
        o->replace = true;
        return true;
    case ORDER_DRY_RUN:
        o->dry_run = true;
        return true;
    case ORDER_JSON:
        o->json = true;
        return true;
    case ORDER_HELP:
    case ORDER_OPTION_COUNT:
        break;
    }
    REQUIRE(!"an option that no order takes");
    return false;
}

static bool unknown(const struct verb *verb, const char *word, struct error *err)
{
    const char *names[ORDER_OPTION_COUNT];
    size_t count = 0;
    char given[64];
    const char *near;

    while (*word == '-')
        word++;
    (void)snprintf(given, sizeof given, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < ORDER_OPTION_COUNT; i++)
        if (verb->options & ORDER_BIT(i))
            names[count++] = options[i].name;
    near = text_nearest(given, names, count);
    if (near != NULL)
        return error_set(err, E_USE_01, "%s takes no option --%s; did you mean --%s?", verb->name, given, near);
    return error_set(err, E_USE_01, "%s takes no option --%s", verb->name, given);
}

/* getopt would take --rep for --replace: a script would break on the day when a second option begins like that. */
static bool check_spelling(const struct verb *verb, int argc, char **argv, struct error *err)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        size_t size = strcspn(argv[i], "=");
        bool found = strncmp(argv[i], "--", 2) != 0;

        for (size_t o = 0; o < ORDER_OPTION_COUNT && !found; o++)
            found = (verb->options & ORDER_BIT(o)) && strlen(options[o].name) == size - 2 &&
                    memcmp(options[o].name, argv[i] + 2, size - 2) == 0;
        if (!found)
            return unknown(verb, argv[i], err);
    }
    return true;
}

static bool check_complete(const struct verb *verb, const struct order *o, unsigned given, struct error *err)
{
    for (size_t i = 0; i < ORDER_OPTION_COUNT; i++)
        if ((verb->needs & ORDER_BIT(i)) && !(given & ORDER_BIT(i)))
            return error_set(err, E_USE_02, "%s needs --%s %s", verb->name, options[i].name, options[i].value);
    if (verb->operand != NULL && o->operand == NULL)
        return error_set(err, E_USE_02, "%s needs %s", verb->name, verb->operand);
    return true;
}

bool order_read(const struct verb *verb, int argc, char **argv, struct order *out, bool *help, struct error *err)
{
    struct option table[ORDER_OPTION_COUNT + 1] = {0};
    struct order o = {.founders = 1, .erase_hours = 72};
    unsigned given = 0;
    int next = 0;
    int count = 0;

    for (int i = 0; i < ORDER_OPTION_COUNT; i++)
        if (verb->options & ORDER_BIT(i))
            table[count++] = (struct option){options[i].name, options[i].value != NULL, NULL, i};
    opterr = 0;
    optind = 1;
    *help = false;
    if (!check_spelling(verb, argc, argv, err))
        return false;
    while ((next = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (next == ORDER_HELP) {
            *help = true;
            return true;
        }
        if (next == ':')
            return error_set(err, E_USE_02, "%s needs a value", argv[optind - 1]);
        if (next == '?')
            return unknown(verb, argv[optind - 1], err);
        if ((given & ORDER_BIT(next)) && next != ORDER_BASIS)
            return error_set(err, E_USE_01, "--%s was given twice", options[next].name);
        given |= ORDER_BIT(next);
        if (!take(&o, (enum order_option)next, optarg, err))
            return false;
    }
    if (verb->operand != NULL && optind < argc)
        o.operand = argv[optind++];
    if (optind < argc)
        return error_set(err, E_USE_01, "%s does not take the word '%.64s'", verb->name, argv[optind]);
    if (!check_complete(verb, &o, given, err))
        return false;
    *out = o;
    return true;
}

void order_help(const struct verb *verb)
{
    (void)printf("refex federation %s %s\n\n%s.\n\n%s\nOptions\n", verb->name, verb->usage, verb->summary, verb->help);
    for (int i = 0; i < ORDER_OPTION_COUNT; i++) {
        char left[40];

        if (!(verb->options & ORDER_BIT(i)))
            continue;
        (void)snprintf(left, sizeof left, "--%s%s%s", options[i].name, options[i].value != NULL ? " " : "",
                       options[i].value != NULL ? options[i].value : "");
        (void)printf("  %-24s %s\n", left, options[i].help);
    }
    (void)puts("\nExit codes: 0 done, 64 usage, 65 bad data, 66 no input, 73 cannot create, 74 disk, 75 try again,\n"
               "            77 denied, 78 configuration");
}
