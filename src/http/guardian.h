/*
 * guardian.h - a supervisor and one worker; and the cage that the worker locks itself into.
 */
#ifndef GUARDIAN_H
#define GUARDIAN_H

#include "base/err.h"

/*
 * Runs work(arg) in a child and starts another within a second when one is killed or fails; a
 * worker that fails within a second of its start is waited for twice as long each time, up to 30
 * seconds. SIGTERM and SIGINT are passed on, and end it when the worker has ended. A worker that
 * exits with EXIT_FAILED to EXIT_CONFIG (1 to 4) refused to start: that is the answer, and no
 * other one is tried, unless one has run well before. Returns the exit code.
 */
int guardian_run(int (*work)(void *arg), void *arg);

/* Waits for SIGTERM or SIGINT, which guardian_block() has blocked in all threads. */
void guardian_block(void);
void guardian_wait(void);

/* To the user of this name, with his groups and no way back. Only root can. */
bool cage_user(const char *user, struct err *e) MUST_USE;

/*
 * No new privileges; system calls that a server of forms never needs (ptrace, mount, modules, bpf,
 * namespaces, io_uring …) fail with EPERM. A helper may still be spawned; it inherits the cage.
 */
bool cage_enter(struct err *e) MUST_USE;

#endif
