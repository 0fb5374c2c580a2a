#include "civic/report.h"

#include "base/utf8.h"
#include "civic/keys.h"
#include "civic/notice.h"
#include "civic/picture.h"
#include "civic/request.h"

#include <sodium.h>
#include <string.h>

#define CODE_HASH     16
#define JOIN_BODY_MAX 8000 /* as a matter's */
#define REPORTS_MAX   4096 /* of one matter, told at once */

#define REPORT_COLUMNS                                                                       \
    "r.id, r.matter_id, r.person_id, r.at, r.asked_at, r.asked_until, r.rated_at, r.round, " \
    "r.name_sealed, r.phone_sealed, r.contacted, r.solved, r.satisfied, r.word, r.stars, r.body"

STMT(report_insert, "INSERT INTO report (district, id, matter_id, person_id, code_hash, "
                    "name_sealed, phone_sealed, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                    "$9)");
STMT(report_code,
     "SELECT " REPORT_COLUMNS " FROM report r WHERE r.district = $1 AND r.code_hash = $2");
STMT(report_find, "SELECT " REPORT_COLUMNS " FROM report r WHERE r.district = $1 AND r.id = $2");
STMT(report_of, "SELECT " REPORT_COLUMNS " FROM report r WHERE r.district = $1 AND r.matter_id = "
                "$2 ORDER BY r.id");
STMT(report_all,
     "SELECT " REPORT_COLUMNS
     " FROM report r WHERE r.district = $1 AND r.matter_id IN (SELECT CAST($2 AS BIGINT) "
     "UNION ALL SELECT b.id FROM matter b WHERE b.district = $1 AND b.bundle_id = $2 AND "
     "b.bundle_id > 0) ORDER BY CASE WHEN r.matter_id = $2 THEN 0 ELSE 1 END, "
     "r.matter_id, r.id LIMIT $3");
STMT(report_ask, "UPDATE report SET asked_at = $3, asked_until = $4, round = $5 WHERE district = "
                 "$1 AND id = $2");
STMT(
    answer_keep,
    "INSERT INTO answer (district, report_id, round, contacted, solved, satisfied, stars, word, "
    "rated_at) SELECT district, id, round, contacted, solved, satisfied, stars, word, rated_at FROM "
    "report WHERE district = $1 AND id = $2 AND rated_at > 0 ON CONFLICT DO NOTHING");
STMT(report_reset,
     "UPDATE report SET asked_at = 0, asked_until = 0, rated_at = 0, contacted = "
     "'', solved = '', satisfied = '', stars = 0, word = '' WHERE district = $1 AND id = $2");
STMT(report_rated, "UPDATE report SET rated_at = $3, contacted = $4, solved = $5, satisfied = $6, "
                   "word = $7, stars = $8 WHERE district = $1 AND id = $2 AND rated_at = 0");

/* ---- codes ------------------------------------------------------------ */

struct sender {
    struct str name, phone, body;
};

static int64_t add(struct desk *k, int64_t matter_id, const struct sender *from, struct str *code)
{
    int64_t id = id_next(k->d->ids, k->now);
    struct str sealed_name = S(""), sealed_phone = S("");

    *code = receipt_new(k->a);
    if (from->name.n)
        sealed_name = seal_text(k->db, k->d, k->a, id, from->name);
    if (from->phone.n)
        sealed_phone = seal_text(k->db, k->d, k->a, id, from->phone);
    db_run(k->db, report_insert, ARG(k->d->code), ARG(id), ARG(matter_id), ARG(k->actor->person),
           arg_blob(keyed_hash(k, "receipt", *code, CODE_HASH)), ARG(sealed_name),
           ARG(sealed_phone), ARG(k->now), ARG(from->body));
    return id;
}

int64_t report_add(struct desk *k, int64_t matter_id, struct str name, struct str phone,
                   struct str *code)
{
    return add(k, matter_id, &(struct sender){name, phone, S("")}, code);
}

/* ---- one more of the same ---------------------------------------------- */

static struct str words_digest(struct desk *k, struct str body)
{
    return matter_digest(k->a, &(struct matter){.title = S(""), .body = body});
}

static bool may_join(const struct matter *m, struct str body, struct err *e)
{
    if (m->ended_at || m->bundle_id)
        return refuse(e, ERR_CONFLICT, NULL,
                      "This one is closed by now. Please send yours as a new report.");
    return utf8_count(body) <= JOIN_BODY_MAX ||
           refuse(e, ERR_INVALID, "body", "The text may have at most %d characters.",
                  JOIN_BODY_MAX);
}

bool report_join(struct desk *k, int64_t into, const struct matter_new *n,
                 struct matter_receipt *out, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);
    struct sender from = {n->name, n->phone, n->body.n ? n->body : n->title};
    struct val *c = val_map(k->a), *pictures;

    if (request_before(k, n, out))
        return true;
    if (!matter_load(k, into, m, e) || !may_join(m, from.body, e))
        return false;
    out->id = into;
    out->number = m->number;
    out->report_id = add(k, into, &from, &out->code);
    set_int(c, "report", out->report_id);
    set_str(c, "words", words_digest(k, from.body));
    pictures = set_list(c, "pictures");
    for (size_t i = 0; i < n->pictures; i++) {
        picture_claim(k, n->picture[i], into);
        add_val(pictures, (struct val){.kind = VAL_INT, .integer = n->picture[i]});
    }
    matter_put_actor(k, m, c);
    matter_save(k, m, S("join"), c);
    request_done(k, n, out);
    return true;
}

bool report_words_hold(struct desk *k, const struct val *join)
{
    const struct val *id = val_get(join, S("report")), *words = val_get(join, S("words"));
    struct report r;
    struct err e = {0};

    return id && words && report_load(k, id->integer, &r, &e) &&
           str_eq(words_digest(k, r.body), words->str);
}

static void read_report(const struct rows *r, struct report *out)
{
    *out = (struct report){.id = row_int(r, 0),
                           .matter_id = row_int(r, 1),
                           .person_id = row_int(r, 2),
                           .at = row_int(r, 3),
                           .asked_at = row_int(r, 4),
                           .asked_until = row_int(r, 5),
                           .rated_at = row_int(r, 6),
                           .round = row_int(r, 7),
                           .name_sealed = row_str(r, 8),
                           .phone_sealed = row_str(r, 9),
                           .contacted = row_str(r, 10),
                           .solved = row_str(r, 11),
                           .satisfied = row_str(r, 12),
                           .word = row_str(r, 13),
                           .stars = row_int(r, 14),
                           .body = row_str(r, 15)};
}

bool report_by_code(struct desk *k, struct str typed, struct report *out, struct err *e)
{
    struct str code;
    struct rows r;

    if (!receipt_read(k->a, typed, &code))
        return refuse(e, ERR_NOT_FOUND, "code",
                      "This is not a receipt code; please compare it with your receipt.");
    r = db_query(k->db, k->a, report_code, ARG(k->d->code),
                 arg_blob(keyed_hash(k, "receipt", code, CODE_HASH)));
    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, "code", "There is no report with this receipt code.");
    read_report(&r, out);
    rows_end(&r);
    return true;
}

bool report_load(struct desk *k, int64_t id, struct report *out, struct err *e)
{
    struct rows r = db_query(k->db, k->a, report_find, ARG(k->d->code), ARG(id));

    if (!rows_next(&r))
        return refuse(e, ERR_NOT_FOUND, NULL, "There is no such report.");
    read_report(&r, out);
    rows_end(&r);
    return true;
}

bool report_first(struct desk *k, int64_t matter_id, struct report *out)
{
    struct rows r = db_query(k->db, k->a, report_of, ARG(k->d->code), ARG(matter_id));
    bool there = rows_next(&r);

    if (there)
        read_report(&r, out);
    rows_end(&r);
    return there;
}

/* "<report id>-<10 letters>", which holds for one round of asking. */
struct str report_rate_code(struct desk *k, const struct report *r)
{
    struct str what = str_format(k->a, "%lld.%lld", (long long)r->id, (long long)r->asked_at);
    struct str mac = keyed_hash(k, "rate", what, CODE_HASH);
    char text[sodium_base64_ENCODED_LEN(CODE_HASH, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

    sodium_bin2base64(text, sizeof(text), (const unsigned char *)mac.p, mac.n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_format(k->a, "%lld-%s", (long long)r->id, text);
}

bool report_by_rate_code(struct desk *k, struct str typed, struct report *out, struct err *e)
{
    struct str head;
    int64_t id;

    typed = str_trim(typed);
    (void)str_cut(typed, '-', &head);
    if (!str_int(head, &id))
        return refuse(e, ERR_NOT_FOUND, "code", "This link is not valid.");
    if (!report_load(k, id, out, e))
        return false;
    if (!out->asked_at || !str_eq(report_rate_code(k, out), typed))
        return refuse(e, ERR_NOT_FOUND, "code", "This link is not valid.");
    return true;
}

bool report_matter(struct desk *k, const struct report *r, struct matter *m, struct err *e)
{
    if (!matter_load(k, r->matter_id, m, e))
        return false;
    return !m->bundle_id || matter_load(k, m->bundle_id, m, e);
}

/* ---- all reporters of a matter and of those bundled into it ------------ */

static struct report *reports_all(struct desk *k, const struct matter *m, size_t *n)
{
    struct rows r =
        db_query(k->db, k->a, report_all, ARG(k->d->code), ARG(m->id), ARG(REPORTS_MAX));
    struct report *list = NULL;
    size_t room = 0;

    for (*n = 0; rows_next(&r); (*n)++) {
        if (*n == room) {
            struct report *more = NEW_ARRAY(k->a, struct report, room = room ? room * 4 : 8);

            if (*n)
                memcpy(more, list, *n * sizeof(*more));
            list = more;
        }
        read_report(&r, &list[*n]);
    }
    return list;
}

void report_ask_all(struct desk *k, const struct matter *m, int64_t until_ms)
{
    size_t n;
    struct report *r = reports_all(k, m, &n);

    for (size_t i = 0; i < n; i++) {
        struct str code;

        r[i].asked_at = k->now;
        db_run(k->db, report_ask, ARG(k->d->code), ARG(r[i].id), ARG(k->now), ARG(until_ms),
               ARG(m->round));
        code = report_rate_code(k, &r[i]);
        notice_report(k, m, r[i].id, S("rate"), code);
    }
}

void report_reset_all(struct desk *k, const struct matter *m)
{
    size_t n;
    struct report *r = reports_all(k, m, &n);

    for (size_t i = 0; i < n; i++) {
        db_run(k->db, answer_keep, ARG(k->d->code), ARG(r[i].id));
        db_run(k->db, report_reset, ARG(k->d->code), ARG(r[i].id));
    }
}

/* ---- rating ----------------------------------------------------------- */

static bool one_of(struct str s, const char *const *words)
{
    for (; *words; words++) {
        if (str_eq(s, str_of(*words)))
            return true;
    }
    return false;
}

static bool check_words(const struct rating *r, struct str name, struct err *e)
{
    static const char *const yes_no[] = {"yes", "no", NULL};
    static const char *const how[] = {"very", "mostly", "no", NULL};

    if (str_eq(name, S("contacted")) && !one_of(r->contacted, yes_no))
        return refuse(e, ERR_INVALID, "contacted", "Please say whether somebody contacted you.");
    if (str_eq(name, S("solved")) && !one_of(r->solved, yes_no))
        return refuse(e, ERR_INVALID, "solved", "Please say whether it was solved.");
    if (str_eq(name, S("satisfied")) && !one_of(r->satisfied, how))
        return refuse(e, ERR_INVALID, "satisfied", "Please say whether you are satisfied.");
    if (str_eq(name, S("stars")) && (r->stars < 1 || r->stars > 5))
        return refuse(e, ERR_INVALID, "stars", "Please give one to five stars.");
    return true;
}

/* What the procedure asks the reporter, in whatever step it stands. */
static const struct step *rating_step(const struct proc *def)
{
    for (int i = 0; i < def->steps; i++) {
        if (def->step[i].kind == STEP_RATE)
            return &def->step[i];
    }
    return NULL;
}

static bool check_rating(const struct matter *m, const struct rating *r, struct err *e)
{
    const struct step *step = rating_step(m->def);

    for (int i = 0; step && i < step->fields; i++) {
        if (!check_words(r, step->field[i].name, e))
            return false;
    }
    if (utf8_count(r->word) > 300)
        return refuse(e, ERR_INVALID, "word", "The text may have at most %d characters.", 300);
    return true;
}

static bool is_asked(const struct step *step, const char *name)
{
    for (int i = 0; step && i < step->fields; i++) {
        if (str_eq(step->field[i].name, str_of(name)))
            return true;
    }
    return false;
}

static void put_asked(struct val *f, const struct step *step, const char *key, struct str value)
{
    if (value.n && is_asked(step, key))
        set_str(f, key, value);
}

/* What the procedure asks and was answered; nothing else gets into the ledger. */
static struct val *rating_fields(struct desk *k, const struct matter *m, const struct rating *r)
{
    const struct step *step = rating_step(m->def);
    struct val *f = val_map(k->a);

    put_asked(f, step, "contacted", r->contacted);
    put_asked(f, step, "solved", r->solved);
    put_asked(f, step, "satisfied", r->satisfied);
    put_asked(f, step, "word", r->word);
    if (r->stars && is_asked(step, "stars"))
        set_int(f, "stars", r->stars);
    return f;
}

/* The first reporter's rating is the one that moves the matter; the others' stand beside it. */
static bool is_first(struct desk *k, const struct matter *m, int64_t report)
{
    struct report first;

    return report_first(k, m->id, &first) && first.id == report;
}

static bool pass_on(struct desk *k, struct matter *m, const struct report *r,
                    const struct rating *rating, struct err *e)
{
    struct matter_act act = {.id = m->id, .kind = PROC_RATE, .action = S("rate"), .part = -1};
    struct actor reporter = *k->actor;
    struct desk as = *k;
    struct val *c;

    reporter.report = r->id;
    as.actor = &reporter;
    if (is_first(k, m, r->id) && !m->ended_at) {
        act.fields = rating_fields(k, m, rating);
        return matter_act(&as, &act, e);
    }
    c = rating_fields(k, m, rating);
    set_int(c, "report", r->id);
    matter_save(&as, m, S("rate_also"), c);
    return true;
}

bool report_rate(struct desk *k, const struct report *r, const struct rating *rating, struct err *e)
{
    struct matter *m = NEW(k->a, struct matter);

    if (!r->asked_at || (r->asked_until && k->now > r->asked_until))
        return refuse(e, ERR_CONFLICT, NULL, "The time for rating is not now.");
    if (!report_matter(k, r, m, e) || !check_rating(m, rating, e))
        return false;
    if (!db_run(k->db, report_rated, ARG(k->d->code), ARG(r->id), ARG(k->now),
                ARG(rating->contacted), ARG(rating->solved), ARG(rating->satisfied),
                ARG(rating->word), ARG(rating->stars)))
        return refuse(e, ERR_CONFLICT, NULL, "You have rated already. Thank you.");
    if (!matter_load(k, m->id, m, e))
        return false;
    return pass_on(k, m, r, rating, e);
}

bool report_withdraw(struct desk *k, const struct report *r, struct str reason, struct err *e)
{
    struct matter_act act = {.id = r->matter_id,
                             .kind = PROC_ACT,
                             .action = S("withdraw"),
                             .part = -1,
                             .fields = val_map(k->a)};
    struct actor reporter = *k->actor;
    struct desk as = *k;
    struct val *f = val_map(k->a);

    reporter.report = r->id;
    as.actor = &reporter;
    set_str(f, "reason", reason);
    act.fields = f;
    return matter_act(&as, &act, e);
}

/* ---- for staff -------------------------------------------------------- */

static struct str masked(struct desk *k, const struct report *r, struct str sealed)
{
    struct str plain = sealed.n ? unseal_text(k->db, k->d, k->a, r->id, sealed) : S("");

    return plain.n ? text_mask(k->a, plain) : plain;
}

static struct str masked_name(struct desk *k, const struct report *r)
{
    return text_mask_name(
        k->a, r->name_sealed.n ? unseal_text(k->db, k->d, k->a, r->id, r->name_sealed) : S(""));
}

void report_list(struct desk *k, const struct matter *m, struct val *list)
{
    size_t n;
    struct report *r = reports_all(k, m, &n);

    for (size_t i = 0; i < n; i++) {
        struct val *v = add_map(list);

        set_int(v, "id", r[i].id);
        set_int(v, "matter_id", r[i].matter_id);
        set_str(v, "at", when_minute(k->a, r[i].at));
        set_str(v, "name", masked_name(k, &r[i]));
        set_str(v, "phone", masked(k, &r[i], r[i].phone_sealed));
        set_str(v, "rated_at", r[i].rated_at ? when_minute(k->a, r[i].rated_at) : S(""));
        set_str(v, "contacted", r[i].contacted);
        set_str(v, "solved", r[i].solved);
        set_str(v, "satisfied", r[i].satisfied);
        set_str(v, "word", text_mask(k->a, r[i].word));
        set_str(v, "body", text_mask(k->a, r[i].body));
    }
}

static bool is_of(struct desk *k, const struct report *r, const struct matter *m, struct err *e)
{
    struct matter *own = NEW(k->a, struct matter);

    if (r->matter_id == m->id)
        return true;
    if (!matter_load(k, r->matter_id, own, e))
        return false;
    return own->bundle_id == m->id || refuse(e, ERR_NOT_FOUND, NULL, "There is no such report.");
}

bool report_reveal(struct desk *k, const struct matter *m, const struct reveal *ask,
                   struct str *plain, struct err *e)
{
    struct report r;
    bool phone = str_eq(ask->field, S("phone"));

    if (!actor_may(k->actor, S("personal.reveal"), m->unit_path))
        return refuse(e, ERR_DENIED, NULL, "Your posts do not allow this.");
    if (!reveal_check(ask, e) || !report_load(k, ask->id, &r, e) || !is_of(k, &r, m, e))
        return false;
    *plain = unseal_text(k->db, k->d, k->a, r.id, phone ? r.phone_sealed : r.name_sealed);
    look_record(k, m, "report", ask);
    return true;
}
