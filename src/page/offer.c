#include "page/offer.h"

#include "civic/resource.h"
#include "civic/routing.h"
#include "page/scope.h"

#include <string.h>

#define LONG_FROM 120 /* characters: from here on a field has lines */

struct form { /* where a field is shown */
    struct req *q;
    const struct matter *m;
    const struct val *typed; /* NULL: nothing yet */
    const struct err *wrong; /* NULL: nothing */
    struct str prefix;       /* of ids on the page */
    int64_t unit_id;         /* of resources those that it keeps; 0: all */
};

/* ---- showing ---------------------------------------------------------- */

static struct str in_lang(const struct req *q, const struct val *v)
{
    return val_text(v, str_eq(q->lang, S("en")) ? "en" : "zh");
}

static bool is_set(const struct val *map, const char *key)
{
    return !val_is_empty(val_get(map, str_of(key)));
}

/* Is this among what was typed: the text itself, or one of a list. */
static bool is_typed(const struct val *typed, struct str name)
{
    if (!typed)
        return false;
    if (typed->kind == VAL_STR)
        return str_eq(typed->str, name);
    for (const struct item *it = typed->kind == VAL_LIST ? typed->first : NULL; it; it = it->next) {
        if (it->val.kind == VAL_STR && str_eq(it->val.str, name))
            return true;
    }
    return false;
}

static void put_choice(struct val *of, struct str group, struct str name, struct str title, bool on)
{
    set_str(show_choice(of, name, title, on), "group", group);
}

static void put_unit(struct form *f, struct val *of, struct str group, const struct unit *u,
                     bool on)
{
    put_choice(of, group, str_format(f->q->a, "%lld", (long long)u->id), u->name, on);
}

static bool kind_listed(const struct val *kinds, struct str kind)
{
    for (const struct item *it = kinds->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "name"), kind))
            return true;
    }
    return false;
}

/* Units of the kinds that the field takes; without kinds, those at work on the matter. */
static void put_units(struct form *f, const struct val *field, const struct val *typed,
                      struct val *of)
{
    const struct units *us = f->q->district->units;
    const struct val *kinds = val_get(field, S("of"));
    struct str group = val_text(field, "name");
    struct desk k = req_desk(f->q);
    int64_t suggested = 0;

    if (is_set(field, "suggest") && f->m && !typed && str_eq(group, S("lead")))
        suggested = duty_list_unit(&k, f->m->subject, f->m->unit_path);
    if (!kinds->first) {
        for (int i = 0; f->m && i < f->m->state.parts; i++) {
            const struct unit *u = unit_by_id(us, f->m->state.part[i].unit);

            if (u && !f->m->state.part[i].lead)
                put_unit(f, of, group, u,
                         is_typed(typed, str_format(f->q->a, "%lld", (long long)u->id)));
        }
        return;
    }
    for (size_t i = 0; i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);

        if (kind_listed(kinds, u->kind))
            put_unit(f, of, group, u,
                     u->id == suggested ||
                         is_typed(typed, str_format(f->q->a, "%lld", (long long)u->id)));
    }
}

static void put_subjects(struct form *f, const struct val *typed, struct val *of)
{
    const struct pack *p = f->q->district->pack;
    struct str group = S("category");

    for (int i = 0; i < p->subjects; i++) {
        const struct subject *s = &p->subject[i];
        struct str title = str_eq(f->q->lang, S("en")) ? s->title.en : s->title.zh;
        bool on = typed ? is_typed(typed, s->name) : f->m && str_eq(s->name, f->m->subject);

        put_choice(of, group, s->name,
                   s->depth > 0 ? str_format(f->q->a, "　%.*s", STR_ARG(title)) : title, on);
    }
}

/* Those that are given, each with what is left of it and for whom it is. */
static void put_resources(struct form *f, const struct val *field, const struct val *typed,
                          struct val *of)
{
    struct val *rows = val_list(f->q->a);
    struct desk k = req_desk(f->q);

    resource_choices(&k, val_get(field, S("of")), f->unit_id, rows);
    for (const struct item *it = rows->first; it; it = it->next) {
        struct str id = str_format(f->q->a, "%lld", (long long)val_int(&it->val, "id"));
        struct str left =
            scope_say(f->q, "resource.left",
                      str_format(f->q->a, "%lld/%lld", (long long)val_int(&it->val, "free"),
                                 (long long)val_int(&it->val, "capacity")),
                      val_text(&it->val, "counted"));
        struct str whom = val_text(&it->val, "whom");

        put_choice(of, val_text(field, "name"), id,
                   str_format(f->q->a, "%.*s · %.*s · %.*s%s%.*s",
                              STR_ARG(val_text(&it->val, "kind_title")),
                              STR_ARG(val_text(&it->val, "title")), STR_ARG(left),
                              whom.n ? " · " : "", STR_ARG(whom)),
                   is_typed(typed, id));
    }
}

static void put_options(struct form *f, const struct val *field, struct str kind,
                        const struct val *typed, struct val *of)
{
    struct str group = val_text(field, "name");

    if (str_eq(kind, S("unit")) || str_eq(kind, S("units"))) {
        put_units(f, field, typed, of);
    } else if (str_eq(kind, S("resource"))) {
        put_resources(f, field, typed, of);
    } else if (str_eq(kind, S("category"))) {
        put_subjects(f, typed, of);
    } else if (str_eq(kind, S("yes_no"))) {
        put_choice(of, group, S("yes"), req_text(f->q, "offer.yes"), is_typed(typed, S("yes")));
        put_choice(of, group, S("no"), req_text(f->q, "offer.no"), is_typed(typed, S("no")));
    } else {
        for (const struct item *it = val_get(field, S("of"))->first; it; it = it->next) {
            struct str name = val_text(&it->val, "name");

            put_choice(of, group, name, in_lang(f->q, &it->val), is_typed(typed, name));
        }
    }
}

/* How it is asked on the page: a long text has lines, a list of units has boxes. */
static struct str shown_kind(const struct val *field)
{
    struct str kind = val_text(field, "kind");
    int64_t max = val_get(field, S("max"))->integer;

    if (str_eq(kind, S("text")))
        return max == 0 || max > LONG_FROM ? S("long") : S("text");
    return str_eq(kind, S("list")) ? S("units") : kind;
}

static void put_kind(struct val *v, struct str kind)
{
    static const char *const kinds[] = {"text",   "long",     "choice", "number",   "date", "place",
                                        "person", "pictures", "file",   "category", "unit", "units",
                                        "list",   "yes_no",   "money",  "lines"};
    struct val *is = set_map(v, "is");

    for (size_t i = 0; i < COUNT(kinds); i++)
        set_bool(is, kinds[i], str_eq(kind, str_of(kinds[i])));
}

static struct str wrong_text(const struct form *f, struct str name)
{
    if (!f->wrong || !f->wrong->field || !str_eq(str_of(f->wrong->field), name))
        return S("");
    return err_text(f->q->a, f->q->texts, lang_of(f->q->lang), f->wrong);
}

/* What is taken, and until when it is kept. */
static struct str file_hint(const struct req *q, const struct val *field)
{
    struct stretch keep = {(int32_t)val_int(field, "keep"),
                           (enum stretch_unit)val_int(field, "keep_unit")};
    struct str takes = req_text(q, "offer.hint_file"), until = req_text(q, "offer.hint_keep");

    return keep.n ? str_format(q->a, "%.*s %.*s %.*s", STR_ARG(takes), STR_ARG(until),
                               STR_ARG(day_text(q->a, day_of(stretch_end(q->now, keep)))))
                  : takes;
}

static struct str hint_of(const struct req *q, const struct val *field, struct str kind)
{
    const struct val *least = val_get(field, S("min"));

    if (least && least->integer)
        return str_format(q->a, "%.*s %lld", STR_ARG(req_text(q, "offer.hint_min")),
                          (long long)least->integer);
    if (str_eq(kind, S("money")))
        return req_text(q, "offer.hint_money");
    if (str_eq(kind, S("file")))
        return file_hint(q, field);
    return str_eq(kind, S("lines")) ? req_text(q, "offer.hint_lines") : S("");
}

/* Where one must be chosen and there is one only, it is. */
static void choose_only(struct val *v)
{
    struct val *of = show_member(v, "of");

    if (of->first && !of->first->next && is_set(v, "need"))
        show_member(&of->first->val, "on")->boolean = true;
}

static struct val *put_field(struct form *f, const struct val *field, struct val *list)
{
    struct str name = val_text(field, "name"), kind = shown_kind(field);
    const struct val *typed = f->typed ? val_get(f->typed, name) : NULL;
    int64_t max = val_get(field, S("max"))->integer;
    struct val *v = add_map(list);

    set_str(v, "name", name);
    set_str(v, "id", str_format(f->q->a, "%.*s-%.*s", STR_ARG(f->prefix), STR_ARG(name)));
    set_str(v, "title", in_lang(f->q, field));
    set_str(v, "kind", kind);
    set_str(v, "hint", hint_of(f->q, field, kind));
    set_str(v, "value", val_words(f->q->a, typed));
    set_str(v, "error", wrong_text(f, name));
    set_int(v, "max", max ? max : 200);
    set_bool(v, "need", is_set(field, "need"));
    set_str(v, "consent",
            str_eq(kind, S("file")) ? in_lang(f->q, val_get(field, S("consent"))) : S(""));
    put_kind(v, str_eq(kind, S("resource")) ? S("unit") : kind); /* one is chosen, too */
    put_options(f, field, kind, typed, set_list(v, "of"));
    choose_only(v);
    return v;
}

struct val *field_show(struct req *q, const struct val *field, const struct val *typed,
                       struct val *list)
{
    struct form f = {.q = q, .typed = typed, .wrong = q->refused, .prefix = S("f")};

    return put_field(&f, field, list);
}

static void put_fields(struct form *f, struct facts_ask ask, struct val *list)
{
    for (int i = 0; i < ask.n; i++) {
        struct val *one = val_list(f->q->a);

        proc_field_offer(one, &ask.field[i]);
        (void)put_field(f, &one->first->val, list);
    }
}

void fields_show(struct req *q, struct facts_ask ask, const char *prefix, const struct val *typed,
                 struct val *list)
{
    struct form f = {.q = q, .typed = typed, .wrong = q->refused, .prefix = str_of(prefix)};

    put_fields(&f, ask, list);
}

void fields_show_of(struct req *q, struct facts_ask ask, const struct unit *u, struct val *list)
{
    struct form f = {.q = q,
                     .typed = param_val(q, "rest"),
                     .wrong = q->refused,
                     .prefix = S("a"),
                     .unit_id = u ? u->id : 0};

    put_fields(&f, ask, list);
}

/* Names of actions that take something away or send it back. */
static bool is_warning(struct str name)
{
    static const char *const names[] = {"return", "refuse",   "fail", "decline",  "release",
                                        "lost",   "withdraw", "back", "give_back"};

    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_eq(name, str_of(names[i])))
            return true;
    }
    return false;
}

static bool was_tried(const struct req *q, const struct val *offer)
{
    int64_t part = -1;

    return q->refused && str_eq(param_str(q, "action"), val_text(offer, "name")) &&
           (str_eq(param_str(q, "part"), S("")) || str_int(param_str(q, "part"), &part)) &&
           part == val_get(offer, S("part"))->integer;
}

/* Boxes of joint units, where only one unit is at work. */
static bool is_vain(const struct matter *m, const struct val *field)
{
    if (!str_eq(val_text(field, "kind"), S("list")) || val_get(field, S("of"))->first)
        return false;
    for (int i = 0; i < m->state.parts; i++) {
        if (!m->state.part[i].lead)
            return false;
    }
    return true;
}

/* Where the gathering is called that decides this; where one may decide two steps, that first. Once
 * it is called, the way to it. */
static void put_calls(struct req *q, const struct matter *m, const struct val *offer, struct val *v)
{
    struct val *calls = set_list(v, "calls"), *to;
    const char *const keys[] = {"merged", "gathering"};
    struct str called = val_text(q->view, "meeting_at");

    set_bool(v, "calls_any", val_text(offer, "gathering").n > 0);
    if (called.n && val_text(offer, "gathering").n) {
        to = add_map(calls);
        set_str(to, "title", req_text(q, "offer.called"));
        set_str(to, "at", called);
        set_bool(to, "merged", false);
        set_bool(to, "main", true);
        return;
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct str name = val_text(offer, keys[i]);
        const struct gathering_kind *kind = pack_gathering(q->district->pack, name);

        if (!kind)
            continue;
        to = add_map(calls);
        set_str(to, "title",
                str_format(q->a, "%.*s · %.*s", STR_ARG(in_lang(q, offer)),
                           STR_ARG(str_eq(q->lang, S("en")) ? kind->title.en : kind->title.zh)));
        set_str(to, "at",
                str_format(q->a, "/gatherings/new?kind=%.*s&matter=%lld%s", STR_ARG(name),
                           (long long)m->id, i ? "" : "&merged=yes"));
        set_bool(to, "merged", !i);
        set_bool(to, "main", to == &calls->first->val);
    }
}

static void put_offer(struct req *q, const struct matter *m, struct str at, const struct val *offer,
                      struct val *list)
{
    struct val *v = add_map(list), *fields;
    bool tried = was_tried(q, offer);
    int64_t part = val_get(offer, S("part"))->integer;
    const struct unit *u = unit_by_id(q->district->units, val_get(offer, S("unit"))->integer);
    struct form f = {.q = q,
                     .m = m,
                     .typed = tried ? param_val(q, "rest") : NULL,
                     .wrong = tried ? q->refused : NULL};
    struct str name = val_text(offer, "name");

    f.prefix = str_format(q->a, "o%lld-%.*s", (long long)part + 1, STR_ARG(name));
    set_str(v, "name", name);
    set_str(v, "title", in_lang(q, offer));
    set_str(v, "kind", val_text(offer, "kind"));
    set_str(v, "at", at);
    set_str(v, "note", u ? u->name : S(""));
    set_int(v, "part", part);
    set_bool(v, "open", tried);
    set_bool(v, "warn", is_warning(name));
    set_str(v, "error",
            tried && !q->refused->field ? err_text(q->a, q->texts, lang_of(q->lang), q->refused)
                                        : S(""));
    put_calls(q, m, offer, v);
    fields = set_list(v, "fields");
    for (const struct item *it = val_get(offer, S("fields"))->first; it; it = it->next) {
        if (!is_vain(m, &it->val))
            put_field(&f, &it->val, fields);
    }
}

void offers_show(struct req *q, const struct matter *m, struct str at)
{
    struct desk k = req_desk(q);
    struct val *all = val_list(q->a), *list = set_list(q->view, "offers");

    matter_offers(&k, m, all);
    for (const struct item *it = all->first; it; it = it->next)
        put_offer(q, m, at, &it->val, list);
    set_bool(q->view, "offers_any", list->first != NULL);
    if (list->first && !list->first->next)
        show_member(&list->first->val, "open")->boolean = true;
}

/* ---- taking ----------------------------------------------------------- */

static struct val as_number(const struct val *v)
{
    struct val out = *v;

    if (v->kind == VAL_STR && str_int(v->str, &out.integer))
        out.kind = VAL_INT;
    return out;
}

static void take_list(const struct val *typed, struct val *list)
{
    if (typed->kind != VAL_LIST) {
        if (!val_is_empty(typed))
            add_val(list, as_number(typed));
        return;
    }
    for (const struct item *it = typed->first; it; it = it->next)
        add_val(list, as_number(&it->val));
}

/* A text beside the position that the phone found; or a map that a program sent. */
static void take_place(struct req *q, const struct val *typed, const char *name, struct val *out)
{
    const struct val *rest = param_val(q, "rest");
    bool map = typed && typed->kind == VAL_MAP;
    int64_t lon = show_degrees(val_get(map ? typed : rest, S("lon")));
    int64_t lat = show_degrees(val_get(map ? typed : rest, S("lat")));
    struct str text = map                               ? val_text(typed, "text")
                      : typed && typed->kind == VAL_STR ? typed->str
                                                        : S("");
    struct val *place;

    if (!text.n && !lon && !lat)
        return;
    place = set_map(out, name);
    set_str(place, "text", text);
    if (lon || lat) {
        set_int(place, "lon", lon);
        set_int(place, "lat", lat);
    }
}

static void take_field(struct req *q, const struct val *field, const struct val *typed,
                       struct val *out)
{
    struct str kind = val_text(field, "kind"), name = val_text(field, "name");
    const char *key = str_copy(q->a, name).p;

    if (str_eq(kind, S("file"))) {
        paper_put(q, name, out);
    } else if (str_eq(kind, S("pictures"))) {
        struct val *ids = val_list(q->a);

        photos_put(q, key, val_text(field, "picture"), ids);
        if (ids->first)
            set_val(out, name, *ids);
    } else if (str_eq(kind, S("place"))) {
        take_place(q, typed, key, out);
    } else if (!typed || val_is_empty(typed)) {
        return;
    } else if (str_eq(kind, S("list"))) {
        take_list(typed, set_list(out, key));
    } else if (str_eq(kind, S("unit")) || str_eq(kind, S("person")) || str_eq(kind, S("number")) ||
               str_eq(kind, S("resource"))) {
        set_val(out, name, as_number(typed));
    } else {
        set_val(out, name, *typed);
    }
}

static const struct val *find_offer(struct desk *k, const struct matter *m, struct str action,
                                    int part)
{
    struct val *all = val_list(k->a);

    matter_offers(k, m, all);
    for (const struct item *it = all->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "name"), action) &&
            val_get(&it->val, S("part"))->integer == part)
            return &it->val;
    }
    return NULL;
}

struct val *offer_fields(struct req *q, const struct matter *m, struct str action, int part)
{
    struct desk k = req_desk(q);
    const struct val *offer = find_offer(&k, m, action, part), *rest = param_val(q, "rest");
    struct val *out = val_map(q->a);

    for (const struct item *it = offer ? val_get(offer, S("fields"))->first : rest->first; it;
         it = it->next) {
        if (offer)
            take_field(q, &it->val, val_get(rest, val_text(&it->val, "name")), out);
        else
            set_val(out, it->key, it->val);
    }
    return out;
}

struct val *fields_typed(struct req *q, const struct field *field, int n)
{
    struct val *offers = val_list(q->a), *out = val_map(q->a);
    const struct val *rest = param_val(q, "rest");

    for (int i = 0; i < n; i++)
        proc_field_offer(offers, &field[i]);
    for (const struct item *it = offers->first; it; it = it->next)
        take_field(q, &it->val, rest ? val_get(rest, val_text(&it->val, "name")) : NULL, out);
    return out;
}
