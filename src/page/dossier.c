/* All papers of a matter as one document: proposal, gatherings, displays, result, ledger. */
#include "page/disclosure.h"
#include "page/matter.h"
#include "val/json.h"

STMT(
    dossier_gatherings,
    "SELECT g.id, g.title, g.place, g.starts_at, g.should_attend, g.present, g.heads, g.kind, g.fields FROM "
    "gathering g WHERE g.district = $1 AND g.id IN (SELECT o.gathering_id FROM motion o WHERE "
    "o.district = $1 AND o.matter_id = $2 AND o.matter_id > 0) ORDER BY g.id");
STMT(dossier_motions,
     "SELECT o.text, o.present, o.in_favour, o.against, o.abstain, o.outcome FROM motion o WHERE "
     "o.district = $1 AND o.gathering_id = $2 ORDER BY o.n");
STMT(dossier_roll, "SELECT s.name, s.state FROM seat s WHERE s.district = $1 AND s.gathering_id = "
                   "$2 ORDER BY s.n");

static void put_motions(struct req *q, int64_t gathering, struct val *v)
{
    struct val *list = set_list(v, "motions");
    struct rows r = db_query(q->db, q->a, dossier_motions, ARG(q->district->code), ARG(gathering));

    while (rows_next(&r)) {
        struct val *one = add_map(list);
        struct str outcome = row_str(&r, 5);
        struct str key =
            str_format(q->a, "dossier.motion_%.*s", STR_ARG(outcome.n ? outcome : S("open")));

        set_str(one, "text", text_mask(q->a, row_str(&r, 0)));
        set_int(one, "present", row_int(&r, 1));
        set_int(one, "in_favour", row_int(&r, 2));
        set_int(one, "against", row_int(&r, 3));
        set_int(one, "abstain", row_int(&r, 4));
        set_str(one, "outcome", req_text(q, key.p));
    }
    set_bool(v, "motions_any", list->first != NULL);
}

static void put_roll(struct req *q, int64_t gathering, struct val *v)
{
    struct val *list = set_list(v, "roll");
    struct rows r = db_query(q->db, q->a, dossier_roll, ARG(q->district->code), ARG(gathering));

    while (rows_next(&r)) {
        struct val *one = add_map(list);
        struct str state = row_str(&r, 1);
        struct str key =
            str_format(q->a, "dossier.seat_%.*s", STR_ARG(state.n ? state : S("absent")));

        set_str(one, "name", row_str(&r, 0));
        set_str(one, "mark", req_text(q, key.p));
    }
    set_bool(v, "roll_any", list->first != NULL);
}

/* What was written down when it was prepared and closed, as the kind asks. */
static void put_minutes(struct req *q, struct str kind, struct str json, struct val *v)
{
    const struct gathering_kind *def = pack_gathering(q->district->pack, kind);
    struct val *list = set_list(v, "minutes"), *fields;
    struct desk k = req_desk(q);
    struct err e = {0};

    if (!def || !json_read(q->a, json, (size_t)1 << 20, &fields, &e))
        return;
    for (int i = 0; i < def->asks + def->closes; i++) {
        const struct field *f = i < def->asks ? &def->ask[i] : &def->close[i - def->asks];
        const struct val *said = val_get(fields, f->name);
        struct str text = said && !f->personal ? field_words(&k, f, said) : S("");
        struct val *one;

        if (!text.n || f->kind == FIELD_PICTURES)
            continue;
        one = add_map(list);
        set_str(one, "title", desk_title(&k, &f->title));
        set_str(one, "text", text);
    }
}

/* Those in which a motion of the matter was put to the vote. */
static void put_gatherings(struct req *q, const struct matter *m)
{
    struct val *list = set_list(q->view, "gatherings");
    struct rows r = db_query(q->db, q->a, dossier_gatherings, ARG(q->district->code), ARG(m->id));

    while (rows_next(&r)) {
        int64_t id = row_int(&r, 0);
        struct val *v = add_map(list);

        set_str(v, "title", row_str(&r, 1));
        set_str(v, "place", row_str(&r, 2));
        set_str(v, "when", show_day(q, row_int(&r, 3)));
        set_int(v, "should_attend", row_int(&r, 4));
        set_int(v, "present", row_int(&r, 5) ? row_int(&r, 5) : row_int(&r, 6));
        put_minutes(q, row_str(&r, 7), row_str(&r, 8), v);
        put_motions(q, id, v);
        put_roll(q, id, v);
    }
    set_bool(q->view, "gatherings_any", list->first != NULL);
}

PAGE(matter_dossier, .at = "GET /matters/{id}/dossier", .template = "matter/dossier",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    struct matter *m = NEW(q->a, struct matter);

    if (!matter_get(q, param_int(q, "id"), m) || !matter_paper(q, m))
        return false;
    put_gatherings(q, m);
    set_str(q->view, "at", str_format(q->a, "/matters/%lld", (long long)m->id));
    return true;
}
