/* A file that somebody gave: sealed, opened by who acts, erased in time or at the giver's wish. */
#include "civic/attachment.h"
#include "civic/look.h"
#include "civic/report.h"
#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define SECRET "%PDF-1.7 the whole life of somebody"

STMT(looks_count, "SELECT count(*) FROM look WHERE field = 'file'");
STMT(keys_count, "SELECT count(*) FROM subject_key k JOIN attachment a ON a.id = k.subject");
STMT(bytes_left, "SELECT count(*) FROM attachment WHERE length(sealed) > 0");

struct giving {
    struct matter_receipt receipt;
    struct document doc;
    bool agreed;
    int64_t file, job;
};

static bool apply(struct desk *k, void *arg, struct err *e)
{
    struct giving *g = arg;
    struct val *fields = val_map(k->a);
    struct matter_new n = {.mechanism = S("job_application"),
                           .title = S("焊工"),
                           .body = S("三年经验"),
                           .channel = S("qr"),
                           .unit_id = unit_by_code(k->d->units, S("140214-e"))->id,
                           .fields = fields};
    struct val *value = set_map(fields, "resume");

    set_int(fields, "job", g->job);
    attachment_put(k, &g->doc, g->agreed, value);
    g->file = val_int(value, "file");
    return matter_open(k, &n, &g->receipt, e);
}

static void given(struct town *t, struct giving *g)
{
    *g = (struct giving){.doc = {DOCUMENT_PDF, S("张三的简历.pdf"), S(SECRET)}, .agreed = true};
    g->job = job_of(t, "shang", 5);
    as(t, NULL);
    cr_assert(writes(t, apply, g), "%s", t->e.text);
}

struct opening {
    int64_t id;
    struct document doc;
};

static bool run_open(struct desk *k, void *arg, struct err *e)
{
    struct opening *o = arg;

    return attachment_open(k, o->id, &o->doc, e);
}

static bool run_withdraw(struct desk *k, void *arg, struct err *e)
{
    return attachment_withdraw(k, *(int64_t *)arg, e);
}

static bool run_expire(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int *)arg = attachment_expire(k, 50);
    return true;
}

static int expires(struct town *t)
{
    int n = -1;

    cr_assert(writes(t, run_expire, &n), "%s", t->e.text);
    return n;
}

static void as_reporter(struct town *t, int64_t report)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    *actor = (struct actor){.report = report, .name = S(""), .csrf = S("")};
    t->k.actor = actor;
}

static void refused(struct town *t, const char *who, int64_t file, const char *words)
{
    struct opening o = {.id = file};

    as(t, who);
    cr_assert_not(writes(t, run_open, &o), "%s opened it", who);
    cr_assert(strstr(t->e.text, words), "%s: '%s' does not say '%s'", who, t->e.text, words);
}

static const struct val *seen(struct town *t, int64_t matter)
{
    struct val *list = val_list(t->k.a);
    struct matter m;

    load(t, matter, &m);
    attachments_view(&t->k, &m, list);
    cr_assert(list->first && !list->first->next);
    return &list->first->val;
}

TEST_IN_DISTRICT(attachment, is_opened_by_who_has_a_step_of_the_matter_and_each_time_is_a_look)
{
    struct giving g;
    struct opening o;
    struct val *looks = val_list(t->k.a);

    given(t, &g);
    o = (struct opening){.id = g.file};
    refused(t, NULL, g.file, "no such file");
    refused(t, "pu", g.file, "no such file");
    refused(t, "gao", g.file, "Only those who act");
    refused(t, "zhao", g.file, "Only those who act");
    refused(t, "shang", g.file + 1, "no such file");
    cr_assert_eq(fixture_int(t->f, &looks_count), 0);
    as(t, "shang");
    cr_assert(writes(t, run_open, &o), "%s", t->e.text);
    cr_expect(str_eq(o.doc.bytes, S(SECRET)));
    cr_expect(str_eq(o.doc.name, S("张三的简历.pdf")));
    cr_expect_eq(o.doc.type, DOCUMENT_PDF);
    cr_assert_eq(fixture_int(t->f, &looks_count), 1);
    look_list(&t->k, unit_by_code(t->k.d->units, S("140214-e"))->path, 0, looks);
    cr_assert(looks->first);
    cr_expect(str_eq(val_text(&looks->first->val, "who"), S("shang")));
    cr_expect(str_eq(val_text(&looks->first->val, "reason"), S("简历筛选")));
    clean(t);
}

TEST_IN_DISTRICT(attachment, without_the_tick_nothing_is_taken)
{
    struct giving g = {.doc = {DOCUMENT_PDF, S("x.pdf"), S(SECRET)}};

    g.job = job_of(t, "shang", 1);
    as(t, NULL);
    cr_assert_not(writes(t, apply, &g));
    cr_expect(strstr(t->e.text, "tick"), "%s", t->e.text);
    cr_assert_eq(fixture_int(t->f, &bytes_left), 0);
    cr_assert_eq(fixture_int(t->f, &keys_count), 0);
}

TEST_IN_DISTRICT(attachment, is_taken_back_by_receipt_and_by_nobody_else)
{
    struct giving g;
    int64_t other = opened(t, "路灯不亮");
    struct report first;

    given(t, &g);
    as(t, "shang");
    cr_assert_not(writes(t, run_withdraw, &g.file));
    cr_assert(report_first(&t->k, other, &first));
    as_reporter(t, first.id);
    cr_assert_not(writes(t, run_withdraw, &g.file));
    as_reporter(t, g.receipt.report_id);
    cr_expect(str_eq(val_text(seen(t, g.receipt.id), "name"), S("张三的简历.pdf")));
    cr_assert(writes(t, run_withdraw, &g.file), "%s", t->e.text);
    cr_assert_eq(fixture_int(t->f, &keys_count), 0);
    cr_assert_eq(fixture_int(t->f, &bytes_left), 0);
    cr_assert_not(writes(t, run_withdraw, &g.file), "it is erased once");
    refused(t, "shang", g.file, "was erased on 2026-03-02");
    cr_expect(val_text(seen(t, g.receipt.id), "erased_at").n);
    clean(t);
}

TEST_IN_DISTRICT(attachment, is_erased_after_its_time_once)
{
    struct giving g;

    given(t, &g);
    cr_assert(when_parse(S("2026-09-02 08:59"), &t->k.now));
    cr_assert_eq(expires(t), 0);
    cr_assert(when_parse(S("2026-12-02 09:00"), &t->k.now)); /* the program stood still meanwhile */
    cr_assert_eq(expires(t), 1);
    cr_assert_eq(expires(t), 0);
    cr_assert_eq(fixture_int(t->f, &keys_count), 0);
    cr_assert_eq(fixture_int(t->f, &bytes_left), 0);
    refused(t, "shang", g.file, "was erased on 2026-12-02");
    clean(t);
}

TEST_IN_DISTRICT(attachment, does_not_stand_in_the_database_in_clear)
{
    static char bytes[1 << 20];
    struct giving g;
    char path[600];

    given(t, &g);
    for (int i = 0; i < 2 && t->f->kind == ON_SQLITE; i++) {
        FILE *f;
        size_t n;

        (void)snprintf(path, sizeof(path), "%s%s", t->f->where, i ? "-wal" : "");
        f = fopen(path, "rb");
        n = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
        cr_expect_null(memmem(bytes, n, "the whole life", 14), "%s", path);
        cr_expect_null(memmem(bytes, n, "张三的简历", 15), "%s", path);
        if (f)
            (void)fclose(f);
    }
}

TEST_IN_DISTRICT(attachment, that_was_changed_beside_the_program_is_named)
{
    static const struct harm harms[] = {
        {"UPDATE attachment SET sealed = x'00'", "not the file that was given"},
        {"UPDATE attachment SET type = 'png'", "not what the ledger says"},
        {"UPDATE attachment SET erased_at = 5", "when the file was erased"},
        {"DELETE FROM subject_key WHERE subject IN (SELECT id FROM attachment)",
         "not the file that was given"},
    };
    struct giving g;

    if (t->f->kind != ON_SQLITE)
        return;
    given(t, &g);
    names_harm(t, harms, COUNT(harms));
}
