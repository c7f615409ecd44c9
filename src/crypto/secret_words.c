#include "crypto/secret_words.h"

#include "base/text.h"
#include "crypto/digest.h"

static const char *const list[] = {
#define SECRET_WORD_ROW(word) word,
#include "crypto/secret_words.def"
#undef SECRET_WORD_ROW
};

#define WORD_BITS  11
#define WORD_COUNT (sizeof list / sizeof list[0])
#define MIN_PREFIX 4 /* letters that tell a word from all others */
#define MAX_BITS   (SECRET_WORDS_MAX_SIZE / 4 * 33)

_Static_assert(WORD_COUNT == 1 << WORD_BITS, "a word for each number of eleven bits");
_Static_assert(MAX_BITS % WORD_BITS == 0, "33 bits are three words");

/* The secret with its checksum behind it. Wiped by who fills it. */
struct word_bits {
    uint8_t at[SECRET_WORDS_MAX_SIZE + 1]; /* a checksum has 8 bits at most */
};

size_t secret_words_count(size_t size)
{
    REQUIRE(size > 0 && size % 4 == 0 && size <= SECRET_WORDS_MAX_SIZE);
    return size / 4 * 33 / WORD_BITS;
}

/* The first SIZE / 4 bits of its SHA-256; the others of the byte are zero. */
static uint8_t checksum(const uint8_t *at, size_t size)
{
    struct hash h;
    uint8_t bits;

    digest_sha256(view_of(at, size), &h);
    bits = (uint8_t)(h.at[0] & (0xFF00U >> (size / 4)));
    secret_wipe(&h, sizeof h);
    return bits;
}

static unsigned bits_get(const struct word_bits *b, size_t word)
{
    unsigned n = 0;

    for (size_t i = word * WORD_BITS; i < (word + 1) * WORD_BITS; i++)
        n = n << 1 | ((unsigned)b->at[i / 8] >> (7 - i % 8) & 1);
    return n;
}

static void bits_put(struct word_bits *b, size_t word, unsigned n)
{
    for (size_t i = 0; i < WORD_BITS; i++) {
        size_t bit = word * WORD_BITS + i;

        b->at[bit / 8] |= (uint8_t)((n >> (WORD_BITS - 1 - i) & 1) << (7 - bit % 8));
    }
}

void secret_words_write(struct view entropy, struct secret *out)
{
    const size_t count = secret_words_count(entropy.size);
    struct word_bits bits = {0};
    struct bytes text = {.wiping = true};

    memcpy(bits.at, entropy.at, entropy.size);
    bits.at[entropy.size] = checksum(entropy.at, entropy.size);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            bytes_append_u8(&text, ' ');
        bytes_append_text(&text, list[bits_get(&bits, i)]);
    }
    secret_copy(out, bytes_view(&text));
    bytes_fini(&text);
    secret_wipe(&bits, sizeof bits);
}

/* --- what was typed --- */

static bool separates(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '-' || c == ',' || c == '.';
}

/* The next word of REST, or number; false when there is none. */
static bool take_word(struct view *rest, struct view *out)
{
    size_t n = 0;

    while (rest->size > 0 && separates(*rest->at))
        *rest = view_of(rest->at + 1, rest->size - 1);
    while (n < rest->size && !separates(rest->at[n]))
        n++;
    *out = view_of(rest->at, n);
    *rest = view_of(rest->at + n, rest->size - n);
    return n > 0;
}

static bool is_number(struct view word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
    return true;
}

/* WORD in small letters and a NUL, of a longer one the first letters. */
static void lower(struct view word, char out[static SECRET_WORDS_LONGEST + 2])
{
    size_t n = word.size <= SECRET_WORDS_LONGEST ? word.size : SECRET_WORDS_LONGEST + 1;

    for (size_t i = 0; i < n; i++)
        out[i] = (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] - 'A' + 'a' : word.at[i]);
    out[n] = 0;
}

/* Its row, or WORD_COUNT. */
static unsigned find(const char *typed)
{
    const size_t size = strlen(typed);
    unsigned low = 0;
    unsigned high = WORD_COUNT;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (strcmp(list[middle], typed) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < WORD_COUNT && strncmp(list[low], typed, size) == 0 && (size >= MIN_PREFIX || list[low][size] == 0))
        return low;
    return WORD_COUNT;
}

static bool not_in_the_list(size_t place, const char *typed, struct error *err)
{
    const char *near = text_nearest(typed, list, WORD_COUNT);

    if (near != NULL)
        return error_set(err, E_WRD_01, "word %zu is not in the list; did you mean \"%s\"?", place, near);
    return error_set(err, E_WRD_01, "word %zu is not in the list", place);
}

/* Counts on behind WANTED, where nothing is kept any more. */
static bool read_all(struct view typed, size_t wanted, struct word_bits *bits, size_t *count, struct error *err)
{
    char letters[SECRET_WORDS_LONGEST + 2] = {0};
    struct view word;
    bool ok = true;

    *count = 0;
    while (ok && take_word(&typed, &word)) {
        unsigned n;

        if (is_number(word))
            continue;
        lower(word, letters);
        n = find(letters);
        if (n == WORD_COUNT)
            ok = not_in_the_list(*count + 1, letters, err);
        else if (*count < wanted)
            bits_put(bits, *count, n);
        ++*count;
    }
    secret_wipe(letters, sizeof letters);
    return ok;
}

bool secret_words_read(struct view typed, size_t size, struct secret *out, struct error *err)
{
    const size_t wanted = secret_words_count(size);
    struct word_bits bits = {0};
    size_t count = 0;
    bool ok = read_all(typed, wanted, &bits, &count, err);

    if (ok && count != wanted)
        ok = error_set(err, E_WRD_02, "%zu words were given, and there are %zu", count, wanted);
    if (ok && bits.at[size] != checksum(bits.at, size))
        ok = error_set(err, E_WRD_03, "the %zu words do not belong together", count);
    if (ok)
        secret_copy(out, view_of(bits.at, size));
    secret_wipe(&bits, sizeof bits);
    return ok;
}
