#ifndef CRYPTO_DIGEST_STREAM_H
#define CRYPTO_DIGEST_STREAM_H
/* SHA-256 of what comes in pieces: a file that is written, or read.
 *
 * Floor: crypto. Cannot fail.
 */

#include "model/ident.h"

struct digest_stream;

struct digest_stream *digest_stream_new(void);
void digest_stream_add(struct digest_stream *s, struct view v);
/* Of all that was added. Frees S. */
void digest_stream_end(struct digest_stream *s, struct hash *out);
/* Without its hash; NULL is fine. */
void digest_stream_free(struct digest_stream *s);

#endif
