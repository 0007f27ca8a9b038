import type {FileIO} from '@phlo/core'

/** A FileIO in which what is below a folder is found below another, as if it had never been moved. Nothing can be written through it. */
export function mappedIO(io: FileIO, from: string, to: string): FileIO {
  const prefixes = [`file://${from}/`, `file:${from}/`, `${from}/`]
  const there = (path: string) => {
    const prefix = prefixes.find((one) => path.startsWith(one))
    return prefix === undefined ? path : `${to}/${path.slice(prefix.length)}`
  }
  return {
    ...io,
    open: (path, options) => io.open(there(path), options),
    readAll: (path) => io.readAll(there(path)),
    stat: async (path) => {
      const info = await io.stat(there(path))
      return info && {...info, path}
    },
  }
}
