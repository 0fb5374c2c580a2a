/* One mechanism: what it extends, its grades, steps and ends. */
#include "pack/read.h"

#include <assert.h>
#include <string.h>

#define WORDS_MAX 80

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

static void steps_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    const struct val *steps = take(v, "steps"), *late = take(v, "late");

    r->step = NEW_ARRAY(r->a, struct step, (size_t)val_count(steps) + 1);
    out->step = r->step;
    r->ladder = (struct step){0};
    if (late)
        ladder_read(r, late, &r->ladder);
    if (!steps || !take_map(r, steps, "steps") || !steps->first) {
        FAULT(r, v->line, "mechanism %.*s has no steps", STR_ARG(out->mechanism));
        return;
    }
    for (const struct item *it = steps->first; it; it = it->next)
        step_read(r, &it->val, it->key, &r->step[out->steps++], NULL);
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

    if (!v || !take_map(r, v, "anytime") || !in.steps)
        return;
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
                add_action(r, &r->step[at], &act);
        }
    }
}

static void pause_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    struct who who = who_read(r, v, "pause");

    for (int i = 0; v && i < out->steps; i++) {
        if (r->step[i].pause.place == PLACE_NONE && r->step[i].kind != STEP_RATE)
            r->step[i].pause = who;
    }
}

#define OUTCOMES_MAX 64

static void add_outcome(struct pack_reader *r, struct choice *all, int *n, const struct target *t)
{
    const struct val *word = val_get(r->words, t->outcome);

    if (t->step != TARGET_END || *n == OUTCOMES_MAX)
        return;
    for (int i = 0; i < *n; i++) {
        if (str_eq(all[i].name, t->outcome))
            return;
    }
    if (!word)
        FAULT(r, t->line ? t->line : r->source->line,
              "outcome %.*s: the title is needed in zh and in en, among the words",
              STR_ARG(t->outcome));
    all[*n] = (struct choice){t->outcome, read_title(r, word, t->outcome)};
    (*n)++;
}

static void step_outcomes(struct pack_reader *r, struct choice *all, int *n, const struct step *st)
{
    const struct target *to[] = {
        &st->then,    &st->fail, &st->unsolved,         &st->exhausted,   &st->unclaimed,
        &st->carried, &st->lost, &st->objection.upheld, &st->support.then};

    for (size_t i = 0; i < COUNT(to); i++)
        add_outcome(r, all, n, to[i]);
    for (int i = 0; i < st->actions; i++) {
        add_outcome(r, all, n, &st->action[i].to);
        add_outcome(r, all, n, &st->action[i].beyond);
    }
    for (int i = 0; i < st->parts; i++)
        step_outcomes(r, all, n, &st->part[i]);
}

/* Ends of the matter and of its parts, and those that the engine itself brings. */
static void outcomes_read(struct pack_reader *r, struct proc *out)
{
    struct choice *all = NEW_ARRAY(r->a, struct choice, OUTCOMES_MAX);
    struct target bundled = {.step = TARGET_END, .outcome = S("bundled")};
    struct target excused = {.step = TARGET_END, .outcome = S("excused")};
    struct target stopped = {.step = TARGET_END, .outcome = S("stopped")};
    bool parts = false;

    for (int i = 0; i < out->steps; i++) {
        step_outcomes(r, all, &out->outcomes, &out->step[i]);
        parts = parts || out->step[i].kind == STEP_PARTS;
    }
    add_outcome(r, all, &out->outcomes, &bundled);
    if (parts) {
        add_outcome(r, all, &out->outcomes, &excused);
        add_outcome(r, all, &out->outcomes, &stopped);
    }
    out->outcome = all;
}

static void open_specs(struct pack_reader *r, const struct proc *def)
{
    for (int i = 0; i < def->steps; i++) {
        for (int k = 0; k < def->step[i].actions; k++) {
            const struct action *act = &def->step[i].action[k];

            if (act->parts.given && act->to.step >= 0 && !r->step[act->to.step].opens.given)
                r->step[act->to.step].opens = act->parts;
        }
    }
}

/* ---- the numbers that its fields bring ---- */

static void add_number(struct pack_reader *r, struct proc *out, const struct field **all,
                       const struct field *f)
{
    int at;

    if (!field_is_number(f) && f->kind != FIELD_RESOURCE)
        return;
    at = proc_number_find(out, f->name);
    if (at >= 0 && (all[at]->kind != f->kind || all[at]->adds != f->adds))
        FAULT(r, f->line, "field %.*s is asked twice, and not as the same kind of number",
              STR_ARG(f->name));
    if (at < 0 && out->numbers == NUMBERS_MAX)
        FAULT(r, f->line, "a mechanism has at most %d fields with numbers", NUMBERS_MAX);
    else if (at < 0)
        all[out->numbers++] = f;
}

static void add_numbers(struct pack_reader *r, struct proc *out, const struct field **all,
                        const struct step *st)
{
    for (int i = 0; st->kind == STEP_CHECK && i < st->fields; i++)
        add_number(r, out, all, &st->field[i]);
    for (int i = 0; i < st->actions; i++) {
        for (int k = 0; k < st->action[i].fields; k++)
            add_number(r, out, all, &st->action[i].field[k]);
    }
    for (int i = 0; i < st->parts; i++)
        add_numbers(r, out, all, &st->part[i]);
}

/* Marks that a reporter gives are of the answer and not of the matter. */
static void numbers_read(struct pack_reader *r, struct proc *out)
{
    const struct field **all = NEW_ARRAY(r->a, const struct field *, NUMBERS_MAX);

    out->number = all;
    for (int i = 0; i < out->fields; i++)
        add_number(r, out, all, &out->field[i]);
    for (int i = 0; i < out->steps; i++)
        add_numbers(r, out, all, &out->step[i]);
}

/* ---- what it takes of resources ---- */

static void take_check(struct pack_reader *r, struct proc *out, const struct action *act)
{
    int at = proc_number_find(out, act->takes);

    if (!act->takes.n)
        return;
    out->takes = true;
    if (at < 0 || out->number[at]->kind != FIELD_RESOURCE)
        FAULT(r, act->line, "takes: there is no resource '%.*s' that is asked for",
              STR_ARG(act->takes));
    if (act->to.step == TARGET_END && !str_among(act->to.outcome, out->keeps, out->keeps_n))
        FAULT(r, act->line, "takes: what it takes is given back at once: 'keeps' must name '%.*s'",
              STR_ARG(act->to.outcome));
}

static void takes_of(struct pack_reader *r, struct proc *out, const struct step *st)
{
    for (int i = 0; i < st->actions; i++)
        take_check(r, out, &st->action[i]);
    for (int i = 0; i < st->parts; i++)
        takes_of(r, out, &st->part[i]);
}

/* Outcomes of the mechanism that a key lists. */
static const struct str *outcomes_named(struct pack_reader *r, const struct val *v, const char *key,
                                        const struct proc *def, int *n)
{
    const struct str *out = take_words(r, v, key, n);

    for (int i = 0; i < *n; i++) {
        bool known = false;

        for (int k = 0; k < def->outcomes; k++)
            known = known || str_eq(def->outcome[k].name, out[i]);
        if (!known)
            FAULT(r, take(v, key)->line, "%s: it never ends as '%.*s'", key, STR_ARG(out[i]));
    }
    return out;
}

/* keeps: [granted] */
static void keeps_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    out->keeps = outcomes_named(r, v, "keeps", out, &out->keeps_n);
    for (int i = 0; i < out->steps; i++)
        takes_of(r, out, &out->step[i]);
    if (out->keeps_n && !out->takes)
        FAULT(r, take(v, "keeps")->line, "keeps: no action takes anything");
}

/* What a matter goes on under: the mechanism, and the fields that it may ask by name. */
static struct str definition_hash(struct pack_reader *r, const struct val *v)
{
    struct val *whole = val_map(r->a);

    set_val(whole, S("mechanism"), *v);
    set_val(whole, S("fields"), *r->fields);
    return pack_hash(r->a, whole);
}

/* What this mechanism calls one of the things that the language itself brings: a need is claimed,
 * an order taken. */
static void own_words_read(struct pack_reader *r, const struct val *words, struct proc *out)
{
    struct choice *own = NEW_ARRAY(r->a, struct choice, (size_t)out->words + 1);

    if (!words || !take_map(r, words, "words"))
        return;
    for (int i = 0; i < out->words; i++)
        own[i] = out->word[i];
    for (const struct item *it = words->first; it; it = it->next) {
        int at = 0;

        while (at < out->words && !str_eq(own[at].name, it->key))
            at++;
        if (at == out->words)
            FAULT(r, it->val.line, "words: the language has no word '%.*s' of its own",
                  STR_ARG(it->key));
        else
            own[at].title = read_title(r, &it->val, it->key);
    }
    out->word = own;
}

static void mechanism_read(struct pack_reader *r, const struct item *it, struct proc *out)
{
    const struct val *v = extended(r, r->mechanism, &it->val);
    int file = v->line >> LINE_BITS;

    out->line = v->line & LINE_MASK;
    out->file = r->file[file];
    r->source = v;
    r->def = out;
    r->actions = 0;
    take_keys(r, v, "mechanism",
              "mechanism title extends ask grades within late steps start checked anytime pause "
              "version dossier window opens closes keeps icon words");
    own_words_read(r, take(v, "words"), out);
    out->title = take_title(r, v, it->key);
    out->icon = take(v, "icon") ? take_word(r, v, "icon") : S("clipboard-list");
    out->version = take(v, "version") ? (int)take_int(r, v, "version", 1, 1000000) : 1;
    out->hash = definition_hash(r, v);
    out->grade = grades_read(r, v, &out->grades);
    out->field = ask_read(r, v, "ask", &out->fields);
    out->within = limits_read(r, take(v, "within"));
    out->checked = take_bool(r, v, "checked", false);
    out->dossier = take_bool(r, v, "dossier", false);
    steps_read(r, v, out);
    anytime_read(r, take(v, "anytime"), out);
    start_read(r, take(v, "start"), out);
    pause_read(r, take(v, "pause"), out);
    open_specs(r, out);
    outcomes_read(r, out);
    numbers_read(r, out);
    day_read(r, out);
    window_read(r, take(v, "window"), out);
    out->opens = who_read(r, take(v, "opens"), "opens");
    out->closes = outcomes_named(r, v, "closes", out, &out->closes_n);
    keeps_read(r, v, out);
    out->actions = r->actions;
}

/* The titles of what the language itself brings. */
static int words_read(struct pack_reader *r, struct choice *word)
{
    struct str rest = str_of(proc_words), name;
    int n = 0;

    while (rest.n) {
        const struct val *v;

        assert(n < WORDS_MAX);
        rest = str_cut(rest, ' ', &name);
        v = val_get(r->words, name);
        if (!v)
            FAULT(r, 0, "the words must have '%.*s', in zh and in en", STR_ARG(name));
        word[n++] = (struct choice){name, read_title(r, v, name)};
    }
    return n;
}

void mechanisms_read(struct pack_reader *r)
{
    struct proc *proc = NEW_ARRAY(r->a, struct proc, (size_t)val_count(r->mechanism) + 1);
    struct choice *word = NEW_ARRAY(r->a, struct choice, WORDS_MAX);
    int words = r->mechanism->first ? words_read(r, word) : 0;

    r->pack->proc = proc;
    for (const struct item *it = r->mechanism->first; it; it = it->next) {
        struct proc *one = &proc[r->pack->procs++];

        *one = (struct proc){.mechanism = it->key, .word = word, .words = words};
        mechanism_read(r, it, one);
    }
    r->def = NULL; /* what comes after has no grades, and holds no resources */
}
