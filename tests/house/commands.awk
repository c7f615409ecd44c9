# The commands of a page: the lines of its blocks, but of those with a language (```text holds none). What stands behind
# two blanks says what a command does; what ends with && goes on in the next line.
/^ *```/ {
    in_block = !in_block
    typed = in_block && $0 ~ /^ *```$/
    match($0, /^ */)
    indent = RLENGTH
    begun = ""
    next
}
in_block && typed && NF {
    line = begun substr($0, indent + 1)
    sub(/  +[^ ].*$/, "", line)
    sub(/ +$/, "", line)
    begun = line ~ /&&$/ ? line " " : ""
    if (begun == "") print line
}
