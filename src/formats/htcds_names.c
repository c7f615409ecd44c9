#include "formats/htcds_names.h"

#include "base/text.h"

#include <string.h>

#define NAME_MAX_SHAPED 64 /* bytes: longer than any field's name */

const struct case_field *htcds_names_survey(struct view name)
{
    static const char *const aliases[][2] = {
        {"prs_First_Name", "prs_FirstName"},
        {"prs_Second_Name", "prs_SecondName"},
        {"vic_Methods_of_Control", "vic_MethodsOfControl"},
    };

    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (text_is(name, aliases[i][0]))
            return case_field_find(view_of_text(aliases[i][1]));
    return NULL;
}

bool htcds_names_is_metadata(struct view name)
{
    static const char *const columns[] = {"start", "end", "__version__", "meta", "meta/instanceID", "instanceID"};

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (text_is(name, columns[i]))
            return true;
    return false;
}

const char *htcds_names_alias(const struct case_field *f, struct view word)
{
    /* The first is how the word is spelled everywhere but in the standard; the others are the names of the same things
     * in its prose definitions. */
    static const struct {
        const struct code_list *list;
        const char *word;
        const char *code;
    } aliases[] = {
        {&codes_relationship, "Unacquainted", "Unaquainted"},
        {&codes_control, "ThreatOfLawEnforcement", "ThreatsLawEnforcement"},
        {&codes_control, "PsychoactiveSubstances", "PsychoactiveSubstance"},
    };

    if (f->type == FIELD_LANGUAGE || f->type == FIELD_LANGUAGES)
        return language_terminological(word);
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (aliases[i].list == f->codes && text_is(word, aliases[i].word))
            return aliases[i].code;
    return NULL;
}

const char *htcds_names_prose(const struct case_field *f, struct view word)
{
    static const char *const words[] = {"RestrictsMovement", "UsesChildren", "Threats"};

    for (size_t i = 0; f->codes == &codes_control && i < sizeof words / sizeof words[0]; i++)
        if (text_is(word, words[i]))
            return words[i];
    return NULL;
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

const char *htcds_names_nearest(struct view name)
{
    char word[NAME_MAX_SHAPED];
    const char *best = NULL;

    if (!htcds_names_is_wellformed(name))
        return NULL;
    memcpy(word, name.at, name.size);
    word[name.size] = '\0';
    for (size_t i = 0; i < case_fields_count && best == NULL; i++)
        best = text_nearest(word, &case_fields[i].name, 1);
    return best;
}
