#!/bin/bash
# Goal: the control socket answers its own user alone, and whatever is sent to it, the node keeps running.
. "$(dirname "$0")/lib.sh"

start_federation ngo:SupportNGO
start ngo
socket=${home[ngo]}/run/control.sock

attack() { # NAME: runs the attack of that name, which checks its result; the node must still answer
    must timeout 30 /usr/bin/python3 - "$socket" "$1" <<'PYTHON'
import os, socket, struct, sys

path, what = sys.argv[1:]

def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    s.connect(path)
    return s

def frame(kind, number, message=b"", zero=0):
    payload = struct.pack(">I", number) + message
    return struct.pack(">IHH", len(payload), kind, zero) + payload

def read(s):
    data = b""
    while len(data) < 8 or len(data) < 8 + struct.unpack(">I", data[:4])[0]:
        more = s.recv(65536)
        if not more:
            return None, data
        data += more
    return struct.unpack(">IH", data[:6])[1], data[12:]

def must_close(data):
    s = connect()
    try:
        s.sendall(data)
        kind, rest = read(s)
    except (ConnectionResetError, BrokenPipeError):
        return
    if kind is not None:
        sys.exit("answered with a frame of kind %d" % kind)

def must_fail(data, code):
    s = connect()
    s.sendall(data)
    kind, rest = read(s)
    if kind != 642 or code not in rest:
        sys.exit("kind %s, %r" % (kind, rest))

STATUS, STOP, CASE_PART, CASE_COMMIT, REFER = 512, 513, 520, 521, 540
if what == "garbage":
    for i in range(20):
        must_close(b"\xff" + os.urandom(400))
elif what == "oversized":
    must_close(struct.pack(">IHH", 1048577, STATUS, 0))
    must_close(struct.pack(">IHH", 0xFFFFFFFF, STATUS, 0))
elif what == "zero":
    must_close(frame(STATUS, 1, zero=1))
    must_close(frame(0, 1))
elif what == "no number":
    must_close(struct.pack(">IHH", 3, STATUS, 0) + b"abc")
    must_close(frame(STATUS, 0))
elif what == "half":
    whole = frame(STATUS, 7)
    for cut in range(len(whole)):
        s = connect()
        s.sendall(whole[:cut])
        s.close()
    s = connect()
    for i in range(len(whole)):  # byte by byte it is still one frame
        s.sendall(whole[i : i + 1])
    if read(s)[0] != 640:
        sys.exit("a frame in single bytes is not answered")
elif what == "unknown":
    must_fail(frame(900, 1), b"E-CTL-02")
    must_fail(frame(642, 1), b"E-CTL-02")
    must_fail(frame(514, 1), b"E-CTL-05")  # init is not for a running node
elif what == "spoilt":
    for kind in list(range(512, 518)) + [521, 523] + list(range(530, 534)) + list(range(540, 545)) + [550, 551]:
        s = connect()
        s.sendall(frame(kind, 1, b"\xff\xff\xff\xff\xff"))
        if read(s)[0] not in (642, None):
            sys.exit("kind %d took garbage" % kind)
elif what == "part without commit":
    s = connect()
    s.sendall(frame(CASE_PART, 1, b""))
    s.sendall(frame(CASE_COMMIT, 1, b"\x08\x05"))
    if read(s)[0] != 642:
        sys.exit("cases of nothing were added")
elif what == "many":
    held = []
    for i in range(100):
        s = connect()
        held.append(s)
        s.sendall(frame(STATUS, 1))
    kinds = [read(s)[0] for s in held]
    if kinds.count(640) != 64 or kinds.count(642) != 36:
        sys.exit("answered %d, refused %d" % (kinds.count(640), kinds.count(642)))
elif what == "deaf":
    s = connect()
    s.setblocking(False)
    sent = 0
    try:
        while sent < 8 << 20:  # sends requests and reads no answer
            sent += s.send(frame(STATUS, 1) * 1000)
    except BlockingIOError:
        pass
PYTHON
    check "after \"$1\" the node still answers" status_is ngo running true
    check "it is the same process" kill -0 "${pid[ngo]}"
}

say "it is private"
check "mode 0600" is "$(stat -c %a "$socket")" 600
check "in a folder of mode 0700" is "$(stat -c %a "${home[ngo]}/run")" 700
check "in a home of mode 0700" is "$(stat -c %a "${home[ngo]}")" 700

ask_well ngo status --json
size=$(value "$out" exchange_log)
say "malformed and hostile requests"
for what in garbage oversized zero "no number" half unknown spoilt "part without commit" many deaf; do
    attack "$what"
done
ask_well ngo status --json
check "nothing of all this was logged" is "$(value "$out" exchange_log)" "$size"
ask_well ngo case list --json
check "no case was added" is "$out" ""

if [ "$(id -u)" = 0 ]; then
    say "another user is refused, by the socket's mode and by who he is"
    as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ PATH="$PATH" "$@"; }
    run as_nobody refex status --home "${home[ngo]}"
    check "no way in" is_not "$rc" 0
    chmod 0711 "$dir" "${home[ngo]}" "${home[ngo]}/run"
    run as_nobody refex status --home "${home[ngo]}"
    check "none past the folder either" is_not "$rc" 0
    chmod 0666 "$socket"
    if as_nobody test -x "$(command -v refex)"; then
        run as_nobody refex status --home "${home[ngo]}"
        check "with the socket wide open he is refused by name" is "$rc" 77
        check "with the code" has "$err" "(E-CTL-03)"
        check "and it is said in the log" file_has "$dir/ngo.log" "event=control.denied uid=65534"
    fi
    chmod 0600 "$socket"
    chmod 0700 "$dir" "${home[ngo]}" "${home[ngo]}/run"
else
    say "not root: that another user is refused was not looked at"
fi
logs_verify ngo

say "a socket that was taken away is not a node that was stopped"
rm "$socket"
refused 69 E-NOD-09 ngo status
check "the process is named" has "$err" "process ${pid[ngo]})"
refused 69 E-NOD-09 ngo case list
printf 'not a socket' >"$socket"
refused 69 E-NOD-09 ngo node stop
kill -TERM "${pid[ngo]}"
wait "${pid[ngo]}" || fail "the node ended with $?"
unset "pid[ngo]"
check "what lies in its place is not removed with the node" is "$(cat "$socket")" "not a socket"
rm "$socket"
start ngo
stop ngo
check "the socket is gone with the node" [ ! -e "$socket" ]

say "the folder of the socket is the node's own"
rmdir "${home[ngo]}/run"
mkdir "$dir/elsewhere"
ln -s "$dir/elsewhere" "${home[ngo]}/run"
run timeout 30 refex node run --home "${home[ngo]}"
check "no node starts where it is a link" is "$rc" 77
check "and the code is that of the home" has "$err" "(E-NOD-08)"
check "nothing is made where it leads" is "$(ls "$dir/elsewhere")" ""
rm "${home[ngo]}/run"

say "the socket of a node of before it had a folder is removed, and nothing else"
former=${home[ngo]}/control.sock
/usr/bin/python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$former"
start ngo
check "it is gone" [ ! -e "$former" ]
stop ngo
printf 'not a socket' >"$former"
start ngo
check "what is no socket stays" is "$(cat "$former")" "not a socket"
stop ngo
rm "$former"

say "a home may be longer than the address of a socket"
deep=$dir/$(printf 'd%.0s' {1..150})
mv "${home[ngo]}" "$deep"
home[ngo]=$deep
start ngo
check "it is found" status_is ngo running true
stop ngo
end_scenario
