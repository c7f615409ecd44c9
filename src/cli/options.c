#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* --- parsing --- */

/* Not by getopt_long: it accepts abbreviations, which would end up in scripts and break with the next option. */

static const struct verb_option *find_option(const struct verb *v, struct view name, size_t *place)
{
    for (size_t i = 0; i < verb_option_count(v); i++)
        if (text_is(name, v->options[i].name)) {
            *place = i;
            return &v->options[i];
        }
    for (size_t i = 0; i < VERB_COMMON_OPTIONS; i++)
        if (text_is(name, verb_common_options[i].name)) {
            *place = VERB_OPTIONS_MAX + i;
            return &verb_common_options[i];
        }
    return NULL;
}

static bool unknown_option(const struct verb *v, struct view name, struct error *err)
{
    const char *names[VERB_OPTIONS_MAX + VERB_COMMON_OPTIONS];
    size_t n = verb_option_count(v);
    char word[64];
    const char *near;

    for (size_t i = 0; i < n; i++)
        names[i] = v->options[i].name;
    for (size_t i = 0; i < VERB_COMMON_OPTIONS; i++)
        names[n + i] = verb_common_options[i].name;
    (void)snprintf(word, sizeof word, "%.*s", (int)name.size, (const char *)name.at);
    near = text_nearest(word, names, n + VERB_COMMON_OPTIONS);
    if (near != NULL)
        return error_set(err, E_USE_01, "there is no option --%s; did you mean --%s?", word, near);
    return error_set(err, E_USE_01, "there is no option --%s", word);
}

static bool set_common_option(struct command *c, size_t place, const char *value, struct error *err)
{
    switch (place - VERB_OPTIONS_MAX) {
    case 0:
        if (value[0] == '\0')
            return error_set(err, E_USE_04, "--home names no folder");
        if (c->home != NULL)
            return error_set(err, E_USE_03, "--home is given twice");
        c->home = value;
        return true;
    case 1:
        c->json = true;
        return true;
    default:
        c->help = true;
        return true;
    }
}

static bool add_own_value(struct command *c, const struct verb_option *o, size_t place, const char *value,
                          struct error *err)
{
    struct options_given *g = &c->given[place];

    if (g->count > 0 && !o->repeats)
        return error_set(err, E_USE_03, "--%s is given twice", o->name);
    if (g->count == BOUND_OPTION_VALUES)
        return error_set(err, E_USE_04, "--%s is given more than %d times", o->name, BOUND_OPTION_VALUES);
    g->values[g->count++] = value;
    return true;
}

static struct view name_of(const char *word)
{
    const char *equals = strchr(word, '=');

    return view_of(word, equals != NULL ? (size_t)(equals - word) : strlen(word));
}

static bool is_option(const struct verb *v, const char *word)
{
    size_t place;

    return strncmp(word, "--", 2) == 0 && find_option(v, name_of(word + 2), &place) != NULL;
}

/* One option at ARGV[*i]; its value may be the next word. */
static bool read_option(struct command *c, int argc, char **argv, int *i, struct error *err)
{
    const char *word = argv[*i] + 2;
    const char *equals = strchr(word, '=');
    struct view name = name_of(word);
    const char *value = equals != NULL ? equals + 1 : NULL;
    const struct verb_option *o;
    size_t place;

    o = find_option(c->verb, name, &place);
    if (o == NULL)
        return unknown_option(c->verb, name, err);
    if (o->argument == NULL && value != NULL)
        return error_set(err, E_USE_01, "--%s takes no value", o->name);
    if (o->argument != NULL && value == NULL) {
        if (*i + 1 >= argc || is_option(c->verb, argv[*i + 1]))
            return error_set(err, E_USE_02, "--%s needs a value: --%s %s", o->name, o->name, o->argument);
        value = argv[++*i];
    }
    if (o->argument == NULL)
        value = "";
    return place < VERB_OPTIONS_MAX ? add_own_value(c, o, place, value, err) : set_common_option(c, place, value, err);
}

static bool add_word(struct command *c, const char *word, struct error *err)
{
    if (c->word_count >= c->verb->max_words || c->word_count >= VERB_OPTIONS_MAX)
        return error_set(err, E_USE_01, "there is one word too many: \"%.60s\"", word);
    c->words[c->word_count++] = word;
    return true;
}

static bool check_words(int argc, char **argv, struct error *err)
{
    for (int i = 0; i < argc; i++) {
        if (strlen(argv[i]) > BOUND_WORD)
            return error_set(err, E_USE_04, "a word of the command line is longer than %d bytes", BOUND_WORD);
        if (!text_is_utf8(view_of_text(argv[i])))
            return error_set(err, E_TXT_01, "word %d of the command line is not valid UTF-8", i + 1);
    }
    return true;
}

static bool read_words(struct command *c, int argc, char **argv, struct error *err)
{
    bool only_words = false;

    for (int i = 0; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (!only_words && strcmp(argv[i], "-h") == 0)
            c->help = true;
        else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            if (!read_option(c, argc, argv, &i, err))
                return false;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
            return error_set(err, E_USE_01, "options are written in full, with two dashes: \"%.20s\" is none", argv[i]);
        } else if (!add_word(c, argv[i], err)) {
            return false;
        }
    }
    return true;
}

bool options_read(const struct verb *v, int argc, char **argv, struct command *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    out->verb = v;
    if (!check_words(argc, argv, err))
        return false;
    if (v->takes_rest) {
        out->rest = argv;
        return true;
    }
    if (!read_words(out, argc, argv, err))
        return false;
    if (!out->help && out->word_count < VERB_NEEDS_MAX && v->needs[out->word_count] != NULL)
        return error_set(err, E_USE_02, "%s is missing", v->needs[out->word_count]);
    return true;
}

void options_add_usage(const struct verb_row *row, struct error *err)
{
    const struct error why = *err;

    if (err->code == E_USE_02)
        (void)error_set(err, E_USE_02, "%s; usage: refex %s %s", why.text, row->words, row->verb->usage);
}

bool options_count_leading(int argc, char **argv, int *out, struct error *err)
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

/* --- values --- */

const struct options_given *options_values(const struct command *c, const char *option)
{
    for (size_t i = 0; i < verb_option_count(c->verb); i++)
        if (strcmp(c->verb->options[i].name, option) == 0)
            return &c->given[i];
    REQUIRE(!"an option of this verb");
    return NULL;
}

const char *options_value(const struct command *c, const char *option)
{
    const struct options_given *g = options_values(c, option);

    return g->count > 0 ? g->values[0] : NULL;
}

bool options_flag(const struct command *c, const char *option)
{
    return options_values(c, option)->count > 0;
}

bool options_required_value(const struct command *c, const char *option, const char **out, struct error *err)
{
    const char *value = options_value(c, option);

    if (value == NULL)
        return error_set(err, E_USE_02, "--%s is missing", option);
    if (value[0] == '\0')
        return error_set(err, E_USE_04, "--%s is empty", option);
    *out = value;
    return true;
}

bool options_not_both(const struct command *c, const char *one, const char *other, struct error *err)
{
    if (options_flag(c, one) && options_flag(c, other))
        return error_set(err, E_USE_03, "--%s and --%s contradict each other", one, other);
    return true;
}

#define LIST_SHOWN 200 /* bytes: a list that is longer is shown whole by --help, not cut in an error */

bool options_wrong_value(struct error *err, const char *option, const char *value, const char *const *candidates,
                         size_t count)
{
    const char *near = text_nearest(value, candidates, count);
    struct bytes all = {0};

    if (near != NULL)
        return error_set(err, E_USE_04, "--%s does not take \"%.40s\"; did you mean \"%s\"?", option, value, near);
    for (size_t i = 0; i < count; i++)
        bytes_printf(&all, "%s%s", i > 0 ? ", " : "", candidates[i]);
    if (all.size > LIST_SHOWN) {
        bytes_fini(&all);
        return error_set(err, E_USE_04, "--%s does not take \"%.40s\"; --help lists what it takes", option, value);
    }
    bytes_append_u8(&all, 0);
    (void)error_set(err, E_USE_04, "--%s does not take \"%.40s\"; it is one of: %s", option, value,
                    (const char *)all.at);
    bytes_fini(&all);
    return false;
}
