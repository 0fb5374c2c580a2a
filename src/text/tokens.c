#include "text/chars.h"
#include "text/text.h"

#include <string.h>

/* Longer words are cut: nobody searches for them, and an index has a bound for its keys. */
#define WORD_MAX 64

struct str text_normal(struct arena *a, struct str s)
{
    /* Folding never makes a character longer. */
    char *p = NEW_ARRAY(a, char, s.n + 1);
    size_t n = 0;

    while (s.n) {
        uint32_t c = ' ';

        if (char_next(&s, &c) != CHAR_BREAK)
            n += utf8_put(p + n, c);
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    }
    if (n && p[n - 1] == ' ')
        n--;
    return (struct str){p, n};
}

/* What has been read and is not yet a token: a word, or a Chinese character and how many went
 * before it in this run. */
struct reader {
    char bytes[WORD_MAX + 8];
    size_t n;
    size_t chars;
    enum char_kind kind;
    void (*see)(void *arg, struct str token);
    void *arg;
};

/* The run is over. A Chinese character was already seen in a bigram, unless it stood alone. */
static void end_run(struct reader *r)
{
    if (r->n && (r->kind == CHAR_WORD || r->chars == 1))
        r->see(r->arg, (struct str){r->bytes, r->n});
    r->n = r->chars = 0;
}

static void add_han(struct reader *r, uint32_t c)
{
    size_t before = r->n;

    r->n += utf8_put(r->bytes + before, c);
    if (r->chars++ == 0)
        return;
    r->see(r->arg, (struct str){r->bytes, r->n});
    r->n -= before;
    memmove(r->bytes, r->bytes + before, r->n);
}

void text_tokens(struct str s, void (*see)(void *arg, struct str token), void *arg)
{
    struct reader r = {.see = see, .arg = arg};

    while (s.n) {
        uint32_t c = ' ';
        enum char_kind kind = char_next(&s, &c);

        if (kind != r.kind)
            end_run(&r);
        r.kind = kind;
        if (kind == CHAR_HAN)
            add_han(&r, c);
        else if (kind == CHAR_WORD && r.n < WORD_MAX)
            r.n += utf8_put(r.bytes + r.n, c);
    }
    end_run(&r);
}

static void put_token(void *arg, struct str token)
{
    struct buf *b = arg;

    if (b->n)
        buf_put(b, S(" "));
    buf_put(b, token);
}

struct str text_index(struct arena *a, struct str s)
{
    struct buf b = {.arena = a};

    text_tokens(s, put_token, &b);
    return buf_str(&b);
}

static bool is_single_han(struct str token)
{
    struct str rest = token;

    return char_kind(utf8_next(&rest)) == CHAR_HAN && rest.n == 0;
}

static void put_unless_single(void *arg, struct str token)
{
    if (!is_single_han(token))
        put_token(arg, token);
}

struct str text_query(struct arena *a, struct str words)
{
    struct buf b = {.arena = a};

    text_tokens(words, put_unless_single, &b);
    return buf_str(&b);
}

bool text_contains(struct str s, struct str words)
{
    struct arena scratch;
    struct str in, rest, word;
    bool all = true;

    arena_init(&scratch, 64 + 4 * (s.n + words.n) + ((size_t)256 << 10));
    in = text_normal(&scratch, s);
    rest = text_normal(&scratch, words);
    while (all && rest.n) {
        rest = str_cut(rest, ' ', &word);
        all = memmem(in.p, in.n, word.p, word.n) != NULL;
    }
    arena_reset(&scratch);
    return all;
}
