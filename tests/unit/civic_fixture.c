#include "civic_fixture.h"

#include "civic/import.h"
#include "civic/person.h"
#include "civic/replay.h"
#include "civic/resource.h"
#include "civic/tally.h"
#include "civic/verifier.h"
#include "val/json.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char units_csv[] = "code,name,kind,parent\n"
                                "140214001,东街街道,street,140214\n"
                                "140214001001,一社区居委会,community,140214001\n"
                                "140214001001-01,一社区第1网格,grid,140214001001\n"
                                "140214002,西街街道,street,140214\n"
                                "140214002001,二社区居委会,community,140214002\n"
                                "140214002001-01,二社区第1网格,grid,140214002001\n"
                                "140214-a,甲局,department,140214\n"
                                "140214-b,乙局,department,140214\n"
                                "140214-e,甲公司,enterprise,140214001\n"
                                "140214-f,乙公司,enterprise,140214002\n";
static const char people_csv[] = "name,unit,role,phone\n"
                                 "wang,140214001001-01,grid_worker,13900000001\n"
                                 "li,140214001001,dispatcher,\n"
                                 "zhao,140214001,dispatcher,\n"
                                 "sun,140214-a,liaison,\n"
                                 "qian,140214-b,liaison,\n"
                                 "shang,140214-e,liaison,\n"
                                 "pu,140214-f,liaison,\n"
                                 "gao,140214,arbiter,\n"
                                 "min,140214001001,resident_watch,\n"
                                 "far,140214002001-01,grid_worker,\n";

static void take_in(struct town *t, const char *noun, const char *csv)
{
    struct import_job job = {.noun = str_of(noun), .bytes = str_of(csv)};
    struct import_report report;

    cr_assert(import_run(&t->k, &job, &report, &t->e), "%s", t->e.text);
    cr_assert_eq(report.rejected, 0, "%s of the fixture is wrong", noun);
    district_refresh(t->k.a, t->k.db, t->k.d);
}

static void settle(struct town *t, char *dir)
{
    struct place_of_data where = {.dir = dir, .database = t->f->where};
    struct district *d;
    struct db *db;

    cr_assert(district_init(&t->f->a, &where, 140214, S("yungang"), when_now(), &t->e), "%s",
              t->e.text);
    cr_assert(district_load(&t->f->a, &where, 140214, &db, &d, &t->e), "%s", t->e.text);
    cr_assert(when_parse(S("2026-03-02 09:00"), &t->k.now));
    t->k = district_desk(d, db, &t->f->a, t->k.now);
    t->hooks = tally_hooks(d);
    take_in(t, "units", units_csv);
    take_in(t, "people", people_csv);
}

static void sweep(const char *dir)
{
    static const char *const files[] = {"keys", "search.db", "search.db-wal", "search.db-shm"};
    char path[128];

    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

void in_district(void (*test)(struct town *t))
{
    for (enum fixture_kind kind = ON_SQLITE; kind < FIXTURE_KINDS; kind++) {
        char dir[] = "/tmp/yingshao-town.XXXXXX";
        struct fixture f;
        struct town t = {.f = &f};

        if (!fixture_open(&f, kind))
            continue;
        cr_assert(mkdtemp(dir));
        settle(&t, dir);
        test(&t);
        fixture_close(&f);
        sweep(dir);
    }
}

int64_t unit_id(struct town *t, const char *code)
{
    const struct unit *u = unit_by_code(t->k.d->units, str_of(code));

    cr_assert(u, "no unit %s", code);
    return u->id;
}

void as(struct town *t, const char *who)
{
    static const char *const home[][2] = {
        {"wang", "140214001001-01"}, {"li", "140214001001"}, {"zhao", "140214001"},
        {"sun", "140214-a"},         {"qian", "140214-b"},   {"gao", "140214"},
        {"shang", "140214-e"},       {"pu", "140214-f"},     {"min", "140214001001"},
        {"far", "140214002001-01"},
    };
    struct actor *actor = NEW(t->k.a, struct actor);

    *actor = (struct actor){.name = S(""), .csrf = S("")};
    t->k.actor = actor;
    for (size_t i = 0; who && i < COUNT(home); i++) {
        if (strcmp(home[i][0], who) == 0)
            actor_load(&t->k, person_find(&t->k, str_of(who), unit_id(t, home[i][1])), actor);
    }
    cr_assert(!who || actor->person, "nobody is called %s", who);
}

/* ---- writing -------------------------------------------------------------- */

struct writing {
    struct town *t;
    bool (*run)(struct desk *k, void *arg, struct err *e);
    void *arg;
};

static bool run_writing(struct db *db, void *arg, struct err *e)
{
    struct writing *w = arg;
    struct desk k = w->t->k;

    k.db = db;
    return w->run(&k, w->arg, e);
}

bool writes(struct town *t, bool (*run)(struct desk *k, void *arg, struct err *e), void *arg)
{
    struct writing w = {t, run, arg};

    t->e = (struct err){0};
    return db_write(t->k.db, run_writing, &w, &t->hooks, &t->e);
}

struct opening {
    const struct matter_new *n;
    struct matter_receipt *out;
};

static bool run_open(struct desk *k, void *arg, struct err *e)
{
    struct opening *o = arg;

    return matter_open(k, o->n, o->out, e);
}

bool opens(struct town *t, const struct matter_new *n, struct matter_receipt *out)
{
    struct opening o = {n, out};

    return writes(t, run_open, &o);
}

int64_t opened(struct town *t, const char *body)
{
    struct matter_new n = {.body = str_of(body),
                           .channel = S("qr"),
                           .place = S("三号楼"),
                           .phone = S("13812345678"),
                           .unit_id = unit_id(t, "140214001001-01")};
    struct matter_receipt receipt;

    as(t, NULL);
    cr_assert(opens(t, &n, &receipt), "%s (%s)", t->e.text, t->e.field);
    return receipt.id;
}

static void put_field(struct town *t, struct val *fields, struct str name, struct str value)
{
    struct val *list = val_list(t->k.a);

    if (str_eq(value, S("#"))) { /* a picture: the engine only sees its id */
        add_val(list, (struct val){.kind = VAL_INT, .integer = 1});
        set_val(fields, name, *list);
    } else if (value.n && value.p[0] == '@') {
        struct str code = {value.p + 1, value.n - 1};
        int64_t id = unit_id(t, str_copy(t->k.a, code).p);

        add_val(list, (struct val){.kind = VAL_INT, .integer = id});
        if (str_eq(name, S("joint")))
            set_val(fields, name, *list);
        else
            set_val(fields, name, (struct val){.kind = VAL_INT, .integer = id});
    } else {
        set_val(fields, name, (struct val){.kind = VAL_STR, .str = value});
    }
}

static bool run_act(struct desk *k, void *arg, struct err *e)
{
    return matter_act(k, arg, e);
}

bool acts(struct town *t, const char *who, int64_t id, const char *action, int part,
          const char *fields)
{
    struct val *f = val_map(t->k.a);
    struct matter_act act = {.id = id, .kind = PROC_ACT, .part = part, .fields = f};
    struct str rest = str_of(fields), word, name;

    while (rest.n) {
        rest = str_cut(rest, ' ', &word);
        word = str_cut(word, '=', &name);
        put_field(t, f, name, word);
    }
    as(t, who);
    act.action = str_of(action);
    if (!event_kind_find(act.action, &act.kind) || act.kind == PROC_OPEN)
        act.kind = PROC_ACT;
    return writes(t, run_act, &act);
}

void load(struct town *t, int64_t id, struct matter *m)
{
    struct err e = {0};

    cr_assert(matter_load(&t->k, id, m, &e), "%s", e.text);
}

static bool run_tick(struct desk *k, void *arg, struct err *e)
{
    (void)e;
    *(int *)arg = matter_tick(k, 100);
    return true;
}

int ticks(struct town *t)
{
    int n = 0, some;

    as(t, NULL);
    do {
        cr_assert(writes(t, run_tick, &some), "%s", t->e.text);
        n += some;
    } while (some);
    return n;
}

void town_beside(const struct town *t, unsigned writer, struct town_beside *out)
{
    arena_init(&out->memory, (size_t)256 << 20);
    out->t = *t;
    out->d = *t->k.d;
    out->ids = *t->k.d->ids;
    out->ids.writer = writer;
    out->d.ids = &out->ids;
    out->d.tally = tally_new(&out->memory);
    out->t.hooks = tally_hooks(&out->d);
    out->t.k.d = &out->d;
    out->t.k.a = &out->memory;
    out->t.k.db = db_open(&out->memory, t->f->where, &out->t.e);
    cr_assert(out->t.k.db, "%s", out->t.e.text);
}

struct at_start {
    struct rival *who;
    pthread_barrier_t *start;
};

static void *write_one(void *arg)
{
    struct at_start *w = arg;

    (void)pthread_barrier_wait(w->start);
    w->who->done = writes(&w->who->of.t, w->who->run, w->who->arg);
    return NULL;
}

void rivals_write(struct rival two[2])
{
    struct at_start w[2];
    pthread_t thread[2];
    pthread_barrier_t start;

    (void)pthread_barrier_init(&start, NULL, 2);
    for (int i = 0; i < 2; i++) {
        w[i] = (struct at_start){&two[i], &start};
        cr_assert_eq(pthread_create(&thread[i], NULL, write_one, &w[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        (void)pthread_join(thread[i], NULL);
    (void)pthread_barrier_destroy(&start);
    cr_assert_neq(two[0].done, two[1].done, "'%s' '%s'", two[0].of.t.e.text, two[1].of.t.e.text);
}

/* ---- agreeing --------------------------------------------------------------- */

int faults(struct town *t)
{
    struct val *list = val_list(t->k.a);
    int n = 0;

    (void)replay_all(&t->k, list);
    for (const struct item *it = list->first; it; it = it->next)
        n++;
    return n;
}

static void no_faults(struct town *t, const char *what, const struct val *list)
{
    struct buf b = {.arena = t->k.a};

    if (!list->first)
        return;
    json_write(&b, &list->first->val);
    cr_assert_fail("%s: %.*s", what, STR_ARG(buf_str(&b)));
}

void clean(struct town *t)
{
    struct val *ledger = val_list(t->k.a), *rows = val_list(t->k.a);
    struct val *entries = val_list(t->k.a), *counters = val_list(t->k.a);

    (void)ledger_verify(t->k.db, t->k.d, t->k.a, ledger);
    (void)replay_all(&t->k, rows);
    verify_all(&t->k, rows);
    (void)entries_check(&t->k, entries);
    tally_check(&t->k, counters);
    no_faults(t, "ledger", ledger);
    no_faults(t, "rows", rows);
    no_faults(t, "entries", entries);
    no_faults(t, "counters", counters);
}

static bool says(const struct val *list, const char *words)
{
    for (const struct item *it = list->first; it; it = it->next) {
        if (strstr(str_copy(list->arena, val_text(&it->val, "what")).p, words))
            return true;
    }
    return false;
}

/* Does the harm, looks, and takes it back by refusing. */
static bool do_harm(struct desk *k, void *arg, struct err *e)
{
    const struct harm *harm = arg;
    struct val *list = val_list(k->a);
    struct buf b = {.arena = k->a};
    struct err own = {0};

    cr_assert(db_script(k->db, harm->sql, &own), "%s: %s", harm->sql, own.text);
    (void)replay_all(k, list);
    verify_all(k, list);
    json_write(&b, list);
    cr_expect(says(list, harm->words), "%s: %.*s", harm->sql, STR_ARG(buf_str(&b)));
    return refuse(e, ERR_CONFLICT, NULL, "Taken back.");
}

void names_harm(struct town *t, const struct harm *harm, size_t n)
{
    as(t, NULL);
    for (size_t i = 0; i < n; i++) {
        struct harm one = harm[i];

        cr_assert_not(writes(t, do_harm, &one));
    }
    clean(t);
}

static bool offer_job(struct desk *k, void *arg, struct err *e)
{
    struct resource *r = arg;
    struct val *fields = val_map(k->a);
    const struct resource_new n = {
        .kind = S("job"), .title = S("焊工"), .capacity = r->capacity, .fields = fields};

    set_str(fields, "pay", S("月薪六千"));
    return resource_add(k, &n, r, e);
}

int64_t job_of(struct town *t, const char *who, int64_t places)
{
    const struct actor *before = t->k.actor;
    struct resource r = {.capacity = places};

    as(t, who);
    cr_assert(writes(t, offer_job, &r), "%s", t->e.text);
    t->k.actor = before;
    return r.id;
}

struct newcomer {
    const char *name, *role, *unit;
    int64_t id;
};

static bool run_newcomer(struct desk *k, void *arg, struct err *e)
{
    struct newcomer *p = arg;
    struct post_new post = {.unit = unit_by_code(k->d->units, str_of(p->unit))->id,
                            .role = str_of(p->role)};

    if (!person_add(k, str_of(p->name), S(""), &p->id, e))
        return false;
    post.person = p->id;
    return post_give(k, &post, NULL, e);
}

int64_t somebody(struct town *t, const char *name, const char *role, const char *unit)
{
    struct newcomer p = {name, role, unit, 0};

    t->k.actor = district_desk(t->k.d, t->k.db, t->k.a, t->k.now).actor;
    cr_assert(writes(t, run_newcomer, &p), "%s", t->e.text);
    return p.id;
}

void as_somebody(struct town *t, int64_t id)
{
    struct actor *actor = NEW(t->k.a, struct actor);

    actor_load(&t->k, id, actor);
    t->k.actor = actor;
}
