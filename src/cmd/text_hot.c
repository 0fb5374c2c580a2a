/* text topics, text duplicates: what many write about, and what was written twice. */
#include "base/when.h"
#include "cmd/cmd.h"
#include "cmd/text_rows.h"
#include "text/text.h"
#include "val/val.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BANDS \
    16 /* of four hashes each: a pair alike by half is found with 0.64, by 0.7 with 0.99 */
#define BAND       (COUNT(((struct sketch *)NULL)->h) / BANDS)
#define NEIGHBOURS 16
#define SURE       0.5

struct messages {
    struct message *m;
    size_t n;
};

static int64_t number(struct str s)
{
    return s.n ? strtoll(s.p, NULL, 10) : 0;
}

static bool messages_read(struct cmd_args *args, struct messages *out, struct err *e)
{
    static const char names[] = "message_id,title,created_at,detail,likes,place,lon,lat,body,id";
    struct rows r;

    if (!rows_read(args->a, args->rest[0], names, &r, e))
        return false;
    if (!r.has[1] && !r.has[3] && !r.has[8])
        return refuse(e, ERR_INVALID, "text", "%s has none of the text columns.", args->rest[0]);
    *out = (struct messages){NEW_ARRAY(args->a, struct message, r.n), r.n};
    for (size_t i = 0; i < r.n; i++) {
        struct message *m = &out->m[i];

        m->id = r.has[0] || r.has[9] ? number(rows_cell(&r, i, r.has[0] ? 0 : 9)) : (int64_t)i + 1;
        m->title = rows_cell(&r, i, 1);
        m->body = rows_cell(&r, i, r.has[3] ? 3 : 8);
        m->place = rows_cell(&r, i, 5);
        m->weight = 1 + (number(rows_cell(&r, i, 4)) > 0 ? number(rows_cell(&r, i, 4)) : 0);
        m->lon = strtod(rows_cell(&r, i, 6).n ? rows_cell(&r, i, 6).p : "0", NULL);
        m->lat = strtod(rows_cell(&r, i, 7).n ? rows_cell(&r, i, 7).p : "0", NULL);
        if (!when_parse(rows_cell(&r, i, 2), &m->at_ms))
            m->at_ms = 0;
    }
    return true;
}

static void print_topic(struct arena *a, const struct val *it)
{
    struct buf words = {.arena = a};

    for (const struct item *w = val_get(it, S("words"))->first; w; w = w->next) {
        buf_put(&words, words.n ? S(" ") : S(""));
        buf_put(&words, w->val.str);
    }
    (void)printf("%3lld  heat %-5lld %4lld messages  %.*s – %.*s  %.*s  [%.*s]\n",
                 (long long)val_get(it, S("rank"))->integer,
                 (long long)val_get(it, S("heat"))->integer,
                 (long long)val_get(it, S("n"))->integer,
                 STR_ARG(day_text(a, day_of(val_get(it, S("from_ms"))->integer))),
                 STR_ARG(day_text(a, day_of(val_get(it, S("to_ms"))->integer))),
                 STR_ARG(val_get(it, S("title"))->str), STR_ARG(buf_str(&words)));
}

COMMAND(cmd_text_topics, .name = "text topics", .usage = "text topics FILE [--most N] [--json]",
        .help = "what many messages of a spreadsheet are about, hottest first",
        .options = OPTIONS({.name = "most", .value = "N", .help = "so many topics (20)"}),
        .least = 1, .most = 1)
{
    const char *most = option_get(args, "most");
    struct val *list = val_list(args->a);
    struct messages all;
    struct err e = {0};
    int64_t n = 20;

    if (most && (!str_int(str_of(most), &n) || n < 1))
        return cmd_say(args, EXIT_USAGE, "--most is a number, not %s", most);
    if (!messages_read(args, &all, &e))
        return cmd_refused(&e);
    text_topics(args->a, all.m, all.n, (size_t)n, list);
    if (args->json) {
        cmd_print_json(args->a, list);
    } else {
        for (const struct item *it = list->first; it; it = it->next)
            print_topic(args->a, &it->val);
    }
    return EXIT_OK;
}

struct pair {
    uint32_t i, j;
    double score, likeness;
};

struct pairs {
    struct arena *a;
    struct pair *at;
    size_t n, cap;
};

struct band {
    uint32_t h[BAND];
    uint32_t i;
};

static int compare_bands(const void *x, const void *y)
{
    const struct band *a = x, *b = y;

    for (size_t k = 0; k < BAND; k++) {
        if (a->h[k] != b->h[k])
            return a->h[k] < b->h[k] ? -1 : 1;
    }
    return (a->i > b->i) - (a->i < b->i);
}

static bool same_band(const struct band *a, const struct band *b)
{
    for (size_t k = 0; k < BAND; k++) {
        if (a->h[k] != b->h[k])
            return false;
    }
    return true;
}

static void put_pair(struct pairs *p, struct pair it)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        struct pair *more = NEW_ARRAY(p->a, struct pair, cap);

        for (size_t i = 0; i < p->n; i++)
            more[i] = p->at[i];
        p->at = more;
        p->cap = cap;
    }
    p->at[p->n++] = it;
}

static void judge(struct pairs *p, const struct messages *all, const struct sketch *s,
                  const struct band pair[2])
{
    const struct message *a = &all->m[pair[0].i], *b = &all->m[pair[1].i];
    double likeness = sketch_likeness(&s[pair[0].i], &s[pair[1].i]), metres = -1, score;

    if ((a->lon != 0 || a->lat != 0) && (b->lon != 0 || b->lat != 0))
        metres = hypot((a->lon - b->lon) * cos(a->lat * 0.0174532925) * 111320,
                       (a->lat - b->lat) * 110574);
    score = dup_score(likeness, metres, (double)(a->at_ms - b->at_ms) / (double)HOUR_MS);
    if (score >= SURE)
        put_pair(p, (struct pair){pair[0].i, pair[1].i, score, likeness});
}

static int compare_pairs(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;

    if (a->i != b->i)
        return a->i < b->i ? -1 : 1;
    return (a->j > b->j) - (a->j < b->j);
}

static void find_pairs(struct pairs *p, const struct messages *all)
{
    struct sketch *s = NEW_ARRAY(p->a, struct sketch, all->n);
    struct band *band = NEW_ARRAY(p->a, struct band, all->n);
    size_t kept = 0;

    for (size_t i = 0; i < all->n; i++) {
        struct str both =
            str_format(p->a, "%.*s\n%.*s", STR_ARG(all->m[i].title), STR_ARG(all->m[i].body));

        sketch_of(both, &s[i]);
    }
    for (size_t b = 0; b < BANDS; b++) {
        for (size_t i = 0; i < all->n; i++) {
            band[i].i = (uint32_t)i;
            for (size_t k = 0; k < BAND; k++)
                band[i].h[k] = s[i].h[b * BAND + k];
        }
        qsort(band, all->n, sizeof(*band), compare_bands);
        for (size_t i = 0; i < all->n; i++) {
            for (size_t j = i + 1; j < all->n && j <= i + NEIGHBOURS; j++) {
                if (!same_band(&band[i], &band[j]))
                    break;
                judge(p, all, s, (const struct band[]){band[i], band[j]});
            }
        }
    }
    qsort(p->at, p->n, sizeof(*p->at), compare_pairs);
    for (size_t i = 0; i < p->n; i++) {
        if (i == 0 || compare_pairs(&p->at[i - 1], &p->at[i]) != 0)
            p->at[kept++] = p->at[i];
    }
    p->n = kept;
}

COMMAND(cmd_text_duplicates, .name = "text duplicates", .usage = "text duplicates FILE [--json]",
        .help = "pairs of messages of a spreadsheet that seem to mean one matter", .least = 1,
        .most = 1)
{
    struct pairs p = {.a = args->a};
    struct val *list = val_list(args->a);
    struct messages all;
    struct err e = {0};

    if (!messages_read(args, &all, &e))
        return cmd_refused(&e);
    find_pairs(&p, &all);
    for (size_t k = 0; k < p.n; k++) {
        const struct message *one = &all.m[p.at[k].i], *other = &all.m[p.at[k].j];
        struct val *it;

        if (!args->json) {
            (void)printf("%.2f  %lld %.*s | %lld %.*s\n", p.at[k].score, (long long)one->id,
                         STR_ARG(one->title), (long long)other->id, STR_ARG(other->title));
            continue;
        }
        it = add_map(list);
        set_int(it, "score_permille", (int64_t)(p.at[k].score * 1000 + 0.5));
        set_int(it, "likeness_permille", (int64_t)(p.at[k].likeness * 1000 + 0.5));
        set_int(it, "one", one->id);
        set_int(it, "other", other->id);
    }
    if (args->json)
        cmd_print_json(args->a, list);
    return EXIT_OK;
}
