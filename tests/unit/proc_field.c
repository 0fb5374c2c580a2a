/* What is filled in, kind by kind: taken or refused at its field. */
#include "unit/pack_fixture.h"
#include "val/json.h"

#include <criterion/criterion.h>
#include <string.h>

#define ASK                                                                                     \
    "mechanism: form\ntitle: {zh: 表, en: Form}\nlate: [{after: 0, do: remind}]\nask:\n"       \
    "  - {name: text, title: {zh: 文, en: T}, kind: text, max: 3, need: true}\n"               \
    "  - {name: n, title: {zh: 数, en: N}, kind: number, max: 9}\n"                            \
    "  - {name: day, title: {zh: 日, en: D}, kind: date}\n"                                    \
    "  - {name: at, title: {zh: 地, en: P}, kind: place}\n"                                    \
    "  - {name: pics, title: {zh: 图, en: I}, kind: pictures, max: 2}\n"                       \
    "  - {name: who, title: {zh: 人, en: W}, kind: person}\n"                                  \
    "  - {name: unit, title: {zh: 单位, en: U}, kind: unit, need: false, of: [department]}\n" \
    "  - {name: yes, title: {zh: 否, en: Y}, kind: yes_no}\n"                                  \
    "  - {name: more, title: {zh: 多, en: M}, kind: number, adds: true}\n"                     \
    "  - {name: some, title: {zh: 些, en: S}, kind: list}\n"                                   \
    "  - {name: one, title: {zh: 选, en: O}, kind: choice, of: {a: {zh: 甲, en: A}}}\n"       \
    "  - {name: cost, title: {zh: 钱, en: C}, kind: money, max: 2000}\n"                       \
    "  - {name: sum, title: {zh: 总, en: S}, kind: lines}\n"                                   \
    "steps:\n  a:\n    title: {zh: 甲, en: A}\n    who: dispatcher of street\n"                \
    "    within: 1 day\n    actions: {solve: {end: solved}}\n"

static const struct {
    const char *json, *field; /* NULL: taken */
} rows[] = {
    {"{\"text\":\"三个字\"}", NULL},
    {"{\"text\":\"四个字了\"}", "text"},
    {"{\"text\":\"  \"}", "text"},
    {"{\"text\":null}", "text"},
    {"{\"text\":5}", "text"},
    {"{}", "text"},
    {"{\"text\":\"x\",\"n\":9}", NULL},
    {"{\"text\":\"x\",\"n\":\" 9 \"}", NULL},
    {"{\"text\":\"x\",\"n\":10}", "n"},
    {"{\"text\":\"x\",\"n\":\"9x\"}", "n"},
    {"{\"text\":\"x\",\"n\":\"1234567890123456789\"}", "n"},
    {"{\"text\":\"x\",\"n\":[1]}", "n"},
    {"{\"text\":\"x\",\"day\":\"2026-05-06\"}", NULL},
    {"{\"text\":\"x\",\"day\":\"2026-02-30\"}", "day"},
    {"{\"text\":\"x\",\"day\":3}", "day"},
    {"{\"text\":\"x\",\"at\":\"幸福路\"}", NULL},
    {"{\"text\":\"x\",\"at\":{\"text\":\"幸福路\"}}", NULL},
    {"{\"text\":\"x\",\"at\":{\"text\":\"\"}}", "at"},
    {"{\"text\":\"x\",\"at\":{\"lon\":1}}", "at"},
    {"{\"text\":\"x\",\"at\":{\"lon\":\"1\",\"lat\":\"2\"}}", NULL},
    {"{\"text\":\"x\",\"at\":7}", "at"},
    {"{\"text\":\"x\",\"at\":{\"lon\":1,\"text\":5}}", "at"},
    {"{\"text\":\"x\",\"pics\":[1,2]}", NULL},
    {"{\"text\":\"x\",\"pics\":[1,2,3]}", "pics"},
    {"{\"text\":\"x\",\"pics\":\"1\"}", "pics"},
    {"{\"text\":\"x\",\"who\":4}", NULL},
    {"{\"text\":\"x\",\"who\":-4}", "who"},
    {"{\"text\":\"x\",\"unit\":5}", NULL},
    {"{\"text\":\"x\",\"unit\":6}", "unit"},
    {"{\"text\":\"x\",\"unit\":0}", "unit"},
    {"{\"text\":\"x\",\"yes\":true}", NULL},
    {"{\"text\":\"x\",\"yes\":\"no\"}", NULL},
    {"{\"text\":\"x\",\"yes\":\"maybe\"}", "yes"},
    {"{\"text\":\"x\",\"yes\":1}", "yes"},
    {"{\"text\":\"x\",\"more\":1000001}", NULL},
    {"{\"text\":\"x\",\"some\":[1]}", NULL},
    {"{\"text\":\"x\",\"some\":1}", "some"},
    {"{\"text\":\"x\",\"one\":\"a\"}", NULL},
    {"{\"text\":\"x\",\"one\":\"b\"}", "one"},
    {"{\"text\":\"x\",\"one\":1}", "one"},
    {"{\"text\":\"x\",\"more\":-1}", "more"},
    {"{\"text\":\"x\",\"cost\":\"1,234.5\"}", NULL},
    {"{\"text\":\"x\",\"cost\":2000}", NULL},
    {"{\"text\":\"x\",\"cost\":2001}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"2000.01\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"1,23.5\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\",123\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"1.234\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"1.\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"-5\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":-5}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"五百元\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":\"99999999999999999999\"}", "cost"},
    {"{\"text\":\"x\",\"cost\":100000000000}", "cost"},
    {"{\"text\":\"x\",\"cost\":[1]}", "cost"},
    {"{\"text\":\"x\",\"sum\":\"路面 1,000.50\\n\\n绿化：2 \"}", NULL},
    {"{\"text\":\"x\",\"sum\":[{\"text\":\"路面\",\"money\":\"1.5\"}]}", NULL},
    {"{\"text\":\"x\",\"sum\":\"路面 1\\n绿化\"}", "sum"},
    {"{\"text\":\"x\",\"sum\":\"100\"}", "sum"},
    {"{\"text\":\"x\",\"sum\":\"路面 -1\"}", "sum"},
    {"{\"text\":\"x\",\"sum\":[{\"text\":\"路面\"}]}", "sum"},
    {"{\"text\":\"x\",\"sum\":[{\"text\":\" \",\"money\":1}]}", "sum"},
    {"{\"text\":\"x\",\"sum\":7}", "sum"},
};

static const struct proc_unit department = {.id = 5, .kind = {"department", 10}};

static int64_t no_own(void *arg, struct str kind)
{
    (void)arg;
    (void)kind;
    return 0;
}

static const struct proc_unit *find_unit(void *arg, int64_t id)
{
    (void)arg;
    return id == 5 ? &department : NULL;
}

static const struct proc *form(struct arena *a)
{
    struct memory_pack files = {.yaml = S(ASK)};
    struct pack *p;

    cr_assert(memory_pack_read(a, &files, &p, val_list(a)));
    return pack_proc(p, S("form"));
}

Test(proc_field, each_kind_of_field_takes_what_it_should_and_names_itself_otherwise)
{
    struct arena a;
    struct calendar *c;
    struct proc_env env;

    arena_init(&a, (size_t)512 << 20);
    c = calendar_new(&a);
    calendar_know(c, 2026);
    env = (struct proc_env){.def = form(&a), .calendar = c, .arena = &a};
    env.places = (struct proc_places){1, 2, 3, 4, find_unit, NULL, no_own};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct proc_event ev = {.kind = PROC_OPEN, .at_ms = 1778461200000, .part = -1};
        struct proc_state *s = NEW(&a, struct proc_state);
        struct proc_effects *out = NEW(&a, struct proc_effects);
        struct err e = {0};
        struct val *v;
        bool done;

        cr_assert(json_read(&a, str_of(rows[i].json), 1000, &v, &e), "%s", rows[i].json);
        ev.fields = v;
        proc_state_init(s);
        done = proc_apply(&env, s, &ev, out, &e);
        cr_expect(done == !rows[i].field, "%s: %s", rows[i].json, e.text);
        if (rows[i].field)
            cr_expect(e.kind == ERR_INVALID && e.field && strcmp(e.field, rows[i].field) == 0,
                      "%s: %s", rows[i].json, e.text);
    }
    arena_reset(&a);
}

/* Opens with what is said, writes the state and reads it back; the number of that name. */
static int64_t number_kept(struct proc_env *env, const char *json, const char *name)
{
    struct proc_event ev = {.kind = PROC_OPEN, .at_ms = 1778461200000, .part = -1};
    struct proc_state *s = NEW(env->arena, struct proc_state);
    struct proc_effects *out = NEW(env->arena, struct proc_effects);
    struct err e = {0};
    struct val *v;

    cr_assert(json_read(env->arena, str_of(json), 1000, &v, &e));
    ev.fields = v;
    proc_state_init(s);
    cr_assert(proc_apply(env, s, &ev, out, &e), "%s: %s", json, e.text);
    cr_assert(
        proc_state_read(env->arena, env->def, proc_state_write(env->arena, env->def, s), s, &e));
    return s->number[proc_number_find(env->def, str_of(name))];
}

Test(proc_field, numbers_and_money_are_kept_exactly_in_the_state)
{
    struct arena a;
    struct calendar *c;
    struct proc_env env;

    arena_init(&a, (size_t)512 << 20);
    c = calendar_new(&a);
    calendar_know(c, 2026);
    env = (struct proc_env){.def = form(&a), .calendar = c, .arena = &a};
    env.places = (struct proc_places){1, 2, 3, 4, find_unit, NULL, no_own};
    cr_expect(number_kept(&env, "{\"text\":\"x\",\"n\":\"7\"}", "n") == 7);
    cr_expect(number_kept(&env, "{\"text\":\"x\",\"cost\":\"1,234.5\"}", "cost") == 123450);
    cr_expect(number_kept(&env, "{\"text\":\"x\",\"cost\":\"0.07\"}", "cost") == 7);
    cr_expect(number_kept(&env, "{\"text\":\"x\",\"sum\":\"路面 1,000.50\\n绿化 2\"}", "sum") ==
              100250);
    cr_expect(number_kept(&env, "{\"text\":\"x\"}", "sum") == 0);
    arena_reset(&a);
}

static const char *const broken[] = {
    "[]",
    "{",
    "{\"step\":\"nowhere\"}",
    "{\"from\":\"ended\"}",
    "{\"parts\":{}}",
    "{\"clocks\":1}",
    "{\"parts\":[{\"unit\":1}]}",
    "{\"clocks\":[1]}",
    "{\"clocks\":[{\"step\":\"nowhere\"}]}",
    "{\"clocks\":[{\"part\":1}]}",
    "{\"clocks\":[{\"step\":\"a\",\"part\":1}]}",
};

Test(proc_field, a_state_that_was_tampered_with_is_refused_and_not_believed)
{
    const struct proc *def;
    struct arena a;

    arena_init(&a, (size_t)512 << 20);
    def = form(&a);
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct proc_state *s = NEW(&a, struct proc_state);
        struct err e = {0};

        cr_expect(!proc_state_read(&a, def, str_of(broken[i]), s, &e), "%s", broken[i]);
        cr_expect(e.kind == ERR_INVALID, "%s: %s", broken[i], e.text);
    }
    arena_reset(&a);
}

static bool says(struct str s, const char *what)
{
    return memmem(s.p, s.n, what, strlen(what)) != NULL;
}

Test(proc_field, a_procedure_is_shown_in_words_and_as_a_picture_in_either_language)
{
    struct memory_pack files = {.yaml = S(KINDS_YAML)};
    struct arena a;
    struct pack *p;
    struct str zh, en;

    arena_init(&a, (size_t)512 << 20);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    zh = pack_show_svg(&a, pack_proc(p, S("whistle")), S("zh"));
    cr_expect(says(zh, "街道调度员") && says(zh, "紧急 15 分钟") && says(zh, "↑ 1 网格发现"));
    cr_expect(!says(zh, "dispatcher"));
    en = pack_show_svg(&a, pack_proc(p, S("deliberation")), S("en"));
    cr_expect(says(en, "Nobody took it ■ Lapsed") && says(en, "Passed ↓ 6 Rating"));
    en = pack_show_text(&a, pack_proc(p, S("whistle")), S("en"));
    cr_expect(says(en, "Dispatcher of street") && says(en, "30 minutes"));
    arena_reset(&a);
}

Test(proc_field, the_lead_of_a_whistle_is_suggested_from_the_duty_list)
{
    static const struct proc_post post = {{"dispatcher", 10}, 3};
    struct memory_pack files = {.yaml = S(KINDS_YAML)};
    struct proc_state *s;
    struct proc_env env;
    struct arena a;
    struct pack *p;
    struct val *list;
    struct buf b;

    arena_init(&a, (size_t)512 << 20);
    cr_assert(memory_pack_read(&a, &files, &p, val_list(&a)));
    s = NEW(&a, struct proc_state);
    proc_state_init(s);
    env = (struct proc_env){.def = pack_proc(p, S("whistle")), .arena = &a};
    env.places = (struct proc_places){1, 2, 3, 4, find_unit, NULL, no_own};
    env.actor = (struct proc_actor){.person = 9, .post = &post, .posts = 1};
    s->step = proc_step_find(env.def, S("coordinated"));
    list = val_list(&a);
    b = (struct buf){.arena = &a};
    proc_offers(&env, s, 1778461200000, list);
    json_write(&b, list);
    cr_expect(says(buf_str(&b), "\"suggest\":\"duty_list\""), "%.*s", STR_ARG(buf_str(&b)));
    arena_reset(&a);
}
