/* Makes what C has of a contract, and its JSON Schemas, from its .proto and the options in it (proto/options.proto).
 *
 *     contract_tables DESCRIPTOR_SET FILE.proto FOLDER
 *
 * DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` wrote. Into FOLDER go
 *     tables/codec/codec/NAME_messages.h, tables/codec/NAME_messages.c   structs and tables (src/codec/contract.h)
 *     tables/model/model/NAME_enums.h, tables/model/NAME_enums.c         enums, and the names of their values
 *     tables/model/model/case_rows.def                                   of case.proto: sections, fields, lists
 *     docs/schema/NAME.json                                           of each message that is told
 *     docs/schema/cases_NAME.json                                     of each section of a case, and group in it
 * The same input gives the same bytes. What the options do not say in full ends it with a sentence and status 1.
 */
#include <err.h>
#include <stdio.h>

#include "contract.h"
#include "text.h"

/* What is printed from here on goes into the file PATH. */
static void begin_file(const char *path)
{
    if (fflush(stdout) != 0 || freopen(path, "w", stdout) == NULL)
        err(1, "%s", path);
}

int main(int argc, char **argv)
{
    const Refex__File *c;

    demand(argc == 4, "usage", "contract_tables DESCRIPTOR_SET FILE.proto FOLDER");
    c = contract_read(argv[1], argv[2]);
    begin_file(format("%s/tables/codec/codec/%s_messages.h", argv[3], c->stem));
    write_structs(c);
    begin_file(format("%s/tables/codec/%s_messages.c", argv[3], c->stem));
    write_tables(c);
    begin_file(format("%s/tables/model/model/%s_enums.h", argv[3], c->stem));
    write_enums(c);
    begin_file(format("%s/tables/model/%s_enums.c", argv[3], c->stem));
    write_words(c);
    if (c->options->boundary->cases) {
        begin_file(format("%s/tables/model/model/%s_rows.def", argv[3], c->stem));
        write_case(c);
    }
    for (size_t i = 0; i < c->n_message; i++)
        if (c->message[i]->is_told) {
            const Refex__Message *m = c->message[i];

            begin_file(
                format("%s/docs/schema/%s.json", argv[3], c->options->boundary->cases ? m->in_c : snake_of(m->name)));
            write_schema(m);
        }
    if (fclose(stdout) != 0)
        err(1, "the last file");
    return 0;
}
