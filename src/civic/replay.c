#include "civic/replay.h"

#include "civic/booth.h"
#include "civic/disclosure.h"
#include "civic/report.h"
#include "civic/service.h"
#include "civic/support.h"

#include "civic/calendars.h"

#include "val/json.h"

#include <string.h>

#define MATTER_MEMORY ((size_t)64 << 20)
#define PAGE          500

STMT(replay_ids, "SELECT id FROM matter WHERE district = $1 AND id > $2 ORDER BY id LIMIT $3");
STMT(replay_state, "SELECT state FROM matter WHERE district = $1 AND id = $2");
STMT(replay_events, "SELECT seq, at, who, kind, content FROM event WHERE district = $1 AND subject "
                    "= $2 ORDER BY seq");

struct replay {
    struct desk *k;       /* memory of one matter */
    struct matter row;    /* as stored */
    struct matter matter; /* as the events say */
    struct val *faults;
    const struct calendars *calendars;
    int64_t seq;
    struct buf displays; /* what was put on display and taken down, as disclosure_line() */
    struct objections_told objections;
    struct service_told service;
    bool bad;
};

static void fault(struct replay *r, const char *what)
{
    struct val *v = add_map(r->faults);

    set_int(v, "subject", r->row.id);
    set_int(v, "seq", r->seq);
    set_str(v, "what", str_copy(r->faults->arena, str_of(what)));
    r->bad = true;
}

static const struct val *get(const struct val *map, const char *key)
{
    const struct val *v = map && map->kind == VAL_MAP ? val_get(map, str_of(key)) : NULL;

    return v;
}

/* The posts that the event says were held, so that the engine sees the same person as it did. */
static void set_actor(struct replay *r, const struct val *content, int64_t who, struct actor *out)
{
    const struct val *as = get(content, "as");
    struct holding *post = NEW_ARRAY(r->k->a, struct holding, 8);

    *out = (struct actor){.person = who, .name = S(""), .csrf = S(""), .post = post};
    out->report = val_int(content, "report");
    for (const struct item *it = as ? as->first : NULL; it && out->posts < 8; it = it->next)
        post[out->posts++] = (struct holding){
            .unit = val_int(&it->val, "unit"), .role = val_text(&it->val, "role"), .path = S("")};
}

static struct val *opening_fields(struct replay *r, const struct val *content)
{
    const struct val *kept = get(content, "fields");
    struct val *f = val_map(r->k->a), *place;

    for (const struct item *it = kept ? kept->first : NULL; it; it = it->next)
        set_val(f, it->key, it->val);
    set_str(f, "title", r->row.title);
    set_str(f, "body", r->row.body.n ? r->row.body : r->row.title);
    place = set_map(f, "place");
    set_int(place, "unit", val_int(content, "unit"));
    set_int(place, "lon", val_int(content, "lon"));
    set_int(place, "lat", val_int(content, "lat"));
    set_str(place, "text", r->row.place);
    return f;
}

static void begin(struct replay *r, const struct val *content)
{
    struct matter *m = &r->matter;

    *m = (struct matter){.id = r->row.id,
                         .unit_id = val_int(content, "unit"),
                         .unit_path = S(""),
                         .opener_id = r->row.opener_id,
                         .mechanism = val_text(content, "mechanism"),
                         .def_hash = val_text(content, "def"),
                         .subject = val_text(content, "subject")};
    m->def = matter_definition(r->k, m->mechanism, m->def_hash);
    proc_state_init(&m->state);
    if (val_int(content, "gathering") &&
        !booth_applied_is(r->k, val_int(content, "gathering"), m->id))
        fault(r, "it is not told at which gathering it was handed in");
    if (!str_eq(val_text(content, "words"), matter_digest(r->k->a, &r->row)))
        fault(r, "the words of the matter are not those that were sent");
}

static void apply(struct replay *r, const struct rows *row, const struct val *content,
                  enum proc_event_kind kind)
{
    struct proc_effects *effects = NEW(r->k->a, struct proc_effects);
    const struct val *part = get(content, "part"), *fields = get(content, "fields");
    struct proc_event ev = {.kind = kind,
                            .at_ms = kind == PROC_TICK ? val_int(content, "due") : row_int(row, 1),
                            .action = val_text(content, "action"),
                            .part = part ? (int)part->integer : -1,
                            .fields = fields ? fields : val_map(r->k->a)};
    const struct action *action;
    struct matter_act act;
    struct proc_env env;
    struct actor who;
    struct err e = {0};
    int answered;

    if (kind == PROC_OPEN) {
        begin(r, content);
        ev.fields = opening_fields(r, content);
    }
    act = (struct matter_act){
        .kind = kind, .action = ev.action, .part = ev.part, .fields = ev.fields};
    action = kind == PROC_ACT && r->matter.def
                 ? proc_action(r->matter.def, &r->matter.state, act.action, act.part)
                 : NULL;
    answered = r->matter.def ? objection_answered_by(&r->matter, &act) : 0;
    set_actor(r, content, row_int(row, 2), &who);
    r->k->actor = &who;
    r->k->now = row_int(row, 1);
    matter_env(r->k, &r->matter, &env);
    env.calendar = calendar_at(r->calendars, row_int(row, 1));
    if (!proc_apply(&env, &r->matter.state, &ev, effects, &e))
        fault(r, "the ledger holds an event that the procedure does not allow");
    objections_hear(r->k, &r->objections, &r->matter, &act, answered);
    service_hear(r->k, &r->service, &r->matter, action, act.fields);
    objections_moot(&r->objections, effects);
    for (int i = 0; i < effects->n; i++)
        disclosure_line_put(&r->displays, r->matter.def, &effects->effect[i]);
}

static void replay_event(struct replay *r, const struct rows *row)
{
    struct str kind = row_str(row, 3);
    struct val *content;
    struct err e = {0};
    enum proc_event_kind what;

    r->seq = row_int(row, 0);
    if (!json_read(r->k->a, row_str(row, 4), (size_t)1 << 20, &content, &e)) {
        fault(r, "the event cannot be read");
        return;
    }
    if (str_eq(kind, S("locate"))) {
        r->matter.unit_id = val_int(content, "unit");
    } else if (str_eq(kind, S("key"))) {
        const struct val *key = get(content, "key");

        r->matter.key_matter = key && key->boolean;
    } else if (str_eq(kind, S("join"))) {
        if (!report_words_hold(r->k, content))
            fault(r, "the words of a report are not those that were sent");
    } else if (event_kind_find(kind, &what)) {
        if (what == PROC_OBJECT && !objection_words_hold(r->k, get(content, "fields")))
            fault(r, "the words of an objection are not those that were sent");
        if (what == PROC_SUPPORT &&
            !support_strike_holds(r->k, r->row.id, get(content, "fields"), row_int(row, 1)))
            fault(r, "whose support was struck out is not whom the event names");
        if (what == PROC_BUNDLE)
            r->matter.bundle_id = val_int(content, "into");
        if (r->seq == 1 || what != PROC_OPEN)
            apply(r, row, content, what);
    }
}

static void compare(struct replay *r, struct str stored)
{
    const struct matter *m = &r->matter, *row = &r->row;
    struct str state;

    if (!m->def) {
        fault(r, "the matter has no opening");
        return;
    }
    state = proc_state_write(r->k->a, m->def, &m->state);
    if (!str_eq(state, stored))
        fault(r, "the state is not what the events add up to");
    if (m->unit_id != row->unit_id || m->key_matter != row->key_matter ||
        m->bundle_id != row->bundle_id || m->state.ended_ms != row->ended_at ||
        m->state.due_ms != row->due_at || m->state.round != row->round ||
        !str_eq(m->state.outcome, row->outcome) || m->state.supervised != row->supervised)
        fault(r, "a column is not what the events add up to");
    if (supporters_count(r->k, row->id) != m->state.supporters)
        fault(r, "who supports it is not as many as the events say");
    if (!str_eq(buf_str(&r->displays), disclosure_line(r->k, row->id)) ||
        !disclosure_until_holds(r->k, m))
        fault(r, "what was on display, and when, is not what the events add up to");
    else if (r->displays.n && !objections_hold(r->k, &r->objections, row->id))
        fault(r, "an objection, or its answer, is not what the events add up to");
}

static void replay_one(struct replay *r, int64_t id)
{
    struct desk *k = r->k;
    struct err e = {0};
    struct rows rows;
    struct str stored = S("");

    r->bad = false;
    r->seq = 0;
    r->displays = (struct buf){.arena = k->a};
    r->objections = (struct objections_told){0};
    r->service = (struct service_told){0};
    r->matter = (struct matter){.outcome = S("")};
    if (!matter_load(k, id, &r->row, &e)) {
        fault(r, "the row cannot be read");
        return;
    }
    rows = db_query(k->db, k->a, replay_state, ARG(k->d->code), ARG(id));
    if (rows_next(&rows))
        stored = row_str(&rows, 0);
    rows_end(&rows);
    rows = db_query(k->db, k->a, replay_events, ARG(k->d->code), ARG(id));
    while (rows_next(&rows)) {
        if (!r->bad)
            replay_event(r, &rows);
    }
    if (r->bad)
        return;
    compare(r, stored);
    service_compare(k, &r->service, id, r->faults);
}

static int page_of_ids(struct desk *k, int64_t after, int64_t *id)
{
    struct rows r = db_query(k->db, k->a, replay_ids, ARG(k->d->code), ARG(after), ARG(PAGE));

    return rows_ints(&r, id, PAGE);
}

int64_t replay_all(struct desk *k, struct val *faults)
{
    struct arena memory;
    struct desk own = *k;
    struct replay *r = NEW(k->a, struct replay);
    int64_t id[PAGE], last = 0, seen = 0;
    int n;

    arena_init(&memory, MATTER_MEMORY);
    own.a = &memory;
    r->k = &own;
    r->faults = faults;
    r->calendars = calendars_load(k);
    while ((n = page_of_ids(&own, last, id)) > 0) {
        for (int i = 0; i < n; i++) {
            arena_reset(&memory);
            replay_one(r, id[i]);
        }
        last = id[n - 1];
        seen += n;
    }
    arena_reset(&memory);
    return seen;
}
