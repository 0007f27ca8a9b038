import type {DatabaseSync} from 'node:sqlite'
import {messageOf, unavailable} from '@phlo/core'

/** A walk along the history of a reference, which may be interrupted. */
export interface Walk {
  readonly id: number
  /** Marks what counts; collects all that is there at the last commit that does; goes on to see what was there before. */
  readonly phase: 'mark' | 'collect' | 'scan'
  /** The commit to go on with; empty where the history ends. */
  readonly next: string
  /** The last commit that counts; empty before the first. */
  readonly last: string
  /** As `CommitReach` has it; `remaining` grows less on the way. */
  readonly until: number
  readonly remaining: number
}

/** How far walks went, or will go, that came by a commit. */
export interface CommitReach {
  /** The earliest time that one of them goes back to. */
  readonly until: number
  /** How many commits from here on count to one of them. */
  readonly remaining: number
}

/** Something that a commit put at a key. */
export interface Put {
  readonly id: string
  readonly name: string
  readonly isTable: boolean
  /** Empty where there is none. */
  readonly metadataLocation: string
}

/** What was put, once for all commits. */
export interface StoredContent extends Omit<Put, 'id' | 'metadataLocation'> {
  readonly number: number
  readonly contentId: string
}

/**
 * What walks have found, on disk, exactly, however much it is: commits, and the metadata files that they need. Whatever was written
 * in one transaction is there after an interruption or not at all.
 */
export interface MarkStore {
  about(): string | undefined
  /** Notes what the search is for. */
  begin(about: string): void
  transaction(work: () => void): void
  reachOf(hash: string): CommitReach | undefined
  noteCommit(hash: string, reach: CommitReach): void
  notePut(put: Put, isLive: boolean): void
  walks(): readonly Walk[]
  startWalk(walk: Omit<Walk, 'id'>): void
  saveWalk(walk: Walk): void
  endWalk(walk: Walk): void
  /** The number of the metadata file that came last. */
  last(): number
  /** Contents with metadata files that came after one and until another. */
  contents(after: number, until: number): Iterable<StoredContent>
  /** Contents, of which no commit that counts has anything, too. */
  allContents(): Iterable<StoredContent>
  metadataFiles(content: number, after: number, until: number): Iterable<string>
  /** The folders of a content's metadata, each with the file of it that was found first: the youngest, on the way from a head. */
  folders(content: number): readonly {readonly folder: string; readonly sample: string; readonly isLive: boolean}[]
  has(content: number, metadataLocation: string): boolean
  counts(): {readonly commits: number; readonly metadataFiles: number}
  close(): void
}

/** After all times: the reach of a commit that no walk needs. */
export const NEVER = 8e15

const SCHEMA = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS search (about TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS commits (hash BLOB PRIMARY KEY, until INTEGER NOT NULL, remaining INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS walks (id INTEGER PRIMARY KEY, phase TEXT NOT NULL, next TEXT NOT NULL, last TEXT NOT NULL, until INTEGER NOT NULL, remaining INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS contents (number INTEGER PRIMARY KEY, contentId TEXT NOT NULL UNIQUE, name TEXT NOT NULL, isTable INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS metadata (number INTEGER PRIMARY KEY, content INTEGER NOT NULL, location TEXT NOT NULL, UNIQUE (content, location));
CREATE TABLE IF NOT EXISTS folders (content INTEGER NOT NULL, folder TEXT NOT NULL, sample TEXT NOT NULL, isLive INTEGER NOT NULL, PRIMARY KEY (content, folder)) WITHOUT ROWID;
`

/** @throws PhloError `MARK_UNAVAILABLE` (exit 3) for a file that is no such thing, or that somebody else is at */
export async function openMarkStore(path: string): Promise<MarkStore> {
  const {DatabaseSync: Database} = await import('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new Database(path)
    database.exec(SCHEMA)
    // The lock is taken with the first change.
    database.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (cause) {
    database?.close()
    throw unavailable('MARK_UNAVAILABLE', `The marks cannot be kept in ${path}: ${messageOf(cause)}.`, {cause})
  }
  return storeIn(database)
}

function storeIn(database: DatabaseSync): MarkStore {
  const sql = (text: string) => database.prepare(text)
  const reach = sql('SELECT until, remaining FROM commits WHERE hash = ?')
  const addCommit = sql(
    'INSERT INTO commits VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = min(until, excluded.until), remaining = max(remaining, excluded.remaining)',
  )
  const addContent = sql('INSERT INTO contents (contentId, name, isTable) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const numberOf = sql('SELECT number FROM contents WHERE contentId = ?')
  const addMetadata = sql('INSERT INTO metadata (content, location) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const addFolder = sql(
    'INSERT INTO folders VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET isLive = excluded.isLive, sample = excluded.sample WHERE excluded.isLive > isLive',
  )
  const saveWalk = sql('UPDATE walks SET phase = ?, next = ?, last = ?, until = ?, remaining = ? WHERE id = ?')
  const count = (table: string) => Number(sql(`SELECT count(*) AS count FROM ${table}`).get()?.['count'])
  const values = ({phase, next, last, until, remaining}: Omit<Walk, 'id'>) => [phase, next, last, until, remaining]
  return {
    about: () => sql('SELECT about FROM search').get()?.['about'] as string | undefined,
    begin: (about) => void sql('INSERT INTO search VALUES (?)').run(about),
    transaction(work) {
      database.exec('BEGIN')
      try {
        work()
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    reachOf: (hash) => reach.get(bytesOf(hash)) as CommitReach | undefined,
    noteCommit: (hash, {until, remaining}) => void addCommit.run(bytesOf(hash), until, remaining),
    notePut({id, name, isTable, metadataLocation}, isLive) {
      addContent.run(id, name, Number(isTable))
      const number = numberOf.get(id)?.['number'] as number
      addFolder.run(number, folderOf(metadataLocation), metadataLocation, Number(isLive))
      if (isLive) addMetadata.run(number, metadataLocation)
    },
    walks: () => sql('SELECT * FROM walks ORDER BY id').all() as unknown as readonly Walk[],
    startWalk: (walk) => void sql('INSERT INTO walks (phase, next, last, until, remaining) VALUES (?, ?, ?, ?, ?)').run(...values(walk)),
    saveWalk: (walk) => void saveWalk.run(...values(walk), walk.id),
    endWalk: ({id}) => void sql('DELETE FROM walks WHERE id = ?').run(id),
    last: () => Number(sql('SELECT coalesce(max(number), 0) AS last FROM metadata').get()?.['last']),
    contents: (after, until) =>
      mapped(
        sql(
          'SELECT * FROM contents WHERE number IN (SELECT content FROM metadata WHERE number > ? AND number <= ?) ORDER BY number',
        ).iterate(after, until),
        contentOf,
      ),
    allContents: () => mapped(sql('SELECT * FROM contents ORDER BY number').iterate(), contentOf),
    metadataFiles: (content, after, until) =>
      mapped(
        sql('SELECT location FROM metadata WHERE content = ? AND number > ? AND number <= ? ORDER BY location').iterate(
          content,
          after,
          until,
        ),
        ({location}) => location as string,
      ),
    folders: (content) =>
      sql('SELECT folder, sample, isLive FROM folders WHERE content = ? ORDER BY folder')
        .all(content)
        .map(({folder, sample, isLive}) => ({folder: folder as string, sample: sample as string, isLive: isLive === 1})),
    has: (content, location) => sql('SELECT 1 FROM metadata WHERE content = ? AND location = ?').get(content, location) !== undefined,
    counts: () => ({commits: count(`commits WHERE until < ${NEVER} OR remaining > 0`), metadataFiles: count('metadata')}),
    close: () => database.close(),
  }
}

type Row = Readonly<Record<string, unknown>>

/** Empty of nothing. */
export const folderOf = (metadataLocation: string) => metadataLocation.slice(0, Math.max(0, metadataLocation.lastIndexOf('/')))

const bytesOf = (hash: string) => Buffer.from(hash, 'hex')

const contentOf = ({number, contentId, name, isTable}: Row): StoredContent => ({
  number: number as number,
  contentId: contentId as string,
  name: name as string,
  isTable: isTable === 1,
})

function* mapped<Item>(rows: Iterable<Row>, item: (row: Row) => Item): Generator<Item> {
  for (const row of rows) yield item(row)
}
