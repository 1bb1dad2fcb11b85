/* SPDX-License-Identifier: MIT */
/* seccomp.c - files, sockets, memory, threads of its own and the time: that is all a server needs
 * once it serves.  It starts no program, makes no process, sees no other one and changes nothing of
 * the system.
 *
 * What is not on the list fails with EPERM and is a failure like any other: a C library or a
 * database library that tries something new does not bring the server down.  What no library of
 * ours would try is an intruder, and the end. */
#include "config.h"

#include "dhcp-server/seccomp.h"

#include <stdio.h>

#include "common/sanitized.h"

#if defined(HAVE_SECCOMP) && !IS_SANITIZED

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* Names, each followed by a blank.  Those that a system does not have are left out there. */
static const char allowed[] = /* whatever their arguments */
    /* per packet or nearly so: these come first in the filter */
    "recvmmsg sendmmsg ppoll poll futex read write clock_gettime recvmmsg_time64 "
    "ppoll_time64 futex_time64 clock_gettime64 "
    /* descriptors */
    "readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek close dup "
    "dup2 dup3 fcntl fcntl64 fsync fdatasync ftruncate ftruncate64 fallocate fadvise64 "
    "fadvise64_64 sync_file_range flock pipe pipe2 eventfd2 epoll_create1 epoll_ctl "
    "epoll_wait epoll_pwait select _newselect pselect6 pselect6_time64 timerfd_create "
    "timerfd_settime timerfd_settime64 timerfd_gettime signalfd4 "
    /* files: the rights of the user say which */
    "open openat stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx access "
    "faccessat faccessat2 readlink readlinkat rename renameat renameat2 link linkat unlink "
    "unlinkat mkdir mkdirat rmdir chmod fchmod fchmodat fchown fchown32 umask getcwd "
    "getdents getdents64 statfs statfs64 fstatfs fstatfs64 utimensat utimensat_time64 "
    /* sockets, once there is one */
    "bind connect listen accept accept4 getsockname getpeername sendto sendmsg recvfrom "
    "recvmsg send recv setsockopt getsockopt shutdown "
    /* memory */
    "brk munmap mremap madvise msync mincore membarrier "
    /* threads and signals of its own */
    "exit exit_group set_robust_list get_robust_list set_tid_address rseq gettid getpid "
    "getppid sched_yield sched_getaffinity sched_setaffinity sched_getparam "
    "sched_getscheduler getcpu rt_sigprocmask rt_sigreturn sigreturn sigaltstack "
    "rt_sigtimedwait rt_sigtimedwait_time64 rt_sigpending restart_syscall "
    /* the time, and facts */
    "nanosleep clock_nanosleep clock_nanosleep_time64 clock_getres clock_getres_time64 "
    "gettimeofday time times getrusage getrlimit ugetrlimit sysinfo uname getrandom getuid "
    "getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getresuid getresuid32 "
    "getresgid getresgid32 getgroups getgroups32 ";

/* C libraries know an older way when these are said to be missing, and that way can be judged. */
static const char missing[] = "clone3 openat2 fchmodat2 epoll_pwait2 close_range futex_waitv ";

/* What follows on a break-in. */
static const char fatal[] =
    "execve execveat ptrace process_vm_readv process_vm_writev init_module finit_module "
    "delete_module kexec_load kexec_file_load bpf mount umount2 move_mount open_tree fsopen "
    "pivot_root chroot unshare setns open_by_handle_at reboot perf_event_open userfaultfd "
    "io_uring_setup setuid setreuid setresuid capset ";

enum {
    N_HOT = 12, /* the first of the list, which are not to wait for the others */
    NAME_CAP = 32
};

/* ---- the end -------------------------------------------------------------------------------- */

static void say_part(const char *text, size_t len)
{
    ssize_t rc = write(STDERR_FILENO, text, len);

    (void)rc;
}
#define SAY(text) say_part((text), sizeof(text) - 1)

static void on_violation(int number, siginfo_t *info, void *context)
{
    char digits[12];
    size_t at = sizeof digits;
    unsigned n = (unsigned)info->si_syscall;

    (void)number;
    (void)context;
    do {
        digits[--at] = (char)('0' + n % 10);
    } while ((n /= 10) > 0);
    SAY("dhcp-server: stopped at system call ");
    say_part(digits + at, sizeof digits - at);
    SAY(", which a DHCP server never makes: a defect, or somebody has broken in\n");
    _exit(1);
}

static int watch_violations(void)
{
    struct sigaction act;

    memset(&act, 0, sizeof act);
    sigfillset(&act.sa_mask);
    act.sa_sigaction = on_violation;
    act.sa_flags = SA_SIGINFO;
    return sigaction(SIGSYS, &act, NULL);
}

/* ---- the list ------------------------------------------------------------------------------- */

/* 0, also for a name that does not exist here. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned n,
               const struct scmp_arg_cmp *args)
{
    int number = seccomp_syscall_resolve_name(name);
    int rc;

    if (number == __NR_SCMP_ERROR) {
        return 0;
    }
    rc = seccomp_rule_add_array(filter, action, number, n, args);
    return rc == -EDOM ? 0 : rc; /* of another machine */
}

/* One of the values of an argument. */
static int allow_values(scmp_filter_ctx filter, const char *name, unsigned arg,
                        const uint64_t *values, unsigned n)
{
    unsigned i;
    int rc = 0;

    for (i = 0; i < n && rc == 0; i++) {
        struct scmp_arg_cmp is = {arg, SCMP_CMP_EQ, values[i], 0};

        rc = add(filter, SCMP_ACT_ALLOW, name, 1, &is);
    }
    return rc;
}

#define ALLOW_VALUES(filter, name, arg, values)                                                    \
    allow_values((filter), (name), (arg), (values), sizeof(values) / sizeof((values)[0]))

static int allow_masked(scmp_filter_ctx filter, const char *name, unsigned arg, uint64_t mask,
                        uint64_t value)
{
    struct scmp_arg_cmp is = {arg, SCMP_CMP_MASKED_EQ, mask, value};

    return add(filter, SCMP_ACT_ALLOW, name, 1, &is);
}

/* Memory is written or run, never both. */
static int allow_memory(scmp_filter_ctx filter)
{
    static const char *const maps[] = {"mmap", "mmap2"};
    const uint64_t both = PROT_WRITE | PROT_EXEC;
    unsigned i;
    int rc = allow_masked(filter, "mprotect", 2, PROT_EXEC, 0);

    for (i = 0; i < 2 && rc == 0; i++) {
        rc = allow_masked(filter, maps[i], 2, both, 0);
        rc = rc != 0 ? rc : allow_masked(filter, maps[i], 2, both, PROT_WRITE);
        rc = rc != 0 ? rc : allow_masked(filter, maps[i], 2, both, PROT_EXEC);
    }
    return rc;
}

/* What depends on an argument. */
static int allow_some(scmp_filter_ctx filter)
{
    static const uint64_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    static const uint64_t unix_only[] = {AF_UNIX};
    static const uint64_t self[] = {0};
    /* The latter five ask what --interface is, also when it has come back. */
    static const uint64_t requests[] = {TCGETS,      TIOCGWINSZ,     FIONREAD,
                                        FIONBIO,     SIOCGIFINDEX,   SIOCGIFHWADDR,
                                        SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFFLAGS};
    static const uint64_t of_process[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_TIMERSLACK, PR_SET_VMA,
                                          PR_GET_DUMPABLE};
    const uint64_t me[] = {(uint64_t)getpid()};
    struct scmp_arg_cmp not_ours = {0, SCMP_CMP_NE, SIGSYS, 0};
#ifdef __s390__
    const unsigned flags = 1;
#else
    const unsigned flags = 0;
#endif
    int rc = allow_memory(filter);

    rc = rc != 0 ? rc : allow_masked(filter, "clone", flags, CLONE_THREAD, CLONE_THREAD);
    rc = rc != 0 ? rc : add(filter, SCMP_ACT_ALLOW, "rt_sigaction", 1, &not_ours);
    rc = rc != 0 ? rc : ALLOW_VALUES(filter, "socket", 0, families);
    rc = rc != 0 ? rc : ALLOW_VALUES(filter, "socketpair", 0, unix_only);
    rc = rc != 0 ? rc : ALLOW_VALUES(filter, "prlimit64", 0, self);
    rc = rc != 0 ? rc : ALLOW_VALUES(filter, "ioctl", 1, requests);
    rc = rc != 0 ? rc : ALLOW_VALUES(filter, "prctl", 0, of_process);
    return rc != 0 ? rc : ALLOW_VALUES(filter, "tgkill", 0, me);
}

/* The next word of the list; where the one after it is. */
static const char *take_name(const char *at, char name[NAME_CAP])
{
    size_t len = strcspn(at, " ");

    snprintf(name, NAME_CAP, "%.*s", (int)len, at);
    return at + len + 1;
}

static int add_all(scmp_filter_ctx filter, uint32_t action, const char *list)
{
    char name[NAME_CAP];
    int rc = 0;

    while (*list != '\0' && rc == 0) {
        list = take_name(list, name);
        rc = add(filter, action, name, 0, NULL);
    }
    return rc;
}

static void put_first(scmp_filter_ctx filter)
{
    const char *list = allowed;
    char name[NAME_CAP];
    unsigned i;

    for (i = 0; i < N_HOT; i++) {
        list = take_name(list, name);
        (void)seccomp_syscall_priority(filter, seccomp_syscall_resolve_name(name),
                                       (uint8_t)(255 - i));
    }
}

static int fill(scmp_filter_ctx filter)
{
    int rc = add_all(filter, SCMP_ACT_ALLOW, allowed);

    put_first(filter);
    rc = rc != 0 ? rc : add_all(filter, SCMP_ACT_ERRNO(ENOSYS), missing);
    rc = rc != 0 ? rc : add_all(filter, SCMP_ACT_TRAP, fatal);
    return rc != 0 ? rc : allow_some(filter);
}

static int fail(char *error, size_t cap, int code)
{
    snprintf(error, cap, "cannot filter system calls: %s; --seccomp off does without",
             strerror(code));
    return -1;
}

const char *seccomp_absent(void)
{
    return NULL;
}

int seccomp_enter(char *error, size_t cap)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc;

    if (filter == NULL) {
        return fail(error, cap, ENOMEM);
    }
    /* All threads there are; and no slower memory for the sake of code that we do not run. */
    rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    rc = rc != 0 ? rc : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
    rc = rc != 0 ? rc : fill(filter);
    if (rc == 0 && watch_violations() != 0) {
        rc = -errno;
    }
    rc = rc != 0 ? rc : seccomp_load(filter);
    seccomp_release(filter);
    return rc == 0 ? 0 : fail(error, cap, -rc);
}

#else

const char *seccomp_absent(void)
{
    return IS_SANITIZED ? "a sanitizer watches this build" : "it was built without libseccomp";
}

int seccomp_enter(char *error, size_t cap)
{
    snprintf(error, cap, "cannot filter system calls: %s", seccomp_absent());
    return -1;
}

#endif
