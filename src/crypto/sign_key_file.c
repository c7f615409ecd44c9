#include "crypto/sign.h"

#include "base/bounds.h"
#include "base/file.h"
#include "base/secret.h"
#include "crypto/evp.h"
#include "crypto/file_destroy.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/store.h>
#include <openssl/storeerr.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What opens a key, and whether it was asked for. */
struct asked_passphrase {
    struct view passphrase;
    bool asked;
};

/* For OpenSSL, which asks when a key needs one. */
static int give_passphrase(char *buffer, int size, int writing, void *cookie)
{
    struct asked_passphrase *a = cookie;

    (void)writing;
    a->asked = true;
    if (a->passphrase.size == 0 || a->passphrase.size > (size_t)size)
        return -1;
    memcpy(buffer, a->passphrase.at, a->passphrase.size);
    return (int)a->passphrase.size;
}

static bool passphrase_failed(const struct asked_passphrase *a, const char *where, struct error *err)
{
    ERR_clear_error();
    return a->passphrase.size == 0 ? error_set(err, E_KEY_20, "%s has a passphrase", where)
                                   : error_set(err, E_KEY_05, "the passphrase does not open %s", where);
}

/* "pkcs11:…", "file:…": letters, digits, '+', '-', '.' and a colon, before any slash. */
bool sign_key_is_uri(const char *where)
{
    size_t n = 0;

    while (isalnum((unsigned char)where[n]) || where[n] == '+' || where[n] == '-' || where[n] == '.')
        n++;
    return n > 1 && where[n] == ':';
}

static EVP_PKEY *load_private_key(OSSL_STORE_CTX *store)
{
    EVP_PKEY *pkey = NULL;

    (void)OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
    while (pkey == NULL && !OSSL_STORE_eof(store)) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);

        if (info == NULL)
            break;
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
            pkey = OSSL_STORE_INFO_get1_PKEY(info);
        OSSL_STORE_INFO_free(info);
    }
    return pkey;
}

/* Empties OpenSSL's error queue. */
static bool was_unregistered_scheme(void)
{
    unsigned long e;
    bool found = false;

    while ((e = ERR_get_error()) != 0)
        found =
            found || (ERR_GET_LIB(e) == ERR_LIB_OSSL_STORE && ERR_GET_REASON(e) == OSSL_STORE_R_UNREGISTERED_SCHEME);
    return found;
}

/* Why URI has no store. Debian 12's pkcs11 engine has no loader, and knows no Ed25519. */
static void set_no_store(const char *uri, struct error *err)
{
    static const char pkcs11[] = "pkcs11:";

    if (strncmp(uri, pkcs11, sizeof pkcs11 - 1) != 0 || !was_unregistered_scheme())
        (void)evp_failed(err, E_KEY_16, "the key store cannot be opened");
    else
        error_set(err, E_KEY_16,
                  "OpenSSL opens no pkcs11: keys here: Debian 13's package pkcs11-provider does; Debian 12 "
                  "has nothing that opens one with Ed25519, so the key must be a file there");
}

/* A URI may hold a PIN: it is never repeated. */
static bool open_uri(const char *uri, struct asked_passphrase *a, EVP_PKEY **out, struct error *err)
{
    UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_passphrase, 0);
    OSSL_STORE_CTX *store;

    REQUIRE(ui != NULL);
    store = OSSL_STORE_open(uri, ui, a, NULL, NULL);
    *out = store == NULL ? NULL : load_private_key(store);
    if (*out == NULL && a->asked)
        (void)passphrase_failed(a, "the key of the store", err);
    else if (store == NULL)
        set_no_store(uri, err);
    else if (*out == NULL)
        (void)evp_failed(err, E_KEY_16, "the key store gives no private key");
    if (store != NULL)
        (void)OSSL_STORE_close(store);
    UI_destroy_method(ui);
    ERR_clear_error();
    return *out != NULL;
}

/* Who may read the file matters where nothing else protects it: a stick may know no owners. */
static bool open_path(const char *path, struct asked_passphrase *a, EVP_PKEY **out, struct error *err)
{
    FILE *f = fopen(path, "re");
    bool is_private;

    if (f == NULL)
        return file_refuse_unread_key(path, err);
    (void)setvbuf(f, NULL, _IONBF, 0); /* stdio's buffer would keep a copy */
    is_private = file_is_private(fileno(f));
    *out = PEM_read_PrivateKey(f, NULL, give_passphrase, a);
    (void)fclose(f);
    ERR_clear_error();
    if (!a->asked && !is_private) {
        EVP_PKEY_free(*out);
        return error_set(err, E_KEY_02, "the key %s is not a file that only its owner can read", path);
    }
    if (*out == NULL && a->asked)
        return passphrase_failed(a, path, err);
    return *out != NULL || error_set(err, E_KEY_03, "%s holds no private key in PEM", path);
}

bool sign_key_open_under(const char *where, struct view passphrase, struct sign_key **out, struct error *err)
{
    struct asked_passphrase a = {.passphrase = passphrase};
    EVP_PKEY *pkey = NULL;
    bool uri = sign_key_is_uri(where);

    if (!(uri ? open_uri(where, &a, &pkey, err) : open_path(where, &a, &pkey, err)))
        return false;
    return sign_key_from_evp(pkey, uri ? "the key store" : where, out, err);
}

bool sign_key_of_pem(struct view pem, const char *what, struct sign_key **out, struct error *err)
{
    struct asked_passphrase none = {0};
    EVP_PKEY *pkey;
    BIO *bio;

    REQUIRE(pem.size <= INT_MAX);
    bio = BIO_new_mem_buf(pem.at, (int)pem.size);
    REQUIRE(bio != NULL);
    pkey = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &none);
    BIO_free(bio);
    ERR_clear_error();
    if (pkey == NULL)
        return error_set(err, E_KEY_03, "%s is no private key in PEM", what);
    return sign_key_from_evp(pkey, what, out, err);
}

bool sign_key_open(const char *where, struct sign_key **out, struct error *err)
{
    return sign_key_open_under(where, view_of(NULL, 0), out, err);
}

bool sign_key_is_plain(const char *path, bool *out, struct error *err)
{
    static const char encrypted[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
    char first[sizeof encrypted] = "";
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return file_refuse_unread_key(path, err);
    (void)setvbuf(f, NULL, _IONBF, 0);
    *out = fgets(first, sizeof first, f) == NULL || strcmp(first, encrypted) != 0;
    (void)fclose(f);
    return true;
}

/* OpenSSL reads an encrypted key with at most 32 MiB, so the time that guessing takes comes from P. */
#define SCRYPT_N    16384
#define SCRYPT_R    8
#define SCRYPT_P    5
#define SCRYPT_SALT 16

/* Appends the key's PEM to BIO. */
static bool write_pem(const struct sign_key *key, struct view passphrase, BIO *bio)
{
    X509_ALGOR *protector;
    PKCS8_PRIV_KEY_INFO *plain;
    X509_SIG *sealed;
    bool ok;

    if (passphrase.size == 0)
        return PEM_write_bio_PKCS8PrivateKey(bio, sign_key_evp(key), NULL, NULL, 0, NULL, NULL) == 1;
    plain = EVP_PKEY2PKCS8(sign_key_evp(key));
    if (plain == NULL)
        return false;
    protector = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SCRYPT_SALT, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
    REQUIRE(protector != NULL);
    sealed = PKCS8_set0_pbe((const char *)passphrase.at, (int)passphrase.size, plain, protector);
    if (sealed == NULL)
        X509_ALGOR_free(protector);
    ok = sealed != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1;
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return ok;
}

bool sign_key_save_under(const struct sign_key *key, struct view passphrase, const char *path, struct error *err)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *pem = NULL;
    bool ok;

    REQUIRE(bio != NULL && passphrase.size <= BOUND_PASSPHRASE);
    if (!write_pem(key, passphrase, bio)) {
        BIO_free(bio);
        return evp_failed(err, E_KEY_16, "the private key cannot leave its token");
    }
    if (file_exists(path)) {
        ok = error_set(err, E_KEY_04, "%s is there already", path);
    } else {
        long size = BIO_get_mem_data(bio, &pem);

        ok = file_create(path, view_of(pem, (size_t)size), 0600, err);
    }
    BIO_free(bio); /* cleanses */
    return ok;
}

bool sign_key_save(const struct sign_key *key, const char *path, struct error *err)
{
    return sign_key_save_under(key, view_of(NULL, 0), path, err);
}

/* Whether PATH opens with PASSPHRASE and holds KEY. */
static bool holds_the_same(const struct sign_key *key, const char *path, struct view passphrase, struct error *err)
{
    uint8_t ours[SIGN_PUBLIC_SIZE];
    uint8_t theirs[SIGN_PUBLIC_SIZE];
    struct sign_key *there;

    if (!sign_key_open_under(path, passphrase, &there, err))
        return false;
    sign_key_public(key, ours);
    sign_key_public(there, theirs);
    sign_key_free(there);
    return memcmp(ours, theirs, sizeof ours) == 0 ||
           error_set(err, E_FIL_03, "%s does not hold what was written into it", path);
}

bool sign_key_put_under(const struct sign_key *key, struct view passphrase, const char *path, struct error *err)
{
    char new_path[FILE_PATH_MAX + 4];

    if (strlen(path) >= FILE_PATH_MAX)
        return error_set(err, E_KEY_01, "the path is longer than %d bytes", FILE_PATH_MAX - 1);
    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    return file_destroy(new_path, err) && /* of a change that was cut short */
           sign_key_save_under(key, passphrase, new_path, err) && holds_the_same(key, new_path, passphrase, err) &&
           file_destroy_replaced(path, new_path, err);
}

#define FILE_MAX 8192 /* bytes of a key's file */

bool sign_key_copy_over(const char *from, const char *path, struct error *err)
{
    char new_path[FILE_PATH_MAX + 4];
    struct bytes pem = {0};
    bool ok;

    if (strlen(path) >= FILE_PATH_MAX)
        return error_set(err, E_KEY_01, "the path is longer than %d bytes", FILE_PATH_MAX - 1);
    (void)snprintf(new_path, sizeof new_path, "%s.new", path);
    ok = file_destroy(new_path, err) && file_read_private(from, FILE_MAX, &pem, err) &&
         file_create(new_path, bytes_view(&pem), 0600, err) && file_destroy_replaced(path, new_path, err);
    secret_wipe(pem.at, pem.size);
    bytes_fini(&pem);
    return ok;
}

bool sign_key_destroy(const char *path, struct error *err)
{
    return file_destroy(path, err);
}
