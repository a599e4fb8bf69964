/*
 * A wall clock that is wrong, laid into a process by LD_PRELOAD: $CLOCK_SHIM is a file of eight bytes, the seconds that
 * it is off by, which may change while the process runs. The monotonic clocks stay right.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *off;

static int64_t off_by(void) {
  const char *path = getenv("CLOCK_SHIM");
  if (off == NULL && path != NULL) {
    int fd = open(path, O_RDONLY);
    void *seen = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    if (seen != MAP_FAILED) off = seen;
  }
  return off == NULL ? 0 : *off;
}

int clock_gettime(clockid_t id, struct timespec *time) {
  int failed = syscall(SYS_clock_gettime, id, time);
  if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) time->tv_sec += off_by();
  return failed;
}

int gettimeofday(struct timeval *time, void *zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *seconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (seconds != NULL) *seconds = now.tv_sec;
  return now.tv_sec;
}
