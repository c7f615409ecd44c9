/* The tables of columns and codes hold every field and code once, under the labels of the standard. */
#include "base/file.h"
#include "base/text.h"
#include "formats/code_words.h"
#include "formats/htcds_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void read_data(const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, TEST_DATA "/htcds", name, &err));
    assert_true(file_read(path, 1 << 20, out, &err));
}

/* The next cell of a line; quotes are taken away. */
static struct view next_cell(struct view *line)
{
    struct view cell;

    if (line->size > 0 && *line->at == '"') {
        *line = view_of(line->at + 1, line->size - 1);
        assert_true(text_split(line, '"', &cell));
        if (line->size > 0)
            *line = view_of(line->at + 1, line->size - 1);
        return cell;
    }
    assert_true(text_split(line, ',', &cell));
    return cell;
}

static bool next_line(struct view *rest, struct view *line)
{
    if (!text_split(rest, '\n', line) || line->size == 0)
        return false;
    if (line->at[line->size - 1] == '\r')
        line->size--;
    return true;
}

static void test_every_field_has_one_column_and_a_label(void **state)
{
    const struct htcds_column *c;

    (void)state;
    for (size_t i = 0; i < case_fields_count + case_left_out_count; i++) {
        const char *name = i < case_fields_count ? case_fields[i].name : case_left_out[i - case_fields_count].name;

        if (htcds_names_find(view_of_text(name), &c) != HEADING_NAME)
            fail_msg("%s has no column", name);
        assert_string_equal(c->name, name);
        assert_true(c->label[0] != '\0' && strchr(c->label, ',') == NULL && strchr(c->label, ';') == NULL);
    }
}

/* Labels of the standard are its labels; a label of ours is no other's. */
static void test_labels_are_those_of_the_standard(void **state)
{
    struct bytes file = {0};
    struct view rest;
    struct view line;
    size_t seen = 0;

    (void)state;
    read_data("fields.csv", &file);
    rest = bytes_view(&file);
    assert_true(next_line(&rest, &line));
    for (; next_line(&rest, &line); seen++) {
        const struct htcds_column *c;
        struct view section = next_cell(&line);
        struct view name = next_cell(&line);
        struct view label = next_cell(&line);

        (void)section;
        assert_int_equal(htcds_names_find(name, &c), HEADING_NAME);
        if (label.size > 0 && !text_is(label, c->label))
            fail_msg("%s is labelled %s", c->name, c->label);
    }
    assert_int_equal(seen, 84);
    for (size_t i = 0; i < case_fields_count; i++) {
        const struct htcds_column *c;

        if (strncmp(case_fields[i].name, "ext_", 4) == 0)
            assert_int_equal(htcds_names_find(view_of_text(htcds_names_label(&case_fields[i])), &c), HEADING_LABEL);
    }
    bytes_fini(&file);
}

static void test_every_code_is_found_by_its_spelling_and_its_label(void **state)
{
    struct bytes file = {0};
    struct bytes code = {0};
    struct view rest;
    struct view line;
    const char *alias;

    (void)state;
    for (size_t i = 0; i < case_fields_count; i++) {
        const struct case_field *f = &case_fields[i];

        for (uint32_t n = 1; f->codes != NULL && n <= f->codes->count; n++) {
            bytes_clear(&code);
            if (!code_words_find(f, view_of_text(codes_name(f->codes, n)), &code, &alias) ||
                !text_is(bytes_view(&code), codes_name(f->codes, n)))
                fail_msg("%s: %s", f->codes->name, codes_name(f->codes, n));
        }
    }
    read_data("codes.csv", &file);
    rest = bytes_view(&file);
    assert_true(next_line(&rest, &line));
    while (next_line(&rest, &line)) {
        struct view name = next_cell(&line);
        struct view wanted = next_cell(&line);
        struct view label = next_cell(&line);
        const struct case_field *f = case_field_find(name);

        if (f == NULL)
            continue;
        bytes_clear(&code);
        if (!code_words_find(f, label, &code, &alias) || !view_equal(bytes_view(&code), wanted) || alias != NULL)
            fail_msg("%s: %.*s", f->name, (int)label.size, (const char *)label.at);
    }
    bytes_fini(&code);
    bytes_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_has_one_column_and_a_label),
        cmocka_unit_test(test_labels_are_those_of_the_standard),
        cmocka_unit_test(test_every_code_is_found_by_its_spelling_and_its_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
