#include "demo/printer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "demo/demo_run.h"

#define WIDTH          92   /* columns of a paragraph */
#define WAIT_SHOWN_MS  500  /* after which a wait is printed */
#define WAIT_REPEAT_MS 3000 /* after which it is printed again */
#define READING_MS     19   /* per character, with --slow: two minutes in all */

int64_t printer_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Sleeps while a person reads N characters; a signal ends it. */
static void pause_reading(const struct printer *t, size_t n)
{
    int64_t ms = (int64_t)n * READING_MS;
    struct timespec reading_time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)fflush(stdout);
    if (t->slow && !demo_run_interrupted())
        (void)nanosleep(&reading_time, NULL);
}

/* Prints TEXT in lines of at most WIDTH characters: what it begins with of spaces before the first, INDENT before each
 * other. */
static void print_wrapped(const char *indent, const char *text)
{
    size_t column = strspn(text, " ");
    bool begun = false; /* the line has a word */

    (void)printf("%.*s", (int)column, text);
    text += column;
    while (*text != '\0') {
        size_t n = strcspn(text, " ");

        if (begun && column + 1 + n > WIDTH) {
            (void)printf("\n%s", indent);
            column = strlen(indent);
            begun = false;
        }
        (void)printf("%s%.*s", begun ? " " : "", (int)n, text);
        column += n + (begun ? 1 : 0);
        begun = true;
        text += n;
        text += strspn(text, " ");
    }
    (void)putchar('\n');
}

void printer_scene(struct printer *t, const char *title)
{
    t->scene++;
    if (!t->json)
        (void)printf("\n%d. %s\n\n", t->scene, title);
}

void printer_text(struct printer *t, const char *fmt, ...)
{
    char text[2048];
    va_list ap;

    if (t->json)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    print_wrapped("", text);
    pause_reading(t, strlen(text));
}

void printer_line(struct printer *t, const char *fmt, ...)
{
    va_list ap;

    if (t->json)
        return;
    va_start(ap, fmt);
    (void)vprintf(fmt, ap);
    va_end(ap);
    (void)putchar('\n');
    (void)fflush(stdout);
}

void printer_blank_line(struct printer *t)
{
    if (!t->json)
        (void)putchar('\n');
}

/* Ids are shortened to 8 digits when a command is printed. */
static bool is_id(const char *word)
{
    return strlen(word) == 32 && strspn(word, "0123456789abcdef") == 32;
}

void printer_command(struct printer *t, const char *const words[])
{
    struct bytes line = {0};

    if (t->json)
        return;
    bytes_append_text(&line, "    $ refex");
    for (size_t i = 0; words[i] != NULL; i++) {
        const char *slash = strrchr(words[i], '/');

        if (strcmp(words[i], "--json") == 0)
            continue;
        bytes_printf(&line, " %.*s", is_id(words[i]) ? 8 : 200, slash != NULL ? slash + 1 : words[i]);
        if (is_id(words[i]))
            bytes_append_text(&line, "…");
    }
    bytes_append_u8(&line, 0);
    print_wrapped("        ", (const char *)line.at);
    bytes_fini(&line);
    (void)fflush(stdout);
}

bool printer_check(struct printer *t, bool passed, const char *fmt, ...)
{
    char what[1024];
    struct bytes text = {0};
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    *(passed ? &t->passed : &t->failed) += 1;
    if (!passed)
        bytes_printf(&t->failed_list, "  step %d: %s\n", t->scene, what);
    t->forms->check(t->json, &(struct printer_check){(unsigned)t->scene, what, passed}, &text);
    if (!t->json) {
        bytes_append_u8(&text, 0);
        print_wrapped("           ", (const char *)text.at);
        pause_reading(t, strlen(what));
    }
    (void)fflush(stdout);
    bytes_fini(&text);
    return passed;
}

void printer_summary(struct printer *t, int64_t since_ms, const char *kept)
{
    const struct printer_summary s = {(unsigned)t->passed, (unsigned)t->failed, printer_now_ms() - since_ms, kept};
    struct bytes text = {0};

    t->forms->summary(t->json, &s, &text);
    printer_line(t, "\n%.*s", (int)text.size, (const char *)text.at);
    bytes_fini(&text);
}

void printer_holdings(struct printer *t, const struct printer_holdings *h, size_t count)
{
    struct bytes text = {0};

    t->forms->holdings(t->json, h, count, &text);
    printer_line(t, "%.*s\n", (int)text.size, (const char *)text.at);
    bytes_fini(&text);
}

const char *printer_sections(section_set set, char out[static 256])
{
    size_t n = 0;

    out[0] = '\0';
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        if ((set & SECTION_BIT(s)) != 0)
            n += (size_t)snprintf(out + n, 256 - n, "%s%s", n > 0 ? ", " : "", section_name(s));
    return n > 0 ? out : "nothing";
}

void printer_failures(struct printer *t)
{
    (void)fflush(stdout);
    if (t->failed > 0)
        (void)fprintf(stderr, "refex: the demo: %d of %d things did not hold:\n%.*s", t->failed, t->passed + t->failed,
                      (int)t->failed_list.size, (const char *)t->failed_list.at);
}

void printer_set_wait(struct printer *t, const char *what)
{
    (void)snprintf(t->waiting_for, sizeof t->waiting_for, "%s", what);
    t->waiting_since_ms = printer_now_ms();
    t->printed_ms = 0;
}

void printer_progress(struct printer *t)
{
    int64_t now_ms = printer_now_ms();

    if (t->json || t->waiting_for[0] == '\0' || now_ms - t->waiting_since_ms < WAIT_SHOWN_MS ||
        (t->printed_ms != 0 && now_ms - t->printed_ms < WAIT_REPEAT_MS))
        return;
    (void)printf("    ... %s%s\n", t->printed_ms != 0 ? "still " : "", t->waiting_for);
    (void)fflush(stdout);
    t->printed_ms = now_ms;
}

void printer_fini(struct printer *t)
{
    bytes_fini(&t->failed_list);
}
