/* One mechanism: what it extends, its grades, steps and ends. */
#include "pack/read.h"

#include <string.h>

#define EXTENDS_MAX 8

static struct str bare(struct str name)
{
    struct str head, rest = str_cut(name, '/', &head);

    return rest.n ? rest : name;
}

/* `extends: whistle`, or base/whistle: the other one, and then what differs. */
static const struct val *extended(struct pack_reader *r, const struct val *v, int depth)
{
    const struct val *from = take(v, "extends"), *base;
    struct val *own;

    if (!from)
        return v;
    base = from->kind == VAL_STR ? val_get(r->mechanism, bare(from->str)) : NULL;
    if (!base || base == v || depth == EXTENDS_MAX) {
        FAULT(r, from->line,
              base ? "mechanisms extend each other in a circle"
                   : "extends: there is no such mechanism");
        return v;
    }
    own = val_map(r->a);
    set_str(own, "extends", S("remove"));
    return merge(r->a, merge(r->a, extended(r, base, depth + 1), v), own);
}

static const struct choice *grades_read(struct pack_reader *r, const struct val *v, int *n)
{
    const struct str *name = take_words(r, v, "grades", n);
    struct choice *out = NEW_ARRAY(r->a, struct choice, GRADES_MAX);

    if (*n > GRADES_MAX) {
        FAULT(r, take(v, "grades")->line, "at most %d grades", GRADES_MAX);
        *n = GRADES_MAX;
    }
    for (int i = 0; i < *n; i++) {
        const struct val *word = val_get(r->words, name[i]);

        if (!word)
            FAULT(r, take(v, "grades")->line, "%.*s: the title is needed in zh and in en",
                  STR_ARG(name[i]));
        out[i] = (struct choice){name[i], read_title(r, word, name[i])};
    }
    return out;
}

/* Steps without a ladder of their own have the mechanism's; parts have that of their step. */
static void inherit_ladder(struct step *st, const struct step *from)
{
    if (!st->rungs && st->within.given && st->kind != STEP_RATE && st->kind != STEP_NOTICE) {
        st->late = from->late;
        st->rungs = from->rungs;
    }
}

static void steps_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    const struct val *steps = take(v, "steps"), *late = take(v, "late");
    struct step *step = NEW_ARRAY(r->a, struct step, (size_t)val_count(steps) + 1);
    struct step ladder = {0};

    out->step = step;
    if (!steps || !take_map(r, steps, "steps") || !steps->first) {
        FAULT(r, v->line, "mechanism %.*s has no steps", STR_ARG(out->mechanism));
        return;
    }
    if (late)
        ladder_read(r, late, &ladder);
    for (const struct item *it = steps->first; it; it = it->next)
        step_read(r, &it->val, it->key, &step[out->steps++], NULL);
    for (int i = 0; i < out->steps; i++) {
        const struct step *from = step[i].rungs ? &step[i] : &ladder;

        for (int k = 0; k < step[i].parts; k++) {
            struct step copy = step[i].part[k], *parts = NULL;

            inherit_ladder(&copy, from);
            memcpy(&parts, &step[i].part, sizeof(parts));
            parts[k] = copy;
        }
        inherit_ladder(&step[i], &ladder);
    }
}

/* start: {order_12345: coordinated, api: coordinated} */
static void start_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    struct step_names in = {take(r->source, "steps"), false};
    struct start *start = NEW_ARRAY(r->a, struct start, (size_t)val_count(v) + 1);

    if (!v || !take_map(r, v, "start"))
        return;
    for (const struct item *it = v->first; it; it = it->next) {
        struct str *channel = NEW(r->a, struct str);
        struct target t = target_read(r, &it->val, &in);

        *channel = it->key;
        if (!val_get(r->channels, it->key))
            FAULT(r, it->val.line, "there is no channel '%.*s'", STR_ARG(it->key));
        if (t.step >= 0)
            start[out->starts++] = (struct start){channel, 1, t.step};
    }
    out->start = start;
}

static void add_action(struct pack_reader *r, struct step *st, const struct action *act)
{
    struct action *all = NEW_ARRAY(r->a, struct action, (size_t)st->actions + 1);

    if (st->actions)
        memcpy(all, st->action, (size_t)st->actions * sizeof(*all));
    all[st->actions++] = *act;
    st->action = all;
}

/* anytime: actions that several steps share: {withdraw: {who: reporter, during: [found], …}} */
static void anytime_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    struct step_names in = {take(r->source, "steps"), false};
    struct step *step = NULL;

    if (!v || !take_map(r, v, "anytime") || !in.steps)
        return;
    memcpy(&step, &out->step, sizeof(step));
    for (const struct item *it = v->first; it; it = it->next) {
        struct action act;
        const struct str *during;
        int n;

        if (!take_map(r, &it->val, "an action"))
            continue;
        action_read(r, &it->val, it->key, &in, &act);
        during = take_words(r, &it->val, "during", &n);
        if (!n)
            FAULT(r, it->val.line, "anytime: 'during' must list the steps in which it may be done");
        for (int i = 0; i < n; i++) {
            int at = proc_step_find(out, during[i]);

            if (at < 0)
                FAULT(r, it->val.line, "there is no step '%.*s'", STR_ARG(during[i]));
            else
                add_action(r, &step[at], &act);
        }
    }
}

static void pause_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    struct step *step = NULL;
    struct who who = who_read(r, v, "pause");

    memcpy(&step, &out->step, sizeof(step));
    for (int i = 0; v && i < out->steps; i++) {
        if (step[i].pause.place == PLACE_NONE && step[i].kind != STEP_RATE)
            step[i].pause = who;
    }
}

static void add_outcome(struct pack_reader *r, struct choice *all, int *n, const struct target *t)
{
    const struct val *word = val_get(r->words, t->outcome);

    if (t->step != TARGET_END || *n == 64)
        return;
    for (int i = 0; i < *n; i++) {
        if (str_eq(all[i].name, t->outcome))
            return;
    }
    if (!word)
        FAULT(r, t->line, "outcome %.*s: the title is needed in zh and in en, among the words",
              STR_ARG(t->outcome));
    all[*n] = (struct choice){t->outcome, read_title(r, word, t->outcome)};
    (*n)++;
}

static void outcomes_read(struct pack_reader *r, struct proc *out)
{
    struct choice *all = NEW_ARRAY(r->a, struct choice, 64);
    struct target bundled = {.step = TARGET_END, .outcome = S("bundled")};

    for (int i = 0; i < out->steps; i++) {
        const struct step *st = &out->step[i];
        const struct target *to[] = {&st->then,      &st->fail,    &st->unsolved, &st->exhausted,
                                     &st->unclaimed, &st->carried, &st->lost};

        for (size_t k = 0; k < COUNT(to); k++)
            add_outcome(r, all, &out->outcomes, to[k]);
        for (int k = 0; k < st->actions; k++) {
            add_outcome(r, all, &out->outcomes, &st->action[k].to);
            add_outcome(r, all, &out->outcomes, &st->action[k].beyond);
        }
    }
    add_outcome(r, all, &out->outcomes, &bundled);
    out->outcome = all;
}

static void open_specs(struct proc *out)
{
    struct step *step = NULL;

    memcpy(&step, &out->step, sizeof(step));
    for (int i = 0; i < out->steps; i++) {
        for (int k = 0; k < step[i].actions; k++) {
            const struct action *act = &step[i].action[k];

            if (act->parts.given && act->to.step >= 0 && !step[act->to.step].opens.given)
                step[act->to.step].opens = act->parts;
        }
    }
}

/* What a matter goes on under: the mechanism, and the fields that it may ask by name. */
static struct str definition_hash(struct pack_reader *r, const struct val *v)
{
    struct val *whole = val_map(r->a);

    set_val(whole, S("mechanism"), *v);
    set_val(whole, S("fields"), *r->fields);
    return pack_hash(r->a, whole);
}

static void mechanism_read(struct pack_reader *r, const struct item *it, struct proc *out)
{
    const struct val *v = extended(r, &it->val, 0);
    int file = v->line >> LINE_BITS;

    *out = (struct proc){.mechanism = it->key, .line = v->line & ((1 << LINE_BITS) - 1)};
    out->file = r->file[file];
    r->source = v;
    r->def = out;
    r->actions = 0;
    take_keys(r, v, "mechanism",
              "mechanism title extends ask grades within late steps start checked anytime pause "
              "version");
    out->title = take_title(r, v, it->key);
    out->version = (int)take_int(r, v, "version", 1, 1000000);
    out->hash = definition_hash(r, v);
    out->grade = grades_read(r, v, &out->grades);
    out->field = ask_read(r, v, "ask", &out->fields);
    out->within = limits_read(r, take(v, "within"));
    out->checked = take_bool(r, v, "checked", false);
    steps_read(r, v, out);
    anytime_read(r, take(v, "anytime"), out);
    start_read(r, take(v, "start"), out);
    pause_read(r, take(v, "pause"), out);
    open_specs(out);
    outcomes_read(r, out);
    out->actions = r->actions;
}

void mechanisms_read(struct pack_reader *r)
{
    struct proc *proc = NEW_ARRAY(r->a, struct proc, (size_t)val_count(r->mechanism) + 1);

    r->pack->proc = proc;
    for (const struct item *it = r->mechanism->first; it; it = it->next)
        mechanism_read(r, it, &proc[r->pack->procs++]);
}
