/* SPDX-License-Identifier: MIT */
/* lease_file.h - the parts of a store that is one text file: changes are appended, and now and then
 * it is written anew with the last ones only. */
#ifndef TOOLS_LEASE_FILE_H
#define TOOLS_LEASE_FILE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/leases/lease_form.h"
#include "common/leases/lease_store.h"

enum {
    LEASE_FILES = 8 /* the file and those beside it */
};

/* What is read: the files in order, of the last one only so many octets. */
typedef struct lease_sources {
    const lease_form *form;
    char *path[LEASE_FILES];
    unsigned n;      /* the last one is the store's own file */
    uint64_t limit;  /* of the last one */
    int some_beside; /* there are others than the last one */
} lease_sources;

/* A file being written anew, mostly by a thread of its own. */
typedef struct lease_rewrite {
    pthread_t thread;
    int is_running, has_thread;
    atomic_int is_done;
    lease_sources from;
    char *to;      /* path of the new file */
    uint64_t size; /* written */
    int failed;
    char error[LEASE_ERROR_MAX];
} lease_rewrite;

typedef struct lease_file {
    lease_store base;
    const lease_form *form;
    lease_store_config config;
    char *path;      /* the file; NULL for standard output */
    char *new_path;  /* where a new one is written */
    char *bad_path;  /* the quarantine */
    char shown[400]; /* the path for messages */
    int fd, lock;
    char *buf; /* not yet written */
    size_t len;
    uint64_t size, committed; /* of the file; what a commit covers */
    uint64_t base_size;       /* of the file when it was last written anew */
    int must_rewrite;         /* nothing may be appended before */
    int needs_feed;           /* the last line lacks its end */
    int is_replaced;          /* of a dump: it is in its place */
    lease_rewrite rewrite;
} lease_file;

/* -- the file (lease_file.c): 0, or -1 with errno -- */
/* All octets. */
int lease_file_write_all(int fd, const char *data, size_t len);
/* Durable. */
int lease_file_sync(int fd);
/* So is a rename in the directory of the path; errors are none: not every system can. */
void lease_file_sync_directory(const char *path);

/* -- what is read (lease_file_load.c) -- */
/* The files that there are now; -1 without memory. */
int lease_sources_find(lease_sources *ret, const lease_form *form, const char *path,
                       uint64_t limit);
void lease_sources_free(lease_sources *s);
/* Writes the last word on each address, and what is no lease, to a new file; its size.  0, or -1
 * with a sentence.  What is damaged is left out. */
int lease_sources_rewrite(const lease_sources *s, const char *to, uint64_t *ret_size, char *error,
                          size_t cap);

/* -- making it small again (lease_file_compact.c): 0, or -1 with a sentence -- */
/* Now, and waits for it. */
int lease_file_rewrite(lease_file *f, char *error, size_t cap);
/* Ends what is under way, without its result. */
void lease_file_abandon(lease_file *f);

/* lease_store_ops, with the kind's form. */
int lease_file_open(lease_store **ret, const lease_store_ops *ops, const lease_form *form,
                    const lease_store_config *config, char *error, size_t cap);
int lease_file_load(lease_store *s, lease_load_fn fn, void *user, lease_load_report *ret,
                    char *error, size_t cap);
int lease_file_append(lease_store *s, const lease_record *r, size_t n, char *error, size_t cap);
int lease_file_commit(lease_store *s, char *error, size_t cap);
int lease_file_compact(lease_store *s, char *error, size_t cap);
void lease_file_close(lease_store *s);

#endif
