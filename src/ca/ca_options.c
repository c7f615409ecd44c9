#include "ca/ca_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/bounds.h"
#include "base/file.h"
#include "base/text.h"

static const struct {
    const char *name;
    const char *value; /* NULL: a flag */
    const char *help;
} options[CA_OPTION_COUNT] = {
    [CA_OPTION_HOME] = {"home", "FED", "the federation's folder"},
    [CA_OPTION_NAME] = {"name", "DOMAIN", "the federation's name, as in agency@DOMAIN; it cannot be changed"},
    [CA_OPTION_OUT] = {"out", "FILE", "where to write the result"},
    [CA_OPTION_REASON] = {"reason", "CODE", "key-compromise, left or suspended"},
    [CA_OPTION_CONFIRM] = {"confirm", "AGENCY", "the agency's name again: yes, this one"},
    [CA_OPTION_BASIS] =
        {"basis", "CODE=TEXT",
         "a legal basis for sharing without consent, named for later: nodes refuse it as yet; may be repeated"},
    [CA_OPTION_FOUNDERS] = {"founders", "N", "directory keys to make, 1 to 9; 1 if not given"},
    [CA_OPTION_QUORUM] = {"quorum", "K", "how many of them must sign a directory; more than half if not given"},
    [CA_OPTION_ERASE] = {"erase-after-hours", "N",
                         "between stop and erase after a withdrawal, 0 to 336; 72 if not given"},
    [CA_OPTION_REPLACE] = {"replace", NULL, "the agency has new keys: the old certificates are revoked"},
    [CA_OPTION_FINGERPRINT] = {"fingerprint", "F",
                               "the agency's fingerprint as it read it to you: any other is refused"},
    [CA_OPTION_DRY_RUN] = {"dry-run", NULL, "say what would happen; change nothing"},
    [CA_OPTION_JSON] = {"json", NULL, "one JSON object a line"},
    [CA_OPTION_HELP] = {"help", NULL, "this text"},
};

static bool read_number(const char *text, const char *name, unsigned max, unsigned *out, struct error *err)
{
    uint32_t n;

    if (!text_read_u32(view_of_text(text), &n) || n > max)
        return error_set(err, E_USE_04, "--%s takes a number up to %u", name, max);
    *out = n;
    return true;
}

static bool set_option(struct ca_options *o, enum ca_option which, const char *value, struct error *err)
{
    const char *name = options[which].name;

    switch (which) {
    case CA_OPTION_HOME:
        o->federation_home = value;
        return true;
    case CA_OPTION_NAME:
        o->name = value;
        return true;
    case CA_OPTION_OUT:
        o->out = value;
        return true;
    case CA_OPTION_REASON:
        o->reason = value;
        return true;
    case CA_OPTION_CONFIRM:
        o->confirm = value;
        return true;
    case CA_OPTION_BASIS:
        if (o->basis_count == BOUND_BASES)
            return error_set(err, E_USE_04, "--basis may be given %d times", BOUND_BASES);
        o->bases[o->basis_count++] = value;
        return true;
    case CA_OPTION_FOUNDERS:
        return read_number(value, name, 9, &o->founders, err);
    case CA_OPTION_QUORUM:
        return read_number(value, name, 9, &o->quorum, err);
    case CA_OPTION_ERASE:
        return read_number(value, name, BOUND_ERASE_HOURS, &o->erase_hours, err);
    case CA_OPTION_REPLACE:
        o->replace = true;
        return true;
    case CA_OPTION_FINGERPRINT:
        o->fingerprint = value;
        return true;
    case CA_OPTION_DRY_RUN:
        o->dry_run = true;
        return true;
    case CA_OPTION_JSON:
        o->json = true;
        return true;
    case CA_OPTION_HELP:
    case CA_OPTION_COUNT:
        break;
    }
    REQUIRE(!"an option that no verb takes");
    return false;
}

static bool reject_option(const struct subcommand *subcommand, const char *word, struct error *err)
{
    const char *names[CA_OPTION_COUNT];
    size_t count = 0;
    char given[64];
    const char *near;

    while (*word == '-')
        word++;
    (void)snprintf(given, sizeof given, "%.*s", (int)strcspn(word, "="), word);
    for (size_t i = 0; i < CA_OPTION_COUNT; i++)
        if (subcommand->options & CA_OPTION_BIT(i))
            names[count++] = options[i].name;
    near = text_nearest(given, names, count);
    if (near != NULL)
        return error_set(err, E_USE_01, "%s takes no option --%s; did you mean --%s?", subcommand->name, given, near);
    return error_set(err, E_USE_01, "%s takes no option --%s", subcommand->name, given);
}

/* getopt_long accepts --rep for --replace: scripts would break when a second option begins like that. */
static bool check_option_names(const struct subcommand *subcommand, int argc, char **argv, struct error *err)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        size_t size = strcspn(argv[i], "=");
        bool found = strncmp(argv[i], "--", 2) != 0;

        for (size_t o = 0; o < CA_OPTION_COUNT && !found; o++)
            found = (subcommand->options & CA_OPTION_BIT(o)) && strlen(options[o].name) == size - 2 &&
                    memcmp(options[o].name, argv[i] + 2, size - 2) == 0;
        if (!found)
            return reject_option(subcommand, argv[i], err);
    }
    return true;
}

static bool check_required(const struct subcommand *subcommand, const struct ca_options *o, unsigned given,
                           struct error *err)
{
    for (size_t i = 0; i < CA_OPTION_COUNT; i++)
        if ((subcommand->required & CA_OPTION_BIT(i)) && !(given & CA_OPTION_BIT(i)))
            return error_set(err, E_USE_02, "--%s %s is missing", options[i].name, options[i].value);
    if (subcommand->operand != NULL && o->operand == NULL)
        return error_set(err, E_USE_02, "%s is missing", subcommand->operand);
    return true;
}

bool ca_options_read(const struct subcommand *subcommand, int argc, char **argv, struct ca_options *out, bool *help,
                     struct error *err)
{
    struct option table[CA_OPTION_COUNT + 1] = {0};
    struct ca_options o = {.founders = 1, .erase_hours = 72};
    unsigned given = 0;
    int next = 0;
    int count = 0;

    for (int i = 0; i < CA_OPTION_COUNT; i++)
        if (subcommand->options & CA_OPTION_BIT(i))
            table[count++] = (struct option){options[i].name, options[i].value != NULL, NULL, i};
    opterr = 0;
    optind = 1;
    *help = false;
    if (!check_option_names(subcommand, argc, argv, err))
        return false;
    while ((next = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (next == CA_OPTION_HELP) {
            *help = true;
            return true;
        }
        if (next == ':')
            return error_set(err, E_USE_02, "%s needs a value", argv[optind - 1]);
        if (next == '?')
            return reject_option(subcommand, argv[optind - 1], err);
        if (optarg != NULL && optarg == argv[optind - 1] && strncmp(optarg, "--", 2) == 0)
            return error_set(err, E_USE_02, "--%s needs a value, not the option %s", options[next].name, optarg);
        if ((given & CA_OPTION_BIT(next)) && next != CA_OPTION_BASIS)
            return error_set(err, E_USE_01, "--%s was given twice", options[next].name);
        given |= CA_OPTION_BIT(next);
        if (next == CA_OPTION_HOME)
            optarg[file_folder_size(optarg)] = '\0'; /* as messages show it */
        if (!set_option(&o, (enum ca_option)next, optarg, err))
            return false;
    }
    if (subcommand->operand != NULL && optind < argc)
        o.operand = argv[optind++];
    if (optind < argc)
        return error_set(err, E_USE_01, "%s does not take the word '%.64s'", subcommand->name, argv[optind]);
    if (!check_required(subcommand, &o, given, err))
        return false;
    *out = o;
    return true;
}

void ca_options_add_usage(const struct subcommand *subcommand, struct error *err)
{
    const struct error why = *err;

    if (err->code == E_USE_02)
        (void)error_set(err, E_USE_02, "%s; usage: refex federation %s %s", why.text, subcommand->name,
                        subcommand->usage);
}

void ca_options_help(const struct subcommand *subcommand)
{
    (void)printf("refex federation %s %s\n\n%s.\n\n%s\nOptions\n", subcommand->name, subcommand->usage,
                 subcommand->summary, subcommand->help);
    for (int i = 0; i < CA_OPTION_COUNT; i++) {
        char left[40];

        if (!(subcommand->options & CA_OPTION_BIT(i)))
            continue;
        (void)snprintf(left, sizeof left, "--%s%s%s", options[i].name, options[i].value != NULL ? " " : "",
                       options[i].value != NULL ? options[i].value : "");
        (void)printf("  %-24s %s\n", left, options[i].help);
    }
    (void)puts("\nExit codes: 0 done, 64 usage, 65 bad data, 66 no input, 73 cannot create, 74 disk, 75 try again,\n"
               "            77 denied, 78 configuration");
}
