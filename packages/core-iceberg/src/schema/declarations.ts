import {readdir, stat} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {type ContributionList, messageOf, type ReadSchema, unavailable, usage} from '@phlo/core'
import {readTables} from './sides.js'

/** A table that a file declares. */
export interface DeclaredTable {
  /** `sales.orders`. */
  readonly table: string
  /** The file, as it was named. */
  readonly source: string
  readonly schema: ReadSchema
}

/**
 * The tables that some files declare, in the order of their names; of a folder all the files of YAML in it.
 *
 * @throws PhloError (exit 2) `SCHEMA_NOT_READABLE`, `UNKNOWN_SCHEMA_FORMAT`, `DECLARATION_WITHOUT_NAME`, `DECLARED_TWICE`; `SCHEMA_NOT_READ` (exit 3)
 */
export async function readDeclared(
  contributions: ContributionList,
  cwd: string,
  names: readonly string[],
): Promise<readonly DeclaredTable[]> {
  const declared: DeclaredTable[] = []
  for (const source of (await Promise.all(names.map((name) => filesOf(cwd, name)))).flat()) {
    for (const schema of await readTables(contributions, source, resolve(cwd, source))) {
      if (schema.name === undefined || schema.name.length < 2) {
        throw usage('DECLARATION_WITHOUT_NAME', `${source} declares a table without saying its name and namespace.`)
      }
      declared.push({table: schema.name.join('.'), source, schema})
    }
  }
  declared.sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0))
  const twice = declared.findIndex(({table}, index) => declared[index + 1]?.table === table)
  if (twice >= 0) {
    const [first, second] = [declared[twice] as DeclaredTable, declared[twice + 1] as DeclaredTable]
    throw usage('DECLARED_TWICE', `${first.table} is declared in ${first.source} and in ${second.source}.`)
  }
  return declared
}

async function filesOf(cwd: string, name: string): Promise<readonly string[]> {
  const path = resolve(cwd, name)
  try {
    if (!(await stat(path)).isDirectory()) return [name]
    const files = (await readdir(path)).filter((file) => /\.ya?ml$/i.test(file)).sort()
    if (files.length > 0) return files.map((file) => join(name, file))
  } catch (cause) {
    throw unavailable('SCHEMA_NOT_READ', `The declarations ${path} cannot be read: ${messageOf(cause)}.`, {cause})
  }
  throw usage('NOTHING_DECLARED', `The folder ${name} has no .yaml files.`)
}
