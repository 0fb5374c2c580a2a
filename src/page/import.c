/* Spreadsheets of matters, units, people and days, and polygons: choose, match columns, check,
 * write. Nothing is written before the last step; in between the file is kept sealed for whoever
 * sent it. */
#include "page/scope.h"
#include "page/show.h"

#include "civic/import.h"
#include "form/csv.h"
#include "form/xlsx.h"
#include "val/json.h"

#include <string.h>

#define ROWS_MAX   20000
#define SHOWN_MAX  200
#define FIELDS_MAX IMPORT_FIELDS_MAX
/* Bytes: the writer compares every area with its neighbours. */
#define AREAS_MAX ((size_t)4 << 20)

/* What can be imported, in the order in which a new district needs it after its first matters. */
static const char *const nouns[] = {"matters",  "units", "people",   "areas",
                                    "calendar", "rolls", "questions"};

static bool is_matters(struct str noun)
{
    return str_eq(noun, S("matters"));
}

static bool is_areas(struct str noun)
{
    return str_eq(noun, S("areas"));
}

static bool may_noun(const struct req *q, const char *noun)
{
    return actor_may_somewhere(q->actor, str_of(import_right(str_of(noun))));
}

/* A noun that this person may import; the first such one if none is asked for. */
static bool take_noun(struct req *q, struct str asked, struct str *noun, struct err *e)
{
    for (size_t i = 0; i < COUNT(nouns); i++) {
        if ((!asked.n || str_eq(asked, str_of(nouns[i]))) && may_noun(q, nouns[i])) {
            *noun = str_of(nouns[i]);
            return true;
        }
    }
    return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
}

static bool is_needed(const struct import_field *f)
{
    return f->need || f->any_of;
}

/* A name is called otherwise on each sheet: of a unit, a person, a free day. */
static struct str field_title(struct req *q, struct str noun, const struct import_field *f)
{
    struct desk k = req_desk(q);
    const char *field = f->name;

    if (f->title)
        return desk_title(&k, f->title);
    if (strcmp(field, "name") == 0)
        return req_text(q, str_format(q->a, "page.field_name_%.*s", STR_ARG(noun)).p);
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

static void put_nouns(struct req *q, struct str noun)
{
    struct val *list = set_list(q->view, "nouns");

    for (size_t i = 0; i < COUNT(nouns); i++) {
        struct val *v;

        if (!may_noun(q, nouns[i]))
            continue;
        v = add_map(list);
        set_str(v, "at", str_format(q->a, "/import?noun=%s", nouns[i]));
        set_str(v, "title", req_text(q, str_format(q->a, "page.import_%s", nouns[i]).p));
        set_bool(v, "on", str_eq(noun, str_of(nouns[i])));
    }
    set_str(q->view, "noun", noun);
    set_bool(q->view, "matters", is_matters(noun));
    set_bool(q->view, "areas", is_areas(noun));
    set_str(q->view, "template_at",
            is_areas(noun) ? S("")
                           : str_format(q->a, "/import/template.xlsx?noun=%.*s", STR_ARG(noun)));
    put_channels(q);
}

static bool form(struct req *q)
{
    struct str noun;

    if (!take_noun(q, param_str(q, "noun"), &noun, &q->err))
        return false;
    put_nouns(q, noun);
    set_str(q->view, "size_max",
            scope_say(q, "page.import_max", number_text(q->a, ROWS_MAX), S("")));
    set_bool(q->view, "mapping", false);
    return true;
}

static void put_field(struct req *q, struct str noun, const struct import_peek *p,
                      const struct import_field *field, struct val *list)
{
    struct desk k = req_desk(q);
    int at = import_column(&k, p, field);
    struct val *v = add_map(list), *of;

    set_str(v, "name", str_of(field->name));
    set_str(v, "title", field_title(q, noun, field));
    set_bool(v, "need", is_needed(field));
    set_str(v, "error", S(""));
    of = set_list(v, "of");
    for (size_t i = 0; i < p->columns; i++)
        show_choice(of, number_text(q->a, (int64_t)i + 1), p->header[i], (int)i == at);
}

/* Polygons have no columns to be matched: only their size is looked at. */
static bool look_into(const struct desk *k, struct str noun, struct str bytes,
                      struct import_peek *p, struct err *e)
{
    if (!is_areas(noun))
        return import_peek(k, noun, bytes, ROWS_MAX, p, e);
    *p = (struct import_peek){.sample = val_list(k->a)};
    return bytes.n <= AREAS_MAX ||
           refuse(e, ERR_TOO_LARGE, "file",
                  "Areas of more than %d MB are imported with the command line: yingshao import.",
                  (int)(AREAS_MAX >> 20));
}

static bool mapping(struct req *q, int64_t key)
{
    struct desk k = req_desk(q);
    const struct import_field *field;
    struct str bytes, name = S(""), noun = S("");
    struct import_peek p;
    struct val *v, *list;
    size_t n;

    if (!import_kept(&k, key, S("file"), &bytes, &q->err) ||
        !import_kept(&k, key, S("name"), &name, &q->err) ||
        !import_kept(&k, key, S("noun"), &noun, &q->err) ||
        !look_into(&k, noun, bytes, &p, &q->err))
        return false;
    v = set_map(q->view, "mapping");
    set_str(v, "key", number_text(q->a, key));
    set_str(v, "file", name);
    set_str(v, "rows",
            is_areas(noun) ? S("")
                           : scope_say(q, "page.import_rows", number_text(q->a, p.rows), S("")));
    list = set_list(v, "fields");
    field = import_fields(&k, noun, &n);
    for (size_t i = 0; i < n; i++)
        put_field(q, noun, &p, &field[i], list);
    list = set_list(v, "header");
    for (size_t i = 0; i < p.columns; i++)
        add_val(list, (struct val){.kind = VAL_STR, .str = p.header[i]});
    set_val(v, S("sample"), *p.sample);
    put_nouns(q, noun);
    set_str(q->view, "size_max", S(""));
    return true;
}

#define RIGHTS \
    "matter.import units.manage users.manage area.manage calendar.manage roll.manage question.manage"

PAGE(import_form, .at = "GET /import", .template = "import/new", .who = WHO_STAFF, .right = RIGHTS,
     .nav = "part.nav_import", .nav_at = 65,
     .params = PARAMS({"key", PARAM_ID}, {"noun", PARAM_TEXT, .max = 20}))
{
    return param_int(q, "key") ? mapping(q, param_int(q, "key")) : form(q);
}

static bool peek(struct req *q)
{
    struct desk k = req_desk(q);
    struct import_peek p;
    struct str noun;

    if (!take_noun(q, param_str(q, "noun"), &noun, &q->err))
        return false;
    if (!q->files || !q->files->bytes.n)
        return refuse(&q->err, ERR_INVALID, "file", "Please choose a file.");
    return look_into(&k, noun, q->files->bytes, &p, &q->err);
}

PAGE(import_send, .at = "POST /import", .template = "import/new", .who = WHO_STAFF, .right = RIGHTS,
     .per_minute = 20, .prepare = peek, .again = form,
     .params = PARAMS({"file", PARAM_FILES, .max = 1}, {"channel", PARAM_TEXT, .max = 40},
                      {"noun", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    int64_t key = import_keep(&k, q->files->bytes);
    struct str noun;

    if (!take_noun(q, param_str(q, "noun"), &noun, &q->err))
        return false;
    import_keep_part(&k, key, S("name"), q->files->name.n ? q->files->name : S("-"));
    import_keep_part(&k, key, S("noun"), noun);
    import_keep_part(&k, key, S("channel"),
                     param_str(q, "channel").n ? param_str(q, "channel") : S("-"));
    q->see_other = str_format(q->a, "/import?key=%lld", (long long)key);
    return true;
}

/* ---- running ------------------------------------------------------------------- */

struct sent {
    int64_t key;
    struct str bytes, name, noun, channel, map;
    struct str property; /* of areas: the unit's code */
    enum datum datum;
    struct import_map to[FIELDS_MAX];
    size_t maps;
};

/* map: {field: "column's number"} as chosen; what was not chosen has no column. Of areas: {key,
 * datum}. */
static void read_map(const struct desk *k, struct sent *s, const struct val *map,
                     const struct import_peek *p)
{
    size_t n;
    const struct import_field *field = import_fields(k, s->noun, &n);

    s->property = val_text(map, "key");
    if (!datum_parse(val_text(map, "datum"), &s->datum))
        s->datum = DATUM_WGS84;
    for (size_t i = 0; map->first && i < n && i < FIELDS_MAX; i++) {
        struct str column = S("");
        int64_t at;

        if (str_int(val_text(map, field[i].name), &at) && at >= 1 && at <= (int64_t)p->columns)
            column = p->header[at - 1];
        s->to[s->maps++] = (struct import_map){str_of(field[i].name), column};
    }
}

static bool load(struct req *q, struct sent *s)
{
    struct desk k = req_desk(q);

    s->key = param_int(q, "key");
    if (!import_kept(&k, s->key, S("file"), &s->bytes, &q->err) ||
        !import_kept(&k, s->key, S("name"), &s->name, &q->err) ||
        !import_kept(&k, s->key, S("noun"), &s->noun, &q->err) ||
        !import_kept(&k, s->key, S("channel"), &s->channel, &q->err))
        return false;
    if (str_eq(s->channel, S("-")))
        s->channel = S("");
    return take_noun(q, s->noun, &s->noun, &q->err);
}

/* The sentence of a rejected row in the person's language. */
static struct str reason(struct req *q, const struct val *row)
{
    struct str message = val_text(row, "message");
    struct err e = {.kind = ERR_INVALID, .message = str_copy(q->a, message).p};
    const char *const keys[] = {"arg1", "arg2"};

    if (!message.n || !q->texts)
        return val_text(row, "reason");
    for (size_t i = 0; i < COUNT(keys); i++) {
        struct str arg = val_text(row, keys[i]);

        memcpy(e.arg[i], arg.p, arg.n < sizeof(e.arg[i]) ? arg.n : sizeof(e.arg[i]) - 1);
    }
    (void)memcpy(e.text, val_text(row, "reason").p,
                 val_text(row, "reason").n < sizeof(e.text) ? val_text(row, "reason").n
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
        csv_put(&b, val_text(&it->val, "column"), false);
        csv_put(&b, val_text(&it->val, "value"), false);
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
        set_str(v, "column", val_text(&it->val, "column"));
        set_str(v, "value", val_text(&it->val, "value"));
        set_str(v, "reason", reason(q, &it->val));
    }
    set_str(q->view, "more",
            r->rejected > n
                ? scope_say(q, "page.import_more", number_text(q->a, r->rejected - n), S(""))
                : S(""));
}

static struct str see_at(struct str noun)
{
    return is_matters(noun)               ? S("/matters")
           : str_eq(noun, S("rolls"))     ? S("/rolls")
           : str_eq(noun, S("questions")) ? S("/questions")
                                          : S("/units");
}

static void put_result(struct req *q, const struct sent *s, const struct import_report *r, bool dry)
{
    set_str(q->view, "file", s->name);
    set_str(q->view, "key", number_text(q->a, s->key));
    set_str(q->view, "again_at", str_format(q->a, "/import?noun=%.*s", STR_ARG(s->noun)));
    set_str(q->view, "see_at", see_at(s->noun));
    set_bool(q->view, "matters", is_matters(s->noun));
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

static void put_overlaps(struct req *q, const struct import_report *r)
{
    struct val *list = set_list(q->view, "overlaps");
    int n = 0;

    for (const struct item *it = r->overlaps ? r->overlaps->first : NULL; it && n < SHOWN_MAX;
         it = it->next, n++)
        add_val(list,
                (struct val){.kind = VAL_STR,
                             .str = scope_say(q, "page.import_overlap", val_text(&it->val, "a"),
                                              val_text(&it->val, "b"))});
}

static bool run(struct req *q, struct sent *s, bool dry)
{
    struct desk k = req_desk(q);
    struct import_report r;
    struct import_job job = {.noun = s->noun,
                             .bytes = s->bytes,
                             .map = s->to,
                             .maps = s->maps,
                             .channel = is_matters(s->noun) ? s->channel : S(""),
                             .key = s->property,
                             .datum = s->datum,
                             .dry_run = dry};

    if (!import_run_inside(&k, &job, &r, &q->err))
        return false;
    if (r.rejected)
        import_keep_part(&k, s->key, S("faults"), faults_csv(q, r.errors));
    put_result(q, s, &r, dry);
    put_overlaps(q, &r);
    q->actors_changed = !dry && !is_matters(s->noun);
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
    if (!load(q, s) || !look_into(&k, s->noun, s->bytes, &p, &q->err))
        return false;
    read_map(&k, s, map, &p);
    json_write(&b, map);
    s->map = buf_str(&b);
    return true;
}

PAGE(import_check, .at = "POST /import/check", .template = "import/result", .who = WHO_STAFF,
     .right = RIGHTS, .per_minute = 20, .prepare = prepare_check,
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
        !look_into(&k, s->noun, s->bytes, &p, &q->err) ||
        !json_read(q->a, s->map, 100000, &map, &q->err))
        return false;
    read_map(&k, s, map, &p);
    return true;
}

PAGE(import_write, .at = "POST /import/write", .template = "import/result", .who = WHO_STAFF,
     .right = RIGHTS, .per_minute = 20, .prepare = prepare_write,
     .params = PARAMS({"key", PARAM_ID, .need = true}))
{
    return run(q, q->prepared, false);
}

PAGE(import_faults, .at = "GET /import/{key}/faults.csv", .who = WHO_STAFF, .right = RIGHTS,
     .params = PARAMS({"key", PARAM_ID}))
{
    struct desk k = req_desk(q);

    if (!import_kept(&k, param_int(q, "key"), S("faults"), &q->bytes, &q->err))
        return false;
    q->type = S("text/csv; charset=utf-8");
    q->file_name = S("faults.csv");
    return true;
}

PAGE(import_template, .at = "GET /import/template.xlsx", .who = WHO_STAFF, .right = RIGHTS,
     .params = PARAMS({"noun", PARAM_TEXT, .max = 20}))
{
    struct str noun, header[FIELDS_MAX];
    const struct import_field *field;
    struct desk k;
    bool need[FIELDS_MAX];
    size_t n;

    if (!take_noun(q, param_str(q, "noun"), &noun, &q->err))
        return false;
    k = req_desk(q);
    field = import_fields(&k, noun, &n);
    if (!n)
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such page.");
    for (size_t i = 0; i < n; i++) {
        header[i] = field_title(q, noun, &field[i]);
        need[i] = is_needed(&field[i]);
    }
    q->bytes = xlsx_end(xlsx_begin(q->a, header, need, n));
    q->type = S("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    q->file_name = str_format(q->a, "%.*s.xlsx", STR_ARG(noun));
    return true;
}
