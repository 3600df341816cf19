// A library to preload: system calls of a program fail, or kill it, as told.
//
//   FAULTS=RULE[,RULE...]  N:ERRNO     the N-th call fails with this errno (a number)
//                          NAME:ERRNO  every call of this name fails so
//                          N:kill      the process is killed instead of the N-th call
//                          NAME:stop   before the first call of this name it stops itself (SIGSTOP)
//   FAULTS_LOG=FILE        gets a line for each call: its name, and "*" where it failed
//
// Names are those of the functions below; "tmpfile" is an open() with O_TMPFILE. What the C library
// calls inside of itself is not seen.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long calls = 0;
static int log_file = -1;

static ssize_t (*real_write)(int, const void*, size_t);

static void log_call(const char* name, int failed) {
  if (log_file < 0) return;
  char line[64];
  const int size = snprintf(line, sizeof(line), "%s%s\n", name, failed ? " *" : "");
  (void)!real_write(log_file, line, (size_t)size);
}

static void open_log(void) {
  static int opened = 0;
  if (opened++) return;
  int (*real_open)(const char*, int, ...) = dlsym(RTLD_NEXT, "open");
  real_write = dlsym(RTLD_NEXT, "write");
  const char* path = getenv("FAULTS_LOG");
  if (!path) return;
  const int fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  log_file = fcntl(fd, F_DUPFD_CLOEXEC, 100);  // out of the way
  int (*real_close)(int) = dlsym(RTLD_NEXT, "close");
  real_close(fd);
}

// The rule that fits this call: an errno, -1 for kill, -2 for stop, 0 for none.
static int rule_of(const char* name, long number) {
  const char* rule = getenv("FAULTS");
  while (rule && *rule) {
    const char* colon = strchr(rule, ':');
    if (!colon) break;
    const size_t length = (size_t)(colon - rule);
    const int fits = (strlen(name) == length && strncmp(rule, name, length) == 0) ||
                     (*rule >= '0' && *rule <= '9' && atol(rule) == number);
    if (fits && strncmp(colon + 1, "stop", 4) == 0) return -2;
    if (fits) return strncmp(colon + 1, "kill", 4) == 0 ? -1 : atoi(colon + 1);
    rule = strchr(colon, ',');
    if (rule) ++rule;
  }
  return 0;
}

// Counts a call; 1 with errno set when it is to fail.
static int fails(const char* name) {
  static __thread int inside = 0;  // of dlsym, fcntl, getenv
  if (inside) return 0;
  inside = 1;
  pthread_mutex_lock(&mutex);
  open_log();
  const int rule = rule_of(name, ++calls);
  log_call(name, rule > 0);
  pthread_mutex_unlock(&mutex);
  inside = 0;
  if (rule == -1) raise(SIGKILL);
  static int stopped = 0;
  if (rule == -2 && !stopped++) raise(SIGSTOP);
  if (rule > 0) errno = rule;
  return rule > 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
// A function `name` that fails with `failure`, or does what it does.
#define CALL(result, name, failure, parameters, arguments) \
  result name parameters {                                 \
    static __typeof__(&name) real;                         \
    if (!real) real = REAL(name);                          \
    if (fails(#name)) return failure;                      \
    return real arguments;                                 \
  }

CALL(ssize_t, read, -1, (int fd, void* out, size_t size), (fd, out, size))
CALL(ssize_t, write, -1, (int fd, const void* bytes, size_t size), (fd, bytes, size))
CALL(off_t, lseek, -1, (int fd, off_t offset, int whence), (fd, offset, whence))
CALL(int, ftruncate, -1, (int fd, off_t size), (fd, size))
CALL(int, fsync, -1, (int fd), (fd))
CALL(int, flock, -1, (int fd, int operation), (fd, operation))
CALL(int, poll, -1, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
CALL(int, fstat, -1, (int fd, struct stat* status), (fd, status))
CALL(int, stat, -1, (const char* path, struct stat* status), (path, status))
CALL(int, lstat, -1, (const char* path, struct stat* status), (path, status))
CALL(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
CALL(int, fchown, -1, (int fd, uid_t user, gid_t group), (fd, user, group))
CALL(int, futimens, -1, (int fd, const struct timespec times[2]), (fd, times))
CALL(int, linkat, -1, (int from, const char* a, int to, const char* b, int flags),
     (from, a, to, b, flags))
CALL(int, link, -1, (const char* from, const char* to), (from, to))
CALL(int, rename, -1, (const char* from, const char* to), (from, to))
CALL(int, renameat2, -1, (int from, const char* a, int to, const char* b, unsigned flags),
     (from, a, to, b, flags))
CALL(int, unlink, -1, (const char* path), (path))
CALL(int, dup, -1, (int fd), (fd))
CALL(void*, mmap, MAP_FAILED,
     (void* at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))

CALL(DIR*, opendir, NULL, (const char* path), (path))
CALL(DIR*, fdopendir, NULL, (int fd), (fd))
CALL(struct dirent*, readdir, NULL, (DIR * folder), (folder))

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                   void* argument) {
  if (fails("pthread_create")) return errno;
  return REAL(pthread_create)(thread, attributes, run, argument);
}

int fcntl(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  if (fails("fcntl")) return -1;
  return REAL(fcntl)(fd, command, argument);
}
int fcntl64(int fd, int command, ...) __attribute__((alias("fcntl")));

// The descriptor is closed all the same.
int close(int fd) {
  static int (*real)(int);
  if (!real) real = REAL(close);
  const int failed = fails("close"), error_number = errno;
  const int value = real(fd);
  if (failed) errno = error_number;
  return failed ? -1 : value;
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  static int (*real)(const char*, int, ...);
  if (!real) real = REAL(open);
  if (fails((flags & O_TMPFILE) == O_TMPFILE ? "tmpfile" : "open")) return -1;
  return real(path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (fails("openat")) return -1;
  return REAL(openat)(folder, path, flags, mode);
}
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
