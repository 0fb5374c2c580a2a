#include "civic/figure.h"
#include "civic/recount.h"
#include "cmd/data.h"

#include <stdio.h>

struct asked {
    struct desk *k;
    const struct cmd_args *args;
    const struct unit *unit;
    struct period period;
    struct val *out;
};

static struct str decimal(struct arena *a, const struct figure_value *v)
{
    return v->is_ratio ? ratio_percent(a, v->over, v->under)
                       : str_format(a, "%lld", (long long)v->n);
}

/* Values in the order in which a figure's name has them; one, for figures of one number. */
static void put_values(struct asked *q, const struct figure *f, const struct figure_value *v,
                       struct val *out)
{
    struct val one = {.kind = VAL_INT, .integer = v->n}, *list;

    set_str(out, "id", f->id);
    if (v->is_ratio)
        one = v->empty ? (struct val){.kind = VAL_NULL}
                       : (struct val){.kind = VAL_STR, .str = decimal(q->k->a, v)};
    list = set_list(out, "values");
    for (int i = 0; i < v->values; i++)
        (void)add_val(list, (struct val){.kind = VAL_INT, .integer = v->value[i].n});
    if (!v->values)
        (void)add_val(list, one);
    set_str(out, "unit", q->unit->code);
    set_str(out, "period", q->period.text);
    set_str(out, "title", f->title.zh);
    if (v->is_ratio) {
        set_int(out, "over", v->over);
        set_int(out, "under", v->under);
    }
}

static bool put_records(struct asked *q, const struct figure *f, struct val *list, struct err *e)
{
    struct figure_query ask = {
        .f = f, .u = q->unit, .p = &q->period, .subject = S(""), .most = 1000};

    for (int i = 0; i < f->ofs; i++) { /* of several values: each its own */
        if (!put_records(q, pack_figure(q->k->d->pack, f->of[i]), list, e))
            return false;
    }
    if (f->ofs)
        return true;
    do {
        if (!figure_records(q->k, &ask, list, e))
            return false;
    } while (ask.before);
    return true;
}

static bool answer(struct asked *q, const struct figure *f, struct val *out, struct err *e)
{
    struct figure_value v;

    figure_read(q->k, f, q->unit, &q->period, S(""), &v);
    put_values(q, f, &v, out);
    if (option_has(q->args, "records") && !put_records(q, f, set_list(out, "records"), e))
        return false;
    if (!q->args->json)
        (void)printf("%-24.*s %12.*s  %.*s\n", STR_ARG(f->id), STR_ARG(figure_text(q->k->a, &v)),
                     STR_ARG(f->title.zh));
    return true;
}

static void print_records(const struct val *out)
{
    const struct val *list = val_get(out, S("records"));

    for (const struct item *it = list ? list->first : NULL; it; it = it->next)
        (void)printf("  %.*s  %.*s  %.*s\n", STR_ARG(val_get(&it->val, S("number"))->str),
                     STR_ARG(val_get(&it->val, S("opened_at"))->str),
                     STR_ARG(val_get(&it->val, S("title"))->str));
}

static bool answer_all(struct asked *q, struct err *e)
{
    const struct pack *p = q->k->d->pack;
    struct val *list = val_list(q->k->a);

    for (int i = 0; i < p->figures; i++) {
        if (!answer(q, &p->figure[i], add_map(list), e))
            return false;
    }
    if (q->args->json)
        cmd_print_json(q->k->a, list);
    return true;
}

static bool read_all(struct db *db, void *arg, struct err *e)
{
    struct asked *q = arg;
    const struct figure *f;
    struct val *out = val_map(q->k->a);

    q->k->db = db;
    if (!figures_counted(q->k, e))
        return false;
    if (!q->args->n_rest)
        return answer_all(q, e);
    f = pack_figure(q->k->d->pack, str_of(q->args->rest[0]));
    if (!f)
        return refuse(e, ERR_NOT_FOUND, "figure", "There is no figure called %s.",
                      q->args->rest[0]);
    if (!answer(q, f, out, e))
        return false;
    if (q->args->json)
        cmd_print_json(q->k->a, out);
    else
        print_records(out);
    return true;
}

/* Commands act for whoever runs the machine: they may read everything. */
static const struct actor *everything(struct desk *k)
{
    static const struct str all[] = {{"matter.read", 11}, {"figures.read", 12}};
    struct role *role = NEW(k->a, struct role);
    struct holding *post = NEW(k->a, struct holding);
    struct actor *who = NEW(k->a, struct actor);

    *role = (struct role){.name = S("machine"), .right = all, .rights = COUNT(all)};
    *post = (struct holding){.unit = unit_root(k->d->units)->id,
                             .role = role->name,
                             .path = unit_root(k->d->units)->path,
                             .def = role};
    *who = (struct actor){.name = S(""), .csrf = S(""), .post = post, .posts = 1};
    return who;
}

COMMAND(cmd_figure, .name = "figure",
        .usage = "figure [ID] --unit CODE [--period 2026-10] [--records] --data DIR",
        .help = "a figure of a unit and period, and the records behind it", .most = 1,
        .options = OPTIONS(DATA_OPTIONS, {"unit", "CODE", "usual: the district", false, false},
                           {"period", "WHEN", "2026, 2026-Q4, 2026-10, 2026-W47 …", false, false},
                           {"records", NULL, "list the records too", false, false}))
{
    struct asked q = {.args = args};
    const char *unit = option_get(args, "unit"), *period = option_get(args, "period");
    struct err e = {0};
    struct desk k;
    int code = cmd_desk(args, &k);

    if (code != EXIT_OK)
        return code;
    k.actor = everything(&k);
    q.k = &k;
    q.unit = unit ? unit_by_code(k.d->units, str_of(unit)) : unit_root(k.d->units);
    if (!q.unit)
        return cmd_say(args, EXIT_FAILED, "there is no unit with the code %s", unit);
    if (!period_parse(&k, str_of(period), &q.period, &e)) {
        (void)cmd_refused(&e);
        return EXIT_USAGE;
    }
    return db_read(k.db, read_all, &q, &e) ? EXIT_OK : cmd_refused(&e);
}
