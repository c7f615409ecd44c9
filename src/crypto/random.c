#include "crypto/random.h"

#include "base/error.h"
#include "base/secret.h"

#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

/* One call of OpenSSL's generator costs about as much for 32 bytes as for 500: a pool serves the many small draws. */
#define POOL 4096

static uint8_t pool[POOL];
static size_t left; /* bytes at the end of the pool that were not given out */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A child must not give out what its parent will. */
static void on_fork(void)
{
    secret_wipe(pool, sizeof pool);
    left = 0;
}

static void watch_forks(void)
{
    REQUIRE(pthread_atfork(NULL, NULL, on_fork) == 0);
}

static void draw(uint8_t *at, size_t size)
{
    REQUIRE(RAND_bytes(at, (int)size) == 1);
}

static void real_roll(struct random_source *self, uint8_t *at, size_t size)
{
    (void)self;
    (void)pthread_once(&once, watch_forks);
    while (size > POOL) {
        draw(at, POOL);
        at += POOL;
        size -= POOL;
    }
    if (size > left) {
        draw(pool, POOL);
        left = POOL;
    }
    if (size == 0)
        return;
    memcpy(at, pool + POOL - left, size);
    secret_wipe(pool + POOL - left, size);
    left -= size;
}

struct random_source random_real = {.roll = real_roll};
