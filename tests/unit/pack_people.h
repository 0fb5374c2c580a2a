/* pack_people.h - what a pack can say of people: a roll, bonds, an appraisal; for mutating. */
#ifndef PACK_PEOPLE_H
#define PACK_PEOPLE_H

#define PEOPLE_YAML                                                                                        \
    "roles:\n"                                                                                             \
    "  keen: {title: {zh: 员, en: Keen}, of: [street, community], rights: []}\n"                          \
    "  sage: {title: {zh: 师, en: Sage}, of: [street], rights: []}\n"                                     \
    "fields:\n"                                                                                            \
    "  aim: {title: {zh: 标, en: Aim}, kind: text, max: 20}\n"                                            \
    "  line: {title: {zh: 记, en: Line}, kind: text, max: 20, need: true}\n"                              \
    "words: {gone: {zh: 走, en: Gone}, kept: {zh: 留, en: Kept}}\n"                                      \
    "---\nfigure: f\ntitle: {zh: 数, en: F}\nunit: {zh: 件, en: n}\nnote: {zh: 注, en: N}\n"            \
    "count: matters\nat: opened_at\n"                                                                      \
    "---\nroll: pool\ntitle: {zh: 库, en: Pool}\nof: person\n"                                            \
    "purpose: {zh: 用, en: Use}\nin: [street, community]\nwho: [organiser of street]\n"                   \
    "join: [recommend, self]\nrecommend: [secretary of community]\n"                                       \
    "ask: [{name: birth_date, title: {zh: 生, en: Born}, kind: date, personal: true, need: true}, aim]\n" \
    "age: 18-40\ngives: keen\n"                                                                            \
    "kinds:\n"                                                                                             \
    "  near: {title: {zh: 近, en: Near}, way: {zh: 法, en: Way}, age: -35, ask: [line], duties: [\n"     \
    "    {name: call, title: {zh: 访, en: Call}, every: month, who: self, within: 5 working days, "       \
    "grace: 2 days, ask: [line]}]}\n"                                                                      \
    "  far: {title: {zh: 远, en: Far}, age: 20-, gives: keen}\n"                                          \
    "duties: [{name: look, title: {zh: 看, en: Look}, every: year, who: keeper}]\n"                       \
    "states:\n"                                                                                            \
    "  named: {title: {zh: 荐, en: Named}, actions: {take: {title: {zh: 收, en: Take}, to: active, "     \
    "who: [organiser of street]}, drop: {title: {zh: 弃, en: Drop}, end: gone, ask: [line]}}}\n"          \
    "  active: {title: {zh: 在, en: On}, active: true, actions: {leave: {title: {zh: 离, en: "           \
    "Leave}, end: kept}}}\n"                                                                               \
    "term: 3 years\nreview: {every: year, within: 30 days}\n"                                              \
    "---\nfigure: e\ntitle: {zh: 人, en: E}\nunit: {zh: 名, en: n}\nnote: {zh: 注, en: N}\n"            \
    "count: entries\nwhere: {roll: pool, kind: near, born: [1990-1999, -1980, 2000-]}\n"                   \
    "distinct: kind\n"                                                                                     \
    "---\nbond: pair\ntitle: {zh: 对, en: Pair}\nicon: users\n"                                           \
    "who: [organiser of street]\npropose: [secretary of community]\n"                                      \
    "sides:\n"                                                                                             \
    "  sage: {title: {zh: 师, en: Sage}, of: person, role: [sage, keen], most: 3}\n"                      \
    "  pupil: {title: {zh: 徒, en: Pupil}, of: entry, roll: pool, kinds: [near], most: 1}\n"              \
    "term: 1 year\nexcludes: [stay]\nask: [aim]\n"                                                         \
    "plan: {within: 30 days, who: [sage, keeper], ask: [aim, line]}\n"                                     \
    "notes:\n"                                                                                             \
    "  task: {title: {zh: 务, en: Task}, who: sage, ask: [line]}\n"                                       \
    "  word: {title: {zh: 话, en: Word}, who: [pupil, keeper], ask: [line]}\n"                            \
    "duties: [{name: talk, title: {zh: 谈, en: Talk}, every: week, who: sage, ask: [line]}]\n"            \
    "contact: [talk, task]\nalarm: 21 days\nend: [line]\n"                                                 \
    "match: {of: pupil, wish: aim, with: aim, near: street}\n"                                             \
    "---\nbond: stay\ntitle: {zh: 驻, en: Stay}\nwho: [organiser of street]\n"                            \
    "sides:\n"                                                                                             \
    "  guest: {title: {zh: 客, en: Guest}, of: person}\n"                                                 \
    "  host: {title: {zh: 主, en: Host}, of: unit, kind: [community, village], by: secretary}\n"          \
    "term: 6 months\n"                                                                                     \
    "---\nfigure: b\ntitle: {zh: 对, en: B}\nunit: {zh: 对, en: n}\nnote: {zh: 注, en: N}\n"            \
    "count: bonds\nat: began_at\nwhere: {kind: [pair, stay], state: {not: ended}}\n"                       \
    "---\nfigure: d\ntitle: {zh: 责, en: D}\nunit: {zh: 次, en: n}\nnote: {zh: 注, en: N}\n"            \
    "count: duties\nat: due_at\nwhere: {kind: pair, name: talk, state: [done, late]}\n"                    \
    "distinct: source\n"                                                                                  \
    "---\nappraisal: stars\ntitle: {zh: 星, en: Stars}\npurpose: {zh: 用, en: Use}\n"                    \
    "of: post secretary\nin: [community]\nperiod: year\nwho: [organiser of district]\n"                    \
    "class: unit_kind\nscore:\n"                                                                           \
    "  - {name: on, figure: f, weight: 60, zero_at: 10, full_at: 95}\n"                                    \
    "  - {name: panel, title: {zh: 评, en: Panel}, marks: {from: [sage of every street], least: 3, "      \
    "drop: [highest, lowest]}, weight: 35}\n"                                                              \
    "  - {name: report, title: {zh: 报, en: Report}, check: [organiser of street], points: 5}\n"          \
    "  - {name: honour, title: {zh: 加, en: Plus}, bonus: [organiser of district], most: 5}\n"            \
    "  - {name: fault, title: {zh: 减, en: Minus}, deduct: [supervisor of district], most: 10}\n"         \
    "most: 105\ndecimals: 1\nstars: [{at: 60, stars: 5}, {at: 0, stars: 1}]\npass: 40\n"                    \
    "least: {figure: f, value: 20}\n"                                                                      \
    "appeal:\n"                                                                                            \
    "  - {within: 5 working days, answer_within: 5 working days, to: [organiser of street]}\n"             \
    "  - {within: 5 working days, answer_within: 5 working days, to: [supervisor of district]}\n"          \
    "shows: stars\n"

#endif
