/* Rolls: which there are, and who stands on one of a unit. */
#include "page/roll.h"
#include "page/scope.h"

#include "civic/district.h"

#define ROWS_SHOWN 100

struct str roll_at(const struct req *q, int64_t unit, struct str roll)
{
    return str_format(q->a, "/units/%lld/rolls/%.*s", (long long)unit, STR_ARG(roll));
}

struct str entry_at(const struct req *q, int64_t id)
{
    return str_format(q->a, "/entries/%lld", (long long)id);
}

void rolls_link(struct req *q, struct val *rows)
{
    for (struct item *it = rows->first; it; it = it->next) {
        struct str ask = val_text(&it->val, "ask");

        set_str(&it->val, "at", entry_at(q, val_int(&it->val, "id")));
        set_str(&it->val, "ask_title",
                ask.n ? req_text(q, str_eq(ask, S("erasure")) ? "roll.ask_erasure"
                                                              : "roll.ask_correction")
                      : S(""));
        if (!val_text(&it->val, "name").n && !val_text(&it->val, "label").n)
            show_member(&it->val, "name")->str =
                (req_text(q, str_eq(val_text(&it->val, "state"), S("erased")) ? "roll.erased"
                                                                              : "roll.no_name"));
    }
}

/* ---- which there are ------------------------------------------------------- */

/* A number as a text, nothing for none. */
static void put_some(struct req *q, struct val *v, const char *key, int64_t n)
{
    set_str(v, key, n ? str_format(q->a, "%lld", (long long)n) : S(""));
}

static void put_unit(struct req *q, struct desk *k, const struct roll *def, const struct unit *u,
                     struct val *list)
{
    bool keeps = roll_keeps(k, def, u->path);
    struct roll_count n;
    struct val *v;

    if (!roll_kept_in(def, u->kind) || (!keeps && !roll_recommends(k, def, u->path)))
        return;
    roll_count(k, def, u->path, &n);
    if (!n.n && str_eq(def->of, S("household")))
        return;
    v = add_map(list);
    set_str(v, "name", u->name);
    set_str(v, "at", roll_at(q, u->id, def->name));
    set_int(v, "n", n.n);
    put_some(q, v, "waiting", n.waiting);
    put_some(q, v, "review", keeps ? n.review : 0);
    put_some(q, v, "asked", keeps ? n.asked : 0);
}

static bool may_add_any(const struct desk *k, const struct roll *def)
{
    for (size_t i = 0; i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);

        if (roll_kept_in(def, u->kind) &&
            (((def->join & JOIN_DIRECT) && roll_keeps(k, def, u->path)) ||
             roll_recommends(k, def, u->path)))
            return true;
    }
    return false;
}

static struct str new_at(const struct req *q, const struct roll *def, const char *rest)
{
    return str_format(q->a, "/rolls/%.*s/new%s", STR_ARG(def->name), rest);
}

/* Units whose roll the actor keeps or recommends to. */
static void put_roll(struct req *q, struct desk *k, const struct roll *def, struct val *rolls)
{
    struct val *units = val_list(q->a), *out;
    bool adds = !str_eq(def->of, S("household")) && may_add_any(k, def);
    bool joins = def->join & JOIN_SELF;

    for (size_t i = 0; i < units_count(k->d->units); i++)
        put_unit(q, k, def, units_at(k->d->units, i), units);
    if (!units->first && !adds && !joins)
        return;
    out = add_map(rolls);
    set_str(out, "title", desk_title(k, &def->title));
    set_str(out, "purpose", desk_title(k, &def->purpose));
    set_str(out, "add_at", adds ? new_at(q, def, "") : S(""));
    set_str(out, "join_at", joins ? new_at(q, def, "?self=1") : S(""));
    set_val(out, S("units"), *units);
    set_bool(out, "any", units->first != NULL);
    set_bool(out, "empty", adds && !units->first);
}

PAGE(roll_index, .at = "GET /rolls", .template = "roll/index", .who = WHO_STAFF,
     .nav = "part.nav_rolls", .nav_at = 82)
{
    struct val *list = set_list(q->view, "rolls"), *own = set_list(q->view, "own");
    struct val *charge = set_list(q->view, "charge");
    const struct pack *p = q->district->pack;
    struct desk k = req_desk(q);

    for (int i = 0; i < p->rolls; i++)
        put_roll(q, &k, &p->roll[i], list);
    roll_own(&k, own);
    rolls_link(q, own);
    roll_in_charge(&k, charge);
    rolls_link(q, charge);
    set_bool(q->view, "own_any", own->first != NULL);
    set_bool(q->view, "charge_any", charge->first != NULL);
    set_bool(q->view, "may_import", actor_may_somewhere(q->actor, S("roll.manage")));
    return true;
}

/* ---- one roll of one unit --------------------------------------------------- */

struct shown { /* revealed to this answer only */
    int64_t id;
    struct str text;
};

/* Buildings go by their place in the list. */
static struct str building_link(struct req *q, const struct unit *u, struct str roll, int64_t n)
{
    struct str at = roll_at(q, u->id, roll);

    return str_format(q->a, "%.*s?building=%lld", STR_ARG(at), (long long)n);
}

static void put_buildings(struct req *q, const struct unit *u, const struct roll *def,
                          struct str *building)
{
    struct val *list = set_list(q->view, "buildings");
    int64_t n = 0, people = 0, at = 1, asked = param_number(q, "building");
    struct desk k = req_desk(q);

    roll_buildings(&k, def->name, u->path, list);
    for (struct item *it = list->first; it; it = it->next, at++) {
        bool on = at == (asked ? asked : 1);

        if (on)
            *building = val_text(&it->val, "building");
        n += val_int(&it->val, "n");
        people += val_int(&it->val, "people");
        set_str(&it->val, "at", building_link(q, u, def->name, at));
        set_bool(&it->val, "on", on);
    }
    set_int(q->view, "building_n", asked ? asked : 1);
    set_int(q->view, "n", n);
    set_int(q->view, "people", people);
    set_bool(q->view, "any", n > 0);
}

static void put_households(struct req *q, const struct unit *u, const struct roll *def,
                           const struct shown *shown)
{
    struct roll_entry of = {.roll = def->name, .unit_path = u->path, .building = S("")};
    struct desk k = req_desk(q);
    struct val *list;

    put_buildings(q, u, def, &of.building);
    set_str(q->view, "building", of.building);
    set_bool(q->view, "may_look", actor_may(q->actor, S("personal.reveal"), u->path));
    roll_list(&k, &of, list = set_list(q->view, "entries"));
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "shown",
                shown && val_int(&it->val, "id") == shown->id ? shown->text : S(""));
}

static void put_tab(struct req *q, struct val *list, struct str at, struct str title, bool on)
{
    struct val *v = add_map(list);

    (void)q;
    set_str(v, "at", at);
    set_str(v, "title", title);
    set_bool(v, "on", on);
}

static void put_tabs(struct req *q, struct desk *k, const struct roll *def, struct str at,
                     const struct roll_filter *f)
{
    struct val *list = set_list(q->view, "tabs"), *kinds = val_list(q->a);

    put_tab(q, list, at, req_text(q, "roll.all"),
            !f->kind.n && !f->state.n && !f->review && !f->asked);
    roll_kinds(k, def, f->unit_path, kinds);
    for (struct item *it = kinds->first; it; it = it->next)
        put_tab(
            q, list,
            str_format(q->a, "%.*s?kind=%.*s", STR_ARG(at), STR_ARG(val_text(&it->val, "name"))),
            str_format(q->a, "%.*s %lld", STR_ARG(val_text(&it->val, "title")),
                       (long long)val_int(&it->val, "n")),
            str_eq(f->kind, val_text(&it->val, "name")));
    for (int i = 0; i < def->states && def->states > 1; i++) {
        if (!def->state[i].active)
            put_tab(q, list,
                    str_format(q->a, "%.*s?state=%.*s", STR_ARG(at), STR_ARG(def->state[i].name)),
                    desk_title(k, &def->state[i].title), str_eq(f->state, def->state[i].name));
    }
    if (def->review.n)
        put_tab(q, list, str_format(q->a, "%.*s?review=1", STR_ARG(at)),
                req_text(q, "roll.to_review"), f->review);
    put_tab(q, list, str_format(q->a, "%.*s?asked=1", STR_ARG(at)), req_text(q, "roll.asked"),
            f->asked);
}

static void put_people(struct req *q, const struct unit *u, const struct roll *def)
{
    struct roll_filter f = {.def = def,
                            .unit_path = u->path,
                            .kind = param_str(q, "kind"),
                            .state = param_str(q, "state"),
                            .review = param_int(q, "review") != 0,
                            .asked = param_int(q, "asked") != 0,
                            .after = param_int(q, "after"),
                            .most = ROWS_SHOWN};
    struct val *rows = set_list(q->view, "rows"), *last = NULL;
    struct desk k = req_desk(q);
    bool all = roll_rows(&k, &f, rows);
    struct roll_count n;

    for (struct item *it = rows->first; it; it = it->next)
        last = &it->val;
    rolls_link(q, rows);
    roll_count(&k, def, u->path, &n);
    put_tabs(q, &k, def, roll_at(q, u->id, def->name), &f);
    set_int(q->view, "n", n.n);
    set_int(q->view, "waiting", n.waiting);
    set_bool(q->view, "any", rows->first != NULL);
    set_bool(q->view, "kinds", def->kinds > 0);
    set_bool(q->view, "reviewed", def->review.n > 0);
    set_str(q->view, "more_at",
            all ? S("")
                : str_format(q->a, "%.*s?kind=%.*s&state=%.*s&after=%lld",
                             STR_ARG(roll_at(q, u->id, def->name)), STR_ARG(f.kind),
                             STR_ARG(f.state), (long long)val_int(last, "id")));
    set_str(
        q->view, "add_at",
        ((def->join & JOIN_DIRECT) && roll_keeps(&k, def, u->path)) ||
                roll_recommends(&k, def, u->path)
            ? str_format(q->a, "/rolls/%.*s/new?unit=%lld", STR_ARG(def->name), (long long)u->id)
            : S(""));
}

static bool show(struct req *q, const struct unit *u, const struct shown *shown)
{
    const struct roll *def = pack_roll(q->district->pack, param_str(q, "roll"));
    struct desk k = req_desk(q);
    bool households;

    if (!u || !def)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (!roll_keeps(&k, def, u->path) && !roll_recommends(&k, def, u->path))
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    households = str_eq(def->of, S("household"));
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "purpose", desk_title(&k, &def->purpose));
    set_str(q->view, "unit", u->name);
    set_str(q->view, "unit_at", str_format(q->a, "/units/%lld", (long long)u->id));
    set_str(q->view, "at", roll_at(q, u->id, def->name));
    set_str(q->view, "import_at",
            actor_may_somewhere(q->actor, S("roll.manage")) ? S("/import?noun=rolls") : S(""));
    if (households) {
        put_households(q, u, def, shown);
    } else {
        put_people(q, u, def);
        scope_figures(q, u, def->figure, def->figures);
        q->template = "roll/people";
    }
    return true;
}

static const struct unit *unit_asked(struct req *q)
{
    return unit_by_id(q->district->units, param_int(q, "id"));
}

PAGE(roll_show, .at = "GET /units/{id}/rolls/{roll}", .template = "roll/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"roll", PARAM_TEXT, .max = 40}, {"building", PARAM_ID},
                      {"kind", PARAM_TEXT, .max = 40}, {"state", PARAM_TEXT, .max = 40},
                      {"review", PARAM_INT}, {"asked", PARAM_INT}, {"after", PARAM_INT}))
{
    return show(q, unit_asked(q), NULL);
}

static bool again(struct req *q)
{
    return show(q, unit_asked(q), NULL);
}

PAGE(roll_look, .at = "POST /units/{id}/rolls/{roll}/look", .template = "roll/show",
     .who = WHO_STAFF, .right = "personal.reveal", .again = again,
     .params = PARAMS({"id", PARAM_ID}, {"roll", PARAM_TEXT, .max = 40}, {"building", PARAM_ID},
                      {"entry", PARAM_ID, .need = true}, {"field", PARAM_TEXT, .max = 10},
                      {"reason", PARAM_TEXT, .max = 100}))
{
    struct reveal ask = {param_int(q, "entry"), param_str(q, "field"), param_str(q, "reason")};
    struct desk k = req_desk(q);
    struct shown shown = {.id = ask.id};

    return roll_reveal(&k, &ask, &shown.text, &q->err) && show(q, unit_asked(q), &shown);
}

PAGE(roll_end_one, .at = "POST /units/{id}/rolls/{roll}/end", .template = "roll/show",
     .who = WHO_STAFF, .right = "roll.manage", .again = again,
     .params = PARAMS({"id", PARAM_ID}, {"roll", PARAM_TEXT, .max = 40}, {"building", PARAM_ID},
                      {"entry", PARAM_ID, .need = true}, {"reason", PARAM_TEXT, .max = 100}))
{
    const struct unit *u = unit_asked(q);
    struct desk k = req_desk(q);

    if (!u)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    q->see_other = building_link(q, u, param_str(q, "roll"),
                                 param_number(q, "building") ? param_number(q, "building") : 1);
    return roll_end(&k, param_int(q, "entry"), param_str(q, "reason"), &q->err);
}
