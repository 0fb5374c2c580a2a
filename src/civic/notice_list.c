/* What somebody was told: as a person, and by the posts they hold now. What they may not know of
 * any more is left out. */
#include "civic/duty.h"
#include "civic/gathering.h"
#include "civic/notice.h"
#include "civic/resource.h"

#include "val/json.h"

#include <stdlib.h>

#define CONTENT_BYTES 4096
#define COUNTED       100 /* of each post: "99+" says enough */

#define TOLD_COLUMNS "id, kind, matter_id, gathering_id, content, at"

STMT(told_person, "SELECT " TOLD_COLUMNS " FROM notice WHERE district = $1 AND person_id = $2 AND "
                  "person_id > 0 AND id < $3 ORDER BY id DESC LIMIT $4");
STMT(told_post, "SELECT " TOLD_COLUMNS " FROM notice WHERE district = $1 AND unit_id = $2 AND "
                "role = $3 AND person_id = 0 AND id < $4 ORDER BY id DESC LIMIT $5");
STMT(told_person_since, "SELECT count(*) FROM (SELECT id FROM notice WHERE district = $1 AND "
                        "person_id = $2 AND person_id > 0 AND id > $3 LIMIT $4) AS t");
STMT(told_post_since, "SELECT count(*) FROM (SELECT id FROM notice WHERE district = $1 AND unit_id "
                      "= $2 AND role = $3 AND person_id = 0 AND id > $4 LIMIT $5) AS t");
STMT(told_seen, "SELECT notice_id FROM notice_seen WHERE district = $1 AND person_id = $2");
STMT(told_see, "INSERT INTO notice_seen (district, person_id, notice_id) VALUES ($1, $2, $3) ON "
               "CONFLICT (district, person_id) DO UPDATE SET notice_id = excluded.notice_id WHERE "
               "notice_seen.notice_id < excluded.notice_id");

struct told {
    int64_t id, matter_id, gathering_id, at;
    struct str kind, content;
};

/* ---- to whom ------------------------------------------------------------ */

struct ear { /* a unit's people, or who holds this role in it */
    int64_t unit;
    struct str role;
};

/* Each once: a unit itself is told beside its roles. */
static size_t ears_of(const struct desk *k, struct ear **out)
{
    struct ear *ear = *out = NEW_ARRAY(k->a, struct ear, k->actor->posts * 2 + 1);
    size_t n = 0;

    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        const struct ear both[] = {{h->unit, S("")}, {h->unit, h->role}};

        for (size_t b = 0; b < COUNT(both); b++) {
            size_t j = 0;

            while (j < n && (ear[j].unit != both[b].unit || !str_eq(ear[j].role, both[b].role)))
                j++;
            if (j == n)
                ear[n++] = both[b];
        }
    }
    return n;
}

static int64_t seen_until(struct desk *k)
{
    return rows_int(db_query(k->db, k->a, told_seen, ARG(k->d->code), ARG(k->actor->person)));
}

int64_t notices_new(struct desk *k)
{
    int64_t seen = seen_until(k);
    int64_t n = rows_int(db_query(k->db, k->a, told_person_since, ARG(k->d->code),
                                  ARG(k->actor->person), ARG(seen), ARG(COUNTED)));
    struct ear *ear;
    size_t ears = ears_of(k, &ear);

    for (size_t i = 0; i < ears; i++)
        n += rows_int(db_query(k->db, k->a, told_post_since, ARG(k->d->code), ARG(ear[i].unit),
                               ARG(ear[i].role), ARG(seen), ARG(COUNTED)));
    return n;
}

void notices_seen(struct desk *k, int64_t until)
{
    db_run(k->db, told_see, ARG(k->d->code), ARG(k->actor->person), ARG(until));
}

/* ---- the list ----------------------------------------------------------- */

static size_t read_told(struct rows r, struct told *out)
{
    size_t n = 0;

    while (rows_next(&r))
        out[n++] = (struct told){.id = row_int(&r, 0),
                                 .kind = row_str(&r, 1),
                                 .matter_id = row_int(&r, 2),
                                 .gathering_id = row_int(&r, 3),
                                 .content = row_str(&r, 4),
                                 .at = row_int(&r, 5)};
    return n;
}

static int newest_first(const void *a, const void *b)
{
    const struct told *x = a, *y = b;

    return x->id > y->id ? -1 : x->id < y->id;
}

/* The newest of each, and of these the newest. */
static size_t newest(struct desk *k, int64_t before, int most, struct told **out)
{
    struct ear *ear;
    size_t ears = ears_of(k, &ear), n;
    struct told *t = *out = NEW_ARRAY(k->a, struct told, (ears + 1) * (size_t)most);

    n = read_told(db_query(k->db, k->a, told_person, ARG(k->d->code), ARG(k->actor->person),
                           ARG(before), ARG(most)),
                  t);
    for (size_t i = 0; i < ears; i++)
        n += read_told(db_query(k->db, k->a, told_post, ARG(k->d->code), ARG(ear[i].unit),
                                ARG(ear[i].role), ARG(before), ARG(most)),
                       t + n);
    qsort(t, n, sizeof(*t), newest_first);
    return n < (size_t)most ? n : (size_t)most;
}

/* ---- what each is about --------------------------------------------------- */

static bool put_about(struct val *row, struct str at, struct str title, struct str sub)
{
    set_str(row, "at", at);
    set_str(row, "title", title);
    set_str(row, "sub", sub);
    return true;
}

static bool put_matter(struct desk *k, const struct told *t, struct val *row)
{
    struct matter *m = NEW(k->a, struct matter);
    struct err none = {0};

    return matter_load(k, t->matter_id, m, &none) && matter_visible(k, m) &&
           put_about(row, str_format(k->a, "/matters/%lld", (long long)m->id),
                     text_mask(k->a, m->title), m->number);
}

static bool put_gathering(struct desk *k, const struct told *t, struct val *row)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct err none = {0};

    return gathering_load(k, t->gathering_id, g, &none) && gathering_visible(k, g) &&
           put_about(row, str_format(k->a, "/gatherings/%lld", (long long)g->id), g->title,
                     when_minute(k->a, g->starts_at));
}

static bool put_duty(struct desk *k, const struct val *content, struct val *row)
{
    const struct duty_key key = {.source_id = val_int(content, "source"),
                                 .from_at = val_int(content, "from"),
                                 .name = val_text(content, "duty")};
    struct val *v = val_map(k->a);
    struct err none = {0};
    struct duty d;

    if (!duty_load(k, &key, &d, &none) || !duty_visible(k, &d))
        return false;
    duty_row_view(k, &d, v);
    return put_about(row, val_text(v, "at"), val_text(v, "title"),
                     str_format(k->a, "%.*s %.*s", STR_ARG(val_text(v, "unit")),
                                STR_ARG(val_text(v, "due_at"))));
}

/* What a matter holds and until when stands beside it. */
static void add_held(struct desk *k, const struct val *content, struct val *row)
{
    struct resource *r = NEW(k->a, struct resource);
    struct err none = {0};

    if (!resource_load(k, val_int(content, "resource"), r, &none))
        return;
    set_str(row, "sub",
            str_format(k->a, "%.*s %.*s", STR_ARG(r->title),
                       STR_ARG(when_minute(k->a, val_int(content, "until")))));
}

static bool put_told(struct desk *k, const struct told *t, struct val *row)
{
    const struct val *content = json_map(k->a, t->content, CONTENT_BYTES);

    if (t->gathering_id)
        return put_gathering(k, t, row);
    if (!t->matter_id)
        return put_duty(k, content, row);
    if (!put_matter(k, t, row))
        return false;
    if (val_get(content, S("resource")))
        add_held(k, content, row);
    return true;
}

int64_t notices_list(struct desk *k, int64_t before, struct val *rows, int64_t *next)
{
    struct told *t;
    int64_t seen = seen_until(k);
    size_t n = newest(k, before ? before : INT64_MAX, NOTICES_SHOWN + 1, &t);

    *next = n > NOTICES_SHOWN ? t[NOTICES_SHOWN - 1].id : 0;
    for (size_t i = 0; i < n && i < NOTICES_SHOWN; i++) {
        struct val *row = val_map(k->a);

        if (!put_told(k, &t[i], row))
            continue;
        set_int(row, "id", t[i].id);
        set_str(row, "kind", t[i].kind);
        set_str(row, "told_at", when_minute(k->a, t[i].at));
        set_bool(row, "fresh", t[i].id > seen);
        add_val(rows, *row);
    }
    return n ? t[0].id : 0;
}
