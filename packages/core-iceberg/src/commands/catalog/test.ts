import {Args} from '@oclif/core'
import {formatDuration} from '@phlo/core'
import {IcebergCommand} from '../../iceberg-command.js'

export default class CatalogTest extends IcebergCommand<{name: string; reachable: true; ms: number}> {
  static override summary = 'Opens a catalog and its warehouse and says whether both answer.'
  static override examples = ['<%= config.bin %> catalog test lake']
  static override args = {catalog: Args.string({description: 'catalog; the default one when left out'})}

  async run() {
    const {args} = await this.parse(CatalogTest)
    const started = performance.now()
    const catalog = await this.openCatalog(args.catalog)
    await catalog.check()
    const ms = Math.round(performance.now() - started)
    this.log(`catalog ${catalog.name} and its warehouse answered in ${formatDuration(ms)}`)
    return {name: catalog.name, reachable: true as const, ms}
  }
}
