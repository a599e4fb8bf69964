/*
 * A disk that fails on demand, laid into a process by LD_PRELOAD. It stands under the files below $DISK_SHIM_BELOW, and
 * $DISK_SHIM holds a word, read at each call:
 *
 *   ok       the disk works
 *   ENOSPC   nothing can be written any more
 *   EROFS    the kernel has made the file system read-only
 *   EIO      writes reach the cache, and no further
 *   slow     a sync takes 300 ms
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOW_US 300000

static int is_below(const char *path) {
  const char *below = getenv("DISK_SHIM_BELOW");
  return below != NULL && strncmp(path, below, strlen(below)) == 0;
}

static int is_ours(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static int says(const char *word) {
  char text[16] = "";
  const char *control = getenv("DISK_SHIM");
  int fd = control == NULL ? -1 : syscall(SYS_openat, AT_FDCWD, control, O_RDONLY);
  if (fd < 0) return 0;
  ssize_t length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  return length == (ssize_t)strlen(word) && strncmp(text, word, length) == 0;
}

static int refuses_writes(int fd) {
  if (!is_ours(fd)) return 0;
  if (says("ENOSPC")) errno = ENOSPC;
  else if (says("EROFS")) errno = EROFS;
  else return 0;
  return 1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return refuses_writes(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return pwrite64(fd, bytes, count, at);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return refuses_writes(fd) ? -1 : syscall(SYS_write, fd, bytes, count);
}

int ftruncate64(int fd, off64_t size) {
  return refuses_writes(fd) ? -1 : syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size) {
  return ftruncate64(fd, size);
}

static int sync_by(long call, int fd) {
  if (is_ours(fd)) {
    if (says("slow")) usleep(SLOW_US);
    if (says("EIO")) {
      errno = EIO;
      return -1;
    }
  }
  return syscall(call, fd);
}

int fsync(int fd) {
  return sync_by(SYS_fsync, fd);
}

int fdatasync(int fd) {
  return sync_by(SYS_fdatasync, fd);
}

int access(const char *path, int mode) {
  if ((mode & W_OK) != 0 && is_below(path) && says("EROFS")) {
    errno = EROFS;
    return -1;
  }
  return syscall(SYS_faccessat, AT_FDCWD, path, mode);
}
