/* What a pack and a definition are known by: the same when nothing changed, another when anything
 * did, wherever it stands. */
#include "pack/pack.h"

#include <criterion/criterion.h>

static const char *changed;

static bool read_one(void *arg, struct str path, struct str *text)
{
    (void)arg;
    if (str_eq(path, S("t/pack.yaml")))
        *text = S("pack: t\nextends: base\ntitle: {zh: 测, en: T}\n");
    else if (str_eq(path, S("t/x.yaml")))
        *text = str_of(changed);
    else
        return pack_embedded.read(NULL, path, text);
    return true;
}

static bool list_one(void *arg, struct str pack, struct arena *a, struct str **path, size_t *n)
{
    (void)arg;
    if (!str_eq(pack, S("t")))
        return pack_embedded.list(NULL, pack, a, path, n);
    *path = NEW_ARRAY(a, struct str, 1);
    (*path)[0] = S("t/x.yaml");
    *n = 1;
    return true;
}

static struct pack *read_with(struct arena *a, const char *yaml)
{
    const struct pack_source from = {read_one, list_one, NULL};
    struct pack *p;

    changed = yaml;
    cr_assert(pack_read(a, &from, S("t"), &p, val_list(a)), "%s", yaml);
    return p;
}

static const struct {
    const char *yaml;
    bool whistle; /* the whistle's definition is another, too */
} rows[] = {
    {"words: {emergency: {zh: 特急, en: Top}}\n", false},
    {"settings: {anything: 1}\n", false},
    {"roles: {liaison: {rights: [matter.read]}}\n", false},
    {"subjects: {other: {title: {zh: 其它, en: Others}}}\n", false},
    {"channels: {api: {title: {zh: 接口, en: Interface}}}\n", false},
    {"mechanism: clue\nextends: base/clue\ntitle: {zh: 线索, en: A clue}\n", false},
    {"fields: {body: {max: 100}}\n", true},
    {"mechanism: whistle\nextends: base/whistle\nwithin: 9 days\n", true},
    {"mechanism: whistle\nextends: base/whistle\nsteps: {called: {within: 9 days}}\n", true},
};

Test(pack_hash, a_change_anywhere_in_a_pack_gives_it_another_hash)
{
    struct arena a;
    struct pack *same, *again;

    arena_init(&a, (size_t)512 << 20);
    same = read_with(&a, "# nothing\n");
    again = read_with(&a, "# nothing, too\n");
    cr_expect(same->hash.n == 64, "%zu", same->hash.n);
    cr_expect(str_eq(same->hash, again->hash));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pack *p = read_with(&a, rows[i].yaml);

        cr_expect(!str_eq(same->hash, p->hash), "%s", rows[i].yaml);
        cr_expect(str_eq(pack_proc(same, S("whistle"))->hash, pack_proc(p, S("whistle"))->hash) !=
                      rows[i].whistle,
                  "%s", rows[i].yaml);
    }
    arena_reset(&a);
}
