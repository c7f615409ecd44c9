#include "cli/dialogue/answers_file.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/dialogue/answer.h"
#include "cli/dialogue/lines.h"
#include "formats/loose_text.h"

struct answers_file {
    struct bytes answers[QUESTION_END]; /* that of QUESTION_NONE: whether it is sent */
    unsigned lines[QUESTION_END];
    struct bytes text;
};

void answers_file_free(struct answers_file *f)
{
    if (f == NULL)
        return;
    for (int q = 0; q < QUESTION_END; q++)
        bytes_fini(&f->answers[q]);
    bytes_fini(&f->text);
    free(f);
}

static bool refuse(unsigned line, const char *why, struct error *err)
{
    return error_set(err, E_DRF_05, "line %u of the answers %s", line, why);
}

/* "ID: ANSWER": to which question it is. */
static bool read_head(struct answers_file *f, struct view line, unsigned number, enum question *q, struct error *err)
{
    struct view rest = line;
    struct view id;

    if (!loose_text_split(&rest, ':', &id) || rest.at == NULL)
        return refuse(number, "is not \"ID: ANSWER\"", err);
    *q = question_find(id);
    if (*q == QUESTION_NONE && !text_is(id, "send"))
        return refuse(number, "is of no question", err);
    if (f->lines[*q] != 0)
        return refuse(number, "answers a question for the second time", err);
    f->lines[*q] = number;
    bytes_append_view(&f->answers[*q], loose_text_trim(rest));
    return true;
}

static bool read_all_lines(struct answers_file *f, struct error *err)
{
    enum question q = QUESTION_END;
    struct view rest = bytes_view(&f->text);
    struct view line;
    unsigned number = 0;

    while (text_split(&rest, '\n', &line)) {
        number++;
        if (line.size > 0 && line.at[line.size - 1] == '\r')
            line.size--;
        if (!lines_check(line, err))
            return refuse(number, "is not UTF-8, or has a control character", err);
        if (line.size == 0 || line.at[0] == '#')
            continue;
        if (line.at[0] != ' ' && line.at[0] != '\t') {
            if (!read_head(f, line, number, &q, err))
                return false;
        } else if (q == QUESTION_END) {
            return refuse(number, "belongs to no answer", err);
        } else {
            bytes_append_text(&f->answers[q], f->answers[q].size > 0 ? "\n" : "");
            bytes_append_view(&f->answers[q], loose_text_trim(line));
        }
    }
    return true;
}

bool answers_file_read(const char *path, struct answers_file **out, struct error *err)
{
    struct answers_file *f = xnew(sizeof *f);

    f->text.wiping = true;
    for (int q = 0; q < QUESTION_END; q++)
        f->answers[q].wiping = true;
    if (!file_read(path, BOUND_DRAFT, &f->text, err) || !read_all_lines(f, err)) {
        answers_file_free(f);
        return false;
    }
    *out = f;
    return true;
}

struct view answers_file_get(const struct answers_file *f, enum question q, unsigned *line)
{
    *line = f->lines[q];
    return bytes_view(&f->answers[q]);
}

bool answers_file_sends(const struct answers_file *f)
{
    return answer_is_yes(bytes_view(&f->answers[QUESTION_NONE]));
}
