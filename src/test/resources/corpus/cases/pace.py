#!/usr/bin/env python3
"""pace.py FILE FPS: writes the frames of FILE, whose sizes stand in FILE.idx, in real time and for ever."""
import sys
import time

name, rate = sys.argv[1], float(sys.argv[2])
with open(name, "rb") as file:
    stream = file.read()
with open(name + ".idx") as file:
    sizes = [int(line) for line in file]
due = time.monotonic()
while True:
    at = 0
    for size in sizes:
        sys.stdout.buffer.write(stream[at : at + size])
        sys.stdout.buffer.flush()
        at += size
        due += 1 / rate
        time.sleep(max(0, due - time.monotonic()))
