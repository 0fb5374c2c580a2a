/* What people of the demo do: the fields of what is offered to them filled in, with texts of
 * demo.yaml, and drawings for photos. */
#include "civic/routing.h"
#include "cmd/demo.h"

#include <gd.h>

/* ---- photos ---------------------------------------------------------------- */

/* A plain drawing per kind: nobody's photograph. */
static void draw_photo(struct demo *d, int which)
{
    static const int sky[3] = {0x4a5560, 0x7fb2d9, 0x9fd0a0};
    gdImagePtr im = gdImageCreateTrueColor(320, 240);
    void *bytes;
    int n;

    gdImageFilledRectangle(im, 0, 0, 319, 160, sky[which]);
    gdImageFilledRectangle(im, 0, 160, 319, 239, 0x6b6f75);
    gdImageFilledRectangle(im, 40, 60, 140, 200, which ? 0xd8cfc0 : 0x8d8577);
    gdImageFilledRectangle(im, 220, 90, 226, 200, 0x30343a);
    gdImageFilledEllipse(im, 223, 84, 30, 30, which ? 0xffe08a : 0x2a2d31);
    bytes = gdImageJpegPtr(im, &n, 60);
    d->photo[which].jpeg = str_copy(d->k->a, (struct str){bytes, (size_t)n});
    d->photo[which].thumb = d->photo[which].jpeg;
    d->photo[which].width = 320;
    d->photo[which].height = 240;
    gdFree(bytes);
    gdImageDestroy(im);
}

int64_t demo_photo(struct demo *d, struct desk *k, struct str kind)
{
    int which = str_eq(kind, S("before")) || str_eq(kind, S("scene")) ? 0
                : str_eq(kind, S("after"))                            ? 1
                                                                      : 2;

    if (!d->photo[which].jpeg.n)
        draw_photo(d, which);
    return picture_put(k, kind, &d->photo[which]);
}

/* ---- fields ---------------------------------------------------------------- */

static struct val list_of(struct arena *a, int64_t id)
{
    struct val *list = val_list(a);

    add_val(list, (struct val){.kind = VAL_INT, .integer = id});
    return *list;
}

static int64_t any_department(struct demo *d, struct desk *k, const struct matter *m)
{
    const struct unit *root = unit_root(k->d->units);
    const struct unit **list = units_below(k->a, k->d->units, root, S("department"));
    int64_t unit = duty_list_unit(k, m->subject, m->unit_path);
    int64_t n = 0;

    while (list[n])
        n++;
    return unit && demo_dice(d, 10) ? unit : list[demo_dice(d, n)]->id;
}

/* A unit of a kind that the field takes: a department by its duty, else one near by. */
static int64_t unit_for(struct demo *d, struct desk *k, const struct matter *m,
                        const struct val *of)
{
    const struct unit *c = unit_by_id(k->d->units, m->community_id);

    for (const struct item *it = of ? of->first : NULL; it; it = it->next) {
        struct str kind = val_get(&it->val, S("name"))->str;
        const struct unit **near = c ? units_below(k->a, k->d->units, c, kind) : NULL;

        if (str_eq(kind, S("department")))
            return any_department(d, k, m);
        if (near && *near)
            return (*near)->id;
    }
    return any_department(d, k, m);
}

static void fill_text(struct demo *d, struct desk *k, struct val *fields, struct str name)
{
    const struct val *texts = val_get(demo_get(d, "texts"), name);

    if (!texts)
        texts = val_get(demo_get(d, "texts"), S("note"));
    set_str(fields, str_copy(k->a, name).p, demo_pick(d, texts)->val.str);
}

static void fill_choice(struct demo *d, struct desk *k, struct val *fields, const struct val *field)
{
    const struct val *of = val_get(field, S("of"));

    if (of && of->first)
        set_str(fields, str_copy(k->a, val_get(field, S("name"))->str).p,
                val_get(&demo_pick(d, of)->val, S("name"))->str);
}

static void fill(struct demo *d, struct desk *k, const struct matter *m, const struct val *field,
                 struct val *fields)
{
    struct str name = val_get(field, S("name"))->str, kind = val_get(field, S("kind"))->str;
    const char *key = str_copy(k->a, name).p;

    if (str_eq(name, S("lead")) || str_eq(kind, S("unit"))) {
        set_int(fields, key, unit_for(d, k, m, val_get(field, S("of"))));
    } else if (str_eq(name, S("joint"))) {
        int64_t unit = any_department(d, k, m);

        if (demo_dice(d, 3) == 0 && unit != val_get(fields, S("lead"))->integer)
            set_val(fields, name, list_of(k->a, unit));
    } else if (str_eq(kind, S("pictures"))) {
        set_val(fields, name, list_of(k->a, demo_photo(d, k, val_text(field, "picture"))));
    } else if (str_eq(kind, S("text"))) {
        fill_text(d, k, fields, name);
    } else if (str_eq(kind, S("choice"))) {
        fill_choice(d, k, fields, field);
    } else if (str_eq(kind, S("yes_no"))) {
        set_str(fields, key, S("yes"));
    } else if (str_eq(kind, S("place"))) {
        set_str(fields, key, m->place.n ? m->place : S("-"));
    } else if (str_eq(kind, S("date"))) {
        set_str(fields, key, day_text(k->a, day_of(k->now + 30 * DAY_MS)));
    } else if (str_eq(kind, S("number"))) {
        const struct val *some = val_get(demo_get(d, "numbers"), name);

        set_int(fields, key, some ? demo_pick(d, some)->val.integer : 1);
    }
}

/* As the plan says it for this once; of a date, in how many days. */
static void fill_said(struct desk *k, const struct val *field, const struct val *said,
                      struct val *fields)
{
    struct str name = val_text(field, "name");

    if (str_eq(val_text(field, "kind"), S("date")))
        set_str(fields, str_copy(k->a, name).p,
                day_text(k->a, day_of(k->now + said->integer * DAY_MS)));
    else
        set_val(fields, name, *said);
}

bool demo_do(struct demo *d, struct desk *k, const struct matter *m, const struct demo_deed *deed,
             struct err *e)
{
    const struct val *list = val_get(deed->offer, S("fields"));
    struct val *fields = val_map(k->a);
    struct matter_act act = {.id = m->id, .kind = PROC_ACT, .fields = fields};

    for (const struct item *it = list ? list->first : NULL; it; it = it->next) {
        const struct val *said =
            deed->says ? val_get(deed->says, val_text(&it->val, "name")) : NULL;

        if (said)
            fill_said(k, &it->val, said, fields);
        else
            fill(d, k, m, &it->val, fields);
    }
    act.action = val_text(deed->offer, "name");
    act.part = (int)demo_int(deed->offer, "part", -1);
    return matter_act(k, &act, e);
}
