/* Putting, opening, voting, keying and deciding: what the forms of gathering/motion send. */
#include "civic/ballot.h"
#include "civic/roll.h"
#include "civic/seat.h"
#include "form/qr.h"
#include "page/motion.h"

#define SLIPS_MOST 500 /* on one sheet; who needs more prints another */
#define QR_MODULE  2

static struct motion_ref ref_of(const struct req *q)
{
    return (struct motion_ref){param_int(q, "id"), param_int(q, "n"), param_int(q, "seen")};
}

static struct str back(const struct req *q)
{
    struct str code = param_str(q, "code");
    struct str rest = code.n ? str_format(q->a, "?code=%.*s", STR_ARG(code)) : S("");

    return motion_at(q, param_int(q, "id"), param_int(q, "n"), rest.n ? rest.p : "");
}

static bool again(struct req *q)
{
    return motion_view(q, param_int(q, "id"), param_int(q, "n"), param_str(q, "code"));
}

#define THE_MOTION                     \
    {"id", PARAM_ID}, {"n", PARAM_ID}, \
    {                                  \
        "seen", PARAM_INT              \
    }

PAGE(motion_new, .at = "POST /gatherings/{id}/motions", .who = WHO_STAFF,
     .params = PARAMS({"id", PARAM_ID}, {"seen", PARAM_INT}, {"text", PARAM_TEXT, .max = 2000}))
{
    struct desk k = req_desk(q);

    q->see_other = str_format(q->a, "/gatherings/%lld", (long long)param_int(q, "id"));
    return motion_put(&k, param_int(q, "id"), param_int(q, "seen"), param_str(q, "text"), &q->err);
}

PAGE(motion_opens, .at = "POST /gatherings/{id}/motions/{n}/open", .template = "gathering/motion",
     .who = WHO_STAFF, .again = again,
     .params = PARAMS(THE_MOTION, {"method", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);

    q->see_other = back(q);
    return motion_open(&k, &ref, param_str(q, "method"), &q->err);
}

PAGE(motion_shuts, .at = "POST /gatherings/{id}/motions/{n}/shut", .template = "gathering/motion",
     .who = WHO_STAFF, .again = again, .params = PARAMS(THE_MOTION))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);

    q->see_other = back(q);
    return motion_shut(&k, &ref, &q->err);
}

/* By who sits on the seat, known by login or by its code; or by the clerk for it. */
PAGE(motion_votes, .at = "POST /gatherings/{id}/motions/{n}/vote", .template = "gathering/motion",
     .who = WHO_ANYONE, .again = again,
     .params = PARAMS(THE_MOTION, {"seat", PARAM_INT}, {"code", PARAM_TEXT, .max = 40},
                      {"choice", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);
    struct str code = param_str(q, "code");
    struct seat own = {0};

    q->see_other = back(q);
    if (code.n && !seat_by_code(&k, ref.gathering, code, &own, &q->err))
        return false;
    return motion_vote(&k, &ref, param_int(q, "seat"), own.n, param_str(q, "choice"), &q->err);
}

static void put_slip(struct req *q, const struct slip *slip, struct val *v)
{
    struct str address = show_address(q, str_format(q->a, "/ballot/%.*s", STR_ARG(slip->code)));

    set_str(v, "code", slip->code);
    set_str(v, "number", slip->number);
    set_str(v, "address", address);
    set_html(v, "qr", qr_svg(q->a, address, QR_MODULE));
}

/* The codes are on this one page and nowhere else. */
PAGE(motion_slips, .at = "POST /gatherings/{id}/motions/{n}/slips", .template = "gathering/slips",
     .who = WHO_STAFF, .params = PARAMS(THE_MOTION, {"count", PARAM_INT}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);
    int64_t count = param_int(q, "count");
    struct slip *slip = NEW_ARRAY(q->a, struct slip, SLIPS_MOST);
    struct motion m;
    struct val *list = set_list(q->view, "slips");

    if (count > SLIPS_MOST)
        return refuse(&q->err, ERR_INVALID, "count",
                      "One sheet has at most %d slips; please print another one for the rest.",
                      SLIPS_MOST);
    if (!ballot_print(&k, &ref, count, slip, &q->err) ||
        !motion_load(&k, ref.gathering, ref.n, &m, &q->err))
        return false;
    for (int64_t i = 0; i < count; i++)
        put_slip(q, &slip[i], add_map(list));
    set_str(q->view, "text", m.text);
    set_str(q->view, "at", motion_at(q, ref.gathering, ref.n, ""));
    return true;
}

PAGE(motion_drawn, .at = "POST /gatherings/{id}/motions/{n}/drawn", .template = "gathering/motion",
     .who = WHO_STAFF, .again = again,
     .params = PARAMS(THE_MOTION, {"seats", PARAM_LIST, .max = 500}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);
    const struct val *list = param_val(q, "seats");
    int64_t *seat = NEW_ARRAY(q->a, int64_t, 501);
    size_t n = 0;

    for (const struct item *it = list ? list->first : NULL; it && n < 500; it = it->next) {
        int64_t one = it->val.kind == VAL_INT ? it->val.integer : 0;

        if (it->val.kind == VAL_STR && !str_int(it->val.str, &one))
            one = 0;
        seat[n++] = one;
    }
    q->see_other = back(q);
    return ballot_drawn(&k, &ref, seat, n, &q->err);
}

/* In square metres, "120.5". */
static bool area_typed(struct req *q, int64_t *area)
{
    struct str typed = param_str(q, "area_in_favour");

    return !typed.n || hundredths_read(typed, area) ||
           refuse(&q->err, ERR_INVALID, "area_in_favour", "This is not an area in square metres.");
}

PAGE(motion_keys, .at = "POST /gatherings/{id}/motions/{n}/key", .template = "gathering/motion",
     .who = WHO_STAFF, .again = again,
     .params = PARAMS(THE_MOTION, {"batch", PARAM_INT}, {"in_favour", PARAM_INT},
                      {"against", PARAM_INT}, {"abstain", PARAM_INT}, {"invalid", PARAM_INT},
                      {"area_in_favour", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);
    struct batch b = {param_int(q, "batch"),   param_int(q, "in_favour"), param_int(q, "against"),
                      param_int(q, "abstain"), param_int(q, "invalid"),   0};

    q->see_other = back(q);
    return area_typed(q, &b.area_in_favour) && motion_key(&k, &ref, &b, &q->err);
}

/* Nothing counted is not nobody in favour. */
static bool counts_typed(const struct req *q)
{
    static const char *const counts[] = {"in_favour", "against", "abstain", "invalid",
                                         "area_in_favour"};

    for (size_t i = 0; i < COUNT(counts); i++) {
        if (!val_is_empty(param_val(q, counts[i])))
            return true;
    }
    return false;
}

PAGE(motion_decides, .at = "POST /gatherings/{id}/motions/{n}/decide",
     .template = "gathering/motion", .who = WHO_STAFF, .again = again,
     .params = PARAMS(THE_MOTION, {"in_favour", PARAM_INT}, {"against", PARAM_INT},
                      {"abstain", PARAM_INT}, {"invalid", PARAM_INT},
                      {"area_in_favour", PARAM_TEXT, .max = 20}))
{
    struct desk k = req_desk(q);
    struct motion_ref ref = ref_of(q);
    struct votes v = {.in_favour = param_int(q, "in_favour"),
                      .against = param_int(q, "against"),
                      .abstain = param_int(q, "abstain"),
                      .invalid = param_int(q, "invalid")};

    q->see_other = back(q);
    return area_typed(q, &v.area_in_favour) &&
           motion_decide(&k, &ref, counts_typed(q) ? &v : NULL, &q->err);
}
