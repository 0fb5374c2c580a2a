/* Who holds what runs out and who keeps it are told: some days before, and when it has. */
#include "civic/notice.h"
#include "civic/resource.h"
#include "pack/gathering.h"

#include "val/json.h"

STMT(allotments_to_tell,
     "SELECT resource_id, matter_id, until_at FROM allotment WHERE district = $1 AND tell_at > 0 "
     "AND tell_at <= $2 AND ended_at = 0 ORDER BY tell_at LIMIT $3");
STMT(allotment_told, "UPDATE allotment SET tell_at = 0 WHERE district = $1 AND resource_id = $2 "
                     "AND matter_id = $3");

int64_t resource_tell_at(const struct resource_kind *def, int64_t now, int64_t until)
{
    int64_t before = (int64_t)def->remind_days * DAY_MS;

    if (!until)
        return 0;
    return until - before > now ? until - before : now + (until - now) / 2;
}

/* Those posts that keep it, in its unit or nearest above. */
static void tell_keeper(struct desk *k, const struct resource *r, const struct told_what *what)
{
    const struct unit *u = unit_by_id(k->d->units, r->unit_id);
    bool told = false;

    for (; u && r->def && !told; u = unit_by_id(k->d->units, u->parent_id)) {
        for (int i = 0; i < r->def->whos; i++) {
            const struct body *b = &r->def->who[i];

            if (!str_eq(b->kind, u->kind))
                continue;
            notice_tell(k, &(struct told_to){.unit_id = u->id, .role = b->role}, what);
            told = true;
        }
    }
}

void resource_tell(struct desk *k, const struct resource *r, int64_t matter, struct str kind,
                   int64_t until)
{
    struct matter *m = NEW(k->a, struct matter);
    struct val *c = val_map(k->a);
    struct told_what what = {matter, kind, S("")};
    struct err none = {0};

    set_int(c, "resource", r->id);
    set_int(c, "until", until);
    what.content = json_text(k->a, c);
    if (!matter_load(k, matter, m, &none))
        return;
    if (m->opener_id)
        notice_tell(k, &(struct told_to){.person_id = m->opener_id, .role = S("")}, &what);
    notice_reports(k, m, kind, what.content);
    tell_keeper(k, r, &what);
}

int64_t resources_tell(struct desk *k)
{
    struct rows rows =
        db_query(k->db, k->a, allotments_to_tell, ARG(k->d->code), ARG(k->now), ARG(ALLOTMENTS));
    struct allotment soon[ALLOTMENTS];
    int n = allotments_read(&rows, soon);

    for (int i = 0; i < n; i++) {
        struct resource *r = NEW(k->a, struct resource);
        struct err none = {0};

        db_run(k->db, allotment_told, ARG(k->d->code), ARG(soon[i].resource), ARG(soon[i].matter));
        if (soon[i].until > k->now && resource_load(k, soon[i].resource, r, &none))
            resource_tell(k, r, soon[i].matter, S("held_soon"), soon[i].until);
    }
    return n;
}
