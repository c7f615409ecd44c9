#ifndef CODEC_DIRECTORY_CHECK_H
#define CODEC_DIRECTORY_CHECK_H
/* What holds of every directory, whether it is written or was read: bounds, order, names, kinds, dates.
 *
 * Floor: codec, for directory_codec only. Certificates and signatures are not looked at.
 */

#include "model/directory.h"

/* E-FED-24 where it is not in form; E-FED-10 where it holds too many. */
MUST_USE bool directory_check(const struct directory *d, struct error *err);

#endif
