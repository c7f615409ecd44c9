#include "formats/case_likeness.h"

#include "base/bounds.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define NAME_MAX_FOLDED 1000 /* bytes */

/* Of ASCII letters and digits count; above it all but general punctuation: dashes, quotes, spaces. */
static bool counts(const uint8_t *at, size_t size)
{
    if (size == 1)
        return (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
    return !(size == 3 && at[0] == 0xE2 && (at[1] == 0x80 || at[1] == 0x81));
}

static size_t character_size(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static void append_folded(struct bytes *out, struct view name)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map(name.at, (utf8proc_ssize_t)name.size, &folded,
                                         UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
                                             UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
    size_t begin = out->size;

    for (size_t at = 0; size > 0 && at < (size_t)size;) {
        size_t n = character_size(folded[at]);

        REQUIRE(n <= (size_t)size - at); /* it is UTF-8 */
        if (out->size - begin + n > NAME_MAX_FOLDED)
            break;
        if (counts(folded + at, n))
            bytes_append(out, folded + at, n);
        at += n;
    }
    free(folded);
}

static void append_name(const struct case_data *c, const char *field, struct bytes *out)
{
    const struct case_value *v = case_get_by_name(c, field, 0);

    out->wiping = true;
    if (v != NULL)
        append_folded(out, v->text);
}

static bool person_key(const struct case_data *c, struct bytes *out)
{
    const struct case_value *born = case_get_by_name(c, "prs_Birthdate", 0);
    struct bytes one = {0};
    struct bytes other = {0};
    bool has;

    append_name(c, "prs_FirstName", &one);
    append_name(c, "prs_SecondName", &other);
    has = born != NULL && (one.size > 0 || other.size > 0);
    if (has) {
        bool in_order = view_compare(bytes_view(&one), bytes_view(&other)) <= 0;

        bytes_append_u32(out, born->numbers[0]);
        bytes_append_view(out, bytes_view(in_order ? &one : &other));
        bytes_append_u8(out, 0);
        bytes_append_view(out, bytes_view(in_order ? &other : &one));
    }
    bytes_fini(&one);
    bytes_fini(&other);
    return has;
}

static bool phone_key(const struct case_data *c, const char *field, struct bytes *out)
{
    const struct case_value *v = case_get_by_name(c, field, 0);

    if (v == NULL)
        return false;
    for (size_t i = 0; i < v->text.size; i++)
        if (v->text.at[i] != '+')
            bytes_append_u8(out, v->text.at[i]);
    return true;
}

size_t case_likeness_keys(const struct case_data *c, struct case_likeness_key out[static CASE_LIKENESSES])
{
    size_t n = 0;

    _Static_assert(CASE_LIKENESSES == 3, "the person, and two phones");
    for (size_t i = 0; i < CASE_LIKENESSES; i++)
        out[i] = (struct case_likeness_key){.likeness = LIKENESS_PHONE, .key = {.wiping = true}};
    if (person_key(c, &out[n].key))
        out[n++].likeness = LIKENESS_PERSON;
    n += phone_key(c, "prs_MobilePhone", &out[n].key);
    n += phone_key(c, "prs_HomePhone", &out[n].key);
    return n;
}
