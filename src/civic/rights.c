#include "civic/civic.h"

/* The subtree of "140214/140214001" holds itself and everything that goes on with a '/'. */
static bool holds(struct str top, struct str path)
{
    struct str head = {path.p, top.n};

    if (top.n == 0 || path.n < top.n || !str_eq(head, top))
        return false;
    return path.n == top.n || top.p[top.n - 1] == '/' || path.p[top.n] == '/';
}

static bool has(const struct holding *post, struct str right)
{
    for (int i = 0; post->def && i < post->def->rights; i++) {
        if (str_eq(post->def->right[i], right))
            return true;
    }
    return false;
}

bool actor_may(const struct actor *who, struct str right, struct str path)
{
    for (size_t i = 0; i < who->posts; i++) {
        if (has(&who->post[i], right) && holds(who->post[i].path, path))
            return true;
    }
    return false;
}

bool actor_may_somewhere(const struct actor *who, struct str rights)
{
    struct str right;

    while (rights.n) {
        rights = str_cut(rights, ' ', &right);
        for (size_t i = 0; i < who->posts; i++) {
            if (has(&who->post[i], right))
                return true;
        }
    }
    return false;
}
