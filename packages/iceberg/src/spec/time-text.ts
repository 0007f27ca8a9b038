/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

/** Year, month (1 to 12) and day of a number of days since 1970-01-01. */
export function dateOf(days: number): {readonly year: number; readonly month: number; readonly day: number} {
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  }
}

/** Division that rounds towards negative infinity. `divisor` is positive. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value % divisor < 0n ? quotient - 1n : quotient
}

/** `2017-11-16`; years beyond four digits with a sign, as ISO 8601 and Java have it. */
export function formatDate(days: number): string {
  const {year, month, day} = dateOf(days)
  return `${formatYear(year)}-${pad(month)}-${pad(day)}`
}

export function formatYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0')
  return year < 0 ? `-${digits}` : year > 9999 ? `+${digits}` : digits
}

export const pad = (part: number, width = 2) => String(part).padStart(width, '0')

/** `22:31:08.123456` for a time of day in units of 10^-digits seconds, with exactly so many digits. */
export function formatTime(units: bigint, digits: 6 | 9): string {
  const perSecond = 10n ** BigInt(digits)
  const seconds = Number(units / perSecond)
  const clock = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return `${clock}.${String(units % perSecond).padStart(digits, '0')}`
}

/** `2017-11-16T22:31:08.123456` for units of 10^-digits seconds since the epoch. */
export function formatTimestamp(units: bigint, digits: 6 | 9): string {
  const perDay = 86_400n * 10n ** BigInt(digits)
  const days = floorDivide(units, perDay)
  return `${formatDate(Number(days))}T${formatTime(units - days * perDay, digits)}`
}

const DATE = /^([+-]?\d{4,9})-(\d{2})-(\d{2})$/
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/

/** Days since the epoch of `2017-11-16`; undefined when it is no date. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text)
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const days = daysOf(year, month, day)
  const back = dateOf(days)
  return back.year === year && back.month === month && back.day === day ? days : undefined
}

/** Units of 10^-digits seconds of `22:31:08.123456`; undefined when it is no time or has more digits than fit. */
export function parseTime(text: string, digits: 6 | 9): bigint | undefined {
  const match = TIME.exec(text)
  if (!match) return undefined
  const [hours, minutes, seconds, fraction] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0), match[4] ?? '']
  if (hours > 23 || minutes > 59 || seconds > 59 || /[1-9]/.test(fraction.slice(digits))) return undefined
  return BigInt(hours * 3600 + minutes * 60 + seconds) * 10n ** BigInt(digits) + BigInt(fraction.slice(0, digits).padEnd(digits, '0'))
}

/** Units of 10^-digits seconds since the epoch of `2017-11-16T22:31:08.123456` (or with a blank); undefined when it is none. */
export function parseTimestamp(text: string, digits: 6 | 9): bigint | undefined {
  const [date = '', time = '', ...rest] = text.split(/[T ]/)
  const days = parseDate(date)
  const units = parseTime(time, digits)
  if (days === undefined || units === undefined || rest.length > 0) return undefined
  return BigInt(days) * 86_400n * 10n ** BigInt(digits) + units
}

/** The same with a zone: `Z`, `+00:00`, `-08:00`. Undefined when there is none. */
export function parseTimestampWithZone(text: string, digits: 6 | 9): bigint | undefined {
  const match = /^(.*?)(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(text)
  if (!match) return undefined
  const local = parseTimestamp(match[1] ?? '', digits)
  if (local === undefined) return undefined
  const minutes = Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0)
  const offset = BigInt(match[2] === '-' ? -minutes : minutes) * 60n * 10n ** BigInt(digits)
  return local - offset
}
