import type {FileIO} from '@phlo/core'

/** A FileIO, and how long its credentials hold, in milliseconds since the epoch. */
export interface Lease {
  readonly io: FileIO
  /** When others should take its place. */
  readonly renewAt: number
  readonly endsAt: number
}

/**
 * A FileIO that another takes the place of before its credentials end. Files that are open stay with the one that opened them. Whoever
 * asks while others are being fetched waits for them; when they cannot be had, the old ones serve as long as they hold.
 */
export function renewingFileIO({
  first,
  next,
  now,
}: {
  readonly first: Lease
  readonly next: () => Promise<Lease>
  readonly now: () => number
}): FileIO {
  const leases = [first]
  let last = first
  let renewal: Promise<Lease> | undefined
  const renewed = () => {
    renewal ??= next()
      .then((lease) => {
        leases.push(lease)
        last = lease
        return lease
      })
      .finally(() => {
        renewal = undefined
      })
    return renewal
  }
  const current = async (): Promise<FileIO> => {
    const known = last
    if (now() < known.renewAt) return known.io
    return (await (now() < known.endsAt ? renewed().catch(() => known) : renewed())).io
  }
  return {
    open: async (path, options) => (await current()).open(path, options),
    readAll: async (path) => (await current()).readAll(path),
    create: async (path) => (await current()).create(path),
    stat: async (path) => (await current()).stat(path),
    async *list(prefix) {
      yield* (await current()).list(prefix)
    },
    delete: async (paths) => (await current()).delete(paths),
    move: async (from, to) => (await current()).move(from, to),
    async close() {
      await Promise.all(leases.map(({io}) => io.close()))
    },
  }
}
