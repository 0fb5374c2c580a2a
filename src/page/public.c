/* What everybody may read without a name: decisions on display, objections and their answers. */
#include "page/public.h"

#include "form/qr.h"
#include "page/disclosure.h"

#define BODY_MOST  1000
#define PER_MINUTE 10 /* objections from one address */
#define QR_MODULE  6
#define SHOWN      50

/* ---- the list ------------------------------------------------------------- */

static void put_row(struct req *q, const struct disclosure *d, struct val *list)
{
    struct val *v = val_map(q->a), *objections = val_list(q->a);
    struct desk k = req_desk(q);
    int64_t n = 0;

    if (!disclosure_put(q, d, v))
        return;
    objection_list(&k, d, true, objections);
    for (const struct item *it = objections->first; it; it = it->next)
        n++;
    set_int(v, "objections", n);
    add_val(list, *v);
}

static struct str below_path(struct req *q, const char *path, const struct unit *u)
{
    return str_format(q->a, "%s%lld", path, (long long)u->id);
}

bool public_around(struct req *q, const struct unit *u, const char *path, struct val *list)
{
    const struct unit **below = units_below(q->a, q->district->units, u, S(""));
    const struct unit *up = unit_by_id(q->district->units, u->parent_id);

    set_str(q->view, "wider", up ? below_path(q, path, up) : S(""));
    set_str(q->view, "wider_name", up ? up->name : S(""));
    for (; *below; below++) {
        struct val *v;

        if (!unit_above(q->district->units, *below, S("street")))
            continue;
        v = add_map(list);
        set_str(v, "name", (*below)->name);
        set_str(v, "at", below_path(q, path, *below));
    }
    return list->first != NULL;
}

PAGE(public_list, .at = "GET /public", .template = "public/list", .who = WHO_ANYONE,
     .params = PARAMS({"unit", PARAM_ID}, {"ended", PARAM_TEXT, .max = 4}, {"before", PARAM_INT}))
{
    int64_t id = param_int(q, "unit");
    const struct unit *u = id ? unit_by_id(q->district->units, id) : unit_root(q->district->units);
    struct disclosure *d = NEW_ARRAY(q->a, struct disclosure, SHOWN);
    struct disclosure_filter f = {.ended = param_str(q, "ended").n > 0,
                                  .before = param_int(q, "before")};
    struct val *rows = set_list(q->view, "rows");
    struct desk k = req_desk(q);
    size_t n;

    if (!u)
        return refuse(&q->err, ERR_NOT_FOUND, "unit", "There is no such unit.");
    f.unit_path = u->path;
    n = disclosure_list(&k, &f, d);
    for (size_t i = 0; i < n; i++)
        put_row(q, &d[i], rows);
    set_bool(q->view, "rows_any", rows->first != NULL);
    set_bool(q->view, "ended", f.ended);
    set_str(q->view, "unit", u->name);
    set_str(q->view, "other_at",
            str_format(q->a, "/public?unit=%lld%s", (long long)u->id, f.ended ? "" : "&ended=yes"));
    set_str(q->view, "unit_at", str_format(q->a, "/public/units/%lld", (long long)u->id));
    set_bool(q->view, "narrower_any",
             public_around(q, u, "/public?unit=", set_list(q->view, "narrower")));
    show_pager(q, S("/public"), n == SHOWN ? d[n - 1].id : 0);
    return true;
}

/* ---- one ------------------------------------------------------------------ */

static bool get(struct req *q, struct disclosure *d)
{
    struct desk k = req_desk(q);

    return disclosure_load(&k, param_int(q, "id"), d, &q->err) &&
           (disclosure_put(q, d, q->view) ||
            refuse(&q->err, ERR_NOT_FOUND, NULL, "There is nothing on display here."));
}

bool display_show(struct req *q)
{
    struct disclosure d;

    if (!get(q, &d))
        return false;
    objections_put(q, &d, true, q->view);
    set_int(q->view, "body_max", BODY_MOST);
    set_bool(q->view, "supported", param_str(q, "supported").n > 0);
    show_request_key(q);
    return true;
}

PAGE(public_show, .at = "GET /public/{id}", .template = "public/show", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"supported", PARAM_TEXT, .max = 3}))
{
    return display_show(q);
}

PAGE(public_sheet, .at = "GET /public/{id}/sheet", .template = "public/sheet", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct disclosure d;
    struct str address;

    if (!get(q, &d))
        return false;
    address = show_address(q, val_text(q->view, "at"));
    set_str(q->view, "address", address);
    set_html(q->view, "qr", qr_svg(q->a, address, QR_MODULE));
    return true;
}

/* ---- objecting ------------------------------------------------------------ */

PAGE(public_object, .at = "POST /public/{id}/objections", .template = "public/show",
     .who = WHO_ANYONE, .no_csrf = true, .per_minute = PER_MINUTE,
     .params = PARAMS({"id", PARAM_ID}, {"body", PARAM_TEXT, .max = BODY_MOST},
                      {"name", PARAM_TEXT, .max = 30}, {"phone", PARAM_TEXT, .max = 20}),
     .again = display_show)
{
    struct objection_new n = {.disclosure_id = param_int(q, "id"),
                              .body = param_str(q, "body"),
                              .name = param_str(q, "name"),
                              .phone = param_str(q, "phone"),
                              .request_key = q->request_key};
    struct desk k = req_desk(q);
    struct disclosure d;
    struct str code;

    if (!objection_add(&k, &n, &code, &q->err) || !get(q, &d))
        return false;
    set_str(q->view, "code", code);
    q->template = "public/sent";
    return true;
}

static bool find_form(struct req *q)
{
    (void)q;
    return true;
}

PAGE(objection_lookup, .at = "GET /public/objection", .template = "public/find", .who = WHO_ANYONE)
{
    return find_form(q);
}

PAGE(objection_find, .at = "POST /public/objection", .template = "public/find", .who = WHO_ANYONE,
     .no_csrf = true, .params = PARAMS({"code", PARAM_TEXT, .max = 40, .need = true}),
     .again = find_form)
{
    struct val *list = set_list(q->view, "objections");
    struct desk k = req_desk(q);
    struct disclosure d;

    if (!objection_by_code(&k, param_str(q, "code"), &d, add_map(list), &q->err))
        return false;
    objection_put(q, &list->first->val);
    set_bool(q->view, "objections_any", true);
    q->template = "public/mine";
    return disclosure_put(q, &d, q->view) ||
           refuse(&q->err, ERR_NOT_FOUND, NULL, "There is nothing on display here.");
}
