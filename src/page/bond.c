/* Bonds: those that one stands in or keeps, making one, and one of them. */
#include "page/bond.h"

static struct str bond_at(const struct req *q, int64_t id)
{
    return str_format(q->a, "/bonds/%lld", (long long)id);
}

static struct str chip_of(struct str state)
{
    static const char *const chips[][2] = {{"proposed", "new"},
                                           {"active", "doing"},
                                           {"closing", "assigned"},
                                           {"ended", "ended"},
                                           {"declined", "paused"}};

    for (size_t i = 0; i < COUNT(chips); i++) {
        if (str_eq(state, str_of(chips[i][0])))
            return str_of(chips[i][1]);
    }
    return S("new");
}

static struct str worded(const struct req *q, const char *prefix, struct str word)
{
    return word.n ? req_text(q, str_format(q->a, "bond.%s_%.*s", prefix, STR_ARG(word)).p) : S("");
}

void bond_row_show(struct req *q, struct val *v)
{
    set_str(v, "at", bond_at(q, show_member(v, "id")->integer));
    set_str(v, "chip", chip_of(val_text(v, "state")));
    set_str(v, "state_title", worded(q, "is", val_text(v, "state")));
    set_str(v, "alarm_title", worded(q, "alarm", val_text(v, "alarm")));
}

static void show_bonds(struct req *q, struct val *rows, const char *any)
{
    for (struct item *it = rows->first; it; it = it->next)
        bond_row_show(q, &it->val);
    set_bool(q->view, any, rows->first != NULL);
}

/* ---- lists ------------------------------------------------------------ */

static void put_kinds(struct req *q, struct str chosen)
{
    const struct pack *p = q->district->pack;
    struct val *all = set_list(q->view, "kinds"), *mine = set_list(q->view, "makes");
    struct desk k = req_desk(q);
    bool propose;

    for (int i = 0; i < p->bonds; i++) {
        const struct bond_kind *def = &p->bond[i];
        struct str title = desk_title(&k, &def->title);

        show_choice(all, def->name, title, str_eq(def->name, chosen));
        if (bond_maker(&k, def, &propose))
            set_str(show_choice(mine, def->name, title, false), "icon", def->icon);
    }
    set_bool(q->view, "may_make", mine->first != NULL);
}

static void put_states(struct req *q, struct str chosen)
{
    static const char *const names[] = {"proposed", "active", "closing", "ended", "declined"};
    struct val *list = set_list(q->view, "states");

    for (size_t i = 0; i < COUNT(names); i++)
        show_choice(list, str_of(names[i]), worded(q, "is", str_of(names[i])),
                    str_eq(str_of(names[i]), chosen));
}

PAGE(bond_index, .at = "GET /bonds", .template = "bond/list", .who = WHO_STAFF,
     .nav = "part.nav_bonds", .nav_at = 37,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"state", PARAM_TEXT, .max = 12},
                      {"unit", PARAM_ID}, {"alarm", PARAM_TEXT, .max = 3}, {"before", PARAM_INT}))
{
    struct desk k = req_desk(q);
    struct bond_filter f = {.kind = param_str(q, "kind"),
                            .state = param_str(q, "state"),
                            .unit_id = param_int(q, "unit"),
                            .alarm = str_eq(param_str(q, "alarm"), S("yes")),
                            .before = param_int(q, "before")};
    struct val *mine = set_list(q->view, "bonds"), *rows = set_list(q->view, "rows");
    int64_t next;

    put_kinds(q, f.kind);
    put_states(q, f.state);
    show_units(q, q->view, f.unit_id);
    set_bool(q->view, "alarm", f.alarm);
    bond_mine(&k, mine);
    show_bonds(q, mine, "mine_any");
    if (!bond_list(&k, &f, rows, &next, &q->err))
        return false;
    show_bonds(q, rows, "rows_any");
    show_pager(q, S("/bonds"), next);
    return true;
}

/* ---- making ----------------------------------------------------------- */

static void put_side(struct req *q, const struct bond_kind *def, const struct unit *root, int side)
{
    static const char *const names[] = {"one", "other"};
    struct desk k = req_desk(q);
    struct val *v = set_map(q->view, names[side]), *list = set_list(v, "of");
    int64_t typed = param_number(q, names[side]);
    int n;
    const struct candidate *c = bond_candidates(&k, def, side, root, &n);

    set_str(v, "title", desk_title(&k, &def->side[side].title));
    set_bool(v, "asked", def->match.given && def->match.of == side);
    for (int i = 0; i < n; i++) {
        struct str load = c[i].match.most
                              ? str_format(q->a, "%d/%d", c[i].match.load, c[i].match.most)
                              : str_format(q->a, "%d", c[i].match.load);
        struct val *one = show_choice(list, str_format(q->a, "%lld", (long long)c[i].match.id),
                                      c[i].name, c[i].match.id == typed);

        set_str(one, "unit", str_eq(c[i].unit, c[i].name) ? S("") : c[i].unit);
        set_str(one, "load", load);
    }
    set_bool(v, "any", n > 0);
    set_str(v, "error",
            q->refused && q->refused->field &&
                    str_eq(str_of(q->refused->field), def->side[side].name)
                ? err_text(q->a, q->texts, lang_of(q->lang), q->refused)
                : S(""));
}

/* For whoever is chosen on the side that looks for somebody. */
static void put_proposals(struct req *q, const struct bond_kind *def, const struct unit *root)
{
    struct val *list = set_list(q->view, "proposals");
    struct desk k = req_desk(q);
    const char *of = def->match.of == 1 ? "other" : "one",
               *to = def->match.of == 1 ? "one" : "other";
    int64_t id = param_number(q, of);
    bool asked = def->match.given && id && bond_proposals(&k, def, root, id, list);

    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "at",
                str_format(q->a, "/bonds/new?kind=%.*s&%s=%lld&%s=%lld", STR_ARG(def->name), of,
                           (long long)id, to, (long long)show_member(&it->val, "id")->integer));
    set_bool(q->view, "proposed", asked);
    set_bool(q->view, "proposals_any", list->first != NULL);
    set_bool(q->view, "matches", def->match.given);
}

static bool form(struct req *q)
{
    const struct bond_kind *def = pack_bond(q->district->pack, param_str(q, "kind"));
    struct desk k = req_desk(q);
    const struct unit *root, *keeper;
    bool propose;

    if (!def)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no kind of bond called %.*s.",
                      STR_ARG(param_str(q, "kind")));
    keeper = bond_maker(&k, def, &propose);
    if (!keeper)
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow you to make this.");
    root = unit_root(q->district->units);
    set_str(q->view, "kind", def->name);
    set_str(q->view, "kind_title", desk_title(&k, &def->title));
    set_str(q->view, "keeper", keeper->name);
    set_bool(q->view, "propose", propose);
    set_str(q->view, "longest", day_text(q->a, day_of(stretch_end(q->now, def->term) - 1)));
    put_side(q, def, root, 0);
    put_side(q, def, root, 1);
    put_proposals(q, def, root);
    fields_show(q, (struct facts_ask){def->ask, def->asks}, "b", param_val(q, "rest"),
                set_list(q->view, "fields"));
    return true;
}

PAGE(bond_form, .at = "GET /bonds/new", .template = "bond/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"one", PARAM_ID}, {"other", PARAM_ID},
                      {"from", PARAM_TEXT, .max = 20}, {"until", PARAM_TEXT, .max = 20}))
{
    return form(q);
}

/* A day; the bond begins with it, or ends when it is over. */
static bool day_typed(struct req *q, const char *name, bool over, int64_t *out)
{
    struct str s = param_str(q, name);

    *out = 0;
    if (!s.n)
        return true;
    if (!when_parse(s, out))
        return refuse(&q->err, ERR_INVALID, name, "This is not a day.");
    *out += over ? DAY_MS : 0;
    return true;
}

PAGE(bond_put, .at = "POST /bonds", .template = "bond/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"one", PARAM_ID}, {"other", PARAM_ID},
                      {"from", PARAM_TEXT, .max = 20}, {"until", PARAM_TEXT, .max = 20},
                      {"rest", PARAM_REST}),
     .again = form)
{
    const struct bond_kind *def = pack_bond(q->district->pack, param_str(q, "kind"));
    struct desk k = req_desk(q);
    struct bond_new n = {.kind = param_str(q, "kind")};
    struct bond b;

    if (!day_typed(q, "from", false, &n.from_at) || !day_typed(q, "until", true, &n.until_at))
        return false;
    if (def) {
        n.side[0] = party_of(&def->side[0], param_int(q, "one"));
        n.side[1] = party_of(&def->side[1], param_int(q, "other"));
        n.fields = fields_typed(q, def->ask, def->asks);
    }
    if (!bond_make(&k, &n, &b, &q->err))
        return false;
    set_int(q->view, "id", b.id);
    set_str(q->view, "state", b.now.state);
    q->see_other = bond_at(q, b.id);
    return true;
}
