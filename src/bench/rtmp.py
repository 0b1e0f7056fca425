"""What src/bench/rtmp runs: a publisher to two servers, players of both, and their times. Loopback only."""

import hashlib
import os
import selectors
import socket
import statistics
import struct
import sys
import threading
import time

clip, http, ours, theirs, perch, nginx, players, seconds, warm = sys.argv[1], *map(int, sys.argv[2:])
sent = {}  # the digest of a picture's bytes: when it was written
CHUNK = 65536


def take(s, n):
    data = b''
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def text(s):
    return b'\x02' + struct.pack('>H', len(s)) + s.encode()


def number(n):
    return b'\x00' + struct.pack('>d', n)


def members(**kv):
    out = b'\x03'
    for k, v in kv.items():
        out += struct.pack('>H', len(k)) + k.encode() + text(v)
    return out + b'\x00\x00\x09'


def message(channel, kind, stream, millis, body):
    """One chunk with a whole header, and continuations (RTMP 1.0 §5.3.1)."""
    head = bytes([channel]) + struct.pack('>I', millis)[1:] + struct.pack('>I', len(body))[1:] + bytes([kind]) + struct.pack('<I', stream)
    out = head + body[:CHUNK]
    for at in range(CHUNK, len(body), CHUNK):
        out += bytes([0xC0 | channel]) + body[at:at + CHUNK]
    return out


def connect(port):
    s = socket.create_connection(('127.0.0.1', port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.sendall(b'\x03' + bytes(1536))
    answer = take(s, 1 + 2 * 1536)
    s.sendall(answer[1:1537])
    s.sendall(message(2, 1, 0, 0, struct.pack('>I', CHUNK)))
    s.sendall(message(3, 20, 0, 0, text('connect') + number(1) + members(app='live', tcUrl='rtmp://127.0.0.1:%d/live' % port)))
    s.sendall(message(3, 20, 0, 0, text('createStream') + number(2) + b'\x05'))
    return s


def ticks(pid, folder='/proc'):
    with open('%s/%d/stat' % (folder, pid)) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return int(fields[11]) + int(fields[12])


def compiling(pid):
    """The ticks of a JVM's compiler, which ends once what runs often is compiled."""
    return sum(ticks(int(thread.name), '/proc/%d/task' % pid) for thread in os.scandir('/proc/%d/task' % pid) if named(thread).startswith(('C1 Compiler', 'C2 Compiler')))


def named(thread):
    with open(thread.path + '/comm') as f:
        return f.read()


def tags():
    with open(clip, 'rb') as f:
        f.read(13)
        while True:
            head = f.read(11)
            if len(head) < 11:
                return
            kind, size, low = head[0], int.from_bytes(head[1:4], 'big'), int.from_bytes(head[4:7], 'big')
            body = f.read(size)
            f.read(4)
            yield kind, low | head[7] << 24, body


def publish(to):
    begin = time.monotonic()
    for kind, millis, body in tags():
        wait = begin + millis / 1000 - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        for s in to:
            data = message(6, kind, 1, millis, (text('@setDataFrame') + body) if kind == 18 else body)
            if kind == 9 and body[1] == 1:
                sent.setdefault((s, hashlib.md5(body[5:]).digest()), time.monotonic())
            s.sendall(data)


def answers(s):
    try:
        while s.recv(65536):
            pass
    except OSError:
        pass


def play(port):
    s = connect(port)
    s.sendall(message(8, 20, 1, 0, text('play') + number(0) + b'\x05' + text('front') + number(-2000)))
    return s


def read_rtmp(s, publisher, delays, end):
    """Reads chunks into messages; each stream of chunks has its own header and rest."""
    size, streams = 128, {}
    while time.monotonic() < end:
        first = take(s, 1)[0]
        form, channel = first >> 6, first & 63
        if channel < 2:
            channel = 64 + int.from_bytes(take(s, channel + 1), 'little')
        known = streams.setdefault(channel, {'length': 0, 'kind': 0, 'body': b'', 'ext': False})
        head = take(s, (11, 7, 3, 0)[form])
        if form < 3:
            known['ext'] = head[:3] == b'\xff\xff\xff'
        if form < 2:
            known['length'], known['kind'] = int.from_bytes(head[3:6], 'big'), head[6]
        if known['ext']:
            take(s, 4)
        known['body'] += take(s, min(size, known['length'] - len(known['body'])))
        if len(known['body']) < known['length']:
            continue
        body, known['body'] = known['body'], b''
        if known['kind'] == 1:
            size = int.from_bytes(body[:4], 'big')
        elif known['kind'] == 9 and len(body) > 5 and body[1] == 1:
            at = sent.get((publisher, hashlib.md5(body[5:]).digest()))
            if at:
                delays.append(time.monotonic() - at)


def read_mp4(publisher, delays, end):
    s = socket.create_connection(('127.0.0.1', http))
    s.sendall(b'GET /front/stream.mp4?audio=0&backlog=0 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')
    while take(s, 1) != b'\r' or take(s, 3) != b'\n\r\n':
        pass
    while time.monotonic() < end:
        size, kind = struct.unpack('>I4s', take(s, 8))
        body = take(s, size - 8)
        at = sent.get((publisher, hashlib.md5(body).digest())) if kind == b'mdat' else None
        if at:
            delays.append(time.monotonic() - at)


def drain(sockets, counts, stop):
    selector = selectors.DefaultSelector()
    for s in sockets:
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ)
    while not stop.is_set():
        for key, _ in selector.select(0.2):
            try:
                counts[0] += len(key.fileobj.recv(1 << 18))
            except BlockingIOError:
                pass


publishers = [connect(ours), connect(theirs)]
for one in publishers:
    one.sendall(message(4, 20, 1, 0, text('publish') + number(0) + b'\x05' + text('front') + text('live')))
    threading.Thread(target=answers, args=(one,), daemon=True).start()
time.sleep(2)  # a publisher waits for NetStream.Publish.Start
threading.Thread(target=publish, args=(publishers,), daemon=True).start()
time.sleep(8)  # the JVM compiles what it runs often

pids = (perch, nginx)
before = [ticks(p) for p in pids]
time.sleep(seconds / 2)
alone = [(ticks(p) - b) / (seconds / 2) for p, b in zip(pids, before)]
added, compiled, delays, got = [], [], {}, []
for name, port, publisher, pid, base in (('Perch', ours, publishers[0], perch, alone[0]), ('nginx', theirs, publishers[1], nginx, alone[1])):
    end = time.monotonic() + warm + seconds + 2
    watchers = [threading.Thread(target=read_rtmp, args=(play(port), publisher, delays.setdefault(name + ', RTMP', []), end), daemon=True)]
    if port == ours:
        watchers.append(threading.Thread(target=read_mp4, args=(publisher, delays.setdefault(name + ', stream.mp4', []), end), daemon=True))
    [w.start() for w in watchers]
    stop, counts = threading.Event(), [0]
    sockets = [play(port) for _ in range(players)]
    drainer = threading.Thread(target=drain, args=(sockets, counts, stop), daemon=True)
    drainer.start()
    time.sleep(warm)
    begun, compile_begun, bytes_begun = ticks(pid), compiling(pid), counts[0]
    time.sleep(seconds)
    compiled.append((compiling(pid) - compile_begun) / seconds)
    added.append((ticks(pid) - begun) / seconds - base)
    got.append((counts[0] - bytes_begun) / seconds / players)
    stop.set()
    drainer.join()
    [s.close() for s in sockets]
    [w.join(5) for w in watchers]

print('%d players of 640x360 at 30 frames a second by RTMP, %d s each:\n' % (players, seconds))
print('| | CPU of the stream alone | CPU that 1,000 players add | of it for compiling | kB/s a player |\n|---|---|---|---|---|')
for name, base, more, once, rate in zip(('Perch', 'nginx with its RTMP module'), alone, added, compiled, got):
    print('| %s | %.1f %% | %.0f %% | %.0f %% | %.0f |' % (name, base, more / players * 1000, once / players * 1000, rate / 1000))
print('\n| publish to | median | 95 % |\n|---|---|---|')
for name, those in delays.items():
    if those:
        those.sort()
        print('| %s | %.1f ms | %.1f ms |' % (name, 1000 * statistics.median(those), 1000 * those[int(len(those) * 0.95)]))
    else:
        print('| %s | nothing came | |' % name)
