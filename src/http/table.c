/* The table of connections: who is connected, how many from each address, and in which phase.
 *
 * A connection is in the table from MHD's notice that it began to the notice that it ended; MHD
 * closes the socket after the latter, so under table_lock every fd in the table is open. */
#include "http/server.h"

#include "base/hash.h"

#include <arpa/inet.h>
#include <stdlib.h>

static void peer_key(const struct sockaddr *address, uint8_t key[16])
{
    static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    memset(key, 0, 16);
    if (address->sa_family == AF_INET) {
        memcpy(key, mapped, 12);
        memcpy(key + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        const uint8_t *v6 = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
        memcpy(key, v6, memcmp(v6, mapped, 12) == 0 ? 16 : 8);
    }
}

static void print_address(const struct sockaddr *address, char out[static INET6_ADDRSTRLEN])
{
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
    out[0] = '\0';
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, out, INET6_ADDRSTRLEN);
    } else if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6)) {
        inet_ntop(AF_INET, v6->s6_addr + 12, out, INET6_ADDRSTRLEN);
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, v6, out, INET6_ADDRSTRLEN);
    }
}

static struct peer **peer_slot(struct http_server *s, const uint8_t key[16])
{
    struct peer **at = &s->peers[hash_bytes(key, 16) % PEER_BUCKETS];
    while (*at && memcmp((*at)->key, key, 16) != 0) {
        at = &(*at)->next;
    }
    return at;
}

bool table_admits(struct http_server *s, const struct sockaddr *address)
{
    uint8_t key[16];
    char printed[INET6_ADDRSTRLEN];
    peer_key(address, key);
    print_address(address, printed);
    bool counted = !proxies_trust(&s->config.trusted, text_of(printed));
    mutex_lock(&s->table_lock);
    const struct peer *p = *peer_slot(s, key);
    bool full = s->n_conns >= s->config.connections_max ||
                (counted && p && p->connections >= s->config.per_address_max);
    mutex_unlock(&s->table_lock);
    if (full) {
        atomic_fetch_add(&s->refused, 1);
    }
    return !full;
}

/* Under the lock. NULL without memory. */
static struct peer *peer_enter(struct http_server *s, const struct sockaddr *address)
{
    uint8_t key[16];
    peer_key(address, key);
    struct peer **at = peer_slot(s, key);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at) {
            return NULL;
        }
        memcpy((*at)->key, key, 16);
    }
    (*at)->connections++;
    return *at;
}

static void peer_leave(struct http_server *s, struct peer *p)
{
    if (--p->connections == 0) {
        *peer_slot(s, p->key) = p->next;
        free(p);
    }
}

struct conn *table_add(struct http_server *s, int fd, const struct sockaddr *address)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c) {
        return NULL;
    }
    c->server = s;
    c->fd = fd;
    print_address(address, c->address);
    atomic_init(&c->phase, PHASE_HEADER);
    atomic_init(&c->deadline_us, clock_monotonic_us() + (int64_t)s->config.header_ms * 1000);
    mutex_lock(&s->table_lock);
    c->peer = peer_enter(s, address);
    if (c->peer) {
        c->next = s->conns;
        if (c->next) {
            c->next->prev = c;
        }
        s->conns = c;
        s->n_conns++;
    }
    mutex_unlock(&s->table_lock);
    if (!c->peer) {
        free(c);
        return NULL;
    }
    return c;
}

void table_remove(struct conn *c)
{
    struct http_server *s = c->server;
    mutex_lock(&s->table_lock);
    peer_leave(s, c->peer);
    if (c->prev) {
        c->prev->next = c->next;
    } else {
        s->conns = c->next;
    }
    if (c->next) {
        c->next->prev = c->prev;
    }
    s->n_conns--;
    mutex_unlock(&s->table_lock);
    free(c);
}

bool conn_enter(struct conn *c, enum phase phase, int64_t deadline_us)
{
    /* The deadline first: whoever sees the old phase with it at worst waits longer. */
    atomic_store(&c->deadline_us, deadline_us);
    uint64_t old = atomic_load(&c->phase);
    uint64_t turn = old >> PHASE_BITS;
    return (old & ((1u << PHASE_BITS) - 1)) != PHASE_CUT &&
           atomic_compare_exchange_strong(&c->phase, &old, turn << PHASE_BITS | phase);
}

void conn_next_turn(struct conn *c, int64_t deadline_us)
{
    atomic_store(&c->deadline_us, deadline_us);
    uint64_t old = atomic_load(&c->phase);
    if ((old & ((1u << PHASE_BITS) - 1)) != PHASE_CUT) {
        uint64_t next = ((old >> PHASE_BITS) + 1) << PHASE_BITS | PHASE_HEADER;
        /* Fails only against the watchdog, who then has cut it. */
        (void)atomic_compare_exchange_strong(&c->phase, &old, next);
    }
}
