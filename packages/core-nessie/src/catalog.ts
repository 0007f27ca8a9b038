import type {CatalogProvider} from '@phlo/core'
import {openNessie} from './api/open.js'
import {configuredCutoffs} from './gc/cutoff.js'
import {nessieLakehouse} from './lakehouse/nessie-lakehouse.js'

/** `type: nessie`: a server of Project Nessie, through its API v2. Only its configuration is asked for before the catalog is used. */
const provider: CatalogProvider = {
  $type: '@phlo/catalog',
  contract: 1,
  type: 'nessie',
  async open(name, properties, {fileIO, signal}) {
    const {ref, warehouse} = properties
    const {api, close} = await openNessie(name, properties, signal)
    return nessieLakehouse({
      name,
      api,
      ref,
      openIO: fileIO,
      close,
      cutoffs: configuredCutoffs(properties),
      ...(warehouse !== undefined && {warehouse}),
    })
  },
}

export default provider
