import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative} from 'node:path'
import {createInterface} from 'node:readline'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {type OpenOptions, openDatabase} from '@phlo/state'
import {sql} from 'kysely'

interface Tables {
  visits: {id: number}
}

const writer = join(import.meta.dirname, 'writer.mjs')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlo-sqlite-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

const at = (...names: string[]) => join(folder, ...names)
const open = (path: string, options?: OpenOptions) => openDatabase<Tables>(`sqlite:///${path}`, options)
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

/** A closed database with the table `visits` and one row in it. */
async function visitsDatabase(path = at('state.db')): Promise<string> {
  const {db, close} = await open(path)
  await db.schema.createTable('visits').addColumn('id', 'integer').execute()
  await db.insertInto('visits').values({id: 1}).execute()
  await close()
  return path
}

async function visits(path: string): Promise<readonly number[]> {
  const {db, close} = await open(path)
  const rows = await db.selectFrom('visits').select('id').orderBy('id').execute()
  await close()
  return rows.map(({id}) => id)
}

/** Runs work without the rights of root, to whom no mode of a file means anything. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a SQLite database that is new', () => {
  test('is a file that its owner alone reads, in folders that its owner alone enters', async () => {
    const umask = process.umask(0)
    try {
      const {db, dialect, close} = await open(at('a', 'b', 'state.db'))
      await db.schema.createTable('visits').addColumn('id', 'integer').execute()
      expect(dialect).toBe('sqlite')
      expect([at('a'), at('a', 'b')].map(modeOf)).toEqual(['700', '700'])
      const files = readdirSync(at('a', 'b')).sort()
      expect(files).toEqual(['state.db', 'state.db-shm', 'state.db-wal'])
      expect(files.map((name) => modeOf(at('a', 'b', name)))).toEqual(['600', '600', '600'])
      await close()
    } finally {
      process.umask(umask)
    }
  })

  test('is made where a relative path says', async () => {
    const path = relative(process.cwd(), at('state.db'))
    expect(path.startsWith('/')).toBe(false)
    await visitsDatabase(path)
    expect(await visits(at('state.db'))).toEqual([1])
  })

  test('in memory leaves no file', async () => {
    const before = readdirSync(process.cwd())
    const {db, close} = await open(':memory:')
    await db.schema.createTable('visits').addColumn('id', 'integer').execute()
    await close()
    expect(readdirSync(process.cwd())).toEqual(before)
  })

  test('is not made when it should only be opened, or only read', async () => {
    const expected = {code: 'DATABASE_NOT_FOUND', exit: 3, message: `The database ${at('a', 'state.db')} does not exist.`}
    await expect(open(at('a', 'state.db'), {create: false})).rejects.toMatchObject(expected)
    await expect(open(at('a', 'state.db'), {readonly: true})).rejects.toMatchObject(expected)
    expect(readdirSync(folder)).toEqual([])
  })

  test('is refused where its folder cannot be made: one sentence names it', async () => {
    writeFileSync(at('file'), 'a file')
    await expect(open(at('file', 'below', 'state.db'))).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      exit: 3,
      message: expect.stringContaining(`The database ${at('file', 'below', 'state.db')} cannot be created: `),
    })
    expect(readFileSync(at('file'), 'utf8')).toBe('a file')
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('is refused where nobody may write', async () => {
    chmodSync(folder, 0o555)
    await asOrdinaryUser(async () => {
      await expect(open(at('below', 'state.db'))).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringMatching(/cannot be created: EACCES/),
      })
    })
    chmodSync(folder, 0o755)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a SQLite database', () => {
  test('keeps a write-ahead log, so that a reader sees the last commit while a writer is at work', async () => {
    const path = await visitsDatabase()
    const [one, other] = [await open(path), await open(path, {busyTimeout: 0})]
    expect((await sql`pragma journal_mode`.execute(other.db)).rows).toEqual([{journal_mode: 'wal'}])
    await one.db.transaction().execute(async (transaction) => {
      await transaction.insertInto('visits').values({id: 2}).execute()
      expect(await other.db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}])
    })
    expect(await other.db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}, {id: 2}])
    await one.close()
    await other.close()
  })

  test('keeps to its foreign keys', async () => {
    const {db, close} = await open(at('state.db'))
    await sql`create table roles (name text primary key)`.execute(db)
    await sql`create table members (role text not null references roles (name))`.execute(db)
    await expect(sql`insert into members values ('nobody')`.execute(db)).rejects.toThrow('FOREIGN KEY constraint failed')
    await close()
  })

  test('gives back integers, texts, blobs and null as they were, and tells of a row that a statement returns', async () => {
    const {db, close} = await open(at('state.db'))
    await sql`create table kinds (i integer, t text, b blob, n text)`.execute(db)
    const inserted =
      await sql`insert into kinds values (${2 ** 53 - 1}, ${"it's été"}, ${new Uint8Array([0, 255])}, ${null}) returning i`.execute(db)
    expect(inserted.rows).toEqual([{i: 2 ** 53 - 1}])
    expect((await sql`select * from kinds`.execute(db)).rows).toEqual([
      {i: 2 ** 53 - 1, t: "it's été", b: new Uint8Array([0, 255]), n: null},
    ])
    await close()
  })

  test('that another process has locked is waited for, and no longer than the timeout says', async () => {
    const path = await visitsDatabase()
    const holder = await open(path)
    await holder.db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection)
      await sql`insert into visits (id) values (1)`.execute(connection)
      const child = spawn(process.execPath, [writer, `sqlite:///${path}`], {stdio: ['ignore', 'pipe', 'inherit']})
      const ended = once(child, 'close')
      const said: string[] = []
      const lines = createInterface(child.stdout)
      lines.on('line', (line) => said.push(line))
      await once(lines, 'line')
      // This one's own time runs out while the other one waits.
      const hasty = await open(path, {busyTimeout: 250})
      await expect(hasty.db.insertInto('visits').values({id: 3}).execute()).rejects.toThrow('database is locked')
      await hasty.close()
      expect(said).toEqual(['writing'])
      await sql`rollback`.execute(connection)
      expect(await ended).toEqual([0, null])
      expect(said).toEqual(['writing', 'written'])
    })
    await holder.close()
    expect(await visits(path)).toEqual([1, 2])
  })

  test('that is locked altogether can be opened, and is a database', async () => {
    const path = await visitsDatabase()
    const holder = await open(path)
    await sql`pragma locking_mode = exclusive`.execute(holder.db)
    await holder.db.insertInto('visits').values({id: 2}).execute()
    const other = await open(path, {busyTimeout: 0})
    await expect(other.db.selectFrom('visits').selectAll().execute()).rejects.toThrow('database is locked')
    await other.close()
    await holder.close()
    expect(await visits(path)).toEqual([1, 2])
  })

  test.each([
    ['a text', 'this is no database, and it is long enough to be looked at as one. '.repeat(40)],
    ['a short text', 'no database'],
  ])('that is no database but %s is refused by name, and stays as it is', async (_, text) => {
    writeFileSync(at('state.db'), text)
    await expect(open(at('state.db'))).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      exit: 3,
      message: `The database ${at('state.db')} cannot be opened: file is not a database.`,
    })
    expect(readFileSync(at('state.db'), 'utf8')).toBe(text)
    expect(readdirSync(folder)).toEqual(['state.db'])
  })

  test('that is a folder is refused by name', async () => {
    mkdirSync(at('state.db'))
    await expect(open(at('state.db'))).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      exit: 3,
      message: expect.stringContaining(`The database ${at('state.db')} cannot be opened: `),
    })
  })

  test('that is opened to be read refuses what would change it', async () => {
    const path = await visitsDatabase()
    const {db, close} = await open(path, {readonly: true})
    expect(await db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}])
    await expect(db.insertInto('visits').values({id: 2}).execute()).rejects.toThrow('attempt to write a readonly database')
    await close()
    expect(await visits(path)).toEqual([1])
  })

  test('whose file may not be written to is read, and refuses what would change it', async () => {
    const path = await visitsDatabase()
    chmodSync(folder, 0o777)
    chmodSync(path, 0o444)
    const bytes = readFileSync(path)
    await asOrdinaryUser(async () => {
      const {db, close} = await open(path)
      expect(await db.selectFrom('visits').selectAll().execute()).toEqual([{id: 1}])
      await expect(db.insertInto('visits').values({id: 2}).execute()).rejects.toThrow('attempt to write a readonly database')
      await close()
    })
    expect(readFileSync(path)).toEqual(bytes)
  })

  test('whose file may not be read is refused by name', async () => {
    const path = await visitsDatabase()
    chmodSync(folder, 0o755)
    chmodSync(path, 0o000)
    await asOrdinaryUser(async () => {
      await expect(open(path)).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        message: expect.stringContaining(`The database ${path} cannot be opened: `),
      })
    })
    expect(existsSync(path)).toBe(true)
  })
})

test('a PostgreSQL server that is not there is told of with the first statement, without the password', async () => {
  const {db, dialect, close} = await openDatabase('postgresql://phlo:hunter2secret@127.0.0.1:1/state')
  expect(dialect).toBe('postgres')
  const failure = await sql`select 1`.execute(db).catch((error: unknown) => error)
  expect(failure).toMatchObject({code: 'ECONNREFUSED'})
  expect(String(failure) + JSON.stringify(failure)).not.toContain('hunter2secret')
  await close()
})
