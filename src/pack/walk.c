/*
 * The model check: every abstract state that the real engine can reach is visited, with somebody
 * at hand for every role.
 *
 * Two states are the same if step, parts' steps and what limits them (uses of limited actions,
 * rounds, binding verdicts) are the same; times are not looked at. From each state everything that
 * is offered is done, and time is let run until it brings something. A state out of which nothing
 * leads is a dead end; an end with outcome solved without a passed check is a way around it.
 */
#include "pack/read.h"

#include <string.h>

#define STATES_MAX  20000
#define BUCKETS     4096
#define PEOPLE      3
#define POSTS_MAX   256
#define WALK_FROM   1778461200000 /* 2026-05-11 09:00 in Shanghai, a Monday */
#define UNIT_LEAD   500
#define UNIT_MOVED  520
#define UNIT_KIND   600 /* and on: of the kind that a who names */
#define UNIT_OWN    900 /* and on: the matter's own of a kind */
#define OWN_MAX     32
#define FAULTS_MOST 20

struct node {
    struct proc_state state;
    struct str key;
    struct node *next, *same; /* to be visited; in the same bucket */
};

struct walk {
    struct arena *a;
    const struct proc *def;
    struct calendar *calendar;
    struct val *faults;
    struct node *bucket[BUCKETS];
    struct node *first, *last;
    int states, n_faults;
    struct proc_post post[POSTS_MAX];
    int posts;
    struct str kind[POSTS_MAX], named; /* of the units from UNIT_KIND on; of any other */
    struct str own[OWN_MAX];
    int owns;
    struct proc_unit unit;
    struct proc_env env;
    struct proc_state *next; /* being tried */
    struct proc_effects *out;
    bool left; /* something led out of the state being visited */
};

static void walk_fault(struct walk *w, int line, struct str what)
{
    struct val *f;

    for (const struct item *it = w->faults->first; it; it = it->next) {
        if (str_eq(take(&it->val, "what")->str, what))
            return;
    }
    if (w->n_faults++ == FAULTS_MOST)
        return;
    f = add_map(w->faults);
    set_str(f, "file", w->def->file);
    set_int(f, "line", line & LINE_MASK);
    set_str(f, "what", what);
}

/* ---- people: each holds every role wherever it may be asked ---- */

/* In that unit, or, if a kind is named, in one of that kind. */
static void hold(struct walk *w, struct str role, int64_t unit, struct str kind)
{
    for (int i = 0; i < w->posts; i++) {
        if (str_eq(w->post[i].role, role) && str_eq(w->kind[i], kind) &&
            (kind.n || w->post[i].unit == unit))
            return;
    }
    if (w->posts == POSTS_MAX)
        return;
    w->kind[w->posts] = kind;
    w->post[w->posts] = (struct proc_post){role, kind.n ? UNIT_KIND + w->posts : unit};
    w->posts++;
}

static int64_t own_unit(void *arg, struct str kind)
{
    struct walk *w = arg;
    int i = 0;

    while (i < w->owns && !str_eq(w->own[i], kind))
        i++;
    if (i == w->owns && w->owns < OWN_MAX)
        w->own[w->owns++] = kind;
    return UNIT_OWN + i;
}

static void hold_for(struct walk *w, const struct who *who)
{
    for (; who; who = who->other) {
        if (who->place == PLACE_OWN)
            hold(w, who->role, own_unit(w, who->kind), S(""));
        if (who->place == PLACE_KIND) {
            hold(w, who->role, 0, who->kind);
            continue;
        }
        for (int64_t place = 1; who->role.n && place <= 4; place++)
            hold(w, who->role, place, S(""));
        for (int i = 0; who->role.n && i < 4; i++) {
            hold(w, who->role, UNIT_LEAD + i, S(""));
            hold(w, who->role, UNIT_MOVED + i, S(""));
        }
    }
}

static void hold_step(struct walk *w, const struct step *st)
{
    hold_for(w, &st->who);
    hold_for(w, &st->release);
    hold_for(w, &st->objection.who);
    for (int i = 0; i < st->posts; i++)
        hold_for(w, &st->holds[i]);
    for (int i = 0; i < st->checkers; i++)
        hold_for(w, &st->all_of[i]);
    for (int i = 0; i < st->actions; i++)
        hold_for(w, st->action[i].who);
    for (int i = 0; i < st->parts; i++)
        hold_step(w, &st->part[i]);
}

/* The unit that an event names is of whatever kind is asked for. */
static const struct proc_unit *any_unit(void *arg, int64_t id)
{
    struct walk *w = arg;

    w->unit = (struct proc_unit){.id = id,
                                 .kind = id >= UNIT_OWN    ? w->own[id - UNIT_OWN]
                                         : id >= UNIT_KIND ? w->kind[id - UNIT_KIND]
                                                           : w->named};
    return &w->unit;
}

static void as_person(struct walk *w, int64_t person)
{
    w->env.actor = (struct proc_actor){.person = person,
                                       .reporter = person == 0,
                                       .opener = true,
                                       .post = w->post,
                                       .posts = (size_t)w->posts};
    if (person == 0)
        w->env.actor.posts = 0;
}

/* ---- abstract states ---- */

static int most_times(const struct proc *def, int index)
{
    for (int i = 0; i < def->steps; i++) {
        for (int k = 0; k < def->step[i].actions; k++) {
            if (def->step[i].action[k].index == index)
                return def->step[i].action[k].times;
        }
    }
    return 0;
}

static int part_times(const struct proc *def)
{
    int most = 0;

    for (int i = 0; i < def->steps; i++) {
        for (int p = 0; p < def->step[i].parts; p++) {
            for (int k = 0; k < def->step[i].part[p].actions; k++) {
                int times = def->step[i].part[p].action[k].times;

                most = times > most ? times : most;
            }
        }
    }
    return most;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void key_parts(struct walk *w, const struct proc_state *s, struct buf *b)
{
    int most = part_times(w->def);

    for (int i = 0; i < s->parts; i++) {
        const struct proc_part *p = &s->part[i];

        if (p->round != s->round || (p->step < 0 && p->excused))
            continue;
        buf_put(b, p->lead ? S("L") : S("J"));
        buf_int(b, p->step < 0 ? -1 - p->last_step : p->step);
        buf_int(b, least(p->returns, most));
        buf_put(b, p->bound ? S("b") : S(" "));
    }
}

/* Objections that are open, and whether only they keep the notice up. */
static int waiting(const struct proc_state *s)
{
    bool days = false;
    int open = 0;

    for (int i = 0; i < s->clocks; i++) {
        const struct proc_clock *c = &s->clock[i];

        open += c->objection && !c->stopped_ms;
        days = days || (c->step == s->step && !c->objection && !c->stopped_ms);
    }
    return open ? open * 2 + days : 0;
}

static struct str state_key(struct walk *w, const struct proc_state *s)
{
    struct buf b = {.arena = w->a};

    buf_int(&b, s->step);
    buf_put(&b, s->checked ? S("c") : S(" "));
    buf_int(&b, s->round);
    buf_put(&b, s->holder_unit ? S("u") : S(" "));
    buf_put(&b, s->holder_person ? S("p") : S(" "));
    buf_int(&b, s->from_step);
    buf_put(&b, S("/"));
    for (int i = 0; i < w->def->actions; i++) {
        int most = most_times(w->def, i);

        if (most)
            buf_int(&b, least(s->count[i], most));
    }
    buf_int(&b, waiting(s));
    for (int i = 0; i < GATES_MAX; i++)
        buf_put(&b, s->gate[i] ? S("g") : S("."));
    key_parts(w, s, &b);
    return buf_str(&b);
}

static uint32_t hash_of(struct str s)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return h % BUCKETS;
}

/* What is long past does not matter here, and would only fill the state up. */
static void forget(struct proc_state *s)
{
    int kept = 0;

    for (int i = 0; i < s->clocks; i++) {
        if (!s->clock[i].stopped_ms)
            s->clock[kept++] = s->clock[i];
    }
    s->clocks = kept;
    s->pauses = 0;
}

static void visit_later(struct walk *w, const struct proc_state *s)
{
    struct str key = state_key(w, s);
    uint32_t h = hash_of(key);
    struct node *n;

    for (n = w->bucket[h]; n; n = n->same) {
        if (str_eq(n->key, key))
            return;
    }
    if (w->states++ >= STATES_MAX)
        return;
    n = NEW(w->a, struct node);
    n->state = *s;
    forget(&n->state);
    n->key = key;
    n->same = w->bucket[h];
    w->bucket[h] = n;
    if (w->last)
        w->last->next = n;
    else
        w->first = n;
    w->last = n;
}

static void arrived(struct walk *w, const struct proc_state *before, const struct proc_state *s)
{
    if (s->step == w->def->steps && str_eq(s->outcome, S("solved")) && w->def->checked &&
        !s->checked)
        walk_fault(w, w->def->step[before->step].line,
                   str_format(w->a, "step %.*s: ends as solved without a passed check",
                              STR_ARG(w->def->step[before->step].name)));
    w->left = true;
    if (s->step < w->def->steps)
        visit_later(w, s);
}

/* ---- doing everything that is offered ---- */

static struct val plausible(struct walk *w, const struct val *field, int joint)
{
    struct str kind = take(field, "kind")->str, name = take(field, "name")->str;
    struct val list = {.kind = VAL_LIST, .arena = w->a};
    const struct val *of = take(field, "of");
    int64_t least = take(field, "min")->integer;

    if (str_eq(kind, S("choice")))
        return *take(&of->first->val, "name");
    if (in_words(kind, "unit")) {
        w->named = of->first ? take(&of->first->val, "name")->str : S("department");
        return (struct val){.kind = VAL_INT,
                            .integer = str_eq(name, S("lead")) ? UNIT_LEAD : UNIT_MOVED + joint};
    }
    if (str_eq(kind, S("lines")))
        return (struct val){.kind = VAL_STR, .str = S("x 1")};
    if (in_words(kind, "number money person resource"))
        return (struct val){.kind = VAL_INT, .integer = least ? least : 1};
    if (str_eq(kind, S("yes_no")))
        return (struct val){.kind = VAL_STR, .str = S("yes")};
    if (str_eq(kind, S("date")))
        return (struct val){.kind = VAL_STR, .str = S("2050-06-01")};
    if (str_eq(kind, S("file"))) {
        struct val file = {.kind = VAL_MAP, .arena = w->a};

        set_int(&file, "file", 1);
        set_bool(&file, "agreed", true);
        return file;
    }
    if (in_words(kind, "pictures list")) {
        if (!str_eq(name, S("joint")) || joint)
            add_val(&list, (struct val){.kind = VAL_INT, .integer = UNIT_LEAD + 1});
        return list;
    }
    return (struct val){.kind = VAL_STR, .str = S("x")};
}

static struct val *fields_for(struct walk *w, const struct val *offer, int variant)
{
    const struct val *list = take(offer, "fields");
    struct val *out = val_map(w->a);

    for (const struct item *it = list->first; it; it = it->next)
        set_val(out, take(&it->val, "name")->str, plausible(w, &it->val, variant));
    return out;
}

static enum proc_event_kind kind_of(struct str kind)
{
    return str_eq(kind, S("release")) ? PROC_RELEASE
           : str_eq(kind, S("rate"))  ? PROC_RATE
                                      : PROC_ACT;
}

static void replace(struct walk *w, struct val **fields, const char *key, struct val v)
{
    struct val *one = val_map(w->a);

    set_val(one, str_of(key), v);
    *fields = merge(w->a, *fields, one);
}

/* The answers "solved" and "not solved". */
static void adapt(struct walk *w, const struct step *st, int variant, struct val **fields)
{
    bool no = variant == 1;

    if (st->kind == STEP_RATE && val_get(*fields, S("solved")))
        replace(w, fields, "solved", (struct val){.kind = VAL_STR, .str = no ? S("no") : S("yes")});
    if (st->kind == STEP_RATE && st->low_field.n)
        replace(w, fields, st->low_field.p,
                (struct val){.kind = VAL_INT, .integer = no ? 1 : st->low_most + 1});
}

static bool offers_field(const struct val *offer, struct str name)
{
    for (const struct item *it = take(offer, "fields")->first; it; it = it->next) {
        if (str_eq(take(&it->val, "name")->str, name))
            return true;
    }
    return false;
}

/* Joint units and every other detour at once would be too many states: units work jointly in the
 * first round, and the later rounds are walked with the lead alone. */
static bool worth_trying(const struct proc_state *s, const struct val *offer, int variant)
{
    if (variant == 0)
        return true;
    for (int i = 0; i < COUNTS_MAX && offers_field(offer, S("joint")); i++) {
        if (s->count[i] || s->round > 1)
            return false;
    }
    return offers_field(offer, S("joint")) || str_eq(take(offer, "kind")->str, S("rate"));
}

static void try_event(struct walk *w, const struct proc_state *s, const struct proc_event *ev,
                      struct str name, bool must)
{
    const struct step *st = &w->def->step[s->step];
    struct err e = {0};

    *w->next = *s;
    if (proc_apply(&w->env, w->next, ev, w->out, &e))
        arrived(w, s, w->next);
    else if (e.kind == ERR_CONFLICT && must)
        walk_fault(w, st->line,
                   str_format(w->a, "step %.*s: %.*s is offered and then refused: %s",
                              STR_ARG(st->name), STR_ARG(name), e.text));
}

/* A gathering decides either way, and where it may, the next step with it. */
static void try_meeting(struct walk *w, const struct proc_state *s, bool carried, bool merged)
{
    struct votes all = {.should_attend = 10, .present = 10, .area_should = 10, .area_present = 10};
    struct val *fields = val_map(w->a);
    struct proc_event ev = {.kind = PROC_ACT,
                            .at_ms = s->changed_ms + MINUTE_MS,
                            .action = carried ? S("carried") : S("lost"),
                            .part = -1,
                            .fields = fields};

    all.in_favour = all.area_in_favour = carried ? 10 : 0;
    votes_write(fields, &all, true);
    set_bool(fields, "merged", merged);
    try_event(w, s, &ev, ev.action, true);
}

static void try_offer(struct walk *w, const struct proc_state *s, const struct val *offer,
                      int variant)
{
    struct str name = take(offer, "name")->str, kind = take(offer, "kind")->str;
    struct val *fields;
    struct proc_event ev = {.kind = kind_of(kind),
                            .at_ms = s->changed_ms + MINUTE_MS,
                            .action = name,
                            .part = (int)take(offer, "part")->integer};

    if (str_eq(kind, S("meet"))) {
        try_meeting(w, s, variant == 0, false);
        if (take(offer, "merged")->str.n)
            try_meeting(w, s, variant == 0, true);
        return;
    }
    if (in_words(kind, "extend pause resume") || !worth_trying(s, offer, variant))
        return;
    fields = fields_for(w, offer, variant);
    adapt(w, &w->def->step[s->step], variant, &fields);
    ev.fields = fields;
    try_event(w, s, &ev, name, variant == 0);
}

static void try_time(struct walk *w, const struct proc_state *s)
{
    struct proc_state *next = w->next;
    struct proc_effects *out = w->out;
    int64_t at;

    *next = *s;
    as_person(w, 0);
    for (int i = 0; i < 64 && (at = proc_next_ms(&w->env, next)); i++) {
        struct proc_event ev = {
            .kind = PROC_TICK, .at_ms = at, .part = -1, .fields = val_map(w->a)};
        struct err e = {0};

        if (!proc_apply(&w->env, next, &ev, out, &e))
            return;
        if (next->step != s->step || next->ended_ms) {
            arrived(w, s, next);
            return;
        }
        if (waiting(next) != waiting(s))
            visit_later(w, next);
    }
}

/* The last whom it takes. */
static void try_support(struct walk *w, const struct proc_state *s)
{
    const struct step *st = &w->def->step[s->step];
    struct proc_state *near = NEW(w->a, struct proc_state);
    struct val *fields = val_map(w->a);
    struct proc_event ev = {
        .kind = PROC_SUPPORT, .at_ms = s->changed_ms + MINUTE_MS, .part = -1, .fields = fields};

    if (!st->support.least)
        return;
    *near = *s;
    near->supporters = st->support.least - 1;
    set_int(fields, SUPPORTERS, st->support.least);
    as_person(w, 0);
    try_event(w, near, &ev, S(SUPPORTERS), false);
}

/* Anybody may object; one at a time is enough to see where that leads. */
static void try_objection(struct walk *w, const struct proc_state *s)
{
    struct proc_event ev = {.kind = PROC_OBJECT,
                            .at_ms = s->changed_ms + MINUTE_MS,
                            .part = -1,
                            .fields = val_map(w->a)};
    struct err e = {0};

    if (!w->def->step[s->step].objection.given || waiting(s))
        return;
    *w->next = *s;
    if (proc_apply(&w->env, w->next, &ev, w->out, &e))
        visit_later(w, w->next);
}

static void visit(struct walk *w, const struct node *n)
{
    const struct step *st = &w->def->step[n->state.step];

    w->left = false;
    for (int64_t person = 0; person <= PEOPLE; person++) {
        struct val *offers = val_list(w->a);

        as_person(w, person);
        proc_offers(&w->env, &n->state, n->state.changed_ms, offers);
        for (const struct item *it = offers->first; it; it = it->next) {
            try_offer(w, &n->state, &it->val, 0);
            try_offer(w, &n->state, &it->val, 1);
        }
    }
    try_objection(w, &n->state);
    try_support(w, &n->state);
    try_time(w, &n->state);
    if (!w->left)
        walk_fault(
            w, st->line,
            str_format(w->a, "step %.*s: a dead end: nobody can leave it", STR_ARG(st->name)));
}

static bool open_by(struct walk *w, struct str channel)
{
    struct proc_state *s = NEW(w->a, struct proc_state);
    struct proc_effects *out = NEW(w->a, struct proc_effects);
    struct val *list = val_list(w->a), *offer = val_map(w->a), *fields;
    struct proc_event ev = {.kind = PROC_OPEN, .at_ms = WALK_FROM, .part = -1};
    struct err e = {0};

    for (int i = 0; i < w->def->fields; i++)
        proc_field_offer(list, &w->def->field[i]);
    set_val(offer, S("fields"), *list);
    fields = fields_for(w, offer, 0);
    if (!val_get(fields, S("channel")))
        set_str(fields, "channel", channel);
    ev.fields = fields;
    proc_state_init(s);
    as_person(w, w->def->opens.place != PLACE_NONE);
    if (!proc_apply(&w->env, s, &ev, out, &e)) {
        walk_fault(w, w->def->line, str_format(w->a, "cannot be opened: %s", e.text));
        return false;
    }
    visit_later(w, s);
    return true;
}

bool proc_walk(struct arena *a, const struct proc *def, struct val *faults)
{
    struct walk *w = NEW(a, struct walk);
    struct proc *always = NEW(a, struct proc);

    *always = *def; /* on any day of the year */
    always->window_from = S("");
    def = always;
    *w = (struct walk){.a = a, .def = def, .faults = faults, .calendar = calendar_new(a)};
    for (int year = 2026; year < 2060; year++)
        calendar_know(w->calendar, year);
    w->next = NEW(a, struct proc_state);
    w->out = NEW(a, struct proc_effects);
    w->env = (struct proc_env){.def = def, .calendar = w->calendar, .arena = a};
    w->env.places = (struct proc_places){1, 2, 3, 4, any_unit, w, own_unit};
    hold_for(w, &def->opens);
    for (int i = 0; i < def->steps; i++)
        hold_step(w, &def->step[i]);
    if (!open_by(w, S("")))
        return false;
    for (int i = 0; i < def->starts; i++)
        (void)open_by(w, def->start[i].channel[0]);
    for (struct node *n = w->first; n; n = n->next)
        visit(w, n);
    if (w->states > STATES_MAX)
        walk_fault(w, def->line, S("has too many states to be walked through"));
    return w->n_faults == 0;
}
