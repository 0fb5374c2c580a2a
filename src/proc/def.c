#include "proc/def.h"

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

const char *const proc_words =
    "pass fail claim carried lost rate extend pause resume release "
    "unsolved bundled reason lead joint rework should_attend present "
    "in_favour against abstain invalid area_should area_present area_in_favour meet part holder opener reporter then "
    "again_unsolved nobody stays from_where minutes hours days "
    "working_minutes working_hours working_days dismiss uphold objection answer " SUPPORTERS;

const char *const proc_counts = "should_attend present in_favour against abstain";
int proc_number_find(const struct proc *def, struct str name)
{
    for (int i = 0; i < def->numbers; i++) {
        if (str_eq(def->number[i]->name, name))
            return i;
    }
    return -1;
}

struct title proc_word(const struct proc *def, struct str name)
{
    for (int i = 0; i < def->words; i++) {
        if (str_eq(def->word[i].name, name))
            return def->word[i].title;
    }
    return (struct title){name, name}; /* pack/ has refused every pack in which this could be */
}

struct field proc_own_field(const struct proc *def, const struct field *own)
{
    struct field f = *own;

    f.title = proc_word(def, f.name);
    return f;
}

#define NAME(name_)                 \
    {                               \
        "" name_, sizeof(name_) - 1 \
    }

const struct field field_reason = {
    .name = NAME("reason"), .kind = FIELD_TEXT, .need = true, .max = 500};
const struct field field_lead = {.name = NAME("lead"), .kind = FIELD_UNIT, .need = true};
const struct field field_joint = {.name = NAME("joint"), .kind = FIELD_LIST};
const struct field field_objection = {
    .name = NAME("objection"), .kind = FIELD_CHOICE, .need = true};
const struct field field_answer = {
    .name = NAME("answer"), .kind = FIELD_TEXT, .need = true, .is_public = true, .max = 1000};
const struct field field_rework = {.name = NAME("rework"), .kind = FIELD_LIST};
