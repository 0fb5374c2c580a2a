/* The life of a gathering: called in time, its roll frozen, presence taken once, closed once. */
#include "civic/resolution.h"
#include "civic/seat.h"
#include "civic/tally.h"

#include "civic_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

struct
try {
    int64_t id, seen, n, to, heads;
    const char *kind, *title, *starts, *reason, *room, *name, *state;
    struct val *fields;
    struct gathering g;
    struct seat seat;
    struct str code; /* of a guest's seat */
    bool fresh;
};

static int64_t moment(const char *s)
{
    int64_t at = 0;

    cr_assert(!s || when_parse(str_of(s), &at), "%s", s);
    return at;
}

static struct str text(const char *s)
{
    return s ? str_of(s) : S("");
}

static bool prepare(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct gathering_new n = {.kind = text(t->kind),
                              .title = text(t->title),
                              .place = S("三楼会议室"),
                              .starts_at = moment(t->starts),
                              .capacity = t->n};

    return gathering_prepare(k, &n, &t->g, e);
}

static bool call(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return gathering_call(k, t->id, t->seen, e);
}

static bool move(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct gathering_move to = {
        .starts_at = moment(t->starts), .place = S(""), .reason = text(t->reason)};

    return gathering_move(k, t->id, t->seen, &to, e);
}

static bool cancel(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return gathering_cancel(k, t->id, t->seen, text(t->reason), e);
}

static bool open_it(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return gathering_open(k, t->id, t->seen, e);
}

static bool close_it(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return gathering_close(k, t->id, t->seen, t->heads, t->fields ? t->fields : val_map(k->a), e);
}

static bool sign_in(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct seat_here here = {t->id, text(t->room), text(t->name),
                             t->code.n ? t->code : text(t->state), t->fresh};

    return seat_sign_in(k, &here, &t->seat, e);
}

static bool mark(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct seat_mark m = {.gathering = t->id,
                          .n = &t->n,
                          .count = 1,
                          .state = text(t->state),
                          .reason = text(t->reason)};

    return seat_mark(k, &m, e);
}

static bool proxy(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return seat_proxy(k, t->id, t->n, t->to, e);
}

static bool sign_up(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct seat_wish wish = {t->id, text(t->name), t->code};

    return seat_sign_up(k, &wish, &t->seat, e);
}

static bool sign_off(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;

    return seat_sign_off(k, &t->seat, e);
}

static bool resolve(struct desk *k, void *arg, struct err *e)
{
    struct try *t = arg;
    struct resolution r = {text(t->title), S("七号商铺"), t->n, text(t->starts)};
    struct matter_receipt out;

    if (!resolution_put(k, t->id, &r, &out, e))
        return false;
    t->to = out.id;
    return true;
}

static void goes(struct town *t, const char *who, bool (*run)(struct desk *, void *, struct err *),
                 struct try *arg)
{
    as(t, who);
    cr_assert(writes(t, run, arg), "%s", t->e.text);
}

/* Refused with words that hold these. */
static void fails(struct town *t, const char *who, bool (*run)(struct desk *, void *, struct err *),
                  struct try *arg, const char *words)
{
    as(t, who);
    cr_assert(!writes(t, run, arg), "was not refused: %s", words);
    cr_assert(strstr(t->e.text, words), "'%s' does not say '%s'", t->e.text, words);
}

static struct gathering now(struct town *t, int64_t id)
{
    struct gathering g;
    struct err e = {0};

    cr_assert(gathering_load(&t->k, id, &g, &e), "%s", e.text);
    return g;
}

static struct val *minutes(struct town *t)
{
    struct val *v = val_map(t->k.a);

    set_str(v, "minutes", S("议定三件事"));
    return v;
}

static int64_t prepared(struct town *t, const char *who, const char *kind, const char *starts)
{
    struct try x = {.kind = kind, .title = "一季度会议", .starts = starts};

    goes(t, who, prepare, &x);
    return x.g.id;
}

TEST_IN_DISTRICT(gathering, is_called_in_time_with_a_roll_that_stays)
{
    struct try x = {.kind = "joint_meeting", .title = "一季度会议", .starts = "2026-03-01 09:00"};
    struct gathering g;

    fails(t, "zhao", prepare, &x, "in the past");
    x.starts = "2026-03-04 09:00";
    fails(t, "li", prepare, &x, "do not allow");
    x.title = "";
    fails(t, "zhao", prepare, &x, "what it is about");
    x.title = "一季度会议";
    goes(t, "zhao", prepare, &x);
    x.id = x.g.id;
    fails(t, "zhao", open_it, &x, "not at that point");
    fails(t, "zhao", call, &x, "2026-03-05 09:00 at the earliest");
    x.reason = "时间不够通知";
    x.starts = "2026-03-05 14:00";
    goes(t, "zhao", move, &x);
    fails(t, "far", call, &x, "no such gathering");
    x.seen = 1;
    fails(t, "zhao", call, &x, "faster");
    x.seen = 0;
    goes(t, "zhao", call, &x);
    g = now(t, x.id);
    cr_assert_eq(g.should_attend, 2, "li and shang hold posts that the kind names");
    fails(t, "zhao", open_it, &x, "from 2026-03-05 13:00 on");
    clean(t);
}

TEST_IN_DISTRICT(gathering, presence_is_taken_once_whichever_way)
{
    struct try x = {.id = prepared(t, "zhao", "joint_meeting", "2026-03-05 14:00")};
    struct gathering g;

    goes(t, "zhao", call, &x);
    x.room = "000000";
    fails(t, "li", sign_in, &x, "not been opened");
    x.n = 1;
    x.state = "present";
    fails(t, "zhao", mark, &x, "not been opened");
    t->k.now = moment("2026-03-05 13:30");
    goes(t, "zhao", open_it, &x);
    x.state = NULL;
    fails(t, "li", sign_in, &x, "not the code");
    g = now(t, x.id);
    x.room = str_copy(t->k.a, room_code(&t->k, &g)).p;
    fails(t, "far", sign_in, &x, "not on the roll");
    x.name = "张三";
    fails(t, NULL, sign_in, &x, "not on the roll");
    x.name = "li";
    goes(t, NULL, sign_in, &x);
    goes(t, "li", sign_in, &x);
    x.state = "present";
    goes(t, "zhao", mark, &x);
    cr_assert_eq(now(t, x.id).present, 1);
    clean(t);
    x.state = "";
    goes(t, "zhao", mark, &x);
    cr_assert_eq(now(t, x.id).present, 0);
    t->k.now += 21 * MINUTE_MS;
    x.state = NULL;
    fails(t, "li", sign_in, &x, "not the code");
    clean(t);
}

TEST_IN_DISTRICT(gathering, is_closed_once_with_its_minutes_and_without_heads_beside_the_roll)
{
    struct try x = {.id = prepared(t, "zhao", "joint_meeting", "2026-03-05 14:00"), .heads = -1};

    goes(t, "zhao", call, &x);
    x.fields = minutes(t);
    fails(t, "zhao", close_it, &x, "not been opened");
    t->k.now = moment("2026-03-05 14:00");
    goes(t, "zhao", open_it, &x);
    x.fields = NULL;
    fails(t, "zhao", close_it, &x, "fill this in");
    x.fields = minutes(t);
    x.heads = 20;
    fails(t, "zhao", close_it, &x, "heads are not counted beside it");
    x.heads = -1;
    x.seen = now(t, x.id).head.seq;
    goes(t, "zhao", close_it, &x);
    fails(t, "zhao", close_it, &x, "faster");
    x.seen = 0;
    fails(t, "zhao", close_it, &x, "has been closed");
    x.room = "1";
    fails(t, "li", sign_in, &x, "has been closed");
    clean(t);
}

STMT(closes, "SELECT count(*) FROM event WHERE noun = 'gathering' AND kind = 'close'");

TEST_IN_DISTRICT(gathering, of_two_clerks_who_close_it_at_once_one_wins)
{
    struct try x = {.id = prepared(t, "li", "council", "2026-03-02 08:00"), .fields = minutes(t)};
    struct rival *c = NEW_ARRAY(t->k.a, struct rival, 2);
    struct try own[2] = {x, x};

    as(t, "li");
    for (unsigned i = 0; i < 2; i++) {
        town_beside(t, i + 1, &c[i].of);
        own[i].heads = 20 + i;
        c[i].run = close_it;
        c[i].arg = &own[i];
    }
    rivals_write(c);
    for (unsigned i = 0; i < 2; i++) {
        if (c[i].done)
            cr_expect_eq(now(t, x.id).heads, 20 + i);
        else
            cr_expect(strstr(c[i].of.t.e.text, "has been closed"), "%s", c[i].of.t.e.text);
        arena_reset(&c[i].of.memory);
    }
    cr_assert_eq(fixture_int(t->f, &closes), 1);
    clean(t);
}

struct overtaken {
    struct clerk {
        struct town_beside of;
        struct try x;
    } slow, fast;
    int runs;
};

/* Has looked at it when the other one closes it. */
static bool close_too_late(struct desk *k, void *arg, struct err *e)
{
    struct overtaken *o = arg;
    struct gathering *g = NEW(k->a, struct gathering);

    if (!gathering_load(k, o->slow.x.id, g, e))
        return false;
    if (o->runs++ == 0)
        cr_assert(writes(&o->fast.of.t, close_it, &o->fast.x), "%s", o->fast.of.t.e.text);
    return close_it(k, &o->slow.x, e);
}

TEST_IN_DISTRICT(gathering, the_slower_of_two_clerks_reads_that_it_has_been_closed)
{
    struct try x = {.id = prepared(t, "li", "council", "2026-03-02 08:00"), .fields = minutes(t)};
    struct overtaken *o = NEW(t->k.a, struct overtaken);

    if (t->f->kind != ON_POSTGRES)
        return; /* on SQLite nobody else can begin to write meanwhile */
    as(t, "li");
    town_beside(t, 1, &o->slow.of);
    town_beside(t, 2, &o->fast.of);
    o->slow.x = o->fast.x = x;
    o->fast.x.heads = 20;
    o->slow.x.heads = 21;
    cr_assert_not(writes(&o->slow.of.t, close_too_late, o));
    cr_expect(strstr(o->slow.of.t.e.text, "has been closed"), "%s", o->slow.of.t.e.text);
    cr_expect_eq(o->runs, 2);
    cr_expect_eq(now(t, x.id).heads, 20);
    arena_reset(&o->slow.of.memory);
    arena_reset(&o->fast.of.memory);
    cr_assert_eq(fixture_int(t->f, &closes), 1);
    clean(t);
}

TEST_IN_DISTRICT(gathering, one_that_is_open_to_all_is_written_down_with_its_heads)
{
    struct try x = {.id = prepared(t, "li", "council", "2026-02-20 19:00"), .heads = -1};

    x.fields = minutes(t);
    fails(t, "li", close_it, &x, "how many came");
    x.heads = -5;
    fails(t, "li", close_it, &x, "less than none");
    x.heads = 45;
    goes(t, "li", close_it, &x);
    cr_assert_eq(gathering_attendance(&(struct gathering){.heads = now(t, x.id).heads}), 45);
    clean(t);
}

TEST_IN_DISTRICT(gathering, who_waits_gets_the_place_of_who_signs_off)
{
    struct try x = {.kind = "class", .title = "直播带货", .starts = "2026-03-09 19:00", .n = 1};
    struct seat first, second;

    goes(t, "li", prepare, &x);
    x.id = x.g.id;
    fails(t, NULL, sign_up, &x, "what to call you");
    x.name = "王小美";
    goes(t, NULL, sign_up, &x);
    first = x.seat;
    cr_assert(str_eq(first.name, S("王**")));
    cr_assert_eq(first.state.n, 0);
    goes(t, "wang", sign_up, &x);
    second = x.seat;
    cr_assert(str_eq(second.state, S("waiting")));
    goes(t, "wang", sign_up, &x);
    cr_assert_eq(x.seat.n, second.n, "twice is once");
    x.seat = first;
    goes(t, NULL, sign_off, &x);
    cr_assert(seat_load(&t->k, x.id, second.n, &second, &t->e));
    cr_assert_eq(second.state.n, 0, "the place is wang's now");
    x.reason = "场地检修";
    goes(t, "li", cancel, &x);
    x.name = "李四";
    fails(t, NULL, sign_up, &x, "not possible to sign up");
    clean(t);
}

TEST_IN_DISTRICT(gathering, a_guest_who_has_signed_up_is_not_counted_twice)
{
    struct try x = {.kind = "class", .title = "直播带货", .starts = "2026-03-09 19:00", .n = 9};
    struct gathering g;
    struct seat mine;

    goes(t, "li", prepare, &x);
    x.id = x.g.id;
    x.name = "王小美";
    goes(t, NULL, sign_up, &x);
    mine = x.seat;
    goes(t, NULL, sign_off, &x);
    x.code = S("1-abcdefgh");
    fails(t, NULL, sign_up, &x, "not the code");
    x.code = seat_code(&t->k, x.id, mine.n);
    x.name = NULL;
    goes(t, NULL, sign_up, &x);
    cr_assert_eq(x.seat.n, mine.n, "who comes back by their code has their own seat again");
    goes(t, NULL, sign_up, &x);
    cr_assert_eq(x.seat.n, mine.n);
    t->k.now = moment("2026-03-09 18:50");
    x.seen = now(t, x.id).head.seq;
    goes(t, "li", open_it, &x);
    g = now(t, x.id);
    x.room = room_code(&t->k, &g).p;
    x.code = S("");
    fails(t, NULL, sign_in, &x, "has signed up gives the code");
    x.code = seat_code(&t->k, x.id, mine.n);
    x.fresh = true;
    goes(t, NULL, sign_in, &x);
    cr_assert_eq(x.seat.n, mine.n, "the code counts, whatever was said");
    x.code = S("");
    goes(t, NULL, sign_in, &x);
    cr_assert_eq(now(t, x.id).present, 2, "and who had not signed up has a seat, too");
    clean(t);
}

TEST_IN_DISTRICT(gathering, what_it_resolves_is_a_task_with_a_unit_and_a_day)
{
    struct try x = {.id = prepared(t, "li", "council", "2026-03-02 08:00"),
                    .title = "拆除占道雨棚",
                    .starts = "2026-03-10",
                    .heads = 20};
    struct val *rows, *from;
    struct matter m;

    x.n = unit_id(t, "140214-a");
    fails(t, "li", resolve, &x, "not been opened");
    x.fields = minutes(t);
    goes(t, "li", close_it, &x);
    x.n = 7;
    fails(t, "li", resolve, &x, "whose it is");
    x.n = unit_id(t, "140214-a");
    x.starts = "no day";
    fails(t, "li", resolve, &x, "A date");
    x.starts = "2026-03-10";
    fails(t, "far", resolve, &x, "held by somebody else");
    goes(t, "li", resolve, &x);
    load(t, x.to, &m);
    cr_assert(str_eq(m.step, S("doing")) && m.unit_id == unit_id(t, "140214-a"));
    rows = val_list(t->k.a);
    resolutions_view(&t->k, &(struct gathering){.id = x.id}, rows);
    cr_assert(rows->first && !rows->first->next);
    from = val_map(t->k.a);
    cr_assert(resolution_source(&t->k, x.to, from) && val_int(from, "id") == x.id);
    as(t, "sun");
    cr_assert(acts(t, "sun", x.to, "done", -1, "done_text=已拆除"), "%s", t->e.text);
    cr_assert(!acts(t, "sun", x.to, "pass", -1, ""), "who did it does not check it");
    cr_assert(acts(t, "li", x.to, "pass", -1, ""), "%s", t->e.text);
    clean(t);
}

TEST_IN_DISTRICT(gathering, what_was_changed_beside_its_events_is_named)
{
    static const struct harm harms[] = {
        {"UPDATE gathering SET present = present + 1", "who was present, counted again"},
        {"UPDATE gathering SET state = 'open'", "where it stands"},
        {"UPDATE gathering SET called_at = called_at - 86400000", "where it stands"},
        {"UPDATE gathering SET starts_at = starts_at + 60000", "title, time or place"},
        {"UPDATE gathering SET title = 'x'", "title, time or place"},
        {"UPDATE gathering SET fields = '{\"topic\":\"x\"}'", "what was written down"},
        {"UPDATE gathering SET should_attend = should_attend + 1", "how many should attend"},
        {"UPDATE seat SET state = 'present' WHERE n = 1", "whether place 1 was there"},
        {"UPDATE seat SET at = at + 1 WHERE n = 1", "whether place 1 was there"},
        {"UPDATE seat SET way = 'code' WHERE n = 1", "whether place 1 was there"},
        {"UPDATE seat SET proxy_n = 2 WHERE n = 1", "who stands for place 1"},
        {"UPDATE seat SET name = 'x' WHERE n = 1", "who stands on the roll"},
        {"UPDATE seat SET area = 100 WHERE n = 1", "who stands on the roll"},
        {"DELETE FROM seat WHERE n = 1", "place 1 is gone"},
        {"INSERT INTO seat (district, gathering_id, n, part, name) SELECT district, gathering_id, "
         "99, 'attendee', 'x' FROM seat WHERE n = 1",
         "place 99 was added"},
    };
    struct try x = {.id = prepared(t, "zhao", "joint_meeting", "2026-03-05 14:00"), .n = 1};

    goes(t, "zhao", call, &x);
    x.state = "excused", x.reason = "出差";
    goes(t, "zhao", mark, &x);
    names_harm(t, harms, COUNT(harms));
}

TEST_IN_DISTRICT(gathering, whoever_leaves_the_waiting_list_and_comes_back_waits_behind_the_others)
{
    static const struct harm harms[] = {
        {"UPDATE seat SET state = '' WHERE n = 2", "whether place 2 was there"},
        {"UPDATE seat SET person_id = 7 WHERE n = 3", "place 3 is not of whoever signed up"},
    };
    struct try x = {.kind = "class", .title = "直播带货", .starts = "2026-03-09 19:00", .n = 1};
    struct seat first, left, third;

    goes(t, "li", prepare, &x);
    x.id = x.g.id;
    goes(t, "li", sign_up, &x);
    first = x.seat;
    goes(t, "wang", sign_up, &x);
    left = x.seat;
    t->k.now += MINUTE_MS;
    goes(t, "min", sign_up, &x);
    third = x.seat;
    t->k.now += MINUTE_MS;
    x.seat = left;
    goes(t, "wang", sign_off, &x);
    goes(t, "wang", sign_up, &x);
    x.seat = first;
    goes(t, "li", sign_off, &x);
    cr_assert(seat_load(&t->k, x.id, third.n, &third, &t->e));
    cr_assert_eq(third.state.n, 0, "min has waited longest");
    cr_assert(seat_load(&t->k, x.id, left.n, &left, &t->e));
    cr_assert(str_eq(left.state, S("waiting")));
    names_harm(t, harms, COUNT(harms));
}

TEST_IN_DISTRICT(gathering, nobody_stands_for_themselves_or_for_more_than_allowed)
{
    struct try x = {
        .id = prepared(t, "zhao", "joint_meeting", "2026-03-05 14:00"), .n = 1, .to = 1};

    fails(t, "zhao", proxy, &x, "no such place");
    goes(t, "zhao", call, &x);
    fails(t, "zhao", proxy, &x, "for themselves");
    fails(t, "far", proxy, &x, "clerk or the person");
    clean(t);
}
