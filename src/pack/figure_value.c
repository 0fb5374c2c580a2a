#include "pack/figure_value.h"

#include "proc/amount.h"

void figure_reckon(const struct pack *p, const struct figure *f, figure_count *count, void *arg,
                   struct figure_value *out)
{
    *out = (struct figure_value){.is_ratio = f->kind == FIGURE_RATIO, .is_money = f->money};
    if (out->is_ratio) {
        out->over = count(arg, pack_figure(p, f->over));
        out->under = count(arg, pack_figure(p, f->under));
        out->empty = out->under == 0;
        return;
    }
    if (f->kind != FIGURE_VALUES) {
        out->n = count(arg, f);
        return;
    }
    for (; out->values < f->ofs; out->values++) {
        const struct figure *one = pack_figure(p, f->of[out->values]);

        out->value[out->values] = (struct figure_one){count(arg, one), one->money};
    }
    out->n = out->value[0].n;
}

struct str ratio_percent(struct arena *a, int64_t over, int64_t under)
{
    int64_t n = under ? (over * 20000 + under) / (under * 2) : 0;

    return str_format(a, "%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
}

static struct str grouped(struct arena *a, int64_t n)
{
    struct str plain = str_format(a, "%lld", (long long)n);
    struct buf b = {.arena = a};

    for (size_t i = 0; i < plain.n; i++) {
        if (i && (plain.n - i) % 3 == 0 && plain.p[i - 1] != '-')
            buf_put(&b, S(","));
        buf_put(&b, (struct str){plain.p + i, 1});
    }
    return buf_str(&b);
}

static struct str one_text(struct arena *a, const struct figure_one *v)
{
    return v->is_money ? amount_text(a, v->n) : grouped(a, v->n);
}

struct str figure_text(struct arena *a, const struct figure_value *v)
{
    struct str text = S("");

    for (int i = 0; i < v->values; i++)
        text = str_format(a, "%.*s%s%.*s", STR_ARG(text), i ? "/" : "",
                          STR_ARG(one_text(a, &v->value[i])));
    if (v->values)
        return text;
    if (!v->is_ratio)
        return one_text(a, &(struct figure_one){v->n, v->is_money});
    if (v->empty)
        return S("-");
    return str_format(a, "%.*s%%", STR_ARG(ratio_percent(a, v->over, v->under)));
}
