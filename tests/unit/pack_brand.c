/* A district's own name and picture for what every district holds: they come from its pack, and
 * nothing else changes. */
#include "pack/pack.h"

#include <criterion/criterion.h>

static const struct {
    const char *pack, *name, *title, *icon;
    bool is_gathering;
} rows[] = {
    {"daxiang", "cloud_class", "大祥先锋·云课堂", "school", true},
    {"daxiang", "golden_autumn", "美在金秋活动", "heart-handshake", true},
    {"yaohai", "lecture", "举旗帜·送理论宣讲", "flag", true},
    {"pengjiang", "class", "蓬江夜校", "moon", true},
    {"daguan", "need", "蔡师傅驿站需求清单", "home", false},
    {"baohe", "project", "“沁心园”书记项目", "home-cog", false},
    {"base", "project", "书记项目", "flag", false},
};

static struct pack *read_pack(struct arena *a, const char *name)
{
    struct pack *p;

    cr_assert(pack_read(a, &pack_embedded, str_of(name), &p, val_list(a)), "%s", name);
    return p;
}

Test(pack_brand, a_district_has_its_own_name_and_picture_for_what_every_district_holds)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        const struct gathering_kind *g;
        const struct proc *def;
        const struct pack *p;

        arena_init(&a, (size_t)256 << 20);
        p = read_pack(&a, rows[i].pack);
        g = rows[i].is_gathering ? pack_gathering(p, str_of(rows[i].name)) : NULL;
        def = rows[i].is_gathering ? NULL : pack_proc(p, str_of(rows[i].name));
        cr_assert(g || def, "%s has no %s", rows[i].pack, rows[i].name);
        cr_expect(str_eq(g ? g->title.zh : def->title.zh, str_of(rows[i].title)), "%s",
                  rows[i].title);
        cr_expect(str_eq(g ? g->icon : def->icon, str_of(rows[i].icon)), "%s", rows[i].title);
        cr_expect(g ? g->whos > 0 && g->attendance : def->steps > 0, "%s lost what it is",
                  rows[i].title);
        arena_reset(&a);
    }
}
