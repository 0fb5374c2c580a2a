#include "cal/cal.h"

#define YEAR_FIRST 1900 /* what when_parse can read */
#define YEAR_LAST  2199
#define DAYS_MAX   366

enum mark { UNMARKED, MARK_HOLIDAY, MARK_WORK };

struct year {
    bool known;
    struct {
        enum mark mark;
        struct str name;
    } day[DAYS_MAX];
};

struct calendar {
    struct arena *arena;
    struct year *year[YEAR_LAST - YEAR_FIRST + 1];
};

struct calendar *calendar_new(struct arena *a)
{
    struct calendar *c = NEW(a, struct calendar);

    c->arena = a;
    return c;
}

static int year_of(int32_t day)
{
    return civil_of(day_start_ms(day)).year;
}

static struct year *year_make(struct calendar *c, int year)
{
    struct year **at = &c->year[year - YEAR_FIRST];

    if (!*at)
        *at = NEW(c->arena, struct year);
    return *at;
}

static const struct year *year_find(const struct calendar *c, int year)
{
    return year < YEAR_FIRST || year > YEAR_LAST ? NULL : c->year[year - YEAR_FIRST];
}

void calendar_mark(struct calendar *c, int32_t first, int32_t last, bool work, struct str name)
{
    int32_t least = day_from(YEAR_FIRST, 1, 1), most = day_from(YEAR_LAST, 12, 31);

    name = str_copy(c->arena, name);
    for (int32_t d = first < least ? least : first; d <= last && d <= most; d++) {
        int year = year_of(d);
        struct year *y = year_make(c, year);
        int32_t i = d - day_from(year, 1, 1);

        y->day[i].mark = work ? MARK_WORK : MARK_HOLIDAY;
        y->day[i].name = name;
    }
}

void calendar_know(struct calendar *c, int year)
{
    if (year >= YEAR_FIRST && year <= YEAR_LAST)
        year_make(c, year)->known = true;
}

bool calendar_knows(const struct calendar *c, int year)
{
    const struct year *y = year_find(c, year);

    return y && y->known;
}

struct calendar_day calendar_look(const struct calendar *c, int32_t day)
{
    int year = year_of(day);
    const struct year *y = year_find(c, year);
    int32_t i = y ? day - day_from(year, 1, 1) : 0;
    bool marked = y && y->day[i].mark;

    return (struct calendar_day){
        .year = year,
        .known = y && y->known,
        .works = marked ? y->day[i].mark == MARK_WORK : day_weekday(day) <= 5,
        .name = marked ? y->day[i].name : (struct str){"", 0},
    };
}

bool calendar_works(const struct calendar *c, int32_t day)
{
    return calendar_look(c, day).works;
}
