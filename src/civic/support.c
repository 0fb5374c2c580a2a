#include "civic/support.h"

#include "base/utf8.h"
#include "civic/disclosure.h"
#include "civic/keys.h"

#include <string.h>

#define HASH_BYTES 16
#define NAME_MOST  30
#define DIGITS_MAX 20

STMT(supporter_insert,
     "INSERT INTO supporter (district, matter_id, hash, id, name_sealed, phone_sealed, by_id, at) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
STMT(supporter_there,
     "SELECT 1 FROM supporter WHERE district = $1 AND matter_id = $2 AND hash = $3");
STMT(supporters_of, "SELECT count(*) FROM supporter WHERE district = $1 AND matter_id = $2");

struct supporter {
    struct str name, digits, hash;
};

/* The number as it counts: digits alone, without the country's. */
static struct str digits_of(struct arena *a, struct str phone)
{
    struct buf b = {.arena = a};
    struct str d;

    for (size_t i = 0; i < phone.n; i++) {
        if (phone.p[i] >= '0' && phone.p[i] <= '9')
            buf_put(&b, (struct str){phone.p + i, 1});
    }
    d = buf_str(&b);
    if (d.n == 13 && d.p[0] == '8' && d.p[1] == '6')
        d = (struct str){d.p + 2, 11};
    return d;
}

static bool is_mobile(struct str digits)
{
    return digits.n == 11 && digits.p[0] == '1' && digits.p[1] >= '3';
}

static struct supporter supporter_of(struct desk *k, int64_t matter, struct str name,
                                     struct str phone)
{
    struct supporter s = {str_trim(name), digits_of(k->a, phone), S("")};

    s.hash =
        keyed_hash(k, "supporter",
                   str_format(k->a, "%lld %.*s", (long long)matter, STR_ARG(s.digits)), HASH_BYTES);
    return s;
}

static bool is_there(struct desk *k, int64_t matter, const struct supporter *s)
{
    struct rows r =
        db_query(k->db, k->a, supporter_there, ARG(k->d->code), ARG(matter), arg_blob(s->hash));
    bool there = rows_next(&r);

    rows_end(&r);
    return there;
}

static void insert(struct desk *k, int64_t matter, const struct supporter *s, int64_t by)
{
    int64_t id = id_next(k->d->ids, k->now);

    db_run(k->db, supporter_insert, ARG(k->d->code), ARG(matter), arg_blob(s->hash), ARG(id),
           ARG(seal_text(k->db, k->d, k->a, id, s->name)),
           ARG(seal_text(k->db, k->d, k->a, id, s->digits)), ARG(by), ARG(k->now));
}

static bool act(struct desk *k, struct matter *m, int more, struct val *fields, struct err *e)
{
    struct matter_act act = {.kind = PROC_SUPPORT, .part = -1, .action = S(""), .fields = fields};

    set_int(fields, SUPPORTERS, m->state.supporters + more);
    return matter_act_on(k, m, &act, e);
}

/* ---- each for themselves ------------------------------------------------ */

bool support_add(struct desk *k, const struct support_new *n, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct disclosure d;
    struct supporter s;

    if (!disclosure_load(k, n->disclosure_id, &d, e))
        return false;
    s = supporter_of(k, d.matter_id, n->name, n->phone);
    if (!s.name.n || utf8_count(s.name) > NAME_MOST)
        return refuse(e, ERR_INVALID, "name", "Please give your name, at most %d characters.",
                      NAME_MOST);
    if (!is_mobile(s.digits))
        return refuse(e, ERR_INVALID, "phone", "Please give a mobile number of 11 digits.");
    if (d.ended_at)
        return refuse(e, ERR_CONFLICT, NULL, "No support is asked for here any more.");
    if (is_there(k, d.matter_id, &s))
        return refuse(e, ERR_CONFLICT, "phone",
                      "This number supports it already; each counts once.");
    if (!matter_load(k, d.matter_id, m, e) || !act(k, m, 1, val_map(k->a), e))
        return false;
    insert(k, m->id, &s, 0);
    return true;
}

/* ---- on paper ----------------------------------------------------------- */

/* "Zhang San 13800000001" */
static bool read_line(struct desk *k, int64_t matter, struct str line, int n, struct supporter *out,
                      struct err *e)
{
    size_t at = line.n;

    while (at > 0 && strchr("0123456789+-", line.p[at - 1]))
        at--;
    *out =
        supporter_of(k, matter, (struct str){line.p, at}, (struct str){line.p + at, line.n - at});
    if (!out->name.n || utf8_count(out->name) > NAME_MOST || out->digits.n < 7 ||
        out->digits.n > DIGITS_MAX)
        return refuse(e, ERR_INVALID, "list", "Line %d: a name and a phone number are needed.", n);
    return true;
}

static bool named_before(const struct supporter *s, int n, struct str hash)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(s[i].hash, hash))
            return true;
    }
    return false;
}

/* Those who are new, each once; -1: a line is refused. */
static int read_list(struct desk *k, const struct paper_new *n, struct supporter *out,
                     struct err *e)
{
    struct str rest = n->list, line;
    int lines = 0, found = 0, there = 0;

    while (rest.n) {
        struct supporter s;

        rest = str_cut(rest, '\n', &line);
        line = str_trim(line);
        lines++;
        if (!line.n)
            continue;
        if (!read_line(k, n->matter_id, line, lines, &s, e))
            return -1;
        if (named_before(out, found, s.hash) || is_there(k, n->matter_id, &s)) {
            there++;
            continue;
        }
        if (found == SUPPORTERS_AT_ONCE) {
            (void)refuse(e, ERR_INVALID, "list", "One paper can bring in 1 to %d people.",
                         SUPPORTERS_AT_ONCE);
            return -1;
        }
        out[found++] = s;
    }
    set_int(n->told, "added", found);
    set_int(n->told, "there", there);
    if (!found && there)
        (void)refuse(e, ERR_CONFLICT, "list", "Everybody on this list supports it already.");
    else if (!found)
        (void)refuse(e, ERR_INVALID, "list", "Please write who has signed, a line each.");
    return found ? found : -1;
}

bool support_may(struct desk *k, const struct matter *m)
{
    const struct proc_state *s = &m->state;
    struct proc_env env;

    matter_env(k, m, &env);
    return s->step >= 0 && s->step < m->def->steps && m->def->step[s->step].support.least &&
           proc_may(&env, s);
}

bool support_paper(struct desk *k, const struct paper_new *n, struct err *e)
{
    struct supporter *s = NEW_ARRAY(k->a, struct supporter, SUPPORTERS_AT_ONCE);
    struct matter *m = NEW(k->a, struct matter);
    struct val *fields = val_map(k->a);
    int found;

    if (!matter_load(k, n->matter_id, m, e))
        return false;
    if (!matter_visible(k, m))
        return matter_hidden(k, m, e);
    if (!support_may(k, m))
        return refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
    found = read_list(k, n, s, e);
    if (found < 0)
        return false;
    set_str(fields, "reason", n->reason);
    if (!act(k, m, found, fields, e))
        return false;
    for (int i = 0; i < found; i++)
        insert(k, m->id, &s[i], k->actor->person);
    return true;
}

int64_t supporters_count(struct desk *k, int64_t matter_id)
{
    struct rows r = db_query(k->db, k->a, supporters_of, ARG(k->d->code), ARG(matter_id));
    int64_t n = rows_next(&r) ? row_int(&r, 0) : 0;

    rows_end(&r);
    return n;
}
