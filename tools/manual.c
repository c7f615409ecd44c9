/* Writes the manual pages, as scdoc reads them, and the completion for bash, from what the programs themselves read:
 * codec/verbs.def, the rows of options and the texts of help.
 *
 *     manual refex|refex-ca|refexd|refex-link    a page
 *     manual completion                          for refex and refex-ca
 */

#include <stdio.h>
#include <string.h>

#include "ca/ca_cmd.h"
#include "cli/help.h"
#include "cli/verb.h"
#include "codec/verbs.h"
#include "link/link_options.h"
#include "refexd/start_options.h"

#define COMMON_OPTIONS 3 /* rows of verb_common_options, with which verb_options begins */

/* --- text for scdoc --- */

static void put_escaped(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((i == 0 && text[i] == '-') || strchr("\\_*`#|[<>~.", text[i]) != NULL)
            (void)putchar('\\');
        (void)putchar(text[i]);
    }
}

static void put_text(const char *text)
{
    put_escaped(text, strlen(text));
}

/* How a command is written, which help breaks into lines. */
static void put_usage(const char *program, const char *words, const char *usage)
{
    (void)printf("*%s %s* ", program, words);
    while (*usage != '\0') {
        size_t n = strcspn(usage, "\n");

        put_escaped(usage, n);
        usage += n;
        if (*usage != '\0')
            (void)putchar(' ');
        usage += strspn(usage, "\n ");
    }
    (void)puts("\n");
}

/* Paragraphs; lines that are indented stand as they are. */
static void put_paragraphs(const char *text)
{
    bool literal = false;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        bool indented = text[0] == ' ';

        if (indented != literal)
            (void)puts("```");
        literal = indented;
        if (indented)
            (void)printf("%.*s", (int)n, text);
        else
            put_escaped(text, n);
        (void)putchar('\n');
        text += n + (text[n] == '\n');
    }
    if (literal)
        (void)puts("```");
    (void)putchar('\n');
}

static void put_title(const char *page, unsigned section, const char *summary)
{
    (void)printf("%s(%u) \"refex %s\" \"refex\"\n\n# NAME\n\n%s - ", page, section, REFEX_VERSION, page);
    put_text(summary);
    (void)puts("\n");
}

static void put_options(const struct option_row *rows)
{
    for (; rows->name != NULL; rows++) {
        (void)printf("*--%s*", rows->name);
        if (rows->argument != NULL) {
            (void)fputs(" _", stdout);
            put_text(rows->argument);
            (void)putchar('_');
        }
        (void)fputs("\n\t", stdout);
        put_text(rows->help);
        if (rows->argument != NULL && rows->times > 1)
            (void)fputs(" (may be repeated)", stdout);
        (void)puts("\n");
    }
}

static void put_see_also(const char *self)
{
    static const char *const pages[] = {"refex(1)", "refex-ca(1)", "refexd(8)", "refex-link(8)"};
    bool first = true;

    (void)puts("# SEE ALSO\n");
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (strncmp(pages[i], self, strlen(self)) != 0 || pages[i][strlen(self)] != '(') {
            (void)printf("%s_%.*s_%s", first ? "" : ", ", (int)strcspn(pages[i], "("), pages[i], strchr(pages[i], '('));
            first = false;
        }
    (void)putchar('\n');
}

/* --- refex(1) --- */

static void put_lists(const struct verb *v)
{
    for (size_t i = 0; i < VERB_LISTS_MAX && v->lists[i].option != NULL; i++) {
        (void)printf("*--%s* takes:", v->lists[i].option);
        for (uint32_t n = 1; n < v->lists[i].end; n++) {
            (void)fputs(n > 1 ? ", " : " ", stdout);
            put_text(v->lists[i].name(n));
        }
        (void)puts("\n");
    }
    for (size_t i = 0; i < VERB_TERMS_MAX && v->terms[i].title != NULL; i++) {
        put_text(v->terms[i].title);
        (void)puts(":\n");
        for (uint32_t n = 1; n < v->terms[i].end; n++)
            if (v->terms[i].says(n)[0] != '\0') {
                (void)putchar('*');
                put_text(v->terms[i].name(n));
                (void)fputs("*\n\t", stdout);
                put_text(v->terms[i].says(n));
                for (uint32_t k = 1; v->terms[i].takes != NULL && v->terms[i].takes(n, k) != NULL; k++) {
                    (void)fputs(k > 1 ? ", " : " ", stdout);
                    put_text(v->terms[i].takes(n, k));
                }
                (void)puts("\n");
            }
    }
}

/* "A caseworker or a supervisor" */
static void put_roles(staff_roles roles)
{
    const char *before = "";

    if (roles == STAFF_ROLES_ALL) {
        (void)fputs("Whoever has a role", stdout);
        return;
    }
    for (unsigned role = 1; role < STAFF_ROLE_END; role++) {
        const char *word = staff_role_name(role);
        bool is_first = before[0] == '\0';

        if ((roles & STAFF_ROLE_BIT(role)) == 0)
            continue;
        roles &= ~STAFF_ROLE_BIT(role);
        before = is_first ? "A" : roles != 0 ? ", a" : " or a";
        (void)printf("%s%s %s", before, strchr("aeiou", word[0]) != NULL ? "n" : "", word);
    }
}

/* What its row says of a request: who answers it, who may ask, and what asking again does. */
static void put_request(const struct control_verb *verb)
{
    static const char *const again[] = {
        [CONTROL_READS] = "It changes nothing",
        [CONTROL_NOTHING_MORE] = "Asked once more it does nothing more",
        [CONTROL_NOTHING_MORE_BY_ID] = "Asked once more with the same _--request-id_ it does nothing more",
        [CONTROL_ANEW] = "Asked once more it is done anew",
    };
    const char *where = (verb->modes & (CONTROL_NODE | CONTROL_READER)) == 0 ? "does not run"
                        : verb->modes == CONTROL_NODE                        ? "runs"
                                                                             : "runs, and of one that does not";

    put_roles(verb->roles);
    (void)printf(" may ask it of a node that %s. %s.\n\n", where, again[verb->again]);
}

static void put_verb(const struct verb_row *row)
{
    const struct verb *v = row->verb;

    (void)printf("## refex %s\n\n", row->words);
    put_usage("refex", row->words, v->usage);
    put_text(v->summary);
    (void)puts("\n");
    if (v->help != NULL)
        put_paragraphs(v->help);
    put_options(v->syntax.own);
    if (verb_takes_id(row))
        put_options(verb_options(row) + COMMON_OPTIONS);
    put_lists(v);
    if (row->kind != 0)
        put_request(control_verb_find(row->kind));
}

static void write_refex(void)
{
    put_title("refex", 1, "pass a person's referral from agency to agency, as far as her consent goes");
    (void)puts("# SYNOPSIS\n\n*refex* _NOUN_ _VERB_ [options]++\n*refex help* [_NOUN_ [_VERB_]]++\n"
               "*refex help errors* [_CODE_]++\n*refex help exit-codes*++\n*refex help stops*\n\n# DESCRIPTION\n\n"
               "The command line of a node, which it asks over the control socket in the node's folder. It holds no "
               "keys and opens no database.\n\n# OPTIONS\n\nEach verb takes these. *--home* and *--json* may stand "
               "before it, too.\n");
    put_options(verb_common_options);
    (void)puts("# COMMANDS\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        put_verb(&verb_rows[i]);
    (void)puts("# EXIT STATUS\n\n```");
    (void)puts(help_exit_codes);
    (void)puts("```\n\n# ENVIRONMENT\n\n*REFEX_HOME*\n\tthe node's folder, where *--home* is not given\n");
    put_see_also("refex");
}

/* --- the other pages --- */

static void write_refex_ca(void)
{
    put_title("refex-ca", 1, "found and run a federation: its certificates and its directory");
    (void)puts("# SYNOPSIS\n\n*refex federation* _VERB_ *--home* _FED_ [options]\n\n# DESCRIPTION\n\n"
               "The federation: who is a member, with which certificates. *refex federation* runs *refex-ca*.\n\n"
               "# OPTIONS\n\nEach verb takes these.\n");
    put_options(ca_cmd_common_options);
    (void)puts("# COMMANDS\n");
    for (size_t i = 0; i < CA_CMDS; i++) {
        (void)printf("## refex federation %s\n\n", ca_cmds[i]->name);
        put_usage("refex federation", ca_cmds[i]->name, ca_cmds[i]->usage);
        put_text(ca_cmds[i]->summary);
        (void)puts(".\n");
        put_paragraphs(ca_cmds[i]->help);
        put_options(ca_cmds[i]->syntax.own);
    }
    put_see_also("refex-ca");
}

static void write_program(const char *name, const char *summary, const char *usage, const char *text,
                          const struct options_syntax *syntax)
{
    put_title(name, 8, summary);
    (void)printf("# SYNOPSIS\n\n*%s* %s\n\n# DESCRIPTION\n\n", name, usage);
    put_paragraphs(text);
    (void)puts("# OPTIONS\n");
    put_options(syntax->own);
    put_see_also(name);
}

/* --- completion for bash --- */

static void put_option_words(const struct option_row *rows)
{
    for (; rows->name != NULL; rows++)
        (void)printf(" --%s", rows->name);
}

/* A line of the table: which words may follow WORDS. */
static void begin_case(const char *words)
{
    (void)printf("    '%s') echo '", words);
}

/* Each noun once, and the verbs without one. */
static void put_first_words(void)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        const char *word = verb_rows[i].noun[0] != '\0' ? verb_rows[i].noun : verb_rows[i].name;

        if (i == 0 || strcmp(verb_rows[i - 1].noun, word) != 0)
            (void)printf("%s ", word);
    }
}

static void put_nouns(void)
{
    begin_case("");
    put_first_words();
    (void)puts("help --home --json --help --version' ;;");
    begin_case("help");
    put_first_words();
    (void)puts("errors exit-codes stops' ;;");
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (verb_rows[i].noun[0] == '\0' || (i > 0 && strcmp(verb_rows[i - 1].noun, verb_rows[i].noun) == 0))
            continue;
        begin_case(verb_rows[i].noun);
        for (size_t n = i; n < VERB_COUNT; n++)
            if (strcmp(verb_rows[n].noun, verb_rows[i].noun) == 0)
                (void)printf("%s ", verb_rows[n].name);
        (void)puts("--help' ;;");
    }
}

static void put_option_table(void)
{
    (void)puts("# The words that may follow: $1 is NOUN VERB.\n_refex_words() {\n    case $1 in");
    put_nouns();
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (verb_rows[i].verb->takes_rest)
            continue;
        begin_case(verb_rows[i].words);
        put_option_words(verb_rows[i].verb->syntax.own);
        put_option_words(verb_options(&verb_rows[i]));
        (void)puts("' ;;");
    }
    begin_case("federation");
    for (size_t i = 0; i < CA_CMDS; i++)
        (void)printf("%s ", ca_cmds[i]->name);
    (void)puts("--help' ;;");
    for (size_t i = 0; i < CA_CMDS; i++) {
        (void)printf("    'federation %s') echo '", ca_cmds[i]->name);
        put_option_words(ca_cmds[i]->syntax.own);
        put_option_words(ca_cmd_common_options);
        (void)puts("' ;;");
    }
    (void)puts("    esac\n}\n");
}

/* Those of one|other|NAME that are written so, but for what NAME names; NULL: it names none. */
static bool put_written(const char *argument, const char *(*name)(uint32_t number), uint32_t end)
{
    bool any = false;

    for (const char *at = argument; *at != '\0'; at += strspn(at, "|")) {
        size_t n = strcspn(at, "|");
        bool is_word = strcspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") >= n;

        for (uint32_t i = 1; name != NULL && i < end; i++)
            is_word = is_word && (strlen(name(i)) != n || memcmp(name(i), at, n) != 0);
        if (is_word)
            (void)printf("%.*s ", (int)n, at);
        any = any || is_word;
        at += n;
    }
    return any;
}

static void put_closed_list(const char *words, const struct option_row *row, const char *(*name)(uint32_t number),
                            uint32_t end)
{
    (void)printf("    '%s --%s') echo '", words, row->name);
    for (uint32_t n = 1; n < end; n++)
        (void)printf("%s ", name(n));
    (void)put_written(row->argument, name, end);
    (void)puts("' ;;");
}

static void put_alternatives(const char *words, const struct option_row *row)
{
    (void)printf("    '%s --%s') echo '", words, row->name);
    (void)puts(put_written(row->argument, NULL, 0) ? "' ;;" : "<none>' ;;");
}

/* Whether T is the closed list of what OPTION takes. */
static bool is_list_of(const struct verb_terms *t, const char *option)
{
    char title[64];

    (void)snprintf(title, sizeof title, "--%s takes", option);
    return t->title != NULL && strcmp(t->title, title) == 0;
}

static bool has_list(const struct verb *v, const char *option)
{
    for (size_t i = 0; i < VERB_TERMS_MAX; i++)
        if (is_list_of(&v->terms[i], option))
            return true;
    for (size_t i = 0; i < VERB_LISTS_MAX && v->lists[i].option != NULL; i++)
        if (strcmp(v->lists[i].option, option) == 0)
            return true;
    return false;
}

static void put_value_rows(const char *words, const struct option_row *rows, const struct verb *v)
{
    for (; rows->name != NULL; rows++) {
        if (rows->argument == NULL || (v != NULL && has_list(v, rows->name)))
            continue;
        if (rows->is_folder || strcmp(rows->argument, "DIR") == 0)
            (void)printf("    '%s --%s') echo '<folder>' ;;\n", words, rows->name);
        else if (strcmp(rows->argument, "FILE") == 0)
            (void)printf("    '%s --%s') echo '<file>' ;;\n", words, rows->name);
        else if (strchr(rows->argument, '|') != NULL)
            put_alternatives(words, rows);
        else
            (void)printf("    '%s --%s') echo '<none>' ;;\n", words, rows->name);
    }
}

static void put_value_table(void)
{
    char words[64];

    (void)puts("# The values of an option: $1 is NOUN VERB --OPTION. Nothing: it takes none.\n"
               "_refex_values() {\n    case $1 in");
    for (size_t i = 0; i < VERB_COUNT; i++) {
        const struct verb *v = verb_rows[i].verb;

        for (const struct option_row *row = v->syntax.own; row->name != NULL; row++) {
            for (size_t l = 0; l < VERB_LISTS_MAX && v->lists[l].option != NULL; l++)
                if (strcmp(v->lists[l].option, row->name) == 0)
                    put_closed_list(verb_rows[i].words, row, v->lists[l].name, v->lists[l].end);
            for (size_t t = 0; t < VERB_TERMS_MAX; t++)
                if (is_list_of(&v->terms[t], row->name))
                    put_closed_list(verb_rows[i].words, row, v->terms[t].name, v->terms[t].end);
        }
        put_value_rows(verb_rows[i].words, v->syntax.own, v);
    }
    for (size_t i = 0; i < CA_CMDS; i++) {
        (void)snprintf(words, sizeof words, "federation %s", ca_cmds[i]->name);
        put_value_rows(words, ca_cmds[i]->syntax.own, NULL);
    }
    (void)puts("    *' --home') echo '<folder>' ;;\n    esac\n}\n");
}

static const char completion_functions[] =
    "# Fills COMPREPLY; what is typed, without the program's name and the options before the verb, is in words.\n"
    "_refex_complete() {\n"
    "    local cur=$1 prev=$2 verb=$3 values='' before=''\n"
    "    [[ $prev = --* ]] && values=$(_refex_values \"$verb $prev\")\n"
    "    case $values in\n"
    "    '<folder>') mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
    "    '<file>') mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "    '<none>') COMPREPLY=() ;;\n"
    "    '')\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(_refex_words \"$verb\")\" -- \"$cur\")\n"
    "        [[ $cur = -* || ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
    "        ;;\n"
    "    *)\n"
    "        [[ $cur != *,* ]] || before=${cur%,*},\n"
    "        mapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$values\" -- \"${cur##*,}\")\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "\n"
    "_refex() {\n"
    "    local words=() i cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb\n"
    "    [[ $cur != = ]] || cur=''\n"
    "    [[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    [[ ${COMP_WORDS[COMP_CWORD]} != = ]] || prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    [[ ${1##*/} != refex-ca ]] || words=(federation)\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        --home) ((i++)); [[ ${COMP_WORDS[i]} != = ]] || ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *) words+=(\"${COMP_WORDS[i]}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    [[ ${words[0]-} != help || ${#words[@]} -eq 1 ]] || words=(\"${words[@]:1}\")\n"
    "    verb=\"${words[*]:0:2}\"\n"
    "    [[ -n $(_refex_words \"$verb\") ]] || verb=${words[0]-}\n"
    "    _refex_complete \"$cur\" \"$prev\" \"$verb\"\n"
    "}\n"
    "complete -o filenames -F _refex refex refex-ca";

static void write_completion(void)
{
    (void)puts("# bash completion for refex and refex-ca\n");
    put_option_table();
    put_value_table();
    (void)puts(completion_functions);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";

    if (strcmp(what, "refex") == 0)
        write_refex();
    else if (strcmp(what, "refex-ca") == 0)
        write_refex_ca();
    else if (strcmp(what, "refexd") == 0)
        write_program(what, "the node of an agency", "*--home* _DIR_ [options]", start_options_summary,
                      &start_options_syntax);
    else if (strcmp(what, "refex-link") == 0)
        write_program(what, "the network process of a node", "[options]", link_options_summary, &link_options_syntax);
    else if (strcmp(what, "completion") == 0)
        write_completion();
    else
        return 64;
    return fflush(stdout) != 0;
}
