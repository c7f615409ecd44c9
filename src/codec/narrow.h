#ifndef CODEC_NARROW_H
#define CODEC_NARROW_H
/* Narrow links: of a node that would be refused, but for the few kinds of frame by which that is put right.
 *
 * Floor: codec. refex-link sees by a node's certificate and by what refexd lists of what class a link is, says it in
 * its hello, so that both ends agree, and reads and sends what narrow_frames.def has of that class. Who adds a class
 * adds a value to enum link_class of proto/peer.proto, a NARROW_ constant here, and its rows.
 */

#include <stdbool.h>
#include <stdint.h>

#include "model/peer_enums.h"

/* Whether a link of CLASS, which is none of the ordinary ones, carries frames of KIND. */
bool narrow_carries(enum link_class class, uint16_t kind);

#endif
