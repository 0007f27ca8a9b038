import {type ReadSchema, refused} from '@phlo/core'
import type {IcebergTable} from '@phlo/iceberg'
import {IcebergCommand} from '../iceberg-command.js'
import {type SchemaSide, type SideSource, schemaSide} from './sides.js'
import {lossRow, lossText} from './write-schema.js'

/** A command that compares or writes schemas of tables and files. */
export abstract class SchemaCommand<Result> extends IcebergCommand<Result> {
  /** Two sides of one table are of one state of it, which is read once. */
  readonly #opened = new Map<string, Promise<IcebergTable>>()

  /** The schema that a name of the command line means; `other` is the one that a bare `@place` is of. */
  protected schemaSide(name: string, other?: string): Promise<SchemaSide> {
    return schemaSide(this.#source(), name, other)
  }

  /** The flags that say where this was typed to, for a command that is to be typed next. */
  protected placeTyped(): string {
    const {catalog, ref} = this.knownFlags
    return `${catalog === undefined ? '' : ` --catalog ${catalog}`}${ref === undefined ? '' : ` --ref ${ref}`}`
  }

  /** Tells what a file says and a table cannot have. */
  protected noteLosses(name: string, losses: ReadSchema['losses']): void {
    for (const loss of losses) this.note(`Note: ${name}: ${lossText(lossRow(loss))}`)
  }

  #source(): SideSource {
    return {
      contributions: this.contributions(),
      cwd: this.surroundings.cwd,
      catalog: () => this.openCatalog(),
      openTable: (name, ref) => {
        const key = JSON.stringify([name, ref])
        const opened = this.#opened.get(key) ?? this.#openIceberg(name, ref)
        this.#opened.set(key, opened)
        return opened
      },
    }
  }

  async #openIceberg(name: string, ref: string | undefined): Promise<IcebergTable> {
    const table = await this.openTable(name, {ref})
    if (table.format !== 'iceberg') throw refused('WRONG_FORMAT', `${name} is a table of format ${table.format}, not of Iceberg.`)
    return table as IcebergTable
  }
}
