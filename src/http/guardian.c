#include "http/guardian.h"

#include "base/when.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUICK_MS     1000
#define PAUSE_MS     100
#define PAUSE_MAX_MS 30000
#define EXITS_REFUSE 4 /* cmd/cmd.h: failed, usage, rejected, config */

static sigset_t ends(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void guardian_block(void)
{
    sigset_t set = ends();

    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

void guardian_wait(void)
{
    sigset_t set = ends();
    int which;

    while (sigwait(&set, &which) != 0)
        continue;
}

static pid_t start(int (*work)(void *arg), void *arg)
{
    pid_t parent = getpid(), pid = fork();

    if (pid < 0)
        die("no process can be started: %s", strerror(errno));
    if (pid > 0)
        return pid;
    /* A worker without supervisor would be a second writer one day. */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    exit(work(arg));
}

/* Until the worker has ended; passes on what asks us to end. */
static int watch(pid_t pid, bool *stopping)
{
    sigset_t set = ends();
    siginfo_t info;
    int status;

    sigaddset(&set, SIGCHLD);
    for (;;) {
        int which = sigwaitinfo(&set, &info);

        if (which == SIGTERM || which == SIGINT) {
            *stopping = true;
            (void)kill(pid, SIGTERM);
        }
        if (waitpid(pid, &status, WNOHANG) == pid)
            return status;
    }
}

/* True if we were asked to end meanwhile. */
static bool pause_ms(int64_t ms)
{
    sigset_t set = ends();
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    return sigtimedwait(&set, NULL, &t) > 0;
}

int guardian_run(int (*work)(void *arg), void *arg)
{
    bool stopping = false, ran_well = false;
    int64_t pause = PAUSE_MS;

    guardian_block();
    for (;;) {
        int64_t began = when_steady();
        int status = watch(start(work, arg), &stopping);
        bool quick = when_steady() - began < QUICK_MS;

        if (stopping || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        ran_well = ran_well || !quick;
        if (!ran_well && WIFEXITED(status) && WEXITSTATUS(status) <= EXITS_REFUSE)
            return WEXITSTATUS(status);
        (void)fprintf(stderr, "yingshao: the worker ended (%s %d); another one starts\n",
                      WIFSIGNALED(status) ? "signal" : "exit",
                      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        if (quick && pause_ms(pause))
            return 0;
        pause = !quick ? PAUSE_MS : pause * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause * 2;
    }
}
