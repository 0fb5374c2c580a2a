/* Notes about cadres: who may write and read, and that nobody else learns that there is any. */
#include "civic/evidence.h"

#include "civic/appraisal.h"
#include "civic/import.h"
#include "civic/look.h"
#include "civic/person.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static const char people_csv[] = "name,unit,role,phone\n"
                                 "sec,140214001001,secretary,\n"
                                 "ins,140214,inspector,\n"
                                 "off,140214,cadre_officer,\n"
                                 "boss,140214,admin,\n";

static const char secret[] = "雨夜带队清淤到凌晨三点";

struct trial {
    struct evidence_new n;
    const char *reason;
    int64_t id;
    struct str body;
    struct val *looks;
};

static void act_as(struct town *t, const char *who, const char *unit)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    actor_load(&t->k, person_find(&t->k, str_of(who), unit_id(t, unit)), actor);
    cr_assert(actor->person, "nobody is called %s", who);
    t->k.actor = actor;
}

static int64_t post_of(struct town *t, const char *who, const char *unit)
{
    struct val *list = val_list(t->k.a);

    posts_of_unit(&t->k, unit_id(t, unit), list);
    for (const struct item *it = list->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "name"), str_of(who)))
            return val_int(&it->val, "id");
    }
    cr_assert(false, "%s holds no post there", who);
    return 0;
}

static bool add(struct desk *k, void *arg, struct err *e)
{
    struct trial *s = arg;

    return evidence_add(k, &s->n, &s->id, e);
}

static bool open_it(struct desk *k, void *arg, struct err *e)
{
    struct trial *s = arg;

    s->looks = val_list(k->a);
    return evidence_open(k, s->id, str_of(s->reason), &s->body, s->looks, e);
}

static struct trial written(struct town *t)
{
    struct import_job job = {.noun = S("people"), .bytes = str_of(people_csv)};
    struct import_report report;
    struct matter m;
    struct trial s = {.n = {.kind = S("cadre_at_work"), .body = str_of(secret)}};

    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0);
    district_refresh(t->k.a, t->k.db, t->k.d);
    load(t, opened(t, "积水"), &m);
    s.n.number = str_copy(t->k.a, m.number);
    s.n.post_id = post_of(t, "sec", "140214001001");
    act_as(t, "ins", "140214");
    cr_assert(writes(t, add, &s), "%s", t->e.text);
    return s;
}

static int listed(struct town *t)
{
    struct evidence_filter f = {0};
    struct val *rows = val_list(t->k.a);
    int n = 0;

    evidence_list(&t->k, &f, rows);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(evidence, only_named_posts_learn_that_there_is_any)
{
    static const struct {
        const char *who, *unit;
        int sees;
    } row[] = {{"ins", "140214", 1}, /* wrote it */
               {"off", "140214", 1},       {"boss", "140214", 0},
               {"sec", "140214001001", 0}, /* it is about */
               {"li", "140214001001", 0},  {"zhao", "140214001", 0}};
    struct trial s = written(t);

    for (size_t i = 0; i < COUNT(row); i++) {
        act_as(t, row[i].who, row[i].unit);
        cr_assert_eq(listed(t), row[i].sees, "%s", row[i].who);
        s.reason = "看一看";
        cr_assert_eq(writes(t, open_it, &s), row[i].sees, "%s: %s", row[i].who, t->e.text);
        cr_assert(row[i].sees || strstr(t->e.text, "There is no such note"));
    }
}

TEST_IN_DISTRICT(evidence, every_read_is_a_look_and_an_event_with_its_reason)
{
    struct trial s = written(t);
    struct val *looks = val_list(t->k.a);

    act_as(t, "off", "140214");
    s.reason = " ";
    cr_assert_not(writes(t, open_it, &s));
    cr_assert(strstr(t->e.text, "say why"), "%s", t->e.text);
    s.reason = "班子调整";
    cr_assert(writes(t, open_it, &s), "%s", t->e.text);
    cr_assert(str_eq(s.body, str_of(secret)));
    cr_assert(writes(t, open_it, &s));
    cr_assert(s.looks->first && s.looks->first->next, "both reads are told");
    cr_assert(str_eq(val_text(&s.looks->first->val, "reason"), S("班子调整")));
    look_list(&t->k, S("140214/"), 0, looks);
    cr_assert_null(looks->first, "the unit's list of looks does not tell that there is a note");
    clean(t);
}

TEST_IN_DISTRICT(evidence, what_cannot_be_meant_is_refused_in_words)
{
    struct trial s = written(t), other;
    static const struct {
        const char *what, *why;
    } row[] = {{"kind", "no such notes"},
               {"post", "not about this person"},
               {"number", "there is none of this number"},
               {"body", "what was seen"}};

    for (size_t i = 0; i < COUNT(row); i++) {
        other = s;
        if (i == 0)
            other.n.kind = S("gossip");
        else if (i == 1)
            other.n.post_id = post_of(t, "wang", "140214001001-01");
        else if (i == 2)
            other.n.number = S("140214-1");
        else
            other.n.body = S("  ");
        act_as(t, "ins", "140214");
        cr_assert_not(writes(t, add, &other), "%s", row[i].what);
        cr_assert(strstr(t->e.text, row[i].why), "%s", t->e.text);
    }
    act_as(t, "off", "140214");
    cr_assert_not(writes(t, add, &s), "who reads does not write");
}

STMT(evidence_stored, "SELECT body_sealed FROM evidence WHERE district = $1 AND id = $2 UNION ALL "
                      "SELECT content FROM event WHERE district = $1 AND subject = $2");

TEST_IN_DISTRICT(evidence, the_text_stands_nowhere_in_clear)
{
    struct trial s = written(t);
    struct rows r = db_query(t->k.db, t->k.a, evidence_stored, ARG(t->k.d->code), ARG(s.id));
    int n = 0;

    for (; rows_next(&r); n++) {
        struct str stored = row_str(&r, 0);

        cr_assert_null(memmem(stored.p, stored.n, secret, 6));
    }
    cr_assert_eq(n, 2);
}

static int rows_of(struct town *t, struct evidence_filter f)
{
    struct val *rows = val_list(t->k.a);
    int n = 0;

    evidence_list(&t->k, &f, rows);
    for (const struct item *it = rows->first; it; it = it->next)
        n++;
    return n;
}

TEST_IN_DISTRICT(evidence, who_writes_finds_whom_it_may_be_about_and_notes_by_matter_and_person)
{
    struct trial s = written(t);
    struct val *kinds = val_list(t->k.a), *people = val_list(t->k.a), *none = val_list(t->k.a);
    int64_t sec = person_find(&t->k, S("sec"), unit_id(t, "140214001001")), matter;

    act_as(t, "ins", "140214");
    evidence_list(&t->k, &(struct evidence_filter){0}, none);
    matter = val_int(&none->first->val, "matter_id");
    none = val_list(t->k.a);
    cr_expect(evidence_any(&t->k));
    evidence_kinds(&t->k, kinds);
    cr_expect(str_eq(val_text(&kinds->first->val, "name"), S("cadre_at_work")));
    evidence_people(&t->k, S("cadre_at_work"), S("一社区"), none);
    cr_expect(none->first && none->first->next && !none->first->next->next,
              "secretary and dispatcher, by the unit's name");
    none = val_list(t->k.a);
    evidence_people(&t->k, S("cadre_at_work"), S("sec"), people);
    cr_assert(people->first && !people->first->next, "by name");
    cr_expect_eq(val_int(&people->first->val, "post_id"), s.n.post_id);
    evidence_people(&t->k, S("cadre_at_work"), S("没有这个人"), none);
    cr_expect_null(none->first);
    cr_expect_eq(rows_of(t, (struct evidence_filter){.matter = matter}), 1);
    cr_expect_eq(rows_of(t, (struct evidence_filter){.matter = matter + 1}), 0);
    cr_expect_eq(rows_of(t, (struct evidence_filter){.person = sec}), 1);
    cr_expect_eq(rows_of(t, (struct evidence_filter){.person = sec + 1}), 0);
    cr_expect_eq(rows_of(t, (struct evidence_filter){.before = s.id}), 0);
    act_as(t, "li", "140214001001");
    cr_expect_not(evidence_any(&t->k));
}
