/* A procedure as text; and the words that its picture uses, too. */
#include "pack/show.h"

struct str show_title(const struct show *s, struct title t)
{
    return s->english ? t.en : t.zh;
}

static struct str word(const struct show *s, const char *name)
{
    return show_title(s, proc_word(s->def, str_of(name)));
}

struct str show_who(const struct show *s, const struct who *who)
{
    struct buf b = {.arena = s->a};

    for (; who && who->place != PLACE_NONE; who = who->other) {
        if (b.n)
            buf_put(&b, S(" / "));
        buf_put(&b, show_title(s, who->title));
    }
    return buf_str(&b);
}

struct str show_step_who(const struct show *s, const struct step *st)
{
    struct buf b = {.arena = s->a};

    for (int i = 0; i < st->checkers; i++) {
        buf_put(&b, i ? S(" + ") : S(""));
        buf_put(&b, show_who(s, &st->all_of[i]));
    }
    return st->checkers ? buf_str(&b) : show_who(s, &st->who);
}

struct str show_limit(const struct show *s, struct limit l)
{
    static const char *const units[] = {
        "", "minutes", "hours", "days", "working_minutes", "working_hours", "working_days"};

    return s->english ? limit_text(s->a, l)
                      : str_format(s->a, "%d %.*s", (int)l.n, STR_ARG(word(s, units[l.unit])));
}

static bool same_limits(const struct show *s, const struct limits *l)
{
    for (int i = 1; i < s->def->grades; i++) {
        if (l->grade[i].n != l->grade[0].n || l->grade[i].unit != l->grade[0].unit)
            return false;
    }
    return true;
}

struct str show_limits(const struct show *s, const struct limits *l)
{
    struct buf b = {.arena = s->a};

    if (!l->given)
        return S("");
    if (same_limits(s, l))
        return show_limit(s, l->grade[0]);
    for (int i = 0; i < s->def->grades; i++) {
        buf_put(&b, i ? S(" · ") : S(""));
        buf_put(&b, show_title(s, s->def->grade[i].title));
        buf_put(&b, S(" "));
        buf_put(&b, show_limit(s, l->grade[i]));
    }
    return buf_str(&b);
}

struct str show_target(const struct show *s, const struct step *steps, struct target t)
{
    if (t.step >= 0)
        return str_format(s->a, "%d %.*s", t.step + 1, STR_ARG(show_title(s, steps[t.step].title)));
    for (int i = 0; i < s->def->outcomes; i++) {
        if (str_eq(s->def->outcome[i].name, t.outcome))
            return show_title(s, s->def->outcome[i].title);
    }
    return t.step == TARGET_BACK ? word(s, "from_where") : word(s, "stays");
}

int ways_of(const struct show *s, const struct step *st, struct way way[WAYS_MAX])
{
    const struct way kinds[] = {{word(s, st->kind == STEP_CHECK ? "pass" : "then"), st->then},
                                {word(s, "fail"), st->fail},
                                {word(s, "unsolved"), st->unsolved},
                                {word(s, "again_unsolved"), st->exhausted},
                                {word(s, "nobody"), st->unclaimed},
                                {word(s, "carried"), st->carried},
                                {word(s, "lost"), st->lost},
                                {word(s, "uphold"), st->objection.upheld},
                                {word(s, SUPPORTERS), st->support.then}};
    int n = 0;

    for (int i = 0; i < st->actions && n < WAYS_MAX - 16; i++) {
        struct str name = show_title(s, st->action[i].title);

        way[n++] = (struct way){name, st->action[i].to};
        if (st->action[i].beyond.step != TARGET_NONE)
            way[n++] =
                (struct way){str_format(s->a, "%.*s (> %d)", STR_ARG(name), st->action[i].times),
                             st->action[i].beyond};
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        bool needless = i == 3 && st->unsolved.step == TARGET_NONE; /* never unsolved before */

        if (kinds[i].to.step != TARGET_NONE && !needless)
            way[n++] = kinds[i];
    }
    return n;
}

/* ---- the text ---- */

static void text_line(struct buf *b, int depth, struct str line)
{
    for (int i = 0; i < depth; i++)
        buf_put(b, S("    "));
    buf_put(b, line);
    buf_put(b, S("\n"));
}

static void text_step(const struct show *s, const struct step *steps, int i, int depth,
                      struct buf *b)
{
    const struct step *st = &steps[i];
    struct way way[WAYS_MAX];
    int n = ways_of(s, st, way);
    struct str who = show_step_who(s, st), within = show_limits(s, &st->within);
    struct buf head = {.arena = s->a};

    buf_put(&head, str_format(s->a, "%d %.*s [%.*s]", i + 1, STR_ARG(show_title(s, st->title)),
                              STR_ARG(st->name)));
    if (who.n)
        buf_put(&head, str_format(s->a, "  — %.*s", STR_ARG(who)));
    if (within.n)
        buf_put(&head, str_format(s->a, "  ⏱ %.*s", STR_ARG(within)));
    text_line(b, depth, buf_str(&head));
    for (int k = 0; k < st->parts; k++)
        text_step(s, st->part, k, depth + 2, b);
    for (int k = 0; k < n; k++)
        text_line(b, depth + 1,
                  str_format(s->a, "%.*s → %.*s", STR_ARG(way[k].name),
                             STR_ARG(show_target(s, steps, way[k].to))));
}

struct str pack_show_text(struct arena *a, const struct proc *def, struct str lang)
{
    struct show s = {a, def, str_eq(lang, S("en"))};
    struct buf b = {.arena = a};

    buf_put(&b, str_format(a, "%.*s (%.*s)\n", STR_ARG(show_title(&s, def->title)),
                           STR_ARG(def->mechanism)));
    for (int i = 0; i < def->steps; i++)
        text_step(&s, def->step, i, 0, &b);
    return buf_str(&b);
}
