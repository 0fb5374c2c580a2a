/* Two parties tied for a term, on both databases. */
#include "civic/bond.h"
#include "civic/person.h"
#include "civic/roll.h"
#include "civic_fixture.h"

#include <string.h>

static void must(struct town *t, bool ok)
{
    cr_assert(ok, "%s (field %s)", t->e.text, t->e.field ? t->e.field : "-");
}

static void refused(struct town *t, bool ok, enum err_kind kind, const char *words)
{
    cr_assert(!ok, "it was done, and should have been refused: %s", words);
    cr_expect(t->e.kind == kind && strstr(t->e.text, words), "%s", t->e.text);
}

/* ---- people --------------------------------------------------------------- */

struct person_of {
    const char *name, *role, *unit, *facts;
    int64_t id;
};

static bool run_person(struct desk *k, void *arg, struct err *e)
{
    struct person_of *p = arg;
    struct val *facts = val_map(k->a);
    struct post_new post = {.unit = unit_by_code(k->d->units, str_of(p->unit))->id,
                            .role = str_of(p->role),
                            .facts = facts};

    if (p->facts)
        set_str(facts, str_eq(post.role, S("mentor")) ? "skills" : "wishes", str_of(p->facts));
    if (!p->id && !person_add(k, str_of(p->name), S(""), &p->id, e))
        return false;
    post.person = p->id;
    return post_give(k, &post, NULL, e);
}

static void as_program(struct town *t)
{
    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
}

static int64_t person(struct town *t, const char *name, const char *role, const char *unit,
                      const char *facts)
{
    struct person_of p = {name, role, unit, facts, 0};

    as_program(t);
    must(t, writes(t, run_person, &p));
    return p.id;
}

static struct actor actor_now;

static void as_person(struct town *t, int64_t id)
{
    actor_load(&t->k, id, &actor_now);
    t->k.actor = &actor_now;
}

/* ---- bonds ---------------------------------------------------------------- */

struct trial {
    struct bond_new n;
    struct bond_act act;
    struct bond b;
};

static bool run_make(struct desk *k, void *arg, struct err *e)
{
    struct trial *x = arg;

    return bond_make(k, &x->n, &x->b, e);
}

static bool run_act(struct desk *k, void *arg, struct err *e)
{
    struct trial *x = arg;

    return bond_do(k, &x->act, e);
}

static bool makes(struct town *t, struct trial *x, const char *kind, int64_t one, int64_t other)
{
    const struct bond_kind *def = pack_bond(t->k.d->pack, str_of(kind));

    x->n.kind = str_of(kind);
    x->n.side[0] = (struct party){.person_id = one};
    x->n.side[1] = def->side[1].of == SIDE_UNIT ? (struct party){.unit_id = other}
                                                : (struct party){.person_id = other};
    if (!writes(t, run_make, x))
        return false;
    x->act.id = x->b.id;
    return true;
}

static bool does(struct town *t, struct trial *x, const char *what)
{
    x->act.does = str_of(what);
    return writes(t, run_act, x);
}

static const struct val *said(struct town *t, const char *name, const char *text)
{
    struct val *v = val_map(t->k.a);

    set_str(v, name, str_of(text));
    return v;
}

static void reload(struct town *t, struct trial *x)
{
    struct err e = {0};

    cr_assert(bond_load(&t->k, x->act.id, &x->b, &e), "%s", e.text);
}

static const char *word(struct town *t, struct str s)
{
    return str_copy(t->k.a, s).p;
}

static bool run_tick(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int64_t *)arg = bonds_tick(k);
    return true;
}

/* How many did something by themselves. */
static int64_t ticks_of(struct town *t)
{
    int64_t n = 0;

    cr_assert(writes(t, run_tick, &n), "%s", t->e.text);
    return n;
}

struct cast {
    int64_t organiser, mentor, other, cadre, second;
};

static struct cast cast(struct town *t)
{
    return (struct cast){
        .organiser = person(t, "组织", "organiser", "140214", NULL),
        .mentor = person(t, "导师", "mentor", "140214-a", "法律"),
        .other = person(t, "师父", "mentor", "140214-b", "养老 法律"),
        .cadre = person(t, "小陈", "young_cadre", "140214001", "法律 养老"),
        .second = person(t, "小周", "young_cadre", "140214001", "法律"),
    };
}

TEST_IN_DISTRICT(bond, mentor_and_cadre_have_a_plan_notes_and_an_assessment)
{
    struct cast c = cast(t);
    struct trial x = {0};
    struct val *plan = val_map(t->k.a), *end = val_map(t->k.a);

    as_person(t, c.organiser);
    must(t, makes(t, &x, "mentor_cadre", c.mentor, c.cadre));
    cr_expect_str_eq(word(t, x.b.now.state), "active");
    cr_expect(x.b.now.until_at == stretch_end(x.b.now.from_at, x.b.def->term));
    cr_expect(bond_stands(&t->k, &x.b) == BY_KEEPER);

    as_person(t, c.mentor);
    refused(t, does(t, &x, "plan"), ERR_INVALID, "fill this in");
    set_str(plan, "goals", S("独当一面"));
    set_str(plan, "tasks", S("每月下村"));
    x.act.fields = plan;
    must(t, does(t, &x, "plan"));
    x.act.fields = said(t, "body", "走访十户");
    must(t, does(t, &x, "task"));
    refused(t, does(t, &x, "report"), ERR_DENIED, "not yours");
    as_person(t, c.cadre);
    must(t, does(t, &x, "report"));
    refused(t, does(t, &x, "task"), ERR_DENIED, "not yours");
    refused(t, does(t, &x, "nothing"), ERR_INVALID, "no note");

    as_person(t, c.organiser);
    set_int(end, "pair_mark", 92);
    set_str(end, "pair_note", S("进步明显"));
    x.act.fields = end;
    must(t, does(t, &x, "assess"));
    reload(t, &x);
    cr_expect_str_eq(word(t, x.b.now.state), "ended");
    cr_expect_str_eq(word(t, x.b.now.outcome), "assessed");
    refused(t, does(t, &x, "assess"), ERR_CONFLICT, "not at that point");
    clean(t);
}

TEST_IN_DISTRICT(bond, nobody_is_tied_with_themselves_or_more_often_than_the_kind_allows)
{
    struct cast c = cast(t);
    struct trial x = {0}, y = {0};
    int64_t both = person(t, "双任", "mentor", "140214-a", NULL);
    struct person_of again = {"双任", "young_cadre", "140214", NULL, both};

    as_program(t);
    must(t, writes(t, run_person, &again));
    as_person(t, c.organiser);
    refused(t, makes(t, &x, "mentor_cadre", both, both), ERR_CONFLICT, "themselves");
    must(t, makes(t, &x, "mentor_cadre", c.mentor, c.cadre));
    refused(t, makes(t, &y, "mentor_cadre", c.other, c.cadre), ERR_CONFLICT, "no more are allowed");
    must(t, makes(t, &y, "mentor_cadre", c.mentor, c.second));
    refused(t, makes(t, &y, "mentor_cadre", c.cadre, c.mentor), ERR_INVALID, "导师");
    refused(t, makes(t, &y, "mentor_cadre", 0, c.cadre), ERR_INVALID, "导师");
    refused(t, makes(t, &y, "mentor_cadre", 4711, c.cadre), ERR_INVALID, "导师");
    refused(t, makes(t, &y, "cadre_village", c.cadre, unit_id(t, "140214-a")), ERR_INVALID,
            "联系村");
    clean(t);
}

TEST_IN_DISTRICT(bond, placements_of_one_person_do_not_overlap)
{
    struct cast c = cast(t);
    struct trial x = {0}, y = {0};
    int64_t a = unit_id(t, "140214-a"), community = unit_id(t, "140214001001");

    as_person(t, c.organiser);
    must(t, makes(t, &x, "rotation", c.cadre, a));
    refused(t, makes(t, &y, "practice", c.cadre, community), ERR_CONFLICT, "elsewhere");
    refused(t, makes(t, &y, "rotation", c.cadre, community), ERR_CONFLICT, "no more are allowed");
    y.n.from_at = x.b.now.until_at;
    must(t, makes(t, &y, "practice", c.cadre, community));
    must(t, makes(t, &y, "practice", c.second, community));
    clean(t);
}

TEST_IN_DISTRICT(bond, a_term_that_cannot_be_is_refused)
{
    static const struct {
        int64_t from, until;
        const char *words;
    } table[] = {
        {0, -DAY_MS, "must end after"},
        {0, 400 * DAY_MS, "at most"},
        {-500 * DAY_MS, 0, "too far"},
        {500 * DAY_MS, 510 * DAY_MS, "too far"},
    };
    struct cast c = cast(t);

    as_person(t, c.organiser);
    for (size_t i = 0; i < COUNT(table); i++) {
        struct trial x = {0};

        x.n.from_at = table[i].from ? t->k.now + table[i].from : 0;
        x.n.until_at = table[i].until ? t->k.now + table[i].until : 0;
        refused(t, makes(t, &x, "rotation", c.cadre, unit_id(t, "140214-a")), ERR_INVALID,
                table[i].words);
    }
}

TEST_IN_DISTRICT(bond, what_a_community_proposes_is_approved_or_declined_by_its_keeper)
{
    struct cast c = cast(t);
    int64_t secretary = person(t, "书记", "secretary", "140214001001", NULL);
    struct trial x = {0}, y = {0};

    as_person(t, c.cadre);
    refused(t, makes(t, &x, "mentor_cadre", c.mentor, c.cadre), ERR_DENIED, "do not allow");
    as_person(t, secretary);
    must(t, makes(t, &x, "mentor_cadre", c.mentor, c.cadre));
    cr_expect_str_eq(word(t, x.b.now.state), "proposed");
    must(t, makes(t, &y, "mentor_cadre", c.other, c.second));
    refused(t, does(t, &x, "approve"), ERR_NOT_FOUND, "no such bond");
}

TEST_IN_DISTRICT(bond, ends_by_itself_at_its_own_moment_also_after_downtime)
{
    struct cast c = cast(t);
    struct trial x = {0}, y = {0};

    as_person(t, c.organiser);
    must(t, makes(t, &x, "rotation", c.cadre, unit_id(t, "140214-a")));
    y.n.until_at = t->k.now + 30 * DAY_MS;
    must(t, makes(t, &y, "cadre_village", c.second, unit_id(t, "140214001001")));
    cr_expect(ticks_of(t) == 0);
    t->k.now += 250 * DAY_MS;
    cr_expect(ticks_of(t) > 0);
    reload(t, &x);
    cr_expect_str_eq(word(t, x.b.now.state), "closing");
    cr_expect(x.b.now.ended_at == x.b.now.until_at);
    cr_expect_str_eq(word(t, bond_alarm(&t->k, &x.b)), "unassessed");
    reload(t, &y);
    cr_expect_str_eq(word(t, y.b.now.state), "ended");
    cr_expect_str_eq(word(t, y.b.now.outcome), "term");
    while (ticks_of(t))
        ;
    reload(t, &x);
    cr_expect(x.b.duty_at == 0 && x.b.alarm_at == 0);
    clean(t);
}

TEST_IN_DISTRICT(bond, a_plan_that_is_missing_and_contact_that_stopped_are_seen_once)
{
    struct cast c = cast(t);
    int64_t graduate = person(t, "小吴", "graduate", "140214001", NULL);
    struct trial x = {0};

    as_person(t, c.organiser);
    must(t, makes(t, &x, "graduate_mentor", c.mentor, graduate));
    t->k.now += 31 * DAY_MS;
    cr_expect(ticks_of(t) == 1);
    cr_expect(ticks_of(t) == 0);
    reload(t, &x);
    cr_expect_str_eq(word(t, bond_alarm(&t->k, &x.b)), "plan_missing");
    t->k.now += 15 * DAY_MS;
    cr_expect(ticks_of(t) == 1);
    reload(t, &x);
    cr_expect_str_eq(word(t, bond_alarm(&t->k, &x.b)), "no_contact");
    as_person(t, c.mentor);
    x.act.fields = said(t, "body", "写一份调研");
    must(t, does(t, &x, "task"));
    reload(t, &x);
    cr_expect_str_eq(word(t, bond_alarm(&t->k, &x.b)), "plan_missing");
    cr_expect(x.b.alarm_at == x.b.now.contact_at + 45 * DAY_MS);
    clean(t);
}

TEST_IN_DISTRICT(bond, who_saw_an_older_state_is_told_and_strangers_see_nothing)
{
    struct cast c = cast(t);
    struct trial x = {0};
    int64_t seen;

    as_person(t, c.organiser);
    must(t, makes(t, &x, "rotation", c.cadre, unit_id(t, "140214-a")));
    reload(t, &x);
    seen = x.b.head.seq;
    as_person(t, c.cadre);
    x.act.fields = said(t, "body", "完成台账");
    must(t, does(t, &x, "achievement"));
    as_person(t, c.organiser);
    x.act.seen = seen;
    x.act.reason = S("另有安排");
    refused(t, does(t, &x, "stop"), ERR_CONFLICT, "faster");
    x.act.seen = seen + 1;
    x.act.reason = S("x");
    refused(t, does(t, &x, "stop"), ERR_INVALID, "why");
    x.act.reason = S("另有安排");
    must(t, does(t, &x, "stop"));
    as_person(t, c.second);
    reload(t, &x);
    cr_expect(!bond_visible(&t->k, &x.b));
    as(t, "sun");
    cr_expect(bond_stands(&t->k, &x.b) == BY_OTHER);
    as(t, NULL);
    cr_expect(!bond_visible(&t->k, &x.b));
    clean(t);
}

/* ---- entries of rolls --------------------------------------------------------- */

/* How many wait for the actor; the first row in *first. */
static int waiting(struct town *t, const struct val **first)
{
    struct val *rows = val_list(t->k.a);
    int n = 0;

    bonds_waiting(&t->k, rows);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    cr_expect(bonds_waiting_count(&t->k) == n);
    if (first)
        *first = n ? &rows->first->val : NULL;
    return n;
}

static bool run_add(struct desk *k, void *arg, struct err *e)
{
    struct val *said = val_map(k->a);
    const struct roll_new n = {.roll = S("talents"),
                               .kind = S("local"),
                               .unit = unit_by_code(k->d->units, S("140214")),
                               .name = S("高远志"),
                               .said = said};
    bool added;

    set_str(said, "birth_date", S("1985-03-02"));
    return roll_add(k, &n, arg, &added, e) && added;
}

static bool run_leave(struct desk *k, void *arg, struct err *e)
{
    struct val *said = val_map(k->a);
    const struct roll_step s = {.id = *(int64_t *)arg, .what = S("leave"), .said = said};

    set_str(said, "reason", S("调往外地"));
    return roll_do(k, &s, e);
}

static bool ties_entry(struct town *t, struct trial *x, int64_t leader, int64_t entry)
{
    x->n.kind = S("leader_talent");
    x->n.side[0] = (struct party){.person_id = leader};
    x->n.side[1] = (struct party){.entry_id = entry};
    if (!writes(t, run_make, x))
        return false;
    x->act.id = x->b.id;
    return true;
}

TEST_IN_DISTRICT(bond, an_entry_that_ends_is_told_to_who_keeps_the_bond_and_stands_in_none_after)
{
    struct trial x = {0}, y = {0};
    int64_t organiser = person(t, "组织", "organiser", "140214", NULL), entry = 0;
    int64_t leader = person(t, "领导", "leader", "140214", NULL);
    const struct val *row;

    as_person(t, organiser);
    must(t, writes(t, run_add, &entry));
    must(t, ties_entry(t, &x, leader, entry));
    refused(t, ties_entry(t, &y, organiser, entry), ERR_INVALID, "may stand here");
    cr_expect(waiting(t, NULL) == 0);
    must(t, writes(t, run_leave, &entry));
    cr_expect(ticks_of(t) == 1);
    cr_expect(ticks_of(t) == 0);
    reload(t, &x);
    cr_expect_str_eq(word(t, bond_alarm(&t->k, &x.b)), "entry_left");
    cr_assert(waiting(t, &row) == 1);
    cr_expect_str_eq(word(t, val_text(row, "alarm")), "entry_left");
    refused(t, ties_entry(t, &y, leader, entry), ERR_CONFLICT, "not in force");
    as_person(t, leader);
    cr_expect(waiting(t, NULL) == 0);
    as_person(t, organiser);
    x.act.reason = S("人才已调离");
    must(t, does(t, &x, "stop"));
    cr_expect(waiting(t, NULL) == 0);
    clean(t);
}

TEST_IN_DISTRICT(bond, what_is_wrong_waits_for_the_keeper_until_it_is_put_right)
{
    struct cast c = cast(t);
    int64_t graduate = person(t, "小吴", "graduate", "140214001", NULL);
    struct trial x = {0};
    struct val *plan = val_map(t->k.a);

    as_person(t, c.organiser);
    must(t, makes(t, &x, "graduate_mentor", c.mentor, graduate));
    t->k.now += 31 * DAY_MS;
    cr_expect(ticks_of(t) == 1);
    cr_expect(waiting(t, NULL) == 1);
    as_person(t, c.mentor);
    cr_expect(waiting(t, NULL) == 0);
    set_str(plan, "goals", S("独当一面"));
    set_str(plan, "tasks", S("每月下村"));
    x.act.fields = plan;
    must(t, does(t, &x, "plan"));
    as_person(t, c.organiser);
    cr_expect(waiting(t, NULL) == 0);
    t->k.now += 800 * DAY_MS;
    while (ticks_of(t))
        ;
    reload(t, &x);
    cr_expect_str_eq(word(t, x.b.now.state), "closing");
    cr_expect(waiting(t, NULL) == 1);
    clean(t);
}

static int listed(struct town *t)
{
    struct bond_filter f = {.kind = S(""), .state = S("")};
    struct val *rows = val_list(t->k.a);
    int64_t next;
    int n = 0;

    cr_assert(bond_list(&t->k, &f, rows, &next, &t->e), "%s", t->e.text);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(bond, those_of_all_units_in_which_somebody_has_posts_are_listed)
{
    struct cast c = cast(t);
    struct person_of again = {NULL, "organiser", "140214002", NULL, 0};
    int64_t one = person(t, "甲", "organiser", "140214001", NULL), both, none;
    struct trial x = {.n.unit_id = unit_id(t, "140214001")};

    both = again.id = person(t, "乙", "organiser", "140214001", NULL);
    none = person(t, "丙", "organiser", "140214002", NULL);
    as_program(t);
    must(t, writes(t, run_person, &again));
    as_person(t, both);
    must(t, makes(t, &x, "mentor_cadre", c.mentor, c.cadre));
    cr_expect_eq(listed(t), 1);
    x.n.unit_id = unit_id(t, "140214002");
    must(t, makes(t, &x, "mentor_cadre", c.other, c.second));
    cr_expect_eq(listed(t), 2);
    as_person(t, one);
    cr_expect_eq(listed(t), 1);
    as_person(t, none);
    cr_expect_eq(listed(t), 1);
    as_person(t, c.organiser);
    cr_expect_eq(listed(t), 0, "nothing is kept in the district, and they do not supervise");
    clean(t);
}
