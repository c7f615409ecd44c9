#ifndef CONTRACT_H
#define CONTRACT_H
/* A contract: one .proto with the options of proto/options.proto, read once, and what is made of it. What the options
 * do not say in full ends the program with a sentence and status 1.
 */
#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "contract.pb-c.h"

#define TYPE(name)  REFEX__FIELD_TYPE__##name
#define MEANS(name) REFEX__MEANING__AS_##name

/* Contract NAME of the descriptor set at PATH, which `protoc --include_imports --descriptor_set_out` wrote. */
const Refex__File *contract_read(const char *path, const char *name);

/* To stdout, a source file a subject. */
void write_structs(const Refex__File *c);   /* codec/NAME_messages.h */
void write_tables(const Refex__File *c);    /* codec/NAME_messages.c */
void write_enums(const Refex__File *c);     /* model/NAME_enums.h */
void write_words(const Refex__File *c);     /* model/NAME_enums.c: their functions */
void write_case(const Refex__File *c);      /* model/case_made.def */
void write_schema(const Refex__Message *m); /* docs/schema/NAME.json */

/* Names and texts: made once, they live until the program ends. */
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program unless IS_SO: it says of NAME what is wrong, or what would be right. */
void demand(bool is_so, const char *name, const char *sentence);
bool is_set(const char *text);
char *either(const char *text, const char *instead); /* INSTEAD where TEXT is empty */
#define is_same(a, b) (strcmp(a, b) == 0)
/* Each LETTER of a name, and BETWEEN before a capital that stands behind a small one: LinkUp → link_up, as protobuf-c
 * does it; FOOD_NFI → food_nfi. */
char *spelled(const char *camel, char between, int (*letter)(int));
#define snake_of(camel) spelled(camel, '_', tolower)
#define upper_of(camel) spelled(camel, '_', toupper)
const char *quoted(const char *text); /* as C has it; what is not set is NULL */

#endif
