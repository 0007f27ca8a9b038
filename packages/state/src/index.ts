export {type DatabaseLocation, parseDatabaseUrl} from './database-url.js'
export {type Migration, migrate} from './migrate.js'
export {type Database, type OpenOptions, openDatabase} from './open-database.js'
