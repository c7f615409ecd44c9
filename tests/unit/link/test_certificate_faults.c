/* A row a fault: somebody with an OpenSSL of his own shows it, as he dials and as he is dialled, and is refused with a
 * code before a byte of refex passes.
 *
 * A good certificate of refex is taken apart, a part of it is made otherwise, the whole is signed anew by the
 * authority's true key (only the fault is wrong), and these bytes are what stands on the wire, whatever OpenSSL would
 * write.
 */
#include "credentials.h"
#include "link/tls.h"

#include "base/text.h"
#include "crypto/sign.h"
#include "fake_clock.h"
#include "pki/certificate.h"

#include <dlfcn.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct member_ca home;
static struct member_ca stranger; /* another federation, with the same names and other keys */
static struct fake_clock now;

/* --- what stands on the wire --- */

static const X509 *shown_as; /* OpenSSL writes these bytes in place of this certificate */
static struct bytes shown;

int i2d_X509(const X509 *x, unsigned char **out)
{
    static int (*real)(const X509 *x, unsigned char **out);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "i2d_X509");
    if (x != shown_as || x == NULL)
        return real(x, out);
    if (out != NULL && *out != NULL) {
        memcpy(*out, shown.at, shown.size);
        *out += shown.size;
    }
    return (int)shown.size;
}

/* --- DER by hand --- */

/* The parts of a certificate, each with its tag and size. */
enum part {
    NO_PART,
    VERSION,
    SERIAL,
    ALGORITHM,
    ISSUER,
    VALIDITY,
    SUBJECT,
    KEY,
    BASIC, /* the extensions … */
    USAGE,
    EXTENDED,
    NAMES,
    SUBJECT_ID,
    AUTHORITY_ID,
    MORE,   /* … which ours do not have */
    BEHIND, /* behind the extensions */
    OUTER_ALGORITHM,
    SIGNATURE,
    LAST, /* behind the signature */
    PARTS
};

static const uint8_t oids[PARTS] = {
    [BASIC] = 0x13, [USAGE] = 0x0f, [EXTENDED] = 0x25, [NAMES] = 0x11, [SUBJECT_ID] = 0x0e, [AUTHORITY_ID] = 0x23};

static void append_tlv(struct bytes *out, uint8_t tag, struct view content)
{
    bytes_append_u8(out, tag);
    if (content.size >= 256) {
        bytes_append_u8(out, 0x82);
        bytes_append_u8(out, (uint8_t)(content.size >> 8));
    } else if (content.size >= 128) {
        bytes_append_u8(out, 0x81);
    }
    bytes_append_u8(out, (uint8_t)content.size);
    bytes_append_view(out, content);
}

/* The size of the element that begins at AT, and of its tag and size alone. */
static size_t element(const uint8_t *at, size_t *head)
{
    size_t size = at[1];

    *head = 2;
    if (size >= 0x80) {
        *head += size & 0x7f;
        size = 0;
        for (size_t i = 2; i < *head; i++)
            size = size << 8 | at[i];
    }
    return *head + size;
}

static void append_hex(struct bytes *out, const char *hex)
{
    size_t size = strlen(hex) / 2;

    REQUIRE(text_read_hex(view_of_text(hex), bytes_reserve(out, size + 1), size));
    out->size += size;
}

static void take_extensions(const uint8_t *at, const uint8_t *end, struct bytes parts[static PARTS])
{
    while (at < end) {
        size_t head;
        size_t size = element(at, &head);
        enum part p = BASIC;

        while (p < MORE && oids[p] != at[head + 4])
            p++;
        bytes_append(&parts[p], at, size);
        at += size;
    }
}

static void take_apart(struct view der, struct bytes parts[static PARTS])
{
    size_t head;
    const uint8_t *at = der.at;
    const uint8_t *tbs_end;

    (void)element(at, &head);
    at += head;
    tbs_end = at + element(at, &head);
    at += head;
    for (enum part p = VERSION; p <= KEY; p++) {
        size_t size = element(at, &head);

        bytes_append(&parts[p], at, size);
        at += size;
    }
    (void)element(at, &head);
    at += head;
    (void)element(at, &head);
    take_extensions(at + head, tbs_end, parts);
    bytes_append(&parts[OUTER_ALGORITHM], tbs_end, element(tbs_end, &head));
}

static void put_together(struct bytes parts[static PARTS], struct bytes *tbs)
{
    struct bytes extensions = {0};
    struct bytes list = {0};
    struct bytes content = {0};

    for (enum part p = VERSION; p <= KEY; p++)
        bytes_append_view(&content, bytes_view(&parts[p]));
    for (enum part p = BASIC; p <= MORE; p++)
        bytes_append_view(&extensions, bytes_view(&parts[p]));
    append_tlv(&list, 0x30, bytes_view(&extensions));
    append_tlv(&content, 0xa3, bytes_view(&list));
    bytes_append_view(&content, bytes_view(&parts[BEHIND]));
    append_tlv(tbs, 0x30, bytes_view(&content));
    bytes_fini(&extensions);
    bytes_fini(&list);
    bytes_fini(&content);
}

/* --- the rows --- */

enum signer { BY_TRANSPORT_CA, BY_ISSUING_CA, BY_ROOT, BY_ITSELF, BY_ANOTHER_KEY, BY_STRANGER };
enum gone { NOTHING_REVOKED, THE_CERTIFICATE, ITS_KEY, ITS_NODE, THE_CA };
enum whole { AS_MADE, THE_ROOT, THE_ISSUING_CA, THE_TRANSPORT_CA, AN_IDENTITY, ANOTHERS };

struct made {
    struct credentials c;
    struct bytes parts[PARTS];
};

struct row {
    const char *what;
    enum error_code code;    /* when he dials, and, but for what stands next, when he is dialled */
    enum error_code dialled; /* 0: the same; E_NONE is not refused */
    enum part part;          /* is made otherwise: */
    const char *hex;         /* this in its place; "" leaves it out */
    const char *value;       /* of an extension: this as its value … */
    bool is_critical;
    const char *uris[2]; /* these names … */
    const char *dns;     /* … and this host */
    const char *key;     /* a key of this algorithm */
    int from_s;          /* validity, in seconds from now, with until_s; both 0: as it was */
    int until_s;
    bool is_general;   /* as GeneralizedTime */
    bool admits_ended; /* what ended a short time ago gets a narrow link */
    enum signer signer;
    enum gone revoked;
    enum whole shows;
    void (*sign)(uint8_t signature[static 64]); /* changes it */
    uint8_t unused;                             /* bits of the signature */
    const char *wire;   /* in place of the tag and size of the whole; "" drops the last byte … */
    const char *behind; /* … and this behind it */
    bool with_chain;
    bool without_certificate;
    const char *alpn; /* in place of refex/1; "" : none */
    int tls;          /* at most this version */
};

#define DAY_S 86400

#define LABEL "spiffe://abcdefghijklmnopqrstuvwxyz"
#define NODE  "7368656c746572000000000000000000"
#define GOOD  LABEL "/" NODE

/* The group's order, little-endian. */
static void add_order(uint8_t signature[static 64])
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,       0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    [31] = 0x10};
    unsigned carry = 0;

    for (size_t i = 0; i < 32; i++) {
        carry += signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void change(uint8_t signature[static 64])
{
    signature[5] ^= 1;
}

static void blank(uint8_t signature[static 64])
{
    memset(signature, 0, 64);
}

#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X600 X50 X50 X50 X50 X50 X50 X50 X50 X50 X50 X50 X50

static const struct row rows[] = {
    {.what = "nothing wrong", .code = E_NONE},
    {.what = "nothing wrong: all signed anew", .code = E_NONE, .part = SERIAL, .hex = "020101"},
    {.what = "nothing wrong: a condition that is unknown and not binding",
     .code = E_NONE,
     .part = MORE,
     .hex = "300f06092b0601040186eb4f0104020500"},
    {.what = "nothing wrong: begins now, to the second", .code = E_NONE, .from_s = 0, .until_s = 86400},
    {.what = "nothing wrong: ends in a second", .code = E_NONE, .from_s = -86400, .until_s = 1},
    {.what = "nothing wrong: without the id of its own key, which nothing asks",
     .code = E_NONE,
     .part = SUBJECT_ID,
     .hex = ""},

    /* the encoding */
    {.what = "the whole with a size that is longer than it need be", .code = E_LNK_02, .wire = "308400000"},
    {.what = "the whole without a size, up to a mark", .code = E_LNK_02, .wire = "3080", .behind = "0000"},
    {.what = "a byte behind it", .code = E_LNK_08, .behind = "00"},
    {.what = "a certificate behind it", .code = E_LNK_08, .behind = "3003020100"},
    {.what = "its last byte missing", .code = E_LNK_08, .wire = ""},
    {.what = "a part behind the signature", .code = E_LNK_08, .part = LAST, .hex = "0500"},
    {.what = "a part behind the extensions", .code = E_LNK_08, .part = BEHIND, .hex = "0500"},
    {.what = "a serial with a byte too many", .code = E_LNK_08, .part = SERIAL, .hex = "02020001"},
    {.what = "a serial whose size is longer than it need be", .code = E_LNK_02, .part = SERIAL, .hex = "02810101"},
    {.what = "a subject whose size is longer than it need be", .code = E_LNK_02, .part = SUBJECT, .hex = "308100"},
    {.what = "a subject without a size", .code = E_LNK_02, .part = SUBJECT, .hex = "30800000"},
    {.what = "a condition that is not binding, and says so",
     .code = E_LNK_02,
     .part = MORE,
     .hex = "301206092b0601040186eb4f01010100"
            "04020500"},
    {.what = "usage with zeros behind its bits",
     .code = E_LNK_02,
     .part = USAGE,
     .value = "03020080",
     .is_critical = true},
    {.what = "bytes behind the usage", .code = E_LNK_02, .part = USAGE, .value = "030207800000", .is_critical = true},
    {.what = "bytes behind the constraints", .code = E_LNK_02, .part = BASIC, .value = "30000500", .is_critical = true},
    {.what = "no authority, and says so", .code = E_LNK_02, .part = BASIC, .value = "3003010100", .is_critical = true},
    {.what = "constraints that are none", .code = E_LNK_02, .part = BASIC, .value = "0500", .is_critical = true},
    {.what = "usage that is none", .code = E_LNK_02, .part = USAGE, .value = "0500", .is_critical = true},
    {.what = "larger than any", .code = E_LNK_02, .part = MORE, .value = X600 X600 X600 X600},

    /* its head */
    {.what = "version 1", .code = E_LNK_02, .part = VERSION, .hex = ""},
    {.what = "version 2", .code = E_LNK_02, .part = VERSION, .hex = "a003020101"},
    {.what = "version 4", .code = E_LNK_02, .part = VERSION, .hex = "a003020103"},
    {.what = "a serial of 0", .code = E_LNK_02, .part = SERIAL, .hex = "020100"},
    {.what = "a serial below 0", .code = E_LNK_02, .part = SERIAL, .hex = "0201ff"},
    {.what = "a serial of 21 bytes",
     .code = E_LNK_02,
     .part = SERIAL,
     .hex = "0215010101010101010101010101010101010101010101"},
    {.what = "no serial", .code = E_LNK_08, .part = SERIAL, .hex = ""},
    {.what = "signed as with SHA-1 and RSA",
     .code = E_LNK_02,
     .part = ALGORITHM,
     .hex = "300d06092a864886f70d0101050500"},
    {.what = "signed as with Ed448", .code = E_LNK_02, .part = ALGORITHM, .hex = "300506032b6571"},
    {.what = "signed as with Ed448, says who signed",
     .code = E_LNK_02,
     .part = OUTER_ALGORITHM,
     .hex = "300506032b6571"},
    {.what = "the algorithm with a parameter that it does not have",
     .code = E_LNK_02,
     .part = ALGORITHM,
     .hex = "300706032b65700500"},
    {.what = "another issuer's name",
     .code = E_LNK_02,
     .part = ISSUER,
     .hex = "301b311930170603550403131030303030303030303030303030303030"},
    {.what = "an issuer with a name",
     .code = E_LNK_02,
     .part = ISSUER,
     .hex = "3012311030"
            "0e06035504031307736865"
            "6c746572"},
    {.what = "no issuer", .code = E_LNK_02, .part = ISSUER, .hex = "3000"},
    {.what = "a subject",
     .code = E_LNK_02,
     .part = SUBJECT,
     .hex = "3012311030"
            "0e06035504031307736865"
            "6c746572"},

    /* its time */
    {.what = "ends now, to the second", .code = E_LNK_03, .from_s = -86400, .until_s = 0},
    {.what = "ended a second ago", .code = E_LNK_03, .from_s = -86400, .until_s = -1},
    {.what = "begins in a second", .code = E_LNK_03, .from_s = 1, .until_s = 86400},
    {.what = "begins in six minutes", .code = E_LNK_03, .from_s = 360, .until_s = 86400},
    {.what = "ends before it begins", .code = E_LNK_02, .from_s = 3600, .until_s = -3600},
    {.what = "a time in the longer form", .code = E_LNK_02, .from_s = -3600, .until_s = 86400, .is_general = true},
    {.what = "a time without seconds",
     .code = E_LNK_02,
     .part = VALIDITY,
     .hex = "301c170b32303031303130303030"
            "5a170d3439303130313030303030305a"},
    {.what = "a time of another zone",
     .code = E_LNK_02,
     .part = VALIDITY,
     .hex = "3022171132303031303130303030"
            "30302b30313030170d3439303130313030303030305a"},
    {.what = "a month that is none",
     .code = E_LNK_02,
     .part = VALIDITY,
     .hex = "301e170d3230313330313030303030305a170d3439303130313030303030305a"},

    /* its time, where a node whose certificate has ended gets a narrow link */
    {.what = "nothing wrong: ended a second ago",
     .code = E_NONE,
     .from_s = -86400,
     .until_s = -1,
     .admits_ended = true},
    {.what = "nothing wrong: ended thirty days ago",
     .code = E_NONE,
     .from_s = -100 * DAY_S,
     .until_s = -30 * DAY_S,
     .admits_ended = true},
    {.what = "ended thirty days and a second ago",
     .code = E_LNK_03,
     .from_s = -100 * DAY_S,
     .until_s = -30 * DAY_S - 1,
     .admits_ended = true},
    {.what = "not begun, where what ended is let in",
     .code = E_LNK_03,
     .from_s = 60,
     .until_s = DAY_S,
     .admits_ended = true},
    {.what = "ended, of a node that nobody lists",
     .code = E_LNK_03,
     .from_s = -DAY_S,
     .until_s = -1,
     .part = NAMES,
     .uris = {LABEL "/99999999999999999999999999999999"},
     .is_critical = true,
     .admits_ended = true},
    {.what = "ended and revoked",
     .code = E_LNK_04,
     .from_s = -DAY_S,
     .until_s = -1,
     .revoked = THE_CERTIFICATE,
     .admits_ended = true},
    {.what = "ended, its key revoked",
     .code = E_LNK_04,
     .from_s = -DAY_S,
     .until_s = -1,
     .revoked = ITS_KEY,
     .admits_ended = true},
    {.what = "ended, its machine revoked",
     .code = E_LNK_04,
     .from_s = -DAY_S,
     .until_s = -1,
     .revoked = ITS_NODE,
     .admits_ended = true},
    {.what = "ended, its authority revoked",
     .code = E_LNK_04,
     .from_s = -DAY_S,
     .until_s = -1,
     .revoked = THE_CA,
     .admits_ended = true},
    {.what = "ended, the signature changed",
     .code = E_LNK_02,
     .from_s = -DAY_S,
     .until_s = -1,
     .sign = change,
     .admits_ended = true},
    {.what = "ended, signed by another federation's authority",
     .code = E_LNK_02,
     .from_s = -DAY_S,
     .until_s = -1,
     .signer = BY_STRANGER,
     .admits_ended = true},
    {.what = "ended, for clients only",
     .code = E_LNK_06,
     .from_s = -DAY_S,
     .until_s = -1,
     .part = EXTENDED,
     .value = "300a06082b06010505070302",
     .admits_ended = true},
    {.what = "ended, in another encoding",
     .code = E_LNK_02,
     .from_s = -DAY_S,
     .until_s = -1,
     .wire = "3080",
     .behind = "0000",
     .admits_ended = true},
    {.what = "ended, with what issued it",
     .code = E_LNK_02,
     .from_s = -DAY_S,
     .until_s = -1,
     .with_chain = true,
     .admits_ended = true},

    /* its key */
    {.what = "an RSA key", .code = E_LNK_02, .key = "RSA"},
    {.what = "a P-256 key", .code = E_LNK_02, .key = "EC"},
    {.what = "an Ed448 key", .code = E_LNK_02, .key = "ED448"},
    {.what = "an X25519 key", .code = E_LNK_02, .key = "X25519"},
    {.what = "a key with a parameter",
     .code = E_LNK_02,
     .part = KEY,
     .hex = "302c300706032b657005000321000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"},
    {.what = "a key with unused bits",
     .code = E_LNK_08,
     .part = KEY,
     .hex = "302a300506032b65700321010102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"},
    {.what = "a key of 31 bytes",
     .code = E_LNK_02,
     .part = KEY,
     .hex = "3029300506032b6570032000"
            "02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"},

    /* what it is for */
    {.what = "no usage", .code = E_LNK_06, .part = USAGE, .hex = ""},
    {.what = "usage that is not binding", .code = E_LNK_06, .part = USAGE, .value = "03020780"},
    {.what = "usage beside signatures", .code = E_LNK_06, .part = USAGE, .value = "030206c0", .is_critical = true},
    {.what = "to sign certificates", .code = E_LNK_02, .part = USAGE, .value = "03020284", .is_critical = true},
    {.what = "an authority", .code = E_LNK_02, .part = BASIC, .value = "30030101ff", .is_critical = true},
    {.what = "a client only", .code = E_LNK_06, .part = EXTENDED, .value = "300a06082b06010505070302"},
    {.what = "a server only", .code = E_LNK_06, .part = EXTENDED, .value = "300a06082b06010505070301"},
    {.what = "any purpose",
     .code = E_LNK_06,
     .part = EXTENDED,
     .value = "300606"
              "0455"
              "1d2500"},
    {.what = "client, server and any purpose",
     .code = E_LNK_06,
     .part = EXTENDED,
     .value = "301a06082b0601050507030106082b060105050703020604551d2500"},
    {.what = "no purpose", .code = E_LNK_06, .part = EXTENDED, .hex = ""},
    {.what = "an unknown condition that is binding",
     .code = E_LNK_02,
     .part = MORE,
     .hex = "301206092b0601040186eb4f010101ff04020500"},
    {.what = "a policy that is binding", .code = E_LNK_02, .part = MORE, .hex = "300d0603551d200101ff0403300000"},
    {.what = "constraints twice", .code = E_LNK_02, .part = MORE, .hex = "300c0603551d130101ff04023000"},
    {.what = "no id of the authority's key", .code = E_LNK_02, .part = AUTHORITY_ID, .hex = ""},
    {.what = "the id of another authority's key",
     .code = E_LNK_02,
     .part = AUTHORITY_ID,
     .value = "301680140102030405060708090a0b0c0d0e0f1011121314"},
    {.what = "bounds on names",
     .code = E_LNK_02,
     .part = MORE,
     .hex = "30140603551d1e0101ff040a3008a0063004820278"
            "79"},

    /* its name */
    {.what = "no name", .code = E_LNK_02, .part = NAMES, .hex = ""},
    {.what = "names that are none", .code = E_LNK_02, .part = NAMES, .value = "3000", .is_critical = true},
    {.what = "a name that is not binding", .code = E_LNK_02, .part = NAMES, .uris = {GOOD}},
    {.what = "two names", .code = E_LNK_02, .part = NAMES, .uris = {GOOD, LABEL "/0" NODE}, .is_critical = true},
    {.what = "a name twice", .code = E_LNK_02, .part = NAMES, .uris = {GOOD, GOOD}, .is_critical = true},
    {.what = "a host beside it",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {GOOD},
     .dns = "a.example",
     .is_critical = true},
    {.what = "a host alone", .code = E_LNK_02, .part = NAMES, .dns = "a.example", .is_critical = true},
    {.what = "a port", .code = E_LNK_02, .part = NAMES, .uris = {LABEL ":7411/" NODE}, .is_critical = true},
    {.what = "a user",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {"spiffe://a@abcdefghijklmnopqrstuvwxyz/" NODE},
     .is_critical = true},
    {.what = "a percent sign",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {LABEL "/%37368656c7465720000000000000000"
                    "00"},
     .is_critical = true},
    {.what = "a label in capitals",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {"spiffe://Abcdefghijklmnopqrstuvwxyz/" NODE},
     .is_critical = true},
    {.what = "a scheme in capitals",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {"SPIFFE://abcdefghijklmnopqrstuvwxyz/" NODE},
     .is_critical = true},
    {.what = "an id in capitals",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {LABEL "/7368656C746572000000000000000000"},
     .is_critical = true},
    {.what = "an id of 31 digits",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {LABEL "/736865"
                    "6c74657200000000000000000"},
     .is_critical = true},
    {.what = "no id", .code = E_LNK_02, .part = NAMES, .uris = {LABEL}, .is_critical = true},
    {.what = "an empty part of the path",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {LABEL "//" NODE},
     .is_critical = true},
    {.what = "a slash behind it", .code = E_LNK_02, .part = NAMES, .uris = {GOOD "/"}, .is_critical = true},
    {.what = "a question behind it", .code = E_LNK_02, .part = NAMES, .uris = {GOOD "?a"}, .is_critical = true},
    {.what = "another label",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {"spiffe://bbcdefghijklmnopqrstuvwxyz/" NODE},
     .is_critical = true},
    {.what = "an agency's name",
     .code = E_LNK_06,
     .part = NAMES,
     .uris = {"spiffe://nrm.example/agency/shelter"},
     .is_critical = true},
    {.what = "a name that is too long", .code = E_LNK_02, .part = NAMES, .uris = {GOOD X600}, .is_critical = true},
    {.what = "a web address",
     .code = E_LNK_02,
     .part = NAMES,
     .uris = {"https://abcdefghijklmnopqrstuvwxyz/" NODE},
     .is_critical = true},

    /* who signed it */
    {.what = "the signature changed", .code = E_LNK_02, .sign = change},
    {.what = "the signature of zeros", .code = E_LNK_02, .sign = blank},
    {.what = "the other form of the signature, S + L", .code = E_LNK_02, .sign = add_order},
    {.what = "an unused bit in the signature", .code = E_LNK_02, .unused = 1},
    {.what = "signed by itself", .code = E_LNK_02, .signer = BY_ITSELF},
    {.what = "signed by another key in the authority's name", .code = E_LNK_02, .signer = BY_ANOTHER_KEY},
    {.what = "signed by another federation's authority", .code = E_LNK_02, .signer = BY_STRANGER},
    {.what = "signed by the issuing CA", .code = E_LNK_02, .signer = BY_ISSUING_CA},
    {.what = "signed by the root", .code = E_LNK_02, .signer = BY_ROOT},
    {.what = "the root's certificate", .code = E_LNK_02, .shows = THE_ROOT},
    {.what = "the issuing CA's certificate", .code = E_LNK_02, .shows = THE_ISSUING_CA},
    {.what = "the transport CA's certificate", .code = E_LNK_06, .shows = THE_TRANSPORT_CA},
    {.what = "an identity certificate", .code = E_LNK_02, .shows = AN_IDENTITY},
    {.what = "another node's certificate, without its key", .code = E_LNK_08, .dialled = E_LNK_05, .shows = ANOTHERS},
    {.what = "revoked", .code = E_LNK_04, .revoked = THE_CERTIFICATE},
    {.what = "its key revoked", .code = E_LNK_04, .revoked = ITS_KEY},
    {.what = "its machine revoked", .code = E_LNK_04, .revoked = ITS_NODE},
    {.what = "its authority revoked", .code = E_LNK_04, .revoked = THE_CA},
    {.what = "with what issued it", .code = E_LNK_02, .with_chain = true},

    /* the handshake */
    {.what = "no certificate", .code = E_LNK_20, .dialled = E_LNK_24, .without_certificate = true},
    {.what = "TLS 1.2", .code = E_LNK_08, .dialled = E_LNK_24, .tls = TLS1_2_VERSION},
    {.what = "no protocol", .code = E_LNK_07, .alpn = ""},
    {.what = "another protocol", .code = E_LNK_07, .dialled = E_LNK_08, .alpn = "\7refex/2"},
};

/* --- a row made --- */

static EVP_PKEY *evp_of(const struct sign_key *key)
{
    struct secret der = {0};
    struct error err;
    const unsigned char *at;
    EVP_PKEY *out;

    REQUIRE(sign_key_der(key, &der, &err));
    at = der.at;
    out = d2i_AutoPrivateKey(NULL, &at, (long)der.size);
    secret_fini(&der);
    REQUIRE(out != NULL);
    return out;
}

static void make_extension(const struct row *r, struct bytes *out)
{
    struct bytes content = {0};
    struct bytes names = {0};
    struct bytes value = {0};

    append_hex(&content, "0603551d");
    bytes_append_u8(&content, oids[r->part == MORE ? SUBJECT_ID : r->part]);
    if (r->part == MORE) /* of ours, and unknown to refex */
        content.at[content.size - 1] = 0x7f;
    if (r->is_critical)
        append_hex(&content, "0101ff");
    if (r->value != NULL && r->value[0] == 'x')
        bytes_append_text(&value, r->value);
    else if (r->value != NULL)
        append_hex(&value, r->value);
    for (size_t i = 0; i < 2 && r->uris[i] != NULL; i++)
        append_tlv(&names, 0x86, view_of_text(r->uris[i]));
    if (r->dns != NULL)
        append_tlv(&names, 0x82, view_of_text(r->dns));
    if (names.size > 0)
        append_tlv(&value, 0x30, bytes_view(&names));
    append_tlv(&content, 0x04, bytes_view(&value));
    append_tlv(out, 0x30, bytes_view(&content));
    bytes_fini(&content);
    bytes_fini(&names);
    bytes_fini(&value);
}

static void append_time(struct bytes *out, int seconds, bool is_general)
{
    time_t at = (time_t)(now.ms / 1000 + seconds);
    char text[32];
    struct tm tm;

    REQUIRE(gmtime_r(&at, &tm) != NULL);
    REQUIRE(strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &tm) > 0);
    append_tlv(out, is_general ? 0x18 : 0x17, view_of_text(is_general ? text : text + 2));
}

static void make_validity(const struct row *r, struct bytes *out)
{
    struct bytes content = {0};

    append_time(&content, r->from_s, r->is_general);
    append_time(&content, r->until_s, r->is_general);
    append_tlv(out, 0x30, bytes_view(&content));
    bytes_fini(&content);
}

static void make_key(const char *algorithm, struct bytes *out)
{
    EVP_PKEY *key = strcmp(algorithm, "EC") == 0    ? EVP_EC_gen("P-256")
                    : strcmp(algorithm, "RSA") == 0 ? EVP_RSA_gen(1024)
                                                    : EVP_PKEY_Q_keygen(NULL, NULL, algorithm);
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);

    REQUIRE(size > 0);
    bytes_append(out, der, (size_t)size);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

/* The subject of DER, to be the issuer of what is made. */
static void issuer_of(const struct bytes *der, struct bytes *out)
{
    struct bytes parts[PARTS] = {{0}};

    take_apart(bytes_view(der), parts);
    bytes_clear(out);
    bytes_append_view(out, bytes_view(&parts[SUBJECT]));
    for (size_t i = 0; i < PARTS; i++)
        bytes_fini(&parts[i]);
}

static EVP_PKEY *signer_of(const struct row *r, struct made *m)
{
    switch (r->signer) {
    case BY_ISSUING_CA:
        issuer_of(&home.issuing_der, &m->parts[ISSUER]);
        return evp_of(home.issuing);
    case BY_ROOT:
        issuer_of(&home.root_der, &m->parts[ISSUER]);
        return evp_of(home.root);
    case BY_ITSELF:
        return evp_of(m->c.key);
    case BY_ANOTHER_KEY:
        return evp_of(stranger.issuing);
    case BY_STRANGER:
        issuer_of(&stranger.transport_der, &m->parts[ISSUER]);
        return evp_of(stranger.transport);
    case BY_TRANSPORT_CA:
        break;
    }
    return evp_of(home.transport);
}

static void sign_and_wrap(const struct row *r, struct made *m)
{
    EVP_PKEY *key = signer_of(r, m);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct bytes content = {0};
    struct bytes bits = {0};
    uint8_t signature[64];
    size_t size = sizeof signature;

    put_together(m->parts, &content);
    REQUIRE(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
            EVP_DigestSign(ctx, signature, &size, content.at, content.size) == 1 && size == sizeof signature);
    if (r->sign != NULL)
        r->sign(signature);
    bytes_append_u8(&bits, r->unused);
    bytes_append(&bits, signature, sizeof signature);
    bits.at[bits.size - 1] &= (uint8_t)(0xff << r->unused);
    bytes_append_view(&content, bytes_view(&m->parts[OUTER_ALGORITHM]));
    append_tlv(&content, 0x03, bytes_view(&bits));
    bytes_append_view(&content, bytes_view(&m->parts[LAST]));
    append_tlv(&shown, 0x30, bytes_view(&content));
    bytes_fini(&content);
    bytes_fini(&bits);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
}

/* The tag and size of the whole in another form. */
static void wrap_otherwise(const struct row *r)
{
    struct bytes other = {0};
    size_t head;

    (void)element(shown.at, &head);
    if (r->wire[0] == '\0') {
        shown.size--;
        return;
    }
    if (strcmp(r->wire, "3080") == 0) {
        append_hex(&other, r->wire);
    } else { /* four bytes of size */
        append_hex(&other, "308400000000");
        other.at[4] = (uint8_t)((shown.size - head) >> 8);
        other.at[5] = (uint8_t)(shown.size - head);
    }
    bytes_append(&other, shown.at + head, shown.size - head);
    bytes_fini(&shown);
    shown = other;
}

static void make_part(const struct row *r, struct made *m)
{
    struct bytes *part = &m->parts[r->part];

    bytes_clear(part);
    if (r->hex != NULL)
        append_hex(part, r->hex);
    else
        make_extension(r, part);
}

static void show_another(const struct row *r)
{
    const struct bytes *ders[] = {
        [THE_ROOT] = &home.root_der, [THE_ISSUING_CA] = &home.issuing_der, [THE_TRANSPORT_CA] = &home.transport_der};
    struct credentials other;

    bytes_clear(&shown);
    if (r->shows == AN_IDENTITY || r->shows == ANOTHERS) {
        credentials_init(&other, &home, "police", r->shows == ANOTHERS ? CERTIFICATE_TRANSPORT : CERTIFICATE_IDENTITY,
                         now.ms, 90);
        bytes_append_view(&shown, bytes_view(&other.der));
        credentials_fini(&other);
    } else {
        bytes_append_view(&shown, bytes_view(ders[r->shows]));
    }
}

static void make(const struct row *r, struct made *m)
{
    memset(m, 0, sizeof *m);
    credentials_init(&m->c, &home, "shelter", CERTIFICATE_TRANSPORT, now.ms, 90);
    take_apart(bytes_view(&m->c.der), m->parts);
    if (r->part != NO_PART)
        make_part(r, m);
    if (r->from_s != 0 || r->until_s != 0) {
        bytes_clear(&m->parts[VALIDITY]);
        make_validity(r, &m->parts[VALIDITY]);
    }
    if (r->key != NULL) {
        bytes_clear(&m->parts[KEY]);
        make_key(r->key, &m->parts[KEY]);
    }
    bytes_clear(&shown);
    sign_and_wrap(r, m);
    if (r->wire != NULL)
        wrap_otherwise(r);
    if (r->behind != NULL)
        append_hex(&shown, r->behind);
    if (r->shows != AS_MADE)
        show_another(r);
}

static void drop(struct made *m)
{
    for (size_t i = 0; i < PARTS; i++)
        bytes_fini(&m->parts[i]);
    credentials_fini(&m->c);
}

/* --- it is shown --- */

struct good {
    struct credentials c;
    struct tls_context *context;
    struct tls *tls;
    struct bytes out;
    struct bytes plaintext;
    struct error err;
    bool ok;
};

static struct hash revoked;

static void revoke(const struct row *r, const struct made *m, struct seam_trust *trust)
{
    struct certificate c;
    struct error err;

    if (r->revoked == NOTHING_REVOKED)
        return;
    REQUIRE(certificate_read(r->revoked == THE_CA ? home.anchors[0] : bytes_view(&shown), &c, &err));
    revoked = r->revoked == ITS_KEY ? c.key_hash : c.der_hash;
    if (r->revoked == ITS_NODE)
        certificate_node_name(&m->c.node, &revoked);
    trust->revoked = &revoked;
    trust->revoked_count = 1;
}

static void open_good(struct good *g, const struct row *r, const struct made *m, bool dials)
{
    struct seam_configure configure;

    memset(g, 0, sizeof *g);
    credentials_init(&g->c, &home, "mission", CERTIFICATE_TRANSPORT, now.ms, 90);
    credentials_configure(&g->c, &home, &configure);
    revoke(r, m, &configure.trust);
    configure.trust.admits_ended = r->admits_ended;
    REQUIRE(tls_context_new(&configure, &now.clock, &g->context, &g->err));
    g->tls = tls_new(g->context, dials ? m->c.peer : 0);
    g->ok = true;
}

static void close_good(struct good *g)
{
    tls_free(g->tls);
    tls_context_free(g->context);
    bytes_fini(&g->out);
    bytes_fini(&g->plaintext);
    credentials_fini(&g->c);
}

static int take_any(int ok, X509_STORE_CTX *v)
{
    (void)ok;
    (void)v;
    return 1;
}

static SSL_CTX *make_context(const struct row *r, const struct made *m)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    const unsigned char *at = m->c.pkcs8.at;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &at, (long)m->c.pkcs8.size);
    const unsigned char *der = m->c.der.at;
    X509 *x = d2i_X509(NULL, &der, (long)m->c.der.size);

    der = home.transport_der.at;
    if (!r->without_certificate)
        REQUIRE(SSL_CTX_use_certificate(ctx, x) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1);
    shown_as = r->without_certificate ? NULL : x;
    if (r->with_chain)
        REQUIRE(SSL_CTX_add0_chain_cert(ctx, d2i_X509(NULL, &der, (long)home.transport_der.size)) == 1);
    SSL_CTX_set_max_proto_version(ctx, r->tls == 0 ? TLS1_3_VERSION : r->tls);
    SSL_CTX_set_num_tickets(ctx, 2);
    X509_free(x);
    EVP_PKEY_free(key);
    return ctx;
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *size, const unsigned char *in, unsigned in_size,
                  void *row)
{
    const struct row *r = row;

    (void)ssl;
    (void)in;
    (void)in_size;
    if (r->alpn != NULL && r->alpn[0] == '\0')
        return SSL_TLSEXT_ERR_NOACK;
    *out = (const unsigned char *)(r->alpn == NULL ? "refex/1" : r->alpn + 1);
    *size = 7;
    return SSL_TLSEXT_ERR_OK;
}

/* He sends what he has to say as soon as he can, without waiting. */
static void answer(SSL *ssl, BIO *in, BIO *out, struct good *g)
{
    bool closed = false;
    char *at;
    long n;

    if (SSL_do_handshake(ssl) == 1)
        (void)SSL_write(ssl, "who is there", 12);
    n = BIO_get_mem_data(out, &at);
    if (g->ok)
        g->ok = tls_receive(g->tls, view_of(at, (size_t)n), &g->out, &g->plaintext, &closed, &g->err);
    (void)BIO_reset(out);
    if (g->out.size > 0)
        (void)BIO_write(in, g->out.at, (int)g->out.size);
    bytes_clear(&g->out);
}

/* Which code it was refused with; E_NONE: it was not. DIALS: the good one does. */
static enum error_code show(const struct row *r, const struct made *m, bool dials)
{
    SSL_CTX *ctx = make_context(r, m);
    SSL *ssl = SSL_new(ctx);
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    enum error_code code;
    struct good g;
    uint8_t byte;

    open_good(&g, r, m, dials);
    SSL_set_bio(ssl, in, out);
    SSL_set_verify(ssl, dials ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, take_any);
    if (dials) {
        SSL_CTX_set_alpn_select_cb(ctx, choose, (void *)(uintptr_t)r);
        SSL_set_accept_state(ssl);
        REQUIRE(tls_receive(g.tls, view_of(NULL, 0), &g.out, &g.plaintext, &(bool){false}, &g.err));
        (void)BIO_write(in, g.out.at, (int)g.out.size);
        bytes_clear(&g.out);
    } else {
        if (r->alpn == NULL || r->alpn[0] != '\0')
            (void)SSL_set_alpn_protos(ssl, (const unsigned char *)(r->alpn == NULL ? "\7refex/1" : r->alpn), 8);
        SSL_set_connect_state(ssl);
    }
    for (int i = 0; i < 4; i++)
        answer(ssl, in, out, &g);
    code = g.ok ? E_NONE : g.err.code;
    if (g.ok == (g.plaintext.size == 0))
        fail_msg("%s: a byte passed, or none did", r->what);
    if (g.ok && tls_narrow(g.tls) != (r->admits_ended ? LINK_CLASS_ENDED : LINK_CLASS_ORDINARY))
        fail_msg("%s: the link is narrow, or is not", r->what);
    if (!g.ok && SSL_read(ssl, &byte, 1) > 0)
        fail_msg("%s: a byte was told", r->what);
    if (SSL_get0_session(ssl) != NULL && SSL_SESSION_has_ticket(SSL_get0_session(ssl)) && !dials)
        fail_msg("%s: a ticket was given", r->what);
    shown_as = NULL;
    close_good(&g);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return code;
}

static void test_each_fault_is_refused_by_its_code_as_client_and_as_server(void **state)
{
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];
        const enum error_code wanted[2] = {r->code, r->dialled != E_NONE ? r->dialled : r->code};
        struct made m;

        make(r, &m);
        for (int dials = 0; dials < 2; dials++) {
            enum error_code found = show(r, &m, dials == 1);

            if (found == wanted[dials])
                continue;
            (void)fprintf(stderr, "%s, %s: %s, not %s\n", r->what, dials == 1 ? "dialled" : "dials",
                          error_row(found)->code, error_row(wanted[dials])->code);
            wrong++;
        }
        drop(&m);
    }
    assert_int_equal(wrong, 0);
}

/* The issue asks for sixty. */
static void test_there_are_at_least_sixty(void **state)
{
    size_t faults = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        faults += rows[i].code != E_NONE;
    assert_true(faults >= 60);
}

static int make_homes(void **state)
{
    (void)state;
    member_ca_init(&home, "nrm.example");
    member_ca_init(&stranger, "nrm.example");
    fake_clock_init(&now, (int64_t)time(NULL) * 1000);
    return 0;
}

static int drop_homes(void **state)
{
    (void)state;
    bytes_fini(&shown);
    member_ca_fini(&home);
    member_ca_fini(&stranger);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_is_refused_by_its_code_as_client_and_as_server),
        cmocka_unit_test(test_there_are_at_least_sixty),
    };

    return cmocka_run_group_tests(tests, make_homes, drop_homes);
}
