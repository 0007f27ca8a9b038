import {type PositionBitmap, sortedKeys} from './roaring.js'
import {BITMAP_WORDS, type Container, runOptimized, storedSize} from './roaring-container.js'
import {CONTAINERS, COOKIE, COOKIE_WITH_RUNS, OFFSETS_FROM} from './roaring-format.js'

/**
 * The portable form of a 64-bit Roaring bitmap, as Java writes it: run-optimised, but without the empty bitmaps that Java puts
 * where a key is missing (Roaring format, "Extension for 64-bit implementations").
 */
export function serializeBitmap(bitmap: PositionBitmap): Uint8Array {
  const groups = Map.groupBy(sortedKeys(bitmap), (key) => Math.floor(key / CONTAINERS))
  const count = Buffer.alloc(8)
  count.writeUInt32LE(groups.size)
  const parts: Uint8Array[] = [count]
  for (const [high, keys] of groups) {
    const key = Buffer.alloc(4)
    key.writeUInt32LE(high)
    const containers = keys.map((each) => [each % CONTAINERS, runOptimized(bitmap.containers.get(each) as Container)] as const)
    parts.push(key, bitmap32(containers))
  }
  return Buffer.concat(parts)
}

function bitmap32(containers: readonly (readonly [number, Container])[]): Uint8Array {
  const count = containers.length
  const hasRuns = containers.some(([, {kind}]) => kind === 'runs')
  const flags = hasRuns ? Math.ceil(count / 8) : 0
  const hasOffsets = !hasRuns || count >= OFFSETS_FROM
  const header = Buffer.alloc((hasRuns ? 4 + flags : 8) + count * (hasOffsets ? 8 : 4))
  let at = header.writeUInt32LE(hasRuns ? COOKIE_WITH_RUNS + (count - 1) * 65_536 : COOKIE)
  if (!hasRuns) at = header.writeUInt32LE(count, at)
  containers.forEach(([, {kind}], index) => {
    if (kind === 'runs') header[at + (index >>> 3)] = (header[at + (index >>> 3)] as number) | (1 << (index & 7))
  })
  at += flags
  for (const [key, {size}] of containers) at = header.writeUInt16LE(size - 1, header.writeUInt16LE(key, at))
  let offset = header.length
  for (const [, container] of hasOffsets ? containers : []) {
    at = header.writeUInt32LE(offset, at)
    offset += storedSize(container)
  }
  return Buffer.concat([header, ...containers.map(([, container]) => containerBytes(container))])
}

function containerBytes(container: Container): Uint8Array {
  const bytes = Buffer.allocUnsafe(storedSize(container))
  if (container.kind === 'bitmap') {
    for (let at = 0; at < BITMAP_WORDS; at++) bytes.writeUInt32LE(container.words[at] as number, at * 4)
    return bytes
  }
  const [values, count] = container.kind === 'array' ? [container.values, container.size] : [container.runs, container.runs.length]
  let at = container.kind === 'runs' ? bytes.writeUInt16LE(count / 2) : 0
  for (let index = 0; index < count; index++) at = bytes.writeUInt16LE(values[index] as number, at)
  return bytes
}
