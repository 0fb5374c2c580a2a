/* A pack changes a hundred times; a matter goes on under the definition it began with. */
#include "civic/pack_version.h"
#include "civic_fixture.h"

#include <string.h>

#define VERSIONS 100

struct edition { /* the pack with another promise in it */
    struct arena *a;
    int days;
};

static bool read_edition(void *arg, struct str path, struct str *text)
{
    static const char was[] = "normal: 20 working days";
    const struct edition *ed = arg;
    const char *at;

    if (!pack_embedded.read(NULL, path, text))
        return false;
    at = str_eq(path, S("base/whistle.yaml")) ? memmem(text->p, text->n, was, strlen(was)) : NULL;
    if (at)
        *text = str_format(ed->a, "%.*snormal: %d working days%.*s", (int)(at - text->p), text->p,
                           ed->days, (int)(text->p + text->n - at) - (int)strlen(was),
                           at + strlen(was));
    return true;
}

static struct arena newest; /* of the last edition: a hundred at once would be too many */

static bool keep_edition(struct desk *k, void *arg, struct err *e)
{
    struct edition *ed = arg;
    struct pack_source source = {read_edition, pack_embedded.list, ed};
    struct val *files, *faults = val_list(&newest);
    struct desk own = *k;
    struct pack *pack;

    (void)e;
    own.a = &newest;
    cr_assert(pack_read_recorded(&newest, &source, S("yungang"), &pack, &files, faults));
    k->d->pack = pack;
    pack_version_keep(&own, files);
    return true;
}

static void starts_under(struct town *t, int days)
{
    struct edition ed = {&newest, days};

    arena_reset(&newest);
    arena_init(&newest, (size_t)64 << 20);
    t->k.now += MINUTE_MS;
    cr_assert(writes(t, keep_edition, &ed), "%s", t->e.text);
    t->k.d->versions = pack_versions_new(&newest);
}

TEST_IN_DISTRICT(versions, a_matter_goes_on_under_its_definition_after_a_hundred_others)
{
    int64_t id[VERSIONS + 1];
    struct matter m;

    for (int i = 0; i <= VERSIONS; i++) {
        starts_under(t, 21 + i);
        id[i] = opened(t, "路灯不亮");
    }
    for (int i = 0; i <= VERSIONS; i += VERSIONS / 4) {
        load(t, id[i], &m);
        cr_expect(str_eq(m.def->hash, m.def_hash), "matter %d lost its definition", i);
    }
    cr_assert(acts(t, "li", id[0], "call", -1, "reason=超出能力"), "%s", t->e.text);
    arena_reset(&newest);
}

STMT(spoil, "UPDATE pack_version SET files = '{}' WHERE hash <> $1");

static bool spoil_old(struct desk *k, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    return db_run(k->db, spoil, ARG(k->d->pack->hash)) > 0;
}

TEST_IN_DISTRICT(versions, what_cannot_be_read_any_more_goes_on_under_todays)
{
    int64_t id;
    struct matter m;

    starts_under(t, 21);
    id = opened(t, "路灯不亮");
    starts_under(t, 22);
    cr_assert(writes(t, spoil_old, NULL), "%s", t->e.text);
    load(t, id, &m);
    cr_expect_not(str_eq(m.def->hash, m.def_hash));
    cr_expect(m.def == pack_proc(t->k.d->pack, m.mechanism));
    arena_reset(&newest);
}
