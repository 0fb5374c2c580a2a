#include "form/picture.h"
#include "form/picture_head.h"

#include <errno.h>
#include <gd.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIDE_MAX    1600
#define THUMB_MAX   320
#define QUALITY     82
#define CPU_SECONDS 8
#define MEMORY_MAX  ((rlim_t)1024 * 1024 * 1024)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* their shadow memory knows no bounds, and their reports need files */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static bool limit(int what, rlim_t most)
{
    return setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most}) == 0;
}

static bool limit_all(void)
{
    (void)close_range(3, ~0U, 0);
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && limit(RLIMIT_CPU, CPU_SECONDS) &&
           limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 3) &&
           (SANITIZED || limit(RLIMIT_AS, MEMORY_MAX));
}

/* From here on: memory, reading, writing, the end. */
static bool lock_in(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),   SCMP_SYS(write),        SCMP_SYS(mmap),          SCMP_SYS(munmap),
        SCMP_SYS(mremap), SCMP_SYS(mprotect),     SCMP_SYS(madvise),       SCMP_SYS(brk),
        SCMP_SYS(futex),  SCMP_SYS(rt_sigreturn), SCMP_SYS(exit_group),    SCMP_SYS(exit),
        SCMP_SYS(fstat),  SCMP_SYS(newfstatat),   SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
    };
    scmp_filter_ctx filter;
    bool locked = true;

    if (SANITIZED)
        return true;
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    for (size_t i = 0; filter && i < COUNT(allowed); i++)
        locked = locked && seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    locked = filter && locked && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return locked;
}

static void say_nothing(int priority, const char *format, va_list args)
{
    (void)priority, (void)format, (void)args;
}

static gdImagePtr decode(struct str bytes, enum picture_type type)
{
    void *p = without_const(bytes.p); /* gd only reads */
    int n = (int)bytes.n;

    switch (type) {
    case PICTURE_JPEG: return gdImageCreateFromJpegPtr(n, p);
    case PICTURE_PNG: return gdImageCreateFromPngPtr(n, p);
    case PICTURE_WEBP: return gdImageCreateFromWebpPtr(n, p);
    case PICTURE_GIF: return gdImageCreateFromGifPtr(n, p);
    case PICTURE_NONE: break;
    }
    return NULL;
}

/* On white, so that what was transparent does not turn black; at most `side` pixels a side. */
static gdImagePtr scale(gdImagePtr from, int side)
{
    int w = gdImageSX(from), h = gdImageSY(from), longer = w > h ? w : h;
    int to_w = longer <= side ? w : (int)((int64_t)w * side / longer);
    int to_h = longer <= side ? h : (int)((int64_t)h * side / longer);
    gdImagePtr to;

    to_w = to_w < 1 ? 1 : to_w;
    to_h = to_h < 1 ? 1 : to_h;
    to = gdImageCreateTrueColor(to_w, to_h);
    if (!to)
        return NULL;
    gdImageFilledRectangle(to, 0, 0, to_w - 1, to_h - 1, gdTrueColor(255, 255, 255));
    gdImageCopyResampled(to, from, 0, 0, 0, 0, to_w, to_h, w, h);
    return to;
}

/* Upright: EXIF's eight ways are a mirroring, a half turn, and a swap of the axes. */
static gdImagePtr turn(gdImagePtr from, int orientation)
{
    int w = gdImageSX(from), h = gdImageSY(from);
    bool swap = orientation >= 5;
    bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    gdImagePtr to;

    if (orientation <= 1)
        return from;
    to = gdImageCreateTrueColor(swap ? h : w, swap ? w : h);
    for (int y = 0; to && y < gdImageSY(to); y++) {
        for (int x = 0; x < gdImageSX(to); x++) {
            int at_x = swap ? y : x, at_y = swap ? x : y;

            at_x = mirror_x ? w - 1 - at_x : at_x;
            at_y = mirror_y ? h - 1 - at_y : at_y;
            gdImageTrueColorPixel(to, x, y) = gdImageTrueColorPixel(from, at_x, at_y);
        }
    }
    return to;
}

static bool put_all(const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n) {
        ssize_t done = write(1, p, n);

        if (done < 0 && errno != EINTR)
            return false;
        p += done > 0 ? done : 0;
        n -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

static bool reply(struct str bytes)
{
    struct picture_reply r;
    struct picture_head head;
    gdImagePtr image, thumb;
    int jpeg_n = 0, thumb_n = 0;
    void *jpeg_bytes, *thumb_bytes;

    if (!picture_head_read(bytes, &head))
        return false;
    image = decode(bytes, head.type);
    image = image ? scale(image, SIDE_MAX) : NULL;
    image = image ? turn(image, head.orientation) : NULL;
    thumb = image ? scale(image, THUMB_MAX) : NULL;
    if (!thumb)
        return false;
    jpeg_bytes = gdImageJpegPtr(image, &jpeg_n, QUALITY);
    thumb_bytes = gdImageJpegPtr(thumb, &thumb_n, QUALITY);
    if (!jpeg_bytes || !thumb_bytes)
        return false;
    r = (struct picture_reply){(uint32_t)jpeg_n, (uint32_t)thumb_n, (uint32_t)gdImageSX(image),
                               (uint32_t)gdImageSY(image)};
    return put_all(&r, sizeof(r)) && put_all(jpeg_bytes, (size_t)jpeg_n) &&
           put_all(thumb_bytes, (size_t)thumb_n);
}

/* Nothing is freed: the process ends, and with _exit(), past every handler. */
int picture_child(void)
{
    struct stat st;
    void *bytes;

    gdSetErrorMethod(say_nothing);
    if (!limit_all() || fstat(0, &st) != 0 || st.st_size <= 0 ||
        (size_t)st.st_size > PICTURE_BYTES_MAX)
        return 1;
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, 0, 0);
    if (bytes == MAP_FAILED || !lock_in())
        return 1;
    _exit(reply((struct str){bytes, (size_t)st.st_size}) ? 0 : 1);
}
