#ifndef CODEC_RULES_H
#define CODEC_RULES_H
/* What may not stand together in one message: a rule a message, named by the option `rule` of its .proto.
 *
 * Floor: codec, for generated tables. Each fails with E_BYT_03.
 */

#include "base/error.h"

#endif
