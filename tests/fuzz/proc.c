/* Bytes as a sequence of events against every procedure that travels in the program, and one with
 * steps of every kind. A refused event leaves the state bit for bit as it was; what has ended stays
 * ended; what is written reads back; no solver passes a check; no deadline lies before its start;
 * no rung fires twice; and ticks in time or none at all give the same state. */
#include "unit/pack_fixture.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define MUST(condition)       \
    do {                      \
        if (!(condition))     \
            __builtin_trap(); \
    } while (0)

#define DEFS_MAX  64
#define POSTS_MAX 400
#define EVENTS    60
#define UNITS     14 /* 5 … 18; 1 to 4 are the places */

static struct arena boot;
static const struct proc *defs[DEFS_MAX];
static size_t n_defs;
static struct calendar *calendar;
static struct proc_post all_posts[POSTS_MAX];
static size_t n_posts;

struct bytes {
    const uint8_t *p;
    size_t n;
};

static unsigned next_byte(struct bytes *b)
{
    return b->n ? b->n--, *b->p++ : 0;
}

struct run {
    struct arena a;
    struct proc_env env;
    struct proc_unit unit;
    struct proc_state s, twin;
    struct proc_effects out;
    int64_t now_ms;
    bool twins;
};

/* Of every second kind the matter has a unit of its own. */
static int64_t own_unit(void *arg, struct str kind)
{
    (void)arg;
    return kind.n % 2 ? 5 : 0;
}

static const struct proc_unit *find_unit(void *arg, int64_t id)
{
    static const char *const kinds[] = {"department", "team", "party_branch"};
    struct run *r = arg;

    if (id < 1 || id > 4 + UNITS)
        return NULL;
    r->unit = (struct proc_unit){.id = id, .kind = str_of(kinds[id % 3])};
    return &r->unit;
}

static void take_pack(struct pack *p)
{
    for (int i = 0; i < p->procs && n_defs < DEFS_MAX; i++)
        defs[n_defs++] = &p->proc[i];
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct memory_pack kinds = {.yaml = S(KINDS_YAML)};
    struct val *faults;
    struct pack *p;

    (void)argc;
    (void)argv;
    arena_init(&boot, (size_t)1 << 30);
    faults = val_list(&boot);
    MUST(memory_pack_read(&boot, &kinds, &p, faults));
    take_pack(p);
    for (int i = 0; i < p->roles; i++) {
        for (int64_t unit = 1; unit <= 8 && n_posts < POSTS_MAX; unit++)
            all_posts[n_posts++] = (struct proc_post){p->role[i].name, unit};
    }
    calendar = calendar_new(&boot);
    for (int year = 2026; year < 2028; year++)
        calendar_know(calendar, year);
    return 0;
}

/* 0 is a resident by code; 1 to 3 hold everything, 4 and 5 every other post, the rest nothing. */
static void as_person(struct run *r, unsigned who)
{
    r->env.actor = (struct proc_actor){
        .person = who, .reporter = who == 0, .opener = who < 2, .post = all_posts};
    if (who >= 1 && who <= 3)
        r->env.actor.posts = n_posts;
    if (who == 4 || who == 5)
        r->env.actor.posts = n_posts / 2;
}

static struct val some_value(struct run *r, const struct val *field, unsigned b)
{
    struct str kind = val_get(field, S("kind"))->str;
    const struct val *of = val_get(field, S("of"));
    struct val list = {.kind = VAL_LIST, .arena = &r->a};
    struct val number = {.kind = VAL_INT, .integer = 5 + b % UNITS};

    if (b == 255)
        return (struct val){.kind = VAL_NULL};
    if (b == 254)
        return list;
    if (str_eq(kind, S("choice")) && of->first)
        return *val_get(&of->first->val, S("name"));
    if (str_eq(kind, S("yes_no")))
        return (struct val){.kind = VAL_STR, .str = b % 2 ? S("yes") : S("no")};
    if (str_eq(kind, S("date")))
        return (struct val){.kind = VAL_STR, .str = S("2026-06-01")};
    if (str_eq(kind, S("number")))
        return (struct val){.kind = VAL_INT, .integer = b % 8};
    if (str_eq(kind, S("money")) || str_eq(kind, S("lines")))
        return (struct val){.kind = VAL_STR, .str = b % 2 ? S("a 1,000.50\nb 2") : S("1,000.5")};
    if (str_eq(kind, S("unit")) || str_eq(kind, S("person")) || str_eq(kind, S("resource")))
        return number;
    if (str_eq(kind, S("list")) || str_eq(kind, S("pictures"))) {
        for (unsigned i = 0; i < b % 12; i++)
            add_val(&list, (struct val){.kind = VAL_INT, .integer = 5 + (b / 12 + i) % UNITS});
        return list;
    }
    return (struct val){.kind = VAL_STR, .str = S("x")};
}

static struct val *fields_for(struct run *r, const struct val *list, struct bytes *b)
{
    static const char *const grades[] = {"emergency", "urgent", "normal", "none"};
    struct val *fields = val_map(&r->a);

    for (const struct item *it = list->first; it; it = it->next) {
        struct str name = val_get(&it->val, S("name"))->str;

        if (str_eq(name, S("grade")))
            set_str(fields, "grade", str_of(grades[next_byte(b) % 4]));
        else
            set_val(fields, name, some_value(r, &it->val, next_byte(b)));
    }
    return fields;
}

static void check_clocks(const struct run *r)
{
    for (int i = 0; i < r->s.clocks; i++) {
        const struct proc_clock *c = &r->s.clock[i];
        const struct step *st = c->step < 0 ? NULL : &r->env.def->step[c->step];

        MUST(!c->due_ms || c->due_ms >= c->started_ms ||
             (st && st->by.n)); /* a day that was given */
        MUST(!c->stopped_ms || c->stopped_ms >= c->started_ms);
        if (st && c->part >= 0)
            st = &st->part[c->part_step];
        MUST(c->rungs <= (st ? st->rungs : 0));
    }
}

static void check_written(struct run *r)
{
    struct proc_state *back = NEW(&r->a, struct proc_state);
    struct str one = proc_state_write(&r->a, r->env.def, &r->s);
    struct err e = {0};

    MUST(proc_state_read(&r->a, r->env.def, one, back, &e));
    MUST(str_eq(one, proc_state_write(&r->a, r->env.def, back)));
}

/* Only posts of units that this matter has not got: then it waits for its district, not for
 * anybody. */
static bool is_nobodys(const struct who *who)
{
    for (; who && who->place != PLACE_NONE; who = who->other) {
        if (who->place != PLACE_OWN || own_unit(NULL, who->kind))
            return false;
    }
    return true;
}

static bool has_anybody(const struct step *st)
{
    for (int i = 0; i < st->checkers; i++) {
        if (!is_nobodys(&st->all_of[i]))
            return true;
    }
    return !st->checkers && !is_nobodys(&st->who);
}

static void check_turns(struct run *r)
{
    struct proc_turn turn[TURNS_MAX];
    int n = proc_turns(&r->env, &r->s, turn);

    MUST(n >= 0 && n <= TURNS_MAX);
    if (r->s.step >= 0 && r->s.step < r->env.def->steps &&
        r->env.def->step[r->s.step].kind != STEP_NOTICE &&
        (r->s.parts || has_anybody(&r->env.def->step[r->s.step])))
        MUST(n > 0);
}

static bool is_solver(const struct proc_state *s, int64_t person)
{
    for (int i = 0; i < s->solvers; i++) {
        if (s->solver[i] == person)
            return true;
    }
    return false;
}

/* The same event on a state that is ticked at every moment must give the same. */
static void twin_apply(struct run *r, const struct proc_event *ev)
{
    struct proc_actor actor = r->env.actor;
    struct val *nothing = val_map(&r->a);
    struct err e = {0};
    int64_t next;

    while ((next = proc_next_ms(&r->env, &r->twin)) && next < ev->at_ms) {
        struct proc_event tick = {.kind = PROC_TICK, .at_ms = next, .part = -1, .fields = nothing};

        MUST(proc_apply(&r->env, &r->twin, &tick, &r->out, &e));
    }
    r->env.actor = actor;
    MUST(proc_apply(&r->env, &r->twin, ev, &r->out, &e));
    MUST(str_eq(proc_state_write(&r->a, r->env.def, &r->s),
                proc_state_write(&r->a, r->env.def, &r->twin)));
}

static void apply(struct run *r, const struct proc_event *ev)
{
    struct proc_state *before = NEW(&r->a, struct proc_state);
    struct err e = {0};

    memcpy(before, &r->s, sizeof(*before));
    if (!proc_apply(&r->env, &r->s, ev, &r->out, &e)) {
        MUST(e.kind != ERR_NONE && r->out.n == 0);
        MUST(memcmp(before, &r->s, sizeof(*before)) == 0);
        return;
    }
    MUST(before->step < r->env.def->steps);
    MUST(r->s.changed_ms >= before->changed_ms);
    if (ev->kind == PROC_ACT && str_eq(ev->action, S("pass")))
        MUST(r->env.actor.person && !is_solver(before, r->env.actor.person));
    check_clocks(r);
    check_written(r);
    check_turns(r);
    if (r->twins)
        twin_apply(r, ev);
}

/* What a gathering decided, sometimes by counts that cannot be true. */
static struct val *votes_for(struct run *r, struct bytes *b)
{
    static const char *const names[] = {"should_attend", "present",      "in_favour",     "against",
                                        "area_should",   "area_present", "area_in_favour"};
    struct val *fields = val_map(&r->a);

    for (size_t i = 0; i < COUNT(names); i++)
        set_int(fields, names[i], (int8_t)next_byte(b));
    set_bool(fields, "merged", next_byte(b) % 2);
    return fields;
}

static void do_offered(struct run *r, struct bytes *b)
{
    struct val *offers = val_list(&r->a);
    const struct item *it;
    unsigned which = next_byte(b);
    static const struct {
        const char *kind;
        enum proc_event_kind event;
    } kinds[] = {{"act", PROC_ACT},       {"extend", PROC_EXTEND}, {"pause", PROC_PAUSE},
                 {"resume", PROC_RESUME}, {"rate", PROC_RATE},     {"release", PROC_RELEASE}};
    struct proc_event ev = {.at_ms = r->now_ms, .kind = PROC_ACT};

    proc_offers(&r->env, &r->s, r->now_ms, offers);
    for (it = offers->first; it && which--;)
        it = it->next ? it->next : offers->first;
    if (!it)
        return;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_eq(val_get(&it->val, S("kind"))->str, str_of(kinds[i].kind)))
            ev.kind = kinds[i].event;
    }
    ev.action = val_get(&it->val, S("name"))->str;
    ev.part = (int)val_get(&it->val, S("part"))->integer;
    ev.fields = fields_for(r, val_get(&it->val, S("fields")), b);
    if (str_eq(ev.action, S("meet"))) {
        ev.action = next_byte(b) % 2 ? S("carried") : S("lost");
        ev.fields = votes_for(r, b);
    }
    apply(r, &ev);
}

static void do_anything(struct run *r, struct bytes *b)
{
    static const char *const names[] = {"pass", "fail",   "claim",  "carried", "lost",
                                        "done", "assign", "arrive", "return",  ""};
    struct val *fields = val_map(&r->a);
    struct proc_event ev = {.kind = (enum proc_event_kind)(next_byte(b) % (PROC_BUNDLE + 1)),
                            .at_ms = r->now_ms,
                            .action = str_of(names[next_byte(b) % COUNT(names)]),
                            .part = (int)(next_byte(b) % 44) - 2,
                            .fields = fields};

    if (ev.kind == PROC_TICK && r->twins)
        return;
    set_str(fields, "reason", S("x"));
    apply(r, &ev);
}

static void open_it(struct run *r, struct bytes *b)
{
    static const char *const channels[] = {"grid", "api", "phone", "order_12345"};
    struct val *list = val_list(&r->a), *fields;
    struct proc_event ev = {.kind = PROC_OPEN, .at_ms = r->now_ms, .part = -1};

    for (int i = 0; i < r->env.def->fields; i++)
        proc_field_offer(list, &r->env.def->field[i]);
    fields = fields_for(r, list, b);
    if (!val_get(fields, S("channel")))
        set_str(fields, "channel", str_of(channels[next_byte(b) % 4]));
    ev.fields = fields;
    apply(r, &ev);
}

static void pass_time(struct run *r, unsigned b)
{
    static const int64_t steps[] = {0, MINUTE_MS, 20 * MINUTE_MS, 5 * HOUR_MS, DAY_MS, 6 * DAY_MS};

    if (b == 255 && !r->twins)
        r->now_ms -= DAY_MS;
    else
        r->now_ms += steps[b % COUNT(steps)];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, size};
    struct run *r = calloc(1, sizeof(*r));

    MUST(r);
    arena_init(&r->a, (size_t)512 << 20);
    r->env = (struct proc_env){
        .def = defs[next_byte(&b) % n_defs], .calendar = calendar, .arena = &r->a};
    r->env.places = (struct proc_places){1, 2, 3, 4, find_unit, r, own_unit};
    r->twins = next_byte(&b) % 2;
    r->now_ms = 1778461200000; /* 2026-05-11 09:00 in Shanghai */
    proc_state_init(&r->s);
    proc_state_init(&r->twin);
    for (int i = 0; i < EVENTS && b.n; i++) {
        pass_time(r, next_byte(&b));
        as_person(r, next_byte(&b) % 8);
        if (r->s.step < 0)
            open_it(r, &b);
        else if (next_byte(&b) < 220)
            do_offered(r, &b);
        else
            do_anything(r, &b);
    }
    arena_reset(&r->a);
    free(r);
    return 0;
}
