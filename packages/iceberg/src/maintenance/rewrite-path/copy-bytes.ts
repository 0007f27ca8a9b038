import {createHash} from 'node:crypto'
import type {FileIO, InputFile, OutputFile} from '@phlo/core'

const CHUNK = 8 * 1024 * 1024

/** The first bytes of a file, in pieces that fit in memory. */
async function* chunksOf(file: InputFile, length: number, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for (let at = 0; at < length; at += CHUNK) {
    signal?.throwIfAborted()
    yield await file.read(at, Math.min(CHUNK, length - at))
  }
}

/**
 * Writes the first `length` bytes of a file to another one, which is left open.
 *
 * @returns their SHA-256 in hexadecimal digits
 */
export async function copyBytes(from: InputFile, to: OutputFile, length: number, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of chunksOf(from, length, signal)) {
    hash.update(bytes)
    await to.write(bytes)
  }
  return hash.digest('hex')
}

/** Size in bytes and SHA-256 of a file. */
export async function fingerprint(
  io: FileIO,
  path: string,
  signal?: AbortSignal,
): Promise<{readonly size: number; readonly sha256: string}> {
  const file = await io.open(path)
  try {
    const hash = createHash('sha256')
    for await (const bytes of chunksOf(file, file.size, signal)) hash.update(bytes)
    return {size: file.size, sha256: hash.digest('hex')}
  } finally {
    await file.close()
  }
}
