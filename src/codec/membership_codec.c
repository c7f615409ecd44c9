#include "codec/membership_codec.h"

#include "base/text.h"
#include "codec/contract.h"
#include "codec/directory_messages.h"

/* --- the lines --- */

static void append_lines(struct bytes *file, const char *first, struct view protobuf)
{
    struct bytes text = {0};

    bytes_append_text(file, first);
    bytes_append_text(file, "\n");
    text_append_base64(&text, protobuf);
    for (size_t at = 0; at < text.size; at += MEMBERSHIP_LINE) {
        bytes_append(file, text.at + at, text.size - at < MEMBERSHIP_LINE ? text.size - at : MEMBERSHIP_LINE);
        bytes_append_text(file, "\n");
    }
    bytes_fini(&text);
}

/* Joins the lines behind FIRST; false where one is not as append_lines made it. */
static bool join_lines(struct view file, const char *first, struct bytes *protobuf)
{
    struct bytes text = {0};
    struct view line;
    bool ok = file.size > 0 && file.at[file.size - 1] == '\n';

    if (!ok)
        return false;
    file.size--;
    ok = text_split(&file, '\n', &line) && text_is(line, first) && file.at != NULL;
    while (ok && text_split(&file, '\n', &line)) {
        ok = line.size > 0 && line.size <= MEMBERSHIP_LINE && (line.size == MEMBERSHIP_LINE || file.at == NULL);
        bytes_append_view(&text, line);
    }
    ok = ok && text_read_base64(bytes_view(&text), protobuf);
    bytes_fini(&text);
    return ok;
}

/* The two files have one form: what is in them, which is a message of M. */
static bool write_file(const struct contract_message *m, const char *first, const void *in, struct bytes *file,
                       struct error *err)
{
    struct bytes protobuf = {0};
    bool ok = contract_try_encode(m, in, &protobuf, err);

    if (ok)
        append_lines(file, first, bytes_view(&protobuf));
    bytes_fini(&protobuf);
    return ok;
}

static bool read_file(const struct contract_message *m, const char *first, struct view file, struct arena *arena,
                      void *out, struct error *err)
{
    struct bytes protobuf = {0};
    bool ok = join_lines(file, first, &protobuf);

    if (!ok)
        error_set(err, E_BYT_01, "the file does not consist of the line %s and lines of base64", first);
    ok = ok && contract_decode(m, bytes_view(&protobuf), arena, out, err);
    bytes_fini(&protobuf);
    return ok;
}

bool request_encode(const struct request *r, struct bytes *file, struct error *err)
{
    struct error why;

    return write_file(&directory_request_contract, REQUEST_FIRST_LINE, r, file, &why) ||
           error_set(err, E_FED_04, "the request of %s is not as it should be: %s", r->agency.text, why.text);
}

bool request_decode(struct view file, struct arena *arena, struct request *out, struct error *err)
{
    struct error why;

    if (file.size > BOUND_REQUEST_FILE)
        return error_set(err, E_FED_04, "the request is over %d bytes", BOUND_REQUEST_FILE);
    return read_file(&directory_request_contract, REQUEST_FIRST_LINE, file, arena, out, &why) ||
           error_set(err, E_FED_04, "the request cannot be read: %s", why.text);
}

bool membership_file_encode(const struct membership_file *m, struct bytes *file, struct error *err)
{
    struct error why;

    return write_file(&directory_membership_contract, MEMBERSHIP_FIRST_LINE, m, file, &why) ||
           error_set(err, E_ENR_02, "the membership is not as it should be: %s", why.text);
}

bool membership_file_decode(struct view file, struct arena *arena, struct membership_file *out, struct error *err)
{
    struct error why;

    if (file.size > BOUND_MEMBERSHIP_FILE)
        return error_set(err, E_ENR_02, "the membership is over %d bytes", BOUND_MEMBERSHIP_FILE);
    return read_file(&directory_membership_contract, MEMBERSHIP_FIRST_LINE, file, arena, out, &why) ||
           error_set(err, E_ENR_02, "the membership cannot be read: %s", why.text);
}
