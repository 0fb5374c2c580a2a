/* A step: what its kind needs, its ladder, who checks, what is shown. */
#include "pack/read.h"

#define RUNGS_MAX 10

static const struct target nowhere = {.step = TARGET_NONE};

static const struct {
    const char *name;
    const char *keys; /* that this kind brings */
    enum step_kind kind;
} step_kinds[] = {
    {"act", "", STEP_ACT},
    {"parts", "part release then", STEP_PARTS},
    {"claim", "by unclaimed then", STEP_CLAIM},
    {"meet", "gathering quorum pass weigh carried lost merge_with when", STEP_MEET},
    {"notice", "days objection support show then", STEP_NOTICE},
    {"check", "not all_of ask fail then", STEP_CHECK},
    {"rate", "ask unsolved exhausted then", STEP_RATE},
};

static enum step_kind kind_read(struct pack_reader *r, const struct val *v, struct str name)
{
    struct str kind = take(v, "kind") ? take_text(r, v, "kind") : S("act");

    for (size_t i = 0; i < COUNT(step_kinds); i++) {
        if (str_eq(kind, str_of(step_kinds[i].name))) {
            take_keys(r, v, "step",
                      str_format(r->a, "title kind who within every late actions extend pause%s%s",
                                 *step_kinds[i].keys ? " " : "", step_kinds[i].keys)
                          .p);
            return step_kinds[i].kind;
        }
    }
    FAULT(r, v->line, "step %.*s: kind must be act, parts, claim, meet, notice, check or rate",
          STR_ARG(name));
    return STEP_ACT;
}

/* {after: 4 working hours, do: supervise street} */
static void rung_read(struct pack_reader *r, const struct val *v, struct rung *out)
{
    struct str what, place;

    *out = (struct rung){.what = RUNG_REMIND};
    if (!take_map(r, v, "late"))
        return;
    take_keys(r, v, "late", "after do");
    if (!take(v, "after"))
        FAULT(r, v->line, "late: 'after' is missing (0 is at the deadline)");
    else
        out->after = limit_read(r, take(v, "after"));
    place = str_cut(take_text(r, v, "do"), ' ', &what);
    if (str_eq(what, S("supervise")) && in_words(place, "street district")) {
        out->what = RUNG_SUPERVISE;
        out->place = str_eq(place, S("street")) ? PLACE_STREET : PLACE_DISTRICT;
    } else if (!str_eq(what, S("remind")) || place.n) {
        FAULT(r, v->line, "late: do is remind, supervise street or supervise district");
    }
}

void ladder_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    struct rung *rung = NEW_ARRAY(r->a, struct rung, (size_t)val_count(v) + 1);

    if (v->kind != VAL_LIST || val_count(v) > RUNGS_MAX) {
        FAULT(r, v->line, "late must be a list of {after, do}, of at most %d", RUNGS_MAX);
        return;
    }
    for (const struct item *it = v->first; it; it = it->next)
        rung_read(r, &it->val, &rung[out->rungs++]);
    out->late = rung;
}

static void extend_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    const struct val *before;

    if (!take_map(r, v, "extend"))
        return;
    take_keys(r, v, "extend", "times who by before_due");
    before = take(v, "before_due");
    if (before && !take_bool(r, v, "before_due", true))
        FAULT(r, before->line, "a time limit is extended before it has run out, never after");
    out->extend.times = (int)take_int(r, v, "times", 1, 10);
    if (!out->extend.times)
        FAULT(r, v->line, "extend: 'times' is missing");
    if (out->by.n && !take(v, "by"))
        FAULT(r, v->line, "extend: 'by' how much is missing");
    out->extend.by = take(v, "by") ? limits_read(r, take(v, "by")) : out->within;
    if (!take(v, "who"))
        FAULT(r, v->line, "extend: 'who' may extend it is missing");
    out->extend.who = who_read(r, take(v, "who"), "who");
}

/* 1 to 3 digits; 0 if it is something else */
static int small_number(struct str s)
{
    int n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.n > 3 || s.p[i] < '0' || s.p[i] > '9')
            return 0;
        n = n * 10 + (s.p[i] - '0');
    }
    return n;
}

/* "2/3 of should_attend", "over 1/2 of present" */
struct share share_read(struct pack_reader *r, const struct val *map, const char *key)
{
    struct str s = take_text(r, map, key);
    struct share out = {0};
    struct str part, of, rest = str_cut(s, ' ', &part), a;

    if (!take(map, key))
        return out;
    if (str_eq(part, S("over"))) {
        out.over = true;
        rest = str_cut(rest, ' ', &part);
    }
    rest = str_cut(rest, ' ', &of);
    out.b = small_number(str_cut(part, '/', &a));
    out.a = small_number(a);
    if (!str_eq(of, S("of")) || out.a < 1 || out.b < out.a ||
        !in_words(rest, "should_attend present")) {
        FAULT(r, take(map, key)->line,
              "%s is written like '2/3 of should_attend' or 'over 1/2 of present'", key);
        return (struct share){0};
    }
    out.of_present = str_eq(rest, S("present"));
    return out;
}

static void checkers_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    struct who *who = NEW_ARRAY(r->a, struct who, (size_t)val_count(v) + 1);

    if (v->kind != VAL_LIST || val_count(v) < 2 || val_count(v) > GATES_MAX) {
        FAULT(r, v->line, "all_of must be a list of 2 to %d checkers", GATES_MAX);
        return;
    }
    for (const struct item *it = v->first; it; it = it->next)
        who[out->checkers++] = who_read(r, &it->val, "all_of");
    out->all_of = who;
}

static void check_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                       struct step *out)
{
    const struct val *not = take(v, "not");

    out->field = ask_read(r, v, "ask", &out->fields);
    out->fail = target_read(r, take(v, "fail"), in);
    if (take(v, "all_of"))
        checkers_read(r, take(v, "all_of"), out);
    out->not_solver = str_eq(word_of(not ), S("solver"));
    if (!out->not_solver)
        FAULT(r, v->line, "step %.*s: a check needs 'not: solver'", STR_ARG(out->name));
    if (out->fail.step == TARGET_NONE)
        FAULT(r, v->line, "step %.*s: 'fail' must say where it goes back to", STR_ARG(out->name));
}

static void low_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    if (!take_map(r, v, "low"))
        return;
    for (const struct item *it = v->first; it; it = it->next) {
        if (it->val.kind != VAL_INT || it != v->first)
            FAULT(r, v->line, "low is {FIELD: the highest mark that counts as not solved}");
        out->low_field = it->key;
        out->low_most = it->val.kind == VAL_INT ? it->val.integer : 0;
    }
}

static void rate_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                      struct step *out)
{
    const struct val *unsolved = take(v, "unsolved");

    out->field = ask_read(r, v, "ask", &out->fields);
    if (!out->fields)
        FAULT(r, v->line, "step %.*s: a rating must ask something", STR_ARG(out->name));
    if (unsolved && take_map(r, unsolved, "unsolved")) {
        take_keys(r, unsolved, "unsolved", "to times low");
        out->unsolved = target_read(r, take(unsolved, "to"), in);
        out->unsolved_times = (int)take_int(r, unsolved, "times", 1, 10);
        if (!out->unsolved_times || out->unsolved.step == TARGET_NONE)
            FAULT(r, unsolved->line, "unsolved needs 'to' and 'times'");
        if (take(unsolved, "low"))
            low_read(r, take(unsolved, "low"), out);
    }
    out->exhausted = take(v, "exhausted")
                         ? target_read(r, take(v, "exhausted"), in)
                         : (struct target){.step = TARGET_END, .outcome = S("unsolved")};
}

static void part_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    const struct val *part = take(v, "part");
    struct step *steps = NEW_ARRAY(r->a, struct step, (size_t)val_count(part) + 1);
    const struct step usual = r->ladder;

    if (!part || !take_map(r, part, "part") || !part->first) {
        FAULT(r, v->line, "step %.*s: 'part' must list the steps of each unit's part",
              STR_ARG(out->name));
        return;
    }
    if (out->rungs)
        r->ladder = *out;
    for (const struct item *it = part->first; it; it = it->next)
        step_read(r, &it->val, it->key, &steps[out->parts++], part);
    r->ladder = usual;
    out->part = steps;
    if (take(v, "release"))
        out->release = who_read(r, take(take(v, "release"), "who"), "release");
}

/* objection: {answer_within: 3 days, who: …, upheld: STEP, late: […]}; who: usually the step's */
static void objection_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                           struct step *out)
{
    struct objection_spec *o = &out->objection;
    struct step ladder = r->ladder;

    if (!take_map(r, v, "objection"))
        return;
    take_keys(r, v, "objection", "answer_within who upheld late");
    o->given = true;
    o->who = take(v, "who") ? who_read(r, take(v, "who"), "who") : out->who;
    o->within = limits_read(r, take(v, "answer_within"));
    o->upheld = target_read(r, take(v, "upheld"), in);
    if (take(v, "late")) {
        ladder.rungs = 0;
        ladder_read(r, take(v, "late"), &ladder);
    }
    o->late = ladder.late;
    o->rungs = ladder.rungs;
}

/* support: {least: 20, then: STEP} */
static void support_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                         struct step *out)
{
    if (!take_map(r, v, "support"))
        return;
    take_keys(r, v, "support", "least then");
    out->support.least = (int)take_int(r, v, "least", 1, 100000);
    out->support.then = target_read(r, take(v, "then"), in);
}

static void notice_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                        struct step *out)
{
    if (take(v, "days")) {
        int32_t days = (int32_t)take_int(r, v, "days", 1, 365);

        out->within.given = true;
        for (int i = 0; i < GRADES_MAX; i++)
            out->within.grade[i] = (struct limit){days, LIMIT_DAYS};
    }
    if (take(v, "objection"))
        objection_read(r, take(v, "objection"), in, out);
    if (take(v, "support"))
        support_read(r, take(v, "support"), in, out);
    out->show = take_words(r, v, "show", &out->shows);
}

/* when: {one_person_holds_both: [WHO, WHO]} */
static void merge_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                       struct step *out)
{
    const struct val *both = take(take(v, "when"), "one_person_holds_both");
    struct who *who = NEW_ARRAY(r->a, struct who, (size_t)val_count(both) + 1);

    out->merge_with = target_read(r, take(v, "merge_with"), in).step;
    if (!both || both->kind != VAL_LIST || val_count(both) != 2) {
        FAULT(r, v->line, "step %.*s: merge_with needs when: {one_person_holds_both: [WHO, WHO]}",
              STR_ARG(out->name));
        return;
    }
    for (const struct item *it = both->first; it; it = it->next)
        who[out->posts++] = who_read(r, &it->val, "one_person_holds_both");
    out->holds = who;
}

static void meet_read(struct pack_reader *r, const struct val *v, const struct step_names *in,
                      struct step *out)
{
    const struct val *kind;

    out->gathering = take_word(r, v, "gathering");
    out->rule.quorum = share_read(r, v, "quorum");
    out->rule.pass = share_read(r, v, "pass");
    out->rule.by_area = take(v, "weigh") != NULL;
    if (out->rule.by_area && !str_eq(take_text(r, v, "weigh"), S("area")))
        FAULT(r, v->line, "weigh can only be area");
    out->carried = target_read(r, take(v, "carried"), in);
    out->lost = target_read(r, take(v, "lost"), in);
    kind = val_get(r->gathering, out->gathering);
    if (!kind || !(take(kind, "votes") || take(kind, "contest")))
        FAULT(r, v->line, "step %.*s: 'gathering' must name a kind of gathering that votes",
              STR_ARG(out->name));
    if (!out->rule.pass.b)
        FAULT(r, v->line, "step %.*s: 'pass' must say how many must be in favour",
              STR_ARG(out->name));
    if (out->rule.quorum.of_present)
        FAULT(r, v->line, "quorum is a share of should_attend: those present are what it asks for");
    if (take(v, "merge_with"))
        merge_read(r, v, in, out);
}

static void kind_extras(struct pack_reader *r, const struct val *v, const struct step_names *in,
                        struct step *out)
{
    switch (out->kind) {
    case STEP_PARTS: part_read(r, v, out); break;
    case STEP_CLAIM:
        out->unclaimed = target_read(r, take(v, "unclaimed"), in);
        if (take(v, "by") && !str_eq(take_text(r, v, "by"), S("first")))
            FAULT(r, v->line, "claim: by can only be first");
        break;
    case STEP_MEET: meet_read(r, v, in, out); break;
    case STEP_NOTICE: notice_read(r, v, in, out); break;
    case STEP_CHECK: check_read(r, v, in, out); break;
    case STEP_RATE: rate_read(r, v, in, out); break;
    case STEP_ACT: break;
    }
}

/* Steps without a ladder of their own have the mechanism's; parts have that of their step. */
static void inherit_ladder(struct step *st, const struct step *from)
{
    if (!st->rungs && st->within.given && st->kind != STEP_RATE && st->kind != STEP_NOTICE) {
        st->late = from->late;
        st->rungs = from->rungs;
    }
}

void step_read(struct pack_reader *r, const struct val *v, struct str name, struct step *out,
               const struct val *part_steps)
{
    struct step_names in = {part_steps ? part_steps : take(r->source, "steps"), part_steps != NULL};

    *out = (struct step){.name = name,
                         .line = v->line,
                         .then = nowhere,
                         .fail = nowhere,
                         .unsolved = nowhere,
                         .exhausted = nowhere,
                         .unclaimed = nowhere,
                         .carried = nowhere,
                         .lost = nowhere,
                         .merge_with = -1,
                         .objection = {.upheld = nowhere},
                         .support = {.then = nowhere}};
    if (!take_map(r, v, "a step"))
        return;
    if (!is_word(name) || in_words(name, "ended back stay end"))
        FAULT(r, v->line, "'%.*s' cannot be the name of a step", STR_ARG(name));
    out->title = take_title(r, v, name);
    out->kind = kind_read(r, v, name);
    if (part_steps && out->kind != STEP_ACT)
        FAULT(r, v->line, "step %.*s: the steps of a part are all of kind act", STR_ARG(name));
    out->who = who_read(r, take(v, "who"), "who");
    within_read(r, v, out);
    out->every = every_read(r, v, out);
    if (take(v, "late"))
        ladder_read(r, take(v, "late"), out);
    if (take(v, "extend"))
        extend_read(r, take(v, "extend"), out);
    out->pause = who_read(r, take(v, "pause"), "pause");
    out->action = actions_read(r, v, &in, &out->actions);
    out->then = target_read(r, take(v, "then"), &in);
    if (!part_steps || out->kind == STEP_ACT)
        kind_extras(r, v, &in, out);
    inherit_ladder(out, &r->ladder);
}
