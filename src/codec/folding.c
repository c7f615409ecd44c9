#include "codec/folding.h"

#include "base/secret.h"

#include <string.h>
#include <utf8proc.h>

#define DECOMPOSED_MAX 18                    /* code points of which one is made at most (U+FDFA) */
#define ROOM           (2 * FOLDED_WORD_MAX) /* bytes of a word before spellings become one */

struct word {
    char text[ROOM + 1];
    size_t size;
    folding_word_fn *on_word;
    void *cookie;
};

static const struct letter {
    utf8proc_int32_t code;
    const char *becomes;
} letters[] = {
#define LETTER(code, becomes) {code, becomes},
#include "codec/folding.def"
};

static const char *letter_of(utf8proc_int32_t code)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].code == code)
            return letters[i].becomes;
    return NULL;
}

/* --- spellings --- */

/* What two letters, or one, are instead, the first that fits. */
static const struct spelling {
    const char *from;
    const char *to;
} spellings[] = {
    {"sh", "s"}, {"sz", "s"}, {"ch", "c"}, {"cz", "c"}, {"zh", "z"}, {"kh", "g"}, {"ts", "c"}, {"tz", "c"},
    {"ph", "f"}, {"th", "t"}, {"x", "ks"}, {"w", "v"},  {"y", "i"},  {"j", "i"},  {"h", "g"},  {"q", "k"},
};

static const struct spelling *spelling_at(const char *text)
{
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        if (strncmp(text, spellings[i].from, strlen(spellings[i].from)) == 0)
            return &spellings[i];
    return NULL;
}

/* Doubled letters are one; digits stay as they are. */
static void append_letter(char *out, size_t *size, char c)
{
    bool is_doubled = *size > 0 && out[*size - 1] == c && c >= 'a' && c <= 'z';

    if (!is_doubled && *size < FOLDED_WORD_MAX)
        out[(*size)++] = c;
}

static void unite_spellings(const char *text, char *out, size_t *size)
{
    *size = 0;
    for (const char *at = text; *at != '\0';) {
        const struct spelling *s = spelling_at(at);

        if (s == NULL) {
            append_letter(out, size, *at++);
            continue;
        }
        for (const char *to = s->to; *to != '\0'; to++)
            append_letter(out, size, *to);
        at += strlen(s->from);
    }
}

/* No character is cut in two. */
static size_t whole_characters(const char *text, size_t size)
{
    if (size < FOLDED_WORD_MAX)
        return size;
    while (size > 0 && ((uint8_t)text[size - 1] & 0xC0) == 0x80)
        size--;
    return size > 0 && (uint8_t)text[size - 1] >= 0xC0 ? size - 1 : size;
}

/* --- words --- */

static void end_word(struct word *w)
{
    char united[FOLDED_WORD_MAX] = {0};
    const char *at = united;
    size_t size;

    w->text[w->size] = '\0';
    unite_spellings(w->text, united, &size);
    size = whole_characters(united, size);
    if (size >= 3 && united[0] == 'i' && united[1] == 'e') { /* Yelena, Євген */
        at++;
        size--;
    }
    if (size > 0)
        w->on_word(w->cookie, view_of(at, size));
    w->size = 0;
    secret_wipe(w->text, sizeof w->text);
    secret_wipe(united, sizeof united);
}

static void append(struct word *w, const void *at, size_t size)
{
    if (w->size + size > ROOM)
        return;
    memcpy(w->text + w->size, at, size);
    w->size += size;
}

static bool is_of_word(utf8proc_int32_t code)
{
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
        return true;
    default:
        return false;
    }
}

static bool is_mark(utf8proc_int32_t code)
{
    utf8proc_category_t c = utf8proc_category(code);

    return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC || c == UTF8PROC_CATEGORY_ME ||
           c == UTF8PROC_CATEGORY_CF;
}

static void append_part(struct word *w, utf8proc_int32_t code)
{
    utf8proc_uint8_t encoded[4];
    const char *becomes = letter_of(code);

    if (becomes != NULL)
        append(w, becomes, strlen(becomes));
    else if (is_of_word(code))
        append(w, encoded, (size_t)utf8proc_encode_char(code, encoded));
}

/* The small letters of one character, without marks. */
static void add_character(struct word *w, utf8proc_int32_t code)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        code, parts, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK,
        &boundary);

    for (utf8proc_ssize_t i = 0; i < n && i < DECOMPOSED_MAX; i++)
        append_part(w, parts[i]);
    secret_wipe(parts, sizeof parts);
}

void folding_each_word(struct view text, folding_word_fn *on_word, void *cookie)
{
    struct word w = {.on_word = on_word, .cookie = cookie};

    for (size_t at = 0; at < text.size;) {
        utf8proc_int32_t code = -1;
        utf8proc_ssize_t read = utf8proc_iterate(text.at + at, (utf8proc_ssize_t)(text.size - at), &code);

        at += read > 0 ? (size_t)read : 1;
        if (read > 0 && (letter_of(code) != NULL || is_of_word(code)))
            add_character(&w, code);
        else if (read <= 0 || !is_mark(code))
            end_word(&w);
    }
    end_word(&w);
}

/* Whether the letter that a word has may have been begun by the one that was typed last. */
static bool may_be_begun(uint8_t word, uint8_t typed)
{
    return word == typed || (word == 'g' && typed == 'k') || (word == 'c' && typed == 't') ||
           (word == 'f' && typed == 'p');
}

bool folding_begins(struct view word, struct view typed)
{
    return typed.size > 0 && word.size >= typed.size && memcmp(word.at, typed.at, typed.size - 1) == 0 &&
           may_be_begun(word.at[typed.size - 1], typed.at[typed.size - 1]);
}
