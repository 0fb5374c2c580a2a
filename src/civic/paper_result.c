/* What came of a survey or a test: coverage, counts, clusters of free text. */
#include "civic/paper.h"

#include <string.h>

#define TOPICS_MAX 10

STMT(paper_seats,
     "SELECT s.n, s.unit_id, s.name, r.building, t.state, t.way, t.visits, t.mark, t.begun_at, "
     "t.handed_at, t.answers FROM seat s LEFT JOIN roll_entry r ON r.district = $1 AND r.id = "
     "s.roll_entry_id LEFT JOIN sheet t ON t.district = $1 AND t.gathering_id = $2 AND t.seat_n = "
     "s.n WHERE s.district = $1 AND s.gathering_id = $2 ORDER BY s.n LIMIT $3");

struct sheet_row *paper_rows(struct desk *k, const struct gathering *g, size_t *n)
{
    struct sheet_row *list = NEW_ARRAY(k->a, struct sheet_row, (size_t)g->should_attend + 1);
    struct rows r =
        db_query(k->db, k->a, paper_seats, ARG(k->d->code), ARG(g->id), ARG(g->should_attend));

    for (*n = 0; (int64_t)*n < g->should_attend && rows_next(&r); (*n)++)
        list[*n] = (struct sheet_row){.seat_n = row_int(&r, 0),
                                      .unit_id = row_int(&r, 1),
                                      .name = row_str(&r, 2),
                                      .building = row_str(&r, 3),
                                      .state = row_str(&r, 4),
                                      .way = row_str(&r, 5),
                                      .visits = row_int(&r, 6),
                                      .mark = row_int(&r, 7),
                                      .begun_at = row_int(&r, 8),
                                      .handed_at = row_int(&r, 9),
                                      .answers = sheet_answers(k->a, row_str(&r, 10))};
    rows_end(&r);
    return list;
}

/* ---- coverage ------------------------------------------------------------------- */

struct coverage {
    struct str building;
    int64_t n, asked, refused, away;
};

static void cover(struct coverage *c, struct str state)
{
    c->n++;
    c->asked += str_eq(state, S("asked"));
    c->refused += str_eq(state, S("refused"));
    c->away += str_eq(state, S("away"));
}

static void put_coverage(const struct coverage *c, struct val *list)
{
    struct val *v = add_map(list);

    set_str(v, "building", c->building);
    set_int(v, "n", c->n);
    set_int(v, "asked", c->asked);
    set_int(v, "refused", c->refused);
    set_int(v, "away", c->away);
    set_int(v, "open", c->n - c->asked - c->refused - c->away);
    set_int(v, "percent", whole_percent(c->asked, c->n));
}

void paper_coverage(struct desk *k, const struct sheet_row *row, size_t n, struct val *list)
{
    struct coverage *of = NEW_ARRAY(k->a, struct coverage, n + 1), all = {.building = S("")};
    size_t buildings = 0, at = 0;

    for (size_t i = 0; i < n; i++) {
        if (at >= buildings || !str_eq(of[at].building, row[i].building)) {
            for (at = 0; at < buildings && !str_eq(of[at].building, row[i].building); at++) {
            }
        }
        if (at == buildings)
            of[buildings++].building = row[i].building;
        cover(&of[at], row[i].state);
        cover(&all, row[i].state);
    }
    for (size_t i = 0; i < buildings; i++)
        put_coverage(&of[i], list);
    put_coverage(&all, list);
}

/* ---- counts ----------------------------------------------------------------------- */

static bool counts_row(const struct paper_counts *of, const struct sheet_row *row)
{
    return str_eq(row->state, S("asked")) &&
           (!of->building.n || str_eq(of->building, row->building));
}

static void count_choice(struct desk *k, const struct field *f, const struct paper_counts *of,
                         const struct choice *c, struct val *list)
{
    struct val *v = add_map(list);
    int64_t n = 0, all = 0;

    for (size_t i = 0; i < of->n; i++) {
        bool counts = counts_row(of, &of->row[i]) && val_get(of->row[i].answers, f->name);

        all += counts;
        n += counts && str_eq(val_get(of->row[i].answers, f->name)->str, c->name);
    }
    set_str(v, "name", c->name);
    set_str(v, "title", desk_title(k, &c->title));
    set_int(v, "n", n);
    set_int(v, "percent", whole_percent(n, all));
}

static int64_t answered(const struct field *f, const struct paper_counts *of)
{
    int64_t n = 0;

    for (size_t i = 0; i < of->n; i++)
        n += counts_row(of, &of->row[i]) && val_get(of->row[i].answers, f->name);
    return n;
}

static const struct choice *choices_of(struct desk *k, const struct field *f, int *n)
{
    const struct val *words = val_get(k->d->pack->setting, S("yes_no"));
    struct choice *two;

    *n = f->ofs;
    if (f->kind != FIELD_YES_NO)
        return f->of;
    two = NEW_ARRAY(k->a, struct choice, 2);
    *n = 2;
    for (int i = 0; i < 2; i++) {
        const struct val *w = words ? val_get(words, str_of(i ? "no" : "yes")) : NULL;

        two[i] = (struct choice){str_of(i ? "no" : "yes"), {val_text(w, "zh"), val_text(w, "en")}};
    }
    return two;
}

void paper_count(struct desk *k, const struct paper *p, const struct paper_counts *of,
                 struct val *list)
{
    for (int i = 0; i < p->asks; i++) {
        const struct field *f = &p->ask[i];
        int64_t n = answered(f, of);
        const struct choice *c;
        struct val *v, *choices;
        int ofs;

        c = choices_of(k, f, &ofs);
        if (!ofs)
            continue;
        v = add_map(list);
        set_str(v, "name", f->name);
        set_str(v, "title", desk_title(k, &f->title));
        set_bool(v, "few", n < of->least);
        set_int(v, "n", n < of->least ? 0 : n);
        choices = set_list(v, "of");
        for (int j = 0; n >= of->least && j < ofs; j++)
            count_choice(k, f, of, &c[j], choices);
    }
}

void paper_topics(struct desk *k, const struct sheet_row *row, size_t n, const struct field *f,
                  struct val *list)
{
    struct message *m = NEW_ARRAY(k->a, struct message, n + 1);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        struct str text = val_text(row[i].answers, str_copy(k->a, f->name).p);

        if (str_eq(row[i].state, S("asked")) && text.n)
            m[count++] = (struct message){
                .id = row[i].seat_n, .title = text, .body = S(""), .place = S(""), .weight = 1};
    }
    text_topics(k->a, m, count, TOPICS_MAX, list);
}
