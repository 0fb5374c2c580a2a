/* All papers of a matter as one document: proposal, gatherings, displays, what was done, ledger. */
#include "civic/ballot.h"
#include "page/disclosure.h"
#include "page/gathering.h"
#include "page/matter.h"
#include "page/motion.h"

STMT(dossier_roll, "SELECT s.name, s.state, p.name, coalesce(p.state, '') FROM seat s LEFT JOIN "
                   "seat p ON p.district = $1 AND p.gathering_id = $2 AND p.n = s.proxy_n AND "
                   "s.proxy_n > 0 WHERE s.district = $1 AND s.gathering_id = $2 ORDER BY s.n");
STMT(dossier_caller, "SELECT name FROM person WHERE district = $1 AND id = $2");

/* Who should have attended, and who did: one there by proxy is there. */
static void put_roll(struct req *q, int64_t gathering, struct val *v)
{
    struct val *list = set_list(v, "roll");
    struct rows r = db_query(q->db, q->a, dossier_roll, ARG(q->district->code), ARG(gathering));

    while (rows_next(&r)) {
        struct val *one = add_map(list);
        struct str state = row_str(&r, 1);
        bool by_proxy = str_eq(row_str(&r, 3), S("present"));
        struct str key =
            str_format(q->a, "dossier.seat_%.*s", STR_ARG(state.n ? state : S("absent")));

        set_str(one, "name", row_str(&r, 0));
        set_bool(one, "there", by_proxy || str_eq(state, S("present")));
        set_str(one, "mark",
                by_proxy ? str_format(q->a, "%.*s %.*s", STR_ARG(req_text(q, "dossier.seat_proxy")),
                                      STR_ARG(row_str(&r, 2)))
                         : req_text(q, key.p));
    }
    set_bool(v, "roll_any", list->first != NULL);
}

static struct str caller(struct req *q, int64_t person)
{
    struct rows r = db_query(q->db, q->a, dossier_caller, ARG(q->district->code), ARG(person));
    struct str name = rows_next(&r) ? row_str(&r, 0) : S("");

    rows_end(&r);
    return name;
}

/* One gathering: its notice, roll, votes, minutes, pictures. */
static bool put_gathering(struct req *q, struct desk *k, int64_t id, struct val *v)
{
    struct gathering *g = NEW(q->a, struct gathering);
    struct err none = {0};

    if (!gathering_load(k, id, g, &none))
        return false;
    gathering_put_facts(q, g, v);
    set_str(v, "caller", caller(q, g->opener_id));
    put_roll(q, id, v);
    return true;
}

static void put_motion(struct req *q, struct desk *k, const struct motion *m, struct val *v)
{
    motion_put_view(q, m, v);
    set_str(v, "text", text_mask(q->a, m->text));
    set_str(v, "digest",
            str_eq(m->method, S("ballot")) && str_eq(m->state, S("decided")) ? ballot_digest(k, m)
                                                                             : S(""));
}

/* Those before which the matter was brought, in order; of their votes its own. */
static void put_gatherings(struct req *q, const struct matter *m)
{
    struct val *list = set_list(q->view, "gatherings");
    struct motion *all = NEW_ARRAY(q->a, struct motion, MOTIONS_OF_MATTER);
    struct desk k = req_desk(q);
    int n = motions_of_matter(&k, m->id, all, MOTIONS_OF_MATTER);
    struct val v = {0}, *motions;

    for (int i = 0; i < n; i++) {
        v = *val_map(q->a);
        if (!put_gathering(q, &k, all[i].gathering_id, &v))
            continue;
        motions = set_list(&v, "motions");
        put_motion(q, &k, &all[i], add_map(motions));
        add_val(list, v);
    }
    set_bool(q->view, "gatherings_any", list->first != NULL);
}

static bool is_word(struct str action)
{
    static const char *const words[] = {"carried", "lost", "dismiss", "uphold"};

    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq(action, str_of(words[i])))
            return true;
    }
    return false;
}

/* What was done besides deciding and answering, oldest first. */
static void put_done(struct req *q)
{
    struct val *list = set_list(q->view, "done");
    const struct val *timeline = val_get(q->view, S("timeline"));

    for (const struct item *it = timeline->first; it; it = it->next) {
        if (str_eq(val_text(&it->val, "kind"), S("act")) && !is_word(val_text(&it->val, "action")))
            add_val(list, it->val);
    }
    set_bool(q->view, "done_any", list->first != NULL);
}

/* What was said when it was begun, besides title and text. */
static void put_asked(struct req *q)
{
    struct val *list = set_list(q->view, "asked");
    const struct val *timeline = val_get(q->view, S("timeline"));

    for (const struct item *it = timeline->first; it; it = it->next) {
        const struct val *fields = val_get(&it->val, S("fields"));

        if (!str_eq(val_text(&it->val, "kind"), S("open")))
            continue;
        for (const struct item *f = fields->first; f; f = f->next)
            add_val(list, f->val);
        set_val(q->view, S("proposal_pictures"), *val_get(&it->val, S("pictures")));
        return;
    }
    (void)set_list(q->view, "proposal_pictures");
}

PAGE(matter_dossier, .at = "GET /matters/{id}/dossier", .template = "matter/dossier",
     .who = WHO_STAFF, .params = PARAMS({"id", PARAM_ID}))
{
    struct matter *m = NEW(q->a, struct matter);

    if (!matter_get(q, param_int(q, "id"), m) || !matter_paper(q, m))
        return false;
    put_asked(q);
    put_gatherings(q, m);
    put_done(q);
    set_str(q->view, "at", str_format(q->a, "/matters/%lld", (long long)m->id));
    return true;
}
