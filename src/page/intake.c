/* Staff take something in: at a desk with hints, or on the way with four taps. */
#include "base/utf8.h"
#include "civic/report.h"
#include "civic/routing.h"
#include "civic/search.h"
#include "page/matter.h"

#include <string.h>

#define BODY_MOST   2000
#define SUGGESTIONS 3
#define WORDS_SHOWN 6

/* ---- the form at the desk --------------------------------------------- */

static void put_channels(struct req *q, struct str chosen)
{
    static const char *const names[] = {"visit", "phone", "walk", "station", "grid"};
    struct val *list = set_list(q->view, "channels");
    struct desk k = req_desk(q);

    for (size_t i = 0; i < COUNT(names); i++) {
        struct str name = str_of(names[i]), title = channel_title(&k, name);

        if (!str_eq(title, name)) /* the pack has it */
            show_choice(list, name, title, str_eq(name, chosen));
    }
}

static void put_grades(struct req *q, struct str chosen)
{
    const struct matter_new any = {.channel = S("")};
    const struct proc *def = routing_mechanism(q->district, &any);
    struct val *list = set_list(q->view, "grades");
    struct desk k = req_desk(q);

    for (int i = def->grades; i-- > 0;)
        show_choice(list, def->grade[i].name, desk_title(&k, &def->grade[i].title),
                    chosen.n ? str_eq(chosen, def->grade[i].name) : i == def->grades - 1);
}

static bool desk_form(struct req *q)
{
    struct str channel = param_str(q, "channel");
    bool looked = val_get(q->view, S("similar")) != NULL;

    show_request_key(q);
    put_channels(q, channel.n ? channel : S("visit"));
    show_subjects(q, q->view, param_str(q, "subject"));
    show_grounds(q, q->view, param_number(q, "unit"));
    put_grades(q, param_str(q, "grade"));
    begins_show(q, q->view);
    set_int(q->view, "body_max", BODY_MOST);
    set_bool(q->view, "sure", looked);
    if (!looked) {
        set_bool(q->view, "suggestion", false);
        set_bool(q->view, "similar_any", false);
        (void)set_list(q->view, "similar");
    }
    return true;
}

PAGE(intake_form, .at = "GET /matters/new", .template = "matter/new", .who = WHO_STAFF,
     .right = "matter.open", .nav = "part.nav_new", .nav_at = 30)
{
    return desk_form(q);
}

/* ---- hints ------------------------------------------------------------ */

static void put_suggestion(struct req *q, const struct matter_new *n)
{
    const struct classifier *c = q->district->classifier;
    struct suggestion s[SUGGESTIONS];
    size_t found = c ? classifier_suggest(c, n->title, n->body, s, SUGGESTIONS) : 0;
    struct val *v, *words, *others, *reasons = val_list(q->a);
    struct desk k = req_desk(q);
    int shown = 0;

    if (!found || !pack_subject(q->district->pack, s[0].label)) {
        set_bool(q->view, "suggestion", false);
        return;
    }
    v = set_map(q->view, "suggestion");
    set_str(v, "name", s[0].label);
    set_str(v, "title", subject_title(&k, s[0].label));
    set_str(v, "confidence", show_percent(q, s[0].confidence));
    classifier_reasons(q->a, c, n->title, n->body, s[0].label, reasons);
    words = set_list(v, "words");
    for (const struct item *it = reasons->first; it && shown < WORDS_SHOWN; it = it->next, shown++)
        add_val(words, *val_get(&it->val, S("word")));
    others = set_list(v, "others");
    for (size_t i = 1; i < found; i++) {
        if (pack_subject(q->district->pack, s[i].label))
            set_str(show_choice(others, s[i].label, subject_title(&k, s[i].label), false),
                    "confidence", show_percent(q, s[i].confidence));
    }
}

static bool look_first(struct req *q, const struct matter_new *n)
{
    struct desk k = req_desk(q);
    struct matter_new placed = *n;
    struct val *list;

    if (!n->body.n && !n->title.n)
        return refuse(&q->err, ERR_INVALID, "body", "Please say what it is about.");
    put_suggestion(q, n);
    placed.unit_id = routing_unit(q->district, n)->id;
    list = set_list(q->view, "similar");
    search_duplicates(&k, &placed, 0, list);
    show_similar(q, list);
    set_bool(q->view, "similar_any", list->first != NULL);
    return desk_form(q);
}

/* ---- taking in -------------------------------------------------------- */

static void set_pictures(struct req *q, struct matter_new *n)
{
    struct val *ids = val_list(q->a);
    int64_t *id;

    photos_put(q, NULL, S("before"), ids);
    for (const struct item *it = ids->first; it; it = it->next)
        n->pictures++;
    id = NEW_ARRAY(q->a, int64_t, n->pictures + 1);
    n->picture = id;
    for (const struct item *it = ids->first; it; it = it->next)
        *id++ = it->val.integer;
}

static void read_new(struct req *q, struct matter_new *n)
{
    struct str subject = param_str(q, "subject"), suggested = param_str(q, "suggested");

    *n = (struct matter_new){.title = param_str(q, "title"),
                             .body = param_str(q, "body"),
                             .channel = param_str(q, "channel"),
                             .subject = suggested.n ? suggested : subject,
                             .place = param_str(q, "where"),
                             .grade = param_str(q, "grade"),
                             .lon = show_degrees(param_val(q, "lon")),
                             .lat = show_degrees(param_val(q, "lat")),
                             .unit_id = param_int(q, "unit"),
                             .reported_at = param_int(q, "reported_at"),
                             .name = param_str(q, "name"),
                             .phone = param_str(q, "phone"),
                             .number = param_str(q, "number"),
                             .request_key = q->request_key};
}

static bool take_in(struct req *q, struct matter_new *n, struct matter_receipt *out)
{
    struct desk k = req_desk(q);

    set_pictures(q, n);
    if (matter_open(&k, n, out, &q->err)) {
        set_int(q->view, "id", out->id);
        set_str(q->view, "number", out->number);
        set_str(q->view, "code", out->code);
        q->see_other = str_format(q->a, "/matters/%lld", (long long)out->id);
        return true;
    }
    if (q->err.field && strcmp(q->err.field, "place") == 0)
        q->err.field = "where";
    return false;
}

/* Whoever stands at the desk takes the receipt along. */
static bool hand_out(struct req *q, const struct matter_receipt *receipt)
{
    struct matter_receipt r = *receipt;

    q->see_other = S("");
    q->view = val_map(q->a);
    return show_receipt(q, &r, false);
}

/* Only where the person has posts; a place outside is another desk's. */
static bool in_reach(struct req *q, int64_t unit)
{
    const struct unit *u = unit_by_id(q->district->units, unit);

    if (!unit)
        return refuse(&q->err, ERR_INVALID, "unit", "Please choose where it is.");
    return (u && actor_may(q->actor, S("matter.open"), u->path)) ||
           refuse(&q->err, ERR_DENIED, "unit", "Your posts do not allow this.");
}

PAGE(intake, .at = "POST /matters", .template = "matter/new", .who = WHO_STAFF,
     .right = "matter.open",
     .params = PARAMS({"channel", PARAM_TEXT, .max = 40}, {"title", PARAM_TEXT, .max = 60},
                      {"body", PARAM_TEXT, .max = BODY_MOST}, {"subject", PARAM_TEXT, .max = 80},
                      {"suggested", PARAM_TEXT, .max = 80}, {"grade", PARAM_TEXT, .max = 40},
                      {"unit", PARAM_ID}, {"where", PARAM_TEXT, .max = 100},
                      {"lon", PARAM_TEXT, .max = 20}, {"lat", PARAM_TEXT, .max = 20},
                      {"name", PARAM_TEXT, .max = 30}, {"phone", PARAM_TEXT, .max = 20},
                      {"number", PARAM_TEXT, .max = 64}, {"reported_at", PARAM_WHEN},
                      {"photos", PARAM_FILES}, {"join", PARAM_ID}, {"step", PARAM_TEXT, .max = 8}),
     .prepare_files = uploads_take, .again = desk_form)
{
    struct desk k = req_desk(q);
    struct matter_receipt receipt;
    struct matter_new n;

    read_new(q, &n);
    if (str_eq(param_str(q, "step"), S("look")))
        return look_first(q, &n);
    if (!in_reach(q, n.unit_id) || !take_in(q, &n, &receipt))
        return false;
    if (!param_int(q, "join") || receipt.again)
        return q->as_json || hand_out(q, &receipt);
    q->see_other = str_format(q->a, "/matters/%lld", (long long)param_int(q, "join"));
    return matter_bundle(&k, receipt.id, param_int(q, "join"), &q->err);
}

/* ---- on the way ------------------------------------------------------- */

/* The grid, community or street where the person works. */
static const struct unit *own_unit(const struct req *q)
{
    for (size_t i = 0; i < q->actor->posts; i++) {
        const struct unit *u = unit_by_id(q->district->units, q->actor->post[i].unit);

        if (u && (u->depth == 0 || unit_above(q->district->units, u, S("street"))))
            return u;
    }
    return NULL;
}

static bool quick_form(struct req *q)
{
    const struct unit *u = own_unit(q);

    show_request_key(q);
    if (u)
        set_str(set_map(q->view, "place"), "name", u->name);
    else
        set_bool(q->view, "place", false);
    show_subject_tiles(q, q->view, param_str(q, "subject"));
    return true;
}

PAGE(quick_show, .at = "GET /matters/quick", .template = "matter/quick", .who = WHO_STAFF,
     .nav = "part.nav_quick", .nav_at = 40, .tab = "part.quick")
{
    return quick_form(q);
}

static bool is_courier(const struct req *q)
{
    for (size_t i = 0; i < q->actor->posts; i++) {
        if (str_eq(q->actor->post[i].role, S("mobile_grid_worker")))
            return true;
    }
    return false;
}

PAGE(quick, .at = "POST /matters/quick", .template = "matter/quick", .who = WHO_STAFF,
     .params = PARAMS({"subject", PARAM_TEXT, .max = 80}, {"where", PARAM_TEXT, .max = 100},
                      {"lon", PARAM_TEXT, .max = 20}, {"lat", PARAM_TEXT, .max = 20},
                      {"body", PARAM_TEXT, .max = 500}, {"photos", PARAM_FILES}),
     .prepare_files = uploads_take, .again = quick_form)
{
    const struct unit *u = own_unit(q);
    struct desk k = req_desk(q);
    struct matter_receipt receipt;
    struct matter_new n;

    read_new(q, &n);
    if (!n.subject.n && !n.body.n)
        return refuse(&q->err, ERR_INVALID, "subject", "Please say what it is about.");
    if (!n.body.n) {
        struct str subject = subject_title(&k, n.subject);

        n.title = n.place.n && utf8_count(n.place) + utf8_count(subject) < 50
                      ? str_format(q->a, "%.*s：%.*s", STR_ARG(subject), STR_ARG(n.place))
                      : subject;
    }
    n.channel = is_courier(q) ? S("courier") : S("grid");
    n.unit_id = u ? u->id : 0;
    n.without_report = true; /* who opens it follows it in the inbox */
    return take_in(q, &n, &receipt);
}
