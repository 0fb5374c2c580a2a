#include "cal/walk.h"

#include <assert.h>

static const char *const weekday_zh[] = {"",     "周一", "周二", "周三",
                                         "周四", "周五", "周六", "周日"};
static const char *const weekday_en[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* Lines being written; equal neighbours among whole days become one. */
struct teller {
    struct val *lines;
    struct arena *arena;
    enum limit_unit unit;
    struct stretch open; /* what is not written yet, if `is_open` */
    bool is_open;
};

static void put_line(const struct teller *t, struct str zh, struct str en)
{
    struct val *line = add_map(t->lines);

    set_str(line, "zh", zh);
    set_str(line, "en", en);
}

static struct str moment(struct arena *a, int64_t at_ms, const char *const weekday[])
{
    return str_format(a, "%s %.*s", weekday[day_weekday(day_of(at_ms))],
                      STR_ARG(when_text(a, at_ms)));
}

/* "3 小时 30 分", "3 h 30 min", without the parts that are nought. */
static struct str duration(struct arena *a, int64_t ms, const char *const unit[3])
{
    int64_t part[3] = {ms / HOUR_MS, ms / MINUTE_MS % 60, ms / SECOND_MS % 60};
    struct buf b = {.arena = a};

    for (int i = 0; i < 3; i++) {
        if (!part[i] && (i < 2 || b.n))
            continue;
        if (b.n)
            buf_put(&b, S(" "));
        buf_int(&b, part[i]);
        buf_put(&b, str_of(unit[i]));
    }
    return buf_str(&b);
}

static struct str duration_zh(struct arena *a, int64_t ms)
{
    static const char *const unit[] = {" 小时", " 分", " 秒"};

    return duration(a, ms, unit);
}

static struct str duration_en(struct arena *a, int64_t ms)
{
    static const char *const unit[] = {" h", " min", " s"};

    return duration(a, ms, unit);
}

/* From when to when: "周六 2024-04-06 – 周日 2024-04-07", or with the hours of one day. */
static struct str span(struct arena *a, const struct stretch *s, const char *const weekday[])
{
    int32_t first = day_of(s->from_ms), last = day_of(s->to_ms - 1);
    struct str from = day_text(a, first), to = day_text(a, last);

    if (!s->days && first == last)
        return str_format(a, "%.*s – %s", STR_ARG(moment(a, s->from_ms, weekday)),
                          when_text(a, s->to_ms).p + 11);
    if (!s->days)
        return str_format(a, "%.*s – %.*s", STR_ARG(moment(a, s->from_ms, weekday)),
                          STR_ARG(moment(a, s->to_ms, weekday)));
    if (first == last)
        return str_format(a, "%s %.*s", weekday[day_weekday(first)], STR_ARG(from));
    return str_format(a, "%s %.*s – %s %.*s", weekday[day_weekday(first)], STR_ARG(from),
                      weekday[day_weekday(last)], STR_ARG(to));
}

static struct str numbers(struct arena *a, const struct stretch *s)
{
    if (s->had + 1 == s->has)
        return str_format(a, "%lld", (long long)s->has);
    return str_format(a, "%lld–%lld", (long long)s->had + 1, (long long)s->has);
}

static void put_counted(const struct teller *t, const struct stretch *s)
{
    struct arena *a = t->arena;
    struct str zh = span(a, s, weekday_zh), en = span(a, s, weekday_en);
    bool makeup = s->kind == COUNTED_MAKEUP;
    bool working = limit_is_working(t->unit);
    struct str ms_zh, ms_en, had_zh, had_en;

    if (s->days) {
        struct str n = numbers(a, s);

        put_line(t,
                 str_format(a, "%.*s：%s第 %.*s 个%s日", STR_ARG(zh), makeup ? "调休上班，" : "",
                            STR_ARG(n), working ? "工作" : "自然"),
                 str_format(a, "%.*s: %s%s %.*s", STR_ARG(en), makeup ? "make-up day, " : "",
                            working ? "working day" : "day", STR_ARG(n)));
        return;
    }
    ms_zh = duration_zh(a, s->to_ms - s->from_ms);
    ms_en = duration_en(a, s->to_ms - s->from_ms);
    had_zh = duration_zh(a, s->has);
    had_en = duration_en(a, s->has);
    put_line(t,
             str_format(a, "%.*s：%s计 %.*s，共 %.*s", STR_ARG(zh), makeup ? "调休上班，" : "",
                        STR_ARG(ms_zh), STR_ARG(had_zh)),
             str_format(a, "%.*s: %s%.*s counted, %.*s in all", STR_ARG(en),
                        makeup ? "make-up day, " : "", STR_ARG(ms_en), STR_ARG(had_en)));
}

static void put_left_out(const struct teller *t, const struct stretch *s)
{
    struct arena *a = t->arena;
    struct str zh = span(a, s, weekday_zh), en = span(a, s, weekday_en);
    struct str why_zh = S("周末"), why_en = S("weekend");

    if (s->kind == PAUSED) {
        why_zh = s->days ? S("23:59:59 时在暂停中") : S("暂停");
        why_en = s->days ? S("paused at 23:59:59") : S("paused");
    } else if (s->kind == HOLIDAY) {
        why_zh = s->name.n ? s->name : S("放假");
        why_en = s->name.n ? str_format(a, "holiday (%.*s)", STR_ARG(s->name)) : S("holiday");
    }
    put_line(t, str_format(a, "%.*s：%.*s，不计", STR_ARG(zh), STR_ARG(why_zh)),
             str_format(a, "%.*s: %.*s, not counted", STR_ARG(en), STR_ARG(why_en)));
}

static void flush(struct teller *t)
{
    if (!t->is_open)
        return;
    t->is_open = false;
    if (t->open.kind == COUNTED || t->open.kind == COUNTED_MAKEUP)
        put_counted(t, &t->open);
    else
        put_left_out(t, &t->open);
}

static bool goes_on(const struct stretch *a, const struct stretch *b)
{
    return a->kind == b->kind && a->days && b->days && a->to_ms == b->from_ms &&
           str_eq(a->name, b->name);
}

static void tell(void *to, const struct stretch *s)
{
    struct teller *t = to;

    if (t->is_open && goes_on(&t->open, s)) {
        t->open.to_ms = s->to_ms;
        t->open.has = s->has;
        return;
    }
    flush(t);
    t->open = *s;
    t->is_open = true;
}

static const char *const unit_zh[] = {
    [LIMIT_MINUTES] = "分钟",           [LIMIT_HOURS] = "小时",
    [LIMIT_DAYS] = "个自然日",          [LIMIT_WORKING_MINUTES] = "工作分钟",
    [LIMIT_WORKING_HOURS] = "工作小时", [LIMIT_WORKING_DAYS] = "个工作日",
};

static void put_start(const struct teller *t, const struct term *term)
{
    struct arena *a = t->arena;
    bool days = t->unit == LIMIT_DAYS || t->unit == LIMIT_WORKING_DAYS;

    put_line(
        t,
        str_format(a, "自 %.*s 起，期限 %d %s%s", STR_ARG(moment(a, term->start_ms, weekday_zh)),
                   (int)term->limit.n, unit_zh[t->unit], days ? "，自次日起算" : ""),
        str_format(a, "From %.*s: %.*s%s", STR_ARG(moment(a, term->start_ms, weekday_en)),
                   STR_ARG(limit_text(a, term->limit)), days ? ", counted from the next day" : ""));
}

bool cal_explain(const struct calendar *c, const struct term *t, struct val *lines, int64_t *due_ms,
                 struct err *e)
{
    struct teller to = {.lines = lines, .arena = lines->arena, .unit = t->limit.unit};
    struct walk w = {.calendar = c, .term = t, .tell = tell, .to = &to, .e = e};
    struct arena *a = lines->arena;
    bool ok;

    if (!cal_deadline(c, t, due_ms, e))
        return false;
    put_start(&to, t);
    ok = walk_run(&w, due_ms);
    assert(ok); /* the same walk as above */
    flush(&to);
    put_line(&to, str_format(a, "到期：%.*s", STR_ARG(moment(a, *due_ms, weekday_zh))),
             str_format(a, "Due: %.*s", STR_ARG(moment(a, *due_ms, weekday_en))));
    return ok;
}
