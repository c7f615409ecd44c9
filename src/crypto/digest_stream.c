#include "crypto/digest_stream.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/error.h"

struct digest_stream {
    EVP_MD_CTX *context;
};

struct digest_stream *digest_stream_new(void)
{
    struct digest_stream *s = xnew(sizeof *s);

    s->context = EVP_MD_CTX_new();
    REQUIRE(s->context != NULL && EVP_DigestInit_ex(s->context, EVP_sha256(), NULL) == 1);
    return s;
}

void digest_stream_add(struct digest_stream *s, struct view v)
{
    REQUIRE(v.size == 0 || EVP_DigestUpdate(s->context, v.at, v.size) == 1);
}

void digest_stream_end(struct digest_stream *s, struct hash *out)
{
    REQUIRE(EVP_DigestFinal_ex(s->context, out->at, NULL) == 1);
    digest_stream_free(s);
}

void digest_stream_free(struct digest_stream *s)
{
    if (s == NULL)
        return;
    EVP_MD_CTX_free(s->context);
    free(s);
}
