#include "model/ident.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

bool ident_equal(const struct ident *a, const struct ident *b)
{
    return memcmp(a->at, b->at, IDENT_SIZE) == 0;
}

int ident_order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct ident));
}

bool ident_is_zero(const struct ident *a)
{
    static const struct ident zero;

    return ident_equal(a, &zero);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->at, b->at, HASH_SIZE) == 0;
}

void ident_write(const struct ident *id, char out[static IDENT_TEXT])
{
    text_write_hex(id->at, IDENT_SIZE, out);
}

bool ident_read(struct view text, struct ident *out)
{
    struct ident id;

    if (!text_read_hex(text, id.at, IDENT_SIZE))
        return false;
    *out = id;
    return true;
}

bool ident_read_range(struct view text, struct ident *first, struct ident *last)
{
    char digits[IDENT_TEXT];

    if (text.size >= IDENT_TEXT)
        return false;
    memset(digits, '0', sizeof digits);
    memcpy(digits, text.at, text.size);
    if (!ident_read(view_of(digits, IDENT_TEXT - 1), first))
        return false;
    memset(digits + text.size, 'f', sizeof digits - text.size);
    return ident_read(view_of(digits, IDENT_TEXT - 1), last);
}

struct view ident_view(const struct ident *id)
{
    return view_of(id->at, IDENT_SIZE);
}

struct view hash_view(const struct hash *h)
{
    return view_of(h->at, HASH_SIZE);
}

void ident_random(struct random_source *random, struct ident *out)
{
    random_fill(random, out->at, IDENT_SIZE);
}

void ident_for_message(struct random_source *random, int64_t now_ms, struct ident *out)
{
    uint64_t ms = now_ms < 0 ? 0 : (uint64_t)now_ms;

    write_u16(out->at, (uint16_t)(ms >> 32));
    write_u32(out->at + 2, (uint32_t)ms);
    random_fill(random, out->at + 6, IDENT_SIZE - 6);
}

int64_t ident_message_ms(const struct ident *id)
{
    return (int64_t)((uint64_t)read_u16(id->at) << 32 | read_u32(id->at + 2));
}

static bool is_letter_or_digit(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool agency_name_ok(struct view name)
{
    if (name.size == 0 || name.size > BOUND_AGENCY || name.at[0] == '-')
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (!is_letter_or_digit(name.at[i]) && name.at[i] != '-')
            return false;
    return true;
}

static const char base32_letters[] = "abcdefghijklmnopqrstuvwxyz234567";

bool label_read(struct view text, struct label *out)
{
    if (text.size != LABEL_SIZE)
        return false;
    for (size_t i = 0; i < LABEL_SIZE; i++)
        if (text.at[i] == 0 || strchr(base32_letters, text.at[i]) == NULL)
            return false;
    memcpy(out->text, text.at, LABEL_SIZE);
    out->text[LABEL_SIZE] = '\0';
    return true;
}

void label_random(struct random_source *random, struct label *out)
{
    uint8_t at[LABEL_SIZE];

    random_fill(random, at, sizeof at);
    for (size_t i = 0; i < LABEL_SIZE; i++)
        out->text[i] = base32_letters[at[i] & 31];
    out->text[LABEL_SIZE] = '\0';
}

bool federation_name_ok(struct view name)
{
    struct view rest = name;
    struct view label;

    if (name.size == 0 || name.size > BOUND_FEDERATION || label_read(name, &(struct label){0}))
        return false;
    while (text_split(&rest, '.', &label))
        if (!agency_name_ok(label) || label.at[label.size - 1] == '-')
            return false;
    return true;
}

bool address_ok(struct view text)
{
    struct view federation = text;
    struct view agency;

    return text.size != 0 && text.size <= BOUND_ADDRESS && text_split(&federation, '@', &agency) &&
           agency_name_ok(agency) && federation.at != NULL && federation_name_ok(federation);
}

bool address_read(struct view text, struct address *out)
{
    if (!address_ok(text))
        return false;
    memcpy(out->text, text.at, text.size);
    out->text[text.size] = '\0';
    return true;
}

bool address_read_short(struct view text, const char *federation, struct address *out, struct error *err)
{
    char full[BOUND_ADDRESS + 1];

    if (address_read(text, out))
        return true;
    if (agency_name_ok(text)) {
        int n = snprintf(full, sizeof full, "%.*s@%s", (int)text.size, (const char *)text.at, federation);

        if (n > 0 && n <= BOUND_ADDRESS && address_read(view_of(full, (size_t)n), out))
            return true;
        return error_set(err, E_NAM_02, "the federation of \"%.*s\" is not known here", (int)text.size,
                         (const char *)text.at);
    }
    return error_set(err, E_NAM_01, "what was given is no agency's name");
}

bool address_equal(const struct address *a, const struct address *b)
{
    return strcmp(a->text, b->text) == 0;
}

struct view address_view(const struct address *a)
{
    return view_of_text(a->text);
}

struct view address_agency(const struct address *a)
{
    return view_of(a->text, strcspn(a->text, "@"));
}

const char *address_federation(const struct address *a)
{
    const char *sign = strchr(a->text, '@');

    return sign == NULL ? a->text + strlen(a->text) : sign + 1;
}

bool desk_address_split(struct view text, struct view *desk, struct view *agency)
{
    size_t n = 0;

    *desk = (struct view){0};
    *agency = text;
    while (n < text.size && text.at[n] != '.' && text.at[n] != '@')
        n++;
    if (n == text.size || text.at[n] == '@')
        return true;
    *desk = view_of(text.at, n);
    *agency = view_of(text.at + n + 1, text.size - n - 1);
    return agency_name_ok(*desk);
}

#define FID16 16 /* hex digits of a federation's id that stand in names */

void note_key_name(const struct federation *f, const struct address *agency, char out[static ORIGIN_MAX])
{
    struct view name = address_agency(agency);
    char hex[FID16 + 1];
    int n;

    text_write_hex(f->fid.at, FID16 / 2, hex);
    n = snprintf(out, ORIGIN_MAX, "%s/%s/%.*s", f->name, hex, (int)name.size, (const char *)name.at);
    REQUIRE(n > 0 && n < ORIGIN_MAX);
}

void origin_write(const struct federation *f, const struct address *agency, uint32_t incarnation, bool house,
                  char out[static ORIGIN_MAX])
{
    size_t used;
    int n;

    note_key_name(f, agency, out);
    used = strlen(out);
    n = snprintf(out + used, ORIGIN_MAX - used, "/%u%s", (unsigned)incarnation, house ? "/house" : "");
    REQUIRE(n > 0 && (size_t)n < ORIGIN_MAX - used);
}

bool origin_read(struct view origin, const struct federation *f, const struct address *agency, uint32_t *incarnation,
                 bool *house)
{
    char name[ORIGIN_MAX];
    struct view number;
    uint32_t n;
    size_t size;

    note_key_name(f, agency, name);
    size = strlen(name);
    if (origin.size <= size + 1 || memcmp(origin.at, name, size) != 0 || origin.at[size] != '/')
        return false;
    origin = view_of(origin.at + size + 1, origin.size - size - 1);
    (void)text_split(&origin, '/', &number);
    if (!text_read_u32(number, &n) || n == 0)
        return false;
    if (origin.at != NULL && !text_is(origin, "house"))
        return false;
    *incarnation = n;
    *house = origin.at != NULL;
    return true;
}

/* --- the fingerprint that people compare (docs/PROTOCOL.md 11) --- */

static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

#define BASE32_SIZE 52 /* characters of 256 bits: the last 4 bits are unused and zero */
#define CHECKED     13 /* characters before each check character */

/* Luhn mod 32 over CHECKED values. */
static unsigned check_value(const uint8_t *values)
{
    unsigned factor = 2;
    unsigned sum = 0;

    for (size_t i = CHECKED; i-- > 0;) {
        unsigned product = factor * values[i];

        sum += product / 32 + product % 32;
        factor = 3 - factor;
    }
    return (32 - sum % 32) % 32;
}

void fingerprint_write(const struct hash *fid, char out[static FINGERPRINT_TEXT])
{
    uint8_t values[BASE32_SIZE] = {0};
    size_t written = 0;

    for (size_t bit = 0; bit < HASH_SIZE * 8; bit++)
        if ((fid->at[bit / 8] >> (7 - bit % 8) & 1) != 0)
            values[bit / 5] = (uint8_t)(values[bit / 5] | 16 >> bit % 5);
    for (size_t i = 0; i < 56; i++) {
        size_t part = i / (CHECKED + 1);
        size_t place = i % (CHECKED + 1);
        unsigned value = place < CHECKED ? values[part * CHECKED + place] : check_value(values + part * CHECKED);

        if (i != 0 && i % 4 == 0)
            out[written++] = '-';
        out[written++] = base32_digits[value];
    }
    out[written] = '\0';
}

static int base32_value(uint8_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

bool fingerprint_read(struct view text, struct hash *out)
{
    uint8_t values[56];
    uint8_t plain[BASE32_SIZE];
    struct hash fid = {{0}};
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++) {
        int value = base32_value(text.at[i]);

        if (text.at[i] == ' ' || text.at[i] == '-')
            continue;
        if (value < 0 || count == sizeof values)
            return false;
        values[count++] = (uint8_t)value;
    }
    if (count != sizeof values)
        return false;
    for (size_t part = 0; part < 4; part++) {
        const uint8_t *from = values + part * (CHECKED + 1);

        if (check_value(from) != from[CHECKED])
            return false;
        memcpy(plain + part * CHECKED, from, CHECKED);
    }
    if ((plain[BASE32_SIZE - 1] & 15) != 0)
        return false;
    for (size_t bit = 0; bit < HASH_SIZE * 8; bit++)
        if ((plain[bit / 5] & 16 >> bit % 5) != 0)
            fid.at[bit / 8] = (uint8_t)(fid.at[bit / 8] | 128 >> bit % 8);
    *out = fid;
    return true;
}
