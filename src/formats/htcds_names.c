#include "formats/htcds_names.h"

#include "base/text.h"
#include "formats/loose_text.h"

#include <string.h>

#define NAME_MAX_SHAPED 64 /* bytes: longer than any field's name */

static const struct htcds_column columns[] = {
#define LEFT_OUT_ROW(name, label, other, why)                                   {name, label, other},
#define FIELD_ROW(section, group, number, name, label, other, type, codes, ...) {name, label, other},
#include "model/case_rows.def"
};
#define COLUMNS (sizeof columns / sizeof columns[0])

enum htcds_heading htcds_names_find(struct view word, const struct htcds_column **out)
{
    enum htcds_heading is = HEADING_UNKNOWN;

    *out = NULL;
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct htcds_column *c = &columns[i];

        if (text_is(word, c->name) || (c->other != NULL && text_is(word, c->other))) {
            *out = c;
            return text_is(word, c->name) ? HEADING_NAME : HEADING_OTHER;
        }
        if (loose_text_is(word, c->label)) {
            is = is == HEADING_UNKNOWN ? HEADING_LABEL : HEADING_SHARED;
            *out = *out == NULL ? c : *out;
        }
    }
    return is;
}

bool htcds_names_agree(const struct htcds_column *c, struct view word)
{
    return text_is(word, c->name) || (c->other != NULL && text_is(word, c->other)) || loose_text_is(word, c->label);
}

void htcds_names_sharing(struct view label, struct bytes *out)
{
    size_t left = 0;

    for (size_t i = 0; i < COLUMNS; i++)
        left += loose_text_is(label, columns[i].label);
    for (size_t i = 0, said = 0; i < COLUMNS; i++) {
        if (!loose_text_is(label, columns[i].label))
            continue;
        if (said++ > 0)
            bytes_append_text(out, --left == 1 ? " and " : ", ");
        bytes_append_text(out, columns[i].name);
    }
}

const char *htcds_names_label(const struct case_field *f)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, f->name) == 0)
            return columns[i].label;
    return f->name;
}

bool htcds_names_is_metadata(struct view name)
{
    static const char *const of_tool[] = {"start", "end", "__version__", "meta", "meta/instanceID", "instanceID"};

    for (size_t i = 0; i < sizeof of_tool / sizeof of_tool[0]; i++)
        if (text_is(name, of_tool[i]))
            return true;
    return false;
}

bool htcds_names_is_wellformed(struct view name)
{
    if (name.size < 5 || name.size >= NAME_MAX_SHAPED || name.at[3] != '_')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i];
        bool small = c >= 'a' && c <= 'z';

        if (i < 3 ? !small : !(small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

const char *htcds_names_nearest(struct view word)
{
    const char *candidates[2 * COLUMNS];
    char own[NAME_MAX_SHAPED];

    if (word.size < 4 || word.size >= sizeof own || memchr(word.at, 0, word.size) != NULL)
        return NULL; /* of a short word any other is near */
    memcpy(own, word.at, word.size);
    own[word.size] = '\0';
    for (size_t i = 0; i < COLUMNS; i++) {
        candidates[i] = columns[i].name;
        candidates[COLUMNS + i] = columns[i].label;
    }
    return text_nearest(own, candidates, 2 * COLUMNS);
}
