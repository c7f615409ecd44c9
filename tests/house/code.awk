# C in two: its code, without comments and with empty strings, or its comments alone; as "file:line:text" for each line
# that holds any. awk -f code.awk [-v want=comments] FILE…

function take(kind, text) {
    if (kind == want)
        out = out text
}

BEGIN {
    if (want == "")
        want = "code"
}

FNR == 1 {
    inside = 0
}

{
    rest = $0
    out = ""
    while (rest != "") {
        if (inside) {
            end = index(rest, "*/")
            take("comments", end ? substr(rest, 1, end - 1) : rest)
            if (!end)
                break
            take("code", " ")
            rest = substr(rest, end + 2)
            inside = 0
        } else if (match(rest, /["']|\/\*|\/\//)) {
            token = substr(rest, RSTART, RLENGTH)
            take("code", substr(rest, 1, RSTART - 1))
            rest = substr(rest, RSTART)
            if (token == "/*") {
                inside = 1
                rest = substr(rest, 3)
            } else if (token == "//") {
                take("comments", substr(rest, 3))
                break
            } else {
                if (!match(rest, token == "'" ? "^'([^'\\\\]|\\\\.)*'" : "^\"([^\"\\\\]|\\\\.)*\""))
                    break # a string goes on in the next line: the layout has none
                take("code", token token)
                rest = substr(rest, RLENGTH + 1)
            }
        } else {
            take("code", rest)
            break
        }
    }
    if (out ~ /[^ \t]/)
        print FILENAME ":" FNR ":" out
}
