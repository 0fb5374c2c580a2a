#include "text/chars.h"

uint32_t char_fold(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c == 0x3000)
        return ' ';
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    return c;
}

struct span {
    uint32_t from, to;
    enum char_kind kind;
};

/* In order. Blocks of the Unicode standard, 15.0; what is in none is CHAR_BREAK. */
static const struct span spans[] = {
    {'0', '9', CHAR_WORD},          {'a', 'z', CHAR_WORD},           {0xaa, 0xaa, CHAR_WORD},
    {0xb5, 0xb5, CHAR_WORD},        {0xba, 0xba, CHAR_WORD},         {0xc0, 0xd6, CHAR_WORD},
    {0xd8, 0xf6, CHAR_WORD},        {0xf8, 0x1fff, CHAR_WORD},       {0x200b, 0x200d, CHAR_NOTHING},
    {0x2060, 0x2060, CHAR_NOTHING}, {0x2c00, 0x2dff, CHAR_WORD},     {0x3005, 0x3007, CHAR_HAN},
    {0x3041, 0x30fa, CHAR_HAN},     {0x30fc, 0x31bf, CHAR_HAN},      {0x31f0, 0x31ff, CHAR_HAN},
    {0x3400, 0x4dbf, CHAR_HAN},     {0x4e00, 0x9fff, CHAR_HAN},      {0xa000, 0xabff, CHAR_WORD},
    {0xac00, 0xd7af, CHAR_HAN},     {0xf900, 0xfaff, CHAR_HAN},      {0xfb00, 0xfdff, CHAR_WORD},
    {0xfe00, 0xfe0f, CHAR_NOTHING}, {0xfe70, 0xfefc, CHAR_WORD},     {0xfeff, 0xfeff, CHAR_NOTHING},
    {0xff66, 0xff9f, CHAR_HAN},     {0x10000, 0x1cfff, CHAR_WORD},   {0x1d400, 0x1efff, CHAR_WORD},
    {0x20000, 0x3ffff, CHAR_HAN},   {0xe0100, 0xe01ef, CHAR_NOTHING}};

enum char_kind char_kind(uint32_t folded)
{
    size_t low = 0, high = COUNT(spans);

    if (folded >= 0x4e00 && folded <= 0x9fff)
        return CHAR_HAN;
    while (low < high) {
        size_t mid = (low + high) / 2;

        if (folded > spans[mid].to)
            low = mid + 1;
        else
            high = mid;
    }
    return low < COUNT(spans) && folded >= spans[low].from ? spans[low].kind : CHAR_BREAK;
}

enum char_kind char_next(struct str *s, uint32_t *folded)
{
    enum char_kind kind;

    do {
        if (s->n == 0)
            return CHAR_BREAK;
        *folded = char_fold(utf8_next(s));
        kind = char_kind(*folded);
    } while (kind == CHAR_NOTHING);
    return kind;
}
