export type {Authorization} from './catalog/rest/auth/authorization.js'
export type {RestCatalogOptions} from './catalog/rest/options.js'
export {createRestCatalog} from './catalog/rest/rest-catalog.js'
export {restSettings} from './catalog/rest/settings.js'
