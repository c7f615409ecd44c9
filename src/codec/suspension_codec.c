#include "codec/suspension_codec.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

void suspension_encode(const struct suspension *s, struct bytes *text)
{
    char fid[2 * HASH_SIZE + 1];

    REQUIRE(s->directory > 0 && s->directory <= INT64_MAX && s->time_ms > 0 && s->agency_count > 0 &&
            s->agency_count <= BOUND_SUSPENDED_BY_ONE && (s->key == 0) == (s->member.text[0] != '\0'));
    text_write_hex(s->federation.fid.at, HASH_SIZE, fid);
    bytes_printf(text, SUSPENSION_FIRST_LINE "\n%s\n%s\ndirectory %" PRIu64 "\ntime %" PRId64 "\n", s->federation.name,
                 fid, s->directory, s->time_ms);
    if (s->key != 0)
        bytes_printf(text, "by key %" PRIu32 "\n", s->key);
    else
        bytes_printf(text, "by member %s\n", s->member.text);
    for (size_t i = 0; i < s->agency_count; i++)
        bytes_printf(text, "agency %s\n", s->agencies[i].text);
}

/* Reads the next line if its first word is NAME; *REST: what follows. */
static bool next_line(struct view *text, const char *name, struct view *rest)
{
    struct view word;

    return text_split(text, '\n', rest) && text_split(rest, ' ', &word) && text_is(word, name) && rest->at != NULL;
}

static bool next_number(struct view *text, const char *name, uint64_t *out)
{
    struct view rest;

    return next_line(text, name, &rest) && text_read_u64(rest, out) && *out > 0 && *out <= INT64_MAX;
}

static bool next_federation(struct view *text, struct federation *out)
{
    struct view line;

    if (!text_split(text, '\n', &line) || !federation_name_ok(line))
        return false;
    memcpy(out->name, line.at, line.size);
    return text_split(text, '\n', &line) && text_read_hex(line, out->fid.at, HASH_SIZE);
}

static bool next_by(struct view *text, struct suspension *s)
{
    struct view rest;
    struct view word;

    if (!next_line(text, "by", &rest) || !text_split(&rest, ' ', &word) || rest.at == NULL)
        return false;
    if (text_is(word, "member"))
        return address_read(rest, &s->member) && strcmp(address_federation(&s->member), s->federation.name) == 0;
    return text_is(word, "key") && text_read_u32(rest, &s->key) && s->key > 0;
}

static bool next_agency(struct view *text, struct suspension *s)
{
    struct address *at = &s->agencies[s->agency_count];
    struct view rest;

    return s->agency_count < BOUND_SUSPENDED_BY_ONE && next_line(text, "agency", &rest) && address_read(rest, at) &&
           strcmp(address_federation(at), s->federation.name) == 0 &&
           (s->agency_count++ == 0 || view_compare(address_view(at - 1), address_view(at)) < 0);
}

bool suspension_decode(struct view text, struct suspension *out, struct error *err)
{
    struct suspension s = {0};
    struct view line;
    uint64_t time;
    bool ok = text.size > 0 && text.at[text.size - 1] == '\n';

    text.size -= ok ? 1 : 0;
    ok = ok && text_split(&text, '\n', &line) && text_is(line, SUSPENSION_FIRST_LINE) &&
         next_federation(&text, &s.federation) && next_number(&text, "directory", &s.directory) &&
         next_number(&text, "time", &time) && next_by(&text, &s) && next_agency(&text, &s);
    while (ok && text.at != NULL)
        ok = next_agency(&text, &s);
    if (!ok || (s.key == 0 && s.agency_count != 1))
        return error_set(err, E_RVK_05, "the suspension is not written as it must be");
    s.time_ms = (int64_t)time;
    *out = s;
    return true;
}
