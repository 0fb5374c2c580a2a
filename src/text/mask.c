/*
 * Numbers by which a person can be found: mobile and landline numbers, 18-digit ID numbers, plates.
 *
 * When in doubt a number is masked, except for what streets write every day: order numbers, dates,
 * prices, hotlines of five digits and of 400 and 800.
 */
#include "base/utf8.h"
#include "text/chars.h"
#include "text/text.h"

#include <string.h>

struct glyph {
    uint32_t c;  /* folded, dashes to '-' */
    uint32_t at; /* in the text */
    bool star;
};

struct page {
    struct glyph *g;
    size_t n;
    bool found;
};

static uint32_t fold(uint32_t c)
{
    bool dash = (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xff0d;

    return dash ? '-' : char_fold(c);
}

static struct page page_of(struct arena *a, struct str s)
{
    struct page p = {.g = NEW_ARRAY(a, struct glyph, s.n + 1)};
    struct str rest = s;

    while (rest.n) {
        struct glyph *g = &p.g[p.n++];

        g->at = (uint32_t)(s.n - rest.n);
        g->c = fold(utf8_next(&rest));
    }
    p.g[p.n].at = (uint32_t)s.n;
    return p;
}

static bool is_digit(const struct page *p, size_t i)
{
    return i < p->n && p->g[i].c >= '0' && p->g[i].c <= '9';
}

static bool is_letter(const struct page *p, size_t i)
{
    return i < p->n && p->g[i].c >= 'a' && p->g[i].c <= 'z';
}

static uint32_t digit(const struct page *p, size_t i)
{
    return p->g[i].c - '0';
}

static size_t digits_from(const struct page *p, size_t i)
{
    size_t n = 0;

    while (is_digit(p, i + n))
        n++;
    return n;
}

static bool is_joint(const struct page *p, size_t i)
{
    return i < p->n && (p->g[i].c == '-' || p->g[i].c == ' ' || p->g[i].c == ')');
}

static bool is_in(const struct page *p, size_t i, struct str set)
{
    while (i < p->n && set.n) {
        if (utf8_next(&set) == p->g[i].c)
            return true;
    }
    return false;
}

/* Does the text before i end with one of these (blank-separated), but for : and the like? */
static bool follows(const struct page *p, size_t i, struct str words)
{
    while (i && is_in(p, i - 1, S(":： 为是号码（(")) && !(i > 1 && is_in(p, i - 2, S("单编文案"))))
        i--;
    while (words.n) {
        struct str word;
        size_t len;

        words = str_cut(words, ' ', &word);
        len = utf8_count(word);
        if (len > i)
            continue;
        for (size_t at = i - len; word.n && p->g[at].c == utf8_next(&word); at++)
            len--;
        if (len == 0)
            return true;
    }
    return false;
}

/* Stars on n digits from i on, joints left as they are. */
static void hide(struct page *p, size_t i, size_t n)
{
    for (; n; i++) {
        if (is_joint(p, i))
            continue;
        p->g[i].star = true;
        n--;
    }
    p->found = true;
}

/* After a number: ".5" makes it an amount, a letter or star something else. */
static bool goes_on(const struct page *p, size_t i)
{
    return i < p->n && p->g[i].c == '.' && is_digit(p, i + 1);
}

static bool is_fraction(const struct page *p, size_t i)
{
    return i > 1 && is_in(p, i - 1, S(".")) && is_digit(p, i - 2);
}

/* 13812342046, 138-1234-2046, 86 before it or not. Returns where it ends, or i. */
static size_t take_mobile(struct page *p, size_t i)
{
    size_t n = digits_from(p, i), at = i, end;

    if ((n == 13 || n == 5) && p->g[i].c == '8' && p->g[i + 1].c == '6')
        at += 2;
    else if (n == 15 && p->g[i].c == '0' && p->g[i + 1].c == '0' && p->g[i + 2].c == '8')
        at += 4;
    n -= at - i;
    if (n == 11) {
        end = at + 11;
    } else {
        if (n != 3 || !is_joint(p, at + 3) || digits_from(p, at + 4) != 4 || !is_joint(p, at + 8) ||
            digits_from(p, at + 9) != 4)
            return i;
        end = at + 13;
    }
    if (p->g[at].c != '1' || digit(p, at + 1) < 3 || goes_on(p, end) || is_fraction(p, i) ||
        follows(p, i, S("单号 编号 文号 案号 流水号")))
        return i;
    hide(p, n == 11 ? at + 3 : at + 4, 4);
    return end;
}

/* 0352-1234567, 010 12345678, (0352)1234567, 03521234567: area code kept, and the last four. */
static size_t take_landline(struct page *p, size_t i)
{
    size_t n = digits_from(p, i), area, local, at;

    if (p->g[i].c != '0' || n < 3 || digit(p, i + 1) == 0 || is_fraction(p, i))
        return i;
    area = digit(p, i + 1) <= 2 ? 3 : 4;
    at = i + area;
    if (n == area && is_joint(p, at)) {
        at++;
        local = digits_from(p, at);
    } else {
        local = n - (n > area ? area : n);
    }
    if (local < 7 || local > 8 || digit(p, at) < 2 || goes_on(p, at + local))
        return i;
    hide(p, at, local - 4);
    return at + local;
}

/* 电话2021234: without its area code only where the text says that it is one. */
static size_t take_local(struct page *p, size_t i)
{
    size_t n = digits_from(p, i);

    if (n < 7 || n > 8 || digit(p, i) < 2 || goes_on(p, i + n) ||
        !follows(p, i, S("电话 座机 致电 拨打 联系方式 tel 固话")))
        return i;
    hide(p, i, n - 4);
    return i + n;
}

static bool is_province(uint32_t code)
{
    static const unsigned char last[] = {0, 5, 3, 7, 6, 4, 5, 1, 3};
    uint32_t tens = code / 10, ones = code % 10;

    return tens >= 1 && tens < COUNT(last) && ones >= 1 && ones <= last[tens];
}

/* 18 digits, or 17 and an X, with a province and a day of birth that exist. */
static size_t take_id(struct page *p, size_t i)
{
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    size_t n = digits_from(p, i);
    uint32_t year, month, day;

    if (n != 18 && !(n == 17 && i + 17 < p->n && p->g[i + 17].c == 'x'))
        return i;
    year = digit(p, i + 6) * 10 + digit(p, i + 7);
    month = digit(p, i + 10) * 10 + digit(p, i + 11);
    day = digit(p, i + 12) * 10 + digit(p, i + 13);
    if (!is_province(digit(p, i) * 10 + digit(p, i + 1)) || year < 18 || year > 20 || month < 1 ||
        month > 12 || day < 1 || day > days[month - 1])
        return i;
    hide(p, i + 4, 10);
    return i + 18;
}

/* 晋B12345, 晋BD12345, 晋B·1234警: five or six letters and digits after the place, two of them
 * digits at least. Province, letter and the last two stay. */
static size_t take_plate(struct page *p, size_t i)
{
    size_t at = i + 2, from, digits = 0;

    if (!is_letter(p, i + 1) || is_in(p, i + 1, S("io")) || /* first, as it is seldom so */
        !is_in(p, i, S("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新")))
        return i;
    if (is_in(p, at, S("·•.- ")))
        at++;
    for (from = at; is_digit(p, at) || (is_letter(p, at) && !is_in(p, at, S("io"))); at++)
        digits += is_digit(p, at);
    if (is_in(p, at, S("警学挂港澳试超使领")))
        at++;
    if (at - from < 5 || at - from > 6 || digits < 2 || is_letter(p, at) || is_digit(p, at))
        return i;
    hide(p, from, at - from - 2);
    return at;
}

static size_t take_number(struct page *p, size_t i)
{
    size_t end = take_mobile(p, i);

    if (end == i)
        end = take_landline(p, i);
    if (end == i)
        end = take_local(p, i);
    if (end == i)
        end = take_id(p, i);
    return end > i ? end : i + digits_from(p, i);
}

static void look(struct page *p)
{
    for (size_t i = 0; i < p->n;) {
        size_t end = is_digit(p, i) ? take_number(p, i) : take_plate(p, i);

        i = end > i ? end : i + 1;
    }
}

struct str text_mask(struct arena *a, struct str s)
{
    struct page p = page_of(a, s);
    struct buf b = {.arena = a};
    size_t kept = 0;

    look(&p);
    if (!p.found)
        return s;
    for (size_t i = 0; i < p.n; i++) {
        if (!p.g[i].star)
            continue;
        buf_put(&b, (struct str){s.p + kept, p.g[i].at - kept});
        buf_put(&b, S("*"));
        kept = p.g[i + 1].at;
    }
    buf_put(&b, (struct str){s.p + kept, s.n - kept});
    return buf_str(&b);
}

bool text_has_personal(struct str s)
{
    struct arena scratch;
    struct page p;

    arena_init(&scratch, 64 + (s.n + 1) * sizeof(*p.g) + ((size_t)256 << 10));
    p = page_of(&scratch, s);
    look(&p);
    arena_reset(&scratch);
    return p.found;
}

struct str text_mask_name(struct arena *a, struct str name)
{
    struct str first = utf8_cut(name, 1);

    return name.n ? str_format(a, "%.*s**", STR_ARG(first)) : name;
}
