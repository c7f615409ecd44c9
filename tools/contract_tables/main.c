/* Makes what C has of a contract, and its JSON Schemas, from its .proto and the options in it (proto/options.proto).
 *
 *     contract_tables DESCRIPTOR_SET FILE.proto FOLDER
 *
 * DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` wrote. The same input gives the same bytes.
 */
#include "contract.h"

/* What is printed from here on goes into the file PATH. */
static void begin_file(const char *path)
{
    demand(fflush(stdout) == 0 && freopen(path, "w", stdout) != NULL, path, "cannot be written");
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
        begin_file(format("%s/tables/model/model/case_made.def", argv[3]));
        write_case(c);
    }
    for (size_t i = 0; i < c->n_message; i++)
        if (c->message[i]->is_told) {
            begin_file(format("%s/docs/schema/%s.json", argv[3], c->message[i]->schema));
            write_schema(c->message[i]);
        }
    demand(fclose(stdout) == 0, "the last file", "cannot be written");
    return 0;
}
