export {type Glue, openGlue} from './client.js'
export {glueStore} from './glue-store.js'
export {type GlueSettings, glueSettings} from './settings.js'
