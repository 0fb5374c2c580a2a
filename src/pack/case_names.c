/*
 * A case of names: what a pack calls what every district holds, and its picture.
 *
 *   case: the councils carry the station's name
 *   names:
 *     brand: {zh: 蔡师傅驿站, en: "Master Cai's station"}
 *     gathering council: {zh: 蔡师傅驿站议事会, icon: home}
 *     mechanism nowhere: none
 */
#include "pack/case.h"

#include "pack/appraisal.h"
#include "pack/gathering.h"

struct named {
    const struct title *title; /* NULL: there is none */
    struct str icon;
};

static struct named of_mechanism(const struct pack *p, struct str name)
{
    const struct proc *def = pack_proc(p, name);

    return def ? (struct named){&def->title, def->icon} : (struct named){0};
}

static struct named of_gathering(const struct pack *p, struct str name)
{
    const struct gathering_kind *def = pack_gathering(p, name);

    return def ? (struct named){&def->title, def->icon} : (struct named){0};
}

static struct named of_unit(const struct pack *p, struct str name)
{
    const struct unit_kind *def = pack_unit_kind(p, name);

    return (struct named){def ? &def->title : NULL, S("")};
}

static struct named of_role(const struct pack *p, struct str name)
{
    const struct role *def = pack_role(p, name);

    return (struct named){def ? &def->title : NULL, S("")};
}

static struct named of_roll(const struct pack *p, struct str name)
{
    const struct roll *def = pack_roll(p, name);

    return (struct named){def ? &def->title : NULL, S("")};
}

static struct named of_figure(const struct pack *p, struct str name)
{
    const struct figure *def = pack_figure(p, name);

    return (struct named){def ? &def->title : NULL, S("")};
}

static struct named of_brand(const struct pack *p, struct str name)
{
    return name.n ? (struct named){0} : (struct named){&p->brand, p->brand_icon};
}

static const struct {
    const char *noun;
    struct named (*find)(const struct pack *p, struct str name);
} nouns[] = {{"brand", of_brand},    {"mechanism", of_mechanism}, {"gathering", of_gathering},
             {"unit_kind", of_unit}, {"role", of_role},           {"roll", of_roll},
             {"figure", of_figure}};

static bool fits(struct case_run *c, const struct item *want, const struct named *is,
                 struct str *what)
{
    if (want->val.kind != VAL_MAP)
        return case_fits(c, want->key, &want->val, is->title ? is->title->zh : S("none"), what);
    for (const struct item *it = want->val.first; it && !what->n; it = it->next) {
        if (!in_words(it->key, "zh en icon"))
            *what = str_format(c->a, "names: '%.*s' is none of zh, en, icon", STR_ARG(it->key));
        else if (!case_fits(c, it->key, &it->val,
                            !is->title                   ? S("none")
                            : str_eq(it->key, S("icon")) ? is->icon
                            : str_eq(it->key, S("zh"))   ? is->title->zh
                                                         : is->title->en,
                            what))
            return false;
    }
    return what->n == 0;
}

struct str case_names(struct arena *a, const struct pack *p, const struct val *v)
{
    struct case_run *c = NEW(a, struct case_run);
    const struct val *names = take(v, "names");
    struct str what = S("");

    c->a = a;
    for (const struct item *it = map_of(names); it && !what.n; it = it->next) {
        struct str noun, name = str_cut(it->key, ' ', &noun);
        bool known = false;

        for (size_t i = 0; i < COUNT(nouns); i++) {
            struct named is;

            if (!str_eq(noun, str_of(nouns[i].noun)))
                continue;
            known = true;
            is = nouns[i].find(p, name);
            if (!fits(c, it, &is, &what))
                return what;
        }
        if (!known)
            what = str_format(a, "names: there is nothing called '%.*s'", STR_ARG(noun));
    }
    return map_of(names) ? what : S("names: there is none");
}
