/* Spreadsheets of matters: choose, match columns, check, write. Nothing is written before the last
 * step; in between the file is kept sealed for whoever sent it. */
#include "page/scope.h"
#include "page/show.h"

#include "civic/import.h"
#include "form/csv.h"
#include "form/xlsx.h"
#include "val/json.h"

#include <string.h>

#define ROWS_MAX  20000
#define SHOWN_MAX 200

static const char *const fields[] = {"number", "title", "body",  "reported_at", "category", "place",
                                     "lon",    "lat",   "phone", "channel",     "unit"};

static bool is_needed(const char *field)
{
    return strcmp(field, "title") == 0 || strcmp(field, "body") == 0;
}

static struct str field_title(struct req *q, const char *field)
{
    return req_text(q, str_format(q->a, "page.field_%s", field).p);
}

static struct str number_text(struct arena *a, int64_t n)
{
    return str_format(a, "%lld", (long long)n);
}

/* ---- choosing a file --------------------------------------------------------- */

static void put_channels(struct req *q)
{
    struct val *list = set_list(q->view, "channels");
    const struct pack *p = q->district->pack;
    struct str chosen = param_str(q, "channel");
    struct desk k = req_desk(q);
    bool any = false;

    for (int i = 0; i < p->channels; i++) {
        if (p->channel[i].foreign_number) {
            show_choice(list, p->channel[i].name, desk_title(&k, &p->channel[i].title),
                        chosen.n ? str_eq(chosen, p->channel[i].name) : !any);
            any = true;
        }
    }
}

static bool form(struct req *q)
{
    put_channels(q);
    set_str(q->view, "template_at", S("/import/template.xlsx"));
    set_str(q->view, "size_max",
            scope_say(q, "page.import_max", number_text(q->a, ROWS_MAX), S("")));
    set_bool(q->view, "mapping", false);
    return true;
}

static void put_field(struct req *q, const struct import_peek *p, const char *field,
                      struct val *list)
{
    struct desk k = req_desk(q);
    int at = import_column(&k, p, field);
    struct val *v = add_map(list), *of;

    set_str(v, "name", str_of(field));
    set_str(v, "title", field_title(q, field));
    set_bool(v, "need", is_needed(field));
    set_str(v, "error", S(""));
    of = set_list(v, "of");
    for (size_t i = 0; i < p->columns; i++)
        show_choice(of, number_text(q->a, (int64_t)i + 1), p->header[i], (int)i == at);
}

static bool mapping(struct req *q, int64_t key)
{
    struct desk k = req_desk(q);
    struct str bytes, name = S("");
    struct import_peek p;
    struct val *v, *list;

    if (!import_kept(&k, key, S("file"), &bytes, &q->err) ||
        !import_kept(&k, key, S("name"), &name, &q->err) ||
        !import_peek(&k, S("matters"), bytes, ROWS_MAX, &p, &q->err))
        return false;
    v = set_map(q->view, "mapping");
    set_str(v, "key", number_text(q->a, key));
    set_str(v, "file", name);
    set_str(v, "rows", scope_say(q, "page.import_rows", number_text(q->a, p.rows), S("")));
    list = set_list(v, "fields");
    for (size_t i = 0; i < COUNT(fields); i++)
        put_field(q, &p, fields[i], list);
    list = set_list(v, "header");
    for (size_t i = 0; i < p.columns; i++)
        add_val(list, (struct val){.kind = VAL_STR, .str = p.header[i]});
    set_val(v, S("sample"), *p.sample);
    put_channels(q);
    set_str(q->view, "template_at", S("/import/template.xlsx"));
    set_str(q->view, "size_max", S(""));
    return true;
}

PAGE(import_form, .at = "GET /import", .template = "import/new", .who = WHO_STAFF,
     .right = "matter.import", .nav = "part.nav_import", .nav_at = 65,
     .params = PARAMS({"key", PARAM_ID}))
{
    return param_int(q, "key") ? mapping(q, param_int(q, "key")) : form(q);
}

static bool peek(struct req *q)
{
    struct desk k = req_desk(q);
    struct import_peek p;

    if (!q->files || !q->files->bytes.n)
        return refuse(&q->err, ERR_INVALID, "file", "Please choose a file.");
    return import_peek(&k, S("matters"), q->files->bytes, ROWS_MAX, &p, &q->err);
}

PAGE(import_send, .at = "POST /import", .template = "import/new", .who = WHO_STAFF,
     .right = "matter.import", .per_minute = 20, .prepare = peek, .again = form,
     .params = PARAMS({"file", PARAM_FILES, .max = 1}, {"channel", PARAM_TEXT, .max = 40}))
{
    struct desk k = req_desk(q);
    int64_t key = import_keep(&k, q->files->bytes);

    import_keep_part(&k, key, S("name"), q->files->name.n ? q->files->name : S("-"));
    import_keep_part(&k, key, S("channel"),
                     param_str(q, "channel").n ? param_str(q, "channel") : S("-"));
    q->see_other = str_format(q->a, "/import?key=%lld", (long long)key);
    return true;
}

/* ---- running ------------------------------------------------------------------- */

struct sent {
    int64_t key;
    struct str bytes, name, channel, map;
    struct import_map to[COUNT(fields)];
    size_t maps;
};

/* map: {field: "column's number"} as chosen; what was not chosen has no column. */
static void read_map(struct sent *s, const struct val *map, const struct import_peek *p)
{
    for (size_t i = 0; map && i < COUNT(fields); i++) {
        const struct val *v = val_get(map, str_of(fields[i]));
        struct str column = S("");
        int64_t at;

        if (v && v->kind == VAL_STR && str_int(v->str, &at) && at >= 1 && at <= (int64_t)p->columns)
            column = p->header[at - 1];
        s->to[s->maps++] = (struct import_map){str_of(fields[i]), column};
    }
}

static bool load(struct req *q, struct sent *s)
{
    struct desk k = req_desk(q);

    s->key = param_int(q, "key");
    if (!import_kept(&k, s->key, S("file"), &s->bytes, &q->err) ||
        !import_kept(&k, s->key, S("name"), &s->name, &q->err) ||
        !import_kept(&k, s->key, S("channel"), &s->channel, &q->err))
        return false;
    if (str_eq(s->channel, S("-")))
        s->channel = S("");
    return true;
}

/* The sentence of a rejected row in the person's language. */
static struct str reason(struct req *q, const struct val *row)
{
    struct str message = show_str(row, "message");
    struct err e = {.kind = ERR_INVALID, .message = str_copy(q->a, message).p};
    const char *const keys[] = {"arg1", "arg2"};

    if (!message.n || !q->texts)
        return show_str(row, "reason");
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct str arg = show_str(row, keys[i]);

        memcpy(e.arg[i], arg.p, arg.n < sizeof(e.arg[i]) ? arg.n : sizeof(e.arg[i]) - 1);
    }
    (void)memcpy(e.text, show_str(row, "reason").p,
                 show_str(row, "reason").n < sizeof(e.text) ? show_str(row, "reason").n
                                                            : sizeof(e.text) - 1);
    return err_text(q->a, q->texts, lang_of(q->lang), &e);
}

static struct str faults_csv(struct req *q, const struct val *errors)
{
    struct buf b = {.arena = q->a};

    csv_put(&b, req_text(q, "import.line"), false);
    csv_put(&b, req_text(q, "import.column"), false);
    csv_put(&b, req_text(q, "import.value"), false);
    csv_put(&b, req_text(q, "import.reason"), true);
    for (const struct item *it = errors->first; it; it = it->next) {
        csv_put(&b, number_text(q->a, val_get(&it->val, S("line"))->integer), false);
        csv_put(&b, show_str(&it->val, "column"), false);
        csv_put(&b, show_str(&it->val, "value"), false);
        csv_put(&b, reason(q, &it->val), true);
    }
    return buf_str(&b);
}

static void put_errors(struct req *q, const struct import_report *r)
{
    struct val *list = set_list(q->view, "errors");
    int n = 0;

    for (const struct item *it = r->errors->first; it && n < SHOWN_MAX; it = it->next, n++) {
        struct val *v = add_map(list);

        set_int(v, "line", val_get(&it->val, S("line"))->integer);
        set_str(v, "column", show_str(&it->val, "column"));
        set_str(v, "value", show_str(&it->val, "value"));
        set_str(v, "reason", reason(q, &it->val));
    }
    set_str(q->view, "more",
            r->rejected > n
                ? scope_say(q, "page.import_more", number_text(q->a, r->rejected - n), S(""))
                : S(""));
}

static void put_result(struct req *q, const struct sent *s, const struct import_report *r, bool dry)
{
    set_str(q->view, "file", s->name);
    set_str(q->view, "key", number_text(q->a, s->key));
    set_str(q->view, "rows", number_text(q->a, r->accepted + r->rejected + r->skipped));
    set_str(q->view, "accepted", number_text(q->a, r->accepted));
    set_str(q->view, "rejected", number_text(q->a, r->rejected));
    set_str(q->view, "skipped", number_text(q->a, r->skipped));
    set_str(q->view, "faults_at", str_format(q->a, "/import/%lld/faults.csv", (long long)s->key));
    set_bool(q->view, "dry", dry);
    set_bool(q->view, "any_accepted", r->accepted > 0);
    set_bool(q->view, "any_rejected", r->rejected > 0);
    put_errors(q, r);
}

static bool run(struct req *q, struct sent *s, bool dry)
{
    struct desk k = req_desk(q);
    struct import_report r;
    struct import_job job = {.noun = S("matters"),
                             .bytes = s->bytes,
                             .map = s->to,
                             .maps = s->maps,
                             .channel = s->channel,
                             .datum = DATUM_WGS84,
                             .dry_run = dry};

    if (!import_run_inside(&k, &job, &r, &q->err))
        return false;
    if (r.rejected)
        import_keep_part(&k, s->key, S("faults"), faults_csv(q, r.errors));
    put_result(q, s, &r, dry);
    return true;
}

static const struct val *chosen(struct req *q)
{
    const struct val *rest = param_val(q, "map");
    struct val *out = val_map(q->a);

    for (const struct item *it = rest ? rest->first : NULL; it; it = it->next) {
        struct str key = it->key;

        if (key.n > 4 && memcmp(key.p, "map-", 4) == 0 && it->val.kind == VAL_STR)
            set_str(out, str_copy(q->a, (struct str){key.p + 4, key.n - 4}).p, it->val.str);
    }
    return out;
}

static bool prepare_check(struct req *q)
{
    struct sent *s = NEW(q->a, struct sent);
    struct buf b = {.arena = q->a};
    const struct val *map = chosen(q);
    struct desk k = req_desk(q);
    struct import_peek p;

    q->prepared = s;
    if (!load(q, s) || !import_peek(&k, S("matters"), s->bytes, ROWS_MAX, &p, &q->err))
        return false;
    if (map->first)
        read_map(s, map, &p);
    json_write(&b, map);
    s->map = buf_str(&b);
    return true;
}

PAGE(import_check, .at = "POST /import/check", .template = "import/result", .who = WHO_STAFF,
     .right = "matter.import", .per_minute = 20, .prepare = prepare_check,
     .params = PARAMS({"key", PARAM_ID, .need = true}, {"map", PARAM_REST}))
{
    struct sent *s = q->prepared;
    struct desk k = req_desk(q);

    import_keep_part(&k, s->key, S("map"), s->map);
    return run(q, s, true);
}

static bool prepare_write(struct req *q)
{
    struct sent *s = NEW(q->a, struct sent);
    struct desk k = req_desk(q);
    struct import_peek p;
    struct val *map;

    q->prepared = s;
    if (!load(q, s) || !import_kept(&k, s->key, S("map"), &s->map, &q->err) ||
        !import_peek(&k, S("matters"), s->bytes, ROWS_MAX, &p, &q->err) ||
        !json_read(q->a, s->map, 100000, &map, &q->err))
        return false;
    if (map->first)
        read_map(s, map, &p);
    return true;
}

PAGE(import_write, .at = "POST /import/write", .template = "import/result", .who = WHO_STAFF,
     .right = "matter.import", .per_minute = 20, .prepare = prepare_write,
     .params = PARAMS({"key", PARAM_ID, .need = true}))
{
    return run(q, q->prepared, false);
}

PAGE(import_faults, .at = "GET /import/{key}/faults.csv", .who = WHO_STAFF,
     .right = "matter.import", .params = PARAMS({"key", PARAM_ID}))
{
    struct desk k = req_desk(q);

    if (!import_kept(&k, param_int(q, "key"), S("faults"), &q->bytes, &q->err))
        return false;
    q->type = S("text/csv; charset=utf-8");
    q->file_name = S("faults.csv");
    return true;
}

PAGE(import_template, .at = "GET /import/template.xlsx", .who = WHO_STAFF, .right = "matter.import")
{
    struct str header[COUNT(fields)];
    bool need[COUNT(fields)];

    for (size_t i = 0; i < COUNT(fields); i++) {
        header[i] = field_title(q, fields[i]);
        need[i] = is_needed(fields[i]);
    }
    q->bytes = xlsx_end(xlsx_begin(q->a, header, need, COUNT(fields)));
    q->type = S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    q->file_name = S("matters.xlsx");
    return true;
}
