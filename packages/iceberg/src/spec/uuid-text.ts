/** The 16 bytes of a uuid, big-endian (spec, Appendix D); undefined when the text is no uuid. */
export function uuidToBytes(text: string): Uint8Array | undefined {
  const hex = text.replaceAll('-', '')
  return /^[0-9a-fA-F]{32}$/.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined
}

/** Lower case with hyphens. */
export function bytesToUuid(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
