/* Roles, kinds of units, subjects, channels, settings: the plain lists of a pack. */
#include "pack/read.h"

#include <string.h>

const char *const pack_rights =
    "matter.open matter.read matter.bundle matter.key matter.place matter.whistle matter.import "
    "figures.read look.list personal.reveal duty_list.confirm supervise users.manage units.manage area.manage "
    "calendar.manage roll.manage question.manage evidence verify";

/* Facts of units, posts and entries are kept as one number or one text each. */
const struct field *facts_ask_read(struct pack_reader *r, const struct val *v, bool personal,
                                   int *n)
{
    const struct field *f = ask_read(r, v, "ask", n);

    for (int i = 0; i < *n; i++) {
        if (f[i].kind != FIELD_NUMBER && f[i].kind != FIELD_CHOICE && f[i].kind != FIELD_TEXT &&
            f[i].kind != FIELD_DATE)
            FAULT(r, f[i].line, "field %.*s: a fact is a number, choice, text or date",
                  STR_ARG(f[i].name));
        if (f[i].personal && !personal)
            FAULT(r, f[i].line, "field %.*s: a fact is never personal", STR_ARG(f[i].name));
        if (in_words(f[i].name, "kind role unit_kind serves has none title name number"))
            FAULT(r, f[i].line, "a fact cannot be called %.*s", STR_ARG(f[i].name));
    }
    return f;
}

static void read_role(struct pack_reader *r, const struct item *it, struct role *out)
{
    const struct val *v = &it->val;

    *out = (struct role){.name = it->key, .line = v->line};
    if (!take_map(r, v, "a role"))
        return;
    take_keys(r, v, "role", "title of rights ask");
    out->title = take_title(r, v, it->key);
    out->right = take_words(r, v, "rights", &out->rights);
    out->of = take_words(r, v, "of", &out->ofs);
    out->ask = facts_ask_read(r, v, false, &out->asks);
    for (int i = 0; i < out->rights; i++) {
        if (!in_words(out->right[i], pack_rights))
            FAULT(r, take(v, "rights")->line, "there is no right '%.*s' (there are: %s)",
                  STR_ARG(out->right[i]), pack_rights);
    }
    if (!out->ofs)
        FAULT(r, v->line, "role %.*s: 'of' must name the kinds of units in which it is held",
              STR_ARG(it->key));
    for (int i = 0; i < out->ofs; i++) {
        if (!val_get(r->unit_kinds, out->of[i]))
            FAULT(r, take(v, "of")->line, "there is no kind of unit '%.*s'", STR_ARG(out->of[i]));
    }
}

const struct str *take_figures(struct pack_reader *r, const struct val *v, const char *key, int *n)
{
    const struct str *name = take_words(r, v, key, n);

    for (int i = 0; i < *n; i++) {
        if (!val_get(r->figure, name[i]))
            FAULT(r, v->line, "there is no figure '%.*s'", STR_ARG(name[i]));
    }
    return name;
}

static void read_kind(struct pack_reader *r, const struct item *it, struct unit_kind *out)
{
    const struct val *v = &it->val;

    *out = (struct unit_kind){.name = it->key, .line = v->line};
    if (!take_map(r, v, "a kind of unit"))
        return;
    take_keys(r, v, "unit kind", "title under ask figures cards duties");
    out->title = take_title(r, v, it->key);
    out->under = take_words(r, v, "under", &out->unders);
    out->ask = facts_ask_read(r, v, false, &out->asks);
    out->figure = take_figures(r, v, "figures", &out->figures);
    out->duty = duties_read(r, v, "", &out->duties);
    out->card = take_figures(r, v, "cards", &out->cards);
    if (out->cards > CARDS_MAX)
        FAULT(r, v->line, "more than %d cards", CARDS_MAX);
    for (int i = 0; i < out->unders; i++) {
        if (!val_get(r->unit_kinds, out->under[i]))
            FAULT(r, v->line, "there is no kind of unit '%.*s'", STR_ARG(out->under[i]));
    }
}

static int count_subjects(const struct val *map)
{
    int n = 0;

    for (const struct item *it = map_of(map); it; it = it->next) {
        const struct val *under = take(&it->val, "under");

        n += 1 + count_subjects(under);
    }
    return n;
}

static void read_subjects(struct pack_reader *r, const struct val *map, struct str above, int depth,
                          struct subject *out, int *n)
{
    for (const struct item *it = map->first; it; it = it->next) {
        const struct val *v = &it->val, *under;
        struct subject *s = &out[(*n)++];

        *s = (struct subject){.name = it->key, .depth = depth, .line = v->line};
        if (above.n)
            s->name = str_format(r->a, "%.*s/%.*s", STR_ARG(above), STR_ARG(it->key));
        if (!is_word(it->key))
            FAULT(r, v->line, "the subject's name must be a word, not '%.*s'", STR_ARG(it->key));
        if (!take_map(r, v, "a subject"))
            continue;
        take_keys(r, v, "subject", "title words icon mechanism under");
        s->title = take_title(r, v, it->key);
        s->words = take_text(r, v, "words");
        s->icon = take_word(r, v, "icon");
        s->mechanism = take_word(r, v, "mechanism");
        if (s->mechanism.n && !val_get(r->mechanism, s->mechanism))
            FAULT(r, take(v, "mechanism")->line, "there is no mechanism '%.*s'",
                  STR_ARG(s->mechanism));
        under = take(v, "under");
        if (depth >= 3 && under)
            FAULT(r, under->line, "subjects are at most four levels deep");
        else if (under && take_map(r, under, "under"))
            read_subjects(r, under, s->name, depth + 1, out, n);
    }
}

static void read_channel(struct pack_reader *r, const struct item *it, struct channel *out)
{
    *out = (struct channel){.name = it->key};
    if (!take_map(r, &it->val, "a channel"))
        return;
    take_keys(r, &it->val, "channel", "title mechanism foreign_number");
    out->title = take_title(r, &it->val, it->key);
    out->mechanism = take_word(r, &it->val, "mechanism");
    out->foreign_number = take_bool(r, &it->val, "foreign_number", false);
    if (out->mechanism.n && !val_get(r->mechanism, out->mechanism))
        FAULT(r, it->val.line, "there is no mechanism '%.*s'", STR_ARG(out->mechanism));
}

#define READ_ALL(r, map, type, each, to, count)                           \
    do {                                                                  \
        type *all_ = NEW_ARRAY((r)->a, type, (size_t)val_count(map) + 1); \
        int n_ = 0;                                                       \
        for (const struct item *it_ = (map)->first; it_; it_ = it_->next) \
            each(r, it_, &all_[n_++]);                                    \
        (to) = all_;                                                      \
        (count) = n_;                                                     \
    } while (0)

/* brand: {zh, en, icon}: the district's own name for all of this, and its picture. */
static void read_brand(struct pack_reader *r, const struct val *v)
{
    struct pack *p = r->pack;

    if (!take_map(r, v, "brand"))
        return;
    take_keys(r, v, "brand", "zh en icon");
    p->brand = (struct title){take_text(r, v, "zh"), take_text(r, v, "en")};
    p->brand_icon = take_word(r, v, "icon");
    if (!p->brand.zh.n || !p->brand.en.n)
        FAULT(r, v->line, "brand: the name is needed in zh and in en");
}

static void read_names(struct pack_reader *r)
{
    struct pack *p = r->pack;
    const struct val *brand = take(r->meta, "brand");

    p->title = p->brand = take_title(r, r->meta, p->name);
    if (brand)
        read_brand(r, brand);
}

static void read_hours(struct pack_reader *r)
{
    const struct val *v = take(r->settings, "hours");
    struct err e = {0};

    if (!v)
        return;
    if (v->kind != VAL_STR)
        FAULT(r, v->line, "hours must be a text such as 08:30-12:00 14:30-18:00");
    else if (!hours_parse(v->str, &r->pack->hours, &e))
        FAULT(r, v->line, "%s", e.text);
}

static void check_texts(struct pack_reader *r, const struct val *list, const char *what)
{
    if (list && list->kind != VAL_LIST)
        FAULT(r, list->line, "settings: %s must be a list of texts", what);
    for (const struct item *it = list_of(list); it; it = it->next) {
        if (it->val.kind != VAL_STR || !it->val.str.n)
            FAULT(r, it->val.line, "settings: %s must be a list of texts", what);
    }
}

/* sides: {NAME: {title, of: [mechanism, …]}} */
static void check_sides(struct pack_reader *r, const struct val *sides)
{
    if (!sides || !take_map(r, sides, "settings: sides"))
        return;
    for (const struct item *it = sides->first; it; it = it->next) {
        const struct str *of;
        int n;

        if (!take_map(r, &it->val, "a side"))
            continue;
        take_keys(r, &it->val, "a side", "title of");
        (void)take_title(r, &it->val, it->key);
        of = take_words(r, &it->val, "of", &n);
        for (int i = 0; i < n; i++) {
            if (!val_get(r->mechanism, of[i]))
                FAULT(r, it->val.line, "there is no mechanism '%.*s'", STR_ARG(of[i]));
        }
    }
}

/* Settings that the program itself reads must have the shape that it expects. */
static void check_settings(struct pack_reader *r)
{
    const struct val *v = take(r->settings, "mechanism"), *columns = take(r->settings, "import");

    if (v && (v->kind != VAL_STR || !val_get(r->mechanism, v->str)))
        FAULT(r, v->line, "settings: there is no such mechanism to start by default");
    check_texts(r, take(r->settings, "unit_tails"), "unit_tails");
    check_sides(r, take(r->settings, "sides"));
    if (!columns || !take_map(r, columns, "settings: import"))
        return;
    columns = take(columns, "columns");
    if (!columns || !take_map(r, columns, "settings: import: columns"))
        return;
    for (const struct item *it = columns->first; it; it = it->next)
        check_texts(r, &it->val, it->key.p);
}

void basics_read(struct pack_reader *r)
{
    struct pack *p = r->pack;
    struct subject *subject =
        NEW_ARRAY(r->a, struct subject, (size_t)count_subjects(r->subjects) + 1);
    int n = 0;

    read_names(r);
    READ_ALL(r, r->roles, struct role, read_role, p->role, p->roles);
    READ_ALL(r, r->unit_kinds, struct unit_kind, read_kind, p->unit_kind, p->unit_kinds);
    READ_ALL(r, r->channels, struct channel, read_channel, p->channel, p->channels);
    read_subjects(r, r->subjects, S(""), 0, subject, &n);
    p->subject = subject;
    p->subjects = n;
    p->setting = r->settings;
    p->calendar = r->calendar;
    read_hours(r);
    check_settings(r);
}
