/* SPDX-License-Identifier: MIT */
/* seccomp_test.c - what a process can still do behind the filter, each time in a child of its own:
 * there is no way back. */
#include "config.h"

#include "dhcp-server/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/harness.h"

#if defined(HAVE_SECCOMP) && defined(__linux__)

#include <sched.h>
#include <sys/ptrace.h>

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif

/* Valgrind makes system calls of its own. */
static int can_filter(void)
{
    const char *preload = getenv("LD_PRELOAD");

    return seccomp_absent() == NULL && (preload == NULL || strstr(preload, "vgpreload") == NULL);
}

/* Behind the filter; the exit status, and what was written to standard error. */
static int run(int (*fn)(void), char said[400])
{
    int fds[2], status = 0;
    ssize_t n, len = 0;
    pid_t child;

    ck_assert_int_eq(pipe(fds), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        char error[400];

        dup2(fds[1], STDERR_FILENO);
        close(fds[0]);
        close(fds[1]);
        if (seccomp_enter(error, sizeof error) != 0) {
            fprintf(stderr, "%s\n", error);
            _exit(99);
        }
        _exit(fn());
    }
    close(fds[1]);
    while ((n = read(fds[0], said + len, (size_t)(399 - len))) > 0) {
        len += n;
    }
    said[len] = '\0';
    close(fds[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* ---- a server's work ------------------------------------------------------------------------ */

static void *say_seven(void *user)
{
    char *block = malloc(8 << 20);

    (void)user;
    memset(block, 7, 8 << 20);
    return block;
}

static int starts_threads(void)
{
    pthread_t threads[4];
    void *got = NULL;
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (pthread_create(&threads[i], NULL, say_seven, NULL) != 0) {
            return 10;
        }
    }
    for (i = 0; i < 4; i++) {
        if (pthread_join(threads[i], &got) != 0 || *(char *)got != 7) {
            return 11;
        }
        free(got);
    }
    return 0;
}

static int works_with_files(void)
{
    char name[64] = "/tmp/seccomp_test.XXXXXX", other[80];
    int fd = mkstemp(name);
    FILE *f = fd >= 0 ? fdopen(fd, "w+") : NULL;

    snprintf(other, sizeof other, "%s.new", name);
    if (f == NULL || fprintf(f, "text") != 4 || fflush(f) != 0 || fsync(fd) != 0 ||
        ftruncate(fd, 2) != 0 || fclose(f) != 0) {
        return 10;
    }
    return rename(name, other) == 0 && unlink(other) == 0 ? 0 : 11;
}

static int works_with_sockets(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0 || getaddrinfo("127.0.0.1", "5432", &hints, &found) != 0) {
        return 10;
    }
    if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 && errno != EADDRINUSE) {
        return 11;
    }
    freeaddrinfo(found);
    return close(fd);
}

static int aborts(void)
{
    abort();
    return 0;
}

START_TEST(what_a_server_does_goes_on)
    {
        static int (*const v[])(void) = {starts_threads, works_with_files, works_with_sockets};
        char said[400] = "";
        int status = can_filter() ? run(v[_i], said) : 0;

        ck_assert_msg(status == 0, "%d: status %d: %s", _i, status, said);
    }
END_TEST

START_TEST(a_defect_still_ends_by_its_signal)
    {
        char said[400] = "";

        if (can_filter()) {
            ck_assert_int_eq(run(aborts, said), -SIGABRT);
        }
    }
END_TEST

/* ---- not a server's work -------------------------------------------------------------------- */

static int is_refused(long rc)
{
    return rc == -1 && errno == EPERM ? 0 : 20;
}

static int makes_a_process(void)
{
    return is_refused(fork());
}

static int opens_a_packet_socket(void)
{
    return is_refused(socket(AF_PACKET, SOCK_RAW, 0));
}

static int opens_an_odd_socket(void)
{
    return is_refused(socket(AF_VSOCK, SOCK_STREAM, 0));
}

static int signals_others(void)
{
    return is_refused(kill(getppid(), 0));
}

static int catches_the_end(void)
{
    struct sigaction act;

    memset(&act, 0, sizeof act);
    act.sa_handler = SIG_IGN;
    return is_refused(sigaction(SIGSYS, &act, NULL));
}

static int maps_code_to_write(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED &&
                   errno == EPERM
               ? 0
               : 20;
}

static int makes_data_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? 21 : is_refused(mprotect(at, 4096, PROT_READ | PROT_EXEC));
}

static int types_for_the_terminal(void)
{
    char c = '\n';

    return is_refused(ioctl(0, TIOCSTI, &c));
}

START_TEST(what_no_server_does_is_refused)
    {
        static int (*const v[])(void) = {
            makes_a_process, opens_a_packet_socket, opens_an_odd_socket, signals_others,
            catches_the_end, maps_code_to_write,    makes_data_code,     types_for_the_terminal,
        };
        char said[400] = "";
        int status = can_filter() ? run(v[_i], said) : 0;

        ck_assert_msg(status == 0, "%d: status %d: %s", _i, status, said);
    }
END_TEST

/* ---- an intruder's work --------------------------------------------------------------------- */

static int starts_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return 20;
}

static int looks_into_others(void)
{
    (void)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
    return 20;
}

static int leaves_the_namespace(void)
{
    (void)unshare(CLONE_NEWUSER);
    return 20;
}

static int becomes_root(void)
{
    return setuid(0) == 0 ? 20 : 21;
}

static void *start_a_program(void *user)
{
    (void)user;
    (void)starts_a_program();
    return NULL;
}

static int starts_a_program_in_a_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, start_a_program, NULL) == 0) {
        pthread_join(thread, NULL);
    }
    return 20;
}

START_TEST(what_an_intruder_does_is_the_end_and_is_said)
    {
        static int (*const v[])(void) = {
            starts_a_program,
            looks_into_others,
            leaves_the_namespace,
            becomes_root,
            starts_a_program_in_a_thread,
        };
        char said[400] = "";

        if (can_filter()) {
            int status = run(v[_i], said);

            ck_assert_msg(status == 1, "%d: status %d: %s", _i, status, said);
            ck_assert_msg(strstr(said, "which a DHCP server never makes") != NULL, "%d: said '%s'",
                          _i, said);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, what_a_server_does_goes_on, 0, 3);
    tcase_add_test(tc, a_defect_still_ends_by_its_signal);
    tcase_add_loop_test(tc, what_no_server_does_is_refused, 0, 8);
    tcase_add_loop_test(tc, what_an_intruder_does_is_the_end_and_is_said, 0, 5);
}

#else

START_TEST(a_build_without_it_says_so)
    {
        char error[200] = "";

        ck_assert_ptr_nonnull(seccomp_absent());
        ck_assert_int_ne(seccomp_enter(error, sizeof error), 0);
        ck_assert_ptr_nonnull(strstr(error, "without libseccomp"));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_build_without_it_says_so);
}

#endif

HARNESS_MAIN("dhcp-server/seccomp", tests)
