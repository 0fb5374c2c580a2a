#include "form/picture.h"

#include "form/picture_head.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPLY_BYTES_MAX ((uint32_t)8 * 1024 * 1024)

static bool damaged(struct err *e)
{
    return refuse(e, ERR_INVALID, NULL,
                  "The picture is damaged or incomplete; take or save it again.");
}

static bool check_head(struct str bytes, struct err *e)
{
    struct picture_head head;

    if (picture_is_heic(bytes))
        return refuse(e, ERR_INVALID, NULL,
                      "HEIC pictures cannot be read; on the iPhone choose Settings, Camera, "
                      "Formats, Most Compatible, or send it as JPEG.");
    if (picture_sniff(bytes) == PICTURE_NONE)
        return refuse(e, ERR_INVALID, NULL,
                      "This is no picture that can be read; send JPEG, PNG, WebP or GIF.");
    if (bytes.n > PICTURE_BYTES_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL,
                      "The picture is larger than %d MB; send a smaller one.",
                      (int)(PICTURE_BYTES_MAX >> 20));
    if (!picture_head_read(bytes, &head))
        return damaged(e);
    if (head.width > PICTURE_SIDE_MAX || head.height > PICTURE_SIDE_MAX ||
        (int64_t)head.width * head.height > PICTURE_PIXELS_MAX)
        return refuse(e, ERR_TOO_LARGE, NULL,
                      "The picture has %d x %d pixels; at most %d a side and %d million in all can "
                      "be read.",
                      head.width, head.height, PICTURE_SIDE_MAX, PICTURE_PIXELS_MAX / 1000000);
    /* A decoder fills what is missing with grey and says nothing; the end marker tells. */
    if (head.type == PICTURE_JPEG &&
        !memmem(bytes.p + head.data, bytes.n - head.data, "\xff\xd9", 2))
        return damaged(e);
    return true;
}

static void put_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno != EINTR)
            die("picture: %s", strerror(errno));
        bytes.p += n > 0 ? n : 0;
        bytes.n -= n > 0 ? (size_t)n : 0;
    }
}

/* Starts the child with the picture as its stdin; returns the end to read its stdout from. */
static int start_child(struct str bytes, pid_t *child)
{
    static const char *const argv[] = {"yingshao", "picture", NULL};
    static const char *const env[] = {NULL};
    int in = memfd_create("picture", MFD_CLOEXEC), out[2], error;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;

    if (in < 0 || pipe2(out, O_CLOEXEC) != 0)
        die("picture: %s", strerror(errno));
    put_all(in, bytes);
    if (lseek(in, 0, SEEK_SET) != 0)
        die("picture: %s", strerror(errno));
    sigemptyset(&none);
    sigfillset(&all);
    error = posix_spawn_file_actions_init(&actions);
    error = error ? error : posix_spawnattr_init(&attr);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, in, 0);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    error = error ? error : posix_spawnattr_setsigmask(&attr, &none);
    error = error ? error : posix_spawnattr_setsigdefault(&attr, &all);
    error = error ? error
                  : posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    /* posix_spawn() takes char *const * and changes nothing there */
    error = error ? error
                  : posix_spawn(child, "/proc/self/exe", &actions, &attr, without_const(argv),
                                without_const(env));
    if (error)
        die("picture: no child: %s", strerror(error));
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    (void)close(in);
    (void)close(out[1]);
    return out[0];
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Exactly n bytes before the time is up. */
static bool get(int fd, char *to, size_t n, int64_t until_ms)
{
    while (n) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = until_ms - now_ms();
        ssize_t got;

        if (left <= 0 || poll(&p, 1, (int)left) == 0)
            return false;
        got = read(fd, to, n);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        to += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool get_picture(struct arena *a, int fd, struct picture *out, int64_t until_ms)
{
    struct picture_reply r;
    struct picture_head head;
    char *bytes;

    if (!get(fd, (char *)&r, sizeof(r), until_ms) || r.jpeg > REPLY_BYTES_MAX ||
        r.thumb > REPLY_BYTES_MAX)
        return false;
    bytes = NEW_ARRAY(a, char, (size_t)r.jpeg + r.thumb + 1);
    if (!get(fd, bytes, (size_t)r.jpeg + r.thumb, until_ms))
        return false;
    *out =
        (struct picture){{bytes, r.jpeg}, {bytes + r.jpeg, r.thumb}, (int)r.width, (int)r.height};
    /* The child read what a stranger sent: it is not believed. */
    return picture_head_read(out->thumb, &head) && head.type == PICTURE_JPEG &&
           picture_head_read(out->jpeg, &head) && head.type == PICTURE_JPEG &&
           head.width == out->width && head.height == out->height;
}

bool picture_take(struct arena *a, struct str bytes, struct picture *out, struct err *e)
{
    int64_t until_ms;
    int status = 0, fd;
    pid_t child;
    bool taken, late;

    *out = (struct picture){0};
    if (!check_head(bytes, e))
        return false;
    until_ms = now_ms() + PICTURE_TAKE_MS;
    fd = start_child(bytes, &child);
    taken = get_picture(a, fd, out, until_ms);
    late = !taken && now_ms() >= until_ms;
    (void)close(fd);
    if (!taken)
        (void)kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    late = late || (!taken && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
    if (late)
        return refuse(
            e, ERR_INVALID, NULL,
            "The picture takes too long to read; save it as a smaller JPEG and send that.");
    return taken || damaged(e);
}
