/*
 * Hot topics: one pass over the messages, the weightiest first; each joins the topic it is most
 * like or opens one. Then the topics join each other in the same way. A message is its few most
 * telling tokens, and only topics that share one of them are looked at, so the work grows with the
 * number of messages and not with its square.
 */
#include "text/chars.h"
#include "text/text.h"
#include "text/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH      ((size_t)8 << 30)
#define TERMS_MAX    24  /* of a message: its most telling ones */
#define BODY_MAX     900 /* bytes of a body: what it is about is said first */
#define AHEAD        12
#define TITLE_COUNTS 3                  /* as often as the same words in the body */
#define LIKE_LEAST   0.20               /* to join a topic */
#define MERGE_LEAST  0.35               /* of two topics, to become one */
#define SHARED_MAX   128                /* topics that one token leads to */
#define FADE_MS      (180.0 * 86400000) /* apart in time: likeness down to a half, slowly */
#define FAR_M        1500.0             /* apart in place: likeness down to a half */

struct term {
    uint64_t hash;
    uint32_t texts, last, id;
    float count; /* in the text being read */
};

struct vocabulary {
    struct arena *a;
    struct term *slot;
    size_t n, mask;
};

static uint64_t hash(struct str s)
{
    uint64_t h = 0xcbf29ce484222325ULL;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3ULL;
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93ULL;
    h ^= h >> 32;
    return h ? h : 1;
}

static struct term *term_at(struct term *slot, size_t mask, uint64_t h)
{
    size_t i = h & mask;

    while (slot[i].hash && slot[i].hash != h)
        i = (i + 1) & mask;
    return &slot[i];
}

static void grow(struct vocabulary *v)
{
    size_t mask = v->mask * 2 + 1;
    struct term *slot = NEW_ARRAY(v->a, struct term, mask + 1);

    for (size_t i = 0; i <= v->mask; i++) {
        if (v->slot[i].hash)
            *term_at(slot, mask, v->slot[i].hash) = v->slot[i];
    }
    v->slot = slot;
    v->mask = mask;
}

/* A text being read: its tokens as hashes, then its terms, each once. */
struct reading {
    struct vocabulary *v;
    uint64_t *token;
    struct term **term;
    size_t n_tokens, n_title, n;
};

static void see(void *arg, struct str token)
{
    struct reading *r = arg;

    r->token[r->n_tokens++] = hash(token);
}

/* The slot of token i; those that come soon are asked for, as the vocabulary is larger than the
 * cache. */
static struct term *term_of(const struct reading *r, size_t i)
{
    if (i + AHEAD < r->n_tokens)
        __builtin_prefetch(&r->v->slot[r->token[i + AHEAD] & r->v->mask]);
    return term_at(r->v->slot, r->v->mask, r->token[i]);
}

static void learn(struct reading *r, uint32_t text)
{
    for (size_t i = 0; i < r->n_tokens; i++) {
        struct term *t = term_of(r, i);

        if (t->last == text)
            continue;
        if (!t->hash) {
            t->hash = r->token[i];
            t->id = (uint32_t)r->v->n++;
        }
        t->last = text;
        t->texts++;
        if (r->v->n * 2 > r->v->mask)
            grow(r->v);
    }
}

static void count(struct reading *r)
{
    r->n = 0;
    for (size_t i = 0; i < r->n_tokens; i++) {
        struct term *t = term_of(r, i);

        if (t->texts < 2)
            continue;
        if (t->count == 0)
            r->term[r->n++] = t;
        t->count += i < r->n_title ? TITLE_COUNTS : 1;
    }
}

static struct str head_of(struct str s)
{
    if (s.n > BODY_MAX) {
        s.n = BODY_MAX;
        while (((unsigned char)s.p[s.n] & 0xc0) == 0x80)
            s.n--;
    }
    return s;
}

static void read_message(struct reading *r, const struct message *m)
{
    r->n_tokens = 0;
    text_tokens(head_of(m->title), see, r);
    r->n_title = r->n_tokens;
    text_tokens(head_of(m->body), see, r);
}

struct weight {
    uint32_t id;
    float w;
};

struct vector {
    struct weight *term; /* heaviest first, none of 0 */
    size_t n;
};

static int compare_weights(const void *x, const void *y)
{
    const struct weight *a = x, *b = y;

    return a->w != b->w ? (a->w < b->w) - (a->w > b->w) : (a->id > b->id) - (a->id < b->id);
}

/* Puts it among the n heaviest so far. */
static size_t put_weight(struct weight *all, size_t n, struct weight it)
{
    size_t i = n < TERMS_MAX ? n++ : n - 1;

    for (; i && compare_weights(&it, &all[i - 1]) < 0; i--)
        all[i] = all[i - 1];
    all[i] = it;
    return n;
}

static struct vector vector_of(struct arena *a, struct reading *r, double n_texts)
{
    struct vector v = {.term = NEW_ARRAY(a, struct weight, r->n < TERMS_MAX ? r->n : TERMS_MAX)};
    double sum = 0;

    for (size_t i = 0; i < r->n; i++) {
        struct term *t = r->term[i];
        double w = (1 + log((double)t->count)) * log(n_texts / t->texts);
        struct weight it = {t->id, (float)w};

        t->count = 0;
        if (it.w > 0 && (v.n < TERMS_MAX || compare_weights(&it, &v.term[v.n - 1]) < 0))
            v.n = put_weight(v.term, v.n, it);
    }
    for (size_t i = 0; i < v.n; i++)
        sum += (double)v.term[i].w * (double)v.term[i].w;
    sum = sum > 0 ? sqrt(sum) : 1;
    for (size_t i = 0; i < v.n; i++)
        v.term[i].w = (float)((double)v.term[i].w / sum);
    return v;
}

struct topic {
    double norm2, heat;
    int64_t from_ms, to_ms;
    double lon, lat;         /* of the first message that has them; 0,0: unknown */
    uint32_t n, first, last; /* messages, linked */
};

/* The topics that a token leads to, and its weight in each. */
struct shared {
    struct {
        uint32_t topic;
        float w;
    } * at;
    uint32_t n, cap;
};

struct work {
    struct arena *a;
    const struct message *m;
    size_t n;
    struct vocabulary v;
    struct vector *vector;
    struct shared *shared; /* of each term */
    struct topic *topic;
    size_t n_topics;
    uint32_t *next;
    double *score; /* of each topic, 0 between messages */
    uint32_t *touched;
};

static void make_vectors(struct work *w)
{
    struct reading r = {.v = &w->v,
                        .token = NEW_ARRAY(w->a, uint64_t, 2 * BODY_MAX),
                        .term = NEW_ARRAY(w->a, struct term *, 2 * BODY_MAX)};

    w->v = (struct vocabulary){.a = w->a, .mask = (1 << 14) - 1};
    w->v.slot = NEW_ARRAY(w->a, struct term, w->v.mask + 1);
    for (size_t i = 0; i < w->n; i++) {
        read_message(&r, &w->m[i]);
        learn(&r, (uint32_t)i + 1);
    }
    w->vector = NEW_ARRAY(w->a, struct vector, w->n);
    for (size_t i = 0; i < w->n; i++) {
        read_message(&r, &w->m[i]);
        count(&r);
        w->vector[i] = vector_of(w->a, &r, (double)w->n);
    }
}

/* Metres, near enough within a city. */
static double apart_m(double lon, double lat, const struct topic *t)
{
    double x = (lon - t->lon) * cos(lat * 0.017453292519943295) * 111320;
    double y = (lat - t->lat) * 110574;

    return sqrt(x * x + y * y);
}

static bool has_place(double lon, double lat)
{
    return lon != 0 || lat != 0;
}

/* 1, or less the further the other is from the topic in time and place. */
static double nearness(const struct topic *t, const struct topic *other)
{
    int64_t before = t->from_ms - other->to_ms, after = other->from_ms - t->to_ms;
    int64_t gap = before > 0 ? before : after > 0 ? after : 0;
    double near = 0.5 + 0.5 * exp(-(double)gap / FADE_MS);

    if (has_place(t->lon, t->lat) && has_place(other->lon, other->lat))
        near *= 0.5 + 0.5 * exp(-apart_m(t->lon, t->lat, other) / FAR_M);
    return near;
}

/* The topic that this one (a message, or another topic, with its vector v) is most like, at least
 * so much, or n_topics. *dot is the product of their sums. */
static uint32_t find_topic(struct work *w, const struct topic *one, const struct vector *v,
                           double least, double *dot)
{
    uint32_t best = (uint32_t)w->n_topics;
    double best_like = least;
    size_t n = 0;

    for (size_t k = 0; k < v->n; k++) {
        const struct shared *s = &w->shared[v->term[k].id];

        for (uint32_t j = 0; j < s->n; j++) {
            uint32_t t = s->at[j].topic;

            if (w->score[t] == 0)
                w->touched[n++] = t;
            w->score[t] += (double)v->term[k].w * (double)s->at[j].w;
        }
    }
    for (size_t k = 0; k < n; k++) {
        uint32_t t = w->touched[k];
        double cosine = w->score[t] / sqrt(w->topic[t].norm2 * one->norm2);
        double like = cosine * nearness(&w->topic[t], one);

        if (like > best_like) {
            best_like = like;
            best = t;
            *dot = w->score[t];
        }
        w->score[t] = 0;
    }
    return best;
}

static void share_term(struct work *w, uint32_t topic, struct weight term)
{
    struct shared *s = &w->shared[term.id];
    uint32_t j = 0;

    while (j < s->n && s->at[j].topic != topic)
        j++;
    if (j == SHARED_MAX)
        return;
    if (j == s->cap) {
        uint32_t cap = s->cap ? s->cap * 2 : 2;
        void *more = arena_alloc(w->a, cap, sizeof(*s->at), _Alignof(max_align_t));

        if (s->n)
            memcpy(more, s->at, s->n * sizeof(*s->at));
        s->at = more;
        s->cap = cap;
    }
    if (j == s->n) {
        s->at[j].topic = topic;
        s->n++;
    }
    s->at[j].w += term.w;
}

/* Joins `one`, whose messages are linked already, to a topic, or makes it one. */
static void join(struct work *w, uint32_t topic, const struct topic *one, const struct vector *v,
                 double dot)
{
    struct topic *t = &w->topic[topic];

    if (t->n == 0) {
        *t = *one;
    } else {
        w->next[t->last] = one->first;
        t->last = one->last;
        t->n += one->n;
        t->from_ms = one->from_ms < t->from_ms ? one->from_ms : t->from_ms;
        t->to_ms = one->to_ms > t->to_ms ? one->to_ms : t->to_ms;
        t->norm2 += 2 * dot + one->norm2;
        t->heat += one->heat;
        if (!has_place(t->lon, t->lat)) {
            t->lon = one->lon;
            t->lat = one->lat;
        }
    }
    for (size_t k = 0; k < v->n; k++)
        share_term(w, topic, v->term[k]);
}

static void take(struct work *w, const struct topic *one, const struct vector *v, double least)
{
    double dot = 0;
    uint32_t t = find_topic(w, one, v, least, &dot);

    if (t == w->n_topics)
        w->n_topics++;
    join(w, t, one, v, dot);
}

struct order {
    int64_t weight, id;
    uint32_t i;
};

static int compare_orders(const void *x, const void *y)
{
    const struct order *a = x, *b = y;

    if (a->weight != b->weight)
        return (a->weight < b->weight) - (a->weight > b->weight);
    return a->id != b->id ? (a->id > b->id) - (a->id < b->id) : (a->i > b->i) - (a->i < b->i);
}

static void cluster(struct work *w)
{
    struct order *order = NEW_ARRAY(w->a, struct order, w->n);

    w->shared = NEW_ARRAY(w->a, struct shared, w->v.n + 1);
    w->topic = NEW_ARRAY(w->a, struct topic, w->n);
    w->next = NEW_ARRAY(w->a, uint32_t, w->n);
    w->score = NEW_ARRAY(w->a, double, w->n);
    w->touched = NEW_ARRAY(w->a, uint32_t, w->n);
    for (uint32_t i = 0; i < w->n; i++)
        order[i] = (struct order){w->m[i].weight, w->m[i].id, i};
    qsort(order, w->n, sizeof(*order), compare_orders);
    for (size_t k = 0; k < w->n; k++) {
        const struct message *m = &w->m[order[k].i];
        struct topic one = {.norm2 = 1,
                            .heat = sqrt(m->weight > 1 ? (double)m->weight : 1),
                            .from_ms = m->at_ms,
                            .to_ms = m->at_ms,
                            .lon = m->lon,
                            .lat = m->lat,
                            .n = 1,
                            .first = order[k].i,
                            .last = order[k].i};

        take(w, &one, &w->vector[order[k].i], LIKE_LEAST);
    }
}

/* The sum of its messages; sum[] of each term is 0 before and after. */
static struct vector sum_of(const struct work *w, const struct topic *t, float *sum)
{
    struct vector v = {.n = 0};
    uint32_t i = t->first;
    size_t most = 0;

    for (uint32_t k = 0; k < t->n; k++, i = w->next[i])
        most += w->vector[i].n;
    v.term = NEW_ARRAY(w->a, struct weight, most + 1);
    i = t->first;
    for (uint32_t k = 0; k < t->n; k++, i = w->next[i]) {
        for (size_t j = 0; j < w->vector[i].n; j++) {
            struct weight it = w->vector[i].term[j];

            if (sum[it.id] == 0)
                v.term[v.n++].id = it.id;
            sum[it.id] += it.w;
        }
    }
    for (size_t k = 0; k < v.n; k++) {
        v.term[k].w = sum[v.term[k].id];
        sum[v.term[k].id] = 0;
    }
    return v;
}

static int compare_heats(const void *x, const void *y)
{
    const struct topic *a = x, *b = y;

    return a->heat != b->heat ? (a->heat < b->heat) - (a->heat > b->heat)
                              : (a->first > b->first) - (a->first < b->first);
}

/* What the first messages of a topic did not have in common, all of them often have: the topics
 * join each other, the hottest first, as the messages did. */
static void merge(struct work *w)
{
    size_t n = w->n_topics;
    struct topic *old = NEW_ARRAY(w->a, struct topic, n + 1);
    float *sum = NEW_ARRAY(w->a, float, w->v.n + 1);

    memcpy(old, w->topic, n * sizeof(*old));
    qsort(old, n, sizeof(*old), compare_heats);
    memset(w->topic, 0, n * sizeof(*w->topic));
    memset(w->shared, 0, w->v.n * sizeof(*w->shared));
    w->n_topics = 0;
    for (size_t k = 0; k < n; k++) {
        struct vector v = sum_of(w, &old[k], sum);

        take(w, &old[k], &v, MERGE_LEAST);
    }
}

static double weight_in(const struct work *w, uint32_t topic, uint64_t h)
{
    const struct term *t = term_at(w->v.slot, w->v.mask, h);
    const struct shared *s = &w->shared[t->id];

    for (uint32_t j = 0; t->hash && j < s->n; j++) {
        if (s->at[j].topic == topic)
            return (double)s->at[j].w;
    }
    return 0;
}

/* The message that is most like the whole topic. */
static uint32_t middle_of(const struct work *w, uint32_t topic)
{
    const struct topic *t = &w->topic[topic];
    uint32_t i = t->first, best = i;
    double best_dot = -1;

    for (uint32_t k = 0; k < t->n; k++, i = w->next[i]) {
        const struct vector *v = &w->vector[i];
        double dot = 0;

        for (size_t j = 0; j < v->n; j++) {
            const struct shared *s = &w->shared[v->term[j].id];

            for (uint32_t at = 0; at < s->n; at++)
                dot += s->at[at].topic == topic ? (double)v->term[j].w * (double)s->at[at].w : 0;
        }
        if (dot > best_dot) {
            best_dot = dot;
            best = i;
        }
    }
    return best;
}

static void set_words(struct arena *a, const struct work *w, uint32_t topic, struct str text,
                      struct val *words)
{
    struct place *p = NEW_ARRAY(w->a, struct place, text.n + 1);
    size_t n = places_add(p, 0, text);

    for (size_t i = 0; i + 1 < n; i++) {
        char bytes[8];
        size_t len = utf8_put(bytes, p[i].c);

        len += utf8_put(bytes + len, p[i + 1].c);
        if (p[i].joined)
            p[i].pair = weight_in(w, topic, hash((struct str){bytes, len}));
    }
    for (int k = 0; k < 5; k++) {
        double weight;
        struct str word = places_take(a, p, n, &weight);

        if (word.n)
            (void)add_val(words, (struct val){.kind = VAL_STR, .str = word});
    }
}

/* The place that most of its messages name; the earlier one if as many do. */
static struct str place_of(const struct work *w, const struct topic *t)
{
    struct str best = S("");
    uint32_t i = t->first, most = 0, looked = t->n < 64 ? t->n : 64;

    for (uint32_t k = 0; k < looked; k++, i = w->next[i]) {
        uint32_t n = 0, j = t->first;

        for (uint32_t l = 0; l < looked; l++, j = w->next[j])
            n += str_eq(w->m[i].place, w->m[j].place);
        if (w->m[i].place.n && n > most) {
            most = n;
            best = w->m[i].place;
        }
    }
    return best;
}

static void put_topic(struct arena *a, const struct work *w, uint32_t topic, struct val *it)
{
    const struct topic *t = &w->topic[topic];
    const struct message *m = &w->m[middle_of(w, topic)];
    struct val *words, *ids;
    uint32_t i = t->first;

    set_str(it, "title", str_copy(a, m->title.n ? m->title : utf8_cut(m->body, 40)));
    set_int(it, "heat", (int64_t)(t->heat + 0.5));
    set_int(it, "n", t->n);
    set_str(it, "place", str_copy(a, place_of(w, t)));
    set_int(it, "from_ms", t->from_ms);
    set_int(it, "to_ms", t->to_ms);
    words = set_list(it, "words");
    set_words(a, w, topic, m->title.n ? m->title : head_of(m->body), words);
    ids = set_list(it, "ids");
    for (uint32_t k = 0; k < t->n; k++, i = w->next[i])
        (void)add_val(ids, (struct val){.kind = VAL_INT, .integer = w->m[i].id});
}

static uint32_t hottest(const struct work *w, const bool *taken)
{
    uint32_t best = (uint32_t)w->n_topics;

    for (uint32_t t = 0; t < w->n_topics; t++) {
        if (!taken[t] && w->topic[t].n > 1 &&
            (best == w->n_topics || w->topic[t].heat > w->topic[best].heat))
            best = t;
    }
    return best;
}

void text_topics(struct arena *a, const struct message *m, size_t n, size_t most, struct val *list)
{
    struct arena scratch;
    struct work w = {.a = &scratch, .m = m, .n = n};
    bool *taken;

    arena_init(&scratch, SCRATCH);
    make_vectors(&w);
    cluster(&w);
    merge(&w);
    taken = NEW_ARRAY(&scratch, bool, w.n_topics + 1);
    for (size_t rank = 1; rank <= most; rank++) {
        uint32_t t = hottest(&w, taken);
        struct val *it;

        if (t == w.n_topics)
            break;
        taken[t] = true;
        it = add_map(list);
        set_int(it, "rank", (int64_t)rank);
        put_topic(a, &w, t, it);
    }
    arena_reset(&scratch);
}
