#include "formats/written_value.h"

#include "base/text.h"
#include "formats/code_words.h"
#include "formats/loose_text.h"

#include <string.h>

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* --- dates --- */

/* Three numbers and what stands between them. */
struct date_parts {
    unsigned number[3];
    size_t digits[3];
    uint8_t separator;
};

/* D.M.Y, Y-M-D and the like: three numbers of at most four digits, twice the same separator. */
static bool split_date(struct view v, struct date_parts *out)
{
    struct date_parts p = {0};
    size_t at = 0;

    for (size_t i = 0; i < v.size; i++) {
        uint8_t c = v.at[i];

        if (is_digit(c)) {
            if (++p.digits[at] > 4)
                return false;
            p.number[at] = p.number[at] * 10 + (unsigned)(c - '0');
            continue;
        }
        if (p.digits[at] == 0 || at == 2 || (c != '.' && c != '/' && c != '-') || (at == 1 && c != p.separator))
            return false;
        p.separator = c;
        at++;
    }
    *out = p;
    return at == 2 && p.digits[2] != 0;
}

/* The places of day and month among the parts of a date whose year stands last. */
static bool order_of(const struct date_parts *p, enum date_order dates, size_t *day, struct error *err)
{
    unsigned first = p->number[0];
    unsigned second = p->number[1];

    *day = 0;
    if (p->separator == '.' || first == second)
        return true; /* with points the day stands first, wherever points are used */
    if (dates != DATE_ORDER_UNKNOWN) {
        *day = dates == DATE_ORDER_DMY ? 0 : 1;
        return true;
    }
    if (first <= 12 && second <= 12)
        return error_set(
            err, E_CAS_02,
            "whether the day or the month stands first is not certain: write YYYY-MM-DD, or say --dates dmy "
            "or --dates mdy");
    *day = first > 12 ? 0 : 1;
    return true;
}

static bool read_date(struct view v, enum date_order dates, struct bytes *out, struct error *err)
{
    struct date_parts p;
    size_t year = 2;
    size_t day = 0;
    size_t month;

    if (!split_date(v, &p))
        return error_set(err, E_CAS_02, "date not as YYYY-MM-DD or DD.MM.YYYY");
    if (p.digits[0] == 4) {
        year = 0;
        day = 2;
        month = 1;
    } else {
        if (!order_of(&p, dates, &day, err))
            return false;
        month = 1 - day;
    }
    if (p.digits[year] != 4 || p.digits[day] > 2 || p.digits[month] > 2)
        return error_set(err, E_CAS_02, "date without a year of four digits: write YYYY-MM-DD");
    bytes_printf(out, "%04u-%02u-%02u", p.number[year], p.number[month], p.number[day]);
    return true;
}

/* --- numbers --- */

/* A comma in the place of the point; OUT is left as it was where there are two. */
static bool read_decimal(struct view v, struct bytes *out, struct error *err)
{
    size_t points = 0;

    for (size_t i = 0; i < v.size; i++)
        points += v.at[i] == '.' || v.at[i] == ',';
    if (points > 1)
        return error_set(err, E_CAS_02, "not a number");
    for (size_t i = 0; i < v.size; i++)
        bytes_append_u8(out, v.at[i] == ',' ? '.' : v.at[i]);
    return true;
}

/* 3, 3.0, 3,00 and 03 are one number. */
static bool read_whole(struct view v, struct bytes *out, struct error *err)
{
    size_t begin = out->size;
    size_t end;
    size_t from;

    if (!read_decimal(v, out, err))
        return false;
    end = out->size;
    if (memchr(out->at + begin, '.', end - begin) != NULL) {
        if (end - begin > 4 && out->at[end - 4] == '.')
            return error_set(err, E_CAS_02, "whether it is a whole number or thousands is not certain: write it plain");
        while (out->at[end - 1] == '0')
            end--;
        if (out->at[end - 1] != '.' || end == out->size || end - 1 == begin)
            return error_set(err, E_CAS_02, "not a whole number");
        bytes_truncate(out, end - 1);
    }
    for (from = begin; from + 1 < out->size && out->at[from] == '0' && is_digit(out->at[from + 1]); from++)
        continue;
    memmove(out->at + begin, out->at + from, out->size - from);
    bytes_truncate(out, begin + out->size - from);
    return true;
}

/* --- yes and no --- */

static bool read_yes_no(struct view v, struct bytes *out, struct error *err)
{
    bool yes = loose_text_is(v, "yes") || loose_text_is(v, "true") || text_is(v, "1");
    bool no = loose_text_is(v, "no") || loose_text_is(v, "false") || text_is(v, "0");

    if (!yes && !no) /* a cross may say "yes" or "does not apply" */
        return error_set(err, E_CAS_02, "neither yes nor no: write yes, no, or nothing when it is not known");
    bytes_append_text(out, yes ? "yes" : "no");
    return true;
}

/* --- phones --- */

/* How many bytes at the front of V people put between the digits of a number; 0: another character. */
static size_t phone_gap(struct view v)
{
    static const char *const gaps[] = {" ", "-", "(", ")", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x91", "\xE2\x80\x93"};

    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        size_t size = strlen(gaps[i]);

        if (v.size >= size && memcmp(v.at, gaps[i], size) == 0)
            return size;
    }
    return 0;
}

/* 4.86007E+10: the spreadsheet kept six digits of the number. */
static bool is_rounded(struct view v)
{
    size_t i = 0;

    while (i < v.size && (is_digit(v.at[i]) || v.at[i] == '.' || v.at[i] == ','))
        i++;
    return i > 0 && i + 1 < v.size && (v.at[i] | 0x20) == 'e' && v.at[i + 1] == '+';
}

static bool read_phone(struct view v, struct bytes *out, struct error *err)
{
    size_t begin = out->size;
    bool plus = v.at[0] == '+';
    size_t gap;

    if (is_rounded(v))
        return error_set(err, E_CAS_02, "a spreadsheet has rounded this phone number: its last digits are lost");
    v = view_of(v.at + plus, v.size - plus);
    while (v.size > 0) {
        /* +44 (0)20 …: the 0 is dialled at home only */
        if (v.size >= 3 && memcmp(v.at, "(0)", 3) == 0 && out->size > begin)
            gap = 3;
        else
            gap = phone_gap(v);
        if (gap == 0)
            bytes_append_u8(out, *v.at);
        v = view_of(v.at + (gap != 0 ? gap : 1), v.size - (gap != 0 ? gap : 1));
    }
    if (!plus && out->size - begin > 2 && memcmp(out->at + begin, "00", 2) == 0) {
        memmove(out->at + begin, out->at + begin + 2, out->size - begin - 2);
        bytes_truncate(out, out->size - 2);
        plus = true;
    }
    if (!plus && out->size > begin && out->at[begin] == '0')
        return error_set(err, E_CAS_02,
                         "a phone number that begins with 0 says no country: write + and the country's "
                         "number in the place of the 0 (+48…)");
    if (plus) {
        bytes_append_u8(out, 0);
        memmove(out->at + begin + 1, out->at + begin, out->size - begin - 1);
        out->at[begin] = '+';
    }
    return true;
}

/* --- codes --- */

static bool refuse_code(const struct case_field *f, struct view word, struct error *err)
{
    const char *prose = code_words_prose(f, word);
    struct bytes near = {0};

    if (prose != NULL)
        return error_set(err, E_CAS_02,
                         "unknown code %s (it stands in the prose definitions, not in the field standard: say which "
                         "is meant)",
                         prose);
    code_words_nearest(f->codes, word, &near);
    bytes_append_u8(&near, 0);
    if (near.size == 1)
        (void)error_set(err, E_CAS_02, "unknown code; docs/FIELDS.md lists those of %s", f->codes->name);
    else
        (void)error_set(err, E_CAS_02, "unknown code; did you mean %s?", (const char *)near.at);
    bytes_fini(&near);
    return false;
}

static bool read_word(const struct case_field *f, struct view word, struct bytes *out, const char **alias,
                      struct error *err)
{
    const char *one;

    if (!code_words_find(f, word, out, &one)) {
        if (f->codes != NULL)
            return refuse_code(f, word, err);
        bytes_append_view(out, word); /* its field says what is wrong with it */
    }
    if (one != NULL)
        *alias = one;
    return true;
}

static bool read_list(const struct case_field *f, struct view written, struct bytes *out, const char **alias,
                      struct error *err)
{
    struct view word;

    for (bool first = true; loose_text_split(&written, ';', &word); first = false) {
        if (!first)
            bytes_append_u8(out, ';');
        if (!read_word(f, word, out, alias, err))
            return false;
    }
    return true;
}

bool written_value_read(const struct case_field *f, struct view written, enum date_order dates, struct bytes *out,
                        const char **alias, struct error *err)
{
    REQUIRE(written.size > 0); /* what is empty is not known */
    *alias = NULL;
    switch (f->type) {
    case FIELD_PHONE:
        return read_phone(written, out, err);
    case FIELD_DATE:
        return read_date(written, dates, out, err);
    case FIELD_YES_NO:
        return read_yes_no(written, out, err);
    case FIELD_NUMBER:
        return read_whole(written, out, err);
    case FIELD_LONGITUDE:
    case FIELD_LATITUDE:
        return read_decimal(written, out, err);
    case FIELD_CODE:
    case FIELD_COUNTRY:
    case FIELD_LANGUAGE:
        return read_word(f, written, out, alias, err);
    case FIELD_CODES:
    case FIELD_COUNTRIES:
    case FIELD_LANGUAGES:
        return read_list(f, written, out, alias, err);
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_EMAIL:
        break;
    }
    bytes_append_view(out, written);
    return true;
}
