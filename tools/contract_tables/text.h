#ifndef TEXT_H
#define TEXT_H
/* Names and texts: made once, they live until the program ends. */
#include <stdbool.h>
#include <stddef.h>

char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program with status 1 unless IS_SO: of NAME it says what is so otherwise. */
void demand(bool is_so, const char *name, const char *otherwise);
bool is_set(const char *text);
char *either(const char *text, const char *instead); /* INSTEAD where TEXT is empty */
const char *joined(const char *list, const char *between, const char *item);
bool is_same(const char *a, const char *b);
/* Each LETTER of a name, and BETWEEN before a capital that stands behind a small one. */
char *spelled(const char *camel, char between, int (*letter)(int));
char *snake_of(const char *camel);    /* LinkUp → link_up, as protobuf-c does it; FOOD_NFI → food_nfi */
char *upper_of(const char *camel);    /* LINK_UP */
const char *quoted(const char *text); /* as C has it; what is not set is NULL */

#endif
