/** More than this between two clocks is worth a warning; S3 refuses requests that are 15 minutes off. Milliseconds. */
export const TOLERATED_SKEW = 60_000

/**
 * By how many milliseconds a server's clock is ahead of ours, from the `Date` header of any answer; undefined when it does not tell.
 * The header has whole seconds, so a second is noise.
 */
export async function measureClockSkew(url: string, now: () => number, signal: AbortSignal): Promise<number | undefined> {
  const before = now()
  const response = await fetch(url, {method: 'HEAD', redirect: 'manual', signal}).catch(() => undefined)
  const told = Date.parse(response?.headers.get('date') ?? '')
  await response?.body?.cancel()
  return Number.isNaN(told) ? undefined : Math.round(told + 500 - (before + now()) / 2)
}
