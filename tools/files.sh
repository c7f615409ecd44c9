#!/bin/bash
# The files of a folder, each with the first sentence of the comment that its header begins with: files.sh [FOLDER].
# A .c without a header of its own says it itself.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-src}
[ -d "$folder" ] || { echo "There is no folder '$folder'." >&2; exit 66; }

find "$folder" -name '*.[ch]' -o -name '*.def' | LC_ALL=C sort | while IFS= read -r file; do
    if [ "${file%.c}" != "$file" ] && [ -e "${file%.c}.h" ]; then continue; fi
    awk -v file="${file#"$folder"/}" '
        /^\/\*/ { inside = 1 }
        inside { text = text " " $0; if (/\*\//) exit }
        FNR > 4 && !inside { exit }
        END {
            gsub(/ \*\/? ?|\/\* /, " ", text)
            gsub(/ +/, " ", text)
            if (match(text, /\. /)) text = substr(text, 1, RSTART)
            printf "%-34s%s\n", file, text
        }' "$file"
done
