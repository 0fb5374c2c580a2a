/* The district's procedures, as pictures and step by step: what people may expect of each other. */
#include "page/matter.h"
#include "page/scope.h"

#include "pack/show.h"

/* ---- steps ---------------------------------------------------------------- */

struct showing {
    struct req *q;
    struct show words; /* as on the picture */
};

static struct str place_text(struct req *q, enum place place)
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

    return place == PLACE_KIND ? S("") : req_text(q, keys[place]);
}

static struct str rungs_text(const struct showing *s, const struct step *st)
{
    struct buf b = {.arena = s->q->a};

    for (int i = 0; i < st->rungs; i++) {
        const struct rung *r = &st->late[i];
        struct str place = place_text(s->q, r->place);
        struct str what = r->what == RUNG_REMIND
                              ? req_text(s->q, "page.rung_remind")
                              : scope_say(s->q, "page.rung_supervise", place, S(""));

        buf_put(&b, i ? S(" · ") : S(""));
        buf_put(&b, r->after.n
                        ? scope_say(s->q, "page.rung_after", show_limit(&s->words, r->after), what)
                        : what);
    }
    return buf_str(&b);
}

static void put_ways(const struct showing *s, struct val *v, const struct step *st,
                     const struct step *steps)
{
    struct val *list = set_list(v, "actions"), *to;
    struct way way[WAYS_MAX];
    int n = ways_of(&s->words, st, way);

    for (int i = 0; i < n; i++) {
        to = add_map(list);
        set_str(to, "title", way[i].name);
        set_str(to, "to", show_target(&s->words, steps, way[i].to));
    }
}

/* One row of the table, and one for each step of its parts. */
static struct str within_text(const struct showing *s, const struct step *st)
{
    static const char *const every[] = {"", "procedure.every_week", "procedure.every_month",
                                        "procedure.every_quarter"};
    struct buf b = {.arena = s->q->a};

    buf_put(&b, st->by.n ? req_text(s->q, "procedure.until_given")
                         : show_limits(&s->words, &st->within));
    if (st->every)
        buf_put(&b, str_format(s->q->a, " · %.*s", STR_ARG(req_text(s->q, every[st->every]))));
    return buf_str(&b);
}

static void put_step(const struct showing *s, struct val *list, const struct step *steps, int at,
                     bool of_part)
{
    const struct step *st = &steps[at];
    struct val *v = add_map(list);
    struct str who = show_step_who(&s->words, st);

    set_int(v, "n", at + 1);
    set_str(v, "name", st->name);
    set_str(v, "title", show_title(&s->words, st->title));
    set_bool(v, "of_part", of_part);
    set_bool(v, "parts", st->parts > 0);
    set_str(v, "who",
            !who.n && st->kind == STEP_NOTICE ? req_text(s->q, "procedure.by_time") : who);
    set_str(v, "within", within_text(s, st));
    set_str(v, "late", rungs_text(s, st));
    put_ways(s, v, st, steps);
    for (int i = 0; i < st->parts; i++)
        put_step(s, list, st->part, i, true);
}

/* ---- pages ---------------------------------------------------------------- */

static bool show(struct req *q, const struct proc *def)
{
    struct desk k = req_desk(q);
    struct showing s = {q, {q->a, def, str_eq(q->lang, S("en"))}};
    struct val *list = set_list(q->view, "list");

    for (int i = 0; i < k.d->pack->procs; i++) {
        const struct proc *p = &k.d->pack->proc[i];
        struct val *v = add_map(list);

        set_str(v, "title", desk_title(&k, &p->title));
        set_str(v, "at", str_format(q->a, "/procedures/%.*s", STR_ARG(p->mechanism)));
        set_str(v, "icon", p->icon);
        set_bool(v, "on", p == def);
    }
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "icon", def->icon);
    set_str(q->view, "mechanism", def->mechanism);
    set_str(q->view, "file", def->file);
    set_str(q->view, "version", str_format(q->a, "%d", def->version));
    set_str(q->view, "begin_at", begin_at(q, def));
    set_str(q->view, "list_at",
            str_format(q->a, "/matters?mechanism=%.*s", STR_ARG(def->mechanism)));
    set_html(q->view, "picture",
             str_format(q->a,
                        "<img class=\"procedure\" alt=\"\" src=\"/procedures/%.*s.svg?lang=%.*s\">",
                        STR_ARG(def->mechanism), STR_ARG(q->lang)));
    list = set_list(q->view, "grades");
    for (int i = 0; i < def->grades; i++)
        add_val(list, (struct val){.kind = VAL_STR, .str = desk_title(&k, &def->grade[i].title)});
    list = set_list(q->view, "steps");
    for (int i = 0; i < def->steps; i++)
        put_step(&s, list, def->step, i, false);
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
