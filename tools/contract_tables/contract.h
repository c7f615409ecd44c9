#ifndef CONTRACT_H
#define CONTRACT_H
/* A contract: one .proto with the options of proto/options.proto, read once, and what is made of it. What the options
 * do not say in full ends the program with a sentence and status 1.
 */
#include <stdbool.h>
#include <stddef.h>

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
void write_case(const Refex__File *c);      /* model/case_rows.def */
void write_schema(const Refex__Message *m); /* docs/schema/NAME.json */

#endif
