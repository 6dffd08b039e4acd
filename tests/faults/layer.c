/* A layer between programs and the C library that makes system calls on files fail; loaded by LD_PRELOAD.

   FAULT_ROOT   only files below this folder
   FAULT_ODDS   one call in so many
   FAULT_SEED   what the draws begin with
   FAULT_LOG    a line for every fault that struck: the call, the error, the file

   It stands below Python and Arrow alike, so what is tried is what a failing disk would do. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t drawn;

static uint64_t draw(void) { /* splitmix64 over seed, process and number of the draw */
    static uint64_t seed;
    if (!seed) {
        const char *given = getenv("FAULT_SEED");
        seed = (given ? strtoull(given, NULL, 10) : 0) * 1000003u + getpid() + 1;
    }
    uint64_t z = seed * 0x9e3779b97f4a7c15u + __sync_add_and_fetch(&drawn, 1) * 0xd1342543de82ef95u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int strikes(const char *call, const char *path, int error) {
    const char *root = getenv("FAULT_ROOT"), *odds = getenv("FAULT_ODDS"), *log = getenv("FAULT_LOG");
    if (!root || !odds || !log || strncmp(path, root, strlen(root))) return 0;
    char line[PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%s %s %s\n", call, strerrorname_np(error), path);
    int file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file >= 0) {
        syscall(SYS_write, file, line, size);
        syscall(SYS_close, file);
    }
    errno = error;
    return 1;
}

static int due(void) {
    const char *odds = getenv("FAULT_ODDS");
    uint64_t number = odds ? strtoull(odds, NULL, 10) : 0;
    return number && draw() % number == 0;
}

static int on_path(const char *call, const char *path, int error) {
    return due() && path && strikes(call, path, error);
}

static int on_file(const char *call, int file, int error) {
    if (!due()) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return strikes(call, path, error);
}

static int full(void) { return draw() & 1 ? ENOSPC : EIO; }

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define OPEN(name, before, given, ...)                                                   \
    int name(before, int flags, ...) {                                                   \
        REAL(name);                                                                      \
        va_list rest;                                                                    \
        va_start(rest, flags);                                                           \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;          \
        va_end(rest);                                                                    \
        if (on_path("open", path, flags & O_CREAT ? full() : EIO)) return -1;            \
        return real(given, flags, mode);                                                 \
    }
#define COMMA ,
OPEN(open, const char *path, path)
OPEN(open64, const char *path, path)
OPEN(openat, int folder COMMA const char *path, folder COMMA path)
OPEN(openat64, int folder COMMA const char *path, folder COMMA path)

ssize_t read(int file, void *data, size_t size) {
    REAL(read);
    return on_file("read", file, EIO) ? -1 : real(file, data, size);
}
ssize_t pread(int file, void *data, size_t size, off_t at) {
    REAL(pread);
    return on_file("read", file, EIO) ? -1 : real(file, data, size, at);
}
ssize_t pread64(int file, void *data, size_t size, off64_t at) {
    REAL(pread64);
    return on_file("read", file, EIO) ? -1 : real(file, data, size, at);
}
ssize_t write(int file, const void *data, size_t size) {
    REAL(write);
    if (!on_file("write", file, full())) return real(file, data, size);
    int error = errno;
    if (size > 1 && draw() & 1) return real(file, data, size / 2); /* a short write, which is no error */
    errno = error;
    return -1;
}
int fsync(int file) {
    REAL(fsync);
    return on_file("fsync", file, full()) ? -1 : real(file);
}
int ftruncate(int file, off_t size) {
    REAL(ftruncate);
    return on_file("truncate", file, EIO) ? -1 : real(file, size);
}
int rename(const char *from, const char *to) {
    REAL(rename);
    return on_path("rename", from, full()) ? -1 : real(from, to);
}
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return on_path("mkdir", path, full()) ? -1 : real(path, mode);
}
int unlink(const char *path) {
    REAL(unlink);
    return on_path("unlink", path, EIO) ? -1 : real(path);
}
int rmdir(const char *path) {
    REAL(rmdir);
    return on_path("rmdir", path, EIO) ? -1 : real(path);
}
DIR *opendir(const char *path) {
    REAL(opendir);
    return on_path("opendir", path, EIO) ? NULL : real(path);
}
int stat(const char *path, struct stat *found) {
    REAL(stat);
    return on_path("stat", path, EIO) ? -1 : real(path, found);
}
int stat64(const char *path, struct stat64 *found) {
    REAL(stat64);
    return on_path("stat", path, EIO) ? -1 : real(path, found);
}
void *mmap(void *where, size_t size, int protection, int flags, int file, off_t at) {
    REAL(mmap);
    return file >= 0 && on_file("mmap", file, ENOMEM) ? MAP_FAILED : real(where, size, protection, flags, file, at);
}
void *mmap64(void *where, size_t size, int protection, int flags, int file, off64_t at) {
    REAL(mmap64);
    return file >= 0 && on_file("mmap", file, ENOMEM) ? MAP_FAILED : real(where, size, protection, flags, file, at);
}
