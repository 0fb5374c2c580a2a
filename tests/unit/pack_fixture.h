/* pack_fixture.h - a pack in memory, on top of the base pack that travels in the program. */
#ifndef PACK_FIXTURE_H
#define PACK_FIXTURE_H

#include "pack/pack.h"

struct memory_pack {
    struct str meta;              /* t/pack.yaml; empty: extends base */
    struct str yaml;              /* t/x.yaml */
    const struct pack_base *base; /* NULL: the base pack is read, too */
};

static inline bool memory_read(void *arg, struct str path, struct str *text)
{
    const struct memory_pack *m = arg;

    if (str_eq(path, S("t/pack.yaml")))
        *text = m->meta.n ? m->meta : S("pack: t\nextends: base\ntitle: {zh: 测, en: T}\n");
    else if (str_eq(path, S("t/x.yaml")))
        *text = m->yaml;
    else
        return pack_embedded.read(NULL, path, text);
    return true;
}

/* Of the base pack only what any pack needs: many can be read upon it in a second. */
static inline bool small_list(struct arena *a, struct str **path, size_t *n)
{
    static const char *const files[] = {"base/fields.yaml", "base/roles.yaml",
                                        "base/suggestion.yaml", "base/units.yaml",
                                        "base/words.yaml"};

    *path = NEW_ARRAY(a, struct str, COUNT(files));
    for (*n = 0; *n < COUNT(files); (*n)++)
        (*path)[*n] = str_of(files[*n]);
    return true;
}

static inline bool memory_list(void *arg, struct str pack, struct arena *a, struct str **path,
                               size_t *n)
{
    if (!str_eq(pack, S("t")))
        return arg ? pack_embedded.list(NULL, pack, a, path, n) : small_list(a, path, n);
    *path = NEW_ARRAY(a, struct str, 1);
    (*path)[0] = S("t/x.yaml");
    *n = 1;
    return true;
}

static inline const struct pack_base *small_base(struct arena *a)
{
    const struct pack_source from = {pack_embedded.read, memory_list, NULL};

    return pack_base_read(a, &from, S("base"), val_list(a));
}

static inline bool memory_pack_read(struct arena *a, struct memory_pack *m, struct pack **out,
                                    struct val *faults)
{
    const struct pack_source from = {memory_read, memory_list, m};

    return pack_read_upon(a, &from, m->base, S("t"), out, faults);
}

/* Steps of every kind, those too that no shipped pack uses yet. */
#define KINDS_YAML                                                                                 \
    "gathering: council\n"                                                                         \
    "title: {zh: 议事会, en: Council}\n"                                                              \
    "who: secretary of community\n"                                                                \
    "body: dispatcher of community\n"                                                              \
    "attendance: roll\n"                                                                           \
    "votes: hands\n"                                                                               \
    "---\n"                                                                                        \
    "mechanism: deliberation\n"                                                                    \
    "title: {zh: 议事, en: Deliberation}\n"                                                      \
    "late: [{after: 0, do: remind}, {after: 1 day, do: supervise district}]\n"                     \
    "pause: dispatcher of street\n"                                                                \
    "ask: [title, {name: body, need: true}]\n"                                                     \
    "steps:\n"                                                                                     \
    "  proposed:\n"                                                                                \
    "    title: {zh: 提议, en: Proposed}\n"                                                      \
    "    kind: meet\n"                                                                             \
    "    who: secretary of community\n"                                                            \
    "    within: 30 days\n"                                                                        \
    "    gathering: council\n"                                                                       \
    "    quorum: 2/3 of should_attend\n"                                                           \
    "    pass: over 1/2 of present\n"                                                              \
    "    carried: public\n"                                                                        \
    "    lost: {end: declined}\n"                                                                  \
    "  public:\n"                                                                                  \
    "    title: {zh: 公示, en: Public}\n"                                                        \
    "    kind: notice\n"                                                                           \
    "    days: 7\n"                                                                                \
    "    then: open\n"                                                                             \
    "    actions:\n"                                                                               \
    "      object: {title: {zh: 异议, en: Object}, who: dispatcher of community, to: proposed, " \
    "ask: [reason], times: 2}\n"                                                                   \
    "  open:\n"                                                                                    \
    "    title: {zh: 认领, en: Open}\n"                                                          \
    "    kind: claim\n"                                                                            \
    "    who: liaison of department\n"                                                             \
    "    within: 3 working days\n"                                                                 \
    "    unclaimed: {end: lapsed}\n"                                                               \
    "    then: doing\n"                                                                            \
    "  doing:\n"                                                                                   \
    "    title: {zh: 办理, en: Being done}\n"                                                    \
    "    who: holder\n"                                                                            \
    "    within: 5 working days\n"                                                                 \
    "    extend: {times: 2, who: dispatcher of street, by: 2 working days}\n"                      \
    "    actions:\n"                                                                               \
    "      done: {to: gates, ask: [done_text]}\n"                                                  \
    "      give_back: {to: open, ask: [reason]}\n"                                                 \
    "  gates:\n"                                                                                   \
    "    title: {zh: 验收, en: Gates}\n"                                                         \
    "    kind: check\n"                                                                            \
    "    all_of: [secretary of community, dispatcher of street or dispatcher of district]\n"       \
    "    not: solver\n"                                                                            \
    "    within: 3 days\n"                                                                         \
    "    ask: [note]\n"                                                                            \
    "    fail: {to: back}\n"                                                                       \
    "    then: rated\n"                                                                            \
    "  rated:\n"                                                                                   \
    "    title: {zh: 评价, en: Rating}\n"                                                        \
    "    kind: rate\n"                                                                             \
    "    who: reporter or opener\n"                                                                \
    "    ask: [stars, solved]\n"                                                                   \
    "    within: 7 days\n"                                                                         \
    "    unsolved: {to: open, times: 1, low: {stars: 2}}\n"                                        \
    "    exhausted: {end: unsolved}\n"                                                             \
    "    then: {end: solved}\n"

#endif
