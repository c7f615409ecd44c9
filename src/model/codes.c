#include "model/codes.h"

#include "base/sorted.h"

#include <string.h>

/* In order, one blank between. XK (Kosovo) is not assigned by ISO 3166: it is the code in use, in passports, too. */
/* clang-format off */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/* clang-format on */

static const struct language_row {
    char code[LANGUAGE_LETTERS + 1];
    char two[3];
    char other[LANGUAGE_LETTERS + 1];
} languages[] = {
#define LANGUAGE_ROW(code, two, other, name) {code, two, other},
#include "model/languages.def"
#undef LANGUAGE_ROW
};
#define LANGUAGES (sizeof languages / sizeof languages[0])

#define CODE(NAME, number, code, label, also)  code,
#define LABEL(NAME, number, code, label, also) label,
#define LIST_ROW(list, LIST, name, count)                                                                              \
    static const char *const list[] = {LIST##_VALUES(CODE)};                                                           \
    static const char *const list##_labels[] = {LIST##_VALUES(LABEL)};                                                 \
    const struct code_list codes_##list = {name, list, list##_labels, count};
#include "model/case_rows.def"
#undef CODE
#undef LABEL

uint32_t codes_find(const struct code_list *list, struct view code)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (view_equal(code, view_of_text(list->codes[i])))
            return i + 1;
    return 0;
}

bool codes_has(const struct code_list *list, uint32_t number)
{
    return number >= 1 && number <= list->count;
}

const char *codes_name(const struct code_list *list, uint32_t number)
{
    return codes_has(list, number) ? list->codes[number - 1] : NULL;
}

const char *codes_label(const struct code_list *list, uint32_t number)
{
    return codes_has(list, number) ? list->labels[number - 1] : NULL;
}

/* Rows of countries: the letters of a word and the blank behind it, or the NUL that ends the list. */
static int compare_country(const void *key, const void *row)
{
    return memcmp(key, row, 2);
}

static int compare_language(const void *key, const void *row)
{
    return memcmp(key, row, LANGUAGE_LETTERS);
}

uint32_t letters_read(struct view v, size_t size)
{
    uint32_t n = 0;

    for (size_t i = 0; i < v.size && v.size == size; i++)
        n = n << 8 | v.at[i];
    return n;
}

void letters_write(uint32_t letters, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(letters >> 8 * (size - 1 - i) & 0xFF);
    out[size] = '\0';
}

bool country_is_known(uint32_t letters)
{
    char word[3];

    letters_write(letters, 2, word);
    return letters <= 0xFFFF && sorted_find(word, countries, sizeof countries / 3, 3, compare_country) != NULL;
}

bool language_is_known(uint32_t letters)
{
    char word[LANGUAGE_LETTERS + 1];

    letters_write(letters, LANGUAGE_LETTERS, word);
    return letters <= 0xFFFFFF && sorted_find(word, languages, LANGUAGES, sizeof *languages, compare_language) != NULL;
}

uint32_t country_find(struct view alpha2)
{
    uint32_t n = letters_read(alpha2, 2);

    return country_is_known(n) ? n : 0;
}

uint32_t language_find(struct view code)
{
    uint32_t n = letters_read(code, LANGUAGE_LETTERS);

    return language_is_known(n) ? n : 0;
}

const char *language_code(struct view word)
{
    char letters[LANGUAGE_LETTERS] = "";
    struct view small = view_of(letters, word.size);

    if (word.size < 2 || word.size > LANGUAGE_LETTERS)
        return NULL;
    for (size_t i = 0; i < word.size; i++)
        letters[i] = (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] - 'A' + 'a' : word.at[i]);
    for (size_t i = 0; i < LANGUAGES; i++)
        if (view_equal(small, view_of_text(languages[i].code)) || view_equal(small, view_of_text(languages[i].two)) ||
            view_equal(small, view_of_text(languages[i].other)))
            return languages[i].code;
    return NULL;
}
