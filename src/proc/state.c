/* The state as one line of JSON. Steps and grades by name, times in ms; what is 0 or empty is left
 * out, so that the usual matter stays short. */
#include "proc/engine.h"
#include "val/json.h"

#include <string.h>

#define STATE_BYTES_MAX ((size_t)64 * 1024)

static void key(struct buf *b, const char *name)
{
    buf_put(b, b->n > 1 && b->p[b->n - 1] != '{' ? S(",\"") : S("\""));
    buf_put(b, str_of(name));
    buf_put(b, S("\":"));
}

static void put_num(struct buf *b, const char *name, int64_t n)
{
    if (n) {
        key(b, name);
        buf_int(b, n);
    }
}

static void put_text(struct buf *b, const char *name, struct str s)
{
    if (s.n) {
        key(b, name);
        buf_json(b, s);
    }
}

static struct str step_name(const struct proc *def, int step)
{
    return step < 0 ? S("") : step >= def->steps ? S("ended") : def->step[step].name;
}

static struct str part_name(const struct proc *def, int step, int part_step)
{
    if (step < 0 || step >= def->steps || part_step < 0 || part_step >= def->step[step].parts)
        return S("");
    return def->step[step].part[part_step].name;
}

/* The parts step: there is at most one whose part steps a part's index can mean. */
static int parts_step(const struct proc *def)
{
    for (int i = 0; i < def->steps; i++) {
        if (def->step[i].kind == STEP_PARTS)
            return i;
    }
    return -1;
}

static void put_part(struct buf *b, const struct proc *def, const struct proc_part *p)
{
    int at = parts_step(def);

    put_num(b, "unit", p->unit);
    put_num(b, "round", p->round);
    put_num(b, "lead", p->lead);
    put_num(b, "excused", p->excused);
    put_text(b, "step", part_name(def, at, p->step));
    put_text(b, "last", part_name(def, at, p->last_step));
    put_text(b, "outcome", p->outcome);
    put_num(b, "started", p->started_ms);
    put_num(b, "reported_in", p->reported_in_ms);
    put_num(b, "ended", p->ended_ms);
    put_num(b, "report_due", p->report_due_ms);
    put_num(b, "due", p->due_ms);
    put_num(b, "returns", p->returns);
    put_num(b, "extensions", p->extensions);
    put_num(b, "bound", p->bound);
}

static void put_clock(struct buf *b, const struct proc *def, const struct proc_clock *c)
{
    put_text(b, "step", step_name(def, c->step));
    put_num(b, "part", c->part + 1);
    if (c->part >= 0)
        put_text(b, "part_step", part_name(def, c->step, c->part_step));
    put_num(b, "n", c->limit.n);
    put_num(b, "unit", c->limit.unit);
    put_num(b, "started", c->started_ms);
    put_num(b, "due", c->due_ms);
    put_num(b, "stopped", c->stopped_ms);
    put_num(b, "extended", c->extended_ms);
    put_num(b, "extensions", c->extensions);
    put_num(b, "hours_of", c->unit);
    put_num(b, "rungs", c->rungs);
    put_num(b, "objection", c->objection);
    put_num(b, "period", c->period);
}

static void put_lists(struct buf *b, const struct proc *def, const struct proc_state *s)
{
    if (s->parts) {
        key(b, "parts");
        for (int i = 0; i < s->parts; i++) {
            buf_put(b, i ? S(",{") : S("[{"));
            put_part(b, def, &s->part[i]);
            buf_put(b, S("}"));
        }
        buf_put(b, S("]"));
    }
    if (s->clocks) {
        key(b, "clocks");
        for (int i = 0; i < s->clocks; i++) {
            buf_put(b, i ? S(",{") : S("[{"));
            put_clock(b, def, &s->clock[i]);
            buf_put(b, S("}"));
        }
        buf_put(b, S("]"));
    }
}

static void put_ints(struct buf *b, const char *name, const int64_t *n, int count)
{
    if (!count)
        return;
    key(b, name);
    for (int i = 0; i < count; i++) {
        buf_put(b, i ? S(",") : S("["));
        buf_int(b, n[i]);
    }
    buf_put(b, S("]"));
}

static void put_counts(struct buf *b, const struct proc_state *s)
{
    int64_t n[PAUSES_MAX * 2 > COUNTS_MAX ? PAUSES_MAX * 2 : COUNTS_MAX] = {0};
    int used = 0;

    for (int i = 0; i < s->pauses; i++) {
        n[2 * i] = s->pause[i].from_ms;
        n[2 * i + 1] = s->pause[i].to_ms;
    }
    put_ints(b, "pauses", n, 2 * s->pauses);
    for (int i = 0; i < COUNTS_MAX; i++) {
        n[i] = s->count[i];
        used = s->count[i] ? i + 1 : used;
    }
    put_ints(b, "counts", n, used);
    put_ints(b, "solvers", s->solver, s->solvers);
    put_ints(b, "solver_units", s->solver_unit, s->solvers);
    used = 0;
    for (int i = 0; i < GATES_MAX; i++)
        used = s->gate[i] ? i + 1 : used;
    put_ints(b, "gates", s->gate, used);
}

static void put_numbers(struct buf *b, const struct proc *def, const struct proc_state *s)
{
    bool any = false;

    for (int i = 0; i < def->numbers; i++)
        any = any || s->number[i];
    if (!any)
        return;
    key(b, "numbers");
    buf_put(b, S("{"));
    for (int i = 0; i < def->numbers; i++)
        put_num(b, def->number[i]->name.p, s->number[i]);
    buf_put(b, S("}"));
}

struct str proc_state_write(struct arena *a, const struct proc *def, const struct proc_state *s)
{
    struct buf b = {.arena = a};

    buf_put(&b, S("{"));
    put_text(&b, "step", step_name(def, s->step));
    put_text(&b, "grade", s->grade >= 0 ? def->grade[s->grade].name : S(""));
    put_num(&b, "round", s->round);
    put_text(&b, "outcome", s->outcome);
    put_num(&b, "opened", s->opened_ms);
    put_num(&b, "changed", s->changed_ms);
    put_num(&b, "ended", s->ended_ms);
    put_num(&b, "due", s->due_ms);
    put_num(&b, "given", s->given_ms);
    put_num(&b, "first_unit", s->first_unit);
    put_num(&b, "holder_unit", s->holder_unit);
    put_num(&b, "holder_person", s->holder_person);
    put_text(&b, "holder_role", s->holder_role);
    put_text(&b, "from", step_name(def, s->from_step));
    put_num(&b, "checked", s->checked);
    put_num(&b, "rated", s->rated);
    put_num(&b, "supervised", s->supervised);
    put_num(&b, "objections", s->objections);
    put_num(&b, SUPPORTERS, s->supporters);
    put_lists(&b, def, s);
    put_counts(&b, s);
    put_numbers(&b, def, s);
    buf_put(&b, S("}"));
    return buf_str(&b);
}

/* ---- reading ---- */

static int small(const struct val *v, const char *name, int most)
{
    int64_t n = val_int(v, name);

    return n < 0 ? 0 : n > most ? most : (int)n;
}

static int read_step(const struct proc *def, struct str name)
{
    return name.n == 0 ? -1 : str_eq(name, S("ended")) ? def->steps : proc_step_find(def, name);
}

/* A check knows where it sends back to. */
static bool is_check(const struct proc *def, int step)
{
    return step >= 0 && step < def->steps && def->step[step].kind == STEP_CHECK;
}

static bool broken(struct err *e)
{
    return refuse(e, ERR_INVALID, NULL, "The state of this matter cannot be read.");
}

static bool read_part(const struct proc *def, const struct val *v, struct proc_part *p)
{
    int at = parts_step(def);

    if (v->kind != VAL_MAP || at < 0)
        return false;
    *p = (struct proc_part){.unit = val_int(v, "unit"),
                            .round = small(v, "round", 1000),
                            .lead = val_int(v, "lead") != 0,
                            .excused = val_int(v, "excused") != 0,
                            .step = part_step_find(&def->step[at], val_text(v, "step")),
                            .outcome = val_text(v, "outcome"),
                            .last_step = part_step_find(&def->step[at], val_text(v, "last")),
                            .started_ms = val_int(v, "started"),
                            .reported_in_ms = val_int(v, "reported_in"),
                            .ended_ms = val_int(v, "ended"),
                            .report_due_ms = val_int(v, "report_due"),
                            .due_ms = val_int(v, "due"),
                            .returns = small(v, "returns", 1000),
                            .extensions = small(v, "extensions", 1000),
                            .bound = val_int(v, "bound") != 0};
    return p->last_step >= 0 && (p->step >= 0 || val_text(v, "step").n == 0);
}

static bool read_clock(const struct proc *def, const struct val *v, int parts, struct proc_clock *c)
{
    if (v->kind != VAL_MAP)
        return false;
    *c = (struct proc_clock){
        .step = proc_step_find(def, val_text(v, "step")),
        .part = small(v, "part", PARTS_MAX) - 1,
        .started_ms = val_int(v, "started"),
        .due_ms = val_int(v, "due"),
        .stopped_ms = val_int(v, "stopped"),
        .limit = {.n = small(v, "n", 100000),
                  .unit = (enum limit_unit)small(v, "unit", LIMIT_WORKING_DAYS)},
        .extended_ms = val_int(v, "extended"),
        .extensions = small(v, "extensions", 100),
        .unit = val_int(v, "hours_of"),
        .rungs = small(v, "rungs", 100),
        .objection = small(v, "objection", 1000000),
        .period = (enum owed)small(v, "period", PERIOD_LEFT)};
    if (c->step < 0)
        return val_text(v, "step").n == 0 && c->part < 0;
    if (c->part < 0)
        return true;
    c->part_step = part_step_find(&def->step[c->step], val_text(v, "part_step"));
    return c->part < parts && c->part_step >= 0;
}

static int read_ints(const struct val *v, const char *name, int64_t *n, int most)
{
    const struct val *list = val_get(v, str_of(name));
    int count = 0;

    if (!list || list->kind != VAL_LIST)
        return 0;
    for (const struct item *it = list->first; it && count < most; it = it->next)
        n[count++] = it->val.kind == VAL_INT ? it->val.integer : 0;
    return count;
}

static bool read_lists(const struct proc *def, const struct val *v, struct proc_state *s)
{
    const struct val *parts = val_get(v, S("parts")), *clocks = val_get(v, S("clocks"));

    for (const struct item *it = parts ? parts->first : NULL; it; it = it->next) {
        if (s->parts == PARTS_MAX || !read_part(def, &it->val, &s->part[s->parts++]))
            return false;
    }
    for (const struct item *it = clocks ? clocks->first : NULL; it; it = it->next) {
        if (s->clocks == CLOCKS_MAX || !read_clock(def, &it->val, s->parts, &s->clock[s->clocks++]))
            return false;
    }
    return true;
}

static void read_counts(const struct val *v, struct proc_state *s)
{
    int64_t n[PAUSES_MAX * 2 > COUNTS_MAX ? PAUSES_MAX * 2 : COUNTS_MAX];

    s->pauses = read_ints(v, "pauses", n, 2 * PAUSES_MAX) / 2;
    for (int i = 0; i < s->pauses; i++)
        s->pause[i] = (struct pause){n[2 * i], n[2 * i + 1]};
    for (int i = read_ints(v, "counts", n, COUNTS_MAX); i-- > 0;)
        s->count[i] = n[i] < 0 || n[i] > 1000000 ? 0 : (int)n[i];
    s->solvers = read_ints(v, "solvers", s->solver, SOLVERS_MAX);
    (void)read_ints(v, "solver_units", s->solver_unit, SOLVERS_MAX);
    (void)read_ints(v, "gates", s->gate, GATES_MAX);
}

static void read_numbers(const struct proc *def, const struct val *v, struct proc_state *s)
{
    const struct val *numbers = val_get(v, S("numbers"));

    for (int i = 0; i < def->numbers && numbers && numbers->kind == VAL_MAP; i++)
        s->number[i] = val_int(numbers, def->number[i]->name.p);
}

static bool is_list(const struct val *v, const char *name)
{
    const struct val *l = val_get(v, str_of(name));

    return !l || l->kind == VAL_LIST;
}

bool proc_state_read(struct arena *a, const struct proc *def, struct str json, struct proc_state *s,
                     struct err *e)
{
    struct val *v;
    struct str grade;

    proc_state_init(s);
    if (!json_read(a, json, STATE_BYTES_MAX, &v, e))
        return false;
    if (v->kind != VAL_MAP || !is_list(v, "parts") || !is_list(v, "clocks"))
        return broken(e);
    s->step = read_step(def, val_text(v, "step"));
    s->from_step = read_step(def, val_text(v, "from"));
    if ((s->step < 0 && val_text(v, "step").n) || s->from_step == def->steps ||
        (s->from_step < 0 && is_check(def, s->step)))
        return broken(e);
    grade = val_text(v, "grade");
    for (int i = 0; i < def->grades && grade.n; i++) {
        if (str_eq(def->grade[i].name, grade))
            s->grade = i;
    }
    s->round = small(v, "round", 1000);
    s->outcome = val_text(v, "outcome");
    s->opened_ms = val_int(v, "opened");
    s->changed_ms = val_int(v, "changed");
    s->ended_ms = val_int(v, "ended");
    s->due_ms = val_int(v, "due");
    s->given_ms = val_int(v, "given");
    s->first_unit = val_int(v, "first_unit");
    s->holder_unit = val_int(v, "holder_unit");
    s->holder_person = val_int(v, "holder_person");
    s->holder_role = val_text(v, "holder_role");
    s->checked = val_int(v, "checked") != 0;
    s->rated = val_int(v, "rated") != 0;
    s->supervised = small(v, "supervised", 2);
    s->objections = small(v, "objections", 1000000);
    s->supporters = small(v, SUPPORTERS, 1000000);
    if (!read_lists(def, v, s))
        return broken(e);
    read_counts(v, s);
    read_numbers(def, v, s);
    return true;
}
