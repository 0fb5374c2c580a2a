/*
 * Entries of rolls, on both databases: what is due of them stands in their ledger, who is on it
 * asks and is answered, time ends them, and what was erased is nowhere any more.
 */
#include "civic/roll.h"

#include "civic/duty.h"
#include "civic/import.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define ID_NUMBER "11010519491231002X"

STMT(keys_of, "SELECT count(*) FROM subject_key WHERE subject = $1");
STMT(key_of_entry, "SELECT sealed FROM subject_key WHERE subject = $1");
STMT(sealed_of, "SELECT name_sealed, personal_sealed FROM roll_entry WHERE id = $1");
STMT(texts_of, "SELECT count(*) FROM roll_entry WHERE id = $1 AND (name_sealed <> '' OR "
               "phone_sealed <> '' OR personal_sealed <> '' OR asked_sealed <> '' OR same IS NOT "
               "NULL)");

static struct import_report bring(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now);
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    district_refresh(t->k.a, t->k.db, t->k.d);
    return report;
}

/* A branch with its secretary shu and its member ma. */
static void with_branch(struct town *t)
{
    (void)bring(t, "units", "code,name,kind,parent\nzb,一支部,party_branch,140214001001\n");
    (void)bring(t, "people", "name,unit,role\nshu,zb,secretary\nma,zb,member\n");
}

static void as_of(struct town *t, const char *who, const char *unit)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    actor_load(&t->k, person_find(&t->k, str_of(who), unit_id(t, unit)), actor);
    cr_assert(actor->person, "nobody is called %s", who);
    t->k.actor = actor;
}

struct adding {
    struct roll_new n;
    int64_t id;
};

static bool run_add(struct desk *k, void *arg, struct err *e)
{
    struct adding *a = arg;
    bool added;

    return roll_add(k, &a->n, &a->id, &added, e) && added;
}

static int64_t member(struct town *t, const char *kind)
{
    struct adding a = {.n = {.roll = S("party_members"), .kind = str_of(kind)}};

    with_branch(t);
    a.n.unit = unit_by_code(t->k.d->units, S("zb"));
    a.n.person = person_find(&t->k, S("ma"), a.n.unit->id);
    as_of(t, "shu", "zb");
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    return a.id;
}

static struct roll_entry entry(struct town *t, int64_t id)
{
    struct roll_entry out;

    cr_assert(roll_entry_load(&t->k, id, &out, &t->e), "%s", t->e.text);
    return out;
}

/* ---- once ---------------------------------------------------------------------- */

TEST_IN_DISTRICT(roll, whoever_is_known_registers_in_one_community_alone)
{
    struct adding a = {.n = {.roll = S("double_registration"), .self = true}};
    struct val *said = val_map(t->k.a);

    set_str(said, "skills", S("电工"));
    a.n.said = said;
    a.n.unit = unit_by_code(t->k.d->units, S("140214001001"));
    as(t, "wang");
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    a.n.unit = unit_by_code(t->k.d->units, S("140214002001"));
    cr_expect_not(writes(t, run_add, &a));
    cr_expect_eq(t->e.kind, ERR_CONFLICT);
    cr_expect_str_eq(t->e.field, "name");
    as(t, "far");
    cr_expect(writes(t, run_add, &a), "%s", t->e.text);
}

/* ---- what is due ------------------------------------------------------------- */

static bool run_make(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    while (duties_make(k)) {
    }
    return true;
}

static bool run_done(struct desk *k, void *arg, struct err *e)
{
    return duty_done(k, arg, NULL, e);
}

TEST_IN_DISTRICT(roll, an_entry_whose_duty_was_done_is_as_its_ledger_says)
{
    int64_t id = member(t, "community");
    struct val *found = val_list(t->k.a), *duties = val_list(t->k.a);
    struct duty_act act = {.key = {.source_id = id, .name = S("study")}};

    cr_assert(when_parse(S("2026-04-02 10:00"), &t->k.now));
    cr_assert(writes(t, run_make, NULL));
    as_of(t, "ma", "zb");
    duties_of(&t->k, id, duties);
    cr_assert(duties->first);
    act.key.from_at = val_int(&duties->first->val, "from_at");
    cr_assert(writes(t, run_done, &act), "%s", t->e.text);
    rolls_verify(&t->k, found);
    cr_expect_null(found->first);
}

TEST_IN_DISTRICT(roll, who_is_on_it_and_who_keeps_it_see_what_is_due_of_it_and_a_stranger_does_not)
{
    int64_t id = member(t, "community");
    struct val *duties = val_list(t->k.a);
    struct duty d;

    cr_assert(when_parse(S("2026-04-02 10:00"), &t->k.now));
    cr_assert(writes(t, run_make, NULL));
    duties_of(&t->k, id, duties);
    cr_assert(duty_load(&t->k,
                        &(struct duty_key){id, val_int(&duties->first->val, "from_at"), S("study")},
                        &d, &t->e));
    as_of(t, "ma", "zb");
    cr_expect(duty_visible(&t->k, &d));
    as_of(t, "shu", "zb");
    cr_expect(duty_visible(&t->k, &d));
    as(t, "far");
    cr_expect_not(duty_visible(&t->k, &d));
}

/* ---- asked and answered --------------------------------------------------------- */

struct asking {
    struct roll_step step;
    struct str words;
};

static bool run_ask(struct desk *k, void *arg, struct err *e)
{
    struct asking *a = arg;

    return roll_ask(k, &a->step, a->words, e);
}

static bool run_answer(struct desk *k, void *arg, struct err *e)
{
    struct asking *a = arg;

    return roll_answer(k, &a->step, a->words, e);
}

static bool asks(struct town *t, int64_t id, const char *what, const char *words)
{
    struct asking a = {{.id = id, .what = str_of(what)}, str_of(words)};

    return writes(t, run_ask, &a);
}

static bool answers(struct town *t, int64_t id, const char *what, const char *words)
{
    struct asking a = {{.id = id, .what = str_of(what)}, str_of(words)};

    return writes(t, run_answer, &a);
}

TEST_IN_DISTRICT(roll, a_correction_is_asked_for_once_and_answered_by_who_keeps_it)
{
    int64_t id = member(t, "community");
    struct val *view = val_map(t->k.a);
    struct roll_entry e;

    cr_expect_not(asks(t, id, "correction", "姓名写错了"));
    cr_expect_eq(t->e.kind, ERR_DENIED); /* shu is not on it */
    as_of(t, "ma", "zb");
    cr_expect_not(asks(t, id, "correction", "  "));
    cr_expect_str_eq(t->e.field, "words");
    cr_expect_not(asks(t, id, "forget", "姓名写错了"));
    cr_expect_str_eq(t->e.field, "what");
    cr_assert(asks(t, id, "correction", "姓名写错了"), "%s", t->e.text);
    cr_expect_not(asks(t, id, "correction", "还有电话"));
    cr_expect_eq(t->e.kind, ERR_CONFLICT);
    cr_expect_not(answers(t, id, "yes", "已改"));
    cr_expect_eq(t->e.kind, ERR_DENIED);
    as_of(t, "shu", "zb");
    e = entry(t, id);
    roll_entry_view(&t->k, &e, view);
    cr_expect(str_eq(val_text(view, "ask_words"), S("姓名写错了")));
    cr_expect_not(answers(t, id, "yes", ""));
    cr_expect_str_eq(t->e.field, "words");
    cr_assert(answers(t, id, "no", "身份证上就是这个字"), "%s", t->e.text);
    cr_expect_not(answers(t, id, "yes", "已改"));
    cr_expect_eq(t->e.kind, ERR_CONFLICT);
    as_of(t, "ma", "zb");
    cr_expect(asks(t, id, "correction", "电话也错了"), "%s", t->e.text);
}

/* ---- erased ------------------------------------------------------------------- */

static bool holds_bytes(struct str all, struct str some)
{
    return some.n && memmem(all.p, all.n, some.p, some.n);
}

/* The database as it lies on the disk, its log behind it. */
static struct str bytes_of(struct town *t)
{
    struct buf out = {.arena = t->k.a};
    static const char *const tails[] = {"", "-wal"};

    db_checkpoint(t->k.db);
    for (size_t i = 0; i < COUNT(tails); i++) {
        struct str path = str_format(t->k.a, "%s%s", t->f->where, tails[i]);
        FILE *in = fopen(path.p, "rb");
        char some[4096];
        size_t n;

        cr_assert(in || i, "%s", path.p);
        while (in && (n = fread(some, 1, sizeof(some), in)))
            buf_put(&out, (struct str){some, n});
        if (in)
            (void)fclose(in);
    }
    return buf_str(&out);
}

struct traces {
    struct str key, name, personal;
};

static struct traces traces_of(struct town *t, int64_t id)
{
    struct rows r = db_query(t->k.db, t->k.a, key_of_entry, ARG(id));
    struct traces out = {0};

    cr_assert(rows_next(&r));
    out.key = row_str(&r, 0);
    rows_end(&r);
    r = db_query(t->k.db, t->k.a, sealed_of, ARG(id));
    cr_assert(rows_next(&r));
    out.name = row_str(&r, 0);
    out.personal = row_str(&r, 1);
    rows_end(&r);
    return out;
}

static int64_t count(struct town *t, struct stmt st, int64_t id)
{
    struct rows r = db_query(t->k.db, t->k.a, st, ARG(id));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : -1;

    rows_end(&r);
    return n;
}

static bool run_erase(struct desk *k, void *arg, struct err *e)
{
    return roll_erase(k, &(struct roll_step){.id = *(int64_t *)arg}, S("本人申请"), e);
}

TEST_IN_DISTRICT(roll, what_was_erased_is_nowhere_in_the_file_and_its_key_is_gone)
{
    struct adding a = {
        .n = {.roll = S("party_members"), .kind = S("mobile"), .phone = S("13700001949")}};
    struct val *said = val_map(t->k.a), *found = val_list(t->k.a);
    struct traces was;

    with_branch(t);
    set_str(said, "id_number", S(ID_NUMBER));
    a.n.unit = unit_by_code(t->k.d->units, S("zb"));
    a.n.name = S("独孤长风");
    a.n.said = said;
    as_of(t, "shu", "zb");
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    was = traces_of(t, a.id);
    if (t->f->kind == ON_SQLITE) {
        struct str file = bytes_of(t);

        cr_expect(holds_bytes(file, was.key) && holds_bytes(file, was.name));
        cr_expect_not(holds_bytes(file, a.n.name) || holds_bytes(file, S(ID_NUMBER)));
    }
    cr_assert(writes(t, run_erase, &a.id), "%s", t->e.text);
    cr_expect_eq(count(t, keys_of, a.id), 0);
    cr_expect_eq(count(t, texts_of, a.id), 0);
    if (t->f->kind == ON_SQLITE) {
        struct str file = bytes_of(t);

        cr_expect_not(holds_bytes(file, was.key), "the key is still there");
        cr_expect_not(holds_bytes(file, was.name) || holds_bytes(file, was.personal));
        cr_expect_not(holds_bytes(file, a.n.name) || holds_bytes(file, S(ID_NUMBER)));
    }
    cr_expect_eq(entry(t, a.id).born, 1949); /* what figures count stays */
    rolls_verify(&t->k, found);
    cr_expect_null(found->first);
    cr_expect_not(writes(t, run_erase, &a.id));
    cr_expect_eq(t->e.kind, ERR_CONFLICT);
}

static bool run_person(struct desk *k, void *arg, struct err *e)
{
    return person_add(k, S("令狐远山"), S("13700001950"), arg, e);
}

TEST_IN_DISTRICT(roll, an_erasure_that_was_granted_takes_the_persons_own_name_with_it)
{
    struct adding a = {.n = {.roll = S("party_members"), .kind = S("community")}};
    struct actor self = {.name = S(""), .csrf = S("")};

    with_branch(t);
    a.n.unit = unit_by_code(t->k.d->units, S("zb"));
    cr_assert(writes(t, run_person, &a.n.person));
    as_of(t, "shu", "zb");
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    self.person = a.n.person;
    t->k.actor = &self;
    cr_assert(asks(t, a.id, "erasure", "我已搬走"), "%s", t->e.text);
    if (t->f->kind == ON_SQLITE)
        cr_expect(holds_bytes(bytes_of(t), S("令狐远山")), "who has an account is known by name");
    as_of(t, "shu", "zb");
    cr_assert(answers(t, a.id, "yes", "同意删除"), "%s", t->e.text);
    cr_expect_eq(count(t, keys_of, a.id), 0);
    cr_expect_eq(count(t, keys_of, a.n.person), 0);
    if (t->f->kind == ON_SQLITE)
        cr_expect_not(holds_bytes(bytes_of(t), S("令狐远山")));
}

/* ---- time ---------------------------------------------------------------------- */

static bool run_expire(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int *)arg = roll_expire(k, 100);
    return true;
}

static bool run_approve(struct desk *k, void *arg, struct err *e)
{
    return roll_do(k, &(struct roll_step){.id = *(int64_t *)arg, .what = S("approve")}, e);
}

TEST_IN_DISTRICT(roll, a_term_that_ran_out_while_nothing_ran_ends_at_its_own_time_and_once)
{
    struct adding a = {.n = {.roll = S("young_pool"), .kind = S("potential"), .name = S("小陈")}};
    struct val *said = val_map(t->k.a), *found = val_list(t->k.a);
    struct roll_entry e;
    int n = 0;

    t->k = district_desk(t->k.d, t->k.db, t->k.a, t->k.now);
    set_str(said, "birth_date", S("1999-01-01"));
    a.n.said = said;
    a.n.unit = unit_by_code(t->k.d->units, S("140214-a"));
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    cr_assert(writes(t, run_approve, &a.id), "%s", t->e.text);
    e = entry(t, a.id);
    t->k.now = e.now.until_at - 1;
    cr_assert(writes(t, run_expire, &n));
    cr_expect_eq(n, 0);
    t->k.now = e.now.until_at + 400 * DAY_MS;
    cr_assert(writes(t, run_expire, &n));
    cr_expect_eq(n, 1);
    cr_expect_eq(entry(t, a.id).now.to_at, e.now.until_at);
    cr_expect(str_eq(entry(t, a.id).now.outcome, S("expired")));
    cr_assert(writes(t, run_expire, &n));
    cr_expect_eq(n, 0);
    rolls_verify(&t->k, found);
    cr_expect_null(found->first);
}

/* ---- reviews -------------------------------------------------------------------- */

static bool run_confirm(struct desk *k, void *arg, struct err *e)
{
    return roll_confirm_it(k, &(struct roll_step){.id = *(int64_t *)arg}, e);
}

TEST_IN_DISTRICT(
    roll, what_is_to_be_confirmed_again_waits_for_who_is_in_charge_and_once_stale_for_who_keeps_it)
{
    struct adding a = {.n = {.roll = S("talents"), .kind = S("local"), .name = S("小陈")}};

    (void)bring(t, "people", "name,unit,role\nzu,140214001,organiser\n");
    a.n.unit = unit_by_code(t->k.d->units, S("140214001"));
    a.n.keeper = person_find(&t->k, S("zhao"), a.n.unit->id);
    as_of(t, "zu", "140214001");
    cr_assert(writes(t, run_add, &a), "%s", t->e.text);
    cr_assert(when_parse(S("2027-01-20 09:00"), &t->k.now)); /* its year is over on 2 March */
    as(t, "zhao");
    cr_expect_eq(roll_in_charge(&t->k, NULL), 0);
    cr_assert(when_parse(S("2027-02-20 09:00"), &t->k.now));
    cr_expect_eq(roll_in_charge(&t->k, NULL), 1);
    as_of(t, "zu", "140214001");
    cr_expect_eq(roll_reviews(&t->k, NULL), 0);
    cr_assert(when_parse(S("2027-03-03 09:00"), &t->k.now));
    cr_expect_eq(roll_reviews(&t->k, NULL), 1);
    as(t, "far");
    cr_expect_eq(roll_in_charge(&t->k, NULL) + roll_reviews(&t->k, NULL), 0);
    cr_expect_not(writes(t, run_confirm, &a.id));
    as(t, "zhao");
    cr_assert(writes(t, run_confirm, &a.id), "%s", t->e.text);
    cr_expect_eq(roll_in_charge(&t->k, NULL), 0);
    as_of(t, "zu", "140214001");
    cr_expect_eq(roll_reviews(&t->k, NULL), 0);
}

/* ---- spreadsheets ----------------------------------------------------------------- */

TEST_IN_DISTRICT(roll, a_spreadsheet_is_told_line_column_and_reason_of_what_cannot_be)
{
    static const struct {
        const char *row, *column, *reason;
    } bad[] = {
        {"甲,zb,party_members,mobile,3.4E+17,", "id_number", "spreadsheet has turned"},
        {"乙,zb,party_members,mobile,,2030-01-01", "birth_date", "still to come"},
        {"丙,140214001001,reserve_pool,graduate,,1985-01-01", "birth_date", "35"},
        {"丁,140214-a,young_pool,near,,2010-01-01", "birth_date", "18"},
    };
    struct buf rows = {.arena = t->k.a};
    struct import_report r;
    size_t i = 0;

    with_branch(t);
    buf_put(&rows, S("name,unit,roll,kind,id_number,birth_date\n"));
    for (i = 0; i < COUNT(bad); i++)
        buf_put(&rows, str_format(t->k.a, "%s\n", bad[i].row));
    buf_put(&rows, S("戊,zb,party_members,mobile," ID_NUMBER ",1949-12-31\n"));
    r = bring(t, "rolls", str_copy(t->k.a, buf_str(&rows)).p);
    cr_expect_eq(r.accepted, 1);
    cr_assert_eq(r.rejected, (int64_t)COUNT(bad));
    i = 0;
    for (const struct item *it = r.errors->first; it; it = it->next, i++) {
        cr_expect_eq(val_int(&it->val, "line"), (int64_t)i + 2);
        cr_expect(str_eq(val_text(&it->val, "column"), str_of(bad[i].column)), "%s", bad[i].row);
        cr_expect(strstr(str_copy(t->k.a, val_text(&it->val, "reason")).p, bad[i].reason),
                  "%s: %.*s", bad[i].row, STR_ARG(val_text(&it->val, "reason")));
    }
}
