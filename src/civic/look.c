/* Looks at personal content: recorded twice, for what was looked at and for the unit that answers
 * for it. */
#include "civic/look.h"

#include "base/utf8.h"
#include "civic/unit.h"

STMT(
    look_insert,
    "INSERT INTO look (district, id, unit_path, person_id, matter_id, roll_entry_id, "
    "of_person_id, evidence_id, field, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
STMT(look_rows,
     "SELECT l.id, l.at, p.name, l.matter_id, m.number, l.field, l.reason, r.label, r.unit_id, "
     "r.roll, l.unit_path, o.name FROM look l LEFT JOIN matter m ON m.district = $1 AND m.id = "
     "l.matter_id LEFT JOIN roll_entry r ON r.district = $1 AND r.id = l.roll_entry_id LEFT JOIN "
     "person p ON p.district = $1 AND p.id = l.person_id LEFT JOIN person o ON o.district = $1 AND "
     "o.id = l.of_person_id WHERE l.district = $1 AND l.id < $2 AND l.unit_path >= $3 AND "
     "l.unit_path < $4 AND l.evidence_id = 0 ORDER BY l.id DESC LIMIT 50");

bool reveal_check(const struct reveal *ask, struct err *e)
{
    if (utf8_count(str_trim(ask->reason)) < 2)
        return refuse(e, ERR_INVALID, "reason", "Please say why you need to see this.");
    return str_eq(ask->field, S("phone")) || str_eq(ask->field, S("name")) ||
           refuse(e, ERR_INVALID, "field", "There is no such field.");
}

void look_put(struct desk *k, const struct look *look)
{
    db_run(k->db, look_insert, ARG(k->d->code), ARG(id_next(k->d->ids, k->now)),
           ARG(look->unit_path), ARG(k->actor->person), ARG(look->matter), ARG(look->roll_entry),
           ARG(look->person), ARG(look->evidence), ARG(look->field), ARG(look->reason),
           ARG(k->now));
}

void look_record(struct desk *k, const struct matter *m, const char *what, const struct reveal *ask)
{
    struct matter *now = NEW(k->a, struct matter);
    struct val *c = val_map(k->a);

    *now = *m;
    look_put(k, &(struct look){.unit_path = m->unit_path,
                               .matter = m->id,
                               .field = ask->field,
                               .reason = str_trim(ask->reason)});
    set_int(c, what, ask->id);
    set_str(c, "field", ask->field);
    set_str(c, "reason", str_trim(ask->reason));
    matter_save(k, now, S("look"), c);
}

/* What it was about, and where that is seen. */
static void put_whose(struct desk *k, const struct rows *r, struct val *v)
{
    const struct unit *u = unit_by_path(k->d->units, row_str(r, 10));

    if (row_int(r, 3)) {
        set_str(v, "number", row_str(r, 4));
        set_str(v, "see_at", str_format(k->a, "/matters/%lld", (long long)row_int(r, 3)));
    } else if (!row_is_null(r, 7)) {
        set_str(v, "number", row_str(r, 7));
        set_str(v, "see_at",
                str_format(k->a, "/units/%lld/rolls/%.*s", (long long)row_int(r, 8),
                           STR_ARG(row_str(r, 9))));
    } else {
        set_str(v, "number", row_str(r, 11));
        set_str(v, "see_at", u ? str_format(k->a, "/units/%lld", (long long)u->id) : S(""));
    }
}

void look_list(struct desk *k, struct str unit_path, int64_t before, struct val *list)
{
    struct rows r =
        db_query(k->db, k->a, look_rows, ARG(k->d->code), ARG(before ? before : INT64_MAX),
                 ARG(unit_path), ARG(path_end(k->a, unit_path)));

    while (rows_next(&r)) {
        struct val *v = add_map(list);

        set_int(v, "id", row_int(&r, 0));
        set_str(v, "at", when_minute(k->a, row_int(&r, 1)));
        set_str(v, "who", row_str(&r, 2));
        set_int(v, "matter_id", row_int(&r, 3));
        put_whose(k, &r, v);
        set_str(v, "field", row_str(&r, 5));
        set_str(v, "reason", row_str(&r, 6));
    }
}
