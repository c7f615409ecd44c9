#include "base/sorted.h"

size_t sorted_place(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(key, (const char *)rows + middle * size) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const void *sorted_find(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare)
{
    size_t place = sorted_place(key, rows, count, size, compare);
    const void *row;

    if (place == count)
        return NULL;
    row = (const char *)rows + place * size;
    return compare(key, row) == 0 ? row : NULL;
}
