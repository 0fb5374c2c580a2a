/* One matter as people see it: where the time stands, what was done, who is at work on it. */
#include "civic/gathering.h"
#include "civic/list.h"
#include "civic/resource.h"
#include "civic/roll.h"
#include "civic/support.h"

#include "proc/amount.h"
#include "val/json.h"

#include <sodium.h>
#include <string.h>

STMT(event_of,
     "SELECT e.id, e.at, e.who, e.as_unit, e.kind, e.content, e.hash, p.name, e.seq FROM event "
     "e LEFT JOIN person p ON p.district = $1 AND p.id = e.who WHERE e.district = $1 "
     "AND e.subject = $2 ORDER BY e.seq DESC LIMIT 500");
STMT(event_said,
     "SELECT e.kind, e.content FROM event e WHERE e.district = $1 AND e.subject = $2 AND "
     "e.seq <= $3 ORDER BY e.seq");
STMT(picture_of, "SELECT id, kind, at FROM picture WHERE district = $1 AND matter_id = $2 ORDER BY "
                 "id");

/* ---- time ------------------------------------------------------------- */

const struct proc_clock *matter_clock(const struct matter *m, int part)
{
    const struct proc_clock *found = NULL;

    for (int i = 0; i < m->state.clocks; i++) {
        const struct proc_clock *c = &m->state.clock[i];

        /* of the step itself and of what it asks in every period, the first that is due */
        bool sooner = !found || found->step != c->step || c->due_ms < found->due_ms;

        if (c->due_ms && !c->stopped_ms && c->part == part && sooner)
            found = c;
    }
    return found;
}

static void add_span(struct val *list, int64_t n, const char *unit)
{
    struct val *v = add_map(list);

    set_int(v, "n", n);
    set_bool(v, "day", unit[0] == 'd');
    set_bool(v, "hour", unit[0] == 'h');
    set_bool(v, "minute", unit[0] == 'm');
}

/* A span in at most two units, as people say it: 3 days; 1 day 4 hours; 2 hours 5 minutes. A
 * working day has eight hours. */
static void put_span(struct val *list, int64_t ms, bool working)
{
    int64_t minutes = (ms < 0 ? -ms : ms) / MINUTE_MS, day = working ? 480 : 1440;

    if (minutes >= day)
        add_span(list, minutes / day, "day");
    if (minutes % day >= 60 && minutes < 3 * day)
        add_span(list, minutes % day / 60, "hour");
    if (minutes < 60 || (minutes < day && minutes % 60))
        add_span(list, minutes % 60, "minute");
}

static void put_due(struct desk *k, struct val *v, int64_t start, int64_t due, struct limit limit)
{
    bool working = limit.unit >= LIMIT_WORKING_MINUTES;
    enum limit_unit unit = working ? LIMIT_WORKING_MINUTES : LIMIT_MINUTES;
    const struct calendar *c = k->d->calendar;
    const struct hours *h = &k->d->pack->hours;
    int64_t left = cal_between_ms(c, h, unit, k->now, due);
    int64_t whole = start ? cal_between_ms(c, h, unit, start, due) : 0;
    int64_t percent = whole > 0 ? 100 - left * 100 / whole : 0;

    percent = k->now >= due ? 100 : percent < 0 ? 0 : percent > 100 ? 100 : percent;
    set_str(v, "due_at", when_minute(k->a, due));
    working = working && k->now < due; /* what is late is late by the clock on the wall */
    put_span(set_list(v, "left"), k->now >= due ? k->now - due : left, working);
    set_bool(v, "working", working);
    set_str(v, "state", k->now >= due ? S("late") : percent >= 75 ? S("soon") : S("ok"));
    set_int(v, "percent", percent);
    set_str(v, "limit", limit.unit == LIMIT_NONE ? S("") : limit_text(k->a, limit));
}

static void put_no_due(struct val *v, struct str state)
{
    set_str(v, "due_at", S(""));
    (void)set_list(v, "left");
    set_bool(v, "working", false);
    set_str(v, "state", state);
    set_int(v, "percent", 0);
    set_str(v, "limit", S(""));
}

void deadline_view(struct desk *k, const struct matter *m, int part, struct val *v)
{
    const struct proc_clock *c = matter_clock(m, part);
    const struct limit none = {0};

    if (m->ended_at || m->bundle_id || str_eq(m->stage, S("paused")))
        put_no_due(v, m->ended_at || m->bundle_id ? S("none") : S("paused"));
    else if (c)
        put_due(k, v, c->started_ms, c->due_ms, c->limit);
    else if (m->due_at && part < 0)
        put_due(k, v, m->opened_at, m->due_at, none);
    else
        put_no_due(v, S("none"));
}

bool deadline_explain(struct desk *k, const struct matter *m, int part, struct val *lines)
{
    const struct proc_clock *c = matter_clock(m, part);
    struct err e = {0};
    struct term t;
    int64_t due;

    if (!c || c->limit.unit == LIMIT_NONE)
        return false;
    t = (struct term){c->started_ms, c->limit, NULL, m->state.pause, (size_t)m->state.pauses};
    return cal_explain(k->d->calendar, &t, lines, &due, &e);
}

/* ---- what was done ---------------------------------------------------- */

static const struct action *find_action(const struct step *steps, int n, struct str name)
{
    for (int i = 0; i < n; i++) {
        for (int a = 0; a < steps[i].actions; a++) {
            if (str_eq(steps[i].action[a].name, name))
                return &steps[i].action[a];
        }
        if (steps[i].parts) {
            const struct action *below = find_action(steps[i].part, steps[i].parts, name);

            if (below)
                return below;
        }
    }
    return NULL;
}

static const struct field *find_field(const struct proc *def, const struct action *a,
                                      struct str name)
{
    for (int i = 0; a && i < a->fields; i++) {
        if (str_eq(a->field[i].name, name))
            return &a->field[i];
    }
    for (int i = 0; i < def->fields; i++) {
        if (str_eq(def->field[i].name, name))
            return &def->field[i];
    }
    for (int s = 0; s < def->steps; s++) {
        for (int i = 0; i < def->step[s].fields; i++) {
            if (str_eq(def->step[s].field[i].name, name))
                return &def->step[s].field[i];
        }
    }
    return NULL;
}

const struct field *matter_field(const struct matter *m, struct str action, struct str name)
{
    return find_field(m->def, find_action(m->def->step, m->def->steps, action), name);
}

static struct str unit_name(const struct desk *k, int64_t id)
{
    const struct unit *u = unit_by_id(k->d->units, id);

    return u ? u->name : S("");
}

static struct str choice_title(const struct desk *k, const struct field *f, struct str value)
{
    for (int i = 0; f && i < f->ofs; i++) {
        if (str_eq(f->of[i].name, value))
            return desk_title(k, &f->of[i].title);
    }
    return value;
}

/* Yes and no as the pack says them (settings, yes_no). */
static struct str yes_no_title(const struct desk *k, struct str value)
{
    const struct val *words =
        k->d->pack->setting ? val_get(k->d->pack->setting, S("yes_no")) : NULL;
    const struct val *word = words && words->kind == VAL_MAP ? val_get(words, value) : NULL;
    const struct val *title = NULL;

    if (word && word->kind == VAL_MAP)
        title = val_get(word, str_eq(k->lang, S("en")) ? S("en") : S("zh"));
    return title && title->kind == VAL_STR ? title->str : value;
}

static struct str money_text(const struct desk *k, const struct val *v)
{
    int64_t fen;

    return amount_read(v, &fen) == AMOUNT_OK ? amount_text(k->a, fen) : S("");
}

/* "a 1,000.00; b 500.00 = 1,500.00" */
static struct str lines_text(const struct desk *k, const struct val *v)
{
    struct buf b = {.arena = k->a};
    struct line line[LINES_MAX];
    int n = lines_read(v, line);
    int64_t sum = 0;

    for (int i = 0; i < n; i++) {
        buf_put(&b, i ? S("; ") : S(""));
        buf_put(&b, text_mask(k->a, line[i].text));
        buf_put(&b, S(" "));
        buf_put(&b, amount_text(k->a, line[i].fen));
        sum += line[i].fen;
    }
    if (n > 1)
        buf_put(&b, str_format(k->a, " = %.*s", STR_ARG(amount_text(k->a, sum))));
    return buf_str(&b);
}

/* Of kinds that have words of their own. */
static bool kind_text(const struct desk *k, const struct field *f, const struct val *v,
                      struct str *out)
{
    if (f && f->kind == FIELD_LINES)
        *out = lines_text(k, v);
    else if (f && f->kind == FIELD_MONEY)
        *out = money_text(k, v);
    else if (f && f->kind == FIELD_RESOURCE)
        *out = resource_title(k, proc_field_number(v));
    else
        return false;
    return true;
}

/* A field's value in words; units by name, choices by title, pictures not at all. */
static struct str value_text(const struct desk *k, const struct field *f, const struct val *v,
                             struct str name)
{
    struct buf b = {.arena = k->a};
    struct str own;
    bool units =
        (f && f->kind == FIELD_UNIT) || str_eq(name, S("lead")) || str_eq(name, S("joint"));

    if (kind_text(k, f, v, &own))
        return own;
    switch (v->kind) {
    case VAL_STR:
        if (f && f->kind == FIELD_YES_NO)
            return yes_no_title(k, v->str);
        return f && f->kind == FIELD_CATEGORY ? subject_title(k, v->str)
                                              : text_mask(k->a, choice_title(k, f, v->str));
    case VAL_INT:
        return units ? unit_name(k, v->integer) : str_format(k->a, "%lld", (long long)v->integer);
    case VAL_BOOL: return yes_no_title(k, v->boolean ? S("yes") : S("no"));
    case VAL_LIST:
        for (const struct item *it = v->first; it; it = it->next) {
            buf_put(&b, value_text(k, f, &it->val, name));
            if (it->next)
                buf_put(&b, S(", "));
        }
        return buf_str(&b);
    case VAL_MAP: return val_text(v, "text");
    case VAL_NULL:
    case VAL_HTML: break;
    }
    return S("");
}

struct str field_words(const struct desk *k, const struct field *f, const struct val *v)
{
    return value_text(k, f, v, f->name);
}

/* What the language itself brings (pass, claim, reason) has its title among the pack's words. */
static struct str word_title(const struct desk *k, const struct proc *def, struct str name)
{
    struct title t = proc_word(def, name);

    return desk_title(k, &t);
}

/* Through which action something was said, and to whom it is told. */
struct telling {
    const struct action *action;
    bool for_public;
};

/* Residents are told what the pack marks as public; reasons among offices stay there. */
static bool told(const struct telling *t, const struct field *f)
{
    return !t->for_public || (f && f->is_public);
}

static void put_fields(const struct desk *k, const struct matter *m, const struct telling *t,
                       const struct val *fields, struct val *out)
{
    for (const struct item *it = fields->first; it; it = it->next) {
        const struct field *f = find_field(m->def, t->action, it->key);
        struct str text = value_text(k, f, &it->val, it->key);
        struct val *v;

        if ((f && (f->kind == FIELD_PICTURES || f->personal)) || !text.n || !told(t, f) ||
            str_eq(it->key, S("channel")) || /* the matter says it */
            str_eq(it->key, S(STRUCK_OUT)))  /* a row's number; the row knows who it is */
            continue;
        v = add_map(out);
        set_str(v, "name", it->key);
        set_str(v, "title", f ? desk_title(k, &f->title) : word_title(k, m->def, it->key));
        set_str(v, "text", text);
    }
}

static bool is_area(struct str name)
{
    return name.n > 5 && memcmp(name.p, "area_", 5) == 0;
}

/* What a gathering decided, in one line: which kind it was, and its counts. */
static void put_vote(struct desk *k, const struct matter *m, const struct val *fields,
                     struct val *out)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct buf b = {.arena = k->a};
    struct val *v = add_map(out);
    struct err none = {0};
    bool known = gathering_load(k, val_int(fields, "gathering"), g, &none) && g->def;

    for (const struct item *it = fields->first; it; it = it->next) {
        if (it->val.kind != VAL_INT || str_eq(it->key, S("gathering")) ||
            str_eq(it->key, S("motion")))
            continue;
        buf_put(&b, b.n ? S("　") : S(""));
        buf_put(&b, word_title(k, m->def, it->key));
        buf_put(&b, S(" "));
        buf_put(&b, is_area(it->key) ? area_text(k->a, it->val.integer)
                                     : value_text(k, NULL, &it->val, it->key));
    }
    set_str(v, "name", S("vote"));
    set_str(v, "title", known ? desk_title(k, &g->def->title) : word_title(k, m->def, S("meet")));
    set_str(v, "text", buf_str(&b));
}

static void put_pictures(const struct matter *m, const struct telling *t, const struct val *fields,
                         struct val *out)
{
    for (const struct item *it = fields->first; it; it = it->next) {
        const struct field *f = find_field(m->def, t->action, it->key);

        if (!f || !told(t, f) || f->kind != FIELD_PICTURES || it->val.kind != VAL_LIST)
            continue;
        for (const struct item *p = it->val.first; p; p = p->next)
            add_val(out, p->val);
    }
}

/* What a resident who joined sent along; for staff. */
static void put_sent(const struct val *content, struct val *out)
{
    const struct val *sent = val_get(content, S("pictures"));

    for (const struct item *it = sent && sent->kind == VAL_LIST ? sent->first : NULL; it;
         it = it->next)
        add_val(out, it->val);
}

static struct str first_role_unit(const struct desk *k, const struct val *content)
{
    const struct val *as = val_get(content, S("as"));
    const struct val *unit = as && as->first ? val_get(&as->first->val, S("unit")) : NULL;

    return unit ? unit_name(k, unit->integer) : S("");
}

static struct str short_hash(struct arena *a, struct str hash)
{
    char hex[13];

    if (hash.n < 6)
        return S("");
    sodium_bin2hex(hex, sizeof(hex), (const unsigned char *)hash.p, 6);
    return str_copy(a, str_of(hex));
}

/* To be told to the public: what moves the matter, not how the office works inside. */
static bool is_public(struct str kind)
{
    return !(str_eq(kind, S("look")) || str_eq(kind, S("late")) || str_eq(kind, S("tick")) ||
             str_eq(kind, S("key")) || str_eq(kind, S("link")) || str_eq(kind, S("unlink")) ||
             str_eq(kind, S("locate")) || str_eq(kind, S("bundled")));
}

static void event_view(struct desk *k, const struct matter *m, const struct rows *r,
                       bool for_public, struct val *list)
{
    struct str kind = row_str(r, 4);
    struct val *content = NULL, *v, *pictures;
    const struct val *action, *fields, *part;
    const struct action *a = NULL;
    struct telling seen = {NULL, for_public};
    struct err e = {0};

    if ((for_public && !is_public(kind)) ||
        !json_read(k->a, row_str(r, 5), (size_t)1 << 20, &content, &e))
        return;
    action = val_get(content, S("action"));
    fields = val_get(content, S("fields"));
    part = val_get(content, S("part"));
    if (action)
        seen.action = a = find_action(m->def->step, m->def->steps, action->str);
    v = add_map(list);
    set_str(v, "at", when_minute(k->a, row_int(r, 1)));
    set_str(v, "who", for_public ? S("") : row_str(r, 7));
    set_str(v, "unit", first_role_unit(k, content));
    set_str(v, "kind", fields && val_get(fields, S(STRUCK_OUT)) ? S("strike") : kind);
    set_int(v, "seq", row_int(r, 8));
    set_str(v, "action", action ? action->str : S(""));
    set_str(v, "title",
            a        ? desk_title(k, &a->title)
            : action ? word_title(k, m->def, action->str)
                     : S(""));
    set_int(v, "part", part ? part->integer : -1);
    if (!fields || str_eq(kind, S("object"))) /* of an objection: where its words are kept */
        fields = val_map(k->a);
    if (!val_get(fields, S("gathering")))
        put_fields(k, m, &seen, fields, set_list(v, "fields"));
    else if (for_public)
        (void)set_list(v, "fields");
    else
        put_vote(k, m, fields, set_list(v, "fields"));
    pictures = set_list(v, "pictures");
    put_pictures(m, &seen, fields, pictures);
    if (!for_public)
        put_sent(content, pictures);
    set_str(v, "hash", for_public ? S("") : short_hash(k->a, row_str(r, 6)));
}

void timeline_view(struct desk *k, const struct matter *m, bool for_public, struct val *list)
{
    struct rows r = db_query(k->db, k->a, event_of, ARG(k->d->code), ARG(m->id));

    while (rows_next(&r))
        event_view(k, m, &r, for_public, list);
}

void parts_view(struct desk *k, const struct matter *m, struct val *list)
{
    const struct proc_state *s = &m->state;

    for (int i = 0; i < s->parts; i++) {
        const struct proc_part *p = &s->part[i];
        struct val *v = add_map(list);
        bool in_step = p->step >= 0 && s->step >= 0 && s->step < m->def->steps &&
                       p->step < m->def->step[s->step].parts;

        set_int(v, "n", i);
        set_str(v, "unit", unit_name(k, p->unit));
        set_int(v, "unit_id", p->unit);
        set_bool(v, "lead", p->lead);
        set_bool(v, "excused", p->excused);
        set_str(v, "step_title",
                in_step ? desk_title(k, &m->def->step[s->step].part[p->step].title) : S(""));
        set_str(v, "outcome", p->outcome);
        set_str(v, "started_at", p->started_ms ? when_minute(k->a, p->started_ms) : S(""));
        set_str(v, "reported_in_at",
                p->reported_in_ms ? when_minute(k->a, p->reported_in_ms) : S(""));
        set_str(v, "ended_at", p->ended_ms ? when_minute(k->a, p->ended_ms) : S(""));
        deadline_view(k, m, i, set_map(v, "due"));
    }
}

void pictures_view(struct desk *k, const struct matter *m, struct val *list)
{
    struct rows r = db_query(k->db, k->a, picture_of, ARG(k->d->code), ARG(m->id));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_int(v, "id", row_int(&r, 0));
        set_str(v, "kind", row_str(&r, 1));
        set_str(v, "at", when_minute(k->a, row_int(&r, 2)));
    }
}

/* ---- what is shown to everybody ----------------------------------------- */

struct said {
    const struct field *field;
    const struct val *value;
};

static void take_said(struct desk *k, const struct matter *m, const struct show_fields *what,
                      const struct rows *r, struct said *last)
{
    const struct val *action, *fields;
    struct val *content;
    struct err e = {0};

    if (!(str_eq(row_str(r, 0), S("open")) || str_eq(row_str(r, 0), S("act")) ||
          str_eq(row_str(r, 0), S("support"))) ||
        !json_read(k->a, row_str(r, 1), (size_t)1 << 20, &content, &e))
        return;
    action = val_get(content, S("action"));
    fields = val_get(content, S("fields"));
    for (int i = 0; i < what->n; i++) {
        const struct val *v = fields ? val_get(fields, what->name[i]) : NULL;
        const struct action *a = NULL;

        if (!v)
            continue;
        if (action)
            a = find_action(m->def->step, m->def->steps, action->str);
        last[i] = (struct said){find_field(m->def, a, what->name[i]), v};
    }
}

/* The words of a matter and its place stand in its row, not in the ledger. */
static struct str said_text(struct desk *k, const struct matter *m, struct str name,
                            const struct said *s)
{
    if (str_eq(name, S("body")))
        return text_mask(k->a, m->body);
    if (str_eq(name, S("place")))
        return m->place;
    return s->value && !str_eq(name, S("title")) ? value_text(k, s->field, s->value, name) : S("");
}

void shown_view(struct desk *k, const struct matter *m, const struct show_fields *what,
                struct val *fields, struct val *pictures)
{
    struct said *last = NEW_ARRAY(k->a, struct said, (size_t)what->n + 1);
    struct rows r = db_query(k->db, k->a, event_said, ARG(k->d->code), ARG(m->id), ARG(what->seq));

    while (rows_next(&r))
        take_said(k, m, what, &r, last);
    for (int i = 0; i < what->n; i++) {
        const struct field *f =
            last[i].field ? last[i].field : find_field(m->def, NULL, what->name[i]);
        struct str text = said_text(k, m, what->name[i], &last[i]);
        struct val *v;

        if (f && f->kind == FIELD_PICTURES) {
            for (const struct item *it = last[i].value ? last[i].value->first : NULL; it;
                 it = it->next)
                add_val(pictures, it->val);
            continue;
        }
        if (!text.n || (f && f->personal))
            continue;
        v = add_map(fields);
        set_str(v, "name", what->name[i]);
        set_str(v, "title", f ? desk_title(k, &f->title) : word_title(k, m->def, what->name[i]));
        set_str(v, "text", text);
    }
}
