/* A unit at a glance: its figures, the units below it, its days and subjects. Counters only. */
#include "page/scope.h"

#include "civic/area.h"
#include "civic/routing.h"
#include "http/parse.h"

#include <stdlib.h>
#include <string.h>

#define DAYS       30
#define CHART_Y    3
#define CLASSES    6
#define DARK_FROM  4 /* the class of colour from which a label is white */
#define MANY_AREAS 9 /* more need more room than a phone is wide */
#define BARS_MAX   8

struct board {
    struct req *q;
    struct scope s;
    const struct unit **below;
    size_t n;
    struct figure_value *value; /* of each unit below: FIG_RECEIVED … FIG_SATISFIED */
    int64_t *late;
    int64_t received[DAYS], ended[DAYS];
    struct period days;
};

enum { FIG_RECEIVED, FIG_ON_TIME, FIG_SATISFIED, FIG_BELOW };

static const struct figure *fig(const struct board *b, const char *id)
{
    return pack_figure(b->s.k.d->pack, str_of(id));
}

/* ---- cards -------------------------------------------------------------- */

static struct str signed_tenths(struct arena *a, int64_t tenths, const char *tail)
{
    int64_t n = tenths < 0 ? -tenths : tenths;

    return str_format(a, "%s%lld.%lld%s", tenths < 0 ? "-" : "+", (long long)(n / 10),
                      (long long)(n % 10), tail);
}

/* Points of a rate, percents of a count; of several numbers together there is none. */
static void put_delta(struct board *b, struct val *card, const struct figure_value *is,
                      const struct figure_value *was)
{
    struct val *v;
    int64_t change;

    if (is->empty || was->empty || is->values || (!is->is_ratio && !was->n)) {
        set_bool(card, "delta", false);
        return;
    }
    v = set_map(card, "delta");
    change = is->is_ratio ? is->over * 1000 / is->under - was->over * 1000 / was->under
                          : (is->n - was->n) * 1000 / was->n;
    set_str(v, "text", signed_tenths(b->q->a, change, is->is_ratio ? "" : "%"));
    set_bool(v, "worse", is->is_ratio && change < 0);
}

static struct str line_path(struct arena *a, const int64_t *n, int64_t most)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < DAYS; i++)
        buf_put(&b,
                str_format(a, "%s%.*s %.*s", i ? "L" : "M", STR_ARG(ratio_percent(a, i, DAYS - 1)),
                           STR_ARG(ratio_percent(a, most ? most - n[i] : 1, most ? most : 1))));
    return buf_str(&b);
}

static struct str area_under(struct arena *a, struct str line)
{
    return str_format(a, "%.*sL100 100L0 100Z", STR_ARG(line));
}

static int64_t most_of(const int64_t *n, size_t count)
{
    int64_t most = 0;

    for (size_t i = 0; i < count; i++)
        most = n[i] > most ? n[i] : most;
    return most;
}

static void put_spark(struct board *b, struct val *card, bool has)
{
    struct val *v;
    struct str line;

    if (!has) {
        set_bool(card, "spark", false);
        return;
    }
    v = set_map(card, "spark");
    line = line_path(b->q->a, b->received, most_of(b->received, DAYS));
    set_str(v, "line", line);
    set_str(v, "area", area_under(b->q->a, line));
}

/* The records behind a rate are those of its base; several numbers have each its own, on the page
 * of the figure. */
static void put_source(struct board *b, struct val *card, const struct figure *f,
                       const struct figure_value *v)
{
    const struct figure *base = f->kind == FIGURE_RATIO ? pack_figure(b->s.k.d->pack, f->under) : f;
    struct figure_value n = {.n = v->is_ratio ? v->under : v->n};
    struct str path = str_format(b->q->a, "/figures/%.*s%s", STR_ARG(f->id),
                                 f->kind == FIGURE_VALUES ? "" : "/records");

    set_str(card, "at",
            scope_link_of(&b->s, path, b->s.unit, f->now ? S("all") : b->s.period.text));
    set_str(card, "source", desk_title(&b->s.k, &base->title));
    n.is_money = v->is_money;
    set_str(card, "n", v->values ? S("") : figure_text(b->q->a, &n));
}

static struct str bare_value(struct arena *a, const struct figure_value *v)
{
    if (v->is_ratio && !v->empty)
        return ratio_percent(a, v->over, v->under);
    return figure_text(a, v);
}

static void put_card(struct board *b, struct val *card, const struct figure *f,
                     const struct figure_value v[2])
{
    set_str(card, "id", f->id);
    set_str(card, "title", desk_title(&b->s.k, &f->title));
    set_str(card, "note", desk_title(&b->s.k, &f->note));
    set_str(card, "value", bare_value(b->q->a, &v[0]));
    set_str(card, "unit", v[0].empty ? S("") : desk_title(&b->s.k, &f->unit));
    set_bool(card, "alert", f->alert && v[0].n > 0);
    put_source(b, card, f, &v[0]);
    put_delta(b, card, &v[0], &v[1]);
    put_spark(b, card, f == fig(b, "received"));
}

/* What is open now is counted from the entries, whenever it came; what there is (units, people) has
 * no share of a period before to be compared with. */
static void read_card(struct board *b, const struct figure *f, struct figure_value v[2])
{
    struct desk *k = &b->s.k;
    struct period before = period_before(k, &b->s.period), all;
    const struct unit *const self[] = {b->s.unit, NULL};
    struct err e = {0};

    if (f->now && period_parse(k, S("all"), &all, &e)) {
        figure_spread(k, f, b->s.unit, &all, self, &v[0].n);
        return;
    }
    figure_read(k, f, b->s.unit, &b->s.period, S(""), &v[0]);
    if (!f->stock && f->kind != FIGURE_VALUES)
        figure_read(k, f, b->s.unit, &before, S(""), &v[1]);
}

static void put_cards(struct board *b)
{
    struct val *list = set_list(b->q->view, "stats");
    const struct pack *p = b->s.k.d->pack;
    const struct unit_kind *kind = pack_cards_of(p, b->s.unit->kind);

    for (int i = 0; kind && i < kind->cards; i++) {
        const struct figure *f = pack_figure(p, kind->card[i]);
        struct figure_value v[2] = {{0}, {0}};

        if (!f)
            continue;
        read_card(b, f, v);
        put_card(b, add_map(list), f, v);
    }
}

/* ---- units below -------------------------------------------------------- */

static void read_below(struct board *b)
{
    const struct figure *f[FIG_BELOW] = {fig(b, "received"), fig(b, "on_time_rate"),
                                         fig(b, "satisfied_rate")};
    const struct figure *late = fig(b, "open_late");
    const struct unit **all = units_below(b->q->a, b->s.k.d->units, b->s.unit, S(""));
    size_t n = 0;
    struct period ever;
    struct err e = {0};

    while (all[n])
        n++;
    b->below = NEW_ARRAY(b->q->a, const struct unit *, n + 1);
    for (size_t i = 0; i < n; i++) { /* departments and teams have no ground */
        if (unit_above(b->s.k.d->units, all[i], S("street")))
            b->below[b->n++] = all[i];
    }
    b->value = NEW_ARRAY(b->q->a, struct figure_value, b->n * FIG_BELOW + 1);
    b->late = NEW_ARRAY(b->q->a, int64_t, b->n + 1);
    for (size_t i = 0; i < b->n * FIG_BELOW; i++) {
        if (f[i % FIG_BELOW])
            figure_read(&b->s.k, f[i % FIG_BELOW], b->below[i / FIG_BELOW], &b->s.period, S(""),
                        &b->value[i]);
    }
    if (b->n && late && period_parse(&b->s.k, S("all"), &ever, &e))
        figure_spread(&b->s.k, late, b->s.unit, &ever, b->below, b->late);
}

static struct str kind_title(const struct board *b, struct str kind)
{
    const struct pack *p = b->s.k.d->pack;

    for (int i = 0; i < p->unit_kinds; i++) {
        if (str_eq(p->unit_kind[i].name, kind))
            return desk_title(&b->s.k, &p->unit_kind[i].title);
    }
    return kind;
}

static void put_below(struct board *b)
{
    struct val *list = set_list(b->q->view, "below");

    set_str(b->q->view, "below_kind", b->n ? kind_title(b, b->below[0]->kind) : S(""));
    for (size_t i = 0; i < b->n; i++) {
        const struct figure_value *v = &b->value[i * FIG_BELOW];
        struct figure_value late = {.n = b->late[i]};
        struct val *row = add_map(list);

        set_int(row, "id", b->below[i]->id);
        set_str(row, "code", b->below[i]->code);
        set_str(row, "name", b->below[i]->name);
        set_str(row, "at", scope_link_of(&b->s, S("/dashboard"), b->below[i], b->s.period.text));
        set_str(row, "received", figure_text(b->q->a, &v[FIG_RECEIVED]));
        set_str(row, "rate", figure_text(b->q->a, &v[FIG_ON_TIME]));
        set_str(row, "satisfied", figure_text(b->q->a, &v[FIG_SATISFIED]));
        set_str(row, "late", figure_text(b->q->a, &late));
        set_int(row, "pct", scope_share(v[FIG_ON_TIME].over, v[FIG_ON_TIME].under));
        set_bool(row, "any_late", b->late[i] > 0);
    }
}

/* ---- map ---------------------------------------------------------------- */

static int compare_counts(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Where each class of colour ends: q0 is nothing, q1 to q5 hold about as many units each. */
static void quantiles(const struct board *b, int64_t upto[CLASSES])
{
    int64_t *n = NEW_ARRAY(b->q->a, int64_t, b->n + 1);
    size_t some = 0;

    for (size_t i = 0; i < b->n; i++) {
        int64_t v = b->value[i * FIG_BELOW + FIG_RECEIVED].n;

        if (v > 0)
            n[some++] = v;
    }
    qsort(n, some, sizeof(*n), compare_counts);
    upto[0] = 0;
    for (size_t c = 1; c < CLASSES; c++)
        upto[c] = some ? n[(some * c + CLASSES - 2) / (CLASSES - 1) - 1] : 0;
}

static int class_of(const int64_t upto[CLASSES], int64_t n)
{
    int c = 0;

    while (c < CLASSES - 1 && n > upto[c])
        c++;
    return c;
}

static void put_legend(struct board *b, struct val *map, const int64_t upto[CLASSES])
{
    struct val *list = set_list(map, "legend");

    for (int c = 0; c < CLASSES; c++) {
        struct val *v;
        int64_t from = c ? upto[c - 1] + 1 : 0;

        if (c && upto[c] < from)
            continue;
        v = add_map(list);
        set_str(v, "class", str_format(b->q->a, "q%d", c));
        set_str(v, "text",
                upto[c] > from
                    ? str_format(b->q->a, "%lld–%lld", (long long)from, (long long)upto[c])
                    : str_format(b->q->a, "%lld", (long long)from));
    }
}

static size_t below_at(const struct board *b, int64_t unit)
{
    size_t i = 0;

    while (i < b->n && b->below[i]->id != unit)
        i++;
    return i;
}

struct drawn {
    struct val *areas, *pins, *labels;
    const int64_t *upto;
};

/* On a small area: without what the name of the whole says already, as people call it. */
static struct str label_of(const struct board *b, const struct unit *u)
{
    struct str whole = b->s.unit->name;

    if (u->name.n > whole.n && str_starts(u->name, whole))
        return (struct str){u->name.p + whole.n, u->name.n - whole.n};
    return unit_spoken_name(b->s.k.d, u->name);
}

/* One area of the map as links, a label, and a mark where something is late. */
static void put_area(struct board *b, const struct drawn *out, const struct val *area)
{
    size_t i = below_at(b, val_int(area, "unit_id"));
    struct figure_value late = {0};
    long long x = val_int(area, "x"), y = val_int(area, "y");
    struct val *v;
    struct str n;
    int colour;

    if (i == b->n)
        return;
    late.n = b->late[i];
    n = figure_text(b->q->a, &b->value[i * FIG_BELOW + FIG_RECEIVED]);
    colour = class_of(out->upto, b->value[i * FIG_BELOW + FIG_RECEIVED].n);
    v = add_map(out->areas);
    set_str(v, "at", scope_link_of(&b->s, S("/dashboard"), b->below[i], b->s.period.text));
    set_str(v, "d", val_get(area, S("d"))->str);
    set_str(v, "class", str_format(b->q->a, "q%d", colour));
    set_str(v, "tip",
            str_format(b->q->a, "%.*s%.*s", STR_ARG(b->below[i]->name),
                       STR_ARG(scope_say(b->q, "page.map_tip", n, figure_text(b->q->a, &late)))));
    if (late.n)
        set_str(add_map(out->pins), "d", str_format(b->q->a, "M%lld %lldl7 12h-14z", x, y - 40));
    v = add_map(out->labels);
    set_str(v, "x", str_format(b->q->a, "%lld", x));
    set_str(v, "y", str_format(b->q->a, "%lld", y));
    set_str(v, "name", label_of(b, b->below[i]));
    set_str(v, "value", n);
    set_bool(v, "on_dark", colour >= DARK_FROM);
}

static void put_map(struct board *b)
{
    const struct val *drawing = b->n ? area_map(&b->s.k, b->s.unit) : NULL;
    const struct val *schematic, *areas;
    int64_t upto[CLASSES];
    struct drawn out;
    struct val *map;

    if (!drawing) {
        set_bool(b->q->view, "map", false);
        return;
    }
    map = set_map(b->q->view, "map");
    quantiles(b, upto);
    schematic = val_get(drawing, S("schematic"));
    areas = val_get(drawing, S("areas"));
    set_str(map, "view_box",
            str_format(b->q->a, "-4 -4 %lld %lld", (long long)val_int(drawing, "width") + 8,
                       (long long)val_int(drawing, "height") + 8));
    set_str(map, "label", scope_say(b->q, "page.map_label", b->s.unit->name, S("")));
    set_str(map, "figure", req_text(b->q, "part.received"));
    set_bool(map, "many", b->n > MANY_AREAS);
    set_bool(map, "schematic", schematic && schematic->boolean);
    out = (struct drawn){set_list(map, "areas"), set_list(map, "pins"), set_list(map, "labels"),
                         upto};
    for (const struct item *it = areas ? areas->first : NULL; it; it = it->next)
        put_area(b, &out, &it->val);
    put_legend(b, map, upto);
    set_str(map, "all_at", scope_link(&b->s, S("/figures/received/records")));
    set_str(map, "all_n", S(""));
}

/* ---- thirty days -------------------------------------------------------- */

static void read_days(struct board *b)
{
    const struct figure *in = fig(b, "received"), *out = fig(b, "closed");

    b->days.to_ms = day_start_ms(day_of(b->q->now) + 1);
    b->days.from_ms = b->days.to_ms - DAYS * DAY_MS;
    if (in)
        figure_days(&b->s.k, in, b->s.unit, &b->days, b->received, DAYS);
    if (out)
        figure_days(&b->s.k, out, b->s.unit, &b->days, b->ended, DAYS);
}

static struct str short_day(struct arena *a, int32_t day)
{
    struct civil c = civil_of(day_start_ms(day));

    return str_format(a, "%02d-%02d", c.month, c.day);
}

static struct str count_text(struct arena *a, int64_t n)
{
    return figure_text(a, &(struct figure_value){.n = n});
}

/* A round number above all values, so that the lines of the grid are round too. */
static int64_t top_of(int64_t most)
{
    int64_t step = 1;

    while (step * 3 * 10 <= most)
        step *= 10;
    while (step * 3 < most)
        step += step >= 10 ? (step >= 100 ? 50 : 5) : 1;
    return step * 3;
}

static void put_axes(struct board *b, struct val *chart, int64_t top)
{
    struct arena *a = b->q->a;
    struct val *y = set_list(chart, "y"), *x = set_list(chart, "x"),
               *grid = set_list(chart, "grid");
    int32_t first = day_of(b->days.from_ms);

    for (int i = 0; i <= CHART_Y; i++)
        add_val(y, (struct val){.kind = VAL_STR, .str = count_text(a, top - top * i / CHART_Y)});
    for (int i = 0; i < CHART_Y; i++)
        set_str(add_map(grid), "y", str_format(a, "%.1f", i * 100.0 / CHART_Y));
    for (int i = (DAYS - 1) % 7; i < DAYS; i += 7) /* week by week back from today */
        add_val(x, (struct val){.kind = VAL_STR, .str = short_day(a, first + i)});
}

/* So many half days from the left, of a hundred. */
static struct str half_days(struct arena *a, int n)
{
    return n < 0 ? str_format(a, "-%.*s", STR_ARG(ratio_percent(a, -n, 2 * (DAYS - 1))))
                 : ratio_percent(a, n, 2 * (DAYS - 1));
}

static void put_day(struct board *b, struct val *chart[3], int i)
{
    struct arena *a = b->q->a;
    int32_t day = day_of(b->days.from_ms) + i;
    struct str in = count_text(a, b->received[i]), out = count_text(a, b->ended[i]);
    struct str from = half_days(a, 2 * i - 1), width = half_days(a, 2);
    struct val *v;

    if (!calendar_works(b->s.k.d->calendar, day)) {
        v = add_map(chart[0]);
        set_str(v, "x", i ? from : S("0")); /* not over the numbers beside it */
        set_str(v, "w", i && i < DAYS - 1 ? width : half_days(a, 1));
    }
    v = add_map(chart[1]);
    set_str(v, "x", from);
    set_str(v, "w", width);
    set_str(v, "text",
            str_format(a, "%.*s%.*s", STR_ARG(short_day(a, day)),
                       STR_ARG(scope_say(b->q, "page.day_tip", in, out))));
    v = add_map(chart[2]);
    set_str(v, "day", short_day(a, day));
    set_str(v, "first", in);
    set_str(v, "second", out);
}

static void put_chart(struct board *b)
{
    struct val *chart = set_map(b->q->view, "chart"), *part[3];
    int64_t in = most_of(b->received, DAYS), out = most_of(b->ended, DAYS);
    int64_t top = top_of(in > out ? in : out);
    struct str first = line_path(b->q->a, b->received, top);

    set_str(chart, "label", req_text(b->q, "page.chart_label"));
    put_axes(b, chart, top);
    part[0] = set_list(chart, "weekends");
    part[1] = set_list(chart, "hits");
    part[2] = set_list(chart, "days");
    for (int i = 0; i < DAYS; i++)
        put_day(b, part, i);
    set_str(chart, "first", first);
    set_str(chart, "area", area_under(b->q->a, first));
    set_str(chart, "second", line_path(b->q->a, b->ended, top));
}

/* ---- subjects ----------------------------------------------------------- */

static void put_subjects(struct board *b)
{
    const struct figure *f = fig(b, "received");
    struct val *rows = val_list(b->q->a), *bars = set_list(b->q->view, "bars");
    int64_t most = 0;
    int n = 0;

    if (f)
        figure_by_subject(&b->s.k, f, b->s.unit, &b->s.period, rows);
    for (const struct item *it = rows->first; it; it = it->next)
        most = val_int(&it->val, "n") > most ? val_int(&it->val, "n") : most;
    for (const struct item *it = rows->first; it && n < BARS_MAX; it = it->next, n++) {
        struct val *v = add_map(bars);
        int64_t here = val_int(&it->val, "n");

        set_str(v, "title", val_get(&it->val, S("title"))->str);
        set_str(v, "value", val_get(&it->val, S("text"))->str);
        set_str(v, "at",
                str_format(b->q->a, "%.*s&subject=%.*s",
                           STR_ARG(scope_link(&b->s, S("/figures/received/records"))),
                           STR_ARG(val_get(&it->val, S("key"))->str)));
        set_int(v, "pct", scope_share(here, most));
        set_bool(v, "top", here == most);
    }
}

/* ---- the page ----------------------------------------------------------- */

static void put_head(struct board *b)
{
    struct req *q = b->q;
    const struct unit *up = unit_by_id(b->s.k.d->units, b->s.unit->parent_id);
    struct val *v = set_map(q->view, "unit");

    set_int(v, "id", b->s.unit->id);
    set_str(v, "code", b->s.unit->code);
    set_str(v, "name", b->s.unit->name);
    if (up && actor_may(q->actor, S("figures.read"), up->path)) {
        v = set_map(q->view, "up");
        set_str(v, "name", up->name);
        set_str(v, "at", scope_link_of(&b->s, S("/dashboard"), up, b->s.period.text));
    } else {
        set_bool(q->view, "up", false);
    }
    set_str(q->view, "as_of", scope_say(q, "page.as_of", when_minute(q->a, q->now), S("")));
    set_str(q->view, "period", scope_period(q, &b->s.period));
    scope_periods(q, &b->s, S("/dashboard"));
}

PAGE(dashboard_show, .at = "GET /dashboard", .template = "dashboard/show", .who = WHO_STAFF,
     .right = "figures.read", .params = PARAMS(SCOPE_PARAMS), .nav = "part.nav_dashboard",
     .nav_at = 50, .tab = "part.overview")
{
    struct board b = {.q = q};

    if (!scope_read(q, "figures.read", &b.s))
        return false;
    put_head(&b);
    read_below(&b);
    read_days(&b);
    put_cards(&b);
    put_below(&b);
    put_map(&b);
    put_chart(&b);
    put_subjects(&b);
    return true;
}
