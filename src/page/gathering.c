/* One gathering, for staff: when and where, who should attend, who is there, and holding it. */
#include "page/gathering.h"

#include "page/booth.h"

#include "civic/resolution.h"
#include "form/qr.h"
#include "page/motion.h"
#include "page/offer.h"

#define SEATS_SHOWN 200
#define QR_MODULE   8

bool gathering_get(struct req *q, struct gathering *g)
{
    struct desk k = req_desk(q);

    if (!gathering_load(&k, param_int(q, "id"), g, &q->err))
        return false;
    return gathering_visible(&k, g) ||
           refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such gathering.");
}

/* ---- facts ------------------------------------------------------------ */

static void put_asked(struct req *q, const struct gathering *g, const struct field *field, int n,
                      struct val *list)
{
    struct desk k = req_desk(q);

    for (int i = 0; i < n; i++) {
        const struct val *got = val_get(g->fields, field[i].name);
        struct val *v;

        if (!got || field[i].personal || field[i].kind == FIELD_PICTURES)
            continue;
        v = add_map(list);
        set_str(v, "name", field[i].name);
        set_str(v, "title", desk_title(&k, &field[i].title));
        set_str(v, "text", field_words(&k, &field[i], got));
    }
}

static void put_pictures(const struct gathering *g, struct val *to)
{
    struct val *list = set_list(to, "pictures");

    for (int i = 0; g->def && i < g->def->closes; i++) {
        const struct val *ids = g->def->close[i].kind == FIELD_PICTURES
                                    ? val_get(g->fields, g->def->close[i].name)
                                    : NULL;

        for (const struct item *it = ids && ids->kind == VAL_LIST ? ids->first : NULL; it;
             it = it->next)
            add_val(list, it->val);
    }
    set_bool(to, "pictures_any", list->first != NULL);
}

void gathering_put_facts(struct req *q, const struct gathering *g, struct val *to)
{
    static const char *const states[] = {"draft", "called", "open", "closed", "cancelled"};
    struct desk k = req_desk(q);
    struct val *is, *asked;

    gathering_row_view(&k, g, to);
    set_int(to, "seen", g->head.seq);
    set_str(to, "unit_at", str_format(q->a, "/units/%lld", (long long)g->unit_id));
    set_str(to, "at", gathering_at(q, g->id, ""));
    set_str(to, "state_title",
            req_text(q, str_format(q->a, "gathering.is_%.*s", STR_ARG(g->state)).p));
    set_str(to, "chip", gathering_chip(g->state));
    is = set_map(to, "is");
    for (size_t i = 0; i < COUNT(states); i++)
        set_bool(is, states[i], gathering_in(g, states[i]));
    show_moment_long(q, to, "starts", g->starts_at);
    show_moment_long(q, to, "ends", g->ends_at);
    show_moment_long(q, to, "called", g->called_at);
    asked = set_list(to, "asked");
    if (g->def) {
        put_asked(q, g, g->def->ask, g->def->asks, asked);
        put_asked(q, g, g->def->close, g->def->closes, asked);
    }
    put_pictures(g, to);
}

void gathering_facts(struct req *q, const struct gathering *g)
{
    gathering_put_facts(q, g, q->view);
}

/* ---- what may be done ------------------------------------------------- */

static void put_close_fields(struct req *q, const struct gathering *g)
{
    struct val *fields = val_list(q->a), *list = set_list(q->view, "close_fields");
    const struct val *rest = param_val(q, "rest");

    for (int i = 0; g->def && i < g->def->closes; i++)
        proc_field_offer(fields, &g->def->close[i]);
    for (const struct item *it = fields->first; it; it = it->next)
        field_show(q, &it->val, rest ? val_get(rest, val_text(&it->val, "name")) : NULL, list);
}

static void put_may(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    bool runs = gathering_runs(&k, g),
         ended = gathering_in(g, "closed") || gathering_in(g, "cancelled");
    bool rolled = g->def && g->def->bodies, counts = g->def && (g->def->attendance & ATTEND_COUNT);
    bool direct = g->def && g->starts_at <= q->now && kind_opens_itself(g->def);

    set_bool(q->view, "runs", runs && !ended);
    set_bool(q->view, "may_call", runs && gathering_in(g, "draft"));
    set_bool(q->view, "may_move", runs && (gathering_in(g, "draft") || gathering_in(g, "called")));
    set_bool(q->view, "may_open", runs && gathering_in(g, "called") && !direct);
    set_bool(q->view, "may_close",
             runs && (gathering_in(g, "open") || (direct && gathering_in(g, "called"))));
    set_bool(q->view, "may_mark",
             runs && rolled && (g->def->attendance & ATTEND_ROLL) &&
                 (gathering_in(g, "open") || gathering_in(g, "called")));
    set_str(q->view, "paper_at",
            g->def && g->def->paper && !gathering_in(g, "draft") ? gathering_at(q, g->id, "/paper")
                                                                 : S(""));
    set_str(q->view, "contest_at",
            g->def && g->def->contest ? gathering_at(q, g->id, "/contest") : S(""));
    set_bool(q->view, "rolled", rolled);
    set_bool(q->view, "counts", counts);
    set_bool(q->view, "by_code", g->def && (g->def->attendance & ATTEND_CODE));
    set_bool(q->view, "proxies", g->def && g->def->proxies > 0 && runs && !ended);
    set_bool(q->view, "sign_up", g->def && g->def->sign_up);
    put_close_fields(q, g);
}

/* ---- what is laid before it, and what comes out of it ------------------ */

#define LAID_MOST 50

/* The open matters of the mechanisms that this kind lists, in the unit's reach. */
static void put_laid(struct req *q, const struct gathering *g)
{
    struct val *laid = set_list(q->view, "laid");
    struct desk k = req_desk(q);

    for (int i = 0; g->def && i < g->def->lists; i++) {
        struct list_filter f = {.unit_id = g->unit_id, .mechanism = g->def->list[i], .open = true};
        struct err none = {0};
        int64_t next = 0, pages = 0;

        do {
            if (!matter_list(&k, &f, laid, &next, &none))
                break;
            f.before = next;
        } while (next && ++pages < LAID_MOST / LIST_ROWS);
    }
    set_bool(q->view, "laid_any", laid->first != NULL);
}

/* Units of the street or district that the gathering's unit is in: whose a task can be. */
static void put_doers(struct req *q, const struct gathering *g, bool may)
{
    const struct units *us = q->district->units;
    struct val *list = set_list(q->view, "doers");

    for (size_t i = 0; may && i < units_count(us); i++) {
        const struct unit *u = units_at(us, i);
        bool near = path_holds(g->unit_path, u->path) && !str_eq(u->kind, S("grid"));

        if (near || u->depth == 1)
            show_choice(list, str_format(q->a, "%lld", (long long)u->id), u->name, false);
    }
}

static void put_resolutions(struct req *q, const struct gathering *g)
{
    struct val *rows = set_list(q->view, "resolved");
    struct desk k = req_desk(q);
    bool may = g->def && g->def->tasks.n && gathering_runs(&k, g) &&
               (gathering_in(g, "open") || gathering_in(g, "closed"));

    resolutions_view(&k, g, rows);
    show_rows(q, rows);
    set_bool(q->view, "resolved_any", rows->first != NULL);
    set_bool(q->view, "may_resolve", may);
    put_doers(q, g, may);
}

/* As a field of date and time has it. */
static struct str local_time(struct arena *a, int64_t at)
{
    struct str day, time = str_cut(when_minute(a, at), ' ', &day);

    return str_format(a, "%.*sT%.*s", STR_ARG(day), STR_ARG(time));
}

/* After a refusal: which form it was, and what was typed into it. Who moves it may mean its time or
 * its place alone: both are there to begin with. */
static void put_tried(struct req *q, const struct gathering *g)
{
    static const char *const forms[] = {"call",  "move", "cancel", "open",
                                        "close", "mark", "proxy",  "tasks"};
    struct val *tried = set_map(q->view, "tried");
    struct str last = q->path, head;
    bool moved;

    for (struct str rest = last; rest.n; last = head)
        rest = str_cut(rest, '/', &head);
    for (size_t i = 0; i < COUNT(forms); i++)
        set_bool(tried, forms[i], q->refused && str_eq(last, str_of(forms[i])));
    set_str(q->view, "typed_heads", param_str(q, "heads"));
    moved = q->refused && str_eq(last, S("move"));
    set_str(q->view, "typed_starts",
            moved ? param_str(q, "starts_at") : local_time(q->a, g->starts_at));
    set_str(q->view, "typed_where", moved ? param_str(q, "where") : g->place);
    set_str(q->view, "typed_reason", param_str(q, "reason"));
    set_str(q->view, "typed_title", param_str(q, "title"));
    set_str(q->view, "typed_body", param_str(q, "body"));
    set_str(q->view, "typed_until", param_str(q, "until"));
}

/* ---- the roll --------------------------------------------------------- */

static void put_seats(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct seat_filter f = {.words = param_str(q, "words"),
                            .after = param_int(q, "after"),
                            .most = SEATS_SHOWN,
                            .codes = gathering_runs(&k, g) && !gathering_in(g, "closed") &&
                                     !gathering_in(g, "cancelled")};
    struct val *list = set_list(q->view, "seats");
    int64_t last = 0, n = 0;

    seats_view(&k, g, &f, list);
    for (struct item *it = list->first; it; it = it->next) {
        struct str state = val_text(&it->val, "state");

        set_str(&it->val, "state_title",
                req_text(q, state.n ? str_format(q->a, "gathering.seat_%.*s", STR_ARG(state)).p
                                    : "gathering.seat_expected"));
        set_bool(&it->val, "here", str_eq(state, S("present")));
        last = show_member(&it->val, "n")->integer;
        n++;
    }
    set_bool(q->view, "seats_any", list->first != NULL);
    set_str(q->view, "words", f.words);
    set_str(q->view, "more",
            n == SEATS_SHOWN ? str_format(q->a, "%.*s?after=%lld#roll",
                                          STR_ARG(gathering_at(q, g->id, "")), (long long)last)
                             : S(""));
    set_int(q->view, "expected",
            gathering_in(g, "draft") ? seats_expected(&k, g) : g->should_attend);
}

static bool show(struct req *q)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct val *events;

    if (!gathering_get(q, g))
        return false;
    gathering_facts(q, g);
    put_may(q, g);
    put_tried(q, g);
    put_laid(q, g);
    put_resolutions(q, g);
    booths_show(q, g);
    put_seats(q, g);
    motions_view(q, g);
    set_str(q->view, "public_at", str_format(q->a, "/g/%lld", (long long)g->id));
    events = set_list(q->view, "events");
    gathering_events(&k, g, events);
    for (struct item *it = events->first; it; it = it->next) {
        struct str kind = val_text(&it->val, "kind");

        set_str(&it->val, "title",
                req_text(q, str_format(q->a, "gathering.did_%.*s", STR_ARG(kind)).p));
        show_moment_of(q, &it->val, "moment", val_text(&it->val, "at"));
    }
    return true;
}

PAGE(gathering_show, .at = "GET /gatherings/{id}", .template = "gathering/show", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"words", PARAM_TEXT, .max = 40}, {"after", PARAM_INT}))
{
    return show(q);
}

/* ---- doing ------------------------------------------------------------ */

static void back(struct req *q, const char *below)
{
    q->see_other = gathering_at(q, param_int(q, "id"), below);
}

PAGE(gathering_call_it, .at = "POST /gatherings/{id}/call", .template = "gathering/show",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}), .again = show)
{
    struct desk k = req_desk(q);

    back(q, "");
    return gathering_call(&k, param_int(q, "id"), param_int(q, "seen"), &q->err);
}

PAGE(gathering_move_it, .at = "POST /gatherings/{id}/move", .template = "gathering/show",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"starts_at", PARAM_WHEN},
                      {"ends_at", PARAM_WHEN}, {"where", PARAM_TEXT, .max = 100},
                      {"reason", PARAM_TEXT}),
     .again = show)
{
    struct desk k = req_desk(q);
    struct gathering_move to = {param_int(q, "starts_at"), param_int(q, "ends_at"),
                                param_str(q, "where"), param_str(q, "reason")};

    back(q, "");
    return gathering_move(&k, param_int(q, "id"), param_int(q, "seen"), &to, &q->err);
}

PAGE(gathering_cancel_it, .at = "POST /gatherings/{id}/cancel", .template = "gathering/show",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"reason", PARAM_TEXT}), .again = show)
{
    struct desk k = req_desk(q);

    back(q, "");
    return gathering_cancel(&k, param_int(q, "id"), param_int(q, "seen"), param_str(q, "reason"),
                            &q->err);
}

PAGE(gathering_open_it, .at = "POST /gatherings/{id}/open", .template = "gathering/show",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}), .again = show)
{
    struct desk k = req_desk(q);

    back(q, "");
    return gathering_open(&k, param_int(q, "id"), param_int(q, "seen"), &q->err);
}

PAGE(gathering_close_it, .at = "POST /gatherings/{id}/close", .template = "gathering/show",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"heads", PARAM_INT},
                      {"meeting_photos", PARAM_FILES}, {"rest", PARAM_REST, .max = 8000}),
     .prepare_files = uploads_take, .again = show)
{
    struct desk k = req_desk(q);
    struct gathering g;
    const struct val *heads = param_val(q, "heads");

    back(q, "");
    if (!gathering_load(&k, param_int(q, "id"), &g, &q->err))
        return false;
    return gathering_close(
        &k, g.id, param_int(q, "seen"), heads && heads->kind == VAL_INT ? heads->integer : -1,
        g.def ? fields_typed(q, g.def->close, g.def->closes) : val_map(q->a), &q->err);
}

PAGE(gathering_mark_it, .at = "POST /gatherings/{id}/mark", .template = "gathering/show",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_LIST, .max = 500},
                      {"state", PARAM_TEXT, .max = 12}, {"reason", PARAM_TEXT}),
     .again = show)
{
    struct desk k = req_desk(q);
    const struct val *list = param_val(q, "n");
    int64_t *n = NEW_ARRAY(q->a, int64_t, (size_t)500);
    struct seat_mark mark = {.gathering = param_int(q, "id"),
                             .n = n,
                             .state = param_str(q, "state"),
                             .reason = param_str(q, "reason")};

    if (str_eq(mark.state, S("expected")))
        mark.state = S("");
    for (const struct item *it = list ? list->first : NULL; it && mark.count < 500; it = it->next) {
        if (it->val.kind == VAL_INT)
            n[mark.count++] = it->val.integer;
        else if (it->val.kind == VAL_STR && str_int(it->val.str, &n[mark.count]))
            mark.count++;
    }
    back(q, "#roll");
    return seat_mark(&k, &mark, &q->err);
}

PAGE(gathering_proxy, .at = "POST /gatherings/{id}/proxy", .template = "gathering/show",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_INT}, {"to", PARAM_INT}),
     .again = show)
{
    struct desk k = req_desk(q);

    back(q, "#roll");
    return seat_proxy(&k, param_int(q, "id"), param_int(q, "n"), param_int(q, "to"), &q->err);
}

PAGE(gathering_task, .at = "POST /gatherings/{id}/tasks", .template = "gathering/show",
     .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"title", PARAM_TEXT, .max = 60},
                      {"body", PARAM_TEXT, .max = 2000}, {"unit", PARAM_ID},
                      {"until", PARAM_TEXT, .max = 20}),
     .again = show)
{
    struct desk k = req_desk(q);
    struct resolution n = {param_str(q, "title"), param_str(q, "body"), param_int(q, "unit"),
                           param_str(q, "until")};
    struct matter_receipt out;

    back(q, "#resolved");
    if (!resolution_put(&k, param_int(q, "id"), &n, &out, &q->err))
        return false;
    set_int(q->view, "matter", out.id);
    set_str(q->view, "number", out.number);
    return true;
}

/* ---- in the room ------------------------------------------------------ */

PAGE(gathering_screen, .at = "GET /gatherings/{id}/screen", .template = "gathering/screen",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct desk k = req_desk(q);
    struct str code;

    if (!gathering_get(q, g))
        return false;
    if (!gathering_runs(&k, g))
        return refuse(&q->err, ERR_DENIED, NULL,
                      "This gathering is called and held by somebody else.");
    gathering_facts(q, g);
    code = room_code(&k, g);
    set_str(q->view, "code", code);
    set_str(q->view, "stamp", str_format(q->a, "%.*s %lld", STR_ARG(code), (long long)g->present));
    set_html(q->view, "qr",
             qr_svg(q->a,
                    show_address(
                        q, str_format(q->a, "/g/%lld?room=%.*s", (long long)g->id, STR_ARG(code))),
                    QR_MODULE));
    return true;
}
