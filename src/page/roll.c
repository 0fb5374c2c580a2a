/* Rolls: which there are, who stands on one, and who represents a household. */
#include "page/show.h"

#include "civic/district.h"
#include "civic/roll.h"

static bool keeps(const struct roll *def, struct str kind)
{
    for (int i = 0; i < def->ins; i++) {
        if (str_eq(def->in[i], kind))
            return true;
    }
    return false;
}

static struct str roll_at(struct req *q, int64_t unit, struct str roll)
{
    return str_format(q->a, "/units/%lld/rolls/%.*s", (long long)unit, STR_ARG(roll));
}

/* Units of the actor's posts, and those below that keep such a roll, as far as anybody is on it. */
static void put_roll(struct req *q, struct desk *k, const struct roll *def, struct val *out)
{
    struct val *list = set_list(out, "units");

    set_str(out, "title", desk_title(k, &def->title));
    set_str(out, "purpose", desk_title(k, &def->purpose));
    for (size_t i = 0; i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);
        struct val *buildings;
        int64_t n = 0;

        if (!keeps(def, u->kind) || !actor_may(q->actor, S("roll.manage"), u->path))
            continue;
        buildings = val_list(q->a);
        roll_buildings(k, def->name, u->path, buildings);
        for (const struct item *it = buildings->first; it; it = it->next)
            n += val_int(&it->val, "n");
        if (n) {
            struct val *v = add_map(list);

            set_str(v, "name", u->name);
            set_str(v, "at", roll_at(q, u->id, def->name));
            set_int(v, "n", n);
        }
    }
    set_bool(out, "any", list->first != NULL);
}

PAGE(roll_index, .at = "GET /rolls", .template = "roll/index", .who = WHO_STAFF,
     .right = "roll.manage", .nav = "part.nav_rolls", .nav_at = 82)
{
    struct val *list = set_list(q->view, "rolls");
    const struct pack *p = q->district->pack;
    struct desk k = req_desk(q);

    for (int i = 0; i < p->rolls; i++)
        put_roll(q, &k, &p->roll[i], add_map(list));
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
    int64_t n = 0, people = 0, at = 1, asked = param_int(q, "building");
    struct desk k = req_desk(q);

    roll_buildings(&k, def->name, u->path, list);
    for (struct item *it = list->first; it; it = it->next, at++) {
        bool on = at == (asked ? asked : 1);

        if (on)
            *building = show_str(&it->val, "building");
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

static bool show(struct req *q, const struct unit *u, const struct shown *shown)
{
    const struct roll *def = pack_roll(q->district->pack, param_str(q, "roll"));
    struct roll_entry of = {.building = S("")};
    struct desk k = req_desk(q);
    struct val *list;

    if (!u || !def)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    if (!desk_may(&k, S("roll.manage"), u->path, &q->err))
        return false;
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "purpose", desk_title(&k, &def->purpose));
    set_str(q->view, "unit", u->name);
    set_str(q->view, "unit_at", str_format(q->a, "/units/%lld", (long long)u->id));
    set_str(q->view, "at", roll_at(q, u->id, def->name));
    set_str(q->view, "import_at", S("/import?noun=rolls"));
    put_buildings(q, u, def, &of.building);
    set_str(q->view, "building", of.building);
    set_bool(q->view, "may_look", actor_may(q->actor, S("personal.reveal"), u->path));
    of.roll = def->name;
    of.unit_path = u->path;
    roll_list(&k, &of, list = set_list(q->view, "entries"));
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "shown",
                shown && val_int(&it->val, "id") == shown->id ? shown->text : S(""));
    return true;
}

static const struct unit *unit_asked(struct req *q)
{
    return unit_by_id(q->district->units, param_int(q, "id"));
}

PAGE(roll_show, .at = "GET /units/{id}/rolls/{roll}", .template = "roll/show", .who = WHO_STAFF,
     .right = "roll.manage",
     .params = PARAMS({"id", PARAM_ID}, {"roll", PARAM_TEXT, .max = 40}, {"building", PARAM_ID}))
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

PAGE(roll_stop, .at = "POST /units/{id}/rolls/{roll}/end", .template = "roll/show",
     .who = WHO_STAFF, .right = "roll.manage", .again = again,
     .params = PARAMS({"id", PARAM_ID}, {"roll", PARAM_TEXT, .max = 40}, {"building", PARAM_ID},
                      {"entry", PARAM_ID, .need = true}, {"reason", PARAM_TEXT, .max = 100}))
{
    const struct unit *u = unit_asked(q);
    struct desk k = req_desk(q);

    if (!u)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    q->see_other = building_link(q, u, param_str(q, "roll"),
                                 param_int(q, "building") ? param_int(q, "building") : 1);
    return roll_end(&k, param_int(q, "entry"), param_str(q, "reason"), &q->err);
}
