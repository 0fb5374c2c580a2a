/* A procedure as text and as a picture: boxes in a column, arrows with the names of the actions. */
#include "pack/read.h"

#include <string.h>

#define BOX_X    280
#define BOX_W    340
#define BOX_H    64
#define ROW      128
#define LINE_GAP 22

static struct str in_lang(struct title t, struct str lang)
{
    return str_eq(lang, S("en")) ? t.en : t.zh;
}

static const char *place_name(enum place p)
{
    static const char *const names[] = {"",      "grid", "community", "street", "district", "lead",
                                        "joint", "part", "holder",    "opener", "reporter", ""};

    return names[p];
}

static struct str who_text(struct arena *a, const struct who *w)
{
    struct buf b = {.arena = a};

    for (; w && w->place != PLACE_NONE; w = w->other) {
        if (b.n)
            buf_put(&b, S(" / "));
        if (w->role.n) {
            buf_put(&b, w->role);
            buf_put(&b, S(" of "));
        }
        buf_put(&b, w->place == PLACE_KIND ? w->kind : str_of(place_name(w->place)));
    }
    return buf_str(&b);
}

static struct str limits_text(struct arena *a, const struct proc *def, const struct limits *l)
{
    struct buf b = {.arena = a};

    if (!l->given)
        return S("");
    for (int i = 0; i < (def->grades ? def->grades : 1); i++) {
        if (i && l->grade[i].n == l->grade[0].n && l->grade[i].unit == l->grade[0].unit)
            continue;
        if (b.n)
            buf_put(&b, S(" · "));
        buf_put(&b, limit_text(a, l->grade[i]));
    }
    return buf_str(&b);
}

static struct str target_word(const struct proc *def, const struct step *steps, struct target t,
                              struct str lang)
{
    if (t.step >= 0)
        return in_lang(steps[t.step].title, lang);
    for (int i = 0; i < def->outcomes; i++) {
        if (str_eq(def->outcome[i].name, t.outcome))
            return in_lang(def->outcome[i].title, lang);
    }
    return t.step == TARGET_BACK   ? S("↩")
           : t.step == TARGET_STAY ? S("↻")
           : t.outcome.n           ? t.outcome
                                   : S("");
}

struct way {
    struct str name;
    struct target to;
};

#define WAYS_MAX 80

static int ways_of(const struct proc *def, const struct step *st, struct way *way, struct str lang)
{
    const struct way kinds[] = {{S("→"), st->then},
                                {in_lang(proc_word(def, S("fail")), lang), st->fail},
                                {in_lang(proc_word(def, S("unsolved")), lang), st->unsolved},
                                {in_lang(proc_word(def, S("unsolved")), lang), st->exhausted},
                                {S("⏱"), st->unclaimed},
                                {in_lang(proc_word(def, S("carried")), lang), st->carried},
                                {in_lang(proc_word(def, S("lost")), lang), st->lost}};
    int n = 0;

    for (int i = 0; i < st->actions && n < WAYS_MAX - 16; i++) {
        way[n++] = (struct way){in_lang(st->action[i].title, lang), st->action[i].to};
        if (st->action[i].beyond.step != TARGET_NONE)
            way[n++] = (struct way){in_lang(st->action[i].title, lang), st->action[i].beyond};
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kinds[i].to.step != TARGET_NONE && (i != 3 || st->kind == STEP_RATE))
            way[n++] = kinds[i];
    }
    return n;
}

static void text_step(struct arena *a, const struct proc *def, const struct step *st,
                      const struct step *steps, struct str lang, const char *indent, struct buf *b)
{
    struct way way[WAYS_MAX];
    int n = ways_of(def, st, way, lang);
    struct str who = who_text(a, &st->who), within = limits_text(a, def, &st->within);

    buf_put(b, str_format(a, "%s[%.*s] %.*s", indent, STR_ARG(st->name),
                          STR_ARG(in_lang(st->title, lang))));
    if (who.n)
        buf_put(b, str_format(a, "  — %.*s", STR_ARG(who)));
    if (within.n)
        buf_put(b, str_format(a, "  ⏱ %.*s", STR_ARG(within)));
    buf_put(b, S("\n"));
    for (int i = 0; i < st->parts; i++)
        text_step(a, def, &st->part[i], st->part, lang, "      ", b);
    for (int i = 0; i < n; i++)
        buf_put(b, str_format(a, "%s    %.*s → %.*s\n", indent, STR_ARG(way[i].name),
                              STR_ARG(target_word(def, steps, way[i].to, lang))));
}

struct str pack_show_text(struct arena *a, const struct proc *def, struct str lang)
{
    struct buf b = {.arena = a};

    buf_put(&b, str_format(a, "%.*s (%.*s)\n", STR_ARG(in_lang(def->title, lang)),
                           STR_ARG(def->mechanism)));
    for (int i = 0; i < def->steps; i++)
        text_step(a, def, &def->step[i], def->step, lang, "", &b);
    return buf_str(&b);
}

/* ---- the picture ---- */

static void svg_text(struct buf *b, struct arena *a, int x, int y, int size, const char *anchor,
                     const char *fill, struct str s)
{
    buf_put(
        b, str_format(a, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\" fill=\"%s\">",
                      x, y, size, anchor, fill));
    buf_html(b, s);
    buf_put(b, S("</text>\n"));
}

static int row_y(int row)
{
    return 70 + row * ROW;
}

static struct str shortened(struct arena *a, struct str s, size_t most)
{
    size_t n = 0, at = 0;

    while (at < s.n && n < most) {
        at++;
        while (at < s.n && ((unsigned char)s.p[at] & 0xc0) == 0x80)
            at++;
        n++;
    }
    return at < s.n ? str_format(a, "%.*s…", (int)at, s.p) : s;
}

static void svg_box(struct buf *b, struct arena *a, const struct proc *def, int row,
                    struct str lang)
{
    const struct step *st = &def->step[row];
    struct str within = limits_text(a, def, &st->within);
    int y = row_y(row);

    buf_put(b, str_format(a,
                          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" "
                          "fill=\"#fff\" stroke=\"#8a1f1f\" stroke-width=\"1.5\"/>\n",
                          BOX_X, y, BOX_W, BOX_H));
    svg_text(b, a, BOX_X + BOX_W / 2, y + 21, 15, "middle", "#1c1c1c", in_lang(st->title, lang));
    svg_text(b, a, BOX_X + BOX_W / 2, y + 39, 11, "middle", "#555",
             shortened(a, who_text(a, &st->who), 58));
    svg_text(b, a, BOX_X + BOX_W / 2, y + 55, 11, "middle", "#8a1f1f", within);
}

/* Ways on go down the right side, ways back up the left; each has a lane of its own. */
static void svg_arrow(struct buf *b, struct arena *a, int from, int to, int lane, struct str label)
{
    int y1 = row_y(from) + 14 + (lane % 4) * 12, y2 = row_y(to) + 10 + (lane % 4) * 12;
    bool down = to > from;
    int x = down ? BOX_X + BOX_W : BOX_X, out = down ? 24 + 14 * lane : -(24 + 14 * lane);

    if (down && to == from + 1 && lane == 0) {
        buf_put(b, str_format(a,
                              "<path d=\"M%d %dV%d\" fill=\"none\" stroke=\"#555\" "
                              "marker-end=\"url(#head)\"/>\n",
                              BOX_X + BOX_W / 2, row_y(from) + BOX_H, row_y(to) - 2));
        svg_text(b, a, BOX_X + BOX_W / 2 + 8, row_y(from) + BOX_H + 34, 12, "start", "#1c1c1c",
                 label);
        return;
    }
    buf_put(b, str_format(a,
                          "<path d=\"M%d %dH%dV%dH%d\" fill=\"none\" stroke=\"#999\" "
                          "marker-end=\"url(#head)\"/>\n",
                          x, y1, x + out, y2, down ? x + 2 : x - 2));
    svg_text(b, a, x + out + (down ? 4 : -4), (y1 + y2) / 2 + lane * 3, 12, down ? "start" : "end",
             "#1c1c1c", label);
}

static void svg_step_ways(struct buf *b, struct arena *a, const struct proc *def, int row,
                          int *right, int *left, struct str lang)
{
    struct way way[WAYS_MAX];
    int n = ways_of(def, &def->step[row], way, lang), ends = 0;
    bool straight = false;

    for (int i = 0; i < n; i++) {
        int to = way[i].to.step;

        if (to < 0) {
            struct str word = target_word(def, def->step, way[i].to, lang);

            svg_text(b, a, BOX_X + 8, row_y(row) + BOX_H + 14 + ends++ * 15, 11, "start", "#555",
                     str_format(a, "%.*s ⇥ %.*s", STR_ARG(way[i].name), STR_ARG(word)));
        } else if (to == row + 1 && !straight) {
            straight = true;
            svg_arrow(b, a, row, to, 0, way[i].name);
        } else {
            svg_arrow(b, a, row, to, to > row ? ++*right % 9 + 1 : ++*left % 9 + 1, way[i].name);
        }
    }
}

struct str pack_show_svg(struct arena *a, const struct proc *def, struct str lang)
{
    struct buf b = {.arena = a};
    int height = row_y(def->steps) + 20, right = 0, left = 0;

    buf_put(&b, str_format(a,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %d\" "
                           "width=\"900\" height=\"%d\" role=\"img\" font-family=\"sans-serif\">\n"
                           "<title>",
                           height, height));
    buf_html(&b, in_lang(def->title, lang));
    buf_put(&b, S("</title>\n<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
                  "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
                  "fill=\"#555\"/></marker></defs>\n"));
    svg_text(&b, a, BOX_X + BOX_W / 2, 36, 20, "middle", "#8a1f1f", in_lang(def->title, lang));
    for (int i = 0; i < def->steps; i++) {
        svg_box(&b, a, def, i, lang);
        svg_step_ways(&b, a, def, i, &right, &left, lang);
    }
    buf_put(&b, S("</svg>\n"));
    return buf_str(&b);
}
