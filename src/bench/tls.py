"""What src/bench/tls runs: viewers of three ports, one after the other. Loopback only."""

import json
import selectors
import socket
import ssl
import sys
import threading
import time
import urllib.request

perch, nginx, viewers, seconds, plain, secure, front = map(int, sys.argv[1:])
trusting = ssl.create_default_context()
trusting.check_hostname = False
trusting.verify_mode = ssl.CERT_NONE
REQUEST = b'GET /front/stream.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n'


def ticks(pid):
    with open('/proc/%d/stat' % pid) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident(pid):
    with open('/proc/%d/status' % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith('VmRSS'))


def departures():
    with urllib.request.urlopen('http://127.0.0.1:%d/stats' % plain) as answer:
        viewers_now = json.load(answer)['viewers']
    return dict(viewers_now['departures'], turnedAway=viewers_now['turnedAway'])


def connect(port, tls):
    s = socket.create_connection(('127.0.0.1', port), 30)
    if tls:
        s = trusting.wrap_socket(s)
    s.sendall(REQUEST)
    s.setblocking(False)
    return s


def drain(connected, latest, stop):
    """Reads from all, also while others connect: who takes nothing for 15 s is no viewer for Perch."""
    selector = selectors.DefaultSelector()
    number = 0
    while not stop.is_set():
        while number < len(connected):
            selector.register(connected[number], selectors.EVENT_READ, number)
            number += 1
        for key, _ in selector.select(0.2):
            try:
                got = len(key.fileobj.recv(1 << 16))
                while got and isinstance(key.fileobj, ssl.SSLSocket) and key.fileobj.pending():
                    got += len(key.fileobj.recv(1 << 16))
                if got:
                    latest[key.data] = (time.monotonic(), latest[key.data][1] + got)
                else:
                    selector.unregister(key.fileobj)
            except (ssl.SSLWantReadError, BlockingIOError):
                pass
            except OSError as failed:
                latest[key.data] = (0, 'lost: %s' % failed)
                selector.unregister(key.fileobj)


def run(port, tls):
    before = departures()
    memory = (resident(perch), resident(nginx))
    sockets = []  # the drainer takes each as it comes
    latest = [(0, 0)] * viewers
    stop = threading.Event()
    drainer = threading.Thread(target=drain, args=(sockets, latest, stop), daemon=True)
    drainer.start()
    for _ in range(viewers):
        try:
            sockets.append(connect(port, tls))
        except OSError as refused:
            print('refused: %s' % refused, file=sys.stderr)
    time.sleep(5)
    begun = (ticks(perch), ticks(nginx))
    time.sleep(seconds)
    ended = (ticks(perch), ticks(nginx))
    grown = (resident(perch) - memory[0], resident(nginx) - memory[1])
    now = time.monotonic()
    lasting = sum(1 for at, _ in latest if now - at < 5)
    stop.set()
    drainer.join()
    after = departures()
    [s.close() for s in sockets]
    time.sleep(3)
    cpu = [100 * (e - b) / seconds for b, e in zip(begun, ended)]
    left = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    return cpu, grown, lasting, left, [text for at, text in latest if at == 0 and text]


run(plain, False)  # the JVM compiles what it runs often
run(secure, True)
print('%d viewers of stream.mp4, %d s each:\n' % (viewers, seconds))
print('| | CPU % of Perch | CPU % of nginx | KB a viewer, Perch | KB a viewer, nginx | watch at the end |\n|---|---|---|---|---|---|')
for name, port, tls in (('without TLS', plain, False), ('TLS by Perch', secure, True), ('TLS by nginx in front', front, True),
                        ('without TLS', plain, False), ('TLS by Perch', secure, True), ('TLS by nginx in front', front, True)):
    cpu, grown, lasting, left, lost = run(port, tls)
    print('| %s | %.1f | %.1f | %.0f | %.0f | %d |' % (name, *cpu, grown[0] / viewers, grown[1] / viewers, lasting), flush=True)
    if left or lost:
        print('departed: %s; lost: %s' % (left, lost[:5]), file=sys.stderr)
