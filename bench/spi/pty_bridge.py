#!/usr/bin/env python3
"""pty_bridge.py PORT: a serial port (pseudo terminal) whose other end is TCP port PORT of this machine; prints its name."""
import os, select, socket, sys
master, slave = os.openpty()
link = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print(os.ttyname(slave), flush=True)
while True:
    for ready in select.select([master, link], [], [])[0]:
        data = os.read(master, 4096) if ready == master else link.recv(4096)
        if not data:
            sys.exit()
        if ready == master:
            link.sendall(data)
        else:
            while data:
                data = data[os.write(master, data):]
