#include "auditlog/note_text.h"

#include "auditlog/note.h"
#include "base/text.h"

bool note_text_ok(struct view text)
{
    if (text.size == 0 || text.at[text.size - 1] != '\n' || !text_is_utf8(text))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < 0x20 && text.at[i] != '\n')
            return false;
    return true;
}

/* White space of Unicode (property White_Space) outside ASCII. */
static bool is_wide_space(uint32_t point)
{
    return point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

bool note_name_ok(struct view name)
{
    if (name.size == 0 || !text_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.at[i];

        if (c <= 0x20 || c == '+')
            return false;
        /* It is valid UTF-8: the first byte of a character tells how many follow. */
        if (c >= 0xC2 && c <= 0xDF && is_wide_space((uint32_t)(c & 0x1F) << 6 | (name.at[i + 1] & 0x3F)))
            return false;
        if (c >= 0xE0 && c <= 0xEF &&
            is_wide_space((uint32_t)(c & 0x0F) << 12 | (uint32_t)(name.at[i + 1] & 0x3F) << 6 |
                          (name.at[i + 2] & 0x3F)))
            return false;
    }
    return true;
}
