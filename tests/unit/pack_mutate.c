/* Every value of a pack, of its cases and of a written state replaced by something else, one at a
 * time: it is taken, or refused with a sentence; nothing is believed that cannot be so. */
#include "unit/mutate.h"
#include "unit/pack_fixture.h"
#include "unit/pack_people.h"
#include "unit/pack_places.h"
#include "val/json.h"

#include <criterion/criterion.h>

/* What a pack can say besides its steps of every kind. */
#define REST_YAML                                                                                          \
    "roles: {helper: {title: {zh: 帮, en: Helper}, of: [street, community, club], rights: "               \
    "[matter.read, matter.bundle]}}\n"                                                                     \
    "unit_kinds: {club: {title: {zh: 社, en: Club}, under: [street]}}\n"                                  \
    "subjects: {tree: {title: {zh: 树, en: Tree}, words: 树木, icon: tree, mechanism: m, under: {oak: " \
    "{title: {zh: 橡, en: Oak}}}}}\n"                                                                     \
    "channels: {pigeon: {title: {zh: 鸽, en: Pigeon}, mechanism: m, foreign_number: true}}\n"             \
    "fields: {colour: {title: {zh: 色, en: C}, kind: choice, of: {red: {zh: 红, en: R}}}}\n"             \
    "settings: {mechanism: m, unit_tails: [局], import: {columns: {title: [标题]}}}\n"                  \
    "words: {fast: {zh: 快, en: Fast}, slow: {zh: 慢, en: Slow}}\n"                                      \
    "calendar: {\"2026\": {holidays: [01-01], workdays: []}}\nhours: 08:30-12:00\n"                        \
    "---\nfigure: f\ntitle: {zh: 数, en: F}\nunit: {zh: 件, en: n}\nnote: {zh: 注, en: N}\n"            \
    "count: matters\nat: opened_at\n"                                                                      \
    "where: {mechanism: m, channel: pigeon, subject: tree, outcome: {not: solved}, late: 1, "              \
    "grade: [fast]}\n"                                                                                     \
    "---\nfigure: g\ntitle: {zh: 数, en: G}\nsum: round\nof: matters\nat: ended_at\n"                     \
    "---\nfigure: h\ntitle: {zh: 率, en: H}\nratio: {over: f, under: g}\n"                                \
    "---\nmechanism: m\ntitle: {zh: 试, en: M}\nversion: 2\ngrades: [fast, slow]\n"                       \
    "within: {fast: 1 day, slow: 2 days}\nchecked: true\n"                                                 \
    "late: [{after: 0, do: remind}, {after: 1 day, do: supervise street}]\n"                               \
    "start: {pigeon: open}\npause: helper of street\n"                                                     \
    "anytime: {withdraw: {who: reporter or helper of community, during: [a], end: withdrawn}}\n"           \
    "ask: [{name: colour, need: [pigeon]}, {name: note, max: 9, personal: true},\n"                        \
    "  {name: category, suggest: true}, {name: photos, picture: before, max: 2},\n"                        \
    "  {name: unit, title: {zh: 位, en: U}, kind: unit, of: [club], need: false}]\n"                      \
    "steps:\n"                                                                                             \
    "  a: {title: {zh: 甲, en: A}, who: helper of street, within: 1 day, actions: {\n"                    \
    "    assign: {to: b, parts: {lead: 0-1, joint: 1-3, of: [club], suggest: duty_list}},\n"               \
    "    back_to: {title: {zh: 回, en: B}, to: stay, ask: [{name: grade, of: grades}], "                  \
    "times: 1, beyond: {end: declined}, right: matter.bundle, propose: duty_list}}}\n"                     \
    "  open: {title: {zh: 领, en: O}, kind: claim, by: first, who: helper of club, "                      \
    "within: 1 hour, unclaimed: a, then: a, late: [{after: 0, do: remind}]}\n"                             \
    "  b: {title: {zh: 办, en: B}, kind: parts, then: c, release: {who: helper of street},\n"             \
    "    late: [{after: 1 hour, do: supervise district}], part: {\n"                                       \
    "    x: {title: {zh: 项, en: X}, who: helper of part, within: 1 day, "                                \
    "extend: {times: 1, who: helper of street, by: {fast: 1 hour, slow: 2 hours}, "                        \
    "before_due: true},\n"                                                                                 \
    "      actions: {done: {to: ended}, move: {to: ended, outcome: moved, assign: true, "                  \
    "binds: true, ask: [reason, unit], who: helper of street}}}}}\n"                                       \
    "  c: {title: {zh: 查, en: C}, kind: check, not: solver, within: 1 day, fail: {to: back}, "           \
    "who: helper of street, then: {end: solved}}\n"

/* Several documents of JSON, which are YAML, too. */
static struct str written(struct arena *a, const struct val *docs)
{
    struct buf b = {.arena = a};

    for (const struct item *it = docs->kind == VAL_LIST ? docs->first : NULL; it; it = it->next) {
        buf_put(&b, S("---\n"));
        json_write(&b, &it->val);
        buf_put(&b, S("\n"));
    }
    return buf_str(&b);
}

static void check_faults(const struct val *faults, struct str yaml)
{
    cr_expect(faults->first, "refused without a fault: %.*s", STR_ARG(yaml));
    for (const struct item *it = faults->first; it; it = it->next)
        cr_expect(val_get(&it->val, S("what"))->str.n && val_get(&it->val, S("line"))->integer >= 0,
                  "%.*s", STR_ARG(yaml));
}

static void show_all(struct arena *a, const struct pack *p)
{
    for (int i = 0; i < p->procs; i++) {
        if (!str_eq(p->proc[i].file, S("t/x.yaml")))
            continue;
        cr_expect(pack_show_text(a, &p->proc[i], S("zh")).n);
        cr_expect(pack_show_svg(a, &p->proc[i], S("en")).n);
    }
}

static void read_mutated(const struct pack_base *base, const struct val *docs, int at, int which,
                         int *taken)
{
    struct memory_pack files = {.base = base};
    struct arena a;
    struct val *faults, one;
    struct pack *p;
    int n = 0;

    arena_init(&a, (size_t)64 << 20);
    one = mutated(&a, docs, at, which, &n);
    files.yaml = written(&a, &one);
    faults = val_list(&a);
    if (memory_pack_read(&a, &files, &p, faults)) {
        show_all(&a, p);
        (*taken)++;
    } else {
        check_faults(faults, files.yaml);
    }
    arena_reset(&a);
}

static void mutate_pack(const char *yaml)
{
    struct memory_pack files = {.yaml = str_of(yaml)};
    const struct pack_base *base;
    struct arena a;
    struct err e = {0};
    struct val *docs, *faults;
    struct pack *p;
    int n, taken = 0;

    arena_init(&a, (size_t)256 << 20);
    files.base = base = small_base(&a);
    cr_assert(base);
    faults = val_list(&a);
    if (!memory_pack_read(&a, &files, &p, faults)) {
        struct buf b = {.arena = &a};

        json_write(&b, faults);
        cr_assert_fail("%.*s", STR_ARG(buf_str(&b)));
    }
    cr_assert(yaml_read_all(&a, S("x"), files.yaml, &docs, &e), "%s", e.text);
    n = values_in(&a, docs);
    for (int at = 1; at < n; at++) {
        for (int which = at % 2; which < MUTATIONS; which += 2)
            read_mutated(base, docs, at, which, &taken);
    }
    cr_expect(taken > 0 && taken < n * MUTATIONS / 2, "%d of %d were taken", taken, n * MUTATIONS);
    arena_reset(&a);
}

Test(pack_mutate, any_value_of_a_pack_may_be_wrong_and_is_then_named)
{
    mutate_pack(REST_YAML);
}

Test(pack_mutate, any_value_of_a_step_of_any_kind_may_be_wrong_and_is_then_named)
{
    mutate_pack(KINDS_YAML);
}

Test(pack_mutate, any_value_of_what_is_said_of_people_may_be_wrong_and_is_then_named)
{
    mutate_pack(PEOPLE_YAML);
}

Test(pack_mutate, any_value_of_what_is_said_of_fairs_and_files_may_be_wrong_and_is_then_named)
{
    mutate_pack(PLACES_YAML);
}

/* ---- a written state ---- */

static const char state[] =
    "{\"step\":\"handled\",\"grade\":\"urgent\",\"round\":2,\"outcome\":\"\",\"opened\":1778461200000,"
    "\"changed\":1778461200000,\"due\":1778561200000,\"first_unit\":1,\"holder_unit\":2,"
    "\"holder_person\":3,\"holder_role\":\"dispatcher\",\"from\":\"handled\",\"checked\":1,"
    "\"rated\":1,\"supervised\":1,\"parts\":[{\"unit\":5,\"round\":1,\"lead\":1,\"step\":\"act\","
    "\"last\":\"report_in\",\"started\":1778461200000,\"due\":1778461300000,\"returns\":1,"
    "\"extensions\":1,\"bound\":1},{\"unit\":6,\"round\":2,\"excused\":1,\"last\":\"act\","
    "\"outcome\":\"moved\",\"ended\":1778461300000}],\"clocks\":[{\"step\":\"\",\"n\":3,\"unit\":6,"
    "\"started\":1778461200000,\"due\":1778461300000},{\"step\":\"handled\",\"part\":1,"
    "\"part_step\":\"act\",\"n\":3,\"unit\":2,\"started\":1778461200000,\"due\":1778461300000,"
    "\"extended\":1778461250000,\"extensions\":1,\"hours_of\":5,\"rungs\":1},{\"step\":\"found\","
    "\"n\":1,\"unit\":1,\"stopped\":1778461300000}],\"pauses\":[1778461200000,1778461200001],"
    "\"counts\":[1,2],\"solvers\":[9],\"solver_units\":[5],\"gates\":[9]}";

static void use_state(const struct proc_env *env, const struct proc_state *s)
{
    struct proc_turn turn[TURNS_MAX];
    struct val *offers = val_list(env->arena);

    proc_offers(env, s, s->changed_ms, offers);
    cr_expect(proc_turns(env, s, turn) <= TURNS_MAX);
    cr_expect(proc_next_ms(env, s) >= 0);
}

static int64_t no_own(void *arg, struct str kind)
{
    (void)arg;
    (void)kind;
    return 0;
}

static const struct proc_unit *no_unit(void *arg, int64_t id)
{
    (void)arg;
    (void)id;
    return NULL;
}

/* Refused, or a state that is written as it was read. */
static bool state_holds(const struct proc *def, struct val *v)
{
    static const struct proc_post post[] = {{{"dispatcher", 10}, 3}, {{"liaison", 7}, 5}};
    struct proc_env env = {.def = def, .arena = v->arena};
    struct proc_state *s = NEW(v->arena, struct proc_state),
                      *back = NEW(v->arena, struct proc_state);
    struct buf b = {.arena = v->arena};
    struct err e = {0};
    struct str one;

    json_write(&b, v);
    env.places = (struct proc_places){1, 2, 3, 4, no_unit, NULL, no_own};
    env.actor = (struct proc_actor){.person = 9, .post = post, .posts = 2};
    env.calendar = calendar_new(v->arena);
    if (!proc_state_read(v->arena, def, buf_str(&b), s, &e)) {
        cr_expect(e.kind == ERR_INVALID, "%.*s", STR_ARG(buf_str(&b)));
        return false;
    }
    use_state(&env, s);
    one = proc_state_write(v->arena, def, s);
    cr_assert(proc_state_read(v->arena, def, one, back, &e), "%.*s", STR_ARG(one));
    cr_expect(str_eq(one, proc_state_write(v->arena, def, back)), "%.*s", STR_ARG(one));
    return true;
}

Test(pack_mutate, any_value_of_a_state_may_be_wrong_and_is_then_not_believed)
{
    struct arena keep, a;
    struct pack *p;
    struct val *v;
    struct err e = {0};
    int n, held = 0, all = 0;

    arena_init(&keep, (size_t)256 << 20);
    cr_assert(pack_read(&keep, &pack_embedded, S("base"), &p, val_list(&keep)));
    cr_assert(json_read(&keep, str_of(state), sizeof(state), &v, &e), "%s", e.text);
    cr_assert(state_holds(pack_proc(p, S("whistle")), v));
    n = values_in(&keep, v);
    for (int at = 0; at < n; at++) {
        for (int which = 0; which < MUTATIONS; which++, all++) {
            int k = 0;
            struct val one;

            arena_init(&a, (size_t)16 << 20);
            one = mutated(&a, v, at, which, &k);
            one.arena = &a;
            held += state_holds(pack_proc(p, S("whistle")), &one);
            arena_reset(&a);
        }
    }
    cr_expect(held > 0 && held < all, "%d of %d", held, all);
    arena_reset(&keep);
}
