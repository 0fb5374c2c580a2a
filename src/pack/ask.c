/* The words that recur in a mechanism: fields, limits, and who. */
#include "pack/read.h"

#include <string.h>

#define ASKS_MAX 30

static const char *const kinds[] = {"text",     "choice", "number",   "date",   "place",
                                    "pictures", "file",   "category", "person", "unit",
                                    "list",     "yes_no", "money",    "lines",  "resource"};

static enum field_kind kind_read(struct pack_reader *r, const struct val *map, struct str name)
{
    struct str s = take_word(r, map, "kind");

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_eq(s, str_of(kinds[i])))
            return (enum field_kind)i;
    }
    FAULT(r, map->line,
          "field %.*s: kind must be one of text, choice, number, date, place, pictures, file, "
          "category, person, unit, list, yes_no, money, lines, resource",
          STR_ARG(name));
    return FIELD_TEXT;
}

static void read_choices(struct pack_reader *r, const struct val *v, struct field *f)
{
    struct choice *of = NEW_ARRAY(r->a, struct choice, (size_t)val_count(v) + 1);
    int n = 0;

    for (const struct item *it = v->kind == VAL_MAP ? map_of(v) : list_of(v); it;
         it = it->next, n++) {
        if (v->kind == VAL_MAP) {
            of[n].name = it->key;
            of[n].title = read_title(r, &it->val, it->key);
        } else {
            of[n].name = word_of(&it->val);
            of[n].title = read_title(r, val_get(r->words, of[n].name), of[n].name);
        }
        if (!is_word(of[n].name))
            FAULT(r, it->val.line, "field %.*s: each choice must be a word", STR_ARG(f->name));
        if (f->kind == FIELD_CHOICE && v->kind == VAL_LIST && !val_get(r->words, of[n].name))
            FAULT(r, it->val.line, "%.*s: the title is needed in zh and in en",
                  STR_ARG(of[n].name));
    }
    f->of = of;
    f->ofs = n;
}

/* Only a matter holds something. */
static void resource_field_check(struct pack_reader *r, const struct val *map,
                                 const struct field *f)
{
    if (!r->def)
        FAULT(r, map->line, "field %.*s: only a mechanism can ask for a resource",
              STR_ARG(f->name));
    if (!f->ofs)
        FAULT(r, map->line, "field %.*s: 'of' must name the kinds of resources", STR_ARG(f->name));
    for (int i = 0; i < f->ofs; i++) {
        if (!val_get(r->resource, f->of[i].name))
            FAULT(r, map->line, "there is no kind of resource '%.*s'", STR_ARG(f->of[i].name));
    }
}

static void read_of(struct pack_reader *r, const struct val *map, struct field *f)
{
    const struct val *v = take(map, "of");

    if (r->def && str_eq(word_of(v), S("grades"))) {
        f->of = r->def->grade;
        f->ofs = r->def->grades;
    } else if (v) {
        read_choices(r, v, f);
    }
    if (f->kind == FIELD_CHOICE && f->ofs == 0)
        FAULT(r, map->line, "field %.*s: 'of' must list the choices", STR_ARG(f->name));
    for (int i = 0; f->kind == FIELD_UNIT && i < f->ofs; i++) {
        if (!val_get(r->unit_kinds, f->of[i].name))
            FAULT(r, map->line, "there is no kind of unit '%.*s'", STR_ARG(f->of[i].name));
    }
    if (f->kind == FIELD_RESOURCE)
        resource_field_check(r, map, f);
}

static void read_need(struct pack_reader *r, const struct val *map, struct field *f)
{
    const struct val *v = take(map, "need");

    if (v && v->kind == VAL_LIST) {
        f->need = true;
        f->need_for = take_words(r, map, "need", &f->need_fors);
        for (int i = 0; i < f->need_fors; i++) {
            if (!val_get(r->channels, f->need_for[i]))
                FAULT(r, v->line, "there is no channel '%.*s'", STR_ARG(f->need_for[i]));
        }
        return;
    }
    f->need = take_bool(r, map, "need", false);
}

bool field_is_number(const struct field *f)
{
    return f->kind == FIELD_NUMBER || f->kind == FIELD_MONEY || f->kind == FIELD_LINES;
}

/* What is given as a file belongs to a matter, which erases it in time. */
static void read_file(struct pack_reader *r, const struct val *map, struct field *f)
{
    const struct val *keep = take(map, "keep"), *consent = take(map, "consent");
    struct err e = {0};

    if (f->kind != FIELD_FILE) {
        if (keep || consent)
            FAULT(r, map->line, "field %.*s: only a file has 'consent' and 'keep'",
                  STR_ARG(f->name));
        return;
    }
    if (!r->def)
        FAULT(r, map->line, "field %.*s: only a mechanism asks for a file", STR_ARG(f->name));
    if (consent)
        f->consent = read_title(r, consent, f->name);
    if (keep && !stretch_parse(word_of(keep), &f->keep, &e))
        FAULT(r, keep->line, "field %.*s: keep: %s", STR_ARG(f->name), e.text);
}

static void read_field(struct pack_reader *r, const struct val *map, struct field *f)
{
    *f = (struct field){.line = map->line, .name = take_word(r, map, "name")};
    take_keys(
        r, map, "field",
        "name title kind need max min of tree suggest personal public picture adds consent keep");
    if (!f->name.n)
        FAULT(r, map->line, "a field needs a name");
    f->title = take_title(r, map, f->name);
    f->kind = kind_read(r, map, f->name);
    f->max = take_int(r, map, "max", 1, 1000000000);
    f->min = take_int(r, map, "min", 1, 1000000000);
    if (f->min && f->kind != FIELD_NUMBER && f->kind != FIELD_MONEY)
        FAULT(r, map->line, "field %.*s: only a number or money has a 'min'", STR_ARG(f->name));
    if (f->max && f->min > f->max)
        FAULT(r, map->line, "field %.*s: 'min' is more than 'max'", STR_ARG(f->name));
    f->personal = take_bool(r, map, "personal", false);
    f->is_public = take_bool(r, map, "public", false);
    f->adds = take_bool(r, map, "adds", false);
    if (f->adds && !field_is_number(f))
        FAULT(r, map->line, "field %.*s: only a number, money or lines can add up",
              STR_ARG(f->name));
    if (f->is_public && f->personal)
        FAULT(r, map->line, "field %.*s: what is personal cannot be public", STR_ARG(f->name));
    if (take_bool(r, map, "suggest", false))
        f->suggest = S("subject");
    if (f->suggest.n && f->kind != FIELD_CATEGORY)
        FAULT(r, map->line, "field %.*s: only a category can be suggested", STR_ARG(f->name));
    f->tree = take_word(r, map, "tree");
    f->picture = take_word(r, map, "picture");
    if (f->picture.n && !in_words(f->picture, "before after check scene"))
        FAULT(r, map->line, "field %.*s: picture must be before, after, check or scene",
              STR_ARG(f->name));
    if (f->tree.n && !str_eq(f->tree, S("subjects")))
        FAULT(r, map->line, "field %.*s: there is no tree '%.*s'", STR_ARG(f->name),
              STR_ARG(f->tree));
    read_file(r, map, f);
    read_need(r, map, f);
    read_of(r, map, f);
}

/* A name out of the pack's fields, or a field written out, which may build upon one of them. */
static const struct val *field_source(struct pack_reader *r, const struct val *v)
{
    struct val *named;
    const struct val *lib;
    struct str name;

    if (v->kind != VAL_STR && v->kind != VAL_MAP) {
        FAULT(r, v->line, "ask: a field is a name or a map");
        return NULL;
    }
    name = v->kind == VAL_STR ? v->str : take_word(r, v, "name");
    lib = val_get(r->fields, name);
    if (!lib && v->kind == VAL_STR)
        FAULT(r, v->line, "ask: there is no field '%.*s'", STR_ARG(name));
    if (!lib || lib->kind != VAL_MAP)
        return v->kind == VAL_MAP ? v : NULL;
    named = val_map(r->a);
    set_str(named, "name", name);
    named->line = v->line;
    named = merge(r->a, lib, named);
    return v->kind == VAL_MAP ? merge(r->a, named, v) : named;
}

const struct field *ask_read(struct pack_reader *r, const struct val *map, const char *key, int *n)
{
    const struct val *v = take(map, key);
    struct field *out = NEW_ARRAY(r->a, struct field, (size_t)val_count(v) + 1);

    *n = 0;
    if (v && v->kind != VAL_LIST)
        FAULT(r, v->line, "%s must be a list of fields", key);
    if (v && val_count(v) > ASKS_MAX)
        FAULT(r, v->line, "%s: at most %d fields; nobody fills in more", key, ASKS_MAX);
    for (const struct item *it = list_of(v); it; it = it->next) {
        const struct val *from = field_source(r, &it->val);

        if (!from)
            continue;
        read_field(r, from, &out[*n]);
        for (int i = 0; i < *n; i++) {
            if (str_eq(out[i].name, out[*n].name))
                FAULT(r, it->val.line, "field %.*s is asked twice", STR_ARG(out[i].name));
        }
        (*n)++;
    }
    return out;
}

struct limit limit_read(struct pack_reader *r, const struct val *v)
{
    struct limit l = {0};
    struct err e = {0};

    if (v->kind == VAL_INT && v->integer == 0)
        return l;
    if (v->kind != VAL_STR)
        FAULT(r, v->line, "a time limit is written like '4 working hours'");
    else if (!limit_parse(v->str, &l, &e))
        FAULT(r, v->line, "%s", e.text);
    return l;
}

struct limits limits_read(struct pack_reader *r, const struct val *v)
{
    struct limits out = {.given = v != NULL};

    if (!v)
        return out;
    if (v->kind != VAL_MAP) {
        struct limit l = limit_read(r, v);

        for (int i = 0; i < GRADES_MAX; i++)
            out.grade[i] = l;
        return out;
    }
    for (const struct item *it = v->first; it; it = it->next) {
        bool known = false;

        for (int i = 0; i < r->def->grades; i++)
            known = known || str_eq(r->def->grade[i].name, it->key);
        if (!known)
            FAULT(r, it->val.line, "there is no grade '%.*s'", STR_ARG(it->key));
    }
    for (int i = 0; i < r->def->grades; i++) {
        const struct val *one = val_get(v, r->def->grade[i].name);

        if (!one)
            FAULT(r, v->line, "the time limit for grade %.*s is missing",
                  STR_ARG(r->def->grade[i].name));
        else
            out.grade[i] = limit_read(r, one);
    }
    return out;
}

static const struct {
    const char *name;
    enum place place;
} places[] = {{"grid", PLACE_GRID},     {"community", PLACE_COMMUNITY},
              {"street", PLACE_STREET}, {"district", PLACE_DISTRICT},
              {"lead", PLACE_LEAD},     {"joint", PLACE_JOINT},
              {"part", PLACE_PART},     {"holder", PLACE_HOLDER},
              {"opener", PLACE_OPENER}, {"reporter", PLACE_REPORTER}};

static enum place place_find(struct str name)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        if (str_eq(str_of(places[i].name), name))
            return places[i].place;
    }
    return PLACE_NONE;
}

/* Is the role held in units of such a kind? Parts and holders are units of any kind. */
static void check_role(struct pack_reader *r, const struct who *w, struct str place)
{
    const struct val *role = val_get(r->roles, w->role), *of;
    bool kind = w->place >= PLACE_OWN || w->place <= PLACE_DISTRICT;

    if (!role) {
        FAULT(r, w->line, "there is no role '%.*s'", STR_ARG(w->role));
        return;
    }
    of = take(role, "of");
    for (const struct item *it = kind ? list_of(of) : NULL; it; it = it->next) {
        struct str held = word_of(&it->val);

        if (str_eq(held, place) || (w->place == PLACE_COMMUNITY && str_eq(held, S("village"))) ||
            (w->place == PLACE_STREET && str_eq(held, S("town"))))
            return;
    }
    if (kind && of && !str_eq(word_of(of), place))
        FAULT(r, w->line, "no %.*s is held in a %.*s: see 'of' of the role", STR_ARG(w->role),
              STR_ARG(place));
}

static struct title title_in(const struct val *from, struct str name)
{
    const struct val *v = val_get(from, name);
    const struct val *t = take(v, "title") ? take(v, "title") : v;
    struct str zh = word_of(take(t, "zh")), en = word_of(take(t, "en"));

    return (struct title){zh.n ? zh : name, en.n ? en : name};
}

/* 社区 + 调度员; Dispatcher + of + community. Reporter, opener and holder have a word of their own.
 */
static struct title who_title(struct pack_reader *r, const struct who *w, struct str place)
{
    const struct val *from = val_get(r->unit_kinds, place) ? r->unit_kinds : r->words;
    struct title of = title_in(from, place), role;

    if (!w->role.n)
        return of;
    role = title_in(r->roles, w->role);
    if (role.zh.n > of.zh.n && memcmp(role.zh.p, of.zh.p, of.zh.n) == 0)
        of.zh = S(""); /* the role's name says where already */
    return (struct title){str_format(r->a, "%.*s%s%.*s", STR_ARG(of.zh),
                                     w->place == PLACE_HOLDER ? " · " : "", STR_ARG(role.zh)),
                          str_format(r->a, "%.*s of %.*s", STR_ARG(role.en), STR_ARG(place))};
}

static struct who who_one(struct pack_reader *r, struct str s, int line)
{
    struct who w = {.line = line};
    struct str role, rest = str_cut(str_trim(s), ' ', &role), of, place, own, kind;

    rest = str_trim(rest);
    if (!rest.n) {
        w.place = place_find(role);
        if (w.place != PLACE_REPORTER && w.place != PLACE_OPENER && w.place != PLACE_HOLDER) {
            FAULT(r, line, "who: '%.*s' must be 'ROLE of PLACE', reporter, opener or holder",
                  STR_ARG(s));
            w.place = PLACE_REPORTER;
        }
        w.title = who_title(r, &w, role);
        return w;
    }
    place = str_trim(str_cut(rest, ' ', &of));
    w.role = str_copy(r->a, role);
    kind = str_cut(place, ' ', &own);
    if (str_eq(own, S("own")) && kind.n) {
        place = str_trim(kind);
        w.place = PLACE_OWN;
    } else {
        w.place = place_find(place);
    }
    if (!str_eq(of, S("of")) || !is_word(role) || !is_word(place)) {
        FAULT(r, line, "who: '%.*s' must be 'ROLE of PLACE', reporter, opener or holder",
              STR_ARG(s));
        w.place = PLACE_REPORTER;
        return w;
    }
    if (w.place == PLACE_NONE || w.place == PLACE_OWN) {
        w.place = w.place == PLACE_OWN ? PLACE_OWN : PLACE_KIND;
        w.kind = str_copy(r->a, place);
        if (!val_get(r->unit_kinds, place))
            FAULT(r, line, "there is no place or kind of unit '%.*s'", STR_ARG(place));
    }
    check_role(r, &w, place);
    w.title = who_title(r, &w, place);
    return w;
}

/* "A of B or C of D" */
struct who who_read(struct pack_reader *r, const struct val *v, const char *what)
{
    struct who first = {0}, *last = NULL;
    struct str rest;

    if (!v)
        return first;
    if (v->kind != VAL_STR || !v->str.n) {
        FAULT(r, v->line, "%s must be 'ROLE of PLACE', reporter, opener or holder", what);
        return (struct who){.place = PLACE_REPORTER, .line = v->line};
    }
    rest = v->str;
    while (rest.n) {
        const char * or = memmem(rest.p, rest.n, " or ", 4);
        struct str one = {rest.p, or ? (size_t)(or -rest.p) : rest.n};
        struct who w = who_one(r, one, v->line);

        rest = or ? (struct str){ or +4, rest.n - one.n - 4} : S("");
        if (!last) {
            first = w;
            last = &first;
        } else {
            struct who *next = NEW(r->a, struct who);

            *next = w;
            last->other = next;
            last = next;
        }
    }
    return first;
}
