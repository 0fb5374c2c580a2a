#include "civic/list.h"

#include "civic/search.h"

#include <string.h>

#define ROW  " FROM matter m WHERE m.district = $1 AND m.id < $2 "
#define LAST " ORDER BY m.id DESC LIMIT $3"

/* One statement for each way in; what else a filter says is looked at in C, within LIST_SCAN rows.
 */
STMT(list_district, "SELECT " MATTER_COLUMNS ROW LAST);
STMT(list_street, "SELECT " MATTER_COLUMNS ROW "AND m.street_id = $4" LAST);
/* Among those of its street, in whose index it stands: one tree less for each new matter to fill.
 */
STMT(list_community,
     "SELECT " MATTER_COLUMNS ROW "AND m.street_id = $5 AND m.community_id = $4" LAST);
STMT(list_stage, "SELECT " MATTER_COLUMNS ROW "AND m.stage = $4 AND m.ended_at = 0" LAST);
STMT(list_supervised, "SELECT " MATTER_COLUMNS ROW "AND m.supervised > 0" LAST);
STMT(list_late, "SELECT " MATTER_COLUMNS ROW "AND m.late > 0" LAST);
STMT(list_concern, "SELECT " MATTER_COLUMNS " FROM concern c JOIN matter m ON m.district = $1 AND "
                   "m.id = c.matter_id WHERE c.district = $1 AND c.unit_id = $4 AND c.how = $5 AND "
                   "c.matter_id < $2 ORDER BY c.matter_id DESC LIMIT $3");
/* The newest that concern a unit are looked at, as in its list. */
STMT(open_concern,
     "SELECT m.mechanism, m.late FROM (SELECT matter_id FROM concern WHERE district = $1 AND "
     "unit_id = $2 AND how = $3 ORDER BY matter_id DESC LIMIT $4) AS x JOIN matter m ON "
     "m.district = $1 AND m.id = x.matter_id AND m.ended_at = 0");
STMT(open_lying, "SELECT mechanism, late FROM matter WHERE district = $1 AND unit_path >= $2 AND "
                 "unit_path < $3 AND ended_at = 0 LIMIT $4");
STMT(concern_is, "SELECT 1 FROM concern WHERE district = $1 AND unit_id = $2 AND how = $3 AND "
                 "matter_id = $4");
STMT(list_one, "SELECT " MATTER_COLUMNS " FROM matter m WHERE m.district = $1 AND m.id = $2");

STMT(inbox_done, "SELECT " MATTER_COLUMNS " FROM handled h JOIN matter m ON m.district = $1 AND "
                 "m.id = h.matter_id WHERE h.district = $1 AND h.person_id = $4 AND h.matter_id < "
                 "$2 ORDER BY h.matter_id DESC LIMIT $3");

/* ---- names ------------------------------------------------------------ */

struct str subject_title(const struct desk *k, struct str subject)
{
    const struct subject *s = subject.n ? pack_subject(k->d->pack, subject) : NULL;

    return s ? desk_title(k, &s->title) : subject;
}

struct str channel_title(const struct desk *k, struct str channel)
{
    for (int i = 0; i < k->d->pack->channels; i++) {
        if (str_eq(k->d->pack->channel[i].name, channel))
            return desk_title(k, &k->d->pack->channel[i].title);
    }
    return channel;
}

struct str step_title(const struct desk *k, const struct proc *def, struct str step)
{
    int i = def ? proc_step_find(def, step) : -1;

    return i < 0 ? step : desk_title(k, &def->step[i].title);
}

static struct str grade_title(const struct desk *k, const struct proc *def, struct str grade)
{
    for (int i = 0; def && i < def->grades; i++) {
        if (str_eq(def->grade[i].name, grade))
            return desk_title(k, &def->grade[i].title);
    }
    return grade;
}

struct str outcome_title(const struct desk *k, const struct proc *def, struct str outcome)
{
    for (int i = 0; def && i < def->outcomes; i++) {
        if (str_eq(def->outcome[i].name, outcome))
            return desk_title(k, &def->outcome[i].title);
    }
    return outcome;
}

/* ---- rows ------------------------------------------------------------- */

static struct str minute_or_none(const struct desk *k, int64_t at)
{
    return at ? when_minute(k->a, at) : S("");
}

void matter_row_view(struct desk *k, const struct matter *m, struct val *row)
{
    const struct proc *def = pack_proc(k->d->pack, m->mechanism);
    const struct unit *u = unit_by_id(k->d->units, m->unit_id);

    set_int(row, "id", m->id);
    set_str(row, "number", m->number);
    set_str(row, "title", text_mask(k->a, m->title));
    set_str(row, "place", m->place);
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", m->unit_id);
    set_str(row, "mechanism", m->mechanism);
    set_str(row, "mechanism_title", def ? desk_title(k, &def->title) : m->mechanism);
    set_str(row, "step", m->step);
    set_str(row, "step_title", step_title(k, def, m->step));
    set_str(row, "stage", m->stage);
    set_str(row, "channel", m->channel);
    set_str(row, "channel_title", channel_title(k, m->channel));
    set_str(row, "subject", m->subject);
    set_str(row, "subject_title", subject_title(k, m->subject));
    set_str(row, "grade", m->grade);
    set_str(row, "grade_title", grade_title(k, def, m->grade));
    set_str(row, "outcome", m->outcome);
    set_str(row, "outcome_title", outcome_title(k, def, m->outcome));
    set_bool(row, "late", m->late);
    set_bool(row, "supervised", m->supervised);
    set_bool(row, "key", m->key_matter);
    set_int(row, "round", m->round);
    set_str(row, "reported_at", minute_or_none(k, m->reported_at));
    set_str(row, "opened_at", minute_or_none(k, m->opened_at));
    set_str(row, "ended_at", minute_or_none(k, m->ended_at));
    deadline_view(k, m, -1, set_map(row, "due"));
}

/* ---- filtered lists --------------------------------------------------- */

/* Where a list looks: unit NULL is everywhere. */
struct within {
    const struct unit *unit;
    enum list_how how;
    bool member; /* the actor has a post in the unit itself */
};

static bool has_ground(const struct units *us, const struct unit *u)
{
    return u->depth == 0 || unit_above(us, u, S("street")) == u ||
           unit_above(us, u, S("community")) != NULL;
}

static struct within within(const struct desk *k, const struct unit *u, enum list_how how)
{
    struct within w = {u, how, false};

    if (u && how == LIST_LIES)
        w.how = has_ground(k->d->units, u) ? LIST_LIES : LIST_DOING;
    for (size_t i = 0; u && i < k->actor->posts; i++)
        w.member = w.member || k->actor->post[i].unit == u->id;
    return w;
}

static struct str how_name(enum list_how how)
{
    return how == LIST_HANDED ? S("handed") : S("doing");
}

/* Of what concerns the unit, wherever it lies, that it does was asked by the statement. */
static bool lies_within(const struct desk *k, const struct within *w, const struct matter *m)
{
    if (!w->unit)
        return true;
    if (w->how == LIST_LIES)
        return path_holds(w->unit->path, m->unit_path);
    return w->member || actor_may(k->actor, S("matter.read"), m->unit_path);
}

static bool matches(const struct desk *k, const struct list_filter *f, const struct within *w,
                    const struct matter *m)
{
    if (f->mine && m->opener_id != k->actor->person)
        return false;
    if (f->subject.n && !(str_eq(f->subject, m->subject) ||
                          (m->subject.n > f->subject.n && m->subject.p[f->subject.n] == '/' &&
                           memcmp(m->subject.p, f->subject.p, f->subject.n) == 0)))
        return false;
    return lies_within(k, w, m) && (!f->stage.n || str_eq(f->stage, m->stage)) &&
           (!f->channel.n || str_eq(f->channel, m->channel)) &&
           (!f->grade.n || str_eq(f->grade, m->grade)) &&
           (!f->mechanism.n || str_eq(f->mechanism, m->mechanism)) && (!f->late || m->late) &&
           (!f->supervised || m->supervised) && (!f->open || !m->ended_at) &&
           (!f->from_ms || m->opened_at >= f->from_ms) && (!f->to_ms || m->opened_at < f->to_ms);
}

static struct arg street_of(const struct desk *k, const struct unit *u)
{
    const struct unit *street = unit_above(k->d->units, u, S("street"));

    return arg_int(street ? street->id : 0);
}

static struct rows query(struct desk *k, const struct list_filter *f, const struct within *w)
{
    int64_t before = f->before ? f->before : INT64_MAX, unit = w->unit ? w->unit->id : 0;
    struct arg d = ARG(k->d->code), b = ARG(before), n = ARG(LIST_SCAN), id = ARG(unit);
    const struct unit *community = unit_above(k->d->units, w->unit, S("community"));

    if (unit && w->how != LIST_LIES)
        return db_query(k->db, k->a, list_concern, d, b, n, id, ARG(how_name(w->how)));
    if (f->mine) /* among all that the person had a hand in */
        return db_query(k->db, k->a, inbox_done, d, b, n, ARG(k->actor->person));
    if (f->late)
        return db_query(k->db, k->a, list_late, d, b, n);
    if (f->supervised)
        return db_query(k->db, k->a, list_supervised, d, b, n);
    if (community) /* a grid's, a quarter's and a building's are among its community's */
        return db_query(k->db, k->a, list_community, d, b, n, ARG(community->id),
                        street_of(k, w->unit));
    if (unit && w->unit->depth > 0)
        return db_query(k->db, k->a, list_street, d, b, n, id);
    if (f->stage.n && !str_eq(f->stage, S("ended")))
        return db_query(k->db, k->a, list_stage, d, b, n, ARG(f->stage));
    return db_query(k->db, k->a, list_district, d, b, n);
}

/* The rows of one query that match, until the page is full. */
static void take_rows(struct desk *k, const struct list_filter *f, struct rows *r,
                      const struct within *w, struct val *rows, int64_t *next)
{
    int64_t scanned = 0, found = 0, last = 0;

    *next = 0;
    while (rows_next(r)) {
        struct matter m;

        scanned++;
        if (found == LIST_ROWS) {
            *next = last;
            rows_end(r);
            return;
        }
        matter_read_keys(r, &m);
        last = m.id;
        if (matches(k, f, w, &m)) {
            matter_read_row(r, &m);
            matter_row_view(k, &m, add_map(rows));
            found++;
        }
    }
    if (scanned == LIST_SCAN)
        *next = last;
}

static bool concerns(struct desk *k, const struct within *w, int64_t matter)
{
    struct rows r;
    bool is;

    if (!w->unit || w->how == LIST_LIES)
        return true;
    r = db_query(k->db, k->a, concern_is, ARG(k->d->code), ARG(w->unit->id), ARG(how_name(w->how)),
                 ARG(matter));
    is = rows_next(&r);
    rows_end(&r);
    return is;
}

static void take_found(struct desk *k, const struct list_filter *f, const struct within *w,
                       struct val *rows, int64_t *next)
{
    int64_t id[LIST_ROWS * 10];
    int64_t before = f->before ? f->before : INT64_MAX;
    int n, shown = 0;

    *next = 0;
    n = search_words(k, f->words, before, id, (int)COUNT(id));
    for (int i = 0; i < n && shown < LIST_ROWS; i++) {
        struct rows r = db_query(k->db, k->a, list_one, ARG(k->d->code), ARG(id[i]));
        struct matter m;

        if (rows_next(&r)) {
            matter_read_row(&r, &m);
            if (matches(k, f, w, &m) && concerns(k, w, m.id) &&
                text_contains(str_format(k->a, "%.*s %.*s %.*s %.*s", STR_ARG(m.number),
                                         STR_ARG(m.title), STR_ARG(m.body), STR_ARG(m.place)),
                              f->words)) {
                matter_row_view(k, &m, add_map(rows));
                shown++;
            }
        }
        rows_end(&r);
        if (shown == LIST_ROWS || (i + 1 == n && n == (int)COUNT(id)))
            *next = id[i];
    }
}

bool matter_list(struct desk *k, const struct list_filter *f, struct val *rows, int64_t *next,
                 struct err *e)
{
    const struct unit *u =
        f->unit_id ? unit_by_id(k->d->units, f->unit_id) : unit_root(k->d->units);
    struct within w;
    struct rows r;

    *next = 0;
    if (!u)
        return refuse(e, ERR_NOT_FOUND, "unit", "There is no such unit.");
    if (f->mine && !f->unit_id)
        u = NULL;
    else if (!actor_may(k->actor, S("matter.read"), u->path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    w = within(k, u, f->how);
    if (f->words.n) {
        take_found(k, f, &w, rows, next);
        return true;
    }
    r = query(k, f, &w);
    take_rows(k, f, &r, &w, rows, next);
    return true;
}

/* ---- what is open ------------------------------------------------------ */

static struct rows open_of(struct desk *k, const struct within *w)
{
    const struct unit *u = w->unit;

    if (w->how != LIST_LIES)
        return db_query(k->db, k->a, open_concern, ARG(k->d->code), ARG(u->id),
                        ARG(how_name(w->how)), ARG(LIST_SCAN));
    return db_query(k->db, k->a, open_lying, ARG(k->d->code), ARG(u->path),
                    ARG(path_end(k->a, u->path)), ARG(OPEN_COUNTED));
}

struct open_count {
    int64_t n, late;
};

static void put_open(struct val *rows, struct str mechanism, struct str title,
                     const struct open_count *c)
{
    struct val *v = add_map(rows);

    set_str(v, "mechanism", mechanism);
    set_str(v, "title", title);
    set_int(v, "n", c->n);
    set_int(v, "late", c->late);
}

/* Of each mechanism of the pack, and in the last place of all. */
static int64_t count_open(struct desk *k, const struct within *w, struct open_count *count)
{
    const struct pack *p = k->d->pack;
    struct rows r = open_of(k, w);
    int64_t rows = 0;

    while (rows_next(&r)) {
        struct str mechanism = row_str(&r, 0);
        int i = 0;

        rows++;
        while (i < p->procs && !str_eq(p->proc[i].mechanism, mechanism))
            i++;
        count[i].n++;
        count[i].late += row_int(&r, 1) > 0;
    }
    return rows;
}

bool open_counts(struct desk *k, const struct unit *u, struct val *rows)
{
    const struct pack *p = k->d->pack;
    struct open_count *here = NEW_ARRAY(k->a, struct open_count, (size_t)p->procs + 1);
    struct open_count *handed = NEW_ARRAY(k->a, struct open_count, (size_t)p->procs + 1), all = {0};
    struct within w = within(k, u, LIST_LIES), away = within(k, u, LIST_HANDED);
    int64_t seen = count_open(k, &w, here);

    for (int i = 0; i < p->procs; i++) {
        if (here[i].n)
            put_open(rows, p->proc[i].mechanism, desk_title(k, &p->proc[i].title), &here[i]);
    }
    (void)count_open(k, &away, handed);
    for (int i = 0; i <= p->procs; i++) {
        all.n += handed[i].n;
        all.late += handed[i].late;
    }
    if (all.n)
        put_open(rows, S(""), S(""), &all);
    return seen == (w.how == LIST_LIES ? OPEN_COUNTED : LIST_SCAN);
}

/* ---- inboxes ---------------------------------------------------------- */

void list_done(struct desk *k, int64_t before, struct val *rows, int64_t *next)
{
    struct rows r = db_query(k->db, k->a, inbox_done, ARG(k->d->code), ARG(before),
                             ARG(LIST_ROWS + 1), ARG(k->actor->person));
    struct list_filter any = {0};
    struct within anywhere = {0};

    take_rows(k, &any, &r, &anywhere, rows, next);
}

void list_watched(struct desk *k, int64_t before, struct val *rows, int64_t *next)
{
    for (size_t i = 0; i < k->actor->posts; i++) {
        struct list_filter f = {.supervised = true, .open = true, .before = before};
        const struct holding *h = &k->actor->post[i];
        struct within w = within(k, unit_by_id(k->d->units, h->unit), LIST_LIES);
        struct rows r;

        if (!w.unit || !h->def || !role_has(h->def, S("matter.read")))
            continue;
        r = query(k, &f, &w);
        take_rows(k, &f, &r, &w, rows, next);
    }
}
