/* Somebody comes on a roll: brought by who keeps it, recommended, or by themselves. */
#include "page/offer.h"
#include "page/roll.h"

#include "civic/person.h"

static const struct roll *def_of(struct req *q)
{
    return pack_roll(q->district->pack, param_str(q, "roll"));
}

static bool may_here(const struct desk *k, const struct roll *def, const struct unit *u, bool self)
{
    if (!roll_kept_in(def, u->kind))
        return false;
    return self ? (def->join & JOIN_SELF) != 0
                : ((def->join & JOIN_DIRECT) && roll_keeps(k, def, u->path)) ||
                      roll_recommends(k, def, u->path);
}

static const struct unit *put_units(struct req *q, const struct desk *k, const struct roll *def)
{
    bool self = param_number(q, "self") != 0;
    struct val *list = set_list(q->view, "units");
    const struct unit *chosen = NULL;

    for (size_t i = 0; i < units_count(k->d->units); i++) {
        const struct unit *u = units_at(k->d->units, i);

        if (!may_here(k, def, u, self))
            continue;
        if (!chosen || u->id == param_number(q, "unit"))
            chosen = u;
        show_choice(list, str_format(q->a, "%lld", (long long)u->id), u->name,
                    u->id == param_number(q, "unit"));
    }
    return chosen;
}

/* Who holds a post there already can be named instead of written down. */
static void put_known(struct req *q, struct desk *k, const struct unit *u)
{
    struct val *list = set_list(q->view, "known"), *posts = val_list(q->a);
    struct val *seen = val_map(q->a);

    if (u && !param_number(q, "self"))
        posts_of_unit(k, u->id, posts);
    for (struct item *it = posts->first; it; it = it->next) {
        struct str id = str_format(q->a, "%lld", (long long)val_int(&it->val, "person_id"));

        if (!val_get(seen, id))
            show_choice(list, id, val_text(&it->val, "name"), str_eq(param_str(q, "person"), id));
        set_bool(seen, id.p, true);
    }
    set_bool(q->view, "known_any", list->first != NULL);
}

static struct facts_ask asked(struct req *q, struct desk *k, const struct roll *def)
{
    struct str kind = param_str(q, "kind");

    return roll_facts(k->a, def, kind);
}

static bool form(struct req *q)
{
    const struct roll *def = def_of(q);
    struct desk k = req_desk(q);
    const struct unit *u;
    struct val *kinds;

    if (!def || str_eq(def->of, S("household")))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    u = put_units(q, &k, def);
    if (!u)
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow this.");
    set_str(q->view, "title", desk_title(&k, &def->title));
    set_str(q->view, "purpose", desk_title(&k, &def->purpose));
    set_str(q->view, "to", str_format(q->a, "/rolls/%.*s", STR_ARG(def->name)));
    set_str(q->view, "here", str_format(q->a, "/rolls/%.*s/new", STR_ARG(def->name)));
    set_bool(q->view, "self", param_number(q, "self") != 0);
    set_int(q->view, "unit", u->id);
    kinds = set_list(q->view, "kinds");
    for (int i = 0; i < def->kinds; i++)
        show_choice(kinds, def->kind[i].name, desk_title(&k, &def->kind[i].title),
                    str_eq(param_str(q, "kind"), def->kind[i].name));
    set_bool(q->view, "kinds_any", def->kinds > 0);
    set_bool(q->view, "chosen", !def->kinds || roll_kind_find(def, param_str(q, "kind")));
    set_str(q->view, "kind", param_str(q, "kind"));
    put_known(q, &k, u);
    fields_show(q, asked(q, &k, def), "n", param_val(q, "rest"), set_list(q->view, "asked"));
    return true;
}

#define NEW_PARAMS                                                             \
    {"roll", PARAM_TEXT, .max = 40}, {"unit", PARAM_INT}, {"self", PARAM_INT}, \
        {"kind", PARAM_TEXT, .max = 40},                                       \
    {                                                                          \
        "person", PARAM_TEXT, .max = 20                                        \
    }

PAGE(entry_new, .at = "GET /rolls/{roll}/new", .template = "roll/new", .who = WHO_STAFF,
     .params = PARAMS(NEW_PARAMS))
{
    return form(q);
}

PAGE(entry_add, .at = "POST /rolls/{roll}", .template = "roll/new", .who = WHO_STAFF, .again = form,
     .params = PARAMS(NEW_PARAMS, {"name", PARAM_TEXT, .max = 60}, {"phone", PARAM_TEXT, .max = 30},
                      {"rest", PARAM_REST, .max = 1000}))
{
    struct roll_new n = {.roll = param_str(q, "roll"),
                         .kind = param_str(q, "kind"),
                         .unit = unit_by_id(q->district->units, param_number(q, "unit")),
                         .self = param_number(q, "self") != 0,
                         .name = param_str(q, "name"),
                         .phone = param_str(q, "phone"),
                         .said = param_val(q, "rest")};
    struct desk k = req_desk(q);
    int64_t id = 0;
    bool added;

    if (param_str(q, "person").n && !str_int(param_str(q, "person"), &n.person))
        return refuse(&q->err, ERR_INVALID, "person", "There is no such person.");
    if (!roll_add(&k, &n, &id, &added, &q->err))
        return false;
    if (!added)
        return refuse(&q->err, ERR_CONFLICT, "name",
                      "This person is on this roll already, in %.*s.", STR_ARG(n.unit->name));
    q->actors_changed = true;
    q->see_other = entry_at(q, id);
    return true;
}
