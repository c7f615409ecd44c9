#include "model/section.h"

#include "base/text.h"
#include "model/names.h"

#include <string.h>

const char *const section_names[SECTION_END] = {
#define SECTION_ROW(number, NAME, word, by_name, message, fields) [number] = word,
#include "model/case_rows.def"
};

const section_set sections_by_name = 0
#define SECTION_ROW(number, NAME, word, by_name, message, fields) | ((by_name) ? SECTION_BIT(number) : 0)
#include "model/case_rows.def"
    ;

NAMED_BY(section_name, enum section, section_names)
FOUND_BY(section_find, enum section, section_names)

#define WORD_MAX 32 /* bytes of a word that is shown again; no section's name is longer than 14 */

/* The input is repeated only where it looks like a word: it may be anything, even a name typed in the wrong place. */
static bool unknown_section(struct view word, struct error *err)
{
    char shown[WORD_MAX + 1];
    const char *nearest;

    if (word.size == 0)
        return error_set(err, E_USE_04, "a section's name is missing");
    if (word.size > WORD_MAX)
        return error_set(err, E_USE_04, "there is no section of that name");
    for (size_t i = 0; i < word.size; i++)
        if (!((word.at[i] >= 'a' && word.at[i] <= 'z') || (word.at[i] >= 'A' && word.at[i] <= 'Z') ||
              word.at[i] == '-'))
            return error_set(err, E_USE_04, "there is no section of that name");
    memcpy(shown, word.at, word.size);
    shown[word.size] = '\0';
    nearest = text_nearest(shown, section_names + 1, SECTION_END - 1);
    if (nearest == NULL)
        return error_set(err, E_USE_04, "there is no section \"%s\"", shown);
    return error_set(err, E_USE_04, "there is no section \"%s\"; did you mean \"%s\"?", shown, nearest);
}

bool section_set_read(struct view text, section_set *out, struct error *err)
{
    section_set set = 0;
    struct view word;
    enum section s;

    if (text.size == 0)
        return error_set(err, E_USE_04, "no section is named");
    while (text_split(&text, ',', &word)) {
        if (!section_find(word, &s))
            return unknown_section(word, err);
        set |= SECTION_BIT(s);
    }
    *out = set;
    return true;
}

void section_set_write(section_set set, struct bytes *out)
{
    bool first = true;

    for (unsigned s = 1; s < SECTION_END; s++) {
        if ((set & SECTION_BIT(s)) == 0)
            continue;
        if (!first)
            bytes_append_u8(out, ',');
        bytes_append_text(out, section_names[s]);
        first = false;
    }
}
