/* SPDX-License-Identifier: MIT */
#include "ledger/io/hashing.h"

#include "engine/base/alloc.h"
#include "engine/base/task.h"

#include <string.h>

enum {
    ALONE = 1 << 20, /* bytes that are hashed before another core is asked */
    BLOCK = 1 << 18,
    BLOCKS = 64
};

/* A ring of blocks: `added` and `hashed` count them. */
struct umi_hashing {
    umi_sha256 sha;
    size_t alone; /* bytes hashed here */
    bool tried, beside, ended;
    umi_task task;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t added, hashed;
    size_t len[BLOCKS];
    unsigned char *bytes; /* of all blocks */
};

umi_status umi_hashing_new(umi_hashing **out, umi_error *err)
{
    umi_hashing *h = umi_alloc_array(1, sizeof *h);
    if (h == NULL)
        return umi_fail_memory(err);
    umi_sha256_init(&h->sha);
    (void)pthread_mutex_init(&h->lock, NULL);
    (void)pthread_cond_init(&h->moved, NULL);
    *out = h;
    return UMI_OK;
}

/* Whether a block waits; false when there will be no more. */
static bool wait_for_one(umi_hashing *h)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->added == h->hashed && !h->ended)
        (void)pthread_cond_wait(&h->moved, &h->lock);
    bool waits = h->added != h->hashed;
    (void)pthread_mutex_unlock(&h->lock);
    return waits;
}

static void hash_blocks(void *self)
{
    umi_hashing *h = self;
    while (wait_for_one(h)) {
        size_t at = h->hashed % BLOCKS;
        umi_sha256_update(&h->sha, h->bytes + at * BLOCK, h->len[at]);
        (void)pthread_mutex_lock(&h->lock);
        h->hashed++;
        (void)pthread_cond_signal(&h->moved);
        (void)pthread_mutex_unlock(&h->lock);
    }
}

/* Without memory or a thread it is done here, as it was begun. */
static void try_beside(umi_hashing *h)
{
    h->tried = true;
    if (umi_alloc_watched())
        return;
    h->bytes = umi_alloc((size_t)BLOCKS * BLOCK);
    if (h->bytes == NULL)
        return;
    umi_task_start(&h->task, hash_blocks, h);
    h->beside = h->task.beside;
}

static void pass_on(umi_hashing *h, const unsigned char *bytes, size_t len)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->added - h->hashed == BLOCKS)
        (void)pthread_cond_wait(&h->moved, &h->lock);
    (void)pthread_mutex_unlock(&h->lock);
    size_t at = h->added % BLOCKS; /* nobody looks at it yet */
    memcpy(h->bytes + at * BLOCK, bytes, len);
    h->len[at] = len;
    (void)pthread_mutex_lock(&h->lock);
    h->added++;
    (void)pthread_cond_signal(&h->moved);
    (void)pthread_mutex_unlock(&h->lock);
}

void umi_hashing_add(umi_hashing *h, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    if (!h->tried && h->alone >= ALONE)
        try_beside(h);
    if (!h->beside) {
        umi_sha256_update(&h->sha, bytes, len);
        h->alone += len;
        return;
    }
    for (size_t n; len > 0; at += n, len -= n) {
        n = len < BLOCK ? len : BLOCK;
        pass_on(h, at, n);
    }
}

static void end(umi_hashing *h)
{
    if (!h->beside)
        return;
    (void)pthread_mutex_lock(&h->lock);
    h->ended = true;
    (void)pthread_cond_signal(&h->moved);
    (void)pthread_mutex_unlock(&h->lock);
    umi_task_join(&h->task);
    h->beside = false;
}

umi_hash umi_hashing_end(umi_hashing *h)
{
    end(h);
    return umi_sha256_final(&h->sha);
}

void umi_hashing_free(umi_hashing *h)
{
    if (h == NULL)
        return;
    end(h);
    (void)pthread_mutex_destroy(&h->lock);
    (void)pthread_cond_destroy(&h->moved);
    umi_free(h->bytes);
    umi_free(h);
}
