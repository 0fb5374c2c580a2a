/* Whether the program is well, and which version it is: for those who keep it running. */
#include "http/page.h"

#include "base/version.h"

PAGE(healthz, .at = "GET /healthz", .template = "system/healthz", .who = WHO_ANYONE)
{
    set_str(q->view, "status", S("ok"));
    return true;
}

PAGE(version_show, .at = "GET /version", .template = "system/version", .who = WHO_ANYONE)
{
    set_str(q->view, "version", S(YINGSHAO_VERSION));
    return true;
}
