#ifndef BASE_SORTED_H
#define BASE_SORTED_H
/* Binary search in tables that are sorted.
 *
 * Floor: base. A table is COUNT rows of SIZE bytes each, one after the other, ascending by the comparator. Nothing is
 * checked: in a table that does not ascend a row may not be found.
 */

#include <stdbool.h>
#include <stddef.h>

/* How KEY compares with ROW: <0 KEY comes first, 0 they are equal, >0 ROW comes first. */
typedef int sorted_compare_fn(const void *key, const void *row);

/* The index of the first row that does not come before KEY: where KEY is, or would be inserted. */
size_t sorted_place(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare);

/* The first row that equals KEY; NULL if none does. */
const void *sorted_find(const void *key, const void *rows, size_t count, size_t size, sorted_compare_fn *compare);

#endif
