#ifndef CONTRACT_READ_H
#define CONTRACT_READ_H
/* What the generators of tables share: reading a descriptor set and the options of proto/options.proto, names, files.
 * Whatever is wrong ends the program with a sentence on stderr and status 1; what is read lives until then.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "google/protobuf/descriptor.pb-c.h"
#include "options.pb-c.h"

#define TEXT_MAX 256

typedef Google__Protobuf__FileDescriptorSet descriptor_set;
typedef Google__Protobuf__FileDescriptorProto file_descriptor;
typedef Google__Protobuf__DescriptorProto message_descriptor;
typedef Google__Protobuf__FieldDescriptorProto field_descriptor;
typedef Google__Protobuf__EnumDescriptorProto enum_descriptor;
typedef Google__Protobuf__EnumValueDescriptorProto value_descriptor;

_Noreturn void stop(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *room_of(size_t size); /* zeroed */

void format(char out[static TEXT_MAX], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool is_set(const char *text);
void write_snake(const char *camel,
                 char out[static TEXT_MAX]); /* LinkUp → link_up, as protobuf-c does it; FOOD_NFI → food_nfi */
void write_upper(const char *text, char out[static TEXT_MAX]);

descriptor_set *read_set(const char *path);
const file_descriptor *find_file(const descriptor_set *set, const char *name);
const enum_descriptor *find_enum(const descriptor_set *set, const char *type); /* ".refex.Urgency" */
const char *enum_name(const char *type);                                       /* in C: "urgency"; lasts */
void write_enum_end(const enum_descriptor *e, char out[static TEXT_MAX]);      /* "URGENCY_END" */
/* Our options; without any the empty one, of a file that is no boundary NULL. */
const Refex__FieldRule *read_rule(const field_descriptor *d);
/* The same; of an enum, with `as` and `bound` of it. */
const Refex__FieldRule *read_rule_of(const descriptor_set *set, const field_descriptor *d);
const Refex__MessageForm *read_form(const message_descriptor *d);
const Refex__Boundary *read_boundary(const file_descriptor *file);
const Refex__EnumForm *read_list(const enum_descriptor *d);
const Refex__CodeForm *read_code(const value_descriptor *d);
const Refex__LeftOut *read_left_out(const file_descriptor *file, size_t nth); /* NULL: there are no more */

FILE *begin_file(const char *folder, const char *name);
void end_file(FILE *out);

#endif
