# The commands of a page: the lines of its blocks, but of those with a language (```text holds none). What stands behind
# two blanks says what a command does.
/^ *```/ {
    in_block = !in_block
    typed = in_block && $0 ~ /^ *```$/
    match($0, /^ */)
    indent = RLENGTH
    next
}
in_block && typed && NF {
    line = substr($0, indent + 1)
    sub(/  +[^ ].*$/, "", line)
    sub(/ +$/, "", line)
    print line
}
