/* Whose a duty is is told a day before it is due, and who supervises once it was missed: each once,
 * also after the program stood still. */
#include "civic/duty_tell.h"
#include "civic/district.h"
#include "civic/job.h"
#include "civic/notice.h"

#define AT_ONCE 500

/* In the order of duty_due, after the last one that was told. */
STMT(duties_to_tell,
     "SELECT d.due_at, d.unit_id, d.source_id, d.name, d.from_at, d.person_id, d.role_unit_id, "
     "d.role, d.state FROM duty d WHERE d.district = $1 AND d.kind = $2 AND d.due_at <= $3 AND "
     "(d.due_at, d.source_id, d.name, d.from_at) > ($4, $5, $6, $7) ORDER BY d.due_at, "
     "d.source_id, d.name, d.from_at LIMIT $8");

/* The last that was told, as the setting keeps it: "DUE SOURCE FROM NAME". */
struct told {
    int64_t due_at, source_id, from_at;
    struct str name;
};

static struct told told_read(struct desk *k, struct str setting)
{
    struct str rest = setting_get(k, setting), word;
    struct told out = {.name = S("")};
    int64_t *const to[] = {&out.due_at, &out.source_id, &out.from_at};

    for (size_t i = 0; i < COUNT(to); i++) {
        rest = str_cut(rest, ' ', &word);
        if (!str_int(word, to[i]))
            *to[i] = 0;
    }
    out.name = rest;
    return out;
}

static void told_write(struct desk *k, struct str setting, const struct told *t)
{
    setting_put(k, setting,
                str_format(k->a, "%lld %lld %lld %.*s", (long long)t->due_at,
                           (long long)t->source_id, (long long)t->from_at, STR_ARG(t->name)));
}

static const struct role *supervisor(const struct pack *p, struct str kind)
{
    for (int i = 0; i < p->roles; i++) {
        if (!role_has(&p->role[i], S("supervise")))
            continue;
        for (int n = 0; n < p->role[i].ofs; n++) {
            if (str_eq(p->role[i].of[n], kind))
                return &p->role[i];
        }
    }
    return NULL;
}

/* Whoever supervises nearest above the unit. */
static void tell_above(struct desk *k, int64_t unit_id, struct str content)
{
    const struct unit *u = unit_by_id(k->d->units, unit_id);

    for (; u; u = unit_by_id(k->d->units, u->parent_id)) {
        const struct role *r = supervisor(k->d->pack, u->kind);

        if (r) {
            notice_tell(k, &(struct told_to){.unit_id = u->id, .role = r->name},
                        &(struct told_what){0, S("duty_missed"), content});
            return;
        }
    }
}

static void tell_one(struct desk *k, const struct rows *r, bool missed)
{
    struct val *c = val_map(k->a);
    struct str content;

    set_int(c, "source", row_int(r, 2));
    set_str(c, "duty", row_str(r, 3));
    set_int(c, "from", row_int(r, 4));
    content = json_text(k->a, c);
    if (missed)
        tell_above(k, row_int(r, 1), content);
    else if (row_int(r, 0) >= k->now) /* what was due while nobody was told is missed by now */
        notice_tell(k,
                    &(struct told_to){.person_id = row_int(r, 5),
                                      .unit_id = row_int(r, 6),
                                      .role = row_str(r, 7)},
                    &(struct told_what){0, S("duty_soon"), content});
}

/* Of one kind; how many were looked at. */
static int64_t tell_kind(struct desk *k, struct str kind, bool missed)
{
    struct str setting =
        str_format(k->a, missed ? "duties_missed %.*s" : "duties_soon %.*s", STR_ARG(kind));
    struct told last = told_read(k, setting);
    int64_t until = missed ? k->now - 1 : k->now + DAY_MS, n = 0;
    struct rows r;

    if (!last.due_at) { /* the first time: nobody is told of what is past */
        last.due_at = k->now;
        told_write(k, setting, &last);
    }
    r = db_query(k->db, k->a, duties_to_tell, ARG(k->d->code), ARG(kind), ARG(until),
                 ARG(last.due_at), ARG(last.source_id), ARG(last.name), ARG(last.from_at),
                 ARG(AT_ONCE));
    for (; rows_next(&r); n++) {
        last = (struct told){row_int(&r, 0), row_int(&r, 2), row_int(&r, 4), row_str(&r, 3)};
        if (!row_str(&r, 8).n)
            tell_one(k, &r, missed);
    }
    if (n)
        told_write(k, setting, &last);
    return n;
}

int64_t duties_tell(struct desk *k)
{
    int n;
    const struct duty_kind *all = pack_duties(k->a, k->d->pack, &n);
    int64_t told = 0;

    for (int i = 0; i < n && !told; i++) {
        if (i == 0 || !str_eq(all[i].kind, all[i - 1].kind))
            told = tell_kind(k, all[i].kind, false) + tell_kind(k, all[i].kind, true);
    }
    return told;
}

JOB(duties_told, .every_ms = 10 * SECOND_MS)
{
    struct desk k = district_desk(d, db, a, now);

    (void)e;
    return duties_tell(&k);
}
