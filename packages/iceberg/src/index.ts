export {}
export {createFileCatalog, type FileCatalogOptions} from './catalog/file.js'
