#include "exchange/retry.h"

#include "base/clock.h"
#include "base/error.h"

static const struct {
    int64_t first_ms;
    int64_t longest_ms;
} pauses[RETRY_END] = {
    [RETRY_DIAL] = {250, 60000},        /* a minute */
    [RETRY_REFUSED] = {10000, 5120000}, /* about 85 minutes */
    [RETRY_BUSY] = {10000, 60000},      /* a minute */
    [RETRY_OWED] = {10000, DAY_MS},     /* a day */
    [RETRY_GROWTH] = {10000, 1280000},  /* about 21 minutes */
    [RETRY_COSIGN] = {10000, 5120000},  /* about 85 minutes */
    [RETRY_FULL] = {10000, 600000},     /* ten minutes */
};

int64_t retry_pause_ms(enum retry what, uint32_t tries)
{
    REQUIRE(what < RETRY_END);
    return pause_doubled(pauses[what].first_ms, tries, pauses[what].longest_ms);
}

int64_t retry_longer_ms(enum retry what, int64_t last_ms)
{
    REQUIRE(what < RETRY_END);
    return last_ms == 0 ? pauses[what].first_ms : pause_doubled(last_ms, 1, pauses[what].longest_ms);
}
