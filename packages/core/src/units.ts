import type {PhloError} from './errors.js'
import {usage} from './errors-of-tables.js'

const KIB = 1024
const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: KIB,
  KiB: KIB,
  MB: KIB ** 2,
  MiB: KIB ** 2,
  GB: KIB ** 3,
  GiB: KIB ** 3,
  TB: KIB ** 4,
  TiB: KIB ** 4,
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const DURATION_UNITS: Readonly<Record<string, number>> = {ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY}

/**
 * Bytes of a size as people write it: `512MB`, `1.5 GiB`, `1048576`. As in Iceberg's and Spark's own settings KB, MB, GB and TB are
 * powers of 1024, the same as KiB, MiB, GiB and TiB. A bare number is bytes.
 *
 * @throws PhloError `INVALID_SIZE` (exit 2) for anything else, a negative size and a unit in other case (`512Mib`) included.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim())
  const unit = SIZE_UNITS[match?.[2] ?? '']
  const bytes = match && unit !== undefined ? Math.round(Number(match[1]) * unit) : Number.NaN
  if (Number.isSafeInteger(bytes)) return bytes
  throw usage('INVALID_SIZE', `${JSON.stringify(text)} is not a size: write a number and KB, MB, GB or TB, such as 512MB.`, [
    nearbySize(match?.[1], match?.[2]) ?? '512MB',
  ])
}

function nearbySize(number: string | undefined, unit: string | undefined): string | undefined {
  const meant = Object.keys(SIZE_UNITS).find((known) => known !== '' && known.toLowerCase() === unit?.toLowerCase())
  return number !== undefined && meant !== undefined && meant !== unit ? `${number}${meant}` : undefined
}

/**
 * Milliseconds of a duration: `5d`, `24h`, `30m`, `10s`, `500ms`, or ISO 8601 with units of one length (`P30D`, `PT1H30M`, `P2W`).
 *
 * @throws PhloError `INVALID_DURATION` (exit 2) for anything else: negative ones, months and years included.
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim()
  const plain = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(trimmed)
  const milliseconds = plain ? Math.round(Number(plain[1]) * (DURATION_UNITS[plain[2] ?? ''] ?? Number.NaN)) : isoDuration(trimmed)
  if (milliseconds !== undefined && Number.isSafeInteger(milliseconds)) return milliseconds
  throw invalidDuration(text)
}

function isoDuration(text: string): number | undefined {
  const match = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text)
  if (!match) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number]
  return Math.round((weeks * 7 + days) * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND)
}

function invalidDuration(text: string): PhloError {
  const positive = /^-(\d+(?:ms|s|m|h|d))$/.exec(text.trim())?.[1]
  return usage('INVALID_DURATION', `${JSON.stringify(text)} is not a duration: write a number and ms, s, m, h or d, such as 5d or 24h.`, [
    positive ?? '5d',
  ])
}

/**
 * Milliseconds since the epoch of an ISO 8601 date or date and time: `2026-01-31`, `2026-01-31T12:00:00Z`, `2026-01-31 12:00+02:00`.
 * Without an offset it is UTC.
 *
 * @throws PhloError `INVALID_TIMESTAMP` (exit 2), also for a day that its month does not have.
 */
export function parseTimestamp(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text.trim())
  const [, year, month, day, time = '00:00', offset = 'Z'] = match ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  const milliseconds = Date.parse(`${year}-${month}-${day}T${time}${offset}`)
  if (match && !Number.isNaN(milliseconds) && date.getUTCDate() === Number(day)) return milliseconds
  throw usage('INVALID_TIMESTAMP', `${JSON.stringify(text)} is not a date or a time: write it as ISO 8601, such as 2026-01-31T12:00:00Z.`, [
    '2026-01-31T12:00:00Z',
  ])
}

/** `2026-01-31T12:00:00Z`: ISO 8601 in UTC, with milliseconds where there are any, as `parseTimestamp` reads it. */
export function formatTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z')
}

/** `0 B`, `1.5 KiB`, `512 MiB`: at most one decimal, and a form that `parseSize` reads. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (Math.abs(round(value)) >= KIB && unit < units.length - 1) {
    value /= KIB
    unit += 1
  }
  return `${round(value)} ${units[unit]}`
}

/** `340 ms`, `1.2 s`, `3 m 20 s`, `2 h 5 m`, `4 d 3 h`: the two largest units. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatDuration(-milliseconds)}`
  if (Math.round(milliseconds) < SECOND) return `${Math.round(milliseconds)} ms`
  if (round(milliseconds / SECOND) < 60) return `${round(milliseconds / SECOND)} s`
  if (Math.round(milliseconds / SECOND) * SECOND < HOUR) return twoUnits(milliseconds, MINUTE, 'm', SECOND, 's')
  if (Math.round(milliseconds / MINUTE) * MINUTE < DAY) return twoUnits(milliseconds, HOUR, 'h', MINUTE, 'm')
  return twoUnits(milliseconds, DAY, 'd', HOUR, 'h')
}

function twoUnits(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rounded = Math.round(milliseconds / small) * small
  const rest = Math.round((rounded % large) / small)
  return `${Math.floor(rounded / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}

/** `1,234,567`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString('en-US')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
