/* Resources: what there is to be given, keeping it, who holds it; and what everybody may read. */
#include "civic/resource.h"
#include "page/offer.h"
#include "page/scope.h"

#define TITLE_MAX 100

static struct str resource_at(const struct req *q, int64_t id)
{
    return str_format(q->a, "/resources/%lld", (long long)id);
}

static void show_resources(struct req *q, struct val *rows, const char *path)
{
    for (struct item *it = rows->first; it; it = it->next)
        set_str(&it->val, "at",
                str_format(q->a, "%s%lld", path, (long long)show_member(&it->val, "id")->integer));
    set_bool(q->view, "rows_any", rows->first != NULL);
}

/* ---- lists ------------------------------------------------------------ */

static void put_kinds(struct req *q, struct str chosen, bool is_public)
{
    const struct pack *p = q->district->pack;
    struct val *kinds = set_list(q->view, "kinds");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->resources; i++) {
        const struct resource_kind *def = &p->resource[i];

        if (!is_public || def->is_public)
            show_choice(kinds, def->name, desk_title(&k, &def->title), str_eq(def->name, chosen));
    }
}

static void put_makes(struct req *q)
{
    const struct pack *p = q->district->pack;
    struct val *makes = set_list(q->view, "makes");
    struct desk k = req_desk(q);

    for (int i = 0; i < p->resources; i++) {
        const struct resource_kind *def = &p->resource[i];

        if (*resource_units(&k, def))
            set_str(show_choice(makes, def->name, desk_title(&k, &def->title), false), "icon",
                    def->icon);
    }
    set_bool(q->view, "may_make", makes->first != NULL);
}

static void put_rows(struct req *q, bool is_public, const char *path)
{
    struct resource_filter f = {.kind = param_str(q, "kind"),
                                .ended = param_str(q, "ended").n > 0,
                                .is_public = is_public,
                                .skip = param_int(q, "before")};
    struct val *rows = set_list(q->view, "rows");
    struct desk k = req_desk(q);
    int64_t next;

    put_kinds(q, f.kind, is_public);
    set_bool(q->view, "ended", f.ended);
    resource_list(&k, &f, rows, &next);
    show_resources(q, rows, str_format(q->a, "%s/", path).p);
    show_pager(q, str_of(path), next);
}

PAGE(resource_index, .at = "GET /resources", .template = "resource/list", .who = WHO_STAFF,
     .nav = "part.nav_resources", .nav_at = 38,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"ended", PARAM_TEXT, .max = 3},
                      {"before", PARAM_INT}))
{
    put_makes(q);
    put_rows(q, false, "/resources");
    return true;
}

PAGE(resource_public_index, .at = "GET /public/resources", .template = "public/resources",
     .who = WHO_ANYONE, .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"before", PARAM_INT}))
{
    put_rows(q, true, "/public/resources");
    return true;
}

/* ---- what is asked of one --------------------------------------------- */

static struct title label(const struct req *q, const char *key)
{
    struct str text = req_text(q, key);

    return (struct title){text, text};
}

/* What it is, how many, and what the kind asks. */
static struct facts_ask asks(const struct req *q, const struct resource_kind *def)
{
    struct field *f = NEW_ARRAY(q->a, struct field, (size_t)def->asks + 2);

    f[0] = (struct field){.name = S("title"),
                          .title = label(q, "resource.title"),
                          .kind = FIELD_TEXT,
                          .need = true,
                          .max = TITLE_MAX};
    f[1] = (struct field){.name = S("capacity"),
                          .title = label(q, "resource.capacity"),
                          .kind = FIELD_NUMBER,
                          .need = true,
                          .max = def->most};
    for (int i = 0; i < def->asks; i++)
        f[2 + i] = def->ask[i];
    return (struct facts_ask){f, def->asks + 2};
}

/* What was typed into them: title and capacity by themselves, as the noun takes them. */
static const struct val *typed(struct req *q, const struct resource_kind *def, struct str *title,
                               int64_t *capacity)
{
    struct facts_ask ask = asks(q, def);
    struct val *v = fields_typed(q, ask.field, ask.n);

    *title = val_text(v, "title");
    *capacity = val_int(v, "capacity");
    return v;
}

/* ---- adding ----------------------------------------------------------- */

static bool form(struct req *q)
{
    const struct resource_kind *def = pack_resource(q->district->pack, param_str(q, "kind"));
    struct val *units = set_list(q->view, "units");
    struct desk k = req_desk(q);
    struct facts_ask ask;

    if (!def)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no kind of resource called %.*s.",
                      STR_ARG(param_str(q, "kind")));
    for (const struct unit **u = resource_units(&k, def); *u; u++) {
        struct str id = str_format(q->a, "%lld", (long long)(*u)->id);

        show_choice(units, id, (*u)->name, (*u)->id == param_int(q, "unit"));
    }
    if (!units->first)
        return refuse(&q->err, ERR_DENIED, NULL, "Your posts do not allow you to keep this.");
    ask = asks(q, def);
    set_str(q->view, "kind", def->name);
    set_str(q->view, "kind_title", desk_title(&k, &def->title));
    set_str(q->view, "icon", def->icon);
    set_str(q->view, "counted", desk_title(&k, &def->unit));
    set_str(q->view, "whom", resource_for_words(q->a, def, S(""), str_eq(q->lang, S("en"))));
    fields_show(q, ask, "r", param_val(q, "rest"), set_list(q->view, "fields"));
    return true;
}

PAGE(resource_form, .at = "GET /resources/new", .template = "resource/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}))
{
    return form(q);
}

PAGE(resource_put, .at = "POST /resources", .template = "resource/new", .who = WHO_STAFF,
     .params = PARAMS({"kind", PARAM_TEXT, .max = 40}, {"unit", PARAM_ID}, {"rest", PARAM_REST}),
     .again = form)
{
    struct resource_new n = {.kind = param_str(q, "kind"), .unit_id = param_int(q, "unit")};
    const struct resource_kind *def = pack_resource(q->district->pack, n.kind);
    struct desk k = req_desk(q);
    struct resource r;

    if (def)
        n.fields = typed(q, def, &n.title, &n.capacity);
    if (!resource_add(&k, &n, &r, &q->err))
        return false;
    set_int(q->view, "id", r.id);
    q->see_other = resource_at(q, r.id);
    return true;
}

/* ---- one of them ------------------------------------------------------ */

static struct str holds_words(struct req *q, struct stretch s)
{
    static const char *const keys[] = {"resource.for_days", "resource.for_months",
                                       "resource.for_years"};

    return s.n ? scope_say(q, keys[s.unit], str_format(q->a, "%d", s.n), S("")) : S("");
}

static void put_words(struct req *q, const struct resource *r, bool for_public)
{
    struct val *fields = set_list(q->view, "fields");
    struct desk k = req_desk(q);

    resource_row_view(&k, r, q->view);
    set_str(q->view, "holds", r->def ? holds_words(q, r->def->holds) : S(""));
    for (int i = 0; r->def && i < r->def->asks; i++) {
        if (!for_public || r->def->ask[i].is_public)
            facts_view(&k, (struct facts_ask){&r->def->ask[i], 1}, r->fields, fields);
    }
}

/* What the keeper may do; typed again after a refusal. */
static void put_change(struct req *q, const struct resource *r)
{
    bool tried = q->refused && str_eq(param_str(q, "action"), S("change"));
    struct val *is = val_map(q->a), *fields = set_list(q->view, "change");

    set_bool(q->view, "change_open", tried);
    if (!r->def)
        return;
    set_str(is, "title", r->title);
    set_int(is, "capacity", r->capacity);
    for (const struct item *it = r->fields->first; it; it = it->next)
        set_val(is, it->key, it->val);
    fields_show(q, asks(q, r->def), "r", tried ? param_val(q, "rest") : is, fields);
}

static void put_held(struct req *q, const struct resource *r, bool keeps)
{
    struct val *held = set_list(q->view, "held"), *events = set_list(q->view, "events");
    struct desk k = req_desk(q);
    bool see = keeps || actor_may(q->actor, S("supervise"), r->unit_path);

    set_bool(q->view, "may_see", see);
    if (see) {
        resource_held(&k, r, held);
        resource_events(&k, r, events);
    }
    for (struct item *it = held->first; it; it = it->next) {
        set_int(&it->val, "of", r->id);
        set_bool(&it->val, "may_free", keeps && !show_member(&it->val, "over")->boolean);
    }
    for (struct item *it = events->first; it; it = it->next) {
        struct str kind = val_text(&it->val, "kind");

        set_str(&it->val, "title",
                req_text(q, str_format(q->a, "resource.did_%.*s", STR_ARG(kind)).p));
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    }
    set_bool(q->view, "held_any", held->first != NULL);
}

static bool show(struct req *q)
{
    struct resource *r = NEW(q->a, struct resource);
    struct desk k = req_desk(q);
    bool keeps;

    if (!resource_load(&k, param_int(q, "id"), r, &q->err))
        return false;
    keeps = resource_kept(&k, r);
    put_words(q, r, false);
    set_int(q->view, "seen", r->head.seq);
    set_str(q->view, "unit_at", str_format(q->a, "/units/%lld", (long long)r->unit_id));
    set_str(q->view, "public_at",
            r->def && r->def->is_public
                ? str_format(q->a, "/public/resources/%lld", (long long)r->id)
                : S(""));
    set_bool(q->view, "keeps", keeps && !r->ended_at);
    put_change(q, r);
    put_held(q, r, keeps);
    return true;
}

PAGE(resource_page, .at = "GET /resources/{id}", .template = "resource/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return show(q);
}

/* The form for everybody in which this one is asked for; "": there is none. */
static struct str apply_at(const struct req *q, const struct resource *r)
{
    const struct proc *by = r->def->apply.n ? pack_proc(q->district->pack, r->def->apply) : NULL;
    const struct field *f = by ? resource_asked(by, r->kind) : NULL;

    if (!f || r->ended_at || r->taken >= r->capacity)
        return S("");
    return str_format(q->a, "/apply/%.*s?%.*s=%lld", STR_ARG(by->mechanism), STR_ARG(f->name),
                      (long long)r->id);
}

PAGE(resource_public, .at = "GET /public/resources/{id}", .template = "public/resource",
     .who = WHO_ANYONE, .params = PARAMS({"id", PARAM_ID}))
{
    struct resource *r = NEW(q->a, struct resource);
    struct desk k = req_desk(q);

    if (!resource_load(&k, param_int(q, "id"), r, &q->err))
        return false;
    if (!r->def || !r->def->is_public)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such resource.");
    put_words(q, r, true);
    set_str(q->view, "apply_at", apply_at(q, r));
    return true;
}

/* ---- what may be done with it ----------------------------------------- */

PAGE(resource_do, .at = "POST /resources/{id}/act", .template = "resource/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"action", PARAM_TEXT, .max = 40},
                      {"reason", PARAM_TEXT}, {"matter", PARAM_ID}, {"rest", PARAM_REST}),
     .again = show)
{
    struct resource_act act = {.id = param_int(q, "id"),
                               .seen = param_int(q, "seen"),
                               .reason = param_str(q, "reason"),
                               .matter_id = param_int(q, "matter")};
    struct resource *r = NEW(q->a, struct resource);
    struct str action = param_str(q, "action");
    struct desk k = req_desk(q);

    if (!resource_load(&k, act.id, r, &q->err))
        return false;
    q->see_other = resource_at(q, act.id);
    if (str_eq(action, S("end")))
        return resource_end(&k, &act, &q->err);
    if (str_eq(action, S("take_back")))
        return resource_take_back(&k, &act, &q->err);
    if (r->def)
        act.fields = typed(q, r->def, &act.title, &act.capacity);
    return resource_change(&k, &act, &q->err);
}
