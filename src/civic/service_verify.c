/* Hours of service against the ledger of the matters in which they were given. */
#include "civic/service.h"
#include "civic/verifier.h"

STMT(verify_served, "SELECT person_id, at, minutes, unit_id, mechanism, unit_path FROM service "
                    "WHERE district = $1 AND matter_id = $2 ORDER BY at, person_id");
/* A matter's own are compared when it is heard again; these belong to none. */
STMT(
    verify_serving,
    "SELECT DISTINCT s.matter_id FROM service s WHERE s.district = $1 AND s.matter_id > $2 AND NOT "
    "EXISTS (SELECT 1 FROM matter m WHERE m.district = $1 AND m.id = s.matter_id) ORDER BY "
    "s.matter_id LIMIT $3");

void service_hear(struct desk *k, struct service_told *all, const struct matter *m,
                  const struct action *action, const struct val *fields)
{
    struct served *s = NEW(k->a, struct served);

    if (!service_in(k, m, action, fields, s))
        return;
    s->next = all->first;
    all->first = s;
}

/* Takes it out of what was told. */
static const struct served *take(struct service_told *all, int64_t person, int64_t at)
{
    for (struct served **s = &all->first; *s; s = &(*s)->next) {
        if ((*s)->person == person && (*s)->at == at) {
            const struct served *found = *s;

            *s = found->next;
            return found;
        }
    }
    return NULL;
}

void service_compare(struct desk *k, struct service_told *all, int64_t matter, struct val *faults)
{
    struct rows r = db_query(k->db, k->a, verify_served, ARG(k->d->code), ARG(matter));

    while (rows_next(&r)) {
        const struct served *s = take(all, row_int(&r, 0), row_int(&r, 1));

        if (!s)
            verify_fault(faults, matter, 0,
                         S("hours of service stand there that the ledger does not know of"));
        else if (s->minutes != row_int(&r, 2) || s->unit != row_int(&r, 3) ||
                 !str_eq(s->mechanism, row_str(&r, 4)) || !str_eq(s->path, row_str(&r, 5)))
            verify_fault(faults, matter, 0, S("hours of service are not what the ledger says"));
    }
    for (const struct served *s = all->first; s; s = s->next)
        verify_fault(faults, matter, 0, S("the ledger has hours of service that are not there"));
}

static void of_none(struct desk *k, int64_t matter, void *faults)
{
    (void)k;
    verify_fault(faults, matter, 0, S("hours of service were given in a matter that is not there"));
}

void services_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_serving, of_none, faults);
}

VERIFIER(services_verify, "service");
