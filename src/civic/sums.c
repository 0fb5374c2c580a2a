#include "civic/sums.h"

#include "civic/tally.h"
#include "civic/unit.h"

#include <stdlib.h>
#include <string.h>

STMT(counter_add,
     "INSERT INTO counter (district, unit_id, figure, period, subject, value) VALUES ($1, $2, $3, "
     "$4, $5, $6) ON CONFLICT (district, unit_id, figure, subject, period) DO UPDATE SET value = "
     "counter.value + excluded.value");
static int compare_str(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

int sum_compare(const struct sum *a, const struct sum *b)
{
    int c;

    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    if ((c = compare_str(a->figure, b->figure)) != 0)
        return c;
    if ((c = compare_str(a->subject, b->subject)) != 0)
        return c;
    return (a->period > b->period) - (a->period < b->period);
}

static size_t hash_of(const struct sum *d)
{
    uint64_t h = (uint64_t)d->unit * 0x9e3779b97f4a7c15ULL ^ (uint64_t)d->period << 20;

    for (size_t i = 0; i < d->figure.n; i++)
        h = (h ^ (unsigned char)d->figure.p[i]) * 1099511628211ULL;
    for (size_t i = 0; i < d->subject.n; i++)
        h = (h ^ (unsigned char)d->subject.p[i]) * 1099511628211ULL;
    return (size_t)(h ^ h >> 32);
}

/* The slot of this key: holding its index, or free. */
static uint32_t *slot_of(const struct sums *s, const struct sum *key)
{
    for (size_t h = hash_of(key);; h++) {
        uint32_t *slot = &s->slot[h & (s->slots - 1)];

        if (!*slot || sum_compare(&s->sum[*slot - 1], key) == 0)
            return slot;
    }
}

/* Room for one more; twice as much when it is used up, so that the slots are half empty. */
static void make_room(struct sums *s)
{
    struct sum *more;

    if (s->n < s->room)
        return;
    s->room = s->room ? s->room * 2 : 1024;
    more = NEW_ARRAY(s->a, struct sum, s->room);
    if (s->n)
        memcpy(more, s->sum, s->n * sizeof(*more));
    s->sum = more;
    s->slots = s->room * 2;
    s->slot = NEW_ARRAY(s->a, uint32_t, s->slots);
    for (size_t i = 0; i < s->n; i++)
        *slot_of(s, &s->sum[i]) = (uint32_t)i + 1;
}

static void add(struct sums *s, struct sum key)
{
    uint32_t *slot;

    make_room(s);
    slot = slot_of(s, &key);
    if (!*slot) {
        s->sum[s->n] = key;
        s->sum[s->n].figure = str_copy(s->a, key.figure);
        s->sum[s->n].subject = str_copy(s->a, key.subject);
        s->sum[s->n].value = 0;
        *slot = (uint32_t)++s->n;
    }
    s->sum[*slot - 1].value += key.value;
}

static int compare(const void *a, const void *b)
{
    return sum_compare(a, b);
}

void sums_sort(struct sums *s)
{
    if (s->n)
        qsort(s->sum, s->n, sizeof(*s->sum), compare);
}

void sums_write(struct sums *s, struct db *db, int64_t district)
{
    sums_sort(s);
    for (size_t i = 0; i < s->n; i++) {
        const struct sum *x = &s->sum[i];

        if (x->value)
            db_run(db, counter_add, ARG(district), ARG(x->unit), ARG(x->figure), ARG(x->period),
                   ARG(x->subject), ARG(x->value));
    }
}

/* ---- what an entry counts for ----------------------------------------- */

static struct str top_of(struct str subject)
{
    struct str head;

    (void)str_cut(subject, '/', &head);
    return head;
}

static void count_at(struct sums *s, const struct unit *u, const struct entry *e)
{
    struct str top = top_of(e->subject);
    struct sum d = {u->id, period_month(e->at), e->value, e->figure, S("")};

    add(s, d);
    if (str_eq(u->kind, S("grid")))
        return;
    d.subject = top;
    if (e->subject.n)
        add(s, d);
    if (u->depth > 1) /* the district is 0, its streets and departments 1 */
        return;
    d.subject = e->subject;
    if (!str_eq(top, e->subject))
        add(s, d);
    d.subject = S("");
    d.period = period_day(e->at);
    add(s, d);
}

bool sums_count(struct sums *s, const struct units *units, const struct entry *e)
{
    const struct unit *u = unit_by_path(units, e->path);
    bool known = u != NULL;

    for (; u; u = unit_by_id(units, u->parent_id))
        count_at(s, u, e);
    return known;
}
