/* pack_places.h - what a pack can say of fairs, files and what is applied for; for mutating. */
#ifndef PACK_PLACES_H
#define PACK_PLACES_H

#define PLACES_YAML                                                                                   \
    "roles:\n"                                                                                        \
    "  host: {title: {zh: 主, en: Host}, of: [street, community], rights: []}\n"                     \
    "words: {taken: {zh: 收, en: Taken}, gone: {zh: 走, en: Gone}}\n"                               \
    "---\nresource: spot\ntitle: {zh: 位, en: Spots}\nicon: home\nunit: {zh: 个, en: spots}\n"      \
    "in: [street, community]\nwho: [host of street, host of community]\ncapacity: 9\n"                \
    "ask: [{name: pay, title: {zh: 薪, en: Pay}, kind: text, max: 20, need: true, public: true}]\n"  \
    "public: true\nholds: 2 years\napply: ask_for\n"                                                  \
    "---\nmechanism: ask_for\ntitle: {zh: 求, en: Ask}\nopens: reporter or host of street\n"         \
    "keeps: [taken]\nlate: [{after: 0, do: remind}]\n"                                                \
    "ask:\n"                                                                                          \
    "  - {name: spot, title: {zh: 位, en: Spot}, kind: resource, of: [spot], need: true, public: "   \
    "true}\n"                                                                                         \
    "  - {name: paper, title: {zh: 件, en: Paper}, kind: file, need: true, keep: 6 months, "         \
    "consent: {zh: 许, en: Yes}}\n"                                                                  \
    "anytime:\n"                                                                                      \
    "  drop: {title: {zh: 弃, en: Drop}, who: reporter, during: [read, met], end: gone, ask: "       \
    "[reason]}\n"                                                                                     \
    "steps:\n"                                                                                        \
    "  read:\n    title: {zh: 读, en: Read}\n    who: host of street\n    within: 7 days\n"          \
    "    actions:\n"                                                                                  \
    "      meet: {title: {zh: 见, en: Meet}, to: met, times: 1, ask: [{name: day, title: {zh: 日, " \
    "en: Day}, kind: date, need: true, public: true}]}\n"                                             \
    "      no: {title: {zh: 否, en: No}, end: gone, ask: [{name: reason, public: true}]}\n"          \
    "  met:\n    title: {zh: 见, en: Met}\n    who: reporter or host of street\n"                    \
    "    within: 14 days\n    actions:\n"                                                             \
    "      yes: {title: {zh: 是, en: Yes}, end: taken, takes: spot}\n"                               \
    "      not_now: {title: {zh: 缓, en: Later}, end: gone}\n"                                       \
    "---\ngathering: market_day\ntitle: {zh: 集, en: Market}\nicon: users\n"                         \
    "who: [organiser of district, organiser of street]\nattendance: count\npublic: true\n"            \
    "ask: [{name: city, title: {zh: 市, en: City}, kind: choice, need: true, of: {here: {zh: 本, "  \
    "en: Here}, away: {zh: 外, en: Away}}}]\n"                                                       \
    "booths: {who: [host of street, host of community], most: 30, asks: ask_for, counts: [meet, "     \
    "taken]}\n"                                                                                       \
    "---\nfigure: k\ntitle: {zh: 位, en: K}\nunit: {zh: 个, en: n}\nnote: {zh: 注, en: N}\n"       \
    "count: booths\ndistinct: unit\nat: started_at\nwhere: {kind: market_day, city: away}\n"

#endif
