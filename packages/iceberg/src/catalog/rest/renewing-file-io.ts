import type {FileIO, InputFile} from '@phlo/core'

/** A FileIO, and how long its credentials hold, in milliseconds since the epoch. */
export interface Lease {
  readonly io: FileIO
  /** When others should take its place. */
  readonly renewAt: number
  readonly endsAt: number
}

/**
 * A FileIO that another takes the place of before its credentials end, for files that are open too. Whoever asks while others are being
 * fetched waits for them; when they cannot be had, the old ones serve as long as they hold.
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
    open: async (path, options) => openFollowing(current, path, options),
    readAll: async (path) => (await current()).readAll(path),
    create: async (path) => (await current()).create(path, {current}),
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

/** A file that is opened again, at the size that is known, by whatever is current when it is read. */
async function openFollowing(current: () => Promise<FileIO>, path: string, options: Parameters<FileIO['open']>[1]): Promise<InputFile> {
  const io = await current()
  const first = await io.open(path, options)
  const {size} = first
  const opened = new Map([[io, Promise.resolve(first)]])
  const fileOf = (now: FileIO) => {
    const file = opened.get(now) ?? now.open(path, {size})
    opened.set(now, file)
    file.catch(() => opened.delete(now))
    return file
  }
  return {
    path,
    size,
    read: async (start, length) => (await fileOf(await current())).read(start, length),
    async close() {
      const files = await Promise.allSettled(opened.values())
      await Promise.all(files.map((file) => file.status === 'fulfilled' && file.value.close()))
    },
  }
}
