import type {ResolvedVacuumOptions} from './options.js'

/** A path taken apart: `s3a://bucket/key` is prefix `s3://bucket` and path `/key`. */
export interface Location {
  readonly prefix: string
  readonly path: string
}

type Equalities = Pick<ResolvedVacuumOptions, 'equalSchemes' | 'equalAuthorities'>

/**
 * Takes a path apart, with equal schemes and authorities made the same. The path itself stays byte for byte: on S3 `a//b` and
 * `a/b` are two objects. A local path has the prefix `file://`, however it is written.
 */
export function parseLocation(text: string, {equalSchemes, equalAuthorities}: Equalities): Location {
  const match = /^([A-Za-z][\w+.-]*):(?:\/\/([^/]*))?(\/.*)?$/s.exec(text)
  if (!match) return {prefix: 'file://', path: text}
  const [, scheme = '', authority = '', path = ''] = match
  const lower = scheme.toLowerCase()
  return {prefix: `${equalSchemes[lower] ?? lower}://${equalAuthorities[authority] ?? authority}`, path}
}
