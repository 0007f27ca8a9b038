import {Args} from '@oclif/core'
import {catalogSettings, maskConfigValue} from '@phlo/core'
import {formatKeyValues} from '@phlo/core/command'
import {IcebergCommand} from '../../iceberg-command.js'

export default class CatalogShow extends IcebergCommand<{name: string; properties: Readonly<Record<string, string>>}> {
  static override summary = 'Shows the properties of a catalog, secrets masked. Does not open it.'
  static override examples = ['<%= config.bin %> catalog show', '<%= config.bin %> catalog show lake']
  static override args = {catalog: Args.string({description: 'catalog; the default one when left out'})}

  async run() {
    const {args, flags} = await this.parse(CatalogShow)
    const {name, properties} = catalogSettings(await this.configuration(), args.catalog ?? flags['catalog'])
    const shown = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, maskConfigValue(key, value)]))
    this.log(formatKeyValues({catalog: name, ...shown}))
    return {name, properties: shown}
  }
}
