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
     "SELECT struck_at FROM supporter WHERE district = $1 AND matter_id = $2 AND hash = $3");
STMT(supporters_of, "SELECT count(*) FROM supporter WHERE district = $1 AND matter_id = $2 AND "
                    "struck_at = 0");
STMT(supporter_rows,
     "SELECT id, name_sealed, phone_sealed, at, by_id, struck_at FROM supporter WHERE district = "
     "$1 AND matter_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
STMT(supporter_get, "SELECT name_sealed, phone_sealed, struck_at FROM supporter WHERE district = "
                    "$1 AND matter_id = $2 AND id = $3");
STMT(supporter_strike,
     "UPDATE supporter SET struck_at = $4 WHERE district = $1 AND matter_id = $2 AND id = $3");

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

enum given { NOT_GIVEN, GIVEN, STRUCK };

static enum given given(struct desk *k, int64_t matter, const struct supporter *s)
{
    struct rows r =
        db_query(k->db, k->a, supporter_there, ARG(k->d->code), ARG(matter), arg_blob(s->hash));
    enum given is = !rows_next(&r) ? NOT_GIVEN : row_int(&r, 0) ? STRUCK : GIVEN;

    rows_end(&r);
    return is;
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
    if (given(k, d.matter_id, &s) == STRUCK)
        return refuse(e, ERR_CONFLICT, "phone",
                      "The support of this number was struck out as invalid.");
    if (given(k, d.matter_id, &s) == GIVEN)
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
        if (named_before(out, found, s.hash) || given(k, n->matter_id, &s) != NOT_GIVEN) {
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

/* The matter, for who may bring in papers and strike out. */
static bool load_kept(struct desk *k, int64_t id, struct matter *m, struct err *e)
{
    if (!matter_load(k, id, m, e))
        return false;
    if (!matter_visible(k, m))
        return matter_hidden(k, m, e);
    return support_may(k, m) || refuse(e, ERR_DENIED, NULL, "This is not yours to do.");
}

bool support_paper(struct desk *k, const struct paper_new *n, struct err *e)
{
    struct supporter *s = NEW_ARRAY(k->a, struct supporter, SUPPORTERS_AT_ONCE);
    struct matter *m = NEW(k->a, struct matter);
    struct val *fields = val_map(k->a);
    int found;

    if (!load_kept(k, n->matter_id, m, e))
        return false;
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

/* ---- who they are --------------------------------------------------------- */

bool support_may_reveal(struct desk *k, const struct matter *m)
{
    return support_may(k, m) || actor_may(k->actor, S("personal.reveal"), m->unit_path);
}

static void put_row(struct desk *k, const struct rows *r, struct val *v)
{
    int64_t id = row_int(r, 0);
    struct str name = unseal_text(k->db, k->d, k->a, id, row_str(r, 1));
    struct str phone = unseal_text(k->db, k->d, k->a, id, row_str(r, 2));

    set_int(v, "id", id);
    set_str(v, "name", text_mask_name(k->a, name));
    set_str(v, "phone", text_mask(k->a, phone));
    set_str(v, "at", when_minute(k->a, row_int(r, 3)));
    set_bool(v, "on_paper", row_int(r, 4) != 0);
    set_str(v, "struck", row_int(r, 5) ? when_minute(k->a, row_int(r, 5)) : S(""));
}

int64_t support_list(struct desk *k, const struct matter *m, int64_t before, struct val *list)
{
    struct rows r = db_query(k->db, k->a, supporter_rows, ARG(k->d->code), ARG(m->id),
                             ARG(before ? before : INT64_MAX), ARG((int64_t)SUPPORTERS_SHOWN + 1));
    int64_t last = 0;

    for (int n = 0; rows_next(&r); n++) {
        if (n == SUPPORTERS_SHOWN) {
            rows_end(&r);
            return last;
        }
        last = row_int(&r, 0);
        put_row(k, &r, add_map(list));
    }
    return 0;
}

bool support_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                    struct str *plain, struct err *e)
{
    struct rows r;

    if (!support_may_reveal(k, m))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!reveal_check(ask, e))
        return false;
    r = db_query(k->db, k->a, supporter_get, ARG(k->d->code), ARG(m->id), ARG(ask->id));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "Nobody of this number supports it.");
    *plain = unseal_text(k->db, k->d, k->a, ask->id,
                         row_str(&r, str_eq(ask->field, S("phone")) ? 1 : 0));
    rows_end(&r);
    look_record(k, m, "supporter", ask);
    return true;
}

/* ---- struck out ----------------------------------------------------------- */

bool support_strike(struct desk *k, const struct strike *n, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct val *fields = val_map(k->a);
    struct rows r;
    bool there, struck;

    if (!load_kept(k, n->matter_id, m, e))
        return false;
    r = db_query(k->db, k->a, supporter_get, ARG(k->d->code), ARG(m->id), ARG(n->id));
    there = rows_next(&r);
    struck = there && row_int(&r, 2) != 0;
    rows_end(&r);
    if (!there)
        return refuse(e, ERR_NOT_FOUND, NULL, "Nobody of this number supports it.");
    if (struck)
        return refuse(e, ERR_CONFLICT, NULL, "This one is struck out already.");
    set_int(fields, STRUCK_OUT, n->id);
    set_str(fields, "reason", str_trim(n->reason));
    if (!act(k, m, -1, fields, e))
        return false;
    db_run(k->db, supporter_strike, ARG(k->d->code), ARG(m->id), ARG(n->id), ARG(k->now));
    return true;
}

bool support_strike_holds(struct desk *k, int64_t matter_id, const struct val *fields, int64_t at)
{
    int64_t id = val_int(fields, STRUCK_OUT);
    struct rows r;
    bool holds;

    if (!id)
        return true;
    r = db_query(k->db, k->a, supporter_get, ARG(k->d->code), ARG(matter_id), ARG(id));
    holds = rows_next(&r) && row_int(&r, 2) == at;
    rows_end(&r);
    return holds;
}
