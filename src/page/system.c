/* Whether the program is well, and which version it is: for those who keep it running. */
#include "http/page.h"

#include "base/version.h"

/* A line of plain text, for scripts; or JSON. */
static bool say(struct req *q, const char *key, struct str value)
{
    set_str(q->view, key, value);
    if (!q->as_json) {
        q->type = S("text/plain; charset=utf-8");
        q->bytes = str_format(q->a, "%.*s\n", STR_ARG(value));
    }
    return true;
}

/* done_to: how far what falls due by itself has been done. */
PAGE(healthz, .at = "GET /healthz", .who = WHO_ANYONE)
{
    set_str(q->view, "done_to", q->done_to ? when_text(q->a, q->done_to) : S(""));
    return say(q, "status", S("ok"));
}

PAGE(version_show, .at = "GET /version", .who = WHO_ANYONE)
{
    return say(q, "version", S(YINGSHAO_VERSION));
}
