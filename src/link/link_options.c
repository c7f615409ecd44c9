#include "link/link_options.h"

#include <stdio.h>

#define HELP_COLUMN 22

const char link_options_summary[] =
    "refex-link: the network process of a node. refexd starts it, nobody by hand: it is\n"
    "handed all it needs over descriptor 3. People start a node with `refex node run`.";

const struct options_syntax link_options_syntax = {
    .own = {OPTION_FLAG("resolve", "look up host names, nothing else"),
            OPTION_FLAG("without-landlock", "run on a kernel that cannot keep it from files"),
            OPTION_FLAG("version", "which one it is"),
            {.name = "help", .help = "these lines", .is_hidden = true}},
};

void link_options_print_help(void)
{
    (void)printf("%s\n\n", link_options_summary);
    options_print_help(link_options_syntax.own, HELP_COLUMN);
}
