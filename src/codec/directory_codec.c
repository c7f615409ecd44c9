#include "codec/directory_codec.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "codec/contract.h"
#include "codec/directory_messages.h"

#define SIGNATURES_MAX 8192 /* bytes that the signature lines of a note may take: 16 of under 512 */

/* What the note's own lines say, and that its members are of its federation. */
static bool check(const struct directory *d, struct error *err)
{
    if (d->sequence == 0 || d->refresh_after_s <= 0 || d->hard_expiry_s < d->refresh_after_s ||
        d->hard_expiry_s - d->refresh_after_s > BOUND_HARD_EXPIRY_DAYS * (DAY_MS / 1000))
        return error_set(err, E_FED_24, "the directory's number or dates are not as they should be");
    for (size_t i = 0; i < d->member_count; i++)
        if (strcmp(address_federation(&d->members[i].agency), d->federation.name) != 0)
            return error_set(err, E_FED_24, "%s is listed in the directory of %s", d->members[i].agency.text,
                             d->federation.name);
    return true;
}

/* --- writing --- */

static bool write_list(const struct directory *d, struct bytes *protobuf, struct error *err)
{
    struct error why;

    if (d->member_count > BOUND_MEMBERS || d->revocation_count > BOUND_REVOCATIONS)
        return error_set(err, E_FED_10, "the directory holds over %d agencies, or over %d revocations", BOUND_MEMBERS,
                         BOUND_REVOCATIONS);
    return contract_try_encode(&directory_directory_contract, d, protobuf, &why) ||
           error_set(err, E_FED_24, "the directory's list is not as it should be: %s", why.text);
}

bool directory_encode(const struct directory *d, struct bytes *text, struct error *err)
{
    char fid[2 * HASH_SIZE + 1];
    struct bytes protobuf = {0};
    struct bytes out = {0};
    bool ok = write_list(d, &protobuf, err) && check(d, err);

    if (ok) {
        text_write_hex(d->federation.fid.at, HASH_SIZE, fid);
        bytes_printf(&out, DIRECTORY_FILE_FIRST_LINE "\n%s\n%s\n", d->federation.name, fid);
        bytes_printf(&out, "sequence %" PRIu64 "\nrefresh-after %" PRId64 "\nhard-expiry %" PRId64 "\n", d->sequence,
                     d->refresh_after_s, d->hard_expiry_s);
        text_append_base64(&out, bytes_view(&protobuf));
        bytes_append_text(&out, "\n");
        ok = out.size <= BOUND_DIRECTORY - SIGNATURES_MAX ||
             error_set(err, E_FED_10, "the directory would take %zu bytes, over %d", out.size,
                       BOUND_DIRECTORY - SIGNATURES_MAX);
    }
    if (ok)
        bytes_append_view(text, bytes_view(&out));
    bytes_fini(&out);
    bytes_fini(&protobuf);
    return ok;
}

/* --- reading --- */

/* Reads the line `NAME N`. */
static bool next_number(struct view *text, const char *name, uint64_t *out)
{
    struct view line;
    struct view head;

    return text_split(text, '\n', &line) && text_split(&line, ' ', &head) && text_is(head, name) && line.at != NULL &&
           text_read_u64(line, out) && *out > 0 && *out <= INT64_MAX;
}

/* Reads the lines before the protobuf from *TEXT. */
static bool next_head(struct view *text, struct directory_head *out, struct error *err)
{
    struct view line;
    uint64_t refresh;
    uint64_t expiry;

    *out = (struct directory_head){0};
    if (!text_split(text, '\n', &line) || !text_is(line, DIRECTORY_FILE_FIRST_LINE))
        return error_set(err, E_FED_24, "the note is no directory");
    if (!text_split(text, '\n', &line) || !federation_name_ok(line))
        return error_set(err, E_FED_24, "the directory names no federation");
    memcpy(out->federation.name, line.at, line.size);
    if (!text_split(text, '\n', &line) || !text_read_hex(line, out->federation.fid.at, HASH_SIZE))
        return error_set(err, E_FED_24, "the directory has no federation id");
    if (!next_number(text, "sequence", &out->sequence) || !next_number(text, "refresh-after", &refresh) ||
        !next_number(text, "hard-expiry", &expiry) || refresh > expiry || expiry > INT64_MAX / 1000)
        return error_set(err, E_FED_24, "the directory's number or dates are not as they should be");
    out->refresh_after_s = (int64_t)refresh;
    out->hard_expiry_s = (int64_t)expiry;
    return true;
}

bool directory_head_decode(struct view text, struct directory_head *out, struct error *err)
{
    struct directory_head head;

    if (!next_head(&text, &head, err))
        return false;
    *out = head;
    return true;
}

bool directory_decode(struct view text, struct arena *arena, struct directory *out, struct error *err)
{
    struct directory_head head;
    struct bytes protobuf = {0};
    struct directory d;
    struct error why;
    bool ok;

    if (text.size == 0 || text.size > BOUND_DIRECTORY || text.at[text.size - 1] != '\n')
        return error_set(err, E_FED_24, "the directory is too long or its last line has no end");
    text.size--;
    if (!next_head(&text, &head, err))
        return false;
    if (text.at == NULL || !text_read_base64(text, &protobuf)) {
        bytes_fini(&protobuf);
        return error_set(err, E_FED_24, "the directory's list is not canonical base64");
    }
    ok = contract_decode(&directory_directory_contract, bytes_view(&protobuf), arena, &d, &why);
    bytes_fini(&protobuf);
    if (!ok)
        return error_set(err, E_FED_24, "the directory's list cannot be read: %s", why.text);
    d.federation = head.federation;
    d.sequence = head.sequence;
    d.refresh_after_s = head.refresh_after_s;
    d.hard_expiry_s = head.hard_expiry_s;
    ok = check(&d, err);
    if (ok)
        *out = d;
    return ok;
}
