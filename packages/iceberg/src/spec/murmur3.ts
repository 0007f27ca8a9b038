/** The 32-bit Murmur3 hash, x86 variant, seed 0 (spec, Appendix B), as a signed integer. */
export function murmur3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const blocks = bytes.length & ~3
  let hash = 0
  for (let at = 0; at < blocks; at += 4) {
    hash ^= scramble(view.getInt32(at, true))
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = bytes.length - 1; at >= blocks; at--) tail = (tail << 8) | (bytes[at] ?? 0)
  hash ^= scramble(tail) ^ bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

const eightBytes = (write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(8)
  write(new DataView(bytes.buffer))
  return bytes
}

/** The hash of a 64-bit integer's eight little-endian bytes; `int` and `date` values are hashed as this too. */
export function hashLong(value: bigint): number {
  return murmur3(eightBytes((view) => view.setBigInt64(0, value, true)))
}
