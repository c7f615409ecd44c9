#include "cli/demo_tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/demo_run.h"
#include "formats/json_line.h"

#define WIDTH       92   /* columns of a paragraph */
#define PATIENCE_MS 500  /* before a wait is spoken of */
#define AGAIN_MS    3000 /* and then each */
#define READING_MS  19   /* a character, with --slow: the whole in two minutes */

int64_t tell_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Time for a person to read N characters; a signal ends it. */
static void pause_for(const struct tell *t, size_t n)
{
    int64_t ms = (int64_t)n * READING_MS;
    struct timespec nap = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)fflush(stdout);
    if (t->slow && !demo_interrupted())
        (void)nanosleep(&nap, NULL);
}

/* Prints TEXT in lines of at most WIDTH characters: FIRST before the first, INDENT before each other. */
static void wrap(const char *first, const char *indent, const char *text)
{
    size_t column = strlen(first);
    bool begun = false; /* this line has a word */

    (void)fputs(first, stdout);
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

void tell_scene(struct tell *t, const char *title)
{
    t->scene++;
    if (!t->json)
        (void)printf("\n%d. %s\n\n", t->scene, title);
}

void tell_text(struct tell *t, const char *fmt, ...)
{
    char text[2048];
    va_list ap;

    if (t->json)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    wrap("", "", text);
    pause_for(t, strlen(text));
}

void tell_line(struct tell *t, const char *fmt, ...)
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

void tell_gap(struct tell *t)
{
    if (!t->json)
        (void)putchar('\n');
}

/* An id of 32 digits says no more to a reader than its beginning. */
static bool is_id(const char *word)
{
    return strlen(word) == 32 && strspn(word, "0123456789abcdef") == 32;
}

void tell_command(struct tell *t, const char *const words[])
{
    struct bytes line = {0};

    if (t->json)
        return;
    bytes_append_text(&line, "refex");
    for (size_t i = 0; words[i] != NULL; i++) {
        const char *slash = strrchr(words[i], '/');

        if (strcmp(words[i], "--json") == 0)
            continue;
        bytes_printf(&line, " %.*s", is_id(words[i]) ? 8 : 200, slash != NULL ? slash + 1 : words[i]);
        if (is_id(words[i]))
            bytes_append_text(&line, "…");
    }
    bytes_append_u8(&line, 0);
    wrap("    $ ", "        ", (const char *)line.at);
    bytes_fini(&line);
    (void)fflush(stdout);
}

bool tell_held(struct tell *t, bool held, const char *fmt, ...)
{
    char text[1024];
    struct bytes line = {0};
    struct json_line j;
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    *(held ? &t->held : &t->broken) += 1;
    if (!held)
        bytes_printf(&t->broken_list, "  step %d: %s\n", t->scene, text);
    if (t->json) {
        json_line_begin(&j, &line);
        json_line_u64(&j, "step", (uint64_t)t->scene);
        json_line_text(&j, "check", text);
        json_line_bool(&j, "held", held);
        json_line_end(&j);
        (void)fwrite(line.at, 1, line.size, stdout);
        bytes_fini(&line);
    } else {
        wrap(held ? "    [held] " : "    [DID NOT HOLD] ", "           ", text);
        pause_for(t, strlen(text));
    }
    (void)fflush(stdout);
    return held;
}

void tell_broken(struct tell *t)
{
    (void)fflush(stdout);
    if (t->broken > 0)
        (void)fprintf(stderr, "refex: the demo: %d of %d things did not hold:\n%.*s", t->broken, t->held + t->broken,
                      (int)t->broken_list.size, (const char *)t->broken_list.at);
}

void tell_doing(struct tell *t, const char *what)
{
    (void)snprintf(t->doing, sizeof t->doing, "%s", what);
    t->doing_since_ms = tell_now_ms();
    t->said_ms = 0;
}

void tell_tick(struct tell *t)
{
    int64_t now_ms = tell_now_ms();

    if (t->json || t->doing[0] == '\0' || now_ms - t->doing_since_ms < PATIENCE_MS ||
        (t->said_ms != 0 && now_ms - t->said_ms < AGAIN_MS))
        return;
    (void)printf("    ... %s%s\n", t->said_ms != 0 ? "still " : "", t->doing);
    (void)fflush(stdout);
    t->said_ms = now_ms;
}

void tell_fini(struct tell *t)
{
    bytes_fini(&t->broken_list);
}
