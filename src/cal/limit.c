#include "cal/cal.h"

#define LIMIT_MAX 100000

/* Digits off the front: their value, at most `most`; -1 if there are none or it is more. */
static int32_t take_number(struct str *s, int32_t most)
{
    int32_t n = 0;
    size_t i = 0;

    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
        n = n * 10 + (s->p[i] - '0');
        if (n > most)
            return -1;
    }
    *s = (struct str){s->p + i, s->n - i};
    return i ? n : -1;
}

static bool take_char(struct str *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = (struct str){s->p + 1, s->n - 1};
    return true;
}

/* "08:30", or "24:00" for the end of the day. Minutes since midnight, or -1. */
static int take_clock(struct str *s)
{
    size_t before = s->n;
    int hour = take_number(s, 24), minute;

    if (hour < 0 || before - s->n > 2 || !take_char(s, ':'))
        return -1;
    before = s->n;
    minute = take_number(s, 59);
    if (minute < 0 || before - s->n != 2 || (hour == 24 && minute))
        return -1;
    return hour * 60 + minute;
}

static bool take_span(struct str s, struct hours *out)
{
    int after = out->n ? out->span[out->n - 1].to : 0;
    int from, to;

    if (out->n == SPANS_MAX)
        return false;
    from = take_clock(&s);
    if (from < after || !take_char(&s, '-'))
        return false;
    to = take_clock(&s);
    if (to <= from || s.n)
        return false;
    out->span[out->n].from = from;
    out->span[out->n++].to = to;
    return true;
}

bool hours_parse(struct str s, struct hours *out, struct err *e)
{
    *out = (struct hours){0};
    for (s = str_trim(s); s.n; s = str_trim(s)) {
        struct str word;

        s = str_cut(s, ' ', &word);
        if (!take_span(word, out)) {
            out->n = 0;
            break;
        }
    }
    return out->n ||
           refuse(e, ERR_INVALID, "hours",
                  "Hours of work are written as 08:30-12:00 14:30-18:00: one to four stretches, "
                  "one after the other.");
}

static const struct {
    struct str one, many;
    enum limit_unit plain, working;
} units[] = {
    {{"minute", 6}, {"minutes", 7}, LIMIT_MINUTES, LIMIT_WORKING_MINUTES},
    {{"hour", 4}, {"hours", 5}, LIMIT_HOURS, LIMIT_WORKING_HOURS},
    {{"day", 3}, {"days", 4}, LIMIT_DAYS, LIMIT_WORKING_DAYS},
};

static struct str take_word(struct str *s)
{
    struct str word;

    *s = str_cut(str_trim(*s), ' ', &word);
    return word;
}

static enum limit_unit unit_of(struct str word, bool working)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (str_eq(word, units[i].one) || str_eq(word, units[i].many))
            return working ? units[i].working : units[i].plain;
    }
    return LIMIT_NONE;
}

bool limit_parse(struct str s, struct limit *out, struct err *e)
{
    struct str number = take_word(&s), word = take_word(&s);
    bool working = str_eq(word, S("working"));
    bool all_digits = number.n > 0;

    for (size_t i = 0; i < number.n; i++)
        all_digits = all_digits && number.p[i] >= '0' && number.p[i] <= '9';
    *out = (struct limit){.unit = unit_of(working ? take_word(&s) : word, working)};
    if (!all_digits || out->unit == LIMIT_NONE || str_trim(s).n)
        return refuse(e, ERR_INVALID, "limit",
                      "A limit is written as \"30 minutes\", \"4 working hours\", \"5 working "
                      "days\" or \"7 days\".");
    out->n = take_number(&number, LIMIT_MAX);
    if (out->n < 1)
        return refuse(e, ERR_INVALID, "limit", "The number of a limit is from 1 to 100,000.");
    return true;
}

struct str limit_text(struct arena *a, struct limit l)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        struct str word = l.n == 1 ? units[i].one : units[i].many;

        if (l.unit == units[i].plain)
            return str_format(a, "%d %.*s", (int)l.n, STR_ARG(word));
        if (l.unit == units[i].working)
            return str_format(a, "%d working %.*s", (int)l.n, STR_ARG(word));
    }
    return S("");
}
