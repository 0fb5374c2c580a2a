/* Contests: the items that are marked, the judges, and the rule that makes ranks of marks. */
#include "pack/read.h"

#include "pack/contest.h"

static void item_read(struct pack_reader *r, const struct val *v, struct rank_item *out)
{
    *out = (struct rank_item){.max = 1, .weight = 1};
    if (!take_map(r, v, "an item"))
        return;
    take_keys(r, v, "items", "name title max weight");
    out->name = take_word(r, v, "name");
    if (!out->name.n)
        FAULT(r, v->line, "items: an item needs a name");
    out->title = take_title(r, v, out->name);
    if (!take(v, "max"))
        FAULT(r, v->line, "item %.*s: 'max' must say how many points it has", STR_ARG(out->name));
    else
        out->max = take_int(r, v, "max", 1, 1000);
    out->weight = take(v, "weight") ? take_int(r, v, "weight", 1, 1000) : out->max;
}

static void items_read(struct pack_reader *r, const struct val *v, struct rank_rule *out)
{
    const struct val *of = take(v, "items");
    struct rank_item *item = NEW_ARRAY(r->a, struct rank_item, (size_t)val_count(of) + 1);

    for (const struct item *it = list_of(of); it; it = it->next) {
        item_read(r, &it->val, &item[out->items]);
        for (int i = 0; i < out->items; i++) {
            if (str_eq(item[i].name, item[out->items].name))
                FAULT(r, it->val.line, "item %.*s is there twice", STR_ARG(item[i].name));
        }
        out->items++;
    }
    out->item = item;
    if (out->items < 1 || out->items > RANK_ITEMS_MAX)
        FAULT(r, of ? of->line : v->line, "contest: 1 to %d items are marked", RANK_ITEMS_MAX);
    else if (!(out->common = rank_common(item, out->items)))
        FAULT(r, of->line,
              "contest: the items' max must have a common multiple of at most %d; give them the "
              "same max and use 'weight'",
              RANK_COMMON_MAX);
}

void drop_read(struct pack_reader *r, const struct val *v, struct rank_rule *out)
{
    int n;
    const struct str *drop = take_words(r, v, "drop", &n);

    for (int i = 0; i < n; i++) {
        if (str_eq(drop[i], S("highest")))
            out->highest++;
        else if (str_eq(drop[i], S("lowest")))
            out->lowest++;
        else
            FAULT(r, take(v, "drop")->line, "drop: '%.*s' is neither highest nor lowest",
                  STR_ARG(drop[i]));
    }
}

static void rule_read(struct pack_reader *r, const struct val *v, struct rank_rule *out)
{
    items_read(r, v, out);
    drop_read(r, v, out);
    out->least = take(v, "least") ? (int)take_int(r, v, "least", 1, RANK_JUDGES_MAX) : 1;
    out->decimals = take(v, "decimals") ? (int)take_int(r, v, "decimals", 0, 2) : 2;
}

static void appeal_read(struct pack_reader *r, const struct val *v, struct contest *out)
{
    const struct val *appeal = take(v, "appeal");

    if (!appeal || !take_map(r, appeal, "appeal"))
        return;
    take_keys(r, appeal, "appeal", "within who");
    if (take(appeal, "within"))
        out->appeal = limit_read(r, take(appeal, "within"));
    out->answer = bodies_read(r, appeal, "who", &out->answers);
    if (!out->appeal.n || !out->answers)
        FAULT(r, appeal->line, "appeal: 'within' and 'who' must say how long and who answers");
}

/* The bar is in points of the whole, and nobody reaches more than that. */
static void pass_read(struct pack_reader *r, const struct val *v, struct contest *out)
{
    int64_t full = rank_full(&out->rule) / 100;

    out->pass = take(v, "pass") ? take_int(r, v, "pass", 1, full) * 100 : -1;
}

const struct contest *contest_read(struct pack_reader *r, const struct val *v)
{
    struct contest *out;
    struct str conflict;

    if (!v || !take_map(r, v, "contest"))
        return NULL;
    out = NEW(r->a, struct contest);
    take_keys(r, v, "contest",
              "items judges contestants drop least conflict decimals pass open_marks appeal");
    rule_read(r, v, &out->rule);
    pass_read(r, v, out);
    out->judge = bodies_read(r, v, "judges", &out->judges);
    if (!out->judges)
        FAULT(r, v->line, "contest: 'judges' must say who may be named a judge");
    out->entrant = bodies_read(r, v, "contestants", &out->entrants);
    conflict = take_word(r, v, "conflict");
    out->unit_conflict = conflict.n > 0;
    if (conflict.n && !str_eq(conflict, S("unit")))
        FAULT(r, take(v, "conflict")->line, "conflict can only be 'unit'");
    out->open_marks = take_bool(r, v, "open_marks", false);
    appeal_read(r, v, out);
    return out;
}
