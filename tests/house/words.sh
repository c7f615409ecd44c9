#!/bin/bash
# Names with a subject, no typedef for structs, no notes to oneself, no paths of anybody's machine.
. "$(dirname "$0")/lib.sh"

files() { find . \( -name .git -o -path ./build -o -name __pycache__ \) -prune -o -type f -print | sed 's,^\./,,'; }

files | grep -E '(^|/)(utils?|common|misc|helpers?)(\.[a-z]+)?$|_(utils?|common|misc|helpers?)\.[ch]$' |
    report_lines "a file has a subject, and is named for it"
files | grep -E '\.(c|h|proto|sql|sh|py|awk|cmake|md|txt|def)$|^(dev|NOTICE|\.ci/run|\.clang-[a-z]+|[^/]*\.json)$' |
    grep -vE '^tests/(house|data)/' | tr '\n' '\0' |
    xargs -0 grep -nE '(^|[^A-Za-z0-9_.-])/(home|root)/|\b(TODO|FIXME)\b|(^|[^A-Za-z-])XXX([^A-Za-z-]|$)' /dev/null |
    report_lines "what is to be done is an issue; a machine's paths mean nothing elsewhere"
lines '^ *typedef +(struct|union|enum)\b' src include tests |
    report_lines "a struct is called struct; typedef is for callbacks"
grep -q 'test_no_message_contains_itself' tests/unit/codec/test_contracts.c 2>/dev/null ||
    echo "tests/unit/codec/test_contracts.c: test_no_message_contains_itself is gone" |
    report_lines "unpacking has no depth limit of its own: the test walks all descriptors"
finish
