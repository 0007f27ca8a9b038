import {catalogSettings, configuredCatalogs, maskConfigValue} from '@phlo/core'
import {formatTable} from '@phlo/core/command'
import {IcebergCommand} from '../../iceberg-command.js'

interface CatalogRow {
  readonly name: string
  readonly type: string
  readonly uri: string | null
  readonly warehouse: string | null
  readonly default: boolean
}

export default class CatalogList extends IcebergCommand<{catalogs: readonly CatalogRow[]}> {
  static override summary = 'Lists the catalogs of the configuration. Opens none of them.'
  static override examples = ['<%= config.bin %> catalog list']

  async run() {
    await this.parse(CatalogList)
    const config = await this.configuration()
    const {name: defaultName} = catalogSettings(config)
    const catalogs = configuredCatalogs(config).map((name) => {
      const {type, properties} = catalogSettings(config, name)
      const shown = (key: string) => (properties[key] === undefined ? null : maskConfigValue(key, properties[key]))
      return {name, type, uri: shown('uri'), warehouse: shown('warehouse'), default: name === defaultName}
    })
    this.log(
      formatTable(catalogs, [
        {header: 'catalog', value: (row) => row.name},
        {header: 'type', value: (row) => row.type},
        {header: 'default', value: (row) => (row.default ? 'yes' : '')},
        {header: 'uri', value: (row) => row.uri},
        {header: 'warehouse', value: (row) => row.warehouse},
      ]),
    )
    return {catalogs}
  }
}
