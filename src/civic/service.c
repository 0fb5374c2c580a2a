#include "civic/service.h"

#define ROW                                                                                        \
    "SELECT s.matter_id, s.mechanism, s.unit_id, s.at, s.minutes, n.name, m.number, m.title FROM " \
    "service s LEFT JOIN person n ON n.district = $1 AND n.id = s.person_id LEFT JOIN matter m "   \
    "ON m.district = $1 AND m.id = s.matter_id WHERE s.district = $1 AND "
enum { MATTER, MECHANISM, UNIT, AT, MINUTES, NAME, NUMBER, TITLE };

STMT(service_put, "INSERT INTO service (district, person_id, matter_id, at, minutes, mechanism, "
                  "unit_id, unit_path) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO "
                  "NOTHING");
STMT(service_sum,
     "SELECT " WHOLE("minutes") " FROM service WHERE district = $1 AND person_id = $2");
STMT(service_own, ROW "s.person_id = $2 ORDER BY s.at DESC LIMIT $3");
STMT(service_below, ROW "s.at >= $2 AND s.at < $3 AND s.unit_path >= $4 AND s.unit_path < $5 "
                        "ORDER BY s.at DESC, s.person_id DESC, s.matter_id DESC");

bool service_in(struct desk *k, const struct matter *m, const struct action *action,
                const struct val *fields, struct served *out)
{
    const struct val *v = action ? val_get(fields, action->service) : NULL;
    const struct unit *u = unit_by_id(k->d->units, m->state.holder_unit);

    if (!u)
        u = unit_by_id(k->d->units, m->unit_id);
    *out = (struct served){
        k->actor->person,    k->now, v ? proc_field_number(v) : 0, u ? u->id : 0, m->mechanism,
        u ? u->path : S(""), NULL};
    return out->minutes > 0 && out->person;
}

void service_note(struct desk *k, const struct matter *m, const struct action *action,
                  const struct val *fields)
{
    struct served s;

    if (service_in(k, m, action, fields, &s))
        db_run(k->db, service_put, ARG(k->d->code), ARG(s.person), ARG(m->id), ARG(s.at),
               ARG(s.minutes), ARG(s.mechanism), ARG(s.unit), ARG(s.path));
}

int64_t service_minutes(struct desk *k, int64_t person)
{
    struct rows r = db_query(k->db, k->a, service_sum, ARG(k->d->code), ARG(person));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}

void service_of(struct desk *k, int64_t person, int64_t most, struct val *rows)
{
    struct rows r = db_query(k->db, k->a, service_own, ARG(k->d->code), ARG(person), ARG(most));

    while (rows_next(&r)) {
        const struct unit *u = unit_by_id(k->d->units, row_int(&r, UNIT));
        struct val *v = add_map(rows);

        set_int(v, "matter_id", row_int(&r, MATTER));
        set_str(v, "number", row_str(&r, NUMBER));
        set_str(v, "title", row_str(&r, TITLE));
        set_str(v, "unit", u ? u->name : S(""));
        set_str(v, "at", when_minute(k->a, row_int(&r, AT)));
        set_int(v, "minutes", row_int(&r, MINUTES));
    }
}

/* ---- figures ------------------------------------------------------------------- */

static bool holds(const struct desk *k, const struct figure *f, const struct rows *r)
{
    const struct unit *u = unit_by_id(k->d->units, row_int(r, UNIT));

    for (int i = 0; i < f->wheres; i++) {
        const struct condition *c = &f->where[i];
        struct str word = str_eq(c->fact, S("mechanism")) ? row_str(r, MECHANISM)
                          : u                             ? u->kind
                                                          : S("");

        if (!condition_holds(c, word))
            return false;
    }
    return true;
}

static struct rows rows_below(struct desk *k, const struct unit *u, const struct period *p)
{
    return db_query(k->db, k->a, service_below, ARG(k->d->code), ARG(p->from_ms), ARG(p->to_ms),
                    ARG(u->path), ARG(path_end(k->a, u->path)));
}

int64_t service_count(struct desk *k, const struct figure *f, const struct unit *u,
                      const struct period *p)
{
    struct rows r = rows_below(k, u, p);
    int64_t n = 0;

    while (rows_next(&r)) {
        if (holds(k, f, &r))
            n += f->kind == FIGURE_SUM ? row_int(&r, MINUTES) : 1;
    }
    return n;
}

static void put_row(struct desk *k, const struct rows *r, struct val *row)
{
    const struct unit *u = unit_by_id(k->d->units, row_int(r, UNIT));
    const struct proc *def = pack_proc(k->d->pack, row_str(r, MECHANISM));

    set_int(row, "id", row_int(r, MATTER));
    set_int(row, "matter_id", row_int(r, MATTER));
    set_str(row, "number", row_str(r, NUMBER));
    set_str(row, "title", row_str(r, NAME));
    set_str(row, "step_title", def ? desk_title(k, &def->title) : row_str(r, MECHANISM));
    set_str(row, "unit", u ? u->name : S(""));
    set_int(row, "unit_id", row_int(r, UNIT));
    set_str(row, "opened_at", when_minute(k->a, row_int(r, AT)));
    (void)set_list(row, "facts");
    set_int(row, "value", row_int(r, MINUTES));
}

void service_records(struct desk *k, const struct figure *f, struct figure_query *ask,
                     struct val *rows)
{
    struct figure_page page = figure_page_of(ask, rows);
    struct rows r = rows_below(k, ask->u, ask->p);

    while (!figure_page_full(&page) && rows_next(&r)) {
        struct val *row = holds(k, f, &r) ? figure_page_next(&page) : NULL;

        if (row)
            put_row(k, &r, row);
    }
    rows_end(&r);
    figure_page_end(&page, ask);
}
