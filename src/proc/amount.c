#include "proc/amount.h"

#define NAME_MAX ((size_t)400) /* bytes of a line's name */

/* Digits, or groups of three after the first comma; -1 if it is neither. */
static int64_t yuan_read(struct str s)
{
    int64_t n = 0;
    int since = -1; /* digits since the last comma; -1: none yet */

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',') {
            if (i == 0 || (since >= 0 ? since != 3 : i > 3))
                return -1;
            since = 0;
        } else if (s.p[i] < '0' || s.p[i] > '9') {
            return -1;
        } else {
            since += since >= 0;
            n = n > AMOUNT_MAX ? n : n * 10 + (s.p[i] - '0');
        }
    }
    return s.n && (since < 0 || since == 3) ? n : -1;
}

/* After the point: one or two digits, or nothing at all. */
static int64_t fen_read(struct str s, bool pointed)
{
    if (!pointed)
        return 0;
    if (s.n < 1 || s.n > 2)
        return -1;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
    }
    return (s.p[0] - '0') * 10 + (s.n == 2 ? s.p[1] - '0' : 0);
}

static enum amount text_read(struct str s, int64_t *fen)
{
    bool negative = s.n && s.p[0] == '-';
    struct str whole, rest;
    int64_t yuan, cents;

    if (negative)
        s = (struct str){s.p + 1, s.n - 1};
    rest = str_cut(s, '.', &whole);
    yuan = yuan_read(whole);
    cents = fen_read(rest, whole.n < s.n);
    if (yuan < 0 || cents < 0)
        return AMOUNT_WRONG;
    if (negative)
        return AMOUNT_NEGATIVE;
    if (yuan > AMOUNT_MAX / 100)
        return AMOUNT_TOO_LARGE;
    *fen = yuan * 100 + cents;
    return AMOUNT_OK;
}

enum amount amount_read(const struct val *v, int64_t *fen)
{
    if (v->kind == VAL_STR)
        return text_read(str_trim(v->str), fen);
    if (v->kind != VAL_INT)
        return AMOUNT_WRONG;
    if (v->integer < 0)
        return AMOUNT_NEGATIVE;
    if (v->integer > AMOUNT_MAX / 100)
        return AMOUNT_TOO_LARGE;
    *fen = v->integer * 100;
    return AMOUNT_OK;
}

struct str amount_text(struct arena *a, int64_t fen)
{
    struct str yuan = str_format(a, "%lld", (long long)(fen / 100));
    struct buf b = {.arena = a};

    for (size_t i = 0; i < yuan.n; i++) {
        if (i && (yuan.n - i) % 3 == 0)
            buf_put(&b, S(","));
        buf_put(&b, (struct str){yuan.p + i, 1});
    }
    buf_put(&b, str_format(a, ".%02d", (int)(fen % 100)));
    return buf_str(&b);
}

/* ---- lines ------------------------------------------------------------- */

/* What may stand between a name and its amount, besides a blank. */
static size_t gap_at(struct str s, size_t i)
{
    static const char *const wide[] = {"　", "：", "，", "￥", "¥"};

    if (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == ':')
        return 1;
    for (size_t k = 0; k < COUNT(wide); k++) {
        size_t n = strlen(wide[k]);

        if (s.n - i >= n && memcmp(s.p + i, wide[k], n) == 0)
            return n;
    }
    return 0;
}

static bool line_read(struct str s, struct line *out)
{
    size_t name = 0, amount = 0;
    struct val v = {.kind = VAL_STR};

    for (size_t i = 0; i < s.n; i++) {
        size_t n = gap_at(s, i);

        if (!n)
            continue;
        if (amount != i)
            name = i;
        amount = i + n;
        i = amount - 1;
    }
    out->text = str_trim((struct str){s.p, name});
    v.str = (struct str){s.p + amount, s.n - amount};
    return out->text.n && out->text.n <= NAME_MAX && amount_read(&v, &out->fen) == AMOUNT_OK;
}

static int from_text(struct str text, struct line line[LINES_MAX])
{
    int n = 0;

    while (text.n) {
        struct str one;

        text = str_cut(text, '\n', &one);
        one = str_trim(one);
        if (!one.n)
            continue;
        if (n == LINES_MAX)
            return LINES_MAX + 1;
        if (!line_read(one, &line[n++]))
            return -n;
    }
    return n ? n : -1;
}

static bool item_read(const struct val *v, struct line *out)
{
    const struct val *text = v->kind == VAL_MAP ? val_get(v, S("text")) : NULL;
    const struct val *money = text ? val_get(v, S("money")) : NULL;

    if (!money || text->kind != VAL_STR)
        return false;
    out->text = str_trim(text->str);
    return out->text.n && out->text.n <= NAME_MAX && amount_read(money, &out->fen) == AMOUNT_OK;
}

int lines_read(const struct val *v, struct line line[LINES_MAX])
{
    int n = 0;

    if (v->kind == VAL_STR)
        return from_text(v->str, line);
    if (v->kind != VAL_LIST)
        return -1;
    for (const struct item *it = v->first; it; it = it->next) {
        if (n == LINES_MAX)
            return LINES_MAX + 1;
        if (!item_read(&it->val, &line[n++]))
            return -n;
    }
    return n;
}
