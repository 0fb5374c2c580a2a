/* Gatherings: who calls them, who should attend, how presence and votes are taken. */
#include "cal/rhythm.h"
#include "pack/read.h"

static const char *const attendances = "code roll count", *const ways = "hands roll ballot paper";

static void kind_check(struct pack_reader *r, const struct body *b)
{
    const struct val *role = val_get(r->roles, b->role);
    int n;

    if (!val_get(r->unit_kinds, b->kind)) {
        FAULT(r, b->line, "there is no kind of unit '%.*s'", STR_ARG(b->kind));
        return;
    }
    if (b->roll.n) {
        if (!val_get(r->roll, b->roll))
            FAULT(r, b->line, "there is no roll '%.*s'", STR_ARG(b->roll));
        return;
    }
    if (!role) {
        FAULT(r, b->line, "there is no role '%.*s'", STR_ARG(b->role));
        return;
    }
    for (const struct str *of = take_words(r, role, "of", &n); n > 0; n--, of++) {
        if (str_eq(*of, b->kind))
            return;
    }
    FAULT(r, b->line, "there is no %.*s in a %.*s", STR_ARG(b->role), STR_ARG(b->kind));
}

/* "ROLE of KIND", "ROLE of every KIND", "roll NAME of KIND" */
struct body body_read(struct pack_reader *r, const struct val *v)
{
    struct body out = {.line = v->line};
    struct str first, word, rest = str_cut(word_of(v), ' ', &first);

    rest = str_cut(rest, ' ', &word);
    if (str_eq(first, S("roll"))) {
        out.roll = word;
        rest = str_cut(rest, ' ', &word);
    } else {
        out.role = first;
    }
    if (!str_eq(word, S("of")) || !rest.n) {
        FAULT(r, v->line, "write 'ROLE of KIND', 'ROLE of every KIND' or 'roll NAME of KIND'");
        return out;
    }
    out.kind = rest;
    rest = str_cut(rest, ' ', &word);
    out.every = rest.n && str_eq(word, S("every"));
    if (out.every)
        out.kind = rest;
    kind_check(r, &out);
    return out;
}

/* One, or a list of them. */
const struct body *bodies_read(struct pack_reader *r, const struct val *v, const char *key, int *n)
{
    const struct val *of = take(v, key);
    struct body *out = NEW_ARRAY(r->a, struct body, (size_t)val_count(of) + 1);

    *n = 0;
    if (of && of->kind != VAL_LIST)
        out[(*n)++] = body_read(r, of);
    for (const struct item *it = list_of(of); it; it = it->next)
        out[(*n)++] = body_read(r, &it->val);
    return out;
}

/* A bit for each of `known` that the list names. */
static unsigned bits_read(struct pack_reader *r, const struct val *v, const char *key,
                          const char *known)
{
    int n;
    const struct str *named = take_words(r, v, key, &n);
    unsigned out = 0;

    for (int i = 0; i < n; i++) {
        struct str rest = str_of(known), word;
        unsigned bit = 0;

        for (unsigned b = 1; rest.n; b <<= 1) {
            rest = str_cut(rest, ' ', &word);
            if (str_eq(word, named[i]))
                bit = b;
        }
        if (!bit)
            FAULT(r, take(v, key)->line, "%s: '%.*s' is none of %s", key, STR_ARG(named[i]), known);
        out |= bit;
    }
    return out;
}

static void sign_up_read(struct pack_reader *r, const struct val *v, struct gathering_kind *out)
{
    const struct val *s = take(v, "sign_up");

    out->sign_up = s && (s->kind == VAL_MAP || take_bool(r, v, "sign_up", false));
    if (!s || s->kind != VAL_MAP)
        return;
    take_keys(r, s, "sign_up", "capacity");
    out->capacity = take_int(r, s, "capacity", 1, 1000000);
}

/* Matters that are laid before it, and what it may open. */
static void matters_read(struct pack_reader *r, const struct val *v, struct gathering_kind *out)
{
    out->list = take_words(r, v, "list", &out->lists);
    out->tasks = take_word(r, v, "tasks");
    for (int i = 0; i < out->lists; i++) {
        if (!val_get(r->mechanism, out->list[i]))
            FAULT(r, take(v, "list")->line, "there is no mechanism '%.*s'", STR_ARG(out->list[i]));
    }
    if (out->tasks.n && !val_get(r->mechanism, out->tasks))
        FAULT(r, take(v, "tasks")->line, "there is no mechanism '%.*s'", STR_ARG(out->tasks));
}

static void attendance_check(struct pack_reader *r, const struct val *v,
                             const struct gathering_kind *g)
{
    if ((g->attendance & ATTEND_COUNT) && (g->attendance != ATTEND_COUNT || g->bodies))
        FAULT(r, v->line,
              "gathering %.*s: heads are counted where there is no roll, and never added to one",
              STR_ARG(g->name));
    if (!g->attendance)
        FAULT(r, v->line, "gathering %.*s: attendance must be some of %s", STR_ARG(g->name),
              attendances);
    if (g->votes && !g->bodies)
        FAULT(r, v->line, "gathering %.*s: who votes must be on a roll: 'body' is missing",
              STR_ARG(g->name));
}

static void kind_read(struct pack_reader *r, const struct item *it, struct gathering_kind *out)
{
    const struct val *v = extended(r, r->gathering, &it->val);

    *out = (struct gathering_kind){.name = it->key,
                                   .hash = pack_hash(r->a, v),
                                   .file = r->file[v->line >> LINE_BITS],
                                   .line = v->line & LINE_MASK};
    take_keys(
        r, v, "gathering",
        "gathering extends title icon who body notice attendance sign_up proxies votes quorum "
        "pass ask close every list tasks credits public contest paper booths");
    out->title = take_title(r, v, it->key);
    out->icon = take(v, "icon") ? take_word(r, v, "icon") : S("users");
    out->who = bodies_read(r, v, "who", &out->whos);
    out->body = bodies_read(r, v, "body", &out->bodies);
    if (take(v, "notice"))
        out->notice = limit_read(r, take(v, "notice"));
    out->attendance = bits_read(r, v, "attendance", attendances);
    out->votes = bits_read(r, v, "votes", ways);
    out->proxies = take(v, "proxies") ? (int)take_int(r, v, "proxies", 0, 10) : 0;
    out->quorum = share_read(r, v, "quorum");
    out->pass = share_read(r, v, "pass");
    out->ask = ask_read(r, v, "ask", &out->asks);
    out->close = ask_read(r, v, "close", &out->closes);
    out->every = take_word(r, v, "every");
    out->credits = take(v, "credits") ? (int)take_int(r, v, "credits", 1, 100) : 0;
    out->is_public = take_bool(r, v, "public", false);
    out->contest = contest_read(r, take(v, "contest"));
    out->paper = paper_read(r, take(v, "paper"));
    out->booths = booths_read(r, take(v, "booths"));
    sign_up_read(r, v, out);
    matters_read(r, v, out);
    if (!out->whos)
        FAULT(r, v->line, "gathering %.*s: 'who' must say whose it is to call", STR_ARG(it->key));
    if (out->every.n && !in_words(out->every, rhythm_words))
        FAULT(r, take(v, "every")->line, "every: must be one of %s", rhythm_words);
    attendance_check(r, v, out);
}

void gatherings_read(struct pack_reader *r)
{
    struct gathering_kind *all =
        NEW_ARRAY(r->a, struct gathering_kind, (size_t)val_count(r->gathering) + 1);
    int n = 0;

    for (const struct item *it = r->gathering->first; it; it = it->next)
        kind_read(r, it, &all[n++]);
    r->pack->gathering = all;
    r->pack->gatherings = n;
}
