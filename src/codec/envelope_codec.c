#include "codec/envelope_codec.h"

#include <string.h>

#include "codec/contract.h"

#define LENGTH_SIZE 4 /* bytes of the length before the content */

void envelope_encode(const struct envelope *in, struct bytes *out)
{
    contract_encode(&envelope_contract, in, out);
}

bool envelope_decode(struct view wire, struct arena *arena, struct envelope *out, struct error *err)
{
    struct envelope e;

    if (!contract_decode(&envelope_contract, wire, arena, &e, err) ||
        !envelope_header_decode(e.header_bytes, arena, &e.header, err))
        return false;
    *out = e;
    return true;
}

bool content_pad(const struct content *in, size_t bucket, struct bytes *plaintext, struct error *err)
{
    size_t begin = plaintext->size;
    size_t size;
    size_t fits;

    bytes_append_u32(plaintext, 0);
    content_encode(in, plaintext);
    size = plaintext->size - begin;
    fits = envelope_bucket(size);
    if (fits == 0 || (bucket != 0 && bucket < fits)) {
        bytes_truncate(plaintext, begin);
        return error_set(err, E_BYT_05, "content of %zu bytes does not fit", size);
    }
    if (bucket == 0)
        bucket = fits;
    REQUIRE(envelope_is_bucket(bucket));
    write_u32(plaintext->at + begin, (uint32_t)(size - LENGTH_SIZE));
    memset(bytes_reserve(plaintext, bucket - size), 0, bucket - size);
    plaintext->size = begin + bucket;
    return true;
}

bool content_unpad(struct view plaintext, struct view *content, struct error *err)
{
    const uint8_t *filler;
    size_t size;
    size_t rest;

    if (!envelope_is_bucket(plaintext.size))
        return error_set(err, E_BYT_03, "content: padded to %zu bytes, which is no bucket", plaintext.size);
    size = read_u32(plaintext.at);
    if (size == 0 || size > plaintext.size - LENGTH_SIZE)
        return error_set(err, E_BYT_03, "content: a length that cannot be");
    filler = plaintext.at + LENGTH_SIZE + size;
    rest = plaintext.size - LENGTH_SIZE - size;
    /* All zero: the first is, and each equals the one before. */
    if (rest != 0 && (filler[0] != 0 || memcmp(filler, filler + 1, rest - 1) != 0))
        return error_set(err, E_BYT_03, "content: a filler that is not zero");
    *content = view_of(plaintext.at + LENGTH_SIZE, size);
    return true;
}
