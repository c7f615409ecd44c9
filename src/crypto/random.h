#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H
/* The real random source.
 *
 * Floor: crypto. Draws 4 KiB at a time from OpenSSL's generator and wipes what was used; a child of fork begins with
 * an empty pool. A generator that fails ends the process: nothing may be sealed with numbers that can be guessed.
 */

#include "base/clock.h"

extern struct random_source random_real;

#endif
