#include "proc/def.h"

#include <string.h>

int part_step_find(const struct step *parts, struct str name)
{
    for (int i = 0; i < parts->parts; i++) {
        if (str_eq(parts->part[i].name, name))
            return i;
    }
    return -1;
}

int proc_step_find(const struct proc *def, struct str name)
{
    for (int i = 0; i < def->steps; i++) {
        if (str_eq(def->step[i].name, name))
            return i;
    }
    return -1;
}

static const struct {
    const char *name, *zh, *en;
} words[] = {
    {"pass", "核查通过", "Passed"},
    {"fail", "核查不通过", "Send back"},
    {"claim", "接单", "Take it"},
    {"carried", "通过", "Carried"},
    {"lost", "未通过", "Lost"},
    {"rate", "评价", "Rate"},
    {"extend", "延期", "Extend the time limit"},
    {"pause", "暂停计时", "Pause the clock"},
    {"resume", "恢复计时", "Resume the clock"},
    {"release", "免除协办", "Excuse a joint unit"},
    {"bundled", "已并入", "Merged into another"},
    {"unsolved", "未解决", "Not solved"},
    {"withdrawn", "已撤回", "Withdrawn"},
};

struct title proc_word(const char *name)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcmp(words[i].name, name) == 0)
            return (struct title){str_of(words[i].zh), str_of(words[i].en)};
    }
    return (struct title){str_of(name), str_of(name)};
}

#define TITLE(zh_, en_)                                                    \
    {                                                                      \
        .zh = {"" zh_, sizeof(zh_) - 1}, .en = { "" en_, sizeof(en_) - 1 } \
    }
#define NAME(name_)                 \
    {                               \
        "" name_, sizeof(name_) - 1 \
    }

const struct field field_reason = {.name = NAME("reason"),
                                   .title = TITLE("原因", "Reason"),
                                   .kind = FIELD_TEXT,
                                   .need = true,
                                   .max = 500};
const struct field field_unit = {
    .name = NAME("unit"), .title = TITLE("单位", "Unit"), .kind = FIELD_UNIT, .need = true};
const struct field field_lead = {.name = NAME("lead"),
                                 .title = TITLE("主办单位", "Lead unit"),
                                 .kind = FIELD_UNIT,
                                 .need = true};
const struct field field_joint = {
    .name = NAME("joint"), .title = TITLE("协办单位", "Joint units"), .kind = FIELD_LIST};
const struct field field_rework = {.name = NAME("rework"),
                                   .title = TITLE("需返工的单位", "Units that must work again"),
                                   .kind = FIELD_LIST};
