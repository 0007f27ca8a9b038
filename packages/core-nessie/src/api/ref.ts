import {parseTimestamp, refused, usage} from '@phlo/core'

/** A state of a catalog as it is named: `main`, `main@2e1cfa82`, `main~3`, `main*2026-01-31T12:00:00Z`, a hash. */
export interface Ref {
  /** As it was typed. */
  readonly text: string
  /** Undefined for a hash alone. */
  readonly name: string | undefined
  /** Whether it is the head of a branch or tag, whatever that is when it is asked for. */
  readonly isHead: boolean
  /** Whether it goes from a commit to others (`~`, `^`, `*`), for which a server has to know Nessie's specification 2.1. */
  readonly isRelative: boolean
  /** One segment of a path. */
  readonly path: string
}

/** Since when references may be relative to a hash everywhere (Nessie's specification). */
export const RELATIVE_REFS = [2, 1, 1] as const

const HASH = /^[0-9a-fA-F]{8,64}$/
const NAME = /^(?:[A-Za-z](?:(?:(?!\.\.)[A-Za-z0-9./_-])*[A-Za-z0-9_-])?|-)$/
const WHOLE = /^([^@~^*]*)(?:@([0-9a-fA-F]{8,64})?)?((?:[~^]\d+|\*[^~^*@]+)*)$/

/**
 * Reads the name of a state ("Reference", Nessie's API v2). Times are as everywhere in Phlo.
 *
 * @throws PhloError `INVALID_REF` (exit 2), `INVALID_TIMESTAMP` (exit 2)
 */
export function parseRef(text: string): Ref {
  if (HASH.test(text)) return {text, name: undefined, isHead: false, isRelative: false, path: encodeURIComponent(`@${text}`)}
  const [, name = '', hash, steps = ''] = WHOLE.exec(text) ?? []
  const isNamed = NAME.test(name)
  if ((!isNamed && (name !== '' || hash === undefined)) || (text.includes('@') && hash === undefined)) {
    throw usage(
      'INVALID_REF',
      `${JSON.stringify(text)} is not a branch, a tag or a commit: write main, main@<hash>, main~2 or main*<time>.`,
    )
  }
  const path = `${name}${hash === undefined ? '' : `@${hash}`}${steps.replace(/\*([^~^*@]+)/g, (_, time: string) => `*${millisecondsOf(time)}`)}`
  return {
    text,
    name: isNamed ? name : undefined,
    isHead: hash === undefined && steps === '',
    isRelative: steps !== '',
    path: encodeURIComponent(path),
  }
}

/** A name that a new branch or tag can have. @throws PhloError `INVALID_REF` (exit 2) */
export function assertRefName(name: string): void {
  if (NAME.test(name) && name !== '-' && !HASH.test(name) && !/^(?:head|detached)$/i.test(name)) return
  throw usage(
    'INVALID_REF',
    `${JSON.stringify(name)} cannot be the name of a branch or tag: it begins with a letter, goes on with letters, digits and ./_-, and must not look like a hash.`,
  )
}

/** Refuses what a server does not know yet. */
export function assertKnown(ref: Ref, catalog: string, knowsRelative: boolean): void {
  if (!ref.isRelative || knowsRelative) return
  throw refused(
    'NOT_SUPPORTED_BY_CATALOG',
    `The server of catalog ${catalog} is too old for ${ref.text}: Nessie 0.67 knows such references.`,
  )
}

/** Nessie takes milliseconds since the epoch as they are. */
const millisecondsOf = (time: string) => (/^\d{9,}$/.test(time) ? Number(time) : parseTimestamp(time))
