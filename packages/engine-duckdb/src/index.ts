export {default as engine} from './engine.js'
