#include "pack/kind.h"

#include "base/utf8.h"

#define DOORS_MS   HOUR_MS
#define HEADS_MOST 10000000
#define TEXT_MAX   1000

bool bodies_name(const struct body *body, int n, struct str role, struct str unit_kind)
{
    for (int i = 0; i < n; i++) {
        if (str_eq(body[i].role, role) && str_eq(body[i].kind, unit_kind))
            return true;
    }
    return false;
}

/* ---- notice ----------------------------------------------------------- */

bool kind_needs_notice(const struct gathering_kind *def)
{
    return def->bodies || def->notice.n || def->sign_up;
}

bool kind_opens_itself(const struct gathering_kind *def)
{
    return def->paper || !kind_needs_notice(def);
}

int64_t kind_earliest(const struct gathering_kind *def, const struct calendar *cal, int64_t from_ms)
{
    struct term t = {.start_ms = from_ms, .limit = def->notice};
    struct err e = {0};
    int64_t due;

    switch (t.limit.unit) {
    case LIMIT_NONE: return from_ms;
    case LIMIT_MINUTES: return from_ms + t.limit.n * MINUTE_MS;
    case LIMIT_HOURS: return from_ms + t.limit.n * HOUR_MS;
    case LIMIT_DAYS: return from_ms + t.limit.n * DAY_MS;
    case LIMIT_WORKING_MINUTES:
    case LIMIT_WORKING_HOURS:
    case LIMIT_WORKING_DAYS: break;
    }
    return cal_deadline(cal, &t, &due, &e) ? due : from_ms + t.limit.n * DAY_MS;
}

bool kind_notice_check(struct arena *a, int64_t starts_ms, int64_t earliest_ms, struct err *e)
{
    return starts_ms >= earliest_ms ||
           refuse(e, ERR_INVALID, "starts_at",
                  "Its notice must run first: it can begin at %.*s at the earliest.",
                  STR_ARG(when_minute(a, earliest_ms + MINUTE_MS - 1)));
}

int64_t kind_doors(const struct gathering_kind *def, const struct calendar *cal, int64_t called_ms,
                   int64_t starts_ms)
{
    int64_t doors = starts_ms - DOORS_MS, earliest = kind_earliest(def, cal, called_ms);

    return def->notice.n && doors < earliest ? earliest : doors;
}

/* ---- presence --------------------------------------------------------- */

bool kind_takes_check(const struct gathering_kind *def, unsigned way, struct err *e)
{
    if (def->attendance & way)
        return true;
    if (way == ATTEND_CODE)
        return refuse(e, ERR_CONFLICT, NULL, "Presence is not taken by phone here.");
    return refuse(e, ERR_CONFLICT, NULL, "The roll is not called here.");
}

bool kind_heads_check(const struct gathering_kind *def, int64_t heads, struct err *e)
{
    bool counts = def->attendance & ATTEND_COUNT;

    if (heads < -1)
        return refuse(e, ERR_INVALID, "heads", "How many came cannot be less than none.");
    if (heads > HEADS_MOST)
        return refuse(e, ERR_INVALID, "heads", "So many cannot have come.");
    if (counts && heads < 0)
        return refuse(e, ERR_INVALID, "heads", "Please say how many came.");
    if (!counts && heads > 0)
        return refuse(e, ERR_INVALID, "heads",
                      "Who came stands on the roll; heads are not counted beside it.");
    return true;
}

bool kind_proxy_check(const struct gathering_kind *def, int64_t stands, struct err *e)
{
    if (!def->proxies)
        return refuse(e, ERR_CONFLICT, NULL, "Nobody can stand for another here.");
    return stands < def->proxies ||
           refuse(e, ERR_CONFLICT, "to", "One person can stand for %d others only.", def->proxies);
}

bool kind_method_check(const struct gathering_kind *def, struct str method, bool by_area,
                       struct err *e)
{
    static const struct {
        const char *name;
        unsigned bit;
    } methods[] = {
        {"hands", VOTE_HANDS}, {"roll", VOTE_ROLL}, {"ballot", VOTE_BALLOT}, {"paper", VOTE_PAPER}};
    unsigned bit = 0;

    for (size_t i = 0; i < COUNT(methods); i++)
        bit |= str_eq(method, str_of(methods[i].name)) ? methods[i].bit : 0;
    if (!(def->votes & bit))
        return refuse(e, ERR_INVALID, "method", "This gathering does not vote in that way.");
    if (by_area && bit == VOTE_BALLOT)
        return refuse(
            e, ERR_INVALID, "method",
            "Where area counts, slips without names cannot be counted; vote by roll or on "
            "paper.");
    return true;
}

const char *contest_conflict(const struct contest *c, bool self, bool own_unit)
{
    return self ? "self" : c->unit_conflict && own_unit ? "unit" : NULL;
}

/* ---- surveys and tests ------------------------------------------------ */

int64_t whole_percent(int64_t part, int64_t whole)
{
    return whole ? part * 100 / whole : 0;
}

bool paper_bank_check(const struct paper *p, struct str bank, const int there[PAPER_KINDS],
                      struct err *e)
{
    for (int kind = 0; kind < PAPER_KINDS; kind++) {
        if (there[kind] < p->draw[kind])
            return refuse(e, ERR_CONFLICT, "bank",
                          "The bank %.*s has %d questions of a kind of which %d are asked.",
                          STR_ARG(bank), there[kind], p->draw[kind]);
    }
    return true;
}

int64_t paper_due(const struct paper *p, int64_t begun_ms, int64_t ends_ms)
{
    int64_t due = begun_ms + p->minutes * MINUTE_MS;

    return p->minutes && due < ends_ms ? due : ends_ms;
}

bool paper_passed(const struct paper *p, int64_t mark, int64_t full_mark)
{
    return mark * 100 >= p->pass * full_mark;
}

bool paper_asked_by(const struct paper *p, struct str role)
{
    return str_among(role, p->by, p->bys);
}

static bool is_offered(const struct field *f, struct str name)
{
    for (int i = 0; i < f->ofs; i++) {
        if (str_eq(f->of[i].name, name))
            return true;
    }
    return f->kind == FIELD_YES_NO && (str_eq(name, S("yes")) || str_eq(name, S("no")));
}

bool paper_answer_check(const struct field *f, const struct val *v, struct err *e)
{
    int64_t n;

    if (val_is_empty(v))
        return !f->need || refuse(e, ERR_INVALID, f->name.p, "Please fill this in.");
    if (v->kind != VAL_STR)
        return refuse(e, ERR_INVALID, f->name.p, "This is none of the answers that are offered.");
    if (f->kind == FIELD_TEXT)
        return utf8_count(v->str) <= TEXT_MAX ||
               refuse(e, ERR_INVALID, f->name.p, "The text may have at most %d characters.",
                      TEXT_MAX);
    if (f->kind == FIELD_NUMBER)
        return (str_int(str_trim(v->str), &n) && n >= 0 && (!f->max || n <= f->max)) ||
               refuse(e, ERR_INVALID, f->name.p, "A whole number is expected here.");
    return is_offered(f, v->str) ||
           refuse(e, ERR_INVALID, f->name.p, "This is none of the answers that are offered.");
}
