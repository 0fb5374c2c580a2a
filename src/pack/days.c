/* Days that are given, what falls due again and again, and when in the year something is opened. */
#include "pack/read.h"

/* A limit, or {by: FIELD}: the day that was given there. */
void within_read(struct pack_reader *r, const struct val *v, struct step *out)
{
    const struct val *within = take(v, "within");

    if (!within || within->kind != VAL_MAP || !val_get(within, S("by"))) {
        out->within = limits_read(r, within);
        return;
    }
    take_keys(r, within, "within", "by");
    out->within.given = true;
    out->by = take_word(r, within, "by");
}

enum every every_read(struct pack_reader *r, const struct val *v, const struct step *st)
{
    static const char *const names[] = {"", "week", "month", "quarter"};
    struct str s = take(v, "every") ? take_text(r, v, "every") : S("");

    if (s.n && st->kind != STEP_ACT)
        FAULT(r, v->line, "step %.*s: only a step of kind act has 'every'", STR_ARG(st->name));
    for (int i = 0; i < (int)COUNT(names); i++) {
        if (str_eq(s, str_of(names[i])))
            return (enum every)i;
    }
    FAULT(r, v->line, "step %.*s: every is week, month or quarter", STR_ARG(st->name));
    return EVERY_NONE;
}

static bool asks_day(const struct field *f, int n, struct str name)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(f[i].name, name) && f[i].kind == FIELD_DATE && f[i].need && !f[i].need_fors)
            return true;
    }
    return false;
}

/* The day that is given must be asked for, before the step or in it. */
void day_read(struct pack_reader *r, struct proc *out)
{
    bool asked = false;
    int line = 0;

    for (int i = 0; i < out->steps; i++) {
        const struct step *st = &out->step[i];

        if (st->by.n && out->by.n && !str_eq(st->by, out->by))
            FAULT(r, st->line, "step %.*s: within: one field for the whole mechanism, %.*s",
                  STR_ARG(st->name), STR_ARG(out->by));
        if (st->by.n && !out->by.n) {
            out->by = st->by;
            line = st->line;
        }
    }
    asked = asks_day(out->field, out->fields, out->by);
    for (int i = 0; i < out->steps && !asked; i++) {
        for (int k = 0; k < out->step[i].actions && !asked; k++)
            asked = asks_day(out->step[i].action[k].field, out->step[i].action[k].fields, out->by);
    }
    if (out->by.n && !asked)
        FAULT(r, line, "within: no date '%.*s' is asked for, and needed", STR_ARG(out->by));
}

/* "03-01" */
static struct str month_day(struct pack_reader *r, const struct val *v, const char *key)
{
    struct str s = take_text(r, v, key);
    int64_t ms;

    if (s.n != 5 || !when_parse(str_format(r->a, "2024-%.*s", STR_ARG(s)), &ms))
        FAULT(r, v->line, "window: %s is a day of the year such as 03-01", key);
    return s;
}

void window_read(struct pack_reader *r, const struct val *v, struct proc *out)
{
    if (!v || !take_map(r, v, "window"))
        return;
    take_keys(r, v, "window", "from to");
    out->window_from = month_day(r, v, "from");
    out->window_to = month_day(r, v, "to");
}
