#ifndef LINK_TLS_H
#define LINK_TLS_H
/* Mutual TLS 1.3 between two nodes, as a transform: bytes in, bytes out, no sockets.
 *
 * Floor: link. Knows OpenSSL and pki; knows nothing of frames. No tickets, no resumption, no early data, no server
 * name, no list of CAs, ALPN `refex/1`; both sides show one certificate and nothing that leads to it. It must be a
 * transport certificate of the one label, valid now and not revoked (pki/chain.h). Each refusal has its own code:
 * E-LNK-02 to 08, 14, 20, 24. A node that nobody lists passes the handshake: its directory may be newer than ours.
 */

#include "base/arena.h"
#include "base/clock.h"
#include "codec/seam_messages.h"

struct tls;
struct tls_context;

/* Our key and certificate, shared by all links. Copies what FROM has; loads no file. E-LNK-13 when the key or the
 * certificate cannot be used. */
MUST_USE bool tls_context_new(const struct seam_configure *from, struct clock *clock, struct tls_context **out,
                              struct error *err);
void tls_context_free(struct tls_context *h);

/* KEY (PKCS#8 DER) and CERTIFICATE (DER) for handshakes that begin from now on. E-LNK-13; the old ones stay when it
 * fails. */
MUST_USE bool tls_context_set_identity(struct tls_context *h, struct view key, struct view certificate,
                                       struct error *err);
/* Copies new anchors, revocations and members, for later handshakes and tls_recheck. E-LNK-13; the old ones stay when
 * it fails. */
MUST_USE bool tls_context_set_trust(struct tls_context *h, const struct seam_trust *trust, struct error *err);
/* SIZE records of the log of PEER are linked now: for later links to its nodes. */
void tls_context_set_linked(struct tls_context *h, uint32_t peer, uint64_t size);

/* One end of a link. DIALLED is the peer that we dialled, one of whose nodes the certificate must name; 0: we were
 * dialled. */
struct tls *tls_new(struct tls_context *h, uint32_t dialled);
void tls_free(struct tls *t);

/* Reads all of WIRE, which came from the network. Appends what is to be sent to *OUT, decrypted bytes to *PLAINTEXT.
 * False: the link is refused or broken (*OUT may still hold an alert to send). *PEER_CLOSED is set when the peer's
 * closing alert has come. */
MUST_USE bool tls_receive(struct tls *t, struct view wire, struct bytes *out, struct bytes *plaintext,
                          bool *peer_closed, struct error *err);

/* Appends PLAINTEXT to *OUT, encrypted, in as few records as possible. Only after the handshake. E-LNK-08. */
MUST_USE bool tls_encrypt(struct tls *t, struct view plaintext, struct bytes *out, struct error *err);

/* Appends the closing alert to *OUT. */
void tls_shutdown(struct tls *t, struct bytes *out);

/* Whether the whole ClientHello of one that dialled us has come. */
bool tls_client_hello_came(const struct tls *t);

/* Both sides have proved who they are (as far as this side can know). */
bool tls_handshake_done(const struct tls *t);

/* Whose node the peer is; 0: nobody lists it, or it has not shown its certificate. */
uint32_t tls_peer(const struct tls *t);
/* How much of the log of that node's agency is linked here, as refexd said last; 0: nothing. */
uint64_t tls_peer_linked(const struct tls *t);
/* The node in the peer's certificate, also of one that was refused; zeros while it has not come. */
const struct ident *tls_node(const struct tls *t);
/* Whose node it is, where another peer was dialled (E-LNK-05); 0: it is no other's, or T is NULL. */
uint32_t tls_other(const struct tls *t);

/* The key exchange of the handshake, which is done. */
enum tls_group tls_chosen_group(const struct tls *t);

/* Whether this is a coordinator's node (seam_trust). */
bool tls_admits_ended(const struct tls *t);
/* Why the link is a narrow one, by the peer's certificate (codec/narrow.h); absent: it is not. */
enum link_class tls_narrow(const struct tls *t);

/* What the peer showed, DER in ARENA; empty: nothing. */
struct view tls_peer_certificate(const struct tls *t, struct arena *arena);

/* Whether the peer's certificate has ended since it was checked. Cheap: asked of each link now and then. */
bool tls_peer_expired(const struct tls *t);

/* Checks the peer again, with the current trust and time; one that was listed must still be the same peer's. One that
 * was not may be now: tls_peer. */
MUST_USE bool tls_recheck(struct tls *t, struct error *err);

#endif
