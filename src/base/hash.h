/* SHA-256 (FIPS 180-4, by OpenSSL) for chains and stored secrets, and a fast unkeyed hash for
 * tables in memory. */
#ifndef KONTOR_HASH_H
#define KONTOR_HASH_H

#include "base/text.h"

typedef struct {
    uint8_t b[32];
} sha256_t;

#define SHA256_HEX 64

/* One-shot; the digest context is cached per thread. */
void sha256(const void *bytes, size_t n, sha256_t *out);

/* Hash of a sequence of parts, each preceded by its length (8 bytes, big-endian; no value counts as
 * 0), so that ("ab","c") differs from ("a","bc"). */
void sha256_parts(const text_t *parts, size_t n, sha256_t *out);
void sha256_hex(const sha256_t *h, char out[static SHA256_HEX + 1]);
bool sha256_eq(const sha256_t *a, const sha256_t *b); /* in constant time */

/* FNV-1a, for hash tables only. */
uint64_t hash_bytes(const void *bytes, size_t n);
uint64_t hash_i64(int64_t v);

#endif
