/* One matter, for staff: what it is, what was done, what may be done now. */
#include "page/matter.h"

#include "civic/district.h"
#include "civic/link.h"
#include "page/disclosure.h"
#include "page/motion.h"

#include <string.h>

static struct str path_of(const struct req *q, int64_t id, const char *below)
{
    return str_format(q->a, "/matters/%lld%s", (long long)id, below);
}

bool matter_get(struct req *q, int64_t id, struct matter *m)
{
    struct desk k = req_desk(q);

    return matter_load(&k, id, m, &q->err) &&
           (matter_visible(&k, m) || matter_hidden(&k, m, &q->err));
}

/* … or take: then only show_open() may show it. */
static bool get_open(struct req *q, int64_t id, struct matter *m, bool *inside)
{
    struct desk k = req_desk(q);

    if (!matter_load(&k, id, m, &q->err))
        return false;
    *inside = matter_visible(&k, m);
    return *inside || matter_claimable(&k, m) || matter_hidden(&k, m, &q->err);
}

/* ---- its facts -------------------------------------------------------- */

static void put_unit(struct req *q, const char *key, int64_t id)
{
    const struct unit *u = unit_by_id(q->district->units, id);
    struct val *v = set_map(q->view, key);

    set_str(v, "name", u ? u->name : S(""));
    set_str(v, "at", str_format(q->a, "/units/%lld", (long long)id));
}

static struct str degrees(const struct req *q, int64_t millionths)
{
    return str_format(q->a, "%.6f", (double)millionths / 1e6);
}

static void put_point(struct req *q, const struct matter *m)
{
    struct val *v;

    if (!m->lon && !m->lat) {
        set_bool(q->view, "point", false);
        return;
    }
    v = set_map(q->view, "point");
    set_str(v, "lon", degrees(q, m->lon));
    set_str(v, "lat", degrees(q, m->lat));
}

/* The units that have to act now. */
static struct str holder(struct req *q, const struct matter *m)
{
    struct proc_turn *turn = NEW_ARRAY(q->a, struct proc_turn, TURNS_MAX);
    struct desk k = req_desk(q);
    struct buf b = {.arena = q->a};
    struct proc_env env;
    int n;

    matter_env(&k, m, &env);
    n = m->ended_at || m->bundle_id ? 0 : proc_turns(&env, &m->state, turn);
    for (int i = 0; i < n; i++) {
        const struct unit *u = unit_by_id(q->district->units, turn[i].unit);
        struct str name = u ? u->name : turn[i].role.n ? S("") : req_text(q, "matter.reporter");

        if (!name.n || (i && turn[i].unit && turn[i].unit == turn[i - 1].unit))
            continue;
        if (b.n)
            buf_put(&b, req_text(q, "follow.and"));
        buf_put(&b, name);
    }
    return buf_str(&b);
}

/* What it says, and in which state it is; its row as lists show it. */
static const struct val *put_words(struct req *q, const struct matter *m)
{
    struct desk k = req_desk(q);
    struct val *row = val_map(q->a);
    struct val *rows = val_list(q->a);

    matter_row_view(&k, m, row);
    add_val(rows, *row);
    show_rows(q, rows);
    row = &rows->first->val;
    set_int(q->view, "id", m->id);
    set_int(q->view, "seen", m->head.seq);
    set_str(q->view, "number", m->number);
    set_str(q->view, "title", text_mask(q->a, m->title));
    set_str(q->view, "body", text_mask(q->a, m->body));
    set_bool(q->view, "body_more", !str_eq(m->body, m->title));
    set_str(q->view, "place", m->place);
    set_str(q->view, "stage", m->stage);
    set_str(q->view, "step_title", val_text(row, "step_title"));
    return row;
}

static void put_procedure(struct req *q, const struct matter *m)
{
    struct desk k = req_desk(q);

    set_str(q->view, "icon", m->def->icon);
    set_str(q->view, "procedure", desk_title(&k, &m->def->title));
    set_str(q->view, "procedure_at", str_format(q->a, "/procedures/%.*s", STR_ARG(m->mechanism)));
}

static void put_facts(struct req *q, const struct matter *m)
{
    const struct val *row = put_words(q, m);

    set_int(q->view, "round", m->state.round);
    set_str(q->view, "subject_title", val_text(row, "subject_title"));
    set_str(q->view, "channel_title", val_text(row, "channel_title"));
    set_str(q->view, "outcome", m->ended_at ? val_text(row, "outcome_title") : S(""));
    set_str(q->view, "flag", val_text(row, "flag"));
    set_bool(q->view, "supervised", m->supervised && !m->ended_at);
    set_bool(q->view, "late", m->late);
    set_bool(q->view, "key", m->key_matter);
    put_unit(q, "unit", m->unit_id);
    put_unit(q, "first_unit", m->first_unit_id ? m->first_unit_id : m->unit_id);
    put_point(q, m);
    set_str(q->view, "holder", holder(q, m));
    show_moment_long(q, q->view, "opened", m->reported_at);
    show_moment_long(q, q->view, "promised", m->due_at);
}

/* The deadline that runs now: the step's, or the whole matter's. */
static void put_due(struct req *q, const struct matter *m)
{
    struct desk k = req_desk(q);
    struct val *due = val_map(q->a), *lines = set_list(q->view, "lines");
    const struct proc_clock *clock = matter_clock(m, -1);

    deadline_view(&k, m, -1, due);
    if (str_eq(val_text(due, "state"), S("none"))) {
        set_bool(q->view, "due", false);
    } else {
        show_due(q, due);
        set_bool(due, "promise", !clock || clock->due_ms == m->due_at);
        set_val(q->view, S("due"), *due);
        (void)deadline_explain(&k, m, -1, lines);
    }
    set_bool(q->view, "lines_any", lines->first != NULL);
}

static void put_parts(struct req *q, const struct matter *m)
{
    struct desk k = req_desk(q);
    struct val *parts = set_list(q->view, "parts");
    int n = 0;

    parts_view(&k, m, parts);
    show_parts(q, parts);
    for (struct item *it = parts->first; it; it = it->next, n++) {
        struct val *lines = set_list(&it->val, "lines"), *step;

        (void)deadline_explain(&k, m, n, lines);
        set_bool(&it->val, "lines_any", lines->first != NULL);
        step = show_member(&it->val, "step_title");
        if (!step->str.n)
            step->str = req_text(q, "matter.part_ended");
    }
    set_bool(q->view, "parts_any", parts->first != NULL);
}

static void put_photos(struct req *q, const struct matter *m)
{
    static const char *const kinds[] = {"before", "scene", "after", "check"};
    struct val *all = val_list(q->a), *groups = set_list(q->view, "groups");
    struct desk k = req_desk(q);

    pictures_view(&k, m, all);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct val *photos = NULL;

        for (const struct item *it = all->first; it; it = it->next) {
            if (!str_eq(val_text(&it->val, "kind"), str_of(kinds[i])))
                continue;
            if (!photos) {
                struct val *group = add_map(groups);
                struct str key = str_format(q->a, "matter.photos_%s", kinds[i]);

                set_str(group, "title", req_text(q, key.p));
                photos = set_list(group, "photos");
            }
            add_val(photos, *val_get(&it->val, S("id")));
        }
    }
}

/* ---- people and other matters ----------------------------------------- */

static void add_answer(struct req *q, struct buf *b, const struct val *v, const char *what)
{
    struct str value = val_text(v, what);
    struct str key = str_format(q->a, "follow.%s_%.*s", what, STR_ARG(value));

    if (!value.n)
        return;
    if (b->n)
        buf_put(b, S(" · "));
    buf_put(b, req_text(q, key.p));
}

static void put_reporters(struct req *q, const struct matter *m, int64_t shown_of, struct str shown)
{
    struct desk k = req_desk(q);
    struct val *list = set_list(q->view, "reporters");

    report_list(&k, m, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct buf b = {.arena = q->a};
        struct val *v = &it->val;

        add_answer(q, &b, v, "contacted");
        add_answer(q, &b, v, "solved");
        add_answer(q, &b, v, "satisfied");
        set_str(v, "rated", buf_str(&b));
        set_bool(v, "has_phone", val_text(v, "phone").n > 0);
        set_int(v, "matter", m->id);
        set_str(v, "shown", val_get(v, S("id"))->integer == shown_of ? shown : S(""));
    }
    set_bool(q->view, "reporters_any", list->first != NULL);
    set_bool(q->view, "may_look", actor_may(q->actor, S("personal.reveal"), m->unit_path));
}

/* What may be put right: where it is, and whether it is one of the 关键小事. */
static void put_marks(struct req *q, const struct matter *m)
{
    bool open = !m->ended_at && !m->bundle_id;
    bool place = open && actor_may(q->actor, S("matter.place"), m->unit_path);
    bool key = open && actor_may(q->actor, S("matter.key"), m->unit_path);

    if (place)
        show_grounds(q, q->view, m->unit_id);
    else
        (void)set_list(q->view, "units");
    set_bool(q->view, "may_place", place);
    set_bool(q->view, "may_key", key);
    set_bool(q->view, "marks_any", place || key);
}

/* ---- the whole -------------------------------------------------------- */

/* What nobody reported was begun from within. */
static void name_opening(const struct req *q, struct val *timeline)
{
    for (struct item *it = timeline->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "kind"), S("open")))
            show_member(&it->val, "title")->str = req_text(q, "matter.begun");
    }
}

static bool show(struct req *q, const struct matter *m, int64_t shown_of, struct str shown)
{
    struct desk k = req_desk(q);
    struct val *timeline;

    put_facts(q, m);
    put_due(q, m);
    put_parts(q, m);
    put_photos(q, m);
    files_show(q, m, "/attachments");
    put_reporters(q, m, shown_of, shown);
    put_marks(q, m);
    matter_around(q, m);
    meetings_view(q, m->id);
    offers_show(q, m, path_of(q, m->id, "/act"));
    timeline = set_list(q->view, "timeline");
    timeline_view(&k, m, false, timeline);
    if (!val_get(q->view, S("reporters"))->first)
        name_opening(q, timeline);
    show_timeline(q, timeline);
    set_str(q->view, "round_text", S(""));
    put_procedure(q, m);
    set_str(q->view, "ledger_at", path_of(q, m->id, "/ledger"));
    set_str(q->view, "print_at", path_of(q, m->id, "/print"));
    set_str(q->view, "dossier_at", m->def->dossier ? path_of(q, m->id, "/dossier") : S(""));
    evidence_put(q, m);
    disclosures_of_matter(q, m, shown_of, shown);
    support_put(q, m);
    return true;
}

/* To those who may take it, before anybody has: what is to be done and where, nobody's name. */
static bool show_open(struct req *q, const struct matter *m)
{
    q->template = "matter/open";
    put_words(q, m);
    put_unit(q, "unit", m->unit_id);
    put_due(q, m);
    offers_show(q, m, path_of(q, m->id, "/act"));
    show_moment_long(q, q->view, "opened", m->reported_at);
    put_procedure(q, m);
    return true;
}

static bool show_again(struct req *q)
{
    struct matter *m = NEW(q->a, struct matter);
    bool inside;

    if (!get_open(q, param_int(q, "id"), m, &inside))
        return false;
    return inside ? show(q, m, 0, S("")) : show_open(q, m);
}

PAGE(matter_show, .at = "GET /matters/{id}", .template = "matter/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    return show_again(q);
}

/* On paper it is read from the beginning. */
static void oldest_first(struct val *list)
{
    struct item *done = NULL, *next;

    list->last = list->first;
    for (struct item *it = list->first; it; it = next) {
        next = it->next;
        it->next = done;
        done = it;
    }
    list->first = done;
}

bool matter_paper(struct req *q, const struct matter *m)
{
    if (!show(q, m, 0, S("")))
        return false;
    oldest_first(show_member(q->view, "timeline"));
    show_member(q->view, "closes_any")->boolean = show_member(q->view, "closes")->first != NULL;
    show_moment_long(q, q->view, "printed", q->now);
    set_str(q->view, "by", q->actor->name);
    return true;
}

PAGE(matter_print, .at = "GET /matters/{id}/print", .template = "matter/print", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}))
{
    struct matter *m = NEW(q->a, struct matter);

    return matter_get(q, param_int(q, "id"), m) && matter_paper(q, m);
}

/* ---- acting ----------------------------------------------------------- */

static bool which_kind(struct req *q, enum proc_event_kind *kind)
{
    struct str name = param_str(q, "kind");

    *kind = PROC_ACT;
    if (!name.n)
        return true;
    return (event_kind_find(name, kind) &&
            (*kind == PROC_ACT || *kind == PROC_EXTEND || *kind == PROC_PAUSE ||
             *kind == PROC_RESUME || *kind == PROC_RELEASE || *kind == PROC_RATE)) ||
           refuse(&q->err, ERR_INVALID, "kind", "There is no such kind of action.");
}

static bool which_part(struct req *q, int *part)
{
    int64_t n = -1;

    if (param_str(q, "part").n && (!str_int(param_str(q, "part"), &n) || n < -1 || n >= PARTS_MAX))
        return refuse(&q->err, ERR_INVALID, "part", "There is no such part.");
    *part = (int)n;
    return true;
}

PAGE(matter_acts, .at = "POST /matters/{id}/act", .template = "matter/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"action", PARAM_TEXT, .max = 60, .need = true},
                      {"kind", PARAM_TEXT, .max = 20}, {"part", PARAM_TEXT, .max = 4},
                      {"seen", PARAM_INT}, {"seq", PARAM_INT}, {"photos", PARAM_FILES, .max = 12},
                      {"rest", PARAM_REST}),
     .prepare_files = uploads_take, .again = show_again)
{
    struct matter *m = NEW(q->a, struct matter);
    struct matter_act act = {.id = param_int(q, "id"), .action = param_str(q, "action")};
    struct desk k = req_desk(q);
    bool inside;

    if (!get_open(q, act.id, m, &inside) || !which_kind(q, &act.kind) || !which_part(q, &act.part))
        return false;
    act.seq = param_int(q, "seen") ? param_int(q, "seen") : param_int(q, "seq");
    act.fields = offer_fields(q, m, act.action, act.part);
    if (act.kind != PROC_ACT && act.kind != PROC_RELEASE && act.kind != PROC_RATE)
        act.action = S("");
    q->see_other = path_of(q, act.id, "");
    return matter_act(&k, &act, &q->err);
}

/* Of a reporter, or of who objects to what is on display. */
PAGE(matter_look, .at = "POST /matters/{id}/look", .template = "matter/show", .who = WHO_STAFF,
     .again = show_again,
     .params = PARAMS({"id", PARAM_ID}, {"report", PARAM_ID}, {"objection", PARAM_ID},
                      {"field", PARAM_TEXT, .max = 10}, {"reason", PARAM_TEXT, .max = 100}))
{
    struct matter *m = NEW(q->a, struct matter);
    int64_t objection = param_int(q, "objection");
    struct reveal ask = {objection ? objection : param_int(q, "report"), param_str(q, "field"),
                         param_str(q, "reason")};
    struct str plain, told;
    struct desk k = req_desk(q);

    if (!ask.field.n)
        ask.field = S("phone");
    if (!matter_get(q, param_int(q, "id"), m) ||
        !(objection ? objection_reveal(&k, m, &ask, &plain, &q->err)
                    : report_reveal(&k, m, &ask, &plain, &q->err)) ||
        !matter_get(q, m->id, m))
        return false;
    told = req_text(q, "matter.look_told");
    return show(q, m, ask.id, str_format(q->a, "%.*s %.*s", STR_ARG(plain), STR_ARG(told)));
}

PAGE(matter_join, .at = "POST /matters/{id}/bundle", .who = WHO_STAFF, .right = "matter.bundle",
     .params = PARAMS({"id", PARAM_ID}, {"with", PARAM_ID, .need = true}, {"seen", PARAM_INT}))
{
    struct desk k = req_desk(q);

    q->see_other = path_of(q, param_int(q, "with"), "");
    return matter_bundle(&k, param_int(q, "id"), param_int(q, "with"), &q->err);
}

PAGE(matter_place, .at = "POST /matters/{id}/locate", .who = WHO_STAFF, .right = "matter.place",
     .params = PARAMS({"id", PARAM_ID}, {"unit", PARAM_ID, .need = true}))
{
    struct desk k = req_desk(q);

    q->see_other = path_of(q, param_int(q, "id"), "");
    return matter_locate(&k, param_int(q, "id"), param_int(q, "unit"), &q->err);
}

PAGE(matter_key, .at = "POST /matters/{id}/key", .who = WHO_STAFF, .right = "matter.key",
     .params = PARAMS({"id", PARAM_ID}, {"key", PARAM_TEXT, .max = 5}))
{
    struct desk k = req_desk(q);
    struct str key = param_str(q, "key");

    q->see_other = path_of(q, param_int(q, "id"), "");
    return matter_mark_key(
        &k, param_int(q, "id"),
        !(str_eq(key, S("no")) || str_eq(key, S("0")) || str_eq(key, S("false"))), &q->err);
}

PAGE(matter_links, .at = "POST /matters/{id}/links", .template = "matter/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"with", PARAM_TEXT, .max = 40, .need = true}),
     .again = show_again)
{
    struct desk k = req_desk(q);

    q->see_other = path_of(q, param_int(q, "id"), "");
    return link_add(&k, param_int(q, "id"), param_str(q, "with"), &q->err);
}

PAGE(matter_unlinks, .at = "POST /matters/{id}/links/{to}/end", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"to", PARAM_ID}))
{
    struct desk k = req_desk(q);

    q->see_other = path_of(q, param_int(q, "id"), "");
    return link_remove(&k, param_int(q, "id"), param_int(q, "to"), &q->err);
}
