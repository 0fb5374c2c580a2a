/* Bytes as a pack's file on top of the base pack: every fault has a file and a sentence, and what
 * is accepted can be shown, offered and walked. */
#include "unit/pack_fixture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_faults(const struct val *faults)
{
    if (!faults->first)
        abort();
    for (const struct item *it = faults->first; it; it = it->next) {
        if (!val_get(&it->val, S("what"))->str.n || val_get(&it->val, S("line"))->integer < 0)
            abort();
    }
}

/* Only what the file itself brings: the rest is the base pack's. */
static void use(struct arena *a, const struct pack *p)
{
    int walked = 0;

    for (int i = 0; i < p->procs; i++) {
        const struct proc *def = &p->proc[i];

        if (!str_eq(def->file, S("t/x.yaml")))
            continue;
        (void)pack_show_text(a, def, S("zh"));
        (void)pack_show_svg(a, def, S("en"));
        if (walked++ < 2 && def->steps < 8 && def->actions < 12)
            (void)!proc_walk(a, def, val_list(a));
    }
}

/* Once: what is fuzzed is the pack on top of it. */
static const struct pack_base *base_pack(void)
{
    static struct arena a;
    static const struct pack_base *base;

    if (!base) {
        arena_init(&a, (size_t)256 << 20);
        base = small_base(&a);
    }
    return base;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct memory_pack files = {.yaml = text, .base = base_pack()};
    struct arena a;
    struct val *faults;
    struct pack *p;

    arena_init(&a, (size_t)2 << 30);
    if (size && data[0] == '!') /* pack.yaml itself is what is broken */
        files.meta = (struct str){text.p + 1, text.n - 1};
    faults = val_list(&a);
    if (memory_pack_read(&a, &files, &p, faults))
        use(&a, p);
    else
        check_faults(faults);
    arena_reset(&a);
    return 0;
}
