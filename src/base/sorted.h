#ifndef BASE_SORTED_H
#define BASE_SORTED_H
/* Binary search in tables that are sorted.
 *
 * Floor: base. A table is COUNT rows of SIZE bytes each, one after the other, ascending by the comparator. Nothing is
 * checked: in a table that does not ascend a row may not be found.
 */

#include <stdbool.h>
#include <stddef.h>

/* How KEY compares with ROW: <0 it belongs before, 0 they are equal, >0 behind. */
typedef int sorted_compare_fn(const void *key, const void *row);

/* The index of the first row that KEY does not belong behind: where it stands or would be inserted; COUNT at the end. */
size_t sorted_place(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare);

/* The first row that equals KEY; NULL if none does. */
const void *sorted_find(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare);

#endif
