import type {Authorization} from './authorization.js'
import {type Grant, requestToken, type Token, type TokenClient} from './token-request.js'

export interface OAuth2Options extends TokenClient {
  /** A token that is there already. */
  readonly token: string | undefined
  /** False: a token is not exchanged for its successor (`token-exchange-enabled`). */
  readonly mayExchange: boolean
}

/** A token is renewed when so much of its time is left, in milliseconds, and no more than a tenth of it. */
const EARLY = 60_000

/**
 * Tokens by OAuth2: fetched when the first request needs one, and again before they expire or when the server takes one for expired. The
 * way is the first of the client's credentials, a refresh token, and an exchange of the token that one has. Who asks meanwhile waits for
 * the same answer.
 *
 * @throws PhloError as `requestToken` does
 */
export function oauth2(options: OAuth2Options): Authorization {
  const {now} = options
  let current: Promise<Timed> | undefined = options.token === undefined ? undefined : Promise.resolve(timed(given(options.token), now()))
  let asking: Promise<Timed> | undefined
  const grantAfter = (last: Token | undefined): Grant | undefined => {
    // A secret holds longer than what it brings.
    if (options.secret !== undefined) return {kind: 'client-credentials'}
    if (last?.refreshToken !== undefined) return {kind: 'refresh', token: last.refreshToken}
    return last && options.mayExchange ? {kind: 'exchange', token: last.value} : undefined
  }
  const renewed = async (): Promise<Timed | undefined> => {
    const grant = grantAfter(await current)
    if (!grant) return undefined
    asking ??= requestToken(options, grant)
      .then((token) => {
        const fresh = timed(token, now())
        current = Promise.resolve(fresh)
        return fresh
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  const valid = async (): Promise<Timed | undefined> => {
    const known = await current
    if (known && known.renewAt > now()) return known
    // A token that still holds is good enough while no other can be had.
    const stillHolds = known && (known.expiresAt ?? 0) > now()
    return (await (stillHolds ? renewed().catch(() => known) : renewed())) ?? known
  }
  return {
    async authorize({headers}) {
      const token = await valid()
      return token ? {...headers, authorization: `Bearer ${token.value}`} : headers
    },
    renew: async () => (await renewed()) !== undefined,
  }
}

interface Timed extends Token {
  /** Milliseconds since the epoch. */
  readonly renewAt: number
}

function timed(token: Token, now: number): Timed {
  const {expiresAt = Number.POSITIVE_INFINITY} = token
  return {...token, renewAt: expiresAt - Math.min(EARLY, (expiresAt - now) / 10)}
}

/** A token that somebody else fetched; one that is a JWT says when it ends. */
function given(value: string): Token {
  return {value, expiresAt: endOf(value), refreshToken: undefined}
}

function endOf(token: string): number | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const {exp} = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {readonly exp?: unknown}
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}
