#include "civic/notice.h"

STMT(notice_insert,
     "INSERT INTO notice (district, id, unit_id, role, person_id, report_id, kind, matter_id, "
     "content, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
STMT(reports_of, "SELECT r.id FROM report r WHERE r.district = $1 AND r.matter_id = $2 UNION ALL "
                 "SELECT r2.id FROM matter b JOIN report r2 ON r2.district = $1 AND r2.matter_id = "
                 "b.id WHERE b.district = $1 AND b.bundle_id = $2 AND b.bundle_id > 0");

STMT(notice_of_gathering, "INSERT INTO notice (district, id, person_id, kind, gathering_id, at) "
                          "VALUES ($1, $2, $3, $4, $5, $6)");

static void put(struct desk *k, const struct matter *m, const struct proc_turn *to,
                int64_t report_id, struct str kind, struct str content)
{
    db_run(k->db, notice_insert, ARG(k->d->code), ARG(id_next(k->d->ids, k->now)), ARG(to->unit),
           ARG(to->role), ARG(0), ARG(report_id), ARG(kind), ARG(m->id), ARG(content),
           ARG(to->due_ms ? to->due_ms : k->now));
}

void notice_turns(struct desk *k, const struct matter *m, int part, struct str kind, int64_t at_ms)
{
    struct proc_turn turn[TURNS_MAX];
    struct proc_env env;
    int n;

    matter_env(k, m, &env);
    n = proc_turns(&env, &m->state, turn);
    for (int i = 0; i < n; i++) {
        turn[i].due_ms = at_ms;
        if (turn[i].role.n && turn[i].unit && (part < 0 || turn[i].part == part))
            put(k, m, &turn[i], 0, kind, S(""));
    }
}

void notice_unit(struct desk *k, const struct matter *m, int64_t unit, struct str kind,
                 int64_t at_ms)
{
    struct proc_turn to = {.role = S(""), .unit = unit, .part = -1, .due_ms = at_ms};

    put(k, m, &to, 0, kind, S(""));
}

void notice_report(struct desk *k, const struct matter *m, int64_t report_id, struct str kind,
                   struct str content)
{
    struct proc_turn nobody = {.role = S(""), .part = -1};

    put(k, m, &nobody, report_id, kind, content);
}

void notice_reports(struct desk *k, const struct matter *m, struct str kind, struct str content)
{
    struct rows r = db_query(k->db, k->a, reports_of, ARG(k->d->code), ARG(m->id));
    int64_t id[256];
    int n = rows_ints(&r, id, (int)COUNT(id));

    for (int i = 0; i < n; i++)
        notice_report(k, m, id[i], kind, content);
}

void notice_person(struct desk *k, int64_t person, int64_t gathering, struct str kind)
{
    db_run(k->db, notice_of_gathering, ARG(k->d->code), ARG(id_next(k->d->ids, k->now)),
           ARG(person), ARG(kind), ARG(gathering), ARG(k->now));
}

void notice_tell(struct desk *k, const struct told_to *to, const struct told_what *what)
{
    db_run(k->db, notice_insert, ARG(k->d->code), ARG(id_next(k->d->ids, k->now)), ARG(to->unit_id),
           ARG(to->person_id ? S("") : to->role), ARG(to->person_id), ARG(0), ARG(what->kind),
           ARG(what->matter_id), ARG(what->content), ARG(k->now));
}
