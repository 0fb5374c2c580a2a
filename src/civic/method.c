#include "civic/method.h"

#include "civic/district.h"

/* Setting "method NAME": "-;" and then "UNIT SINCE;" for each unit that has it on. */
static struct str kept(struct desk *k, struct str name)
{
    return setting_get(k, str_format(k->a, "method %.*s", STR_ARG(name)));
}

struct switched {
    int64_t unit, since;
};

static bool next_one(struct str *rest, struct switched *out)
{
    struct str one, unit;

    *rest = str_cut(*rest, ';', &one);
    one = str_cut(one, ' ', &unit);
    return str_int(unit, &out->unit) && str_int(one, &out->since);
}

bool method_allowed(struct desk *k, struct str name, struct str path)
{
    struct str rest = kept(k, name);
    struct switched s;

    if (!rest.n)
        return true;
    while (rest.n) {
        const struct unit *u = next_one(&rest, &s) ? unit_by_id(k->d->units, s.unit) : NULL;

        if (u && path_holds(u->path, path))
            return true;
    }
    return false;
}

bool method_check(struct desk *k, struct str name, struct str path, struct err *e)
{
    return method_allowed(k, name, path) ||
           refuse(e, ERR_DENIED, NULL, "This way of working is not in use here yet.");
}

static void record(struct desk *k, struct str name, const struct unit *u, bool on)
{
    struct val *content = val_map(k->a);

    set_str(content, "method", name);
    set_bool(content, "on", on);
    ledger_append(k->db, k->d, k->a,
                  &(struct event){.subject = u->id,
                                  .at = k->now,
                                  .who = k->actor->person,
                                  .noun = S("unit"),
                                  .kind = S("method"),
                                  .content = content},
                  NULL);
}

/* What is kept without what lies in u's subtree. */
static struct str without(struct desk *k, struct str rest, const struct unit *u)
{
    struct buf b = {.arena = k->a};
    struct switched s;

    buf_put(&b, S("-;"));
    while (rest.n) {
        const struct unit *has = next_one(&rest, &s) ? unit_by_id(k->d->units, s.unit) : NULL;

        if (has && !path_holds(u->path, has->path))
            buf_put(&b, str_format(k->a, "%lld %lld;", (long long)s.unit, (long long)s.since));
    }
    return buf_str(&b);
}

/* Has a unit above u, not u itself, it on? */
static bool method_above(struct desk *k, struct str rest, const struct unit *u)
{
    struct switched s;

    while (rest.n) {
        const struct unit *has = next_one(&rest, &s) ? unit_by_id(k->d->units, s.unit) : NULL;

        if (has && has != u && path_holds(has->path, u->path))
            return true;
    }
    return false;
}

bool method_switch(struct desk *k, struct str name, const struct unit *u, bool on, struct err *e)
{
    struct str was = kept(k, name), now;

    if (!pack_proc(k->d->pack, name) && !pack_gathering(k->d->pack, name))
        return refuse(e, ERR_INVALID, "name", "There is no way of working called %.*s.",
                      STR_ARG(name));
    if (!desk_may(k, S("units.manage"), u->path, e))
        return false;
    if (on && method_allowed(k, name, u->path))
        return true;
    if (!on && u->parent_id && (!was.n || method_above(k, was, u)))
        return refuse(e, ERR_CONFLICT, "unit",
                      "It is in use for a unit above: switch it off there.");
    now = on ? str_format(k->a, "%.*s%lld %lld;", STR_ARG(was), (long long)u->id, (long long)k->now)
             : without(k, was, u);
    setting_put(k, str_format(k->a, "method %.*s", STR_ARG(name)), now);
    record(k, name, u, on);
    return true;
}

bool method_view(struct desk *k, struct str name, struct val *list)
{
    struct str all = kept(k, name), rest = all;
    struct switched s;

    while (rest.n) {
        const struct unit *u = next_one(&rest, &s) ? unit_by_id(k->d->units, s.unit) : NULL;
        struct val *v = u ? add_map(list) : NULL;

        if (!v)
            continue;
        set_str(v, "code", u->code);
        set_str(v, "name", u->name);
        set_int(v, "unit_id", u->id);
        set_int(v, "since", s.since);
    }
    return all.n > 0;
}
