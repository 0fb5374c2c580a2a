/*
 * route.h - which page a method and path mean.
 *
 * Compiled at boot from the self-collected table into a tree of segments. Two pages with one
 * pattern, a name that is no declared parameter, or a page without template that is not a change
 * cannot be meant: the program does not start (die).
 */
#ifndef ROUTE_H
#define ROUTE_H

#include "http/parse.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHODS };

struct routes;

struct routes *routes_build(struct arena *boot);

struct route {
    const struct page *page; /* NULL: no such path, or not with this method */
    bool known;              /* the path is there, with other methods: allow lists them */
    bool as_json;            /* .json was at its end */
    struct str path;         /* decoded, without .json */
    struct sent *params;     /* of the pattern, decoded */
    struct str allow;
};

/* path: as sent, percent-encoded. HEAD is looked up as GET. */
void route_find(const struct routes *r, struct arena *a, struct str method, struct str path,
                struct route *out);

/* "POST /matters", split. */
enum method page_method(const struct page *p, struct str *pattern);

#endif
