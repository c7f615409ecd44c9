# For the house tests: each takes the tree to look at (this one if none is named), tells what it finds as
# "file:line: what is wrong", and is red when it found something.
set -eu
shopt -s lastpipe # so that report_lines, last of its pipe, is this shell and can remember
cd "${1:-$(dirname "$0")/../..}"
found=0

# Tells each line of standard input, with the reason WHY.
report_lines() { # WHY
    local line
    while IFS= read -r line; do
        printf '%s\n    %s\n' "$line" "$1"
        found=1
    done
}

# Files that match PATTERN in FOLDERS, as "file:line:text"; nothing found is no failure.
lines() { # PATTERN FOLDER…
    grep -rnE --include='*.c' --include='*.h' -- "$@" 2>/dev/null || true
}

# The files under FOLDERS, or in the whole tree, that have one of the ENDINGS ("c|h"); without what is built.
files() { # ENDINGS FOLDER…
    local endings=$1
    shift
    find "${@:-.}" \( -name .git -o -path ./build -o -name __pycache__ \) -prune -o -type f -print |
        sed 's,^\./,,' | grep -E "\.($endings)\$" | sort || true
}

# The C under FOLDERS without comments and with empty strings, as "file:line:code".
code() { # FOLDER…
    files 'c|h|def' "$@" | tr '\n' '\0' | xargs -0 awk -f tests/house/code.awk
}

# Leaves out what stands under one of the paths, which may be patterns: they are where it belongs.
outside() { # PATH…
    local paths
    paths=$(IFS='|'; printf '%s' "$*")
    grep -vE "^($paths)" || true
}

finish() {
    [ $found = 0 ] && echo "$(basename "$0" .sh): holds"
    exit $found
}
