/* The tree of units, who holds which post, and the poster that residents scan. */
#include "page/offer.h"
#include "page/scope.h"

#include "civic/area.h"
#include "civic/district.h"
#include "civic/figure.h"
#include "civic/gathering.h"
#include "civic/person.h"
#include "form/qr.h"

#include <string.h>

#define QR_MODULE 8
#define QR_SMALL  3

static bool find(struct req *q, const struct unit **u)
{
    int64_t id = param_int(q, "id");

    *u = id ? unit_by_id(q->district->units, id) : unit_root(q->district->units);
    return *u || refuse(&q->err, ERR_NOT_FOUND, "unit", "There is no such unit.");
}

static struct str kind_title(struct desk *k, struct str kind)
{
    const struct pack *p = k->d->pack;

    for (int i = 0; i < p->unit_kinds; i++) {
        if (str_eq(p->unit_kind[i].name, kind))
            return desk_title(k, &p->unit_kind[i].title);
    }
    return kind;
}

static struct str unit_at(struct req *q, const struct unit *u, const char *tail)
{
    return str_format(q->a, "/units/%lld%s", (long long)u->id, tail);
}

/* Residents report to places; a department has no ground of its own. */
static bool has_poster(const struct unit *u)
{
    return !str_eq(u->kind, S("department"));
}

static void put_above(struct req *q, const struct unit *u)
{
    const struct unit *up[16];
    struct val *list = set_list(q->view, "above");
    int n = 0;

    while ((u = unit_by_id(q->district->units, u->parent_id)) && n < 16)
        up[n++] = u;
    set_bool(q->view, "above_any", n > 0);
    while (n--) {
        struct val *v = add_map(list);

        set_str(v, "name", up[n]->name);
        set_str(v, "at", unit_at(q, up[n], ""));
    }
}

static void put_below(struct req *q, struct desk *k, const struct unit *u)
{
    const struct unit **below = units_below(q->a, k->d->units, u, S(""));
    struct val *list = set_list(q->view, "below");

    set_bool(q->view, "below_any", *below != NULL);
    for (; *below; below++) {
        struct val *v = add_map(list);

        set_int(v, "id", (*below)->id);
        set_str(v, "name", (*below)->name);
        set_str(v, "kind", kind_title(k, (*below)->kind));
        set_str(v, "code", (*below)->code);
        set_str(v, "at", unit_at(q, *below, ""));
        set_str(v, "qr_at", has_poster(*below) ? unit_at(q, *below, "/qr") : S(""));
    }
}

struct shown { /* revealed to this answer only */
    int64_t person;
    struct str phone;
};

static void put_posts(struct req *q, struct desk *k, const struct unit *u,
                      const struct shown *shown)
{
    bool may = actor_may(q->actor, S("users.manage"), u->path);
    bool may_look = actor_may(q->actor, S("personal.reveal"), u->path);
    struct val *list = set_list(q->view, "posts");

    posts_of_unit(k, u->id, list);
    set_bool(q->view, "posts_any", list->first != NULL);
    for (struct item *it = list->first; it; it = it->next) {
        struct str from = val_text(&it->val, "from");

        struct str until = val_text(&it->val, "until");

        set_str(&it->val, "since", (struct str){from.p, from.n < 10 ? from.n : 10});
        set_str(&it->val, "upto", (struct str){until.p, until.n < 10 ? until.n : 10});
        set_int(&it->val, "unit_id", u->id);
        set_bool(&it->val, "may_end", may);
        set_str(&it->val, "look_at",
                may_look && val_get(&it->val, S("has_phone"))->boolean ? unit_at(q, u, "/look")
                                                                       : S(""));
        set_str(&it->val, "shown",
                shown && val_int(&it->val, "person_id") == shown->person ? shown->phone : S(""));
    }
}

static void put_roles(struct req *q, struct desk *k, const struct unit *u)
{
    bool may = actor_may(q->actor, S("users.manage"), u->path);
    struct val *list = set_list(q->view, "roles");
    const struct pack *p = k->d->pack;

    set_str(q->view, "give_at", may ? unit_at(q, u, "/posts") : S(""));
    for (int i = 0; may && i < p->roles; i++) {
        if (role_held_in(&p->role[i], u->kind))
            show_choice(list, p->role[i].name, desk_title(k, &p->role[i].title),
                        str_eq(p->role[i].name, param_str(q, "role")));
    }
}

static struct str hours_text(struct arena *a, const struct hours *h)
{
    struct buf b = {.arena = a};

    for (int i = 0; i < h->n; i++)
        buf_put(&b, str_format(a, "%s%02d:%02d-%02d:%02d", i ? " " : "", h->span[i].from / 60,
                               h->span[i].from % 60, h->span[i].to / 60, h->span[i].to % 60));
    return buf_str(&b);
}

/* ---- facts ---------------------------------------------------------------- */

static void put_link(struct req *q, struct val *v, const struct unit *u)
{
    struct desk k = req_desk(q);

    set_str(v, "name", u->name);
    set_str(v, "kind", kind_title(&k, u->kind));
    set_str(v, "at", unit_at(q, u, ""));
}

static void put_serving(struct req *q, const struct unit *u)
{
    const struct units *us = q->district->units;
    const struct unit *serves = u->serves_id ? unit_by_id(us, u->serves_id) : NULL;
    struct val *list = set_list(q->view, "served_by");

    if (serves)
        put_link(q, set_map(q->view, "serves"), serves);
    else
        set_bool(q->view, "serves", false);
    for (size_t i = 0; i < units_count(us); i++) {
        if (units_at(us, i)->serves_id == u->id)
            put_link(q, add_map(list), units_at(us, i));
    }
    set_bool(q->view, "served_any", list->first != NULL);
}

static void put_facts(struct req *q, struct desk *k, const struct unit *u)
{
    bool may = actor_may(q->actor, S("units.manage"), u->path);

    facts_view(k, unit_asks(k, u->kind), u->facts, set_list(q->view, "facts"));
    set_str(q->view, "facts_at", may ? unit_at(q, u, "/facts") : S(""));
    put_serving(q, u);
}

/* ---- what belongs to it ------------------------------------------------------ */

/* The units that are its own and serve it or lie directly below it, with who holds which post
 * there: a market's branch, its posts of honour, its guide. */
static void put_own(struct req *q, struct desk *k, const struct unit *u)
{
    const struct pack *p = k->d->pack;
    struct val *list = set_list(q->view, "own");

    for (int i = 0; i < p->unit_kinds; i++) {
        const struct unit *own = unit_own(k->d->units, u, p->unit_kind[i].name);
        struct val *posts = val_list(q->a), *v;

        if (!own || (own->serves_id != u->id && own->parent_id != u->id))
            continue;
        posts_of_unit(k, own->id, posts);
        if (!posts->first)
            continue;
        v = add_map(list);
        put_link(q, v, own);
        set_val(v, S("posts"), *posts);
    }
    set_bool(q->view, "own_any", list->first != NULL);
}

/* The figures that the pack shows on the page of such a unit. */
static void put_figures(struct req *q, struct desk *k, const struct unit *u)
{
    const struct unit_kind *kind = pack_unit_kind(k->d->pack, u->kind);

    scope_figures(q, u, kind ? kind->figure : NULL, kind ? kind->figures : 0);
}

/* What is open with it and what of it is late; what should be held, and what was not. */
static void put_open(struct req *q, struct desk *k, const struct unit *u)
{
    struct val *list = set_list(q->view, "open"), *due = set_list(q->view, "due");
    bool may = actor_may(q->actor, S("matter.read"), u->path);

    set_bool(q->view, "open_more", may && open_counts(k, u, list));
    for (struct item *it = list->first; it; it = it->next) {
        struct str mechanism = val_text(&it->val, "mechanism");
        struct val *title = show_member(&it->val, "title");

        set_bool(&it->val, "any_late", show_member(&it->val, "late")->integer > 0);
        if (!mechanism.n)
            title->str = req_text(q, "list.how_handed");
        set_str(&it->val, "at",
                str_format(q->a, "/matters?unit=%lld&%s%.*s&open=1", (long long)u->id,
                           mechanism.n ? "mechanism=" : "how=handed", STR_ARG(mechanism)));
    }
    if (may)
        gathering_due_of(k, u, due);
    for (struct item *it = due->first; it; it = it->next)
        set_str(&it->val, "at",
                str_format(q->a, "/gatherings?unit=%lld&kind=%.*s", (long long)u->id,
                           STR_ARG(val_text(&it->val, "kind"))));
    set_bool(q->view, "may_read", may);
    set_bool(q->view, "open_any", list->first != NULL);
    set_bool(q->view, "due_any", due->first != NULL);
    set_str(q->view, "methods_at",
            actor_may(q->actor, S("units.manage"), u->path) ? S("/methods") : S(""));
}

static bool is_first(const struct pack *p, int role, struct str kind, struct str name)
{
    for (int i = 0; i < role; i++) {
        for (int n = 0; role_held_in(&p->role[i], kind) && n < p->role[i].asks; n++) {
            if (str_eq(p->role[i].ask[n].name, name))
                return false;
        }
    }
    return true;
}

/* What is asked of posts in such a unit, whatever the role; a name that two roles ask, once. */
static void put_post_asks(struct req *q, struct desk *k, const struct unit *u)
{
    const struct pack *p = k->d->pack;
    struct val *list = set_list(q->view, "post_asked");

    for (int i = 0; i < p->roles; i++) {
        const struct role *r = &p->role[i];

        for (int n = 0; role_held_in(r, u->kind) && n < r->asks; n++) {
            if (is_first(p, i, u->kind, r->ask[n].name))
                fields_show(q, (struct facts_ask){&r->ask[n], 1}, "pf",
                            q->refused ? param_val(q, "rest") : NULL, list);
        }
    }
}

static bool fill_with(struct req *q, const struct shown *shown)
{
    struct desk k = req_desk(q);
    const struct unit *u;
    struct box box;

    if (!find(q, &u))
        return false;
    set_int(q->view, "id", u->id);
    set_str(q->view, "name", u->name);
    set_str(q->view, "kind", kind_title(&k, u->kind));
    set_str(q->view, "code", u->code);
    set_str(q->view, "place", u->place);
    set_str(q->view, "hours", hours_text(q->a, u->hours.n ? &u->hours : &k.d->pack->hours));
    set_bool(q->view, "area", area_box(&k, u->id, &box));
    set_str(q->view, "qr_at", has_poster(u) ? unit_at(q, u, "/qr") : S(""));
    set_str(q->view, "public_at",
            has_poster(u) ? str_format(q->a, "/public/units/%lld", (long long)u->id) : S(""));
    set_str(q->view, "dashboard_at",
            actor_may(q->actor, S("figures.read"), u->path)
                ? str_format(q->a, "/dashboard?unit=%.*s", STR_ARG(u->code))
                : S(""));
    set_str(q->view, "matters_at",
            actor_may(q->actor, S("matter.read"), u->path)
                ? str_format(q->a, "/matters?unit=%lld", (long long)u->id)
                : S(""));
    put_above(q, u);
    put_below(q, &k, u);
    put_posts(q, &k, u, shown);
    put_roles(q, &k, u);
    put_facts(q, &k, u);
    put_own(q, &k, u);
    put_figures(q, &k, u);
    put_open(q, &k, u);
    put_post_asks(q, &k, u);
    return true;
}

static bool fill(struct req *q)
{
    return fill_with(q, NULL);
}

PAGE(unit_tree, .at = "GET /units", .template = "unit/show", .who = WHO_STAFF,
     .nav = "part.nav_units", .nav_at = 80)
{
    return fill(q);
}

PAGE(unit_show, .at = "GET /units/{id}", .template = "unit/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return fill(q);
}

/* ---- posts ---------------------------------------------------------------- */

PAGE(unit_look, .at = "POST /units/{id}/look", .template = "unit/show", .who = WHO_STAFF,
     .right = "personal.reveal", .again = fill,
     .params = PARAMS({"id", PARAM_ID}, {"person", PARAM_ID, .need = true},
                      {"field", PARAM_TEXT, .max = 10}, {"reason", PARAM_TEXT, .max = 100}))
{
    struct reveal ask = {param_int(q, "person"), param_str(q, "field"), param_str(q, "reason")};
    struct shown shown = {.person = ask.id};
    struct desk k = req_desk(q);
    const struct unit *u;

    return find(q, &u) && person_reveal(&k, u, &ask, &shown.phone, &q->err) && fill_with(q, &shown);
}

/* What was filled in: an empty field of a post says nothing. */
static const struct val *said(struct req *q)
{
    const struct val *rest = param_val(q, "rest");
    struct val *out = val_map(q->a);

    for (const struct item *it = rest ? rest->first : NULL; it; it = it->next) {
        if (!val_is_empty(&it->val))
            set_val(out, it->key, it->val);
    }
    return out;
}

/* Who holds a post here, or in the unit `known_in`, or somebody new. */
static bool find_person(struct req *q, struct desk *k, const struct unit *u, int64_t *person)
{
    struct str name = param_str(q, "name"), code = param_str(q, "known_in");
    const struct unit *known = code.n ? unit_by_code(q->district->units, code) : u;

    *person = known ? person_find(k, name, known->id) : 0;
    if (code.n && !*person)
        return refuse(&q->err, ERR_INVALID, "known_in", "Nobody called %.*s holds a post there.",
                      STR_ARG(name));
    return *person || person_add(k, name, param_str(q, "phone"), person, &q->err);
}

PAGE(post_new, .at = "POST /units/{id}/posts", .template = "unit/show", .who = WHO_STAFF,
     .right = "users.manage", .again = fill,
     .params = PARAMS({"id", PARAM_ID}, {"name", PARAM_TEXT, .max = 30, .need = true},
                      {"role", PARAM_TEXT, .max = 40, .need = true},
                      {"phone", PARAM_TEXT, .max = 20}, {"from", PARAM_WHEN}, {"until", PARAM_WHEN},
                      {"known_in", PARAM_TEXT, .max = 32}, {"rest", PARAM_REST}))
{
    struct desk k = req_desk(q);
    struct post_new p = {.role = param_str(q, "role"),
                         .from_at = param_int(q, "from"),
                         .until_at = param_int(q, "until"),
                         .facts = said(q)};
    const struct unit *u;

    if (!find(q, &u) || !find_person(q, &k, u, &p.person))
        return false;
    p.unit = u->id;
    if (!post_give(&k, &p, NULL, &q->err))
        return false;
    q->actors_changed = true;
    q->see_other = unit_at(q, u, "");
    return true;
}

PAGE(post_stop, .at = "POST /posts/{id}/end", .who = WHO_STAFF, .right = "users.manage",
     .params = PARAMS({"id", PARAM_ID}, {"unit", PARAM_ID}))
{
    struct desk k = req_desk(q);
    const struct unit *u = unit_by_id(q->district->units, param_int(q, "unit"));

    if (!post_end(&k, param_int(q, "id"), &q->err))
        return false;
    q->actors_changed = true;
    q->see_other = u ? unit_at(q, u, "") : S("/units");
    return true;
}

/* ---- what is known of it ---------------------------------------------------- */

/* What the kind asks, and whom the unit serves; as typed, or as it is known. */
static void put_asked(struct req *q, struct desk *k, const struct unit *u, const struct val *typed)
{
    const struct unit *to = unit_by_id(q->district->units, u->serves_id);
    struct str title = req_text(q, "unit.serves");
    struct field serves = {.name = S("serves"), .title = {title, title}, .max = 32};
    struct val *list = set_list(q->view, "asked"), *code = val_map(q->a);

    set_str(code, "serves", u->serves_id && to ? to->code : S(""));
    fields_show(q, unit_asks(k, u->kind), "f", typed ? typed : u->facts, list);
    fields_show(q, (struct facts_ask){&serves, 1}, "f", typed ? typed : code, list);
}

static bool facts_form(struct req *q)
{
    struct desk k = req_desk(q);
    const struct unit *u;

    if (!find(q, &u))
        return false;
    set_str(q->view, "name", u->name);
    set_str(q->view, "at", unit_at(q, u, ""));
    set_str(q->view, "facts_at", unit_at(q, u, "/facts"));
    put_asked(q, &k, u, q->refused ? param_val(q, "rest") : NULL);
    return true;
}

PAGE(unit_facts, .at = "GET /units/{id}/facts", .template = "unit/facts", .who = WHO_STAFF,
     .right = "units.manage", .params = PARAMS({"id", PARAM_ID}))
{
    return facts_form(q);
}

PAGE(unit_facts_change, .at = "POST /units/{id}/facts", .template = "unit/facts", .who = WHO_STAFF,
     .right = "units.manage", .again = facts_form,
     .params = PARAMS({"id", PARAM_ID}, {"rest", PARAM_REST}))
{
    struct desk k = req_desk(q);
    const struct unit *u;
    bool changed;

    if (!find(q, &u))
        return false;
    if (!unit_change(&k, u->code, param_val(q, "rest"), &changed, &q->err))
        return false;
    q->see_other = unit_at(q, u, "");
    return true;
}

/* ---- the poster ------------------------------------------------------------- */

static struct str names_above(struct req *q, const struct unit *u)
{
    struct str text = S("");

    while ((u = unit_by_id(q->district->units, u->parent_id)))
        text = str_format(q->a, "%.*s%s%.*s", STR_ARG(u->name), text.n ? " " : "", STR_ARG(text));
    return text;
}

PAGE(unit_qr, .at = "GET /units/{id}/qr", .template = "unit/qr", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    const struct unit *u;
    struct str address, public;

    if (!find(q, &u))
        return false;
    address = show_address(q, str_format(q->a, "/report?at=%.*s", STR_ARG(u->code)));
    public = show_address(q, unit_at(q, u, "/public"));
    set_str(q->view, "name", u->name);
    set_str(q->view, "above", names_above(q, u));
    set_str(q->view, "address", address);
    set_str(q->view, "at", unit_at(q, u, ""));
    set_html(q->view, "qr", qr_svg(q->a, address, QR_MODULE));
    set_html(q->view, "public_qr", qr_svg(q->a, public, QR_SMALL));
    return true;
}

/* What the small code on the poster leads to. */
PAGE(unit_public, .at = "GET /units/{id}/public", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}))
{
    const struct unit *u;

    if (!find(q, &u))
        return false;
    q->see_other = str_format(q->a, "/public/units/%lld", (long long)u->id);
    return true;
}
