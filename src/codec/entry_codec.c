#include "codec/entry_codec.h"

#include <inttypes.h>

#include "base/text.h"
#include "codec/entry_messages.h"

void entry_text_encode(const struct entry_head *head, const struct agency_entry *e, struct bytes *text)
{
    struct bytes protobuf = {0};

    REQUIRE(head->sequence > 0 && head->sequence <= INT64_MAX);
    agency_entry_encode(e, &protobuf);
    bytes_printf(text, ENTRY_FIRST_LINE "\n%s\nsequence %" PRIu64 "\n", head->agency.text, head->sequence);
    text_append_base64(text, bytes_view(&protobuf));
    bytes_append_text(text, "\n");
    bytes_fini(&protobuf);
}

/* Reads the lines before the protobuf from *TEXT. */
static bool next_head(struct view *text, struct entry_head *out, struct error *err)
{
    struct view line;
    struct view word;

    *out = (struct entry_head){0};
    if (!text_split(text, '\n', &line) || !text_is(line, ENTRY_FIRST_LINE))
        return error_set(err, E_ENT_01, "the note is no entry");
    if (!text_split(text, '\n', &line) || !address_read(line, &out->agency))
        return error_set(err, E_ENT_01, "the entry names no agency");
    if (!text_split(text, '\n', &line) || !text_split(&line, ' ', &word) || !text_is(word, "sequence") ||
        line.at == NULL || !text_read_u64(line, &out->sequence) || out->sequence == 0 || out->sequence > INT64_MAX)
        return error_set(err, E_ENT_01, "the entry has no sequence");
    return true;
}

bool entry_text_decode(struct view text, struct arena *arena, struct entry_head *head, struct agency_entry *out,
                       struct error *err)
{
    struct bytes protobuf = {0};
    bool ok;

    if (text.size == 0 || text.at[text.size - 1] != '\n')
        return error_set(err, E_ENT_01, "the entry's last line has no end");
    text.size--;
    if (!next_head(&text, head, err))
        return false;
    ok = text.at != NULL && text_read_base64(text, &protobuf)
             ? agency_entry_decode(bytes_view(&protobuf), arena, out, err)
             : error_set(err, E_ENT_01, "the entry is not canonical base64");
    bytes_fini(&protobuf);
    return ok;
}
