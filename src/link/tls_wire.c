/* A BIO of our own: reads from a view, writes into a struct bytes. */
#include "link/tls_wire.h"

#include "base/error.h"

#include <openssl/bio.h>
#include <string.h>

static int wire_read(BIO *bio, char *to, size_t size, size_t *n)
{
    struct tls_wire *w = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (w->in.size == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    *n = size < w->in.size ? size : w->in.size;
    memcpy(to, w->in.at, *n);
    w->in = view_of(w->in.at + *n, w->in.size - *n);
    return 1;
}

static int wire_write(BIO *bio, const char *from, size_t size, size_t *n)
{
    struct tls_wire *w = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (w->out == NULL)
        return 0;
    bytes_append(w->out, from, size);
    *n = size;
    return 1;
}

static long wire_ctrl(BIO *bio, int what, long n, void *at)
{
    (void)bio;
    (void)n;
    (void)at;
    return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *wire_method(void)
{
    static BIO_METHOD *m;

    if (m != NULL)
        return m;
    m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "refex wire");
    REQUIRE(m != NULL && BIO_meth_set_read_ex(m, wire_read) == 1 && BIO_meth_set_write_ex(m, wire_write) == 1 &&
            BIO_meth_set_ctrl(m, wire_ctrl) == 1);
    return m;
}

void tls_wire_attach(SSL *ssl, struct tls_wire *wire)
{
    BIO *bio = BIO_new(wire_method());

    REQUIRE(bio != NULL && BIO_up_ref(bio) == 1);
    BIO_set_data(bio, wire);
    BIO_set_init(bio, 1);
    SSL_set0_rbio(ssl, bio);
    SSL_set0_wbio(ssl, bio);
}

struct view tls_wire_der(X509 *x, struct arena *arena)
{
    int size = i2d_X509(x, NULL);
    uint8_t *at = size > 0 ? arena_new(arena, (size_t)size) : NULL;
    uint8_t *end = at;

    REQUIRE(size > 0 && i2d_X509(x, &end) == size);
    return view_of(at, (size_t)size);
}
