/* The kernel's limit for one message in one file: create, write, rename, claim by rename, open, read, unlink.
 *
 *   cycle ROLE DIRECTORY SIZE SYNC
 *
 * ROLE is `both` (one process does all), `send` or `receive` (two processes share the directories; the receiver is told
 * nothing and lists, so it is a queue without order, checks or waiting). With SYNC 1 the file and the directory it is renamed
 * to are synced. Obeys the same lines as the other processes of the benchmark. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int sending, ready, claimed;
static int size, synced;
static char *payload, *received;

static void die(const char *what) {
  fprintf(stderr, "cycle: %s: %s\n", what, strerror(errno));
  exit(1);
}

static long nanos(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int folder(int parent, const char *name) {
  if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST) die("mkdirat");
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY);
  if (fd < 0) die("openat a folder");
  return fd;
}

static void send_one(const char *name) {
  int fd = openat(sending, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) die("openat");
  if (write(fd, payload, size) != size) die("write");
  if (synced && fdatasync(fd) != 0) die("fdatasync");
  close(fd);
  if (renameat(sending, name, ready, name) != 0) die("renameat");
  if (synced && fsync(ready) != 0) die("fsync");
}

/* 0 if another has it */
static int receive_one(const char *name) {
  if (renameat(ready, name, claimed, name) != 0) {
    if (errno == ENOENT) return 0;
    die("renameat");
  }
  int fd = openat(claimed, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) die("openat");
  if (read(fd, received, size) != size) die("read");
  close(fd);
  if (memcmp(received, payload, size) != 0) {
    fprintf(stderr, "cycle: read something else than was written\n");
    exit(1);
  }
  if (unlinkat(claimed, name, 0) != 0) die("unlinkat");
  return 1;
}

struct entry {
  unsigned long inode;
  long offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

/* Receives what one listing shows; returns how many. */
static long receive_listed(void) {
  static char listed[32768];
  long count = 0;
  if (lseek(ready, 0, SEEK_SET) != 0) die("lseek");
  long bytes = syscall(SYS_getdents64, ready, listed, sizeof listed);
  if (bytes < 0) die("getdents64");
  for (long at = 0; at < bytes;) {
    struct entry *entry = (struct entry *)(listed + at);
    at += entry->length;
    if (entry->name[0] != '.') count += receive_one(entry->name);
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc != 5) return 64;
  const char *role = argv[1];
  int directory = open(argv[2], O_RDONLY | O_DIRECTORY);
  if (directory < 0) die(argv[2]);
  size = atoi(argv[3]);
  synced = atoi(argv[4]);
  payload = malloc(size);
  received = malloc(size);
  for (int i = 0; i < size; i++) payload[i] = (char)i;
  sending = folder(directory, "sending");
  ready = folder(directory, "ready");
  claimed = folder(directory, "claimed");

  char line[256];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    long from, count, got = 0;
    if (sscanf(line, "%*s from=%ld count=%ld", &from, &count) != 2) return 64;
    long cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    long start = nanos(CLOCK_MONOTONIC);
    if (strcmp(role, "receive") == 0) {
      while (got < count) {
        long more = receive_listed();
        got += more;
        if (more == 0) usleep(50);
      }
    } else {
      char name[32];
      for (long i = from; i < from + count; i++) {
        snprintf(name, sizeof name, "%016lx", i);
        send_one(name);
        if (strcmp(role, "both") == 0) receive_one(name);
      }
    }
    printf("cycled start=%ld end=%ld cpu=%ld\n", start, nanos(CLOCK_MONOTONIC),
           nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    fflush(stdout);
  }
  return 0;
}
