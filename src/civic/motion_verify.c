/* Every decided motion once more: what was voted, the row, the event and the rule must agree. */
#include "civic/ballot.h"
#include "civic/verifier.h"
#include "val/json.h"

#include <string.h>

#define CONTENT_BYTES ((size_t)1 << 20)

STMT(verify_motions, "SELECT id FROM motion WHERE district = $1 AND id > $2 AND state = 'decided' "
                     "ORDER BY id LIMIT $3");
STMT(verify_decided, "SELECT seq, content FROM event WHERE district = $1 AND subject = $2 AND kind "
                     "= 'decide' ORDER BY seq");

/* The event that decided it; NULL if there is none that can be read. */
static const struct val *event_of(struct desk *k, const struct motion *m, int64_t *seq)
{
    struct rows r = db_query(k->db, k->a, verify_decided, ARG(k->d->code), ARG(m->gathering_id));
    const struct val *found = NULL;

    while (rows_next(&r)) {
        struct val *c = NULL;
        struct err e = {0};

        if (json_read(k->a, row_str(&r, 1), CONTENT_BYTES, &c, &e) &&
            val_int(c, "motion") == m->n) {
            found = c;
            *seq = row_int(&r, 0);
        }
    }
    return found;
}

static bool same_votes(const struct votes *a, const struct votes *b)
{
    return a->in_favour == b->in_favour && a->against == b->against && a->abstain == b->abstain &&
           a->invalid == b->invalid && a->area_in_favour == b->area_in_favour;
}

static bool rule_bears_out(const struct motion *m)
{
    enum decision is = votes_decide(&m->rule, &m->votes);

    return str_eq(m->outcome, is == DECIDED_CARRIED ? S("carried")
                              : is == DECIDED_LOST  ? S("lost")
                                                    : S("no_quorum"));
}

static void verify_one(struct desk *k, const struct motion *m, struct val *faults)
{
    int64_t seq = 0;
    const struct val *c = event_of(k, m, &seq);
    struct votes counted = m->votes, told;
    struct err e = {0};

    if (!c) {
        verify_fault(faults, m->gathering_id, 0,
                     S("a vote was decided that the ledger does not know of"));
        return;
    }
    if (!str_eq(m->method, S("hands"))) {
        counted = (struct votes){0};
        motion_count(k, m, &counted);
    }
    if (!votes_read(c, true, &told, &e) || memcmp(&told, &m->votes, sizeof(told)) != 0 ||
        !str_eq(val_text(c, "outcome"), m->outcome))
        verify_fault(faults, m->gathering_id, seq, S("a vote is not what the ledger says"));
    if (!same_votes(&counted, &m->votes))
        verify_fault(faults, m->gathering_id, seq, S("the votes, counted again, are others"));
    if (!rule_bears_out(m))
        verify_fault(faults, m->gathering_id, seq, S("the votes do not bear out what was decided"));
    if (str_eq(m->method, S("ballot")) && !str_eq(val_text(c, "ballots"), ballot_digest(k, m)))
        verify_fault(faults, m->gathering_id, seq,
                     S("the ballots are not those that were counted"));
}

static void verify_id(struct desk *k, int64_t id, void *faults)
{
    struct motion m;
    struct err e = {0};

    if (motion_by_id(k, id, &m, &e))
        verify_one(k, &m, faults);
}

void motions_verify(struct desk *k, struct val *faults)
{
    verify_each(k, &verify_motions, verify_id, faults);
}

VERIFIER(motions_verify, "gathering");
