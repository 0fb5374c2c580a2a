/* The district's procedures, as pictures and step by step: what people may expect of each other. */
#include "page/scope.h"
#include "page/show.h"

/* ---- words ---------------------------------------------------------------- */

static struct str place_text(struct req *q, struct desk *k, const struct who *w)
{
    static const char *const keys[] = {"",
                                       "page.at_grid",
                                       "page.at_community",
                                       "page.at_street",
                                       "page.at_district",
                                       "page.at_lead",
                                       "page.at_joint",
                                       "page.at_part",
                                       "page.at_holder",
                                       "page.at_opener",
                                       "page.at_reporter"};

    if (w->place != PLACE_KIND)
        return req_text(q, keys[w->place]);
    for (int i = 0; i < k->d->pack->unit_kinds; i++) {
        if (str_eq(k->d->pack->unit_kind[i].name, w->kind))
            return desk_title(k, &k->d->pack->unit_kind[i].title);
    }
    return w->kind;
}

static struct str who_text(struct req *q, struct desk *k, const struct who *w)
{
    struct buf b = {.arena = q->a};

    for (; w && w->place != PLACE_NONE; w = w->other) {
        const struct role *r = w->role.n ? pack_role(k->d->pack, w->role) : NULL;
        struct str place = place_text(q, k, w);

        if (b.n)
            buf_put(&b, S(" / "));
        buf_put(&b, r ? scope_say(q, "page.role_of", desk_title(k, &r->title), place) : place);
    }
    return buf_str(&b);
}

static struct str limit_words(struct req *q, struct limit l)
{
    static const char *const keys[] = {"",
                                       "page.limit_minutes",
                                       "page.limit_hours",
                                       "page.limit_days",
                                       "page.limit_working_minutes",
                                       "page.limit_working_hours",
                                       "page.limit_working_days"};

    return l.unit == LIMIT_NONE ? S("")
                                : scope_say(q, keys[l.unit], str_format(q->a, "%d", l.n), S(""));
}

/* One for all grades, or one after the name of each. */
static struct str limits_text(struct req *q, struct desk *k, const struct proc *def,
                              const struct limits *l)
{
    struct buf b = {.arena = q->a};
    bool same = true;

    if (!l->given)
        return S("");
    for (int i = 1; i < def->grades; i++)
        same = same && l->grade[i].n == l->grade[0].n && l->grade[i].unit == l->grade[0].unit;
    if (same || !def->grades)
        return limit_words(q, l->grade[0]);
    for (int i = 0; i < def->grades; i++)
        buf_put(&b, str_format(q->a, "%s%.*s %.*s", i ? " · " : "",
                               STR_ARG(desk_title(k, &def->grade[i].title)),
                               STR_ARG(limit_words(q, l->grade[i]))));
    return buf_str(&b);
}

static struct str rungs_text(struct req *q, struct desk *k, const struct step *st)
{
    struct buf b = {.arena = q->a};

    for (int i = 0; i < st->rungs; i++) {
        const struct rung *r = &st->late[i];
        struct who w = {.place = r->place, .role = S("")};
        struct str what = r->what == RUNG_REMIND
                              ? req_text(q, "page.rung_remind")
                              : scope_say(q, "page.rung_supervise", place_text(q, k, &w), S(""));

        buf_put(&b, i ? S(" · ") : S(""));
        buf_put(&b, r->after.n ? scope_say(q, "page.rung_after", limit_words(q, r->after), what)
                               : what);
    }
    return buf_str(&b);
}

/* ---- steps ---------------------------------------------------------------- */

struct showing {
    struct req *q;
    struct desk *k;
    const struct proc *def;
};

static struct str target_text(const struct showing *s, const struct step *steps, struct target t)
{
    if (t.step >= 0)
        return desk_title(s->k, &steps[t.step].title);
    if (t.step == TARGET_BACK)
        return req_text(s->q, "page.to_back");
    if (t.step == TARGET_STAY)
        return req_text(s->q, "page.to_stay");
    for (int i = 0; i < s->def->outcomes; i++) {
        if (str_eq(s->def->outcome[i].name, t.outcome))
            return desk_title(s->k, &s->def->outcome[i].title);
    }
    return req_text(s->q, "page.to_end");
}

static void put_way(const struct showing *s, struct val *list, struct str title,
                    const struct step *steps, struct target to)
{
    struct val *v;

    if (to.step == TARGET_NONE)
        return;
    v = add_map(list);
    set_str(v, "title", title);
    set_str(v, "to", target_text(s, steps, to));
}

static struct str word(const struct showing *s, const char *name)
{
    struct title t = proc_word(s->def, str_of(name));

    return desk_title(s->k, &t);
}

static void put_ways(const struct showing *s, struct val *v, const struct step *st,
                     const struct step *steps)
{
    struct val *list = set_list(v, "actions");

    for (int i = 0; i < st->actions; i++)
        put_way(s, list, desk_title(s->k, &st->action[i].title), steps, st->action[i].to);
    put_way(s, list, st->kind == STEP_CHECK ? word(s, "pass") : S(""), steps, st->then);
    put_way(s, list, word(s, "fail"), steps, st->fail);
    put_way(s, list, word(s, "unsolved"), steps, st->unsolved);
    put_way(s, list, word(s, "carried"), steps, st->carried);
    put_way(s, list, word(s, "lost"), steps, st->lost);
}

static void put_step(const struct showing *s, struct val *list, const struct step *st,
                     const struct step *steps, struct str above)
{
    struct val *v = add_map(list);
    struct str title = desk_title(s->k, &st->title);

    set_str(v, "name", st->name);
    set_str(v, "title",
            above.n ? str_format(s->q->a, "%.*s · %.*s", STR_ARG(above), STR_ARG(title)) : title);
    set_str(v, "who", who_text(s->q, s->k, &st->who));
    set_str(v, "within", limits_text(s->q, s->k, s->def, &st->within));
    set_str(v, "late", rungs_text(s->q, s->k, st));
    put_ways(s, v, st, steps);
    for (int i = 0; i < st->parts; i++)
        put_step(s, list, &st->part[i], st->part, title);
}

/* ---- pages ---------------------------------------------------------------- */

static bool show(struct req *q, const struct proc *def)
{
    struct desk k = req_desk(q);
    struct showing s = {q, &k, def};
    struct val *list = set_list(q->view, "list");

    for (int i = 0; i < k.d->pack->procs; i++) {
        const struct proc *p = &k.d->pack->proc[i];
        struct val *v = add_map(list);

        set_str(v, "title", desk_title(&k, &p->title));
        set_str(v, "at", str_format(q->a, "/procedures/%.*s", STR_ARG(p->mechanism)));
        set_bool(v, "on", p == def);
    }
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "mechanism", def->mechanism);
    set_str(q->view, "file", def->file);
    set_str(q->view, "version", str_format(q->a, "%d", def->version));
    set_html(q->view, "picture",
             str_format(q->a,
                        "<img class=\"procedure\" alt=\"\" src=\"/procedures/%.*s.svg?lang=%.*s\">",
                        STR_ARG(def->mechanism), STR_ARG(q->lang)));
    list = set_list(q->view, "grades");
    for (int i = 0; i < def->grades; i++)
        add_val(list, (struct val){.kind = VAL_STR, .str = desk_title(&k, &def->grade[i].title)});
    list = set_list(q->view, "steps");
    for (int i = 0; i < def->steps; i++)
        put_step(&s, list, &def->step[i], def->step, S(""));
    return true;
}

static bool find(struct req *q, const struct proc **def)
{
    struct str name = param_str(q, "name");

    *def = pack_proc(q->district->pack, name);
    return *def || refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no procedure called %.*s.",
                          STR_ARG(name));
}

PAGE(procedure_list, .at = "GET /procedures", .template = "pack/show", .who = WHO_STAFF,
     .nav = "part.nav_procedures", .nav_at = 85)
{
    return show(q, &q->district->pack->proc[0]);
}

PAGE(procedure_show, .at = "GET /procedures/{name}", .template = "pack/show", .who = WHO_STAFF,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}))
{
    const struct proc *def;

    return find(q, &def) && show(q, def);
}

PAGE(procedure_picture, .at = "GET /procedures/{name}.svg", .who = WHO_STAFF,
     .params = PARAMS({"name", PARAM_TEXT, .max = 40}))
{
    const struct proc *def;

    if (!find(q, &def))
        return false;
    q->type = S("image/svg+xml");
    q->bytes = pack_show_svg(q->a, def, q->lang);
    return true;
}
