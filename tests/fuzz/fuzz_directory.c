/* Directories, requests and memberships. The first byte says what the rest is: a file or text as it is, or the protobuf
 * within it (base64 would hide it from the fuzzer). What is accepted encodes to the same bytes. */
#include "base/text.h"
#include "codec/directory_codec.h"
#include "codec/membership_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);

#define HEAD                                                                                                           \
    "refex-directory/v1\nnrm.example\n"                                                                                \
    "824c89aa8efb95ef93629b4519599129cace4adac9a6180daba31ceed41ecee6\n"                                               \
    "sequence 3\nrefresh-after 1795000000\nhard-expiry 1795604800\n"

static void wrap(const char *head, struct view protobuf, size_t width, struct bytes *out)
{
    struct bytes text = {0};

    bytes_append_text(out, head);
    text_append_base64(&text, protobuf);
    for (size_t i = 0; i < text.size; i += width) {
        bytes_append(out, text.at + i, text.size - i < width ? text.size - i : width);
        bytes_append_text(out, "\n");
    }
    bytes_fini(&text);
}

static void check_directory(struct view text)
{
    struct arena a = {.max = 8 << 20};
    struct bytes again = {0};
    struct directory d;
    struct directory_head head;
    struct error err;

    if (directory_decode(text, &a, &d, &err)) {
        REQUIRE(directory_head_decode(text, &head, &err) && head.sequence == d.sequence);
        REQUIRE(directory_encode(&d, &again, &err));
        REQUIRE(view_equal(bytes_view(&again), text));
    }
    bytes_fini(&again);
    arena_fini(&a);
}

static void check_request(struct view file)
{
    struct arena a = {.max = 8 << 20};
    struct bytes again = {0};
    struct request r;
    struct error err;

    if (request_decode(file, &a, &r, &err))
        REQUIRE(request_encode(&r, &again, &err) && view_equal(bytes_view(&again), file));
    bytes_fini(&again);
    arena_fini(&a);
}

static void check_membership(struct view file)
{
    struct arena a = {.max = 8 << 20};
    struct bytes again = {0};
    struct membership_file m;
    struct error err;

    if (membership_file_decode(file, &a, &m, &err))
        REQUIRE(membership_file_encode(&m, &again, &err) && view_equal(bytes_view(&again), file));
    bytes_fini(&again);
    arena_fini(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
    struct bytes wrapped = {0};
    struct view rest;

    if (size == 0)
        return 0;
    rest = view_of(at + 1, size - 1);
    switch (*at) {
    case 'd':
        wrap(HEAD, rest, SIZE_MAX / 2, &wrapped);
        check_directory(bytes_view(&wrapped));
        break;
    case 'r':
        wrap("refex-request/v1\n", rest, 76, &wrapped);
        check_request(bytes_view(&wrapped));
        break;
    case 'm':
        wrap("refex-membership/v1\n", rest, 76, &wrapped);
        check_membership(bytes_view(&wrapped));
        break;
    default:
        check_directory(rest);
        check_request(rest);
        check_membership(rest);
    }
    bytes_fini(&wrapped);
    return 0;
}
