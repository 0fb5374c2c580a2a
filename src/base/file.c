#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool too_large(const char *path, size_t most, struct err *e)
{
    return refuse(e, ERR_TOO_LARGE, "file", "%s is larger than %zu bytes.", path, most);
}

static bool read_all(struct arena *a, int fd, const char *path, size_t most, struct buf *b,
                     struct err *e)
{
    char piece[8 * 1024];
    ssize_t n;

    *b = (struct buf){.arena = a};
    while ((n = read(fd, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse(e, ERR_INVALID, "file", "%s cannot be read: %s.", path, strerror(errno));
        if (b->n + (size_t)n > most)
            return too_large(path, most, e);
        buf_put(b, (struct str){piece, (size_t)n});
    }
    return true;
}

bool file_read(struct arena *a, const char *path, size_t most, struct str *out, struct err *e)
{
    bool from_stdin = strcmp(path, "-") == 0;
    int fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct buf b;
    bool ok;

    if (fd < 0)
        return refuse(e, ERR_NOT_FOUND, "file", "%s cannot be opened: %s.", path, strerror(errno));
    ok = read_all(a, fd, path, most, &b, e);
    if (!from_stdin)
        (void)close(fd);
    *out = buf_str(&b);
    return ok;
}

struct mapping {
    void *at;
    size_t n;
};

static void unmap(void *arg)
{
    struct mapping *m = arg;

    (void)munmap(m->at, m->n);
}

bool file_map(struct arena *a, const char *path, size_t most, struct str *out, struct err *e)
{
    struct mapping *m = NEW(a, struct mapping);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 && strcmp(path, "-") == 0)
        return file_read(a, path, most, out, e);
    if (fd < 0)
        return refuse(e, ERR_NOT_FOUND, "file", "%s cannot be opened: %s.", path, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
        (void)close(fd); /* a pipe, or nothing: read it as it comes */
        return file_read(a, path, most, out, e);
    }
    m->n = (size_t)st.st_size;
    m->at = m->n <= most ? mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    (void)close(fd);
    if (m->at == MAP_FAILED)
        return too_large(path, most, e);
    arena_defer(a, unmap, m);
    *out = (struct str){m->at, m->n};
    return true;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.p += n;
        bytes.n -= (size_t)n;
    }
    return fsync(fd) == 0;
}

bool file_write(const char *path, struct str bytes, int mode, struct err *e)
{
    char beside[4096];
    int fd;
    bool ok;

    if (snprintf(beside, sizeof(beside), "%s.%d.new", path, (int)getpid()) >= (int)sizeof(beside))
        return refuse(e, ERR_INVALID, "file", "The file name is too long.");
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    ok = fd >= 0 && write_all(fd, bytes);
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    if (ok && rename(beside, path) == 0)
        return true;
    (void)unlink(beside);
    return refuse(e, ERR_BUSY, "file", "%s cannot be written: %s.", path, strerror(errno));
}
