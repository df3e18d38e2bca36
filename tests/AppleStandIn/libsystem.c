#define _GNU_SOURCE
#include "standin.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * libSystem and libbsm: processes that the script made, and Unix sockets as macOS has them, on top of Linux's. Only the
 * differences are here: addresses with a length, options of other numbers, the last user of a peer's socket.
 */

enum { MAC_SOL_SOCKET = 0xFFFF, MAC_SO_TYPE = 0x1008, MAC_SO_ACCEPTCONN = 2, MAC_SO_NOSIGPIPE = 0x1022, MAC_MSG_DONTWAIT = 0x80 };
enum { LINUX_SOL_SOCKET = 1, LINUX_SO_TYPE = 3, LINUX_SO_PEERCRED = 17, LINUX_SO_ACCEPTCONN = 30, LINUX_MSG_DONTWAIT = 0x40, LINUX_MSG_NOSIGNAL = 0x4000 };
enum { MAC_O_NONBLOCK = 4, LINUX_O_NONBLOCK = 0x800 };

static struct process processes[32];
static int process_count;
static char file_system[16];
static uint32_t file_system_flags;
static int last_user_pid, last_user_version;
static int activated[4], activated_count, activation_error;
static int no_sigpipe_count;

void reset_system(void)
{
    memset(processes, 0, sizeof processes);
    process_count = 0;
    snprintf(file_system, sizeof file_system, "apfs");
    file_system_flags = 0x1000;
    last_user_pid = last_user_version = 0;
    activated_count = 0;
    activation_error = ESRCH;
    no_sigpipe_count = 0;
}

struct process *find_process(int pid, int version)
{
    for (int i = 0; i < process_count; i++)
        if (processes[i].is_alive && processes[i].pid == pid && processes[i].version == version)
            return &processes[i];
    return NULL;
}

struct process *find_file(const char *path)
{
    for (int i = 0; i < process_count; i++)
        if (strcmp(processes[i].path, path) == 0)
            return &processes[i];
    return NULL;
}

static struct process *by_number(int pid)
{
    for (int i = 0; i < process_count; i++)
        if (processes[i].is_alive && processes[i].pid == pid)
            return &processes[i];
    return NULL;
}

/* ---- the script */

void standin_process(int pid, int version, uint32_t user, uint64_t start, const char *path)
{
    if (process_count == 32) {
        fault("the script makes too many processes");
        return;
    }
    struct process *process = &processes[process_count++];
    process->pid = pid;
    process->version = version;
    process->is_alive = 1;
    process->user = user;
    process->start = start;
    snprintf(process->path, sizeof process->path, "%s", path);
}

void standin_sign(int pid, const uint8_t *cdhash, const char *identifier, const char *team, uint32_t flags, uint32_t state, const char *entitlement)
{
    struct process *process = by_number(pid);
    process->is_signed = 1;
    memcpy(process->cdhash, cdhash, sizeof process->cdhash);
    snprintf(process->identifier, sizeof process->identifier, "%s", identifier);
    snprintf(process->team, sizeof process->team, "%s", team);
    process->flags = flags;
    process->state = state;
    snprintf(process->entitlement, sizeof process->entitlement, "%s", entitlement);
}

void standin_meets(int pid, const char *requirement)
{
    struct process *process = by_number(pid);
    for (int i = 0; i < 4; i++)
        if (!process->requirements[i][0]) {
            snprintf(process->requirements[i], sizeof process->requirements[i], "%s", requirement);
            return;
        }
    fault("the script names too many requirements");
}

void standin_validity(int pid, int status) { by_number(pid)->status = status; }
void standin_trace(int pid, int traced) { by_number(pid)->is_traced = traced; }
void standin_end(int pid) { by_number(pid)->is_alive = 0; }
void standin_exec(int pid, int version) { by_number(pid)->version = version; }
void standin_move(int pid, const char *path) { struct process *p = by_number(pid); snprintf(p->path, sizeof p->path, "%s", path); }

void standin_arguments(int pid, const char *arguments, long length)
{
    struct process *process = by_number(pid);
    memcpy(process->arguments, arguments, (size_t)length);
    process->arguments_length = (size_t)length;
}

void standin_file_system(const char *name, uint32_t flags)
{
    snprintf(file_system, sizeof file_system, "%s", name);
    file_system_flags = flags;
}

void standin_last_user(int pid, int version)
{
    last_user_pid = pid;
    last_user_version = version;
}

void standin_activation(int error, const int *descriptors, int count)
{
    activation_error = error;
    activated_count = count;
    memcpy(activated, descriptors, (size_t)count * sizeof *descriptors);
}

int standin_no_sigpipe(void) { return no_sigpipe_count; }

/* ---- processes */

struct token { uint32_t val[8]; };

int audit_token_to_pid(struct token token) { return (int)token.val[5]; }
int audit_token_to_pidversion(struct token token) { return (int)token.val[7]; }
uint32_t audit_token_to_euid(struct token token) { return token.val[1]; }

struct bsdinfo {
    uint32_t flags, status, xstatus, pid, ppid, uid, gid, ruid, rgid, svuid, svgid, rfu;
    char comm[16], name[32];
    uint32_t nfiles, pgid, pjobc, tdev, tpgid;
    int32_t nice;
    uint64_t start_sec, start_usec;
};

int proc_pidinfo(int pid, int flavor, uint64_t argument, void *buffer, int size)
{
    struct process *process = by_number(pid);
    if (flavor != 3 || argument || size != (int)sizeof(struct bsdinfo) || sizeof(struct bsdinfo) != 136) {
        fault("proc_pidinfo was asked for something else than a struct proc_bsdinfo");
        errno = EINVAL;
        return 0;
    }
    if (!process) {
        errno = ESRCH;
        return 0;
    }
    struct bsdinfo *info = buffer;
    memset(info, 0, sizeof *info);
    info->pid = (uint32_t)pid;
    info->uid = process->user;
    info->flags = process->is_traced ? 2 : 0;
    info->start_sec = process->start;
    return size;
}

int proc_pidpath_audittoken(struct token *token, void *buffer, uint32_t size)
{
    struct process *process = find_process((int)token->val[5], (int)token->val[7]);
    if (!process) {
        errno = ESRCH;
        return 0;
    }
    return snprintf(buffer, size, "%s", process->path);
}

int standin_sysctl(int *name, uint32_t length, void *old, size_t *old_length, void *new, size_t new_length) __asm__("sysctl");
int standin_sysctl(int *name, uint32_t length, void *old, size_t *old_length, void *new, size_t new_length)
{
    if (length != 3 || name[0] != 1 || name[1] != 49 || new || new_length) {
        fault("sysctl was asked for something else than KERN_PROCARGS2");
        errno = EINVAL;
        return -1;
    }
    struct process *process = by_number(name[2]);
    if (!process || process->arguments_length == 0 || *old_length < process->arguments_length) {
        errno = EINVAL;
        return -1;
    }
    memcpy(old, process->arguments, process->arguments_length);
    *old_length = process->arguments_length;
    return 0;
}

struct statfs64 {
    uint32_t bsize;
    int32_t iosize;
    uint64_t blocks, bfree, bavail, files, ffree;
    int32_t fsid[2];
    uint32_t owner, type, flags, subtype;
    char type_name[16], on[1024], from[1024];
    uint32_t flags_ext, reserved[7];
};

/* Static, because a call by the name "fstatfs" would reach the C library of this machine. */
static int fill_statfs(struct statfs64 *buffer)
{
    if (sizeof *buffer != 2168)
        fault("struct statfs has another size");
    memset(buffer, 0xEE, sizeof *buffer);
    memcpy(buffer->type_name, file_system, sizeof file_system);
    buffer->flags = file_system_flags;
    return 0;
}

int standin_fstatfs(int file, struct statfs64 *buffer) __asm__("fstatfs");
int standin_fstatfs(int file, struct statfs64 *buffer) { (void)file; return fill_statfs(buffer); }
int standin_fstatfs_inode64(int file, struct statfs64 *buffer) __asm__("fstatfs$INODE64");
int standin_fstatfs_inode64(int file, struct statfs64 *buffer) { (void)file; return fill_statfs(buffer); }

/* ---- sockets */

struct linux_address { uint16_t family; char path[108]; };
struct mac_address { uint8_t length, family; char path[104]; };

static int to_linux(const struct mac_address *from, uint32_t length, struct linux_address *to)
{
    if (from->length != length || from->family != 1 || length > sizeof *from) {
        fault("an address has the length %u and says %u, family %u", length, from->length, from->family);
        errno = EINVAL;
        return -1;
    }
    memset(to, 0, sizeof *to);
    to->family = 1;
    memcpy(to->path, from->path, length - 2);
    return 0;
}

#define REPLACES(name) __asm__(name)
int standin_socket(int domain, int type, int protocol) REPLACES("socket");
int standin_socket(int domain, int type, int protocol)
{
    if (type != 1)
        fault("socket was given flags in its type, which macOS does not know");
    return (int)syscall(SYS_socket, domain, type, protocol);
}

int standin_accept(int socket, void *address, uint32_t *length) REPLACES("accept");
int standin_accept(int socket, void *address, uint32_t *length)
{
    long flags = syscall(SYS_fcntl, socket, 3, 0);
    int accepted = (int)syscall(SYS_accept4, socket, address, length, 0);
    if (accepted >= 0) /* inherited, as BSD does */
        syscall(SYS_fcntl, accepted, 4, flags & LINUX_O_NONBLOCK);
    return accepted;
}

int standin_bind(int socket, const void *address, uint32_t length) REPLACES("bind");
int standin_bind(int socket, const void *address, uint32_t length)
{
    struct linux_address real;
    return to_linux(address, length, &real) ? -1 : (int)syscall(SYS_bind, socket, &real, sizeof real);
}

int standin_connect(int socket, const void *address, uint32_t length) REPLACES("connect");
int standin_connect(int socket, const void *address, uint32_t length)
{
    struct linux_address real;
    return to_linux(address, length, &real) ? -1 : (int)syscall(SYS_connect, socket, &real, sizeof real);
}

int standin_getsockname(int socket, struct mac_address *address, uint32_t *length) REPLACES("getsockname");
int standin_getsockname(int socket, struct mac_address *address, uint32_t *length)
{
    struct linux_address real;
    uint32_t real_length = sizeof real;
    if (syscall(SYS_getsockname, socket, &real, &real_length))
        return -1;
    uint32_t needed = real_length; /* two bytes in front of the path in both */
    if (needed <= *length) {
        address->length = (uint8_t)needed;
        address->family = (uint8_t)real.family;
        memcpy(address->path, real.path, needed - 2);
    }
    *length = needed;
    return 0;
}

static int is_gone(int socket)
{
    struct { int fd; short events, revents; } poll = { socket, 0x2000, 0 };
    return syscall(SYS_poll, &poll, 1, 0) > 0 && (poll.revents & 0x10);
}

struct xucred { uint32_t version, user; int16_t count; uint32_t groups[16]; };

static int peer_option(int socket, int name, void *value, uint32_t *length)
{
    struct { int pid; uint32_t user, group; } real;
    uint32_t real_length = sizeof real;
    if (syscall(SYS_getsockopt, socket, LINUX_SOL_SOCKET, LINUX_SO_PEERCRED, &real, &real_length))
        return -1;
    if (name == 1) {
        struct xucred user = { 0, real.user, 1, { real.group } };
        if (*length != 76 || sizeof user != 76)
            fault("struct xucred has another size");
        memcpy(value, &user, sizeof user);
        return 0;
    }
    if (is_gone(socket)) { /* the last user of a socket that is closed has no name */
        errno = ENOTCONN;
        return -1;
    }
    int pid = last_user_pid ? last_user_pid : real.pid;
    if (name == 2) {
        memcpy(value, &pid, sizeof pid);
        *length = sizeof pid;
        return 0;
    }
    struct process *process = by_number(pid);
    struct token token = { { real.user, real.user, real.group, real.user, real.group, (uint32_t)pid, 100000,
        (uint32_t)(last_user_version ? last_user_version : process ? process->version : 1) } };
    if (name != 6 || *length != sizeof token) {
        fault("getsockopt was asked for the option %d of a Unix socket with %u bytes", name, *length);
        errno = EINVAL;
        return -1;
    }
    memcpy(value, &token, sizeof token);
    return 0;
}

int standin_getsockopt(int socket, int level, int name, void *value, uint32_t *length) REPLACES("getsockopt");
int standin_getsockopt(int socket, int level, int name, void *value, uint32_t *length)
{
    int status;
    if (scripted("getsockopt", &status)) {
        errno = status;
        return -1;
    }
    if (level == 0)
        return peer_option(socket, name, value, length);
    if (level != MAC_SOL_SOCKET || (name != MAC_SO_TYPE && name != MAC_SO_ACCEPTCONN)) {
        fault("getsockopt was asked for option 0x%x at level 0x%x", name, level);
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_getsockopt, socket, LINUX_SOL_SOCKET, name == MAC_SO_TYPE ? LINUX_SO_TYPE : LINUX_SO_ACCEPTCONN, value, length);
}

int standin_setsockopt(int socket, int level, int name, const void *value, uint32_t length) REPLACES("setsockopt");
int standin_setsockopt(int socket, int level, int name, const void *value, uint32_t length)
{
    int status;
    (void)socket;
    if (scripted("setsockopt", &status)) {
        errno = status;
        return -1;
    }
    if (level != MAC_SOL_SOCKET || name != MAC_SO_NOSIGPIPE || length != 4 || *(const int *)value != 1)
        fault("setsockopt was given option 0x%x at level 0x%x", name, level);
    __sync_fetch_and_add(&no_sigpipe_count, 1);
    return 0;
}

long standin_recv(int socket, void *buffer, size_t length, int flags) REPLACES("recv");
long standin_recv(int socket, void *buffer, size_t length, int flags)
{
    if (flags != MAC_MSG_DONTWAIT)
        fault("recv was given the flags 0x%x", flags);
    return syscall(SYS_recvfrom, socket, buffer, length, LINUX_MSG_DONTWAIT, NULL, NULL);
}

long standin_send(int socket, const void *buffer, size_t length, int flags) REPLACES("send");
long standin_send(int socket, const void *buffer, size_t length, int flags)
{
    if (flags != MAC_MSG_DONTWAIT)
        fault("send was given the flags 0x%x", flags);
    return syscall(SYS_sendto, socket, buffer, length, LINUX_MSG_DONTWAIT | LINUX_MSG_NOSIGNAL, NULL, 0);
}

int standin_fcntl(int file, int command, long argument) REPLACES("fcntl");
int standin_fcntl(int file, int command, long argument)
{
    long answer;
    switch (command) {
    case 2: /* F_SETFD */
        return (int)syscall(SYS_fcntl, file, 2, argument);
    case 3: /* F_GETFL */
        answer = syscall(SYS_fcntl, file, 3, 0);
        return answer < 0 ? -1 : (int)((answer & 3) | (answer & LINUX_O_NONBLOCK ? MAC_O_NONBLOCK : 0));
    case 4: /* F_SETFL */
        return (int)syscall(SYS_fcntl, file, 4, argument & MAC_O_NONBLOCK ? LINUX_O_NONBLOCK : 0);
    case 50: { /* F_GETPATH */
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        answer = readlink(link, (char *)argument, 1023);
        if (answer >= 0)
            ((char *)argument)[answer] = 0;
        return answer < 0 ? -1 : 0;
    }
    case 67: /* F_DUPFD_CLOEXEC */
        return (int)syscall(SYS_fcntl, file, 1030, argument);
    default:
        fault("fcntl was given the command %d", command);
        errno = EINVAL;
        return -1;
    }
}

int standin_fchmodat(int directory, const char *path, uint16_t mode, int flags) REPLACES("fchmodat");
int standin_fchmodat(int directory, const char *path, uint16_t mode, int flags)
{
    if (directory != -2 || flags != 0x20)
        fault("fchmodat was not asked for a path without following links");
    return (int)syscall(SYS_fchmodat, -100, path, (unsigned)mode);
}

int launch_activate_socket(const char *name, int **descriptors, size_t *count)
{
    if (strcmp(name, "Listener") != 0)
        return ENOENT;
    if (activation_error)
        return activation_error;
    *descriptors = malloc(sizeof(int) * (size_t)(activated_count + 1));
    memcpy(*descriptors, activated, sizeof(int) * (size_t)activated_count);
    *count = (size_t)activated_count;
    activation_error = EALREADY;
    return 0;
}
