#include "crypto/random.h"

#include "base/error.h"
#include "base/secret.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

/* One call of OpenSSL's generator costs about as much for 32 bytes as for 500: a pool serves the many small draws. */
#define POOL 4096

static uint8_t pool[POOL];
static size_t pool_left; /* bytes at the end of the pool that were not used */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A child of fork must not return what its parent will. */
static void on_fork(void)
{
    secret_wipe(pool, sizeof pool);
    pool_left = 0;
}

static void register_on_fork(void)
{
    REQUIRE(pthread_atfork(NULL, NULL, on_fork) == 0);
}

static void generate(uint8_t *at, size_t size)
{
    REQUIRE(RAND_bytes(at, (int)size) == 1);
}

static void real_fill(struct random_source *self, uint8_t *at, size_t size)
{
    (void)self;
    (void)pthread_once(&once, register_on_fork);
    while (size > POOL) {
        generate(at, POOL);
        at += POOL;
        size -= POOL;
    }
    if (size > pool_left) {
        generate(pool, POOL);
        pool_left = POOL;
    }
    if (size == 0)
        return;
    memcpy(at, pool + POOL - pool_left, size);
    secret_wipe(pool + POOL - pool_left, size);
    pool_left -= size;
}

struct random_source random_real = {.fill = real_fill};
