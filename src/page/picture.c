/* Photos: whoever sees the matter sees them; they never change. */
#include "civic/picture.h"

#include "http/page.h"

#define KEPT_S (7 * 24 * 3600)

static bool send(struct req *q, bool thumb)
{
    struct desk k = req_desk(q);

    q->type = S("image/jpeg");
    q->cache_s = KEPT_S;
    return picture_get(&k, param_int(q, "id"), thumb, &q->bytes, &q->err);
}

PAGE(picture_show, .at = "GET /pictures/{id}", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}))
{
    return send(q, false);
}

PAGE(picture_thumb, .at = "GET /pictures/{id}/thumb", .who = WHO_ANYONE,
     .params = PARAMS({"id", PARAM_ID}))
{
    return send(q, true);
}
