/*
 * server.h - HTTP/1.1 for the calls: libmicrohttpd, one event thread in POLL mode.
 *
 * (Never epoll on Debian 12: 0.9.75 stalls there with many connections.) Bounds: a request's head
 * 16 KB, body 1 MB or 60 MB where a page takes files, 1000 connections; a connection that waits 30
 * seconds for a request, or sends a body slower than 16 KB/s after its first 30 seconds, is closed.
 */
#ifndef SERVER_H
#define SERVER_H

#include "http/work.h"

struct server_config {
    struct work_config work; /* done and done_arg are the server's */
    int listen_fd;
    int idle_ms; /* 0: 30 s */
    bool quiet;  /* no line per request */
};

struct server;

/* A listening socket for "127.0.0.1:8080", "[::1]:8080" or ":8080"; port 0 takes any. */
bool server_listen(const char *where, int *fd, struct err *e) MUST_USE;
int server_port(int fd);

bool server_start(struct arena *boot, const struct server_config *config, struct server **out,
                  struct err *e) MUST_USE;
/* Takes no more, answers what was taken, stops. Closes the socket. */
void server_stop(struct server *s);

#endif
