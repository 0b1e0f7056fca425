/*
 * viewers: many viewers of one MJPEG stream in one thread, for bin/bench.
 *
 *   viewers PORT PATH COUNT WARM_SECONDS SECONDS [STALLED]
 *
 * Opens COUNT connections to 127.0.0.1, of which STALLED never read, waits WARM_SECONDS, then counts for SECONDS. Prints one line:
 *   bytes frames broken p50_us p99_us fewest_frames most_frames open
 * A frame's delay is the wall clock at its last byte minus its part's X-Timestamp. Broken: a part that does not begin with FF D8 and end
 * with FF D9, or a connection that ended. It ends by itself. HTTP_VERSION=1.0 in the environment asks so that no server sends chunks, which
 * it does not read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES = 1024, BUFFER_BYTES = 1 << 16, BUCKETS = 1 << 20 }; /* delays up to a second by microseconds */

struct viewer {
  int fd;
  int headers;           /* bytes in head; the response's head first, then each part's */
  int responded;
  long body, left;       /* of the part that is being read; 0 between parts */
  unsigned char tail[2]; /* the last bytes seen */
  int begun;
  double stamp;
  long frames;
  char head[HEAD_BYTES];
};

static unsigned delays[BUCKETS + 1];
static long bytes, frames, broken;
static int counting;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int dial(int port, const char *path) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char request[512];
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  const char *version = getenv("HTTP_VERSION");
  int size = snprintf(request, sizeof request, "GET %s HTTP/%s\r\nHost: 127.0.0.1\r\n\r\n", path, version ? version : "1.1");
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) || write(fd, request, size) != size) fail("connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void frame_done(struct viewer *v) {
  long micros;
  if (v->tail[0] != 0xff || v->tail[1] != 0xd9) broken++;
  if (!counting) return;
  micros = (long)((now(CLOCK_REALTIME) - v->stamp) * 1e6);
  frames++;
  v->frames++;
  delays[micros < 0 ? 0 : micros > BUCKETS ? BUCKETS : micros]++;
}

static void head_done(struct viewer *v) {
  char *field;
  v->head[v->headers] = 0;
  v->headers = 0;
  if (!v->responded) {
    v->responded = 1;
    if (!strstr(v->head, " 200")) { fprintf(stderr, "%.*s\n", 300, v->head); exit(1); }
    return;
  }
  field = strcasestr(v->head, "content-length:");
  v->body = v->left = field ? atol(field + 15) : 0;
  field = strcasestr(v->head, "x-timestamp:");
  v->stamp = field ? atof(field + 12) : 0;
  v->begun = 0;
}

static void take(struct viewer *v, const unsigned char *data, long size) {
  while (size > 0) {
    if (v->left > 0) {
      long part = size < v->left ? size : v->left;
      if (!v->begun) {
        v->begun = 1;
        if (data[0] != 0xff) broken++;
      }
      if (part >= 2) memcpy(v->tail, data + part - 2, 2);
      else { v->tail[0] = v->tail[1]; v->tail[1] = data[0]; }
      v->left -= part;
      data += part;
      size -= part;
      if (v->left == 0) frame_done(v);
      continue;
    }
    if (v->headers == HEAD_BYTES - 1) { fprintf(stderr, "a head is too long\n"); exit(1); }
    v->head[v->headers++] = *data++;
    size--;
    if (v->headers >= 4 && !memcmp(v->head + v->headers - 4, "\r\n\r\n", 4)) head_done(v);
  }
}

static long percentile(double share) {
  long seen = 0;
  for (long i = 0; i <= BUCKETS; i++)
    if ((seen += delays[i]) > share * frames) return i;
  return BUCKETS;
}

int main(int argc, char **argv) {
  static unsigned char buffer[BUFFER_BYTES];
  struct epoll_event events[256], event = {.events = EPOLLIN};
  struct rlimit files;
  int port, count, stalled, open, epoll = epoll_create1(0);
  double begin, end;
  struct viewer *all;
  if (argc < 6) { fprintf(stderr, "usage: viewers PORT PATH COUNT WARM_SECONDS SECONDS [STALLED]\n"); return 2; }
  port = atoi(argv[1]);
  open = count = atoi(argv[3]);
  stalled = argc > 6 ? atoi(argv[6]) : 0;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  all = calloc(count, sizeof *all);
  for (int i = 0; i < count; i++) {
    all[i].fd = dial(port, argv[2]);
    event.data.ptr = &all[i];
    if (i >= stalled && epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event)) fail("epoll_ctl");
  }
  begin = now(CLOCK_MONOTONIC) + atof(argv[4]);
  end = begin + atof(argv[5]);
  for (double t = now(CLOCK_MONOTONIC); t < end; t = now(CLOCK_MONOTONIC)) {
    int ready = epoll_wait(epoll, events, 256, 100);
    if (!counting && t >= begin) {
      counting = 1;
      fprintf(stderr, "counting\n"); /* whoever measures the server begins now */
    }
    for (int i = 0; i < ready; i++) {
      struct viewer *v = events[i].data.ptr;
      long size = read(v->fd, buffer, sizeof buffer);
      if (size > 0) {
        if (counting) bytes += size;
        take(v, buffer, size);
      } else if (size == 0 || errno != EAGAIN) {
        broken++;
        open--;
        close(v->fd);
      }
    }
  }
  fprintf(stderr, "counted\n");
  {
    long fewest = -1, most = 0;
    for (int i = stalled; i < count; i++) {
      if (fewest < 0 || all[i].frames < fewest) fewest = all[i].frames;
      if (all[i].frames > most) most = all[i].frames;
    }
    printf("%ld %ld %ld %ld %ld %ld %ld %d\n", bytes, frames, broken, percentile(0.5), percentile(0.99), fewest, most, open);
  }
  fflush(stdout);
  sleep(1); /* whoever measures the server's memory has its viewers still */
  return 0;
}
