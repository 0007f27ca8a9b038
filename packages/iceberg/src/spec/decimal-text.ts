/** An unscaled decimal as the specification writes it: `14.20`; with a negative scale `2E+20`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale < 0) return unscaled === 0n ? `0E+${-scale}` : `${unscaled}E+${-scale}`
  if (scale === 0) return unscaled.toString()
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/** The unscaled value of a decimal's text at a scale; undefined when it is none or does not fit the scale exactly. */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text.trim())
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? []
  if (!match || whole + fraction === '') return undefined
  const shift = scale - fraction.length + Number(exponent)
  const digits = BigInt(whole + fraction)
  const unscaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  if (shift < 0 && unscaled * 10n ** BigInt(-shift) !== digits) return undefined
  return sign === '-' ? -unscaled : unscaled
}

/** Two's complement, big-endian, in the fewest bytes that hold it (spec, Appendix D `decimal`). */
export function bigintToBytes(value: bigint): Uint8Array {
  let length = 1
  while (BigInt.asIntN(8 * length, value) !== value) length++
  return bigintToFixed(value, length)
}

/** Two's complement, big-endian, in exactly `length` bytes. */
export function bigintToFixed(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let rest = BigInt.asUintN(8 * length, value)
  for (let at = length - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** The inverse of both. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return BigInt.asIntN(8 * bytes.length, value)
}
