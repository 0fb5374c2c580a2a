#include "page/scope.h"

#include "civic/recount.h"

#include <string.h>

/* ---- unit and period ---------------------------------------------------- */

static const struct unit *own_unit(const struct scope *s, const char *right)
{
    const struct actor *who = s->k.actor;

    for (size_t i = 0; i < who->posts; i++) {
        if (who->post[i].def && role_has(who->post[i].def, str_of(right)))
            return unit_by_id(s->k.d->units, who->post[i].unit);
    }
    return NULL;
}

bool scope_read(struct req *q, const char *right, struct scope *s)
{
    struct str code = param_str(q, "unit");
    int64_t id;

    *s = (struct scope){.k = req_desk(q)};
    s->unit = code.n ? unit_by_code(s->k.d->units, code) : own_unit(s, right);
    if (!s->unit && code.n && str_int(code, &id))
        s->unit = unit_by_id(s->k.d->units, id);
    if (!s->unit && code.n)
        return refuse(&q->err, ERR_NOT_FOUND, "unit", "There is no such unit.");
    if (!s->unit || !actor_may(s->k.actor, str_of(right), s->unit->path))
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    return figures_counted(&s->k, &q->err) &&
           period_parse(&s->k, param_str(q, "period"), &s->period, &q->err);
}

struct str scope_link_of(const struct scope *s, struct str path, const struct unit *u,
                         struct str period)
{
    return str_format(s->k.a, "%.*s?unit=%.*s&period=%.*s", STR_ARG(path), STR_ARG(u->code),
                      STR_ARG(period));
}

struct str scope_link(const struct scope *s, struct str path)
{
    return scope_link_of(s, path, s->unit, s->period.text);
}

/* The Thursday of a week says to which year it belongs. */
static struct str week_text(struct arena *a, int64_t now)
{
    int32_t day = day_of(now), thursday = day - day_weekday(day) + 4;
    int year = civil_of(day_start_ms(thursday)).year;

    return str_format(a, "%04d-W%02d", year, (thursday - day_from(year, 1, 1)) / 7 + 1);
}

void scope_periods(struct req *q, const struct scope *s, struct str path)
{
    struct civil c = civil_of(q->now);
    const struct {
        const char *key;
        struct str text;
    } all[] = {
        {"page.week", week_text(q->a, q->now)},
        {"page.month", str_format(q->a, "%04d-%02d", c.year, c.month)},
        {"page.quarter", str_format(q->a, "%04d-Q%d", c.year, (c.month - 1) / 3 + 1)},
        {"page.year", str_format(q->a, "%04d", c.year)},
    };
    struct val *list = set_list(q->view, "periods");

    for (size_t i = 0; i < COUNT(all); i++) {
        struct val *v = add_map(list);

        set_str(v, "title", req_text(q, all[i].key));
        set_str(v, "at", scope_link_of(s, path, s->unit, all[i].text));
        set_bool(v, "on", str_eq(all[i].text, s->period.text));
    }
}

/* ---- words -------------------------------------------------------------- */

struct str scope_say(struct req *q, const char *key, struct str one, struct str two)
{
    struct str rest = req_text(q, key), plain;
    struct buf b = {.arena = q->a};

    while (rest.n) {
        struct str tail = str_cut(rest, '{', &plain);
        bool hole = tail.n > 1 && tail.p[1] == '}' && (tail.p[0] == '1' || tail.p[0] == '2');

        if (!hole)
            plain.n += plain.n < rest.n; /* the brace too */
        buf_put(&b, plain);
        if (hole)
            buf_put(&b, tail.p[0] == '1' ? one : two);
        rest = hole ? (struct str){tail.p + 2, tail.n - 2} : tail;
    }
    return buf_str(&b);
}

struct str scope_period(struct req *q, const struct period *p)
{
    struct civil c = civil_of(p->from_ms);
    struct str year = str_format(q->a, "%d", c.year);

    switch (p->kind) {
    case PERIOD_MONTH:
        return scope_say(q, "page.period_month", year, str_format(q->a, "%d", c.month));
    case PERIOD_QUARTER:
        return scope_say(q, "page.period_quarter", year,
                         str_format(q->a, "%d", (c.month - 1) / 3 + 1));
    case PERIOD_YEAR: return scope_say(q, "page.period_year", year, S(""));
    case PERIOD_WEEK:
        return scope_say(q, "page.period_span", day_text(q->a, day_of(p->from_ms)),
                         day_text(q->a, day_of(p->to_ms - 1)));
    case PERIOD_DAY: return p->text;
    case PERIOD_SPAN: break;
    }
    if (str_eq(p->text, S("all")))
        return req_text(q, "page.period_all");
    return scope_say(q, "page.period_span", day_text(q->a, day_of(p->from_ms)),
                     day_text(q->a, day_of(p->to_ms - 1)));
}

int64_t scope_share(int64_t n, int64_t most)
{
    return most > 0 ? n * 100 / most : 0;
}

void scope_figures(struct req *q, const struct unit *u, const struct str *name, int n)
{
    struct val *list = set_list(q->view, "figures");
    struct civil c = civil_of(q->now);
    struct str year = str_format(q->a, "%04d", c.year);
    bool may = actor_may(q->actor, S("figures.read"), u->path);
    struct desk k = req_desk(q);
    struct period p;

    may = may && period_parse(&k, year, &p, &q->err);
    for (int i = 0; may && i < n; i++) {
        const struct figure *f = pack_figure(k.d->pack, name[i]);
        struct val *v = add_map(list);
        struct figure_value value;

        figure_read(&k, f, u, &p, S(""), &value);
        set_str(v, "title", desk_title(&k, &f->title));
        set_str(v, "text", figure_text(q->a, &value));
        set_str(v, "at",
                str_format(q->a, "/figures/%.*s?unit=%.*s&period=%.*s", STR_ARG(f->id),
                           STR_ARG(u->code), STR_ARG(year)));
    }
    set_bool(q->view, "figures_any", list->first != NULL);
}
