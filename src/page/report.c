/* A resident reports: the form behind a QR code, what may be the same, the receipt. */
#include "civic/report.h"
#include "civic/district.h"
#include "civic/request.h"
#include "civic/routing.h"
#include "civic/search.h"
#include "form/qr.h"
#include "page/matter.h"

#include <sodium.h>
#include <string.h>

#define BODY_SHOWN   2000
#define PHOTOS_SHOWN 9
#define MAC_BYTES    16
#define QR_MODULE    5

STMT(report_count, "SELECT count(*) FROM report WHERE district = $1 AND matter_id = $2");

/* ---- the form --------------------------------------------------------- */

static bool report_form(struct req *q)
{
    const struct units *us = q->district->units;
    const struct unit *u = unit_by_code(us, param_str(q, "at"));
    const struct unit *community = unit_above(us, u, S("community"));

    if (u) {
        struct val *place = set_map(q->view, "place");

        set_str(place, "code", u->code);
        set_str(place, "name", u->name);
        set_str(place, "unit", community ? community->name : u->name);
        set_str(place, "promise", S(""));
    } else {
        set_bool(q->view, "place", false);
    }
    show_subject_tiles(q, q->view, param_str(q, "subject"));
    set_int(q->view, "body_max", BODY_SHOWN);
    set_int(q->view, "photos_max", PHOTOS_SHOWN);
    show_request_key(q);
    return true;
}

PAGE(report_new, .at = "GET /report", .template = "report/new", .who = WHO_ANYONE,
     .params = PARAMS({"at", PARAM_TEXT, .max = 60}))
{
    return report_form(q);
}

/* ---- photos that wait while somebody looks at what may be the same ----- */

static struct str photo_mac(const struct req *q, int64_t id)
{
    struct str text = str_format(q->a, "photo %lld", (long long)id);
    unsigned char mac[MAC_BYTES];
    char hex[2 * MAC_BYTES + 1];

    crypto_generichash(mac, sizeof(mac), (const unsigned char *)text.p, text.n,
                       q->district->keys.code, sizeof(q->district->keys.code));
    sodium_bin2hex(hex, sizeof(hex), mac, sizeof(mac));
    return str_format(q->a, "%lld-%s", (long long)id, hex);
}

/* Only what this server gave out comes back as a picture. */
static void photos_carried(struct req *q, struct val *ids)
{
    const struct val *list = param_val(q, "photo");

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        struct str number;
        int64_t id;

        if (it->val.kind != VAL_STR)
            continue;
        (void)str_cut(it->val.str, '-', &number);
        if (str_int(number, &id) && str_eq(photo_mac(q, id), it->val.str))
            add_val(ids, (struct val){.kind = VAL_INT, .integer = id});
    }
}

/* ---- what was sent ---------------------------------------------------- */

static void read_new(struct req *q, struct matter_new *n)
{
    const struct unit *u = unit_by_code(q->district->units, param_str(q, "at"));
    struct str where = param_str(q, "where");

    *n = (struct matter_new){
        .title = param_str(q, "title"),
        .body = param_str(q, "body"),
        .channel = str_eq(param_str(q, "channel"), S("api")) ? S("api") : S("qr"),
        .subject = param_str(q, "subject"),
        .place = where.n ? where : param_str(q, "place"),
        .lon = show_degrees(param_val(q, "lon")),
        .lat = show_degrees(param_val(q, "lat")),
        .unit_id = u ? u->id : 0,
        .name = param_str(q, "name"),
        .phone = param_str(q, "phone"),
        .request_key = q->request_key.n ? q->request_key : param_str(q, "key")};
}

static void set_pictures(struct req *q, struct matter_new *n)
{
    struct val *ids = val_list(q->a);
    int64_t *id;

    photos_carried(q, ids);
    photos_put(q, NULL, S("before"), ids);
    for (const struct item *it = ids->first; it; it = it->next)
        n->pictures++;
    id = NEW_ARRAY(q->a, int64_t, n->pictures + 1);
    n->picture = id;
    for (const struct item *it = ids->first; it; it = it->next)
        *id++ = it->val.integer;
}

/* ---- likely the same -------------------------------------------------- */

static int64_t reporters(struct desk *k, int64_t matter)
{
    struct rows r = db_query(k->db, k->a, report_count, ARG(k->d->code), ARG(matter));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}

static struct val *find_similar(struct req *q, const struct matter_new *n)
{
    struct desk k = req_desk(q);
    struct matter_new placed = *n;
    struct val *list = val_list(q->a);

    placed.unit_id = routing_unit(q->district, n)->id;
    search_duplicates(&k, &placed, 0, list);
    return list;
}

static void carry(struct val *list, const char *name, struct str value)
{
    struct val *v;

    if (!value.n)
        return;
    v = add_map(list);
    set_str(v, "name", str_of(name));
    set_str(v, "value", value);
}

static bool show_same(struct req *q, const struct matter_new *n, struct val *similar)
{
    static const char *const names[] = {"body", "title", "where", "lon",   "lat",    "subject",
                                        "at",   "name",  "phone", "place", "channel"};
    struct desk k = req_desk(q);
    struct val *list, *ids = val_list(q->a);

    show_similar(q, similar);
    for (struct item *it = similar->first; it; it = it->next)
        set_int(&it->val, "reporters", reporters(&k, val_get(&it->val, S("id"))->integer));
    set_val(q->view, S("similar"), *similar);
    set_str(q->view, "body", n->body);
    list = set_list(q->view, "carry");
    for (size_t i = 0; i < COUNT(names); i++)
        carry(list, names[i], param_str(q, names[i]));
    carry(list, "request_key", n->request_key);
    photos_carried(q, ids);
    photos_put(q, NULL, S("before"), ids);
    for (const struct item *it = ids->first; it; it = it->next)
        carry(list, "photo", photo_mac(q, it->val.integer));
    q->template = "report/similar";
    return true;
}

/* ---- the receipt ------------------------------------------------------ */

/* A receipt that was told before, or one of a joined matter, does not say what the matter is. */
static bool complete(struct req *q, struct matter_receipt *r)
{
    struct desk k = req_desk(q);
    struct matter *m;

    if (r->title.n)
        return true;
    m = NEW(q->a, struct matter);
    if (!matter_load(&k, r->id, m, &q->err))
        return false;
    r->number = m->number;
    r->title = m->title;
    r->due_at = m->due_at;
    r->unit_id = m->first_unit_id ? m->first_unit_id : m->unit_id;
    return true;
}

bool show_receipt(struct req *q, struct matter_receipt *r, bool joined)
{
    const struct unit *u;

    if (!complete(q, r))
        return false;
    u = unit_by_id(q->district->units, r->unit_id);
    set_str(q->view, "number", r->number);
    set_str(q->view, "code", r->code);
    set_str(q->view, "title", text_mask(q->a, r->title));
    set_str(q->view, "unit", u ? u->name : S(""));
    set_bool(q->view, "joined", joined);
    show_moment_long(q, q->view, "promised", r->due_at);
    set_str(q->view, "due_at", r->due_at ? when_text(q->a, r->due_at) : S(""));
    set_str(q->view, "first", S(""));
    set_str(q->view, "matter_at",
            q->actor->person ? str_format(q->a, "/matters/%lld", (long long)r->id) : S(""));
    if (!q->as_json)
        set_html(q->view, "qr",
                 qr_svg(q->a,
                        show_address(q, str_format(q->a, "/report/find#%.*s", STR_ARG(r->code))),
                        QR_MODULE));
    q->template = "report/sent";
    return true;
}

void remember_reporter(struct req *q, const struct matter_receipt *r)
{
    struct desk k = req_desk(q);
    struct report mine = {.id = r->report_id};
    struct err e = {0};

    if (mine.id || (r->code.n && report_by_code(&k, r->code, &mine, &e)))
        report_remember(q, mine.id);
}

static bool is_similar(struct req *q, const struct matter_new *n, int64_t into)
{
    for (const struct item *it = find_similar(q, n)->first; it; it = it->next) {
        if (val_int(&it->val, "id") == into)
            return true;
    }
    return false;
}

static bool join(struct req *q, struct matter_new *n, int64_t into)
{
    struct desk k = req_desk(q);
    struct matter_receipt receipt;

    if (!request_before(&k, n, &receipt)) {
        if (!is_similar(q, n, into))
            return refuse(&q->err, ERR_CONFLICT, NULL,
                          "This one is closed by now. Please send yours as a new report.");
        set_pictures(q, n);
        if (!report_join(&k, into, n, &receipt, &q->err))
            return false;
    }
    remember_reporter(q, &receipt);
    return show_receipt(q, &receipt, true);
}

static bool open_new(struct req *q, struct matter_new *n)
{
    struct desk k = req_desk(q);
    struct matter_receipt receipt;

    set_pictures(q, n);
    if (!matter_open(&k, n, &receipt, &q->err)) {
        if (q->err.field && strcmp(q->err.field, "place") == 0)
            q->err.field = "where";
        return false;
    }
    remember_reporter(q, &receipt);
    return show_receipt(q, &receipt, false);
}

PAGE(report_send, .at = "POST /report", .template = "report/new", .who = WHO_ANYONE,
     .no_csrf = true,
     .params = PARAMS({"body", PARAM_TEXT, .max = BODY_SHOWN}, {"title", PARAM_TEXT, .max = 60},
                      {"where", PARAM_TEXT, .max = 100}, {"place", PARAM_TEXT, .max = 100},
                      {"lon", PARAM_TEXT, .max = 20}, {"lat", PARAM_TEXT, .max = 20},
                      {"subject", PARAM_TEXT, .max = 80}, {"channel", PARAM_TEXT, .max = 40},
                      {"name", PARAM_TEXT, .max = 30}, {"phone", PARAM_TEXT, .max = 20},
                      {"at", PARAM_TEXT, .max = 60}, {"key", PARAM_TEXT, .max = 80},
                      {"photos", PARAM_FILES, .max = PHOTOS_SHOWN},
                      {"photo", PARAM_LIST, .max = PHOTOS_SHOWN}, {"join", PARAM_ID},
                      {"sure", PARAM_TEXT, .max = 4}),
     .prepare_files = uploads_take, .again = report_form)
{
    struct matter_new n;
    struct val *similar;

    read_new(q, &n);
    if (param_int(q, "join"))
        return join(q, &n, param_int(q, "join"));
    if (!q->as_json && !param_str(q, "sure").n && n.body.n) {
        similar = find_similar(q, &n);
        if (similar->first)
            return show_same(q, &n, similar);
    }
    return open_new(q, &n);
}
