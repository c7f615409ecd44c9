#include "formats/json_line.h"

#include "base/error.h"
#include "base/text.h"

static void open_with(struct json_line *j, char open, char close)
{
    REQUIRE(j->depth < JSON_LINE_DEPTH);
    bytes_append_u8(j->out, (uint8_t)open);
    j->close[j->depth] = close;
    j->more[j->depth] = false;
    j->depth++;
}

/* How many bytes at the front of V are one character; 0 if they are none. */
static size_t utf8_length(struct view v)
{
    for (size_t n = 1; n <= 4 && n <= v.size; n++)
        if (text_is_utf8(view_of(v.at, n)))
            return n;
    return 0;
}

static void append_string(struct bytes *out, struct view v)
{
    bytes_append_u8(out, '"');
    while (v.size > 0) {
        size_t n = *v.at == 0 ? 1 : utf8_length(v);
        unsigned point = n == 2 ? (v.at[0] & 0x1Fu) << 6 | (v.at[1] & 0x3Fu) : *v.at;

        if (n == 0)
            bytes_append_text(out, "\xEF\xBF\xBD");
        else if (n == 1 && (point == '\n' || point == '\t'))
            bytes_append_text(out, point == '\n' ? "\\n" : "\\t");
        else if (n <= 2 && (point < 0x20 || (point >= 0x7F && point < 0xA0)))
            bytes_printf(out, "\\u%04x", point);
        else if (n == 1 && (*v.at == '"' || *v.at == '\\'))
            bytes_printf(out, "\\%c", *v.at);
        else
            bytes_append(out, v.at, n);
        n = n == 0 ? 1 : n;
        v = view_of(v.at + n, v.size - n);
    }
    bytes_append_u8(out, '"');
}

/* The comma and the key before a member. */
static void begin_member(struct json_line *j, const char *key)
{
    REQUIRE(j->depth > 0 && (key != NULL) == (j->close[j->depth - 1] == '}'));
    if (j->more[j->depth - 1])
        bytes_append_u8(j->out, ',');
    j->more[j->depth - 1] = true;
    if (key == NULL)
        return;
    append_string(j->out, view_of_text(key));
    bytes_append_u8(j->out, ':');
}

void json_line_begin(struct json_line *j, struct bytes *out)
{
    *j = (struct json_line){.out = out};
    open_with(j, '{', '}');
}

void json_line_close(struct json_line *j)
{
    REQUIRE(j->depth > 0);
    bytes_append_u8(j->out, (uint8_t)j->close[--j->depth]);
}

void json_line_end(struct json_line *j)
{
    REQUIRE(j->depth > 0 && j->close[0] == '}');
    while (j->depth > 0)
        json_line_close(j);
    bytes_append_u8(j->out, '\n');
}

void json_line_object(struct json_line *j, const char *key)
{
    begin_member(j, key);
    open_with(j, '{', '}');
}

void json_line_array(struct json_line *j, const char *key)
{
    begin_member(j, key);
    open_with(j, '[', ']');
}

void json_line_view(struct json_line *j, const char *key, struct view text)
{
    begin_member(j, key);
    append_string(j->out, text);
}

void json_line_text(struct json_line *j, const char *key, const char *text)
{
    if (text == NULL)
        json_line_null(j, key);
    else
        json_line_view(j, key, view_of_text(text));
}

void json_line_u64(struct json_line *j, const char *key, uint64_t n)
{
    begin_member(j, key);
    bytes_printf(j->out, "%llu", (unsigned long long)n);
}

void json_line_bool(struct json_line *j, const char *key, bool yes)
{
    json_line_raw(j, key, view_of_text(yes ? "true" : "false"));
}

void json_line_null(struct json_line *j, const char *key)
{
    json_line_raw(j, key, view_of_text("null"));
}

void json_line_raw(struct json_line *j, const char *key, struct view json)
{
    begin_member(j, key);
    bytes_append_view(j->out, json);
}
