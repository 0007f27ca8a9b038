import {catalogSettings, type LakehouseResource, refused, resolveReferences} from '@phlo/core'
import {PhloCommand} from '@phlo/core/command'
import {nessieBesideRest} from './api/open.js'
import type {NessieLakehouse} from './lakehouse/nessie-lakehouse.js'

/** A command that looks at a Nessie catalog or changes its references. */
export abstract class NessieCommand<Result> extends PhloCommand<Result> {
  /**
   * Opens the catalog in force and makes sure that it is Nessie.
   *
   * @throws PhloError `CATALOG_WITHOUT_REFS` (exit 6), and whatever opening throws
   */
  protected async openNessieLake(): Promise<NessieLakehouse> {
    const lake = await this.openCatalog()
    if (isNessie(lake)) return lake
    const {name, type, properties: configured} = catalogSettings(await this.configuration(), lake.name)
    if (type === 'rest') {
      const {properties, secrets} = await resolveReferences(configured, this.surroundings.env)
      this.hide(secrets)
      const address = await nessieBesideRest(name, properties, (await this.operationContext()).signal)
      if (address !== undefined) throw openedAsRest(name, address)
    }
    throw refused(
      'CATALOG_WITHOUT_REFS',
      `Catalog ${name} is of type ${type}: only those of type nessie have branches and tags of their own.`,
      ['phlo snapshot branch --help   (branches of one table)'],
    )
  }
}

const isNessie = (lake: LakehouseResource): lake is NessieLakehouse => 'nessie' in lake

function openedAsRest(catalog: string, address: string) {
  return refused(
    'CATALOG_WITHOUT_REFS',
    `The server of catalog ${catalog} is Nessie; as a catalog of type rest it shows one branch only.`,
    [`phlo config set catalogs.${catalog}.type nessie`, `phlo config set catalogs.${catalog}.uri ${address}`],
  )
}
