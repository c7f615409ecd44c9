#include "base/options.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

/* --- parsing --- */

/* *PLACE: of the row among those of O. */
static const struct option_row *find_row(const struct options *o, struct view name, size_t *place)
{
    for (*place = 0; *place < o->row_count; (*place)++)
        if (text_is(name, o->rows[*place]->name))
            return o->rows[*place];
    return NULL;
}

static bool unknown_option(const struct options *o, struct view name, struct error *err)
{
    const char *names[OPTIONS_OWN + OPTIONS_COMMON];
    char word[64];
    const char *near;

    for (size_t i = 0; i < o->row_count; i++)
        names[i] = o->rows[i]->name;
    (void)snprintf(word, sizeof word, "%.*s", (int)name.size, (const char *)name.at);
    near = text_nearest(word, names, o->row_count);
    return error_set(err, E_USE_01, "there is no option --%s%s%s%s", word, near != NULL ? "; did you mean --" : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

static bool check_number(const struct option_row *row, const char *value, struct error *err)
{
    uint32_t n;

    if (row->max == 0 || (text_read_u32(view_of_text(value), &n) && n >= row->min && n <= row->max))
        return true;
    if (row->min == 0)
        return error_set(err, E_USE_04, "--%s takes a number up to %u", row->name, (unsigned)row->max);
    return error_set(err, E_USE_04, "--%s takes a number from %u to %u", row->name, (unsigned)row->min,
                     (unsigned)row->max);
}

static bool add_value(struct options *o, size_t place, const char *value, struct error *err)
{
    const struct option_row *row = o->rows[place];
    size_t *count = &o->counts[place];

    if (*count > 0 && row->times == 0)
        return error_set(err, E_USE_03, "--%s is given twice", row->name);
    if (row->argument == NULL && *count > 0)
        return true;
    if (row->times != 0 && *count == row->times)
        return error_set(err, E_USE_04, "--%s is given more than %u times", row->name, row->times);
    if (!check_number(row, value, err))
        return false;
    o->values[place][(*count)++] = value;
    return true;
}

static struct view name_of(const char *word)
{
    return view_of(word, strcspn(word, "="));
}

static bool is_option(const struct options *o, const char *word)
{
    size_t place;

    return strncmp(word, "--", 2) == 0 && find_row(o, name_of(word + 2), &place) != NULL;
}

/* One option at ARGV[*i]; its value may be the next word. */
static bool read_option(struct options *o, int argc, char **argv, int *i, struct error *err)
{
    struct view name = name_of(argv[*i] + 2);
    char *value = argv[*i] + 2 + name.size;
    const struct option_row *row;
    size_t place;

    row = find_row(o, name, &place);
    if (row == NULL)
        return unknown_option(o, name, err);
    if (row->argument == NULL && *value == '=')
        return error_set(err, E_USE_01, "--%s takes no value", row->name);
    if (*value == '=')
        value++;
    else if (row->argument != NULL && (*i + 1 >= argc || is_option(o, argv[*i + 1])))
        return error_set(err, E_USE_02, "--%s needs a value: --%s %s", row->name, row->name, row->argument);
    else if (row->argument != NULL)
        value = argv[++*i];
    if (row->is_folder && *value == '\0')
        return error_set(err, E_USE_04, "--%s names no folder", row->name);
    if (row->is_folder && value[file_folder_size(value)] != '\0')
        value[file_folder_size(value)] = '\0'; /* as messages show it */
    return add_value(o, place, value, err);
}

static bool add_word(struct options *o, const struct options_syntax *syntax, const char *word, struct error *err)
{
    if (o->word_count >= syntax->max_words && syntax->why_no_more != NULL)
        return error_set(err, E_USE_01, "%s", syntax->why_no_more);
    if (o->word_count >= syntax->max_words)
        return error_set(err, E_USE_01, "there is one word too many: \"%.60s\"", word);
    o->words[o->word_count++] = word;
    return true;
}

bool options_check_words(int argc, char **argv, struct error *err)
{
    for (int i = 0; i < argc; i++) {
        if (strlen(argv[i]) > BOUND_WORD)
            return error_set(err, E_USE_04, "a word of the command line is longer than %d bytes", BOUND_WORD);
        if (!text_is_utf8(view_of_text(argv[i])))
            return error_set(err, E_TXT_01, "word %d of the command line is not valid UTF-8", i + 1);
    }
    return true;
}

static bool read_words(struct options *o, const struct options_syntax *syntax, int argc, char **argv, struct error *err)
{
    bool only_words = false;

    for (int i = 0; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (!only_words && strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            if (!read_option(o, argc, argv, &i, err))
                return false;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
            return error_set(err, E_USE_01, "options are written in full, with two dashes: \"%.20s\" is none", argv[i]);
        } else if (!add_word(o, syntax, argv[i], err)) {
            return false;
        }
    }
    return true;
}

static bool check_needed(const struct options *o, const struct options_syntax *syntax, struct error *err)
{
    for (size_t i = 0; i < o->row_count; i++)
        if (o->rows[i]->is_needed && o->counts[i] == 0)
            return error_set(err, E_USE_02, "--%s %s is missing", o->rows[i]->name, o->rows[i]->argument);
    if (o->word_count < OPTIONS_WORDS && syntax->needs[o->word_count] != NULL)
        return error_set(err, E_USE_02, "%s is missing", syntax->needs[o->word_count]);
    return true;
}

static void add_rows(struct options *o, const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        REQUIRE(o->row_count < OPTIONS_OWN + OPTIONS_COMMON && rows->times <= BOUND_OPTION_VALUES);
        o->rows[o->row_count++] = rows;
    }
}

bool options_read(const struct options_syntax *syntax, const struct option_row *common, int argc, char **argv,
                  struct options *out, struct error *err)
{
    size_t place;

    REQUIRE(syntax->max_words <= OPTIONS_WORDS);
    out->help = false;
    out->word_count = out->row_count = 0;
    memset(out->counts, 0, sizeof out->counts);
    add_rows(out, syntax->own);
    add_rows(out, common);
    if (!read_words(out, syntax, argc, argv, err))
        return false;
    if (find_row(out, view_of_text("help"), &place) != NULL && out->counts[place] > 0)
        out->help = true;
    return out->help || check_needed(out, syntax, err);
}

void options_add_usage(const char *command, const char *usage, struct error *err)
{
    const struct error why = *err;

    if (err->code == E_USE_02)
        (void)error_set(err, E_USE_02, "%s; usage: %s %s", why.text, command, usage);
}

bool options_want_json(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

/* --- values --- */

struct options_given options_values(const struct options *o, const char *option)
{
    const struct option_row *row;
    size_t place;

    row = find_row(o, view_of_text(option), &place);
    REQUIRE(row != NULL);
    return (struct options_given){o->values[place], o->counts[place]};
}

const char *options_value(const struct options *o, const char *option)
{
    struct options_given g = options_values(o, option);

    return g.count > 0 ? g.values[0] : NULL;
}

bool options_flag(const struct options *o, const char *option)
{
    return options_values(o, option).count > 0;
}

uint32_t options_number(const struct options *o, const char *option, uint32_t when_absent)
{
    const char *value = options_value(o, option);
    uint32_t n = when_absent;

    REQUIRE(value == NULL || text_read_u32(view_of_text(value), &n));
    return n;
}

bool options_required_value(const struct options *o, const char *option, const char **out, struct error *err)
{
    const char *value = options_value(o, option);

    if (value == NULL)
        return error_set(err, E_USE_02, "--%s is missing", option);
    if (value[0] == '\0')
        return error_set(err, E_USE_04, "--%s is empty", option);
    *out = value;
    return true;
}

bool options_not_both(const struct options *o, const char *one, const char *other, struct error *err)
{
    if (options_flag(o, one) && options_flag(o, other))
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

/* --- help --- */

static void print_row(const struct option_row *row, int column)
{
    char left[80];
    int width;

    (void)snprintf(left, sizeof left, "  --%s%s%s", row->name, row->argument != NULL ? " " : "",
                   row->argument != NULL ? row->argument : "");
    width = text_width(view_of_text(left));
    (void)printf("%s%s%*s%s%s\n", left, width > column - 2 ? "\n" : "", width > column - 2 ? column : column - width,
                 "", row->help, row->argument != NULL && row->times > 1 ? " (may be repeated)" : "");
}

void options_print_help(const struct option_row *rows, int column)
{
    for (; rows->name != NULL; rows++)
        if (!rows->is_hidden)
            print_row(rows, column);
}
