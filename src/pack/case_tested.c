/* What of a pack has no case, or none in which anything is refused. */
#include "pack/case.h"

#include "pack/gathering.h"

static void find_case(const struct val *results, struct str of, bool *there, bool *refuses)
{
    *there = *refuses = false;
    for (const struct item *it = results->first; it; it = it->next) {
        const struct val *v = &it->val;

        if (!str_eq(val_text(v, "of"), of))
            continue;
        *there = true;
        *refuses = *refuses || val_get(v, S("refuses"))->boolean;
    }
}

/* Of the pack itself, not of its parents. */
static bool is_own(const struct pack *p, struct str file)
{
    struct str folder;

    (void)str_cut(file, '/', &folder);
    return str_eq(folder, p->name);
}

struct defined { /* something that needs a case, and where it stands */
    const char *noun;
    struct str name, file;
    int line;
};

static bool tested(struct arena *a, const struct pack *p, const struct defined *d,
                   struct val *results)
{
    struct val at = {.kind = VAL_MAP, .line = d->line};
    struct str of = str_format(a, "%s %.*s", d->noun, STR_ARG(d->name));
    bool there, refuses;

    if (!is_own(p, d->file))
        return true;
    find_case(results, of, &there, &refuses);
    return refuses ||
           case_result(results, &at, d->file,
                       str_format(a,
                                  there ? "no case of %.*s refuses anything" : "%.*s has no case",
                                  STR_ARG(of)));
}

/* ---- figures ---------------------------------------------------------------- */

static bool gives_figure(const struct val *result, struct str id)
{
    for (const struct item *it = list_of(take(result, "figures")); it; it = it->next) {
        if (str_eq(word_of(&it->val), id))
            return true;
    }
    return false;
}

static bool names_figure(const struct figure *f, struct str id)
{
    bool names = f->kind == FIGURE_RATIO && (str_eq(f->over, id) || str_eq(f->under, id));

    for (int i = 0; f->kind == FIGURE_VALUES && i < f->ofs; i++)
        names = names || str_eq(f->of[i], id);
    return names;
}

/* A case gives it, or a figure that is made of it. */
static bool told_by(const struct pack *p, const struct val *result, const struct figure *f)
{
    bool told = gives_figure(result, f->id);

    for (int i = 0; i < p->figures && !told; i++)
        told = names_figure(&p->figure[i], f->id) && gives_figure(result, p->figure[i].id);
    return told;
}

/* *refused: one of the cases that tell it has something that is refused. */
static bool figure_told(const struct pack *p, const struct val *results, const struct figure *f,
                        bool *refused)
{
    bool told = false;

    for (const struct item *it = results->first; it; it = it->next) {
        if (!told_by(p, &it->val, f))
            continue;
        told = true;
        *refused = *refused || val_get(&it->val, S("refuses"))->boolean;
    }
    return told;
}

/* Of the figures of one file that towns tell: each has a case, and one of these refuses something.
 */
static bool file_tested(struct arena *a, const struct pack *p, const struct figure *first,
                        struct val *results)
{
    struct val at = {.kind = VAL_MAP, .line = first->line & LINE_MASK};
    bool all = true, refused = false;

    for (int i = 0; i < p->figures; i++) {
        const struct figure *f = &p->figure[i];

        if (!str_eq(f->file, first->file) || !case_counts(p, f) ||
            figure_told(p, results, f, &refused))
            continue;
        at.line = f->line & LINE_MASK;
        all = case_result(results, &at, f->file,
                          str_format(a, "figure %.*s has no case", STR_ARG(f->id)));
    }
    return all &&
           (refused || case_result(results, &at, first->file,
                                   str_format(a, "no case of the figures in %.*s refuses anything",
                                              STR_ARG(first->file))));
}

static bool figures_tested(struct arena *a, const struct pack *p, struct val *results)
{
    struct str done = S("");
    bool all = true;

    for (int i = 0; i < p->figures; i++) {
        const struct figure *f = &p->figure[i];

        if (!is_own(p, f->file) || !case_counts(p, f) || str_eq(f->file, done))
            continue;
        done = f->file;
        all = file_tested(a, p, f, results) && all;
    }
    return all;
}

bool pack_tested(struct arena *a, const struct pack *p, struct val *results)
{
    bool all = true;

    for (int i = 0; i < p->procs; i++) {
        const struct proc *def = &p->proc[i];
        const struct defined d = {"mechanism", def->mechanism, def->file, def->line};

        all = tested(a, p, &d, results) && all;
    }
    for (int i = 0; i < p->gatherings; i++) {
        const struct gathering_kind *def = &p->gathering[i];
        const struct defined d = {"gathering", def->name, def->file, def->line};

        all = tested(a, p, &d, results) && all;
    }
    for (int i = 0; i < p->bonds; i++) {
        const struct bond_kind *def = &p->bond[i];
        const struct defined d = {"bond", def->name, def->file, def->line};

        all = tested(a, p, &d, results) && all;
    }
    return figures_tested(a, p, results) && all;
}
