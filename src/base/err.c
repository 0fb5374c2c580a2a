#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copy at most n bytes into a buffer of `room`, never ending inside a character. */
static size_t put_cut(char *to, size_t room, const char *s, size_t n)
{
    if (n >= room) {
        n = room - 1;
        while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--;
    }
    memcpy(to, s, n);
    to[n] = '\0';
    return n;
}

/* One conversion, written out into `to`; returns the format after it. */
static const char *put_arg(char *to, size_t room, const char *fmt, va_list *ap)
{
    char number[24];
    int width;
    const char *s;

    if (strncmp(fmt, "%.*s", 4) == 0) {
        width = va_arg(*ap, int);
        s = va_arg(*ap, const char *);
        put_cut(to, room, s ? s : "", (size_t)width);
        return fmt + 4;
    }
    if (strncmp(fmt, "%s", 2) == 0) {
        s = va_arg(*ap, const char *);
        put_cut(to, room, s, strlen(s));
        return fmt + 2;
    }
    if (strncmp(fmt, "%d", 2) == 0) {
        (void)snprintf(number, sizeof(number), "%d", va_arg(*ap, int));
        fmt += 2;
    } else if (strncmp(fmt, "%zu", 3) == 0) {
        (void)snprintf(number, sizeof(number), "%zu", va_arg(*ap, size_t));
        fmt += 3;
    } else {
        assert(strncmp(fmt, "%lld", 4) == 0);
        (void)snprintf(number, sizeof(number), "%lld", va_arg(*ap, long long));
        fmt += 4;
    }
    put_cut(to, room, number, strlen(number));
    return fmt;
}

void refuse_at(struct err *e, const char *where, enum err_kind kind, const char *field,
               const char *fmt, ...)
{
    va_list ap;
    size_t n = 0;
    int args = 0;

    assert(kind > ERR_NONE && kind < ERR_KIND_COUNT);
    assert(e->kind == ERR_NONE); /* the first refusal was not passed up */
    e->kind = kind;
    e->field = field;
    e->where = where;
    e->message = fmt;
    va_start(ap, fmt);
    while (*fmt) {
        size_t plain = strcspn(fmt, "%");

        n += put_cut(e->text + n, sizeof(e->text) - n, fmt, plain);
        fmt += plain;
        if (*fmt) {
            assert(args < ERR_ARGS_MAX);
            fmt = put_arg(e->arg[args], sizeof(e->arg[args]), fmt, &ap);
            n += put_cut(e->text + n, sizeof(e->text) - n, e->arg[args], strlen(e->arg[args]));
            args++;
        }
    }
    va_end(ap);
}

void die_at(const char *where, const char *fmt, ...)
{
    va_list ap;

    (void)fprintf(stderr, "fatal: %s: ", where);
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
    abort();
}
