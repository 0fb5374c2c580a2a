/* The golden table of pages. */
#include "base/file.h"
#include "http/page.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct page *const *x = a, *const *y = b;

    return strcmp((*x)->at, (*y)->at);
}

static struct str pages_table(struct arena *a)
{
    static const char *const who[] = {"anyone", "code", "staff"};
    const struct page *all[400];
    struct buf b = {.arena = a};
    size_t n = 0;

    LIST_EACH (pages, struct page, it) {
        if (strncmp((*it)->where, "src/", 4) == 0 && n < COUNT(all))
            all[n++] = *it;
    }
    qsort(all, n, sizeof(*all), compare);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, str_format(a, "%s · %s%s%s%s\n", all[i]->at, who[all[i]->who],
                               all[i]->right ? " · " : "", all[i]->right ? all[i]->right : "",
                               all[i]->no_csrf ? " · no csrf" : ""));
    return buf_str(&b);
}

/* Who may use which page is decided on purpose, and seen in review. */
Test(pages, the_golden_table_says_who_may_use_which_page)
{
    const char *file = "tests/golden/pages.txt", *mode = getenv("YINGSHAO_GOLDEN");
    struct arena a;
    struct str is, was = {"", 0};
    struct err e = {0};

    arena_init(&a, (size_t)8 << 20);
    is = pages_table(&a);
    if (mode && strcmp(mode, "write") == 0) {
        cr_assert(file_write(file, is, 0644, &e), "%s", e.text);
    } else {
        (void)!file_read(&a, file, 1 << 20, &was, &e);
        cr_expect(str_eq(is, was),
                  "%s is not what the pages say; if they are right:\n"
                  "  YINGSHAO_GOLDEN=write build/san/run-unit --filter 'pages/the_golden*'",
                  file);
    }
    arena_reset(&a);
}
