/*
 * A procedure as a picture: one column of boxes, narrow enough for a phone. In a box stand who
 * acts, by when, and each way out with the number of the step to which it leads, so that no line
 * crosses another; the steps of a part are boxes within their step.
 */
#include "base/utf8.h"
#include "pack/show.h"

#define WIDTH  400
#define MARGIN 12
#define PAD    12
#define GAP    26 /* between two steps, with the arrow */

struct sheet {
    struct show show;
    struct buf b;
    int y;
};

struct style {
    int size;
    const char *fill, *weight;
};

static const struct style heading = {18, "#8a1f1f", "bold"}, name_style = {15, "#1c1c1c", "bold"},
                          small = {12, "#555", "normal"}, limit_style = {12, "#8a1f1f", "normal"},
                          way_style = {13, "#1c1c1c", "normal"};

static void put(struct sheet *s, struct str markup)
{
    buf_put(&s->b, markup);
}

static void put_text(struct sheet *s, int x, const struct style *st, struct str text)
{
    put(s, str_format(s->show.a,
                      "<text x=\"%d\" y=\"%d\" font-size=\"%d\" font-weight=\"%s\" fill=\"%s\">", x,
                      s->y, st->size, st->weight, st->fill));
    buf_html(&s->b, text);
    put(s, S("</text>\n"));
}

/* In hundredths of the size: a Chinese character is as wide as it is high. */
static int char_width(uint32_t c)
{
    return c >= 0x2e80 ? 100 : c >= 'A' && c <= 'Z' ? 70 : c > 127 ? 80 : 56;
}

/* How much of it fits into one line; broken after a blank if it is not Chinese. */
static size_t fitting(struct str text, int size, int room)
{
    struct str rest = text;
    size_t blank = 0;
    int width = 0;

    while (rest.n) {
        struct str before = rest;
        uint32_t c = utf8_next(&rest);

        width += char_width(c) * size / 100;
        if (width > room)
            return blank ? blank : before.p > text.p ? (size_t)(before.p - text.p) : 1;
        if (c == ' ' || c >= 0x2e80)
            blank = (size_t)(rest.p - text.p);
    }
    return text.n;
}

/* Text in as many lines as it takes. */
static void put_wrapped(struct sheet *s, int x, int room, const struct style *st, struct str text)
{
    while (text.n) {
        size_t n = fitting(text, st->size, room);

        s->y += st->size + 5;
        put_text(s, x, st, (struct str){text.p, n});
        text = str_trim((struct str){text.p + n, text.n - n});
    }
}

static void put_ways(struct sheet *s, const struct step *steps, const struct step *st, int x,
                     int room)
{
    struct way way[WAYS_MAX];
    int n = ways_of(&s->show, st, way);

    for (int i = 0; i < n; i++) {
        struct target to = way[i].to;
        const char *mark = to.step == TARGET_STAY                 ? "↻"
                           : to.step == TARGET_END                ? "■"
                           : to.step >= 0 && &steps[to.step] > st ? "↓"
                                                                  : "↑";

        put_wrapped(s, x, room, &way_style,
                    str_format(s->show.a, "%.*s %s %.*s", STR_ARG(way[i].name), mark,
                               STR_ARG(show_target(&s->show, steps, to))));
    }
}

/* The box goes before its text, and its height is known only after it: the text is kept aside. */
static void put_step(struct sheet *s, const struct step *steps, int at, int inset)
{
    const struct step *st = &steps[at];
    int x = MARGIN + inset, top = s->y, room = WIDTH - 2 * (x + PAD);
    struct buf outside = s->b;

    s->b = (struct buf){.arena = s->show.a};
    s->y += 2;
    put_wrapped(
        s, x + PAD, room, &name_style,
        str_format(s->show.a, "%d  %.*s", at + 1, STR_ARG(show_title(&s->show, st->title))));
    put_wrapped(s, x + PAD, room, &small, show_who(&s->show, &st->who));
    put_wrapped(s, x + PAD, room, &limit_style, show_limits(&s->show, &st->within));
    for (int i = 0; i < st->parts; i++) {
        s->y += 10;
        put_step(s, st->part, i, inset + PAD);
    }
    s->y += 4;
    put_ways(s, steps, st, x + PAD, room);
    s->y += 12;
    buf_put(&outside,
            str_format(s->show.a,
                       "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"%s\" "
                       "stroke=\"#8a1f1f\" stroke-width=\"%s\"/>\n",
                       x, top, WIDTH - 2 * x, s->y - top, inset ? "#fbf6f0" : "#fff",
                       inset ? "0.7" : "1.5"));
    buf_put(&outside, buf_str(&s->b));
    s->b = outside;
}

static bool leads_on(const struct sheet *s, int at)
{
    struct way way[WAYS_MAX];
    int n = ways_of(&s->show, &s->show.def->step[at], way);

    for (int i = 0; i < n; i++) {
        if (way[i].to.step == at + 1)
            return true;
    }
    return false;
}

static void put_arrow(struct sheet *s, int at)
{
    if (at + 1 < s->show.def->steps && leads_on(s, at))
        put(s, str_format(s->show.a,
                          "<path d=\"M%d %dV%d\" stroke=\"#8a1f1f\" stroke-width=\"1.5\" "
                          "marker-end=\"url(#head)\"/>\n",
                          WIDTH / 2, s->y, s->y + GAP - 2));
    s->y += GAP;
}

struct str pack_show_svg(struct arena *a, const struct proc *def, struct str lang)
{
    struct sheet s = {.show = {a, def, str_eq(lang, S("en"))}, .b = {.arena = a}, .y = 10};
    struct buf out = {.arena = a};

    put_wrapped(&s, MARGIN, WIDTH - 2 * MARGIN, &heading, show_title(&s.show, def->title));
    s.y += 14;
    for (int i = 0; i < def->steps; i++) {
        put_step(&s, def->step, i, 0);
        put_arrow(&s, i);
    }
    buf_put(&out, str_format(a,
                             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                             "width=\"%d\" height=\"%d\" role=\"img\" font-family=\"sans-serif\">\n"
                             "<title>",
                             WIDTH, s.y, WIDTH, s.y));
    buf_html(&out, show_title(&s.show, def->title));
    buf_put(&out, S("</title>\n<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
                    "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 "
                    "8z\" fill=\"#8a1f1f\"/></marker></defs>\n"));
    buf_put(&out, buf_str(&s.b));
    buf_put(&out, S("</svg>\n"));
    return buf_str(&out);
}
