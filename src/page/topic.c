/* Hot topics: many matters that are alike, over a period. By matter, never by person. */
#include "page/scope.h"
#include "page/show.h"

#define MESSAGES_MAX 20000
#define TOPICS_MAX   20
#define SHOWN        5

STMT(topic_messages,
     "SELECT m.id, m.reported_at, m.title, m.body, m.place, m.lon, m.lat FROM matter m WHERE "
     "m.district = $1 AND m.reported_at >= $2 AND m.reported_at < $3 AND m.unit_path >= $4 AND "
     "m.unit_path < $5 AND m.id >= $6 AND m.bundle_id = 0 ORDER BY m.id DESC LIMIT 20000");

static struct message *read_messages(struct desk *k, const struct scope *s, size_t *n)
{
    struct message *m = NEW_ARRAY(k->a, struct message, MESSAGES_MAX);
    /* What was reported since then was opened since then, and ids are in order of opening. */
    int64_t since = (s->period.from_ms - id_ms(0)) * 4096;
    struct rows r = db_query(k->db, k->a, topic_messages, ARG(k->d->code), ARG(s->period.from_ms),
                             ARG(s->period.to_ms), ARG(s->unit->path),
                             ARG(path_end(k->a, s->unit->path)), ARG(since));

    for (*n = 0; rows_next(&r) && *n < MESSAGES_MAX; (*n)++)
        m[*n] = (struct message){.id = row_int(&r, 0),
                                 .at_ms = row_int(&r, 1),
                                 .title = row_str(&r, 2),
                                 .body = row_str(&r, 3),
                                 .place = row_str(&r, 4),
                                 .lon = (double)row_int(&r, 5) / 1e6,
                                 .lat = (double)row_int(&r, 6) / 1e6,
                                 .weight = 1};
    return m;
}

static const struct message *by_id(const struct message *m, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++) {
        if (m[i].id == id)
            return &m[i];
    }
    return NULL;
}

struct put {
    struct req *q;
    const struct message *m;
    size_t n;
    int64_t most; /* heat of the hottest */
};

static void put_messages(const struct put *p, const struct val *topic, struct val *out)
{
    const struct val *ids = val_get(topic, S("ids"));
    struct val *list = set_list(out, "messages");
    int64_t all = val_int(topic, "n");
    int shown = 0;

    for (const struct item *it = ids ? ids->first : NULL; it && shown < SHOWN; it = it->next) {
        const struct message *m = by_id(p->m, p->n, it->val.integer);
        struct val *v;

        if (!m)
            continue;
        v = add_map(list);
        set_str(v, "title", text_mask(p->q->a, m->title));
        set_str(v, "at", str_format(p->q->a, "/matters/%lld", (long long)m->id));
        set_str(v, "when", when_minute(p->q->a, m->at_ms));
        shown++;
    }
    set_str(out, "more",
            all > shown ? scope_say(p->q, "page.topic_more",
                                    str_format(p->q->a, "%lld", (long long)(all - shown)), S(""))
                        : S(""));
}

static void put_words(const struct put *p, const struct val *topic, struct val *out)
{
    const struct val *words = val_get(topic, S("words"));
    struct val *list = set_list(out, "words");
    struct str rest = words && words->kind == VAL_STR ? words->str : S(""), word;

    for (const struct item *it = words && words->kind == VAL_LIST ? words->first : NULL; it;
         it = it->next)
        add_val(list, it->val.kind == VAL_MAP && val_get(&it->val, S("word"))
                          ? *val_get(&it->val, S("word"))
                          : it->val);
    while (rest.n) {
        rest = str_cut(rest, ' ', &word);
        if (word.n)
            add_val(list, (struct val){.kind = VAL_STR, .str = word});
    }
    (void)p;
}

static void put_topic(const struct put *p, const struct val *topic, struct val *out)
{
    struct arena *a = p->q->a;
    int64_t from = val_int(topic, "from_ms"), to = val_int(topic, "to_ms");
    const struct val *heat = val_get(topic, S("heat"));

    set_int(out, "rank", val_int(topic, "rank"));
    set_int(out, "pct", scope_share(val_int(topic, "heat"), p->most));
    set_str(out, "title", text_mask(a, val_text(topic, "title")));
    set_str(out, "heat",
            heat && heat->kind == VAL_STR
                ? heat->str
                : str_format(a, "%lld", (long long)val_int(topic, "heat")));
    set_str(out, "n", str_format(a, "%lld", (long long)val_int(topic, "n")));
    set_str(out, "place", val_text(topic, "place"));
    set_str(
        out, "span",
        scope_say(p->q, "page.period_span", day_text(a, day_of(from)), day_text(a, day_of(to))));
    put_words(p, topic, out);
    put_messages(p, topic, out);
}

PAGE(topic_list, .at = "GET /topics", .template = "topic/list", .who = WHO_STAFF,
     .right = "figures.read", .per_minute = 30, .params = PARAMS(SCOPE_PARAMS),
     .nav = "part.nav_topics", .nav_at = 55)
{
    struct val *found = val_list(q->a), *list;
    struct put p = {.q = q};
    struct scope s;

    if (!scope_read(q, "figures.read", &s))
        return false;
    p.m = read_messages(&s.k, &s, &p.n);
    text_topics(q->a, p.m, p.n, TOPICS_MAX, found);
    set_str(set_map(q->view, "of"), "name", s.unit->name);
    set_str(q->view, "period", scope_period(q, &s.period));
    scope_periods(q, &s, S("/topics"));
    set_bool(q->view, "empty", !found->first);
    list = set_list(q->view, "topics");
    p.most = found->first ? val_int(&found->first->val, "heat") : 0;
    for (const struct item *it = found->first; it; it = it->next)
        put_topic(&p, &it->val, add_map(list));
    return true;
}
