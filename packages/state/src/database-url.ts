import {maskUrls, usage} from '@phlo/core'

/** Where a database is, in the URL forms of PyIceberg's SQL catalog (SQLAlchemy's). */
export type DatabaseLocation =
  /** `path` is a file, or `:memory:`. */
  {readonly dialect: 'sqlite'; readonly path: string} | {readonly dialect: 'postgres'; readonly url: string}

/**
 * Reads `sqlite:////absolute.db`, `sqlite:///relative.db`, `sqlite:///:memory:`, `postgresql://…` and `postgres://…`; a driver in the
 * scheme (`postgresql+psycopg2`) is not looked at.
 *
 * @throws PhloError `INVALID_DATABASE_URL` (exit 2), with the password masked
 */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  const sqlite = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/s.exec(url)?.[1]
  if (sqlite !== undefined) return {dialect: 'sqlite', path: sqlite}
  const postgres = /^postgres(?:ql)?(?:\+\w+)?:\/\/(.+)$/s.exec(url)?.[1]
  if (postgres !== undefined && URL.canParse(`postgresql://${postgres}`)) return {dialect: 'postgres', url: `postgresql://${postgres}`}
  throw usage('INVALID_DATABASE_URL', `${JSON.stringify(maskUrls(withoutPassword(url)))} is not the URL of a database.`, [
    'sqlite:////absolute/path.db',
    'postgresql://user@host:5432/database',
  ])
}

/** A password that was not escaped may have any character, so that it ends at the last `@` of the text. */
const withoutPassword = (url: string) => url.replace(/(:\/\/[^:@/]*):.*@/s, '$1:***@')
