#include "formats/csv_template.h"

#include "formats/htcds_names.h"

/* No name and no label has a separator or a quote in it. */
static void append_row(bool labels, struct bytes *out)
{
    for (size_t i = 0; i < case_fields_count; i++) {
        if (i > 0)
            bytes_append_u8(out, ',');
        bytes_append_text(out, labels ? htcds_names_label(&case_fields[i]) : case_fields[i].name);
    }
    bytes_append_text(out, "\r\n");
}

void csv_template_append(bool labels, struct bytes *out)
{
    append_row(false, out);
    if (labels)
        append_row(true, out);
}
