#include "val/scan.h"

#include "base/utf8.h"

#include <string.h>

/* The position is only good for the line: it is the last thing a scan says. */
#define wrong(s, what) refuse((s)->e, ERR_INVALID, NULL, "Line %d: " what, (s)->line)

bool scan_open(struct scan *s, struct arena *a, struct str text, struct err *e)
{
    *s = (struct scan){.at = text.p, .end = text.p + text.n, .line = 1, .arena = a, .e = e};
    if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
        s->at += 3;
    if (utf8_valid(text))
        return true;
    return refuse(e, ERR_INVALID, NULL, "The file is not text in UTF-8.");
}

char scan_peek(struct scan *s)
{
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n')
            s->line++;
        else if (*s->at != ' ' && *s->at != '\t' && *s->at != '\r')
            return *s->at;
    }
    return 0;
}

bool scan_enter(struct scan *s, char c)
{
    if (scan_peek(s) != c)
        return c == '{' ? wrong(s, "an object { } is expected here.")
                        : wrong(s, "a list [ ] is expected here.");
    if (s->depth++ == SCAN_DEPTH_MAX)
        return wrong(s, "this nests too deep.");
    s->at++;
    return true;
}

bool scan_more(struct scan *s, char close, size_t *n)
{
    char c = scan_peek(s);

    if (s->e->kind != ERR_NONE)
        return false;
    if (c == close) {
        s->at++;
        s->depth--;
        return false;
    }
    if ((*n)++ == 0)
        return true;
    if (c != ',')
        return wrong(s, "a comma or a closing bracket is missing.");
    s->at++;
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits after \u, or -1. */
static int take_unit(struct scan *s)
{
    int unit = 0;

    if (s->end - s->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex(s->at[i]);

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    s->at += 4;
    return unit;
}

/* \uXXXX, or a pair of them for what lies beyond; s->at is behind the u. Bytes put, 0 if wrong. */
static size_t take_escaped(struct scan *s, char to[4])
{
    int high = take_unit(s), low;

    if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
        return 0;
    if (high < 0xd800 || high > 0xdbff)
        return utf8_put(to, (uint32_t)high);
    if (s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
        return 0;
    s->at += 2;
    low = take_unit(s);
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    return utf8_put(to, 0x10000U + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
}

/* One escape, s->at behind the backslash. Bytes put, 0 if wrong. */
static size_t take_escape(struct scan *s, char to[4])
{
    static const char letter[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *which;

    if (s->at == s->end)
        return 0;
    if (*s->at == 'u') {
        s->at++;
        return take_escaped(s, to);
    }
    which = strchr(letter, *s->at++);
    if (!which)
        return 0;
    to[0] = meant[which - letter];
    return 1;
}

/* The text up to its closing quote, without the escapes; length is at most that of the source. */
static bool take_text(struct scan *s, char *to, size_t *n)
{
    for (*n = 0; s->at < s->end && *s->at != '"';) {
        char out[4];
        size_t put;

        if ((unsigned char)*s->at < 0x20)
            return wrong(s, "a text goes over the end of its line, or has a control character.");
        if (*s->at != '\\') {
            to[(*n)++] = *s->at++;
            continue;
        }
        s->at++;
        put = take_escape(s, out);
        if (!put)
            return wrong(s, "this escape after a backslash does not exist.");
        memcpy(to + *n, out, put);
        *n += put;
    }
    if (s->at == s->end)
        return wrong(s, "a text is not closed.");
    s->at++;
    return true;
}

bool scan_text(struct scan *s, struct str *out)
{
    const char *from, *end;
    char *to;
    size_t n;

    if (scan_peek(s) != '"')
        return wrong(s, "a text in quotes is expected here.");
    from = ++s->at;
    for (end = from; end < s->end && *end != '"'; end++)
        end += *end == '\\' && end + 1 < s->end;
    to = NEW_ARRAY(s->arena, char, (size_t)(end - from) + 1);
    if (!take_text(s, to, &n))
        return false;
    *out = (struct str){to, n};
    return true;
}

bool scan_key(struct scan *s, struct str *key)
{
    if (!scan_text(s, key))
        return false;
    if (scan_peek(s) != ':')
        return wrong(s, "a colon is missing after a name.");
    s->at++;
    return true;
}

static size_t digits(const struct scan *s, const char *at)
{
    const char *from = at;

    while (at < s->end && *at >= '0' && *at <= '9')
        at++;
    return (size_t)(at - from);
}

/* Behind the number that starts at s->at, or NULL if it is none. */
static const char *number_end(const struct scan *s)
{
    const char *at = s->at;
    size_t n;

    at += at < s->end && *at == '-';
    n = digits(s, at);
    if (n == 0 || (n > 1 && *at == '0'))
        return NULL;
    at += n;
    if (at < s->end && *at == '.') {
        n = digits(s, ++at);
        if (n == 0)
            return NULL;
        at += n;
    }
    if (at < s->end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < s->end && (*at == '+' || *at == '-');
        n = digits(s, at);
        if (n == 0)
            return NULL;
        at += n;
    }
    return at;
}

bool scan_number(struct scan *s, struct str *digits_out)
{
    const char *end;

    (void)scan_peek(s);
    end = number_end(s);
    if (!end)
        return wrong(s, "a number is expected here.");
    *digits_out = (struct str){s->at, (size_t)(end - s->at)};
    s->at = end;
    return true;
}

bool scan_word(struct scan *s, struct str *word)
{
    static const struct str words[] = {{"true", 4}, {"false", 5}, {"null", 4}};

    (void)scan_peek(s);
    for (size_t i = 0; i < COUNT(words); i++) {
        if ((size_t)(s->end - s->at) >= words[i].n && memcmp(s->at, words[i].p, words[i].n) == 0) {
            *word = words[i];
            s->at += words[i].n;
            return true;
        }
    }
    return wrong(s, "a value is expected here.");
}

bool scan_skip(struct scan *s)
{
    char c = scan_peek(s), close = c == '{' ? '}' : ']';
    struct str unused;
    size_t n = 0;

    if (c == '"')
        return scan_text(s, &unused);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s, &unused);
    if (c != '{' && c != '[')
        return scan_word(s, &unused);
    if (!scan_enter(s, c))
        return false;
    while (scan_more(s, close, &n)) {
        if ((c == '{' && !scan_key(s, &unused)) || !scan_skip(s))
            return false;
    }
    return s->e->kind == ERR_NONE;
}

bool scan_close(struct scan *s)
{
    return scan_peek(s) == 0 || wrong(s, "something follows after the end.");
}
