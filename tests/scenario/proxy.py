#!/usr/bin/python3
"""A recording proxy: forwards TCP connections to HOST:PORT and writes all that passes, in both directions, to FILE.

    proxy.py HOST:PORT FILE

Prints the port it listens on, on loopback, and ends when its standard input ends.
"""

import socket
import sys
import threading

lock = threading.Lock()


def forward(source, sink, out):
    try:
        while data := source.recv(65536):
            with lock:
                out.write(data)
                out.flush()
            sink.sendall(data)
    except OSError:
        pass
    for s in (source, sink):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, target, out):
    while True:
        near, _ = listener.accept()
        try:
            far = socket.create_connection(target, 5)
        except OSError:
            near.close()
            continue
        for a, b in ((near, far), (far, near)):
            threading.Thread(target=forward, args=(a, b, out), daemon=True).start()


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    listener = socket.create_server(("127.0.0.1", 0))
    out = open(sys.argv[2], "ab")
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(listener, (host, int(port)), out), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
