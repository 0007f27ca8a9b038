export type {RestCatalogOptions} from './catalog/rest/options.js'
export {createRestCatalog} from './catalog/rest/rest-catalog.js'
export type {Authorization} from './http/auth/authorization.js'
export {httpSettings as restSettings} from './http/settings.js'
