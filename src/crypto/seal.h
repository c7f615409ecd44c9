#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H
/* Close a message so that only one agency can open it: HPKE (RFC 9180), base mode.
 *
 * Floor: crypto. Suite 0x0001 only: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (docs/PROTOCOL.md 6). What may
 * be sealed is decided above: exchange/traffic/sealing.h is the only caller in a node. (keys_part.h seals no message.)
 */

#include "model/ident.h"

struct secret;
struct seal_key;       /* a private X25519 key, wiped when freed */
struct seal_sender;    /* what seals to one recipient: one encapsulated key, numbered messages */
struct seal_recipient; /* its counterpart */

#define SEAL_SUITE        0x0001
#define SEAL_PUBLIC_SIZE  32 /* bytes */
#define SEAL_ENC_SIZE     32
#define SEAL_TAG_SIZE     16
#define SEAL_SEQUENCE_END 65536 /* messages under one encapsulated key (docs/PROTOCOL.md 6) */

/* --- keys --- */
struct seal_key *seal_key_new(void);
struct seal_key *seal_key_from_raw(const uint8_t raw[static 32]);
void seal_key_raw(const struct seal_key *key,
                  struct secret *out); /* the private key, to be saved (crypto/sealfile.h) */
void seal_key_public(const struct seal_key *key, uint8_t out[static SEAL_PUBLIC_SIZE]);
void seal_key_free(struct seal_key *key);
/* First 16 bytes of H(`refex/sealing-key/v1\n` ‖ suite ‖ public key). */
void seal_key_id(uint16_t suite, const uint8_t public_key[static SEAL_PUBLIC_SIZE], struct ident *out);

/* --- what is bound into a sealed message without being sent --- */
struct seal_parties {
    uint16_t suite;
    const struct hash *sender_fid;
    const struct hash *recipient_fid;
    struct view sender; /* full addresses */
    struct view recipient;
    const struct ident *key;
};
/* Append HPKE's info, and the aad of an envelope whose header bytes these are. */
void seal_info(const struct seal_parties *p, struct bytes *out);
void seal_aad(struct view header, struct bytes *out);

/* --- sealing --- */
/* Encapsulates a new key to PUBLIC_KEY. E-KEY-13: not a usable key (all-zero result). */
MUST_USE bool seal_sender_new(const uint8_t public_key[static SEAL_PUBLIC_SIZE], struct view info,
                              uint8_t enc[static SEAL_ENC_SIZE], struct seal_sender **out, struct error *err);
/* Appends ciphertext ‖ tag. SEQUENCE must be above every one used before with this sender, and below 65,536 (E-KEY-14).
 */
MUST_USE bool seal_sender_seal(struct seal_sender *s, uint32_t sequence, struct view aad, struct view plain,
                               struct bytes *out, struct error *err);
void seal_sender_free(struct seal_sender *s);

/* --- opening --- */
/* E-KEY-13: ENC is not a usable key. */
MUST_USE bool seal_recipient_new(const struct seal_key *key, const uint8_t enc[static SEAL_ENC_SIZE], struct view info,
                                 struct seal_recipient **out, struct error *err);
/* Appends the plain text, in any order of sequences. The caller wipes *OUT; on failure nothing is appended and nothing
 * of the plain text stays behind. E-KEY-12: does not open. */
MUST_USE bool seal_recipient_open(struct seal_recipient *o, uint32_t sequence, struct view aad, struct view sealed,
                                  struct bytes *out, struct error *err);
void seal_recipient_free(struct seal_recipient *o);

#endif
