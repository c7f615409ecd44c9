/* Certificates as they are read in simulations (--wrap=d2i_X509): one that was read before is given once more, as
 * OpenSSL shares what it counts the users of. Most of what it takes to start a node is reading the same few.
 */

#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#define KEPT 64

X509 *__real_d2i_X509(X509 **out, const unsigned char **at, long size);
X509 *__wrap_d2i_X509(X509 **out, const unsigned char **at, long size);

static struct {
    unsigned char *der;
    long size;
    X509 *certificate;
} kept[KEPT];
static size_t next;

static X509 *find(const unsigned char *der, long size)
{
    for (size_t i = 0; i < KEPT; i++)
        if (kept[i].certificate != NULL && kept[i].size == size && memcmp(kept[i].der, der, (size_t)size) == 0)
            return kept[i].certificate;
    return NULL;
}

static void keep(const unsigned char *der, long size, X509 *certificate)
{
    free(kept[next].der);
    X509_free(kept[next].certificate);
    kept[next].der = malloc((size_t)size);
    if (kept[next].der == NULL || X509_up_ref(certificate) != 1)
        abort();
    memcpy(kept[next].der, der, (size_t)size);
    kept[next].size = size;
    kept[next].certificate = certificate;
    next = (next + 1) % KEPT;
}

X509 *__wrap_d2i_X509(X509 **out, const unsigned char **at, long size)
{
    const unsigned char *begun = *at;
    X509 *x = out == NULL && size > 0 ? find(begun, size) : NULL;

    if (x == NULL) {
        x = __real_d2i_X509(out, at, size);
        if (x != NULL && out == NULL && *at == begun + size) /* and nothing behind it */
            keep(begun, size, x);
    } else {
        if (X509_up_ref(x) != 1)
            abort();
        *at += size;
    }
    return x;
}
