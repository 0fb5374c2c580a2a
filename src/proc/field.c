#include "base/utf8.h"
#include "proc/amount.h"
#include "proc/engine.h"

#include <stdlib.h>

#define LIST_MOST 100

#define WRONG(e, f, sentence) refuse(e, ERR_INVALID, (f)->name.p, sentence)

const struct val *field_get(const struct val *got, const struct field *f)
{
    const struct val *v = val_get(got, f->name);

    if (!v || v->kind == VAL_NULL || (v->kind == VAL_STR && str_trim(v->str).n == 0) ||
        (v->kind == VAL_LIST && !v->first))
        return NULL;
    return v;
}

int64_t field_number(const struct val *v)
{
    int64_t n = 0;
    struct str s;

    if (v->kind == VAL_INT)
        return v->integer;
    if (v->kind != VAL_STR)
        return INT64_MIN;
    s = str_trim(v->str);
    if (s.n == 0 || s.n > 18)
        return INT64_MIN;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return INT64_MIN;
        n = n * 10 + (s.p[i] - '0');
    }
    return n;
}

bool unit_of_kind(const struct proc_env *env, int64_t unit, const struct choice *kinds, int n)
{
    const struct proc_unit *u;

    if (unit <= 0)
        return false;
    u = env->places.unit(env->places.arg, unit);
    for (int i = 0; u && i < n; i++) {
        if (str_eq(kinds[i].name, u->kind))
            return true;
    }
    return u && n == 0;
}

static bool is_choice(const struct field *f, const struct val *v)
{
    for (int i = 0; v->kind == VAL_STR && i < f->ofs; i++) {
        if (str_eq(f->of[i].name, v->str))
            return true;
    }
    return false;
}

static bool is_yes_no(const struct val *v)
{
    return v->kind == VAL_BOOL ||
           (v->kind == VAL_STR && (str_eq(v->str, S("yes")) || str_eq(v->str, S("no"))));
}

static bool is_place(const struct val *v)
{
    const struct val *lon, *lat, *text;

    if (v->kind == VAL_STR)
        return v->str.n <= 800;
    if (v->kind != VAL_MAP)
        return false;
    lon = val_get(v, S("lon"));
    lat = val_get(v, S("lat"));
    text = val_get(v, S("text"));
    return (lon && lat) || (text && text->kind == VAL_STR && text->str.n);
}

static bool list_check(const struct field *f, const struct val *v, struct err *e)
{
    int64_t n = 0, most = f->max ? f->max : LIST_MOST;

    if (v->kind != VAL_LIST)
        return WRONG(e, f, "A list is expected here.");
    for (const struct item *it = v->first; it; it = it->next)
        n++;
    if (n > most)
        return refuse(e, ERR_INVALID, f->name.p, "This takes at most %lld of them.",
                      (long long)most);
    return true;
}

static bool text_check(const struct field *f, const struct val *v, struct err *e)
{
    if (v->kind != VAL_STR)
        return WRONG(e, f, "A text is expected here.");
    if (!utf8_valid(v->str))
        return WRONG(e, f, "It has characters that cannot be read.");
    if (f->max && utf8_count(v->str) > (size_t)f->max)
        return refuse(e, ERR_INVALID, f->name.p, "This takes at most %lld characters.",
                      (long long)f->max);
    return true;
}

static bool number_check(const struct field *f, const struct val *v, struct err *e)
{
    int64_t n = field_number(v);

    if (n < 0)
        return WRONG(e, f, "A whole number of 0 or more is expected here.");
    if (f->max && n > f->max)
        return refuse(e, ERR_INVALID, f->name.p, "This may be at most %lld.", (long long)f->max);
    if (n < f->min)
        return refuse(e, ERR_INVALID, f->name.p, "This must be at least %lld.", (long long)f->min);
    return true;
}

static bool money_check(const struct field *f, const struct val *v, struct err *e)
{
    int64_t fen = 0;

    switch (amount_read(v, &fen)) {
    case AMOUNT_OK: break;
    case AMOUNT_WRONG: return WRONG(e, f, "Please write an amount in yuan like 12,345.60.");
    case AMOUNT_NEGATIVE: return WRONG(e, f, "An amount of money cannot be negative.");
    case AMOUNT_TOO_LARGE: return WRONG(e, f, "This is more money than can be entered.");
    }
    if (f->max && fen > f->max * 100)
        return refuse(e, ERR_INVALID, f->name.p, "This may be at most %lld.", (long long)f->max);
    if (fen < f->min * 100)
        return refuse(e, ERR_INVALID, f->name.p, "This must be at least %lld.", (long long)f->min);
    return true;
}

static bool lines_check(const struct field *f, const struct val *v, struct err *e)
{
    struct line line[LINES_MAX];
    int n = lines_read(v, line);

    if (n > LINES_MAX)
        return refuse(e, ERR_INVALID, f->name.p, "This takes at most %d lines.", LINES_MAX);
    return n > 0 ||
           refuse(e, ERR_INVALID, f->name.p,
                  "Line %d: please write a name, a blank and an amount in yuan like 12,345.60.",
                  n ? -n : 1);
}

/* {file: its id, agreed, …}, as whoever stores the file says. */
static bool file_check(const struct field *f, const struct val *v, struct err *e)
{
    const struct val *id = v->kind == VAL_MAP ? val_get(v, S("file")) : NULL;
    const struct val *agreed = v->kind == VAL_MAP ? val_get(v, S("agreed")) : NULL;

    if (!id || field_number(id) <= 0)
        return WRONG(e, f, "A file is expected here.");
    return !f->consent.zh.n || (agreed && agreed->kind == VAL_BOOL && agreed->boolean) ||
           WRONG(e, f, "Please tick that you agree; without that the file is not taken.");
}

static bool value_check(const struct proc_env *env, const struct field *f, const struct val *v,
                        struct err *e)
{
    int64_t ms;

    switch (f->kind) {
    case FIELD_CATEGORY:
    case FIELD_TEXT: return text_check(f, v, e);
    case FIELD_NUMBER: return number_check(f, v, e);
    case FIELD_MONEY: return money_check(f, v, e);
    case FIELD_LINES: return lines_check(f, v, e);
    case FIELD_PICTURES:
    case FIELD_LIST: return list_check(f, v, e);
    case FIELD_FILE: return file_check(f, v, e);
    case FIELD_CHOICE: return is_choice(f, v) || WRONG(e, f, "Choose one of what is offered.");
    case FIELD_YES_NO: return is_yes_no(v) || WRONG(e, f, "Say yes or no.");
    case FIELD_PLACE:
        return is_place(v) || WRONG(e, f, "A point on the map or an address is needed.");
    case FIELD_DATE:
        return (v->kind == VAL_STR && when_parse(v->str, &ms)) ||
               WRONG(e, f, "A date such as 2026-05-06 is expected here.");
    case FIELD_PERSON: return field_number(v) > 0 || WRONG(e, f, "Choose a person.");
    case FIELD_UNIT:
        return unit_of_kind(env, field_number(v), f->of, f->ofs) ||
               WRONG(e, f, "Choose a unit that can take this.");
    case FIELD_RESOURCE:
        return field_number(v) > 0 || WRONG(e, f, "Choose one of what is offered.");
    }
    return true;
}

static bool is_needed(const struct field *f, struct str channel)
{
    return str_among(channel, f->need_for, f->need_fors) || (f->need && !f->need_fors);
}

bool fields_check(const struct proc_env *env, const struct val *got, const struct field *field,
                  int fields, struct str channel, struct err *e)
{
    for (int i = 0; i < fields; i++) {
        const struct val *v = field_get(got, &field[i]);

        if (!v && is_needed(&field[i], channel))
            return refuse(e, ERR_INVALID, field[i].name.p, "Please fill this in.");
        if (v && !value_check(env, &field[i], v, e))
            return false;
    }
    return true;
}

/* Fields that have been checked: what they come to. */
static int64_t amount_of(const struct field *f, const struct val *v)
{
    struct line line[LINES_MAX];
    int64_t sum = 0;
    int n;

    if (f->kind == FIELD_NUMBER || f->kind == FIELD_RESOURCE)
        return field_number(v);
    if (f->kind == FIELD_MONEY)
        return amount_read(v, &sum) == AMOUNT_OK ? sum : 0;
    n = lines_read(v, line);
    for (int i = 0; i < n; i++)
        sum += line[i].fen;
    return sum;
}

/* The day by which a step is to end: the whole of it, and not one that is over. */
static bool day_take(struct work *w, const struct field *f)
{
    const struct val *v = field_get(w->ev->fields, f);
    int64_t ms;

    if (!v || !when_parse(v->str, &ms))
        return true;
    ms = day_start_ms(day_of(ms) + 1) - SECOND_MS;
    if (ms < w->at_ms)
        return WRONG(w->e, f, "This day is over; please choose one that is to come.");
    w->s->given_ms = ms;
    return w->s->step < 0 || clocks_recompute(w, false);
}

bool numbers_take(struct work *w, const struct field *field, int fields)
{
    for (int i = 0; i < fields; i++) {
        int at = proc_number_find(w->def, field[i].name);
        const struct val *v = at < 0 ? NULL : field_get(w->ev->fields, &field[i]);
        int64_t *sum = &w->s->number[at < 0 ? 0 : at], n = v ? amount_of(&field[i], v) : 0;

        if (field[i].kind == FIELD_DATE && str_eq(field[i].name, w->def->by) &&
            !day_take(w, &field[i]))
            return false;
        if (!v)
            continue;
        if (field[i].adds)
            n += *sum;
        if (field[i].kind != FIELD_RESOURCE && n > 100 * AMOUNT_MAX)
            return WRONG(w->e, &field[i], "This is more than can be added up.");
        *sum = n;
    }
    return true;
}

bool proc_field_check(const struct val *got, const struct field *f, struct err *e)
{
    return fields_check(NULL, got, f, 1, S(""), e);
}

int64_t proc_field_number(const struct val *v)
{
    return field_number(v);
}

bool proc_fields_check(const struct proc_env *env, const struct val *got, const struct field *field,
                       int fields, struct err *e)
{
    return fields_check(env, got, field, fields, S(""), e);
}
