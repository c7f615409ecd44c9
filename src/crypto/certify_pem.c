#include "crypto/certify_pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

void certify_write_pem(const char *label, struct view der, struct bytes *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    long size;

    REQUIRE(bio != NULL && der.size <= INT32_MAX);
    REQUIRE(PEM_write_bio(bio, label, "", der.at, (long)der.size) > 0);
    size = BIO_get_mem_data(bio, &text);
    bytes_append(out, text, (size_t)size);
    BIO_free(bio);
}

bool certify_next_pem(const char *label, struct view *text, struct bytes *der)
{
    BIO *bio = text->size == 0 || text->size > INT32_MAX ? NULL : BIO_new_mem_buf(text->at, (int)text->size);
    bool found = false;

    while (bio != NULL && !found) {
        char *name = NULL;
        char *header = NULL;
        unsigned char *data = NULL;
        long size = 0;

        if (PEM_read_bio(bio, &name, &header, &data, &size) != 1)
            break;
        found = strcmp(name, label) == 0 && header[0] == '\0';
        if (found) {
            size_t left = BIO_ctrl_pending(bio);

            bytes_append(der, data, (size_t)size);
            *text = view_of(text->at + (text->size - left), left);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)size);
    }
    BIO_free(bio);
    ERR_clear_error();
    return found;
}
