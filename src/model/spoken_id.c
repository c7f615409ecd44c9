#include "model/spoken_id.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const words[] = {
#define WORD_ROW(word) word,
#include "model/words.def"
};

#define WORDS      (sizeof words / sizeof words[0])
#define WORD_BITS  10
#define CODES      1000 /* numbers of a code-name: as many in 16 bits of the id, so that each has 65 or 66 of them */
#define CODE_BITS  16
#define CODE_ROOM  (1U << CODE_BITS)
#define LABEL_REST (32 - 2 * WORD_BITS)                     /* of the first 32 bits, behind a label's */
#define CODE_REST  (32 - WORD_BITS - CODE_BITS)             /* … behind a code-name's */
#define SPAN       ((1U << LABEL_REST) + (2U << CODE_REST)) /* the wider of both: 66 x 64 of a code-name */

_Static_assert(WORDS == 1U << WORD_BITS, "a word for each ten bits");

/* What is spelled: two words, or a word and a number below CODES. */
struct spelled {
    enum spoken_id what;
    unsigned first;
    unsigned second;
};

/* --- the check digit --- */

/* Damm: finds each wrong digit, and two that stand in each other's place. */
static unsigned damm(unsigned check, unsigned number, unsigned digits)
{
    static const uint8_t table[10][10] = {{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                          {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                          {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                          {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                          {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};
    unsigned at = 1;

    for (; digits > 1; digits--)
        at *= 10;
    for (; at > 0; at /= 10)
        check = table[check][number / at % 10];
    return check;
}

static unsigned check_of(const struct spelled *s)
{
    return damm(damm(0, s->first, 4), s->second, s->what == SPOKEN_ID_LABEL ? 4 : 3);
}

/* --- bits --- */

static struct spelled label_of(const struct ident *id)
{
    uint32_t bits = read_u32(id->at) >> LABEL_REST;

    return (struct spelled){SPOKEN_ID_LABEL, bits >> WORD_BITS, bits & (WORDS - 1)};
}

static struct spelled code_name_of(const struct ident *id)
{
    uint32_t bits = read_u32(id->at) >> CODE_REST;

    return (struct spelled){SPOKEN_ID_CODE_NAME, bits >> CODE_BITS, (bits & (CODE_ROOM - 1)) * CODES / CODE_ROOM};
}

/* The least CODE_BITS that are spelled as NUMBER. */
static uint32_t least_code(unsigned number)
{
    return (number * CODE_ROOM + CODES - 1) / CODES;
}

static void ids_spelled(const struct spelled *s, struct ident *first, struct ident *last)
{
    uint32_t from = s->first << (32 - WORD_BITS);
    uint32_t to = from;

    if (s->what == SPOKEN_ID_LABEL) {
        from |= s->second << LABEL_REST;
        to = from + (1U << LABEL_REST) - 1;
    } else {
        from |= least_code(s->second) << CODE_REST;
        to += (least_code(s->second + 1) << CODE_REST) - 1;
    }
    memset(first, 0, sizeof *first);
    memset(last, 0xff, sizeof *last);
    write_u32(first->at, from);
    write_u32(last->at, to);
}

void case_label_range(const struct ident *id, struct ident *first, struct ident *last)
{
    struct spelled s = label_of(id);

    ids_spelled(&s, first, last);
}

void code_name_range(const struct ident *id, struct ident *first, struct ident *last)
{
    struct spelled s = code_name_of(id);

    ids_spelled(&s, first, last);
}

bool spoken_id_is_span(const struct ident *first, const struct ident *last)
{
    uint32_t from = read_u32(first->at);
    uint32_t to = read_u32(last->at);

    return from <= to && to - from < SPAN;
}

/* --- writing --- */

void case_label_write(const struct ident *case_id, char out[static BOUND_SPOKEN_ID])
{
    struct spelled s = label_of(case_id);

    (void)snprintf(out, BOUND_SPOKEN_ID, "%s-%s-%u", words[s.first], words[s.second], check_of(&s));
}

void code_name_write(const struct ident *referral, char out[static BOUND_SPOKEN_ID])
{
    struct spelled s = code_name_of(referral);

    (void)snprintf(out, BOUND_SPOKEN_ID, "%s-%03u-%u", words[s.first], s.second, check_of(&s));
    for (size_t i = 0; out[i] != '\0'; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 'a' + 'A');
}

/* --- reading --- */

/* TEXT in its three parts. */
static bool take_apart(struct view text, struct view parts[3])
{
    size_t from = 0;
    size_t part = 0;

    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.at[i] != '-')
            continue;
        if (part == 3)
            return false;
        parts[part++] = view_of(text.at + from, i - from);
        from = i + 1;
    }
    return part == 3;
}

static bool is_number(struct view text, size_t digits)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return text.size == digits;
}

static bool is_word(struct view text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((text.at[i] | 0x20) < 'a' || (text.at[i] | 0x20) > 'z')
            return false;
    return text.size > 0;
}

enum spoken_id spoken_id_form(struct view text)
{
    struct view parts[3];

    if (text.size >= BOUND_SPOKEN_ID || !take_apart(text, parts) || !is_word(parts[0]) || !is_number(parts[2], 1))
        return SPOKEN_ID_NONE;
    if (is_number(parts[1], 3))
        return SPOKEN_ID_CODE_NAME;
    return is_word(parts[1]) ? SPOKEN_ID_LABEL : SPOKEN_ID_NONE;
}

static bool find_word(struct view text, unsigned *out, struct error *err)
{
    char word[BOUND_SPOKEN_ID];
    const char *near;

    for (size_t i = 0; i < text.size; i++)
        word[i] = (char)(text.at[i] | 0x20);
    word[text.size] = '\0';
    for (*out = 0; *out < WORDS; ++*out)
        if (strcmp(words[*out], word) == 0)
            return true;
    near = text_nearest(word, words, WORDS);
    return error_set(err, E_USE_04, "\"%s\" is no word of a label or code-name%s%s%s", word,
                     near != NULL ? ": is it \"" : "", near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static unsigned number_of(struct view digits)
{
    unsigned number = 0;

    for (size_t i = 0; i < digits.size; i++)
        number = number * 10 + (digits.at[i] - '0');
    return number;
}

bool spoken_id_read(struct view text, struct ident *first, struct ident *last, struct error *err)
{
    struct spelled s = {.what = spoken_id_form(text)};
    struct view parts[3];

    REQUIRE(s.what != SPOKEN_ID_NONE && take_apart(text, parts));
    if (!find_word(parts[0], &s.first, err) || (s.what == SPOKEN_ID_LABEL && !find_word(parts[1], &s.second, err)))
        return false;
    if (s.what == SPOKEN_ID_CODE_NAME)
        s.second = number_of(parts[1]);
    if (number_of(parts[2]) != check_of(&s))
        return error_set(err, E_USE_07, "the last digit of %.*s does not go with what stands before it", (int)text.size,
                         (const char *)text.at);
    ids_spelled(&s, first, last);
    return true;
}
