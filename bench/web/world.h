/** @file
 * The case database of a load test, from the side of the test: who logs in, what there is to ask
 * for, and whether what was acknowledged stands in it afterwards.
 *
 * Example:
 * @code
 *   world w;
 *   world_open(&w, "load.hwc", 200, 1);
 *   const char *code = world_pick(&w, WORLD_FAMILY, &random);
 *   // ... the load ...
 *   world_check(&w, reasons, n_reasons);
 *   world_close(&w);
 * @endcode
 */
#ifndef HW_BENCH_WEB_WORLD_H
#define HW_BENCH_WEB_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/random.h"

/** What can be asked for. */
typedef enum world_pool {
  WORLD_FAMILY,
  WORLD_MISSING, /**< missing persons */
  WORLD_REMAINS,
  WORLD_DOSSIER,
  WORLD_SITE,
  WORLD_ACCESSION,
  WORLD_SPECIMEN,
  WORLD_PERSON,
  WORLD_IDENTIFICATION,
  WORLD_RUN,
  WORLD_N_POOLS
} world_pool;

#define WORLD_PASSWORD "many feet make the path"

typedef enum world_role {
  WORLD_READER,
  WORLD_ANALYST,
  WORLD_REVIEWER,
  WORLD_OFFICER,
  WORLD_BOARD
} world_role;

typedef struct world {
  const char *location;
  struct {
    int n;
    char **codes;
    int64_t *ids;
  } pools[WORLD_N_POOLS];
  int64_t head;      /**< newest audit entry before the load */
  int64_t n_persons; /**< in the database */
} world;

/** Registers users that are missing, "load-1" …, and chooses a sample of every pool. */
void world_open(world *self, const char *location, int n_users, uint64_t seed);
void world_close(world *self);
/** The role of a user, from 0: of ten, three read only. */
world_role world_role_of(int user);
/** A random code; NULL if the database has none of these. */
const char *world_pick(const world *self, world_pool pool, hw_random *random);
/** A random id, to begin a list at. */
int64_t world_pick_id(const world *self, world_pool pool, hw_random *random);

/** What stands in the audit chain since world_open. */
typedef struct world_written {
  size_t n_entries;
  size_t n_found, n_lost; /**< of what was acknowledged */
} world_written;

/** Compares the reasons of all entries since with those that were acknowledged. Sorts both. */
world_written world_compare(const world *self, char **acknowledged, size_t n);

#endif
