#include "base/text.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define BLOCK 32 /* bytes that are looked at together: compilers make a few instructions of it */

/* The end of the blocks from FROM on of which each byte is FIRST to LAST. Most text is plain ASCII, and all of it is
 * read several times. */
static size_t skip_plain(struct view v, size_t from, uint8_t first, uint8_t last)
{
    const uint8_t range = (uint8_t)(last - first);

    for (; v.size - from >= BLOCK; from += BLOCK) {
        const uint8_t *block = v.at + from;
        uint8_t other = 0;

        for (int i = 0; i < BLOCK; i++)
            other |= (uint8_t)(block[i] - first) > range;
        if (other != 0)
            break;
    }
    return from;
}

/* How many bytes the character at I has; 0: they are none (RFC 3629). */
static size_t character_size(struct view v, size_t i)
{
    const uint8_t c = v.at[i];
    size_t more;
    uint32_t point;

    if (c < 0x80)
        return c != 0;
    if (c >= 0xC2 && c <= 0xDF) {
        more = 1;
        point = c & 0x1F;
    } else if (c >= 0xE0 && c <= 0xEF) {
        more = 2;
        point = c & 0x0F;
    } else if (c >= 0xF0 && c <= 0xF4) {
        more = 3;
        point = c & 0x07;
    } else {
        return 0;
    }
    if (v.size - i <= more)
        return 0;
    for (size_t k = 1; k <= more; k++) {
        if ((v.at[i + k] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (v.at[i + k] & 0x3F);
    }
    if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000))
        return 0;
    if ((point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF)
        return 0;
    return more + 1;
}

bool text_is_utf8(struct view v)
{
    size_t i = 0;

    while ((i = skip_plain(v, i, 0x01, 0x7F)) < v.size)
        for (size_t end = i + BLOCK; i < end && i < v.size;) {
            size_t size = character_size(v, i);

            if (size == 0)
                return false;
            i += size;
        }
    return true;
}

static bool is_control_at(struct view v, size_t i, bool lines)
{
    const uint8_t c = v.at[i];

    if (lines && (c == '\n' || c == '\t'))
        return false;
    return c < 0x20 || c == 0x7F || (c == 0xC2 && v.at[i + 1] < 0xA0);
}

bool text_has_control(struct view v, bool lines)
{
    size_t i = 0;

    while ((i = skip_plain(v, i, 0x20, 0x7E)) < v.size)
        for (size_t end = i + BLOCK; i < end && i < v.size; i++)
            if (is_control_at(v, i, lines))
                return true;
    return false;
}

bool text_read_u64(struct view v, uint64_t *out)
{
    uint64_t n = 0;

    if (v.size == 0 || v.size > 20 || (v.size > 1 && v.at[0] == '0'))
        return false;
    for (size_t i = 0; i < v.size; i++) {
        uint64_t digit = (uint64_t)(v.at[i] - '0');

        if (v.at[i] < '0' || v.at[i] > '9' || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

bool text_read_u32(struct view v, uint32_t *out)
{
    uint64_t n;

    if (!text_read_u64(v, &n) || n > UINT32_MAX)
        return false;
    *out = (uint32_t)n;
    return true;
}

bool text_read_date(struct view v, int32_t *out_day)
{
    int32_t part[3] = {0, 0, 0};
    static const size_t from[3] = {0, 5, 8};
    static const size_t digits[3] = {4, 2, 2};
    struct tm tm = {0};
    struct tm back;
    time_t at;

    if (v.size != 10 || v.at[4] != '-' || v.at[7] != '-')
        return false;
    for (int p = 0; p < 3; p++) {
        for (size_t i = 0; i < digits[p]; i++) {
            uint8_t c = v.at[from[p] + i];

            if (c < '0' || c > '9')
                return false;
            part[p] = part[p] * 10 + (c - '0');
        }
    }
    if (part[0] < 1900 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31)
        return false;
    tm.tm_year = part[0] - 1900;
    tm.tm_mon = part[1] - 1;
    tm.tm_mday = part[2];
    at = timegm(&tm); /* normalises a day that does not exist into one that does */
    if (gmtime_r(&at, &back) == NULL || back.tm_mday != part[2] || back.tm_mon != part[1] - 1)
        return false;
    *out_day = (int32_t)(at / 86400 - (at % 86400 < 0));
    return true;
}

void text_write_date(int32_t day, char out[static 11])
{
    time_t at = (time_t)day * 86400;
    struct tm tm = {0};
    char wide[48];

    (void)gmtime_r(&at, &tm);
    (void)snprintf(wide, sizeof wide, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    wide[10] = '\0';
    memcpy(out, wide, 11);
}

void text_write_time(int64_t ms, char out[static 25])
{
    char wide[64];
    char date[11];
    int64_t in_day;

    if (ms < 0)
        ms = 0;
    if (ms > 253402300799999)
        ms = 253402300799999; /* 9999-12-31 */
    in_day = ms % DAY_MS;
    text_write_date((int32_t)(ms / DAY_MS), date);
    (void)snprintf(wide, sizeof wide, "%sT%02d:%02d:%02d.%03dZ", date, (int)(in_day / 3600000),
                   (int)(in_day / 60000 % 60), (int)(in_day / 1000 % 60), (int)(in_day % 1000));
    memcpy(out, wide, 25);
}

void text_write_minute(int64_t ms, char out[static TEXT_MINUTE])
{
    char full[25];

    text_write_time(ms, full);
    (void)snprintf(out, TEXT_MINUTE, "%.10s %.5s UTC", full, full + 11);
}

void text_write_hex(const uint8_t *at, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[at[i] >> 4];
        out[2 * i + 1] = digits[at[i] & 15];
    }
    out[2 * size] = '\0';
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool text_read_hex(struct view v, uint8_t *out, size_t size)
{
    if (v.size != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(v.at[2 * i]);
        int low = hex_digit(v.at[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_append_base64(struct bytes *out, struct view v)
{
    uint8_t *to = bytes_reserve(out, (v.size + 2) / 3 * 4);

    for (size_t i = 0; i < v.size; i += 3) {
        size_t left = v.size - i;
        uint32_t n = (uint32_t)v.at[i] << 16;

        if (left > 1)
            n |= (uint32_t)v.at[i + 1] << 8;
        if (left > 2)
            n |= v.at[i + 2];
        *to++ = (uint8_t)base64_digits[n >> 18];
        *to++ = (uint8_t)base64_digits[n >> 12 & 63];
        *to++ = left > 1 ? (uint8_t)base64_digits[n >> 6 & 63] : '=';
        *to++ = left > 2 ? (uint8_t)base64_digits[n & 63] : '=';
    }
    out->size = (size_t)(to - out->at);
}

static int base64_digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

bool text_read_base64(struct view v, struct bytes *out)
{
    size_t begin = out->size;

    if (v.size % 4 != 0)
        return false;
    for (size_t i = 0; i < v.size; i += 4) {
        bool last = i + 4 == v.size;
        int pad = 0;
        uint32_t n = 0;

        if (last && v.at[i + 3] == '=')
            pad = v.at[i + 2] == '=' ? 2 : 1;
        for (int k = 0; k < 4; k++) {
            int digit = k >= 4 - pad ? 0 : base64_digit(v.at[i + (size_t)k]);

            if (digit < 0) {
                out->size = begin;
                return false;
            }
            n = n << 6 | (uint32_t)digit;
        }
        if ((pad == 1 && (n & 0xFF) != 0) || (pad == 2 && (n & 0xFFFF) != 0)) {
            out->size = begin; /* unused bits must be zero: one spelling only */
            return false;
        }
        bytes_append_u8(out, (uint8_t)(n >> 16));
        if (pad < 2)
            bytes_append_u8(out, (uint8_t)(n >> 8));
        if (pad < 1)
            bytes_append_u8(out, (uint8_t)n);
    }
    return true;
}

bool text_split(struct view *v, char separator, struct view *head)
{
    const uint8_t *end;

    if (v->at == NULL)
        return false;
    end = v->size == 0 ? NULL : memchr(v->at, separator, v->size);
    if (end == NULL) {
        *head = *v;
        *v = (struct view){0};
        return true;
    }
    *head = view_of(v->at, (size_t)(end - v->at));
    *v = view_of(end + 1, v->size - head->size - 1);
    return true;
}

size_t text_take_line(struct view *rest, char *out, size_t size)
{
    size_t n = 0;

    REQUIRE(size > 1);
    while (n + 1 < size && n < rest->size && (n == 0 || rest->at[n - 1] != '\n'))
        n++;
    if (n > 0)
        memcpy(out, rest->at, n);
    out[n] = '\0';
    *rest = n < rest->size ? view_of(rest->at + n, rest->size - n) : view_of(NULL, 0);
    return n;
}

struct view text_trim(struct view v)
{
    while (v.size > 0 && (v.at[0] == ' ' || v.at[0] == '\t'))
        v = view_of(v.at + 1, v.size - 1);
    while (v.size > 0 && (v.at[v.size - 1] == ' ' || v.at[v.size - 1] == '\t'))
        v.size--;
    return v;
}

bool text_is_ascii(struct view v)
{
    for (size_t i = 0; i < v.size; i++)
        if (v.at[i] >= 0x80)
            return false;
    return true;
}

int text_width(struct view v)
{
    int n = 0;

    for (size_t i = 0; i < v.size; i++)
        n += (v.at[i] & 0xC0) != 0x80;
    return n;
}

bool text_is(struct view v, const char *text)
{
    return view_equal(v, view_of_text(text));
}

#define NEAREST_MAX 40 /* characters: longer words get no suggestion */
#define SHORT_WORD  5  /* characters: in a shorter one, two edits make any word of any other */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edits that make B of A, whatever the case of letters: one is added, left out or changed, or two are exchanged. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t n = strlen(b);
    size_t rows[3][NEAREST_MAX + 1]; /* of the last three characters of A */

    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t *row = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3];
        const size_t *two_before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = before[j - 1] + (small(a[i - 1]) != small(b[j - 1]));

            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) && small(a[i - 2]) == small(b[j - 1]) &&
                two_before[j - 2] + 1 < best)
                best = two_before[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[strlen(a) % 3][n];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) < SHORT_WORD ? 2 : 3;

    if (word[0] == '\0' || strlen(word) > NEAREST_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t d;

        if (strlen(candidates[i]) > NEAREST_MAX)
            continue;
        d = edit_distance(word, candidates[i]);
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}

bool text_value(struct view *rest, const char *name, struct view *value)
{
    struct view line;
    struct view word;

    if (rest->at == NULL || !text_split(rest, '\n', &line) || !text_split(&line, ' ', &word) || !text_is(word, name) ||
        line.at == NULL)
        return false;
    *value = line;
    return true;
}
