import {describe, expect, test} from '@jest/globals'
import {openDatabase, parseDatabaseUrl} from '@phlo/state'
import fc from 'fast-check'

describe('the URL of a database', () => {
  test.each([
    ['sqlite:///state.db', 'state.db'],
    ['sqlite:///below/here/state.db', 'below/here/state.db'],
    ['sqlite:////var/lib/phlo/state.db', '/var/lib/phlo/state.db'],
    ['sqlite:///:memory:', ':memory:'],
    ['sqlite+pysqlite:////var/lib/phlo/state.db', '/var/lib/phlo/state.db'],
    ['sqlite:////été/a b%20c?.db', '/été/a b%20c?.db'],
  ])('%s is a SQLite file', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({dialect: 'sqlite', path})
  })

  test.each([
    ['postgresql://phlo@db.example:5432/state', 'postgresql://phlo@db.example:5432/state'],
    ['postgres://phlo:hunter2@db.example/state', 'postgresql://phlo:hunter2@db.example/state'],
    ['postgresql+psycopg2://phlo@db.example/state?sslmode=require', 'postgresql://phlo@db.example/state?sslmode=require'],
  ])('%s is a PostgreSQL server', (url, expected) => {
    expect(parseDatabaseUrl(url)).toEqual({dialect: 'postgres', url: expected})
  })

  test.each([
    [''],
    ['state.db'],
    ['sqlite:'],
    ['sqlite://'],
    ['sqlite:///'],
    ['sqlite://state.db'],
    ['SQLITE:///state.db'],
    ['mysql://db.example/state'],
    ['postgresql://'],
    ['postgresql:state'],
    ['postgresql://db.example:port/state'],
    ['postgresql://db.example:99999/state'],
    ['https://db.example/state'],
  ])('%j is none: one sentence names it, and says what would be one', async (url) => {
    const expected = {
      name: 'PhloError',
      code: 'INVALID_DATABASE_URL',
      exit: 2,
      message: `${JSON.stringify(url)} is not the URL of a database.`,
      suggestions: ['sqlite:////absolute/path.db', 'postgresql://user@host:5432/database'],
    }
    expect(() => parseDatabaseUrl(url)).toThrow(expect.objectContaining(expected))
    await expect(openDatabase(url)).rejects.toMatchObject(expected)
  })

  test('that is none never shows its password, whatever characters that has', () => {
    fc.assert(
      fc.property(
        fc.string({minLength: 8, unit: 'binary'}),
        fc.constantFrom('mysql', 'postgresql', 'postgres+psycopg2'),
        (password, scheme) => {
          const hidden = `pass${password}word`
          const failure = messageOf(() => parseDatabaseUrl(`${scheme}://phlo:${hidden}@db.example:port/state`))
          expect(failure).toBe(`"${scheme}://phlo:***@db.example:port/state" is not the URL of a database.`)
        },
      ),
    )
  })

  test('that is none never shows a password among its parameters', () => {
    expect(messageOf(() => parseDatabaseUrl('mysql://db.example/state?user=phlo&password=hunter2&ssl=true'))).toBe(
      '"mysql://db.example/state?user=phlo&password=***&ssl=true" is not the URL of a database.',
    )
  })
})

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was taken for the URL of a database')
}
