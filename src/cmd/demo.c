#include "cmd/demo.h"

#include "base/embed.h"
#include "base/utf8.h"
#include "civic/person.h"
#include "civic/tally.h"
#include "val/yaml.h"

#include <stdio.h>

int64_t demo_dice(struct demo *d, int64_t n)
{
    d->dice ^= d->dice << 13; /* xorshift64: repeatable, and nobody's secret */
    d->dice ^= d->dice >> 7;
    d->dice ^= d->dice << 17;
    return (int64_t)(d->dice % (uint64_t)n);
}

const struct val *demo_get(const struct demo *d, const char *key)
{
    const struct val *v = val_get(d->plan, str_of(key));

    if (!v)
        die("demo.yaml lacks '%s'", key);
    return v;
}

int64_t demo_int(const struct val *map, const char *key, int64_t usual)
{
    const struct val *v = map ? val_get(map, str_of(key)) : NULL;

    return v && v->kind == VAL_INT ? v->integer : usual;
}

const struct item *demo_pick(struct demo *d, const struct val *list)
{
    const struct item *it = list->first;
    int64_t n = 0;

    for (; it; it = it->next)
        n++;
    n = demo_dice(d, n);
    for (it = list->first; n--; it = it->next) {
    }
    return it;
}

/* One of the characters of a text. */
static struct str pick_letter(struct demo *d, struct str letters)
{
    int64_t n = demo_dice(d, (int64_t)utf8_count(letters));
    struct str before = utf8_cut(letters, (size_t)n);
    struct str rest = {letters.p + before.n, letters.n - before.n};

    return utf8_cut(rest, 1);
}

struct str demo_name(struct demo *d, struct arena *a)
{
    struct str given = demo_get(d, "given")->str;
    struct str one = pick_letter(d, given), two = demo_dice(d, 3) ? pick_letter(d, given) : S("");

    return str_format(a, "%.*s%.*s%.*s", STR_ARG(pick_letter(d, demo_get(d, "surnames")->str)),
                      STR_ARG(one), STR_ARG(two));
}

struct str demo_phone(struct demo *d, struct arena *a, int prefix)
{
    return str_format(a, "%d%08lld", prefix, (long long)demo_dice(d, 100000000));
}

int64_t demo_holder(struct desk *k, int64_t unit, struct str role)
{
    struct val *list = val_list(k->a);

    posts_of_unit(k, unit, list);
    for (const struct item *it = list->first; it; it = it->next) {
        if (!role.n || str_eq(val_text(&it->val, "role"), role))
            return val_int(&it->val, "person_id");
    }
    return 0;
}

void demo_act_as(struct desk *k, int64_t unit, struct str role, struct actor *who)
{
    int64_t person = demo_holder(k, unit, role);

    *who = (struct actor){0};
    if (person)
        actor_load(k, person, who);
    k->actor = who;
}

int64_t demo_since(const struct demo *d, int64_t at)
{
    return at > d->k->now ? at : d->k->now;
}

static bool read_plan(struct demo *d, struct err *e)
{
    struct str name = str_format(d->k->a, "demo/%lld/demo.yaml", (long long)d->k->d->code);
    const struct embedded *file = embed_get(name);
    struct val *plan;

    if (!file)
        return refuse(e, ERR_NOT_FOUND, "district", "There is no demo for this district.");
    if (!yaml_read(d->k->a, name, (struct str){file->bytes, file->n}, &plan, e))
        return false;
    d->plan = plan;
    return true;
}

static void print_accounts(const struct demo *d)
{
    struct str password = val_text(d->plan, "password");

    (void)printf("Demo accounts (password %.*s):\n", STR_ARG(password));
    for (const struct item *it = demo_get(d, "logins")->first; it; it = it->next) {
        const struct val *says = val_get(&it->val, S("says"));

        (void)printf("  %-10.*s %.*s (%.*s)\n", STR_ARG(val_text(&it->val, "login")),
                     STR_ARG(val_text(says, "zh")), STR_ARG(val_text(says, "en")));
    }
}

COMMAND(cmd_demo, .name = "demo", .usage = "demo --data DIR", .no_json = true,
        .help = "fill a new district with made-up people and half a year of matters",
        .options = OPTIONS(DATA_OPTIONS,
                           {"days", "N", "how many days to live through", false, false},
                           {"accounts", NULL, "only print the demo accounts", false, false}))
{
    struct desk k;
    struct demo d = {.k = &k, .dice = 0x9e3779b97f4a7c15ULL};
    const char *given = option_get(args, "days");
    struct err e = {0};
    int64_t days = 0;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    if (given && (!str_int(str_of(given), &days) || days < 1 || days > 1000))
        return cmd_say(args, EXIT_USAGE, "--days is a number from 1 to 1000");
    if (!read_plan(&d, &e))
        return cmd_refused(&e);
    days = days ? days : demo_int(d.plan, "days", 184);
    if (!option_has(args, "accounts") && units_count(k.d->units) < 2) {
        k.now -= (days + 1) * DAY_MS; /* people hold their posts before they act */
        if (!demo_land(&d, &e))
            return cmd_refused(&e);
        district_refresh(k.a, k.db, k.d);
        if (!demo_rolls(&d, &e) || !demo_bonds(&d, &e) || !demo_life(&d, when_now(), days, &e) ||
            !demo_appraisals(&d, when_now(), &e) || !demo_resources(&d, when_now(), &e) ||
            !demo_gatherings(&d, when_now(), &e) || !tally_settle(k.db, k.d, &e))
            return cmd_refused(&e);
    }
    print_accounts(&d);
    return EXIT_OK;
}
