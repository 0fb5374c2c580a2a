/* What a gathering votes on: the list on its page, and the page of one item. */
#include "page/motion.h"

#include "civic/ballot.h"
#include "civic/matter.h"
#include "civic/roll.h"
#include "civic/seat.h"

#include <string.h>

#define MOTIONS_SHOWN 200
#define SEATS_SHOWN   500

struct str motion_at(const struct req *q, int64_t gathering, int64_t n, const char *rest)
{
    return str_format(q->a, "/gatherings/%lld/motions/%lld%s", (long long)gathering, (long long)n,
                      rest);
}

struct str motion_word(const struct req *q, const char *of, struct str name)
{
    return name.n ? req_text(q, str_format(q->a, "motion.%s_%.*s", of, STR_ARG(name)).p) : S("");
}

/* The share stands where the text has a #. */
static struct str share_text(const struct req *q, const struct share *s, const char *what)
{
    struct str head, rest;
    const char *key = str_format(q->a, "motion.%s_%s_%s", what, s->over ? "over" : "least",
                                 s->of_present ? "present" : "should")
                          .p;

    if (!s->b)
        return S("");
    rest = str_cut(req_text(q, key), '#', &head);
    return str_format(q->a, "%.*s%d/%d%.*s", STR_ARG(head), s->a, s->b, STR_ARG(rest));
}

static void put_rule(const struct req *q, const struct motion *m, struct val *v)
{
    set_str(v, "quorum", share_text(q, &m->rule.quorum, "quorum"));
    set_str(v, "pass", share_text(q, &m->rule.pass, "pass"));
    set_bool(v, "by_area", m->rule.by_area);
}

static void put_count(const struct req *q, struct val *list, const char *name, int64_t n)
{
    struct val *v = add_map(list);

    set_str(v, "name", str_of(name));
    set_str(v, "title", motion_word(q, "count", str_of(name)));
    set_int(v, "n", n);
    set_str(v, "text",
            strncmp(name, "area_", 5) == 0 ? area_text(q->a, n)
                                           : str_format(q->a, "%lld", (long long)n));
}

static void put_counts(const struct req *q, const struct motion *m, struct val *v)
{
    struct val *list = set_list(v, "counts");
    bool decided = str_eq(m->state, S("decided"));

    set_bool(v, "decided", decided);
    if (!decided)
        return;
    put_count(q, list, "should_attend", m->votes.should_attend);
    put_count(q, list, "present", m->votes.present);
    put_count(q, list, "in_favour", m->votes.in_favour);
    put_count(q, list, "against", m->votes.against);
    put_count(q, list, "abstain", m->votes.abstain);
    put_count(q, list, "invalid", m->votes.invalid);
    if (!m->rule.by_area)
        return;
    put_count(q, list, "area_should", m->votes.area_should);
    put_count(q, list, "area_present", m->votes.area_present);
    put_count(q, list, "area_in_favour", m->votes.area_in_favour);
}

static struct str chip_of(const struct motion *m)
{
    return str_eq(m->outcome, S("carried")) ? S("ended")
           : m->outcome.n                   ? S("returned")
           : str_eq(m->state, S("open"))    ? S("doing")
                                            : S("new");
}

void motion_put_view(const struct req *q, const struct motion *m, struct val *v)
{
    struct val *chip;

    set_int(v, "n", m->n);
    set_str(v, "text", m->text);
    set_str(v, "state", m->state);
    set_str(v, "outcome", m->outcome);
    set_str(v, "method", m->method);
    set_str(v, "method_text", motion_word(q, "method", m->method));
    set_bool(v, "merged", m->merged);
    set_str(v, "matter_at",
            m->matter_id ? str_format(q->a, "/matters/%lld", (long long)m->matter_id) : S(""));
    set_str(v, "at", motion_at(q, m->gathering_id, m->n, ""));
    chip = set_map(v, "chip");
    set_str(chip, "class", chip_of(m));
    set_str(chip, "text",
            m->outcome.n ? motion_word(q, "outcome", m->outcome)
                         : motion_word(q, "state", m->state));
    put_rule(q, m, v);
    put_counts(q, m, v);
}

void motions_view(struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);
    struct motion *all = NEW_ARRAY(q->a, struct motion, MOTIONS_SHOWN);
    int n = motions_of(&k, g->id, all, MOTIONS_SHOWN);
    struct val *list = set_list(q->view, "motions");

    for (int i = 0; i < n; i++)
        motion_put_view(q, &all[i], add_map(list));
    set_bool(q->view, "motions_any", n > 0);
    set_bool(q->view, "may_put",
             g->def && g->def->votes && g->def->pass.b && gathering_runs(&k, g) &&
                 !gathering_in(g, "closed") && !gathering_in(g, "cancelled"));
    set_str(q->view, "put_at", str_format(q->a, "/gatherings/%lld/motions", (long long)g->id));
}

/* ---- seen from a matter, and from a seat ------------------------------- */

static struct str kind_title(const struct req *q, const struct gathering *g)
{
    struct desk k = req_desk(q);

    return g->def ? desk_title(&k, &g->def->title) : g->title;
}

void meetings_view(struct req *q, int64_t matter)
{
    struct desk k = req_desk(q);
    struct motion *all = NEW_ARRAY(q->a, struct motion, MOTIONS_OF_MATTER);
    int n = motions_of_matter(&k, matter, all, MOTIONS_OF_MATTER);
    struct val *list = set_list(q->view, "meetings"), *v;
    struct gathering *g = NEW(q->a, struct gathering);
    struct str now = S("");
    struct err none = {0};

    while (n-- > 0) {
        struct str at = str_format(q->a, "/gatherings/%lld", (long long)all[n].gathering_id);

        if (!gathering_load(&k, all[n].gathering_id, g, &none))
            continue;
        v = add_map(list);
        motion_put_view(q, &all[n], v);
        set_str(v, "title", kind_title(q, g));
        set_str(v, "gathering_at", gathering_visible(&k, g) ? at : S(""));
        set_str(v, "gathering_state",
                req_text(q, str_format(q->a, "gathering.is_%.*s", STR_ARG(g->state)).p));
        set_str(v, "place", g->place);
        show_moment_long(q, v, "starts", g->starts_at);
        if (!str_eq(all[n].state, S("decided")) && !gathering_in(g, "closed") &&
            !gathering_in(g, "cancelled") && gathering_visible(&k, g))
            now = at;
    }
    set_str(q->view, "meeting_at", now);
    set_bool(q->view, "meetings_any", list->first != NULL);
}

void agenda_view(struct req *q, const struct gathering *g, bool may_vote, struct str code)
{
    struct desk k = req_desk(q);
    struct motion *all = NEW_ARRAY(q->a, struct motion, MOTIONS_SHOWN);
    int n = motions_of(&k, g->id, all, MOTIONS_SHOWN);
    struct val *list = set_list(q->view, "votes_now"), *agenda = set_list(q->view, "agenda"), *v;

    for (int i = 0; i < n; i++) {
        v = add_map(agenda);
        set_int(v, "n", all[i].n);
        set_str(v, "text", text_mask(q->a, all[i].text));
        if (!may_vote)
            continue;
        if (!str_eq(all[i].state, S("open")) || !str_eq(all[i].method, S("roll")))
            continue;
        v = add_map(list);
        set_int(v, "n", all[i].n);
        set_str(v, "text", all[i].text);
        set_str(v, "at",
                motion_at(q, g->id, all[i].n,
                          code.n ? str_format(q->a, "?code=%.*s", STR_ARG(code)).p : ""));
    }
    set_bool(q->view, "votes_now_any", list->first != NULL);
}

/* ---- one item --------------------------------------------------------- */

STMT(page_votes, "SELECT v.seat_n, s.name, v.choice FROM vote v JOIN seat s ON s.district = $1 AND "
                 "s.gathering_id = $3 AND s.n = v.seat_n WHERE v.district = $1 AND v.motion_id = "
                 "$2 ORDER BY v.seat_n LIMIT $4");
STMT(page_voters,
     "SELECT s.n, s.name FROM seat s LEFT JOIN seat p ON p.district = $1 AND p.gathering_id = $2 "
     "AND p.n = s.proxy_n AND s.proxy_n > 0 WHERE s.district = $1 AND s.gathering_id = $2 AND "
     "(s.state = 'present' OR p.state = 'present') AND NOT EXISTS (SELECT 1 FROM vote v WHERE "
     "v.district = $1 AND v.motion_id = $3 AND v.seat_n = s.n) ORDER BY s.n LIMIT $4");
STMT(page_own_seats, "SELECT s.n, s.name, coalesce(v.choice, '') FROM seat s LEFT JOIN vote v ON "
                     "v.district = $1 AND v.motion_id = $4 AND v.seat_n = s.n WHERE s.district = "
                     "$1 AND s.gathering_id = $2 AND (s.n = $3 OR s.proxy_n = $3) ORDER BY s.n "
                     "LIMIT 20");

static struct val *put_seat(struct val *list, int64_t n, struct str name)
{
    struct val *v = add_map(list);

    set_int(v, "seat", n);
    set_str(v, "name", name);
    return v;
}

/* Open votes are seen by all; of slips only who drew one. */
static void put_votes(struct req *q, const struct motion *m)
{
    struct val *list = set_list(q->view, "votes");
    struct rows r = db_query(q->db, q->a, page_votes, ARG(q->district->code), ARG(m->id),
                             ARG(m->gathering_id), ARG(SEATS_SHOWN));

    while (rows_next(&r))
        set_str(put_seat(list, row_int(&r, 0), row_str(&r, 1)), "choice",
                motion_word(q, "choice", row_str(&r, 2)));
    set_bool(q->view, "votes_any", list->first != NULL);
}

static void put_voters(struct req *q, const struct motion *m, bool wanted)
{
    struct val *list = set_list(q->view, "voters");
    struct rows r;

    if (wanted) {
        r = db_query(q->db, q->a, page_voters, ARG(q->district->code), ARG(m->gathering_id),
                     ARG(m->id), ARG(SEATS_SHOWN));
        while (rows_next(&r))
            put_seat(list, row_int(&r, 0), row_str(&r, 1));
    }
    set_bool(q->view, "voters_any", list->first != NULL);
}

/* Those that the actor votes for on this phone. */
static void put_own(struct req *q, const struct motion *m, int64_t own, bool voting)
{
    struct val *list = set_list(q->view, "own");
    struct rows r;

    if (own && str_eq(m->method, S("roll"))) {
        r = db_query(q->db, q->a, page_own_seats, ARG(q->district->code), ARG(m->gathering_id),
                     ARG(own), ARG(m->id));
        while (rows_next(&r)) {
            struct str choice = row_str(&r, 2);
            struct val *v;

            if (!voting && !choice.n)
                continue;
            v = put_seat(list, row_int(&r, 0), row_str(&r, 1));
            set_str(v, "choice", motion_word(q, "choice", choice));
            set_bool(v, "may_vote", voting && !choice.n);
        }
    }
    set_bool(q->view, "own_any", list->first != NULL);
}

static void put_keying(struct arena *a, struct val *row, const char *key)
{
    struct val *v = show_member(row, key);

    if (v)
        set_str(v, "area", area_text(a, val_int(v, "area_in_favour")));
    else
        set_bool(row, key, false);
}

static void put_batches(struct req *q, struct desk *k, const struct motion *m)
{
    struct val *list = set_list(q->view, "batches");
    int64_t unequal = 0;

    if (str_eq(m->method, S("paper")))
        unequal = motion_batches(k, m, list);
    for (struct item *it = list->first; it; it = it->next) {
        put_keying(q->a, &it->val, "first");
        put_keying(q->a, &it->val, "second");
        if (!val_get(&it->val, S("equal")))
            set_bool(&it->val, "equal", false);
    }
    set_int(q->view, "unequal", unequal);
    set_bool(q->view, "batches_any", list->first != NULL);
}

static void put_methods(struct req *q, const struct gathering *g, const struct motion *m)
{
    static const char *const names[] = {"hands", "roll", "ballot", "paper"};
    struct val *list = set_list(q->view, "methods");

    for (unsigned i = 0; i < COUNT(names); i++) {
        if (g->def && g->def->votes & 1u << i && !(m->rule.by_area && 1u << i == VOTE_BALLOT))
            show_choice(list, str_of(names[i]), motion_word(q, "method", str_of(names[i])),
                        !list->first);
    }
}

static void put_state(struct req *q, struct desk *k, const struct gathering *g,
                      const struct motion *m)
{
    bool runs = gathering_runs(k, g), open = str_eq(m->state, S("open"));
    struct val *may = set_map(q->view, "may"), *is = set_map(q->view, "is");
    static const char *const names[] = {"hands", "roll", "ballot", "paper"};
    struct seat own;

    for (size_t i = 0; i < COUNT(names); i++)
        set_bool(is, names[i], str_eq(m->method, str_of(names[i])));
    set_bool(is, "open", open);
    set_bool(may, "open", runs && str_eq(m->state, S("waiting")) && gathering_in(g, "open"));
    set_bool(may, "decide", runs && open);
    set_bool(may, "key",
             open && str_eq(m->method, S("paper")) && (runs || seat_own(k, g->id, &own)));
    put_methods(q, g, m);
    put_voters(q, m, runs && open && !str_eq(m->method, S("hands")));
}

/* Anybody's who may see the gathering, or has a seat there. */
static bool may_look(struct desk *k, const struct gathering *g, struct str code, int64_t *own,
                     struct err *e)
{
    struct seat s;

    *own = 0;
    if (code.n) {
        if (!seat_by_code(k, g->id, code, &s, e))
            return false;
        *own = s.n;
        return true;
    }
    if (seat_own(k, g->id, &s))
        *own = s.n;
    return gathering_visible(k, g) || refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
}

bool motion_view(struct req *q, int64_t gathering, int64_t n, struct str code)
{
    struct desk k = req_desk(q);
    struct gathering *g = NEW(q->a, struct gathering);
    struct motion m;
    int64_t own;

    if (!gathering_load(&k, gathering, g, &q->err) || !may_look(&k, g, code, &own, &q->err) ||
        !motion_load(&k, gathering, n, &m, &q->err))
        return false;
    motion_put_view(q, &m, q->view);
    set_str(q->view, "title", g->title);
    set_str(q->view, "gathering_at", str_format(q->a, "/gatherings/%lld", (long long)g->id));
    set_str(q->view, "code", code);
    set_int(q->view, "seen", g->head.seq);
    set_int(q->view, "present", g->present);
    set_int(q->view, "slips", m.slips);
    set_int(q->view, "left", g->present - m.slips);
    set_bool(q->view, "left_any", g->present > m.slips);
    put_state(q, &k, g, &m);
    put_own(q, &m, own, str_eq(m.state, S("open")));
    put_votes(q, &m);
    put_batches(q, &k, &m);
    return true;
}

PAGE(motion_show, .at = "GET /gatherings/{id}/motions/{n}", .template = "gathering/motion",
     .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"code", PARAM_TEXT, .max = 40}))
{
    return motion_view(q, param_int(q, "id"), param_int(q, "n"), param_str(q, "code"));
}

/* Who may know of the gathering, or holds a slip of this motion. */
static bool may_add_up(struct desk *k, const struct gathering *g, const struct motion *m,
                       struct str slip, struct err *e)
{
    struct ballot b;

    if (gathering_visible(k, g))
        return true;
    return (slip.n && ballot_by_code(k, slip, &b, e) && b.motion.id == m->id) ||
           refuse(e, ERR_NOT_FOUND, NULL, "There is no such gathering.");
}

PAGE(motion_ballots, .at = "GET /gatherings/{id}/motions/{n}/ballots",
     .template = "gathering/ballots", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}, {"n", PARAM_ID}, {"slip", PARAM_TEXT, .max = 40}))
{
    struct desk k = req_desk(q);
    struct motion m;
    struct gathering *g = NEW(q->a, struct gathering);
    struct val *list;

    if (!gathering_load(&k, param_int(q, "id"), g, &q->err) ||
        !motion_load(&k, g->id, param_int(q, "n"), &m, &q->err) ||
        !may_add_up(&k, g, &m, param_str(q, "slip"), &q->err))
        return false;
    if (!str_eq(m.method, S("ballot")) || !str_eq(m.state, S("decided")))
        return refuse(&q->err, ERR_NOT_FOUND, NULL, "There is no such item to vote on.");
    motion_put_view(q, &m, q->view);
    list = set_list(q->view, "ballots");
    ballot_list(&k, &m, list);
    for (struct item *it = list->first; it; it = it->next)
        set_str(&it->val, "choice_text", motion_word(q, "choice", val_text(&it->val, "choice")));
    set_str(q->view, "digest", ballot_digest(&k, &m));
    return true;
}
