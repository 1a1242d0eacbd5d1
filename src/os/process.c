/* Terminal, signals, file modes. */
#include "os/process.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

void process_private_files(void)
{
    (void)umask(077);
}

bool process_at_terminal(int fd)
{
    return isatty(fd) == 1;
}

static void stop_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

void process_hold_signals(void)
{
    sigset_t set;
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    stop_signals(&set);
    INVARIANT(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    INVARIANT(sigaction(SIGPIPE, &ignore, NULL) == 0);
    INVARIANT(sigaction(SIGXFSZ, &ignore, NULL) == 0); /* a file too long is a failed write */
}

int process_wait_stop(void)
{
    sigset_t set;
    int signal = 0;
    stop_signals(&set);
    INVARIANT(sigwait(&set, &signal) == 0);
    return signal;
}

static atomic_bool stop_flag;

static void note_stop(int signal)
{
    (void)signal;
    atomic_store(&stop_flag, true);
}

const atomic_bool *process_stop_flag(void)
{
    struct sigaction note = { .sa_handler = note_stop, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&note.sa_mask);
    INVARIANT(sigaction(SIGINT, &note, NULL) == 0 && sigaction(SIGTERM, &note, NULL) == 0);
    return &stop_flag;
}
