/* What waits for somebody: turns of their posts, and what is open to whoever takes it. */
#include "civic/list.h"

#include <stdlib.h>

#define COUNTED 1000

STMT(inbox_todo,
     "SELECT " MATTER_COLUMNS
     ", t.part, t.due_at, t.started_at, t.term FROM turn t JOIN matter m ON m.district = $1 AND "
     "m.id = t.matter_id WHERE t.district = $1 AND t.unit_id = $2 AND t.role = $3 ORDER BY "
     "t.due_at, t.matter_id LIMIT 200");
/* Counting stops at a thousand: "999+" says enough. */
STMT(inbox_todo_count,
     "SELECT count(*), coalesce(sum(CASE WHEN t.due_at > 0 AND t.due_at <= $4 THEN 1 ELSE 0 END), "
     "0) FROM (SELECT due_at FROM turn WHERE district = $1 AND unit_id = $2 AND role = $3 LIMIT "
     "1000) AS t");
STMT(inbox_open,
     "SELECT " MATTER_COLUMNS
     ", t.part, t.due_at, t.started_at, t.term FROM turn t JOIN matter m ON m.district = $1 AND "
     "m.id = t.matter_id WHERE t.district = $1 AND t.unit_id = 0 AND t.role = $3 AND t.kind = $4 "
     "AND t.matter_id < $2 ORDER BY t.matter_id DESC LIMIT $5");
STMT(inbox_open_ids,
     "SELECT matter_id FROM turn WHERE district = $1 AND unit_id = 0 AND role = $2 AND kind = $3 "
     "ORDER BY matter_id DESC LIMIT 1000");

struct task {
    int64_t due, started;
    struct limit limit;
    struct matter m;
    int part;
};

static int compare_tasks(const void *a, const void *b)
{
    const struct task *x = a, *y = b;
    int64_t dx = x->due ? x->due : INT64_MAX, dy = y->due ? y->due : INT64_MAX;

    if (dx != dy)
        return dx < dy ? -1 : 1;
    return x->m.id < y->m.id ? -1 : x->m.id > y->m.id;
}

static void read_turn(const struct rows *r, struct task *t)
{
    struct err e = {0};
    int at = MATTER_COLUMN_COUNT;

    t->part = (int)row_int(r, at++);
    t->due = row_int(r, at++);
    t->started = row_int(r, at++);
    if (!row_str(r, at).n || !limit_parse(row_str(r, at), &t->limit, &e))
        t->limit = (struct limit){0};
}

/* The clock of the turn, which is the step's: as the matter's own page shows it. */
static void set_clock(struct task *t)
{
    if (!t->due)
        return;
    t->m.due_at = t->due;
    t->m.state.clocks = 1;
    t->m.state.clock[0] = (struct proc_clock){
        .part = -1, .started_ms = t->started, .due_ms = t->due, .limit = t->limit};
}

/* A post's inbox holds what waits now, so it is short enough to be sorted whole. */
static void list_todo(struct desk *k, struct val *rows)
{
    struct task *task = NEW_ARRAY(k->a, struct task, 400);
    size_t n = 0;

    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        struct rows r =
            db_query(k->db, k->a, inbox_todo, ARG(k->d->code), ARG(h->unit), ARG(h->role));

        while (rows_next(&r)) {
            if (n == 400)
                continue;
            matter_read_row(&r, &task[n].m);
            read_turn(&r, &task[n++]);
        }
    }
    qsort(task, n, sizeof(*task), compare_tasks);
    for (size_t i = 0; i < n; i++) {
        struct val *row = add_map(rows);

        set_clock(&task[i]);
        matter_row_view(k, &task[i].m, row);
        set_int(row, "part", task[i].part);
    }
}

/* ---- open to whoever takes it ------------------------------------------- */

struct fit { /* a role, and the kind of unit in which it is held */
    struct str role, kind;
};

/* Each once; at most as many as there are posts. */
static size_t fits_of(struct desk *k, struct fit *fit)
{
    size_t n = 0;

    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        const struct unit *u = unit_by_id(k->d->units, h->unit);
        bool there = !u;

        for (size_t j = 0; j < n && !there; j++)
            there = str_eq(fit[j].role, h->role) && str_eq(fit[j].kind, u->kind);
        if (!there)
            fit[n++] = (struct fit){h->role, u->kind};
    }
    return n;
}

static int newest_first(const void *a, const void *b)
{
    const struct task *x = a, *y = b;

    return x->m.id > y->m.id ? -1 : x->m.id < y->m.id;
}

/* The newest of each fit, and of these the newest: somebody may be named twice by a step. */
static void list_open(struct desk *k, int64_t before, struct val *rows, int64_t *next)
{
    struct fit *fit = NEW_ARRAY(k->a, struct fit, k->actor->posts + 1);
    size_t fits = fits_of(k, fit), n = 0, shown = 0;
    struct task *task = NEW_ARRAY(k->a, struct task, fits * (LIST_ROWS + 1) + 1);

    for (size_t i = 0; i < fits; i++) {
        struct rows r = db_query(k->db, k->a, inbox_open, ARG(k->d->code), ARG(before),
                                 ARG(fit[i].role), ARG(fit[i].kind), ARG(LIST_ROWS + 1));

        while (rows_next(&r)) {
            matter_read_row(&r, &task[n].m);
            read_turn(&r, &task[n++]);
        }
    }
    qsort(task, n, sizeof(*task), newest_first);
    for (size_t i = 0; i < n && !*next; i++) {
        struct val *row;

        if (i && task[i].m.id == task[i - 1].m.id)
            continue;
        if (shown++ == LIST_ROWS) {
            *next = task[i - 1].m.id;
            continue;
        }
        row = add_map(rows);
        set_clock(&task[i]);
        matter_row_view(k, &task[i].m, row);
        set_int(row, "part", task[i].part);
    }
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static int64_t count_open(struct desk *k)
{
    struct fit *fit = NEW_ARRAY(k->a, struct fit, k->actor->posts + 1);
    size_t fits = fits_of(k, fit), n = 0;
    int64_t *id = NEW_ARRAY(k->a, int64_t, fits * COUNTED + 1), different = 0;

    for (size_t i = 0; i < fits; i++) {
        struct rows r = db_query(k->db, k->a, inbox_open_ids, ARG(k->d->code), ARG(fit[i].role),
                                 ARG(fit[i].kind));

        while (rows_next(&r))
            id[n++] = row_int(&r, 0);
    }
    qsort(id, n, sizeof(*id), compare_ids);
    for (size_t i = 0; i < n; i++)
        different += i == 0 || id[i] != id[i - 1];
    return different;
}

/* ---- one box ------------------------------------------------------------ */

void inbox_list(struct desk *k, enum inbox which, int64_t before, struct val *rows, int64_t *next)
{
    *next = 0;
    if (!before)
        before = INT64_MAX;
    switch (which) {
    case INBOX_TODO: list_todo(k, rows); break;
    case INBOX_OPEN: list_open(k, before, rows, next); break;
    case INBOX_DONE: list_done(k, before, rows, next); break;
    case INBOX_SUPERVISED: list_watched(k, before, rows, next); break;
    }
}

void inbox_counts(struct desk *k, struct val *counts)
{
    int64_t todo = 0, late = 0;

    for (size_t i = 0; i < k->actor->posts; i++) {
        const struct holding *h = &k->actor->post[i];
        struct rows r = db_query(k->db, k->a, inbox_todo_count, ARG(k->d->code), ARG(h->unit),
                                 ARG(h->role), ARG(k->now));

        if (rows_next(&r)) {
            todo += row_int(&r, 0);
            late += row_int(&r, 1);
        }
        rows_end(&r);
    }
    set_int(counts, "todo", todo);
    set_int(counts, "late", late);
    set_int(counts, "open", count_open(k));
}
