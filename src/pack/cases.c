/*
 * Cases of a .test.yaml: people do things at stated times, and the state at the end is compared.
 *
 * Each case runs twice: with every tick at its moment, and with none until the end of the case, as
 * after a power cut. Both must give the same effects with the same times.
 */
#include "pack/case.h"

#include <assert.h>
#include <string.h>

/* As the case says under units, or by the first letter: G1, C1, S1, D1, B1, V1. */
static struct str unit_kind(const struct case_run *c, struct str name)
{
    static const struct {
        char letter;
        const char *kind;
    } usual[] = {{'G', "grid"},     {'C', "community"},    {'S', "street"},
                 {'D', "district"}, {'B', "party_branch"}, {'V', "village"}};
    struct str kind = map_of(c->units) ? word_of(val_get(c->units, name)) : S("");

    if (kind.n)
        return kind;
    for (size_t i = 0; i < COUNT(usual); i++) {
        if (name.n && name.p[0] == usual[i].letter)
            return str_of(usual[i].kind);
    }
    return S("department");
}

static int unit_add(struct case_run *c, struct str name)
{
    for (int i = 0; i < c->n_units; i++) {
        if (str_eq(c->unit_name[i], name))
            return i;
    }
    if (c->n_units == CASE_UNITS)
        return 0;
    c->unit_name[c->n_units] = name;
    c->unit[c->n_units] = (struct proc_unit){.id = 100 + c->n_units,
                                             .kind = unit_kind(c, name),
                                             .hours = c->pack->hours.n ? &c->pack->hours : NULL};
    return c->n_units++;
}

int64_t case_unit(struct case_run *c, struct str name)
{
    return c->unit[unit_add(c, name)].id;
}

struct str case_unit_name(const struct case_run *c, int64_t id)
{
    for (int i = 0; i < c->n_units; i++) {
        if (c->unit[i].id == id)
            return c->unit_name[i];
    }
    return S("nobody");
}

static const struct proc_unit *find_unit(void *arg, int64_t id)
{
    const struct case_run *c = arg;

    for (int i = 0; i < c->n_units; i++) {
        if (c->unit[i].id == id)
            return &c->unit[i];
    }
    return NULL;
}

/* The case's first unit of that kind. */
static int64_t find_own(void *arg, struct str kind)
{
    const struct case_run *c = arg;
    const struct proc_unit *focus = find_unit(arg, c->focus);

    if (focus && str_eq(focus->kind, kind))
        return focus->id;
    for (int i = 0; i < c->n_units; i++) {
        if (str_eq(c->unit[i].kind, kind))
            return c->unit[i].id;
    }
    return 0;
}

static void add_post(struct case_run *c, struct case_person *p, struct str s)
{
    struct str role, of, rest = str_cut(s, ' ', &role);

    rest = str_cut(rest, ' ', &of);
    if (p->posts < CASE_POSTS)
        p->post[p->posts++] = (struct proc_post){role, case_unit(c, rest)};
}

static void read_people(struct case_run *c, const struct val *posts)
{
    for (const struct item *it = map_of(posts); it; it = it->next) {
        struct case_person *p = &c->person[c->people];

        if (c->people == CASE_PEOPLE)
            return;
        *p = (struct case_person){.name = it->key, .id = 1000 + c->people};
        c->people++;
        if (it->val.kind == VAL_STR)
            add_post(c, p, it->val.str);
        for (const struct item *k = list_of(&it->val); k; k = k->next) {
            if (k->val.kind == VAL_STR)
                add_post(c, p, k->val.str);
        }
    }
}

struct case_person *case_person(struct case_run *c, struct str name)
{
    for (int i = 0; i < c->people; i++) {
        if (str_eq(c->person[i].name, name))
            return &c->person[i];
    }
    return NULL;
}

/* Whoever reported in their own name is the reporter; "reporter" comes by code. */
void case_actor(struct case_run *c, struct str who)
{
    struct case_person *p = case_person(c, who);

    c->env.actor = (struct proc_actor){.reporter = str_eq(who, S("reporter"))};
    if (!p)
        return;
    c->env.actor = (struct proc_actor){.person = p->id,
                                       .post = p->post,
                                       .posts = (size_t)p->posts,
                                       .opener = c->opener == p->id,
                                       .reporter = c->opener == p->id && c->own};
}

static void note_effects(struct case_run *c, const struct proc_effects *out)
{
    for (int i = 0; i < out->n; i++) {
        const struct proc_effect *f = &out->effect[i];

        buf_put(&c->log, str_format(c->a, "%d/%d/%d/%lld/%lld/%d ", f->kind, f->step, f->part,
                                    (long long)f->unit, (long long)f->at_ms, f->place));
        if (c->n_effects < CASE_EFFECTS)
            c->effect[c->n_effects++] = *f;
    }
}

bool case_ticks(struct case_run *c, int64_t until_ms, struct err *e)
{
    struct proc_effects out;
    int64_t next;

    case_actor(c, S(""));
    for (int n = 0; n < 1000 && (next = proc_next_ms(&c->env, &c->state)) && next <= until_ms;
         n++) {
        struct proc_event ev = {.kind = PROC_TICK, .at_ms = next, .part = -1, .fields = c->nothing};

        if (!proc_apply(&c->env, &c->state, &ev, &out, e) ||
            !case_resources_do(c, c->nothing, &out, e))
            return false;
        note_effects(c, &out);
    }
    return true;
}

bool case_apply(struct case_run *c, const struct proc_event *ev, struct err *e)
{
    struct str before = proc_state_write(c->a, c->env.def, &c->state);
    struct proc_state *was = NEW(c->a, struct proc_state);
    struct proc_effects out;
    struct case_resource held[CASE_RESOURCES];

    *was = c->state;
    memcpy(held, c->resource, sizeof(held));

    if (proc_apply(&c->env, &c->state, ev, &out, e)) {
        if (case_resources_do(c, ev->fields, &out, e)) {
            note_effects(c, &out);
            return true;
        }
        c->state = *was;
        memcpy(c->resource, held, sizeof(held));
    }
    assert(str_eq(before, proc_state_write(c->a, c->env.def, &c->state)));
    return false;
}

static bool same_written(struct case_run *c)
{
    struct str one = proc_state_write(c->a, c->env.def, &c->state), two;
    struct proc_state *back = NEW(c->a, struct proc_state);
    struct err e = {0};

    if (!proc_state_read(c->a, c->env.def, one, back, &e))
        return false;
    two = proc_state_write(c->a, c->env.def, back);
    return str_eq(one, two);
}

/* Runs the events; false with what went otherwise than the case says. */
static bool run_events(struct case_run *c, const struct val *v, bool eager, struct str *what)
{
    const struct val *events = take(v, "events"), *at = take(v, "at");
    struct err e = {0};
    int64_t at_ms = 0;

    for (const struct item *it = list_of(events); it; it = it->next) {
        if (!case_event(c, &it->val, eager, what))
            return false;
        if (!same_written(c)) {
            *what = S("the state does not read back as it was written");
            return false;
        }
    }
    if (at && (at->kind != VAL_STR || !when_parse(at->str, &at_ms))) {
        *what = S("at: is not a time");
        return false;
    }
    c->now_ms = at_ms ? at_ms : c->now_ms;
    if (!case_ticks(c, c->now_ms, &e)) {
        *what = str_copy(c->a, str_of(e.text));
        return false;
    }
    return true;
}

static int64_t place_of(struct case_run *c, const struct val *v, const char *kind,
                        const char *usual)
{
    const struct val *without = take(v, "without");

    for (const struct item *it = list_of(without); it; it = it->next) {
        if (str_eq(word_of(&it->val), str_of(kind)))
            return 0;
    }
    return case_unit(c, str_of(usual));
}

static void begin(struct case_run *c, struct arena *a, const struct pack *p, const struct proc *def,
                  const struct val *v, const struct calendar *cal)
{
    memset(c, 0, sizeof(*c));
    c->a = a;
    c->pack = p;
    c->units = take(v, "units");
    c->nothing = val_map(a);
    c->log = (struct buf){.arena = a};
    c->env = (struct proc_env){.def = def, .calendar = cal, .arena = a};
    c->env.places = (struct proc_places){.grid = place_of(c, v, "grid", "G1"),
                                         .community = place_of(c, v, "community", "C1"),
                                         .street = place_of(c, v, "street", "S1"),
                                         .district = place_of(c, v, "district", "D1"),
                                         .unit = find_unit,
                                         .arg = c,
                                         .own = find_own};
    read_people(c, take(v, "posts"));
    case_resources_read(c, v);
    proc_state_init(&c->state);
}

/* Of a procedure: twice. */
static struct str run_matter(struct arena *a, const struct pack *p, const struct val *v,
                             const struct proc *def, const struct calendar *cal)
{
    struct case_run *c = NEW(a, struct case_run), *d = NEW(a, struct case_run);
    const struct val *gives = take(v, "gives");
    struct str what = S("");

    begin(c, a, p, def, v, cal);
    if (!run_events(c, v, true, &what) || !case_gives(c, gives, &what))
        return what;
    begin(d, a, p, def, v, cal);
    if (!run_events(d, v, false, &what))
        return what;
    if (!str_eq(buf_str(&c->log), buf_str(&d->log)))
        return S("late ticks give other effects than ticks in time");
    return S("");
}

static struct str run_gathering(struct arena *a, const struct pack *p, const struct val *v,
                                const struct gathering_kind *def, const struct calendar *cal)
{
    struct case_run *c = NEW(a, struct case_run);
    struct str what = S("");

    begin(c, a, p, NULL, v, cal);
    return case_meet(c, def, v, &what) ? S("") : what;
}

static struct str run_by(struct str (*run)(struct case_run *c, const struct val *v),
                         struct arena *a, const struct pack *p, const struct val *v,
                         const struct calendar *cal)
{
    struct case_run *c = NEW(a, struct case_run);

    begin(c, a, p, NULL, v, cal);
    return run(c, v);
}

/* What the case is of: the gathering, roll, bond, appraisal or mechanism that it names, or its
 * file's. */
struct subject_of {
    const struct proc *def;
    const struct gathering_kind *kind;
    struct str name;
};

/* Of a gathering `roll` says who should attend. */
static bool is_of_roll(const struct val *v)
{
    return take(v, "roll") && !take(v, "gathering");
}

static struct subject_of subject_of(struct arena *a, const struct pack *p, const struct val *v,
                                    struct str file)
{
    struct str kind = val_text(v, "gathering"), name = val_text(v, "mechanism");

    name = name.n ? name : file;
    if (take(v, "town") || take(v, "names"))
        return (struct subject_of){.name = take(v, "town") ? S("town") : S("names")};
    if (take(v, "appraisal"))
        return (struct subject_of){
            .name = str_format(a, "appraisal %.*s", STR_ARG(val_text(v, "appraisal")))};
    if (take(v, "bond"))
        return (struct subject_of){.name =
                                       str_format(a, "bond %.*s", STR_ARG(val_text(v, "bond")))};
    if (is_of_roll(v))
        return (struct subject_of){.name =
                                       str_format(a, "roll %.*s", STR_ARG(val_text(v, "roll")))};
    if (kind.n)
        return (struct subject_of){.kind = pack_gathering(p, kind),
                                   .name = str_format(a, "gathering %.*s", STR_ARG(kind))};
    return (struct subject_of){.def = pack_proc(p, name),
                               .name = str_format(a, "mechanism %.*s", STR_ARG(name))};
}

static struct str mechanism_of(struct str file)
{
    struct str name = file, head;

    for (size_t i = 0; i < file.n; i++) {
        if (file.p[i] == '/')
            name = (struct str){file.p + i + 1, file.n - i - 1};
    }
    (void)str_cut(name, '.', &head);
    return head;
}

struct calendar *pack_calendar(struct arena *a, const struct pack *p, struct err *e)
{
    struct calendar *cal = calendar_new(a);

    return calendar_read(cal, p->calendar, e) ? cal : NULL;
}

static bool says_refused(const struct val *v)
{
    bool is = take(v, "refused") != NULL;

    for (const struct item *it = list_of(v) ? list_of(v) : map_of(v); it && !is; it = it->next)
        is = says_refused(&it->val);
    return is;
}

static bool refuses(const struct val *v)
{
    static const char *const parts[] = {"events", "town", "posts", "entries"};
    bool is = false;

    for (size_t i = 0; i < COUNT(parts); i++)
        is = is || says_refused(take(v, parts[i]));
    return is;
}

static struct str run_one(struct arena *a, const struct pack *p, const struct val *v,
                          const struct subject_of *of, const struct calendar *cal)
{
    const struct val *gives = take(v, "gives");

    if (!val_text(v, "case").n)
        return S("a case begins with its name: case: …");
    if (take(v, "appraisal"))
        return case_appraisal(a, p, v);
    if (take(v, "names"))
        return case_names(a, p, v);
    if (take(v, "town"))
        return map_of(gives) ? case_town(a, p, v) : S("gives is missing");
    if (take(v, "bond") || is_of_roll(v))
        return map_of(gives) ? run_by(take(v, "bond") ? case_bond : case_roll, a, p, v, cal)
                             : S("gives is missing");
    if (!of->def && !of->kind)
        return str_format(a, "there is no %.*s", STR_ARG(of->name));
    if (!map_of(gives))
        return S("gives is missing");
    return of->kind ? run_gathering(a, p, v, of->kind, cal) : run_matter(a, p, v, of->def, cal);
}

bool case_result(struct val *results, const struct val *v, struct str file, struct str what)
{
    struct val *one = add_map(results);

    set_str(one, "case", val_text(v, "case"));
    set_str(one, "file", file);
    set_int(one, "line", v->line);
    set_bool(one, "ok", what.n == 0);
    set_str(one, "what", what);
    return what.n == 0;
}

/* The figures that a town's case tells. */
static void put_figures(struct val *result, const struct val *gives)
{
    struct val *list = set_list(result, "figures");

    for (const struct item *it = map_of(gives); it; it = it->next) {
        for (const struct item *k = map_of(&it->val); k; k = k->next)
            (void)add_val(list, (struct val){.kind = VAL_STR, .str = k->key});
    }
}

bool pack_cases(struct arena *a, const struct pack *p, struct str file, struct str text,
                struct val *results)
{
    static const struct val nothing = {.kind = VAL_NULL};
    struct err e = {0};
    struct calendar *cal = pack_calendar(a, p, &e);
    struct val *docs;
    bool all = true;

    if (!cal || !yaml_read_all(a, file, text, &docs, &e))
        return case_result(results, &nothing, file, str_copy(a, str_of(e.text)));
    for (const struct item *it = docs->first; it; it = it->next) {
        const struct val *v = &it->val;
        struct subject_of of = subject_of(a, p, v, mechanism_of(file));
        bool map = v->kind == VAL_MAP;

        all = case_result(results, v, file,
                          map ? run_one(a, p, v, &of, cal) : S("a case must be a map")) &&
              all;
        set_str(&results->last->val, "of", of.name);
        set_bool(&results->last->val, "refuses", map && refuses(v));
        put_figures(&results->last->val, take(v, "town") ? take(v, "gives") : NULL);
    }
    return all;
}
