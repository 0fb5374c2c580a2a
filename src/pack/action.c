/* An action: who has the right, what is asked, where it leads. */
#include "pack/read.h"

static const struct target nowhere = {.step = TARGET_NONE};

static int name_index(const struct val *steps, struct str name)
{
    int n = 0;

    for (const struct item *it = map_of(steps); it; it = it->next, n++) {
        if (str_eq(it->key, name))
            return n;
    }
    return -1;
}

static struct target end_target(struct pack_reader *r, const struct val *v, struct str outcome)
{
    if (!is_word(outcome))
        FAULT(r, v->line, "an end needs its outcome, one word");
    return (struct target){.step = TARGET_END, .outcome = outcome, .line = v->line};
}

/* STEP, or back, stay, or {end: OUTCOME}; inside a part `ended` ends the part. */
struct target target_read(struct pack_reader *r, const struct val *v, const struct step_names *in)
{
    struct target t = {.step = TARGET_NONE, .line = v ? v->line : 0};

    if (!v)
        return t;
    if (take(v, "end"))
        return end_target(r, v, take_word(r, v, "end"));
    if (v->kind == VAL_MAP)
        v = take(v, "to") ? take(v, "to") : v;
    if (v->kind != VAL_STR) {
        FAULT(r, t.line, "a target is the name of a step, or {end: OUTCOME}");
        return t;
    }
    if (str_eq(v->str, S("back")))
        t.step = TARGET_BACK;
    else if (str_eq(v->str, S("stay")))
        t.step = TARGET_STAY;
    else if (in->in_part && str_eq(v->str, S("ended")))
        t = (struct target){.step = TARGET_END, .outcome = S("done"), .line = v->line};
    else
        t.step = name_index(in->steps, v->str);
    if (t.step == -1 && !t.outcome.n) {
        FAULT(r, v->line, "there is no step '%.*s'", STR_ARG(v->str));
        t.step = TARGET_NONE;
    }
    return t;
}

static bool range_read(const struct val *v, int *least, int *most)
{
    struct str head, rest;
    int64_t n[2] = {0, 0};

    if (v->kind == VAL_INT && v->integer <= PARTS_MAX) {
        *least = *most = (int)v->integer;
        return true;
    }
    if (v->kind != VAL_STR)
        return false;
    rest = str_cut(v->str, '-', &head);
    for (int k = 0; k < 2; k++) {
        struct str s = k ? rest : head;

        if (s.n == 0 || s.n > 2)
            return false;
        for (size_t i = 0; i < s.n; i++) {
            if (s.p[i] < '0' || s.p[i] > '9')
                return false;
            n[k] = n[k] * 10 + (s.p[i] - '0');
        }
    }
    *least = (int)n[0];
    *most = (int)n[1];
    return n[0] <= n[1] && n[1] <= PARTS_MAX;
}

static const struct choice *kinds_read(struct pack_reader *r, const struct val *v, int *n)
{
    const struct str *name = take_words(r, v, "of", n);
    struct choice *out = NEW_ARRAY(r->a, struct choice, (size_t)*n + 1);

    for (int i = 0; i < *n; i++) {
        if (!val_get(r->unit_kinds, name[i]))
            FAULT(r, take(v, "of")->line, "there is no kind of unit '%.*s'", STR_ARG(name[i]));
        out[i].name = name[i];
    }
    return out;
}

/* parts: {lead: 1, joint: 0-10, of: [department, team], suggest: duty_list} */
static struct parts_spec parts_read(struct pack_reader *r, const struct val *v)
{
    struct parts_spec p = {.given = true, .lead_least = 1, .lead_most = 1, .joint_most = 10};
    const struct val *lead, *joint;

    if (!take_map(r, v, "parts"))
        return p;
    take_keys(r, v, "parts", "lead joint of suggest");
    lead = take(v, "lead");
    joint = take(v, "joint");
    if (lead && (!range_read(lead, &p.lead_least, &p.lead_most) || p.lead_most != 1))
        FAULT(r, lead->line, "parts: lead is 1, or 0-1");
    if (joint && (!range_read(joint, &p.joint_least, &p.joint_most) || p.joint_most > 10))
        FAULT(r, joint->line, "parts: joint is a number or a range up to 10, such as 0-10");
    p.of = kinds_read(r, v, &p.ofs);
    p.suggest = take(v, "suggest") != NULL;
    if (p.suggest && !str_eq(take_text(r, v, "suggest"), S("duty_list")))
        FAULT(r, take(v, "suggest")->line, "parts: suggest can only be duty_list");
    return p;
}

/* Which roles have the right that an action asks besides its who. */
static void rights_read(struct pack_reader *r, const struct val *v, struct action *out)
{
    struct str *may = NEW_ARRAY(r->a, struct str, (size_t)val_count(r->roles) + 1);

    out->right = take_word(r, v, "right");
    if (!out->right.n)
        return;
    if (!in_words(out->right, pack_rights))
        FAULT(r, v->line, "there is no right '%.*s' (there are: %s)", STR_ARG(out->right),
              pack_rights);
    for (const struct item *it = r->roles->first; it; it = it->next) {
        const struct val *rights = take(&it->val, "rights");

        for (const struct item *k = list_of(rights); k; k = k->next) {
            if (str_eq(word_of(&k->val), out->right))
                may[out->mays++] = it->key;
        }
    }
    out->may = may;
}

static const struct field *asked(const struct action *act, struct str name)
{
    for (int i = 0; i < act->fields; i++) {
        if (str_eq(act->field[i].name, name))
            return &act->field[i];
    }
    return NULL;
}

static void action_extras(struct pack_reader *r, const struct val *v, struct action *out)
{
    const struct val *propose = take(v, "propose"), *who = take(v, "who");
    const struct field *unit = asked(out, S("unit"));

    if (take(v, "parts"))
        out->parts = parts_read(r, take(v, "parts"));
    out->proposes_duty = propose != NULL;
    if (propose && !str_eq(take_text(r, v, "propose"), S("duty_list")))
        FAULT(r, propose->line, "propose can only be duty_list");
    out->binds = take_bool(r, v, "binds", false);
    out->assigns = take_bool(r, v, "assign", false);
    out->renews = take_bool(r, v, "renews", false);
    if (out->renews && out->to.step != TARGET_STAY)
        FAULT(r, v->line, "action %.*s: what renews must 'stay'", STR_ARG(out->name));
    out->sets_grade = asked(out, S("grade")) != NULL;
    if (who) {
        struct who *w = NEW(r->a, struct who);

        *w = who_read(r, who, "who");
        out->who = w;
    }
    if (out->assigns && !(unit && unit->kind == FIELD_UNIT && unit->need && !unit->need_fors))
        FAULT(r, v->line, "action %.*s: 'assign' needs the field unit in its ask, and filled in",
              STR_ARG(out->name));
}

static void service_read(struct pack_reader *r, const struct val *v, struct action *out)
{
    bool asked = false;

    if (!take(v, "service"))
        return;
    out->service = take_word(r, v, "service");
    for (int i = 0; i < out->fields; i++)
        asked = asked ||
                (str_eq(out->field[i].name, out->service) && out->field[i].kind == FIELD_NUMBER);
    if (!asked)
        FAULT(r, v->line, "service: the action asks for no number '%.*s'", STR_ARG(out->service));
}

/* `takes: FIELD`, which the action itself asks or which was asked before. */
static void takes_read(struct pack_reader *r, const struct val *v, struct action *out)
{
    out->takes = take_word(r, v, "takes");
    out->gives_back = take_bool(r, v, "gives_back", false);
}

void action_read(struct pack_reader *r, const struct val *v, struct str name,
                 const struct step_names *in, struct action *out)
{
    const struct val *end = take(v, "end");

    *out = (struct action){.name = name, .to = nowhere, .beyond = nowhere, .line = v->line};
    if (!take_map(r, v, "an action"))
        return;
    take_keys(
        r, v, "action",
        "title to end outcome ask times beyond right parts propose binds assign who during renews "
        "service takes gives_back");
    if (!is_word(name) || in_words(name, "pass fail claim carried lost rate extend pause resume "
                                         "release open dismiss"))
        FAULT(r, v->line, "'%.*s' cannot be the name of an action", STR_ARG(name));
    out->title = take_title(r, v, name);
    out->to = end ? end_target(r, v, take_word(r, v, "end")) : target_read(r, take(v, "to"), in);
    if (out->to.step == TARGET_NONE && !take(v, "to"))
        FAULT(r, v->line, "action %.*s leads nowhere: it needs to or end", STR_ARG(name));
    if (take(v, "outcome"))
        out->to.outcome = take_word(r, v, "outcome");
    out->field = ask_read(r, v, "ask", &out->fields);
    out->times = (int)take_int(r, v, "times", 1, 100);
    out->beyond = target_read(r, take(v, "beyond"), in);
    rights_read(r, v, out);
    action_extras(r, v, out);
    service_read(r, v, out);
    takes_read(r, v, out);
    if (out->binds && !in->in_part)
        FAULT(r, v->line, "action %.*s: 'binds' belongs to the actions of a part", STR_ARG(name));
    out->index = r->actions++;
    if (r->actions > COUNTS_MAX)
        FAULT(r, v->line, "a mechanism has at most %d actions", COUNTS_MAX);
}

const struct action *actions_read(struct pack_reader *r, const struct val *map,
                                  const struct step_names *in, int *n)
{
    const struct val *v = take(map, "actions");
    struct action *out = NEW_ARRAY(r->a, struct action, (size_t)val_count(v) + 1);

    *n = 0;
    if (!v || !take_map(r, v, "actions"))
        return out;
    for (const struct item *it = v->first; it; it = it->next) {
        action_read(r, &it->val, it->key, in, &out[(*n)++]);
        if (take(&it->val, "during"))
            FAULT(r, it->val.line, "action %.*s: 'during' belongs to the actions under anytime",
                  STR_ARG(it->key));
    }
    return out;
}
