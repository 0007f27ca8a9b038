import {refused} from '@phlo/core'
import {PhloCommand} from '@phlo/core/command'
import type {IcebergTable} from '@phlo/iceberg'

/** A command that looks at Iceberg tables. */
export abstract class IcebergCommand<Result> extends PhloCommand<Result> {
  /**
   * Opens a table and makes sure that it is an Iceberg table.
   *
   * @throws PhloError `WRONG_FORMAT` (exit 6), and whatever opening throws
   */
  protected async openIcebergTable(name: string): Promise<IcebergTable> {
    const table = await this.openTable(name)
    if (table.format !== 'iceberg') throw refused('WRONG_FORMAT', `${name} is a table of format ${table.format}, not of Iceberg.`)
    return table as IcebergTable
  }
}
