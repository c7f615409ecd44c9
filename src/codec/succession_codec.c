#include "codec/succession_codec.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

#define LAST_S (INT64_MAX / 1000) /* in milliseconds it is a number still */

void succession_encode(const struct succession *s, struct bytes *text)
{
    REQUIRE(s->time_s > 0 && s->time_s <= LAST_S && memcmp(s->old_key, s->new_key, KEY_SIZE) != 0);
    bytes_printf(text, SUCCESSION_FIRST_LINE "\n%s\nold ", s->agency.text);
    text_append_base64(text, view_of(s->old_key, KEY_SIZE));
    bytes_append_text(text, "\nnew ");
    text_append_base64(text, view_of(s->new_key, KEY_SIZE));
    bytes_printf(text, "\ntime %" PRId64 "\n", s->time_s);
}

static bool next_identity_key(struct view *text, const char *name, uint8_t out[static KEY_SIZE])
{
    struct bytes key = {0};
    struct view value;
    bool ok = text_value(text, name, &value) && text_read_base64(value, &key) && key.size == KEY_SIZE;

    if (ok)
        memcpy(out, key.at, KEY_SIZE);
    bytes_fini(&key);
    return ok;
}

bool succession_decode(struct view text, struct succession *out, struct error *err)
{
    struct succession s = {0};
    struct view line;
    uint64_t time = 0;
    bool ok = text.size > 0 && text.at[text.size - 1] == '\n' && text_split(&text, '\n', &line) &&
              text_is(line, SUCCESSION_FIRST_LINE) && text_split(&text, '\n', &line) && address_read(line, &s.agency) &&
              next_identity_key(&text, "old", s.old_key) && next_identity_key(&text, "new", s.new_key) &&
              text_value(&text, "time", &line) && text_read_u64(line, &time) && text.size == 0;

    if (!ok || time == 0 || time > LAST_S || memcmp(s.old_key, s.new_key, KEY_SIZE) == 0)
        return error_set(err, E_FED_60, "the succession of a key is not written as it must be");
    s.time_s = (int64_t)time;
    *out = s;
    return true;
}
