#ifndef TEXT_H
#define TEXT_H
/* Names and texts: made once, they live until the program ends. */
#include <stdbool.h>
#include <stddef.h>

char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool is_set(const char *text);
char *either(const char *text, const char *instead); /* INSTEAD where TEXT is empty */
const char *joined(const char *list, const char *between, const char *item);
bool is_same(const char *a, const char *b);
char *snake_of(const char *camel);    /* LinkUp → link_up, as protobuf-c does it; FOOD_NFI → food_nfi */
char *upper_of(const char *camel);    /* LINK_UP */
const char *quoted(const char *text); /* as C has it; what is not set is NULL */

#endif
