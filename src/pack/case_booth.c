/* Cases of a fair: which units book a booth, and which number is theirs. */
#include "pack/booth.h"
#include "pack/case_meet.h"

static int booth_of(const struct case_meet *m, int64_t unit)
{
    for (int i = 0; i < m->booths; i++) {
        if (m->booth[i] == unit)
            return i;
    }
    return -1;
}

static bool books(const struct case_meet *m, const struct case_person *p, const struct proc_unit *u,
                  int64_t unit)
{
    const struct booths *b = m->def->booths;

    for (int i = 0; p && i < p->posts; i++) {
        if (p->post[i].unit == unit && bodies_name(b->who, b->whos, p->post[i].role, u->kind))
            return true;
    }
    return false;
}

/* For the unit that the event says. */
static bool may_book(struct case_meet *m, const struct doing *d, int64_t *unit, struct err *e)
{
    const struct booths *b = m->def->booths;
    const struct proc_unit *u;
    struct err none = {0};
    bool known = false;

    if (!b)
        return refuse(e, ERR_CONFLICT, NULL, "There are no booths at this gathering.");
    *unit = case_unit(m->c, doing_text(d, "unit"));
    u = m->c->env.places.unit(m->c->env.places.arg, *unit);
    for (int i = 0; u && i < b->whos; i++)
        known = known || str_eq(b->who[i].kind, u->kind);
    if (!known)
        return refuse(e, ERR_INVALID, "unit", "No booth can be booked for such a unit.");
    if (!books(m, d->person, u, *unit) && !meet_runs(m, d, &none))
        return refuse(e, ERR_DENIED, NULL, "The unit itself books its booth, or who runs this.");
    return m->state == MEET_CALLED ||
           refuse(e, ERR_CONFLICT, NULL, "Booths are booked, and left, before it begins.");
}

bool meet_book(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t unit;
    int n;

    if (!may_book(m, d, &unit, e))
        return false;
    if (booth_of(m, unit) >= 0)
        return refuse(e, ERR_CONFLICT, NULL, "This unit has booth %lld already.",
                      (long long)booth_of(m, unit) + 1);
    n = booth_of(m, 0);
    n = n < 0 ? m->booths : n;
    if (n >= m->def->booths->most || n >= CASE_BOOTHS)
        return refuse(e, ERR_CONFLICT, NULL, "All %d booths are taken.", m->def->booths->most);
    m->booth[n] = unit;
    m->booths += n == m->booths;
    return true;
}

bool meet_leave(struct case_meet *m, const struct doing *d, struct err *e)
{
    int64_t unit;

    if (!may_book(m, d, &unit, e))
        return false;
    if (booth_of(m, unit) < 0)
        return refuse(e, ERR_CONFLICT, NULL, "This unit has no booth here.");
    m->booth[booth_of(m, unit)] = 0;
    return true;
}

struct str meet_booths(struct case_meet *m)
{
    struct buf b = {.arena = m->c->a};

    for (int i = 0; i < m->booths; i++) {
        if (m->booth[i])
            case_join(&b, str_format(m->c->a, "%d %.*s", i + 1,
                                     STR_ARG(case_unit_name(m->c, m->booth[i]))));
    }
    return buf_str(&b);
}
