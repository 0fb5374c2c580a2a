/* Bonds: two parties tied for a term, with a plan, duties, notes and an end. */
#include "pack/bond.h"

#include "pack/read.h"

#define NOTES_MAX  10
#define MOST_MAX   1000
#define ALARM_DAYS 1000

static const char *const ofs[] = {"person", "unit", "entry"};

/* ---- sides ---------------------------------------------------------------- */

static void known_check(struct pack_reader *r, int line, const struct val *known, const char *what,
                        const struct str *name, int n)
{
    for (int i = 0; i < n; i++) {
        if (!val_get(known, name[i]))
            FAULT(r, line, "there is no %s '%.*s'", what, STR_ARG(name[i]));
    }
}

static void unit_side_check(struct pack_reader *r, const struct bond_side *s)
{
    known_check(r, s->line, r->unit_kinds, "kind of unit", s->kind, s->kinds);
    if (!s->kinds)
        FAULT(r, s->line, "side %.*s: 'kind' must say which kinds of units", STR_ARG(s->name));
    if (!s->by.n)
        FAULT(r, s->line, "side %.*s: 'by' must say which role acts for the unit",
              STR_ARG(s->name));
    else if (!val_get(r->roles, s->by))
        FAULT(r, s->line, "there is no role '%.*s'", STR_ARG(s->by));
}

static enum side_of side_of(struct pack_reader *r, const struct val *v, const struct bond_side *s)
{
    struct str of = take_word(r, v, "of");

    for (int i = 0; i < 3; i++) {
        if (str_eq(of, str_of(ofs[i])))
            return (enum side_of)i;
    }
    FAULT(r, s->line, "side %.*s: 'of' must be person, unit or entry", STR_ARG(s->name));
    return SIDE_PERSON;
}

static void side_read(struct pack_reader *r, const struct item *it, struct bond_side *out)
{
    const struct val *v = &it->val;

    *out = (struct bond_side){.name = it->key, .line = v->line};
    if (!take_map(r, v, "a side"))
        return;
    out->of = side_of(r, v, out);
    take_keys(r, v, "side",
              out->of == SIDE_PERSON ? "of title role most"
              : out->of == SIDE_UNIT ? "of title kind by most"
                                     : "of title roll kinds most");
    out->title = take_title(r, v, it->key);
    out->role = take_words(r, v, "role", &out->roles);
    out->kind = take_words(r, v, "kind", &out->kinds);
    out->by = take_word(r, v, "by");
    out->roll = take_word(r, v, "roll");
    out->roll_kind = take_words(r, v, "kinds", &out->roll_kinds);
    out->most = take(v, "most") ? (int)take_int(r, v, "most", 1, MOST_MAX) : 0;
    known_check(r, v->line, r->roles, "role", out->role, out->roles);
    if (out->of == SIDE_UNIT)
        unit_side_check(r, out);
    if (out->of == SIDE_ENTRY && !val_get(r->roll, out->roll))
        FAULT(r, v->line, "there is no roll '%.*s'", STR_ARG(out->roll));
}

static void sides_read(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    const struct val *sides = take(v, "sides");
    int n = 0;

    for (const struct item *it = map_of(sides); it; it = it->next, n++) {
        if (n < 2)
            side_read(r, it, &out->side[n]);
        if (str_eq(it->key, S("keeper")))
            FAULT(r, it->val.line, "a side cannot be called keeper");
    }
    if (n != 2)
        FAULT(r, v->line, "bond %.*s: 'sides' must name its two sides", STR_ARG(out->name));
}

static int side_named(const struct bond_kind *b, struct str name)
{
    for (int i = 0; i < 2; i++) {
        if (name.n && str_eq(b->side[i].name, name))
            return i;
    }
    return -1;
}

/* keeper, or the name of a side; one or several. */
static unsigned by_read(struct pack_reader *r, const struct val *v, const struct bond_kind *b)
{
    int n;
    const struct str *word = take_words(r, v, "who", &n);
    unsigned out = 0;

    for (int i = 0; i < n; i++) {
        int side = side_named(b, word[i]);

        if (side < 0 && !str_eq(word[i], S("keeper")))
            FAULT(r, v->line, "who: '%.*s' is neither a side of the bond nor keeper",
                  STR_ARG(word[i]));
        out |= side == 0 ? BY_ONE : side == 1 ? BY_OTHER : BY_KEEPER;
    }
    return out ? out : BY_KEEPER;
}

/* ---- plan, notes, contact --------------------------------------------------- */

static void plan_read(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    const struct val *plan = take(v, "plan");

    if (!plan || !take_map(r, plan, "plan"))
        return;
    take_keys(r, plan, "plan", "within who ask");
    out->plan.given = true;
    out->plan.by = by_read(r, plan, out);
    out->plan.ask = ask_read(r, plan, "ask", &out->plan.asks);
    if (take(plan, "within"))
        out->plan.within = limit_read(r, take(plan, "within"));
    if (!out->plan.asks)
        FAULT(r, plan->line, "plan: 'ask' must say what it holds");
}

static void notes_read(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    const struct val *notes = take(v, "notes");
    struct bond_note *list = NEW_ARRAY(r->a, struct bond_note, (size_t)val_count(notes) + 1);

    if (notes && !take_map(r, notes, "notes"))
        return;
    if (val_count(notes) > NOTES_MAX)
        FAULT(r, notes->line, "notes: at most %d", NOTES_MAX);
    for (const struct item *it = map_of(notes); it; it = it->next) {
        struct bond_note *one = &list[out->notes++];

        *one = (struct bond_note){.name = it->key, .line = it->val.line};
        if (in_words(it->key, "make propose approve decline plan assess stop"))
            FAULT(r, one->line, "a note cannot be called %.*s", STR_ARG(it->key));
        if (!take_map(r, &it->val, "a note"))
            continue;
        take_keys(r, &it->val, "note", "title who ask");
        one->title = take_title(r, &it->val, it->key);
        one->by = by_read(r, &it->val, out);
        one->ask = ask_read(r, &it->val, "ask", &one->asks);
        if (!one->asks)
            FAULT(r, one->line, "note %.*s: 'ask' must say what is noted", STR_ARG(it->key));
    }
    out->note = list;
}

static bool is_contact(const struct bond_kind *b, struct str name)
{
    for (int i = 0; i < b->duties; i++) {
        if (str_eq(b->duty[i].name, name))
            return true;
    }
    for (int i = 0; i < b->notes; i++) {
        if (str_eq(b->note[i].name, name))
            return true;
    }
    return false;
}

static void contact_read(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    const struct val *alarm = take(v, "alarm");
    struct stretch s = {0};
    struct err e = {0};

    out->contact = take_words(r, v, "contact", &out->contacts);
    for (int i = 0; i < out->contacts; i++) {
        if (!is_contact(out, out->contact[i]))
            FAULT(r, v->line, "contact: there is no duty or note '%.*s'", STR_ARG(out->contact[i]));
    }
    if (!alarm)
        return;
    if (!stretch_parse(word_of(alarm), &s, &e) || s.unit != STRETCH_DAYS || s.n > ALARM_DAYS)
        FAULT(r, alarm->line, "alarm: write it in days, like '45 days'");
    if (!out->contacts)
        FAULT(r, alarm->line, "alarm: 'contact' must say which duties or notes are contact");
    out->alarm_days = s.n;
}

static void match_read(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    const struct val *m = take(v, "match");

    if (!m || !take_map(r, m, "match"))
        return;
    take_keys(r, m, "match", "of wish with near");
    out->match.given = true;
    out->match.of = side_named(out, take_word(r, m, "of"));
    out->match.wish = take_word(r, m, "wish");
    out->match.with = take_word(r, m, "with");
    out->match.near = take_word(r, m, "near");
    if (out->match.of < 0)
        FAULT(r, m->line, "match: 'of' must name the side for which somebody is looked for");
    if (!out->match.wish.n || !out->match.with.n)
        FAULT(r, m->line, "match: 'wish' and 'with' must name a field of either side");
    if (out->match.near.n && !val_get(r->unit_kinds, out->match.near))
        FAULT(r, m->line, "there is no kind of unit '%.*s'", STR_ARG(out->match.near));
}

/* ---- a kind ----------------------------------------------------------------- */

static struct stretch term_read(struct pack_reader *r, const struct val *v)
{
    const struct val *term = take(v, "term");
    struct stretch out = {0};
    struct err e = {0};

    if (!term)
        FAULT(r, v->line, "'term' must say how long it lasts at most, like '1 year'");
    else if (!stretch_parse(word_of(term), &out, &e))
        FAULT(r, term->line, "%s", e.text);
    return out;
}

static void duties_of_bond(struct pack_reader *r, const struct val *v, struct bond_kind *out)
{
    struct str whos =
        str_format(r->a, "%.*s %.*s", STR_ARG(out->side[0].name), STR_ARG(out->side[1].name));

    out->duty = duties_read(r, v, whos.p, &out->duties);
}

static void kind_read(struct pack_reader *r, const struct item *it, struct bond_kind *out)
{
    const struct val *v = &it->val;

    *out = (struct bond_kind){.name = it->key,
                              .hash = pack_hash(r->a, v),
                              .line = v->line & ((1 << LINE_BITS) - 1),
                              .file = r->file[v->line >> LINE_BITS]};
    take_keys(r, v, "bond",
              "bond extends title icon sides who propose term excludes ask plan notes duties "
              "contact alarm end match");
    out->title = take_title(r, v, it->key);
    out->icon = take(v, "icon") ? take_word(r, v, "icon") : S("users");
    sides_read(r, v, out);
    out->who = bodies_read(r, v, "who", &out->whos);
    out->propose = bodies_read(r, v, "propose", &out->proposes);
    out->term = term_read(r, v);
    out->excludes = take_words(r, v, "excludes", &out->exclude);
    out->ask = ask_read(r, v, "ask", &out->asks);
    out->end = ask_read(r, v, "end", &out->ends);
    plan_read(r, v, out);
    notes_read(r, v, out);
    duties_of_bond(r, v, out);
    contact_read(r, v, out);
    match_read(r, v, out);
    known_check(r, v->line, r->bond, "bond", out->excludes, out->exclude);
    if (!out->whos)
        FAULT(r, v->line, "bond %.*s: 'who' must say whose it is to make", STR_ARG(it->key));
}

void bonds_read(struct pack_reader *r)
{
    struct bond_kind *all = NEW_ARRAY(r->a, struct bond_kind, (size_t)val_count(r->bond) + 1);

    for (const struct item *it = r->bond->first; it; it = it->next)
        kind_read(r, it, &all[r->pack->bonds++]);
    r->pack->bond = all;
}

/* ---- what only a whole pack shows ------------------------------------------- */

static bool opens_to(const struct proc *def, struct str role)
{
    for (const struct who *who = &def->opens; who; who = who->other) {
        if (str_eq(who->role, role))
            return true;
    }
    return def->opens.place == PLACE_NONE;
}

/* Whoever does the duty must be let open what it raises, whichever of the roles they hold. */
static void raise_check(struct pack_reader *r, const struct bond_kind *b,
                        const struct duty_def *duty, const struct proc *def)
{
    int side = side_named(b, duty->who);
    const struct bond_side *s = side < 0 ? NULL : &b->side[side];

    for (int i = 0; s && s->of == SIDE_PERSON && i < s->roles; i++) {
        if (!opens_to(def, s->role[i]))
            FAULT(r, duty->line, "duty %.*s raises %.*s, which a %.*s may not open",
                  STR_ARG(duty->name), STR_ARG(def->mechanism), STR_ARG(s->role[i]));
    }
    if (s && s->of == SIDE_UNIT && !opens_to(def, s->by))
        FAULT(r, duty->line, "duty %.*s raises %.*s, which a %.*s may not open",
              STR_ARG(duty->name), STR_ARG(def->mechanism), STR_ARG(s->by));
}

void bonds_check(struct pack_reader *r)
{
    for (int i = 0; i < r->pack->bonds; i++) {
        const struct bond_kind *b = &r->pack->bond[i];

        for (int n = 0; n < b->duties; n++) {
            for (int m = 0; m < b->duty[n].raises; m++) {
                const struct proc *def = pack_proc(r->pack, b->duty[n].raise[m]);

                if (def)
                    raise_check(r, b, &b->duty[n], def);
            }
        }
    }
}

const struct bond_kind *pack_bond(const struct pack *p, struct str name)
{
    for (int i = 0; i < p->bonds; i++) {
        if (str_eq(p->bond[i].name, name))
            return &p->bond[i];
    }
    return NULL;
}
