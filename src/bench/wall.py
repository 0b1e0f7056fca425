"""Opens walls of cameras in Chromium, one after the other, and prints what each costs. Started by src/bench/wall."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

SETTLED_SECONDS = 30

# what is painted by a <canvas> is counted as it is drawn, what is by a <video> by itself
COUNTING = """
window.drawn = 0;
for (const [type, name] of [[CanvasRenderingContext2D, 'drawImage'], [ImageBitmapRenderingContext, 'transferFromImageBitmap'], [CanvasRenderingContext2D, 'putImageData']]) {
  const draw = type.prototype[name];
  type.prototype[name] = function (...all) { window.drawn++; return draw.apply(this, all); };
}
"""
PAINTED = """
let sum = window.drawn;
const all = root => { for (const each of root.querySelectorAll('*')) {
  if (each.tagName === 'VIDEO') { const q = each.getVideoPlaybackQuality(); sum += q.totalVideoFrames - q.droppedVideoFrames; }
  if (each.shadowRoot) all(each.shadowRoot);
} };
all(document);
return sum;
"""


def tree(root):
    """Returns the process and all that stem from it."""
    parents = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                parents.setdefault(int(open(f'/proc/{name}/stat').read().rsplit(')', 1)[1].split()[1]), []).append(int(name))
            except OSError:
                pass
    found, ahead = [], [root]
    while ahead:
        found.append(ahead.pop())
        ahead += parents.get(found[-1], [])
    return found


def seconds_of(pids):
    """Returns the processor time that they have taken, of those that live."""
    total = 0
    for pid in pids:
        try:
            fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / os.sysconf('SC_CLK_TCK')


def megabytes(pids):
    """Returns their memory, what is shared by several counted once."""
    total = 0
    for pid in pids:
        try:
            total += sum(int(line.split()[1]) for line in open(f'/proc/{pid}/smaps_rollup') if line.startswith('Pss:'))
        except OSError:
            pass
    return total / 1024


class Browser:
    def __init__(self, work):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.driver = subprocess.Popen(['chromedriver', f'--port={self.port}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.ask('GET', 'status')
                break
            except OSError:
                time.sleep(0.1)
        options = {'args': ['--headless=new', '--no-sandbox', '--window-size=1440,900', '--autoplay-policy=no-user-gesture-required', f'--user-data-dir={work}/profile{time.time_ns()}']}
        made = self.ask('POST', 'session', {'capabilities': {'alwaysMatch': {'browserName': 'chrome', 'goog:chromeOptions': options}}})
        self.session = f"session/{made['sessionId']}"
        self.ask('POST', f'{self.session}/goog/cdp/execute', {'cmd': 'Page.addScriptToEvaluateOnNewDocument', 'params': {'source': COUNTING}})

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f'http://127.0.0.1:{self.port}/{path}', data, {'Content-Type': 'application/json'}, method=method)
        return json.load(urllib.request.urlopen(request, timeout=120))['value']

    def open(self, url):
        self.ask('POST', f'{self.session}/url', {'url': url})

    def painted(self):
        return self.ask('POST', f'{self.session}/execute/sync', {'script': PAINTED, 'args': []})

    def processes(self):
        return [pid for pid in tree(self.driver.pid) if pid != self.driver.pid]

    def close(self):
        try:
            self.ask('DELETE', self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()


def measure(work, cameras, seconds, name, server, url):
    browser = Browser(work)
    try:
        browser.open(url)
        time.sleep(SETTLED_SECONDS)
        mine, theirs = browser.processes(), tree(server)
        begun, painted, used, served = time.time(), browser.painted(), seconds_of(mine), seconds_of(theirs)
        first = megabytes(mine), megabytes([server])
        time.sleep(seconds)
        span = time.time() - begun
        rate = (browser.painted() - painted) / span / cameras
        last = megabytes(mine), megabytes([server])
        cpu = 100 * (seconds_of(mine) - used) / span, 100 * (seconds_of(theirs) - served) / span
        print(f'| {name} | {rate:.1f} | {cpu[0]:.0f} | {cpu[1]:.1f} | {first[0]:.0f} | {last[0]:.0f} | {first[1]:.0f} | {last[1]:.0f} |', flush=True)
    finally:
        browser.close()


work, cameras, seconds, walls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
print()
print('| wall of | pictures a second and camera | CPU % of the browser | CPU % of the server | MB of the browser | at the end | MB of the server | at the end |')
print('|---|---|---|---|---|---|---|---|')
for at in range(0, len(walls), 3):
    measure(work, cameras, seconds, walls[at], int(walls[at + 1]), walls[at + 2])
