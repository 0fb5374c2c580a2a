/* One event of a case: {at, who, does, part, refused, …fields}. Needed fields that it does not
 * name are filled with something plausible, so that a case says only what it is about. */
#include "pack/case.h"

static const struct {
    const char *does;
    enum proc_event_kind kind;
} kinds[] = {{"open", PROC_OPEN},     {"extend", PROC_EXTEND},   {"pause", PROC_PAUSE},
             {"resume", PROC_RESUME}, {"release", PROC_RELEASE}, {"rate", PROC_RATE},
             {"bundle", PROC_BUNDLE}, {"settle", PROC_SETTLE},   {"tick", PROC_TICK},
             {"object", PROC_OBJECT}, {"support", PROC_SUPPORT}};

static enum proc_event_kind kind_of(struct str does)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_eq(str_of(kinds[i].does), does))
            return kinds[i].kind;
    }
    return PROC_ACT;
}

static bool is_unit_field(struct str key)
{
    return in_words(key, "lead joint unit rework");
}

static struct val field_value(struct case_run *c, struct str key, const struct val *v)
{
    struct val list = {.kind = VAL_LIST, .arena = c->a};
    int64_t resource = case_resource(c, key, word_of(v));

    if (resource)
        return (struct val){.kind = VAL_INT, .integer = resource};
    if (!is_unit_field(key) || (v->kind != VAL_STR && v->kind != VAL_LIST))
        return *v;
    if (v->kind == VAL_STR)
        return (struct val){.kind = VAL_INT, .integer = case_unit(c, v->str)};
    for (const struct item *it = list_of(v); it; it = it->next) {
        struct str name = word_of(&it->val);

        add_val(&list, (struct val){.kind = VAL_INT, .integer = case_unit(c, name)});
    }
    return list;
}

static struct val filled(struct case_run *c, const struct field *f)
{
    struct val list = {.kind = VAL_LIST, .arena = c->a}, file = {.kind = VAL_MAP, .arena = c->a};

    switch (f->kind) {
    case FIELD_PICTURES:
    case FIELD_LIST: add_val(&list, (struct val){.kind = VAL_INT, .integer = 1}); return list;
    case FIELD_RESOURCE: return (struct val){.kind = VAL_INT, .integer = case_some_resource(c, f)};
    case FIELD_FILE:
        set_int(&file, "file", 1);
        set_bool(&file, "agreed", true);
        return file;
    case FIELD_NUMBER:
    case FIELD_MONEY:
    case FIELD_PERSON: return (struct val){.kind = VAL_INT, .integer = f->min ? f->min : 1};
    case FIELD_CHOICE: return (struct val){.kind = VAL_STR, .str = f->of[0].name};
    case FIELD_YES_NO: return (struct val){.kind = VAL_STR, .str = S("yes")};
    case FIELD_DATE: return (struct val){.kind = VAL_STR, .str = S("2026-06-01")};
    case FIELD_UNIT: return (struct val){.kind = VAL_INT, .integer = case_unit(c, S("parks"))};
    case FIELD_LINES: return (struct val){.kind = VAL_STR, .str = S("… 1")};
    case FIELD_TEXT:
    case FIELD_CATEGORY:
    case FIELD_PLACE: break;
    }
    return (struct val){.kind = VAL_STR, .str = S("…")};
}

void case_fill(struct case_run *c, struct val *fields, const struct field *f, int n)
{
    for (int i = 0; i < n; i++) {
        if (f[i].need && !val_get(fields, f[i].name))
            set_val(fields, f[i].name, filled(c, &f[i]));
    }
}

bool case_asks(const struct field *f, int n, struct str key)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(f[i].name, key))
            return true;
    }
    return false;
}

struct val *case_fields(struct case_run *c, const struct val *event, const struct field *f, int n)
{
    struct val *out = val_map(c->a);

    for (int i = 0; i < n; i++) {
        const struct val *v = val_get(event, f[i].name);

        if (v && !val_get(out, f[i].name))
            set_val(out, f[i].name, *v);
    }
    if (!take(event, "fill"))
        case_fill(c, out, f, n);
    return out;
}

static const struct step *step_at(const struct case_run *c, int part)
{
    const struct proc *def = c->env.def;

    if (c->state.step < 0 || c->state.step >= def->steps)
        return NULL;
    if (part < 0)
        return &def->step[c->state.step];
    return c->state.part[part].step < 0 ? NULL
                                        : &def->step[c->state.step].part[c->state.part[part].step];
}

/* An action of the pack's may be called like an event of the engine's. */
static bool names_action(const struct case_run *c, struct str name)
{
    const struct step *st = step_at(c, -1);

    for (int i = 0; st && i < st->actions; i++) {
        if (str_eq(st->action[i].name, name))
            return true;
    }
    return false;
}

static void fill_event(struct case_run *c, struct val *fields, const struct proc_event *ev)
{
    const struct step *st = step_at(c, ev->part);

    if (ev->kind == PROC_SUPPORT && !val_get(fields, S(SUPPORTERS)))
        set_int(fields, SUPPORTERS, c->state.supporters + 1);
    if (ev->kind == PROC_OPEN)
        case_fill(c, fields, c->env.def->field, c->env.def->fields);
    if (ev->kind == PROC_PAUSE || ev->kind == PROC_EXTEND || ev->kind == PROC_RELEASE ||
        str_eq(ev->action, S("fail")) || str_eq(ev->action, S("uphold")))
        case_fill(c, fields, &field_reason, 1);
    if (str_eq(ev->action, S("dismiss")))
        case_fill(c, fields, &field_answer, 1);
    if (!st)
        return;
    if (ev->kind == PROC_RATE || str_eq(ev->action, S("pass")))
        case_fill(c, fields, st->field, st->fields);
    for (int i = 0; i < st->actions; i++) {
        if (ev->kind == PROC_ACT && str_eq(st->action[i].name, ev->action))
            case_fill(c, fields, st->action[i].field, st->action[i].fields);
    }
}

/* The newest part of that unit. */
static int part_of(struct case_run *c, const struct val *v)
{
    int64_t unit = v && v->kind == VAL_STR ? case_unit(c, v->str) : 0;

    for (int i = c->state.parts; v && i-- > 0;) {
        if (c->state.part[i].unit == unit)
            return i;
    }
    return -1;
}

static const char *const err_names[] = {"",         "invalid",   "denied",   "not_found",
                                        "conflict", "too_large", "too_many", "busy"};

static bool refusal_fits(const struct err *e, struct str wanted)
{
    if (str_eq(wanted, str_of(err_names[e->kind])))
        return true;
    return e->field && str_eq(wanted, str_of(e->field));
}

bool case_judge(struct case_run *c, const struct val *v, bool done, const struct err *e,
                struct str *what)
{
    return case_refused(c, v, val_text(v, "does"), done, e, what);
}

bool case_refused(struct case_run *c, const struct val *v, struct str does, bool done,
                  const struct err *e, struct str *what)
{
    const struct val *refused = take(v, "refused");
    struct str wanted = word_of(refused);

    if (done ? !refused : refusal_fits(e, wanted))
        return true;
    *what = done
                ? str_format(c->a, "line %d: %.*s should have been refused", v->line, STR_ARG(does))
                : str_format(c->a, "line %d: %.*s was refused (%s%s%s): %s", v->line, STR_ARG(does),
                             err_names[e->kind], e->field ? " " : "", e->field ? e->field : "",
                             e->text);
    return false;
}

static struct val *fields_of(struct case_run *c, const struct val *v)
{
    struct val *fields = val_map(c->a);

    for (const struct item *it = v->first; it; it = it->next) {
        if (!in_words(it->key, "at who does part refused fill"))
            set_val(fields, it->key, field_value(c, it->key, &it->val));
    }
    return fields;
}

static void note_opener(struct case_run *c, struct str who, const struct val *fields)
{
    const struct val *channel = take(fields, "channel");
    struct case_person *p = case_person(c, who);

    c->opener = p ? p->id : 0;
    c->own = channel && channel->kind == VAL_STR && in_words(channel->str, "grid courier");
}

bool case_event(struct case_run *c, const struct val *v, bool eager, struct str *what)
{
    const struct val *at = v->kind == VAL_MAP ? take(v, "at") : NULL;
    const struct val *who = at ? take(v, "who") : NULL, *does = at ? take(v, "does") : NULL;
    struct proc_event ev = {0};
    struct err e = {0};
    struct val *fields;

    if (!at || at->kind != VAL_STR || !when_parse(at->str, &ev.at_ms) || !does ||
        does->kind != VAL_STR || (who && who->kind != VAL_STR)) {
        *what = str_format(c->a, "line %d: an event needs at, who and does", v->line);
        return false;
    }
    if (eager && !case_ticks(c, ev.at_ms - 1, &e)) {
        *what = str_copy(c->a, str_of(e.text));
        return false;
    }
    fields = fields_of(c, v);
    ev.kind = kind_of(does->str);
    if ((ev.kind == PROC_OBJECT || ev.kind == PROC_SUPPORT) && names_action(c, does->str))
        ev.kind = PROC_ACT;
    ev.action = ev.kind == PROC_ACT ? does->str : S("");
    ev.part = part_of(c, take(v, "part"));
    ev.fields = fields;
    if (ev.kind == PROC_OPEN)
        note_opener(c, who ? who->str : S(""), fields);
    if (!take(v, "fill"))
        fill_event(c, fields, &ev);
    case_actor(c, who ? who->str : S(""));
    c->now_ms = ev.at_ms;
    return case_judge(c, v, case_apply(c, &ev, &e), &e, what);
}
