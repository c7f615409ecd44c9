#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H
/* The real dice: bytes nobody can guess.
 *
 * Floor: crypto. Draws 4 KiB at a time from OpenSSL's generator and wipes what it has given out; a child of fork begins
 * with an empty pool. A generator that fails ends the process: nothing may be sealed with numbers that somebody knows.
 */

#include "base/clock.h"

extern struct random_source random_real;

#endif
