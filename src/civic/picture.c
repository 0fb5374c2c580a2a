#include "civic/picture.h"

#include "civic/disclosure.h"
#include "civic/duty.h"
#include "civic/gathering.h"
#include "civic/report.h"

STMT(picture_insert,
     "INSERT INTO picture (district, id, matter_id, kind, width, height, jpeg, thumb, "
     "at) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)");
STMT(picture_tie, "UPDATE picture SET matter_id = $3 WHERE district = $1 AND id = $2 AND matter_id "
                  "= 0");
STMT(picture_jpeg, "SELECT matter_id, jpeg FROM picture WHERE district = $1 AND id = $2");
STMT(picture_thumb, "SELECT matter_id, thumb FROM picture WHERE district = $1 AND id = $2");
STMT(picture_drop, "DELETE FROM picture WHERE district = $1 AND matter_id = 0 AND at < $2");

int64_t picture_put(struct desk *k, struct str kind, const struct picture *p)
{
    int64_t id = id_next(k->d->ids, k->now);

    db_run(k->db, picture_insert, ARG(k->d->code), ARG(id), ARG(kind), ARG(p->width),
           ARG(p->height), arg_blob(p->jpeg), arg_blob(p->thumb), ARG(k->now));
    return id;
}

void picture_claim(struct desk *k, int64_t id, int64_t matter_id)
{
    db_run(k->db, picture_tie, ARG(k->d->code), ARG(id), ARG(matter_id));
}

void pictures_claim(struct desk *k, struct facts_ask ask, const struct val *fields, int64_t subject)
{
    for (int i = 0; i < ask.n; i++) {
        const struct val *v = val_get(fields, ask.field[i].name);
        bool pictures = ask.field[i].kind == FIELD_PICTURES && v && v->kind == VAL_LIST;

        for (const struct item *it = pictures ? v->first : NULL; it; it = it->next) {
            if (it->val.kind == VAL_INT)
                picture_claim(k, it->val.integer, subject);
        }
    }
}

/* Of a gathering: whoever may know of it. */
static bool in_gathering(struct desk *k, int64_t id)
{
    struct gathering *g = NEW(k->a, struct gathering);
    struct err none = {0};

    return gathering_load(k, id, g, &none) && gathering_visible(k, g);
}

static bool may_see(struct desk *k, int64_t matter_id, int64_t picture, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter), *followed = NEW(k->a, struct matter);
    struct report r;

    if (!matter_load(k, matter_id, m, e))
        return false;
    if (matter_visible(k, m) || disclosure_shows(k, m, picture))
        return true;
    return k->actor->report && report_load(k, k->actor->report, &r, e) &&
           report_matter(k, &r, followed, e) && (followed->id == m->id || r.matter_id == m->id);
}

bool picture_get(struct desk *k, int64_t id, bool thumb, struct str *jpeg, struct err *e)
{
    struct rows r = thumb ? db_query(k->db, k->a, picture_thumb, ARG(k->d->code), ARG(id))
                          : db_query(k->db, k->a, picture_jpeg, ARG(k->d->code), ARG(id));
    int64_t matter_id = 0;

    if (rows_next(&r)) {
        matter_id = row_int(&r, 0);
        *jpeg = row_str(&r, 1);
    }
    rows_end(&r);
    if (matter_id && (in_gathering(k, matter_id) || duty_shows(k, matter_id, id) ||
                      may_see(k, matter_id, id, e)))
        return true;
    return e->kind ? false : refuse(e, ERR_NOT_FOUND, NULL, "There is no such picture.");
}

int64_t picture_sweep(struct desk *k)
{
    return db_run(k->db, picture_drop, ARG(k->d->code), ARG(k->now - DAY_MS));
}
