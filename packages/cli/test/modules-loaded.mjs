import {writeFileSync} from 'node:fs'
import {registerHooks} from 'node:module'

// Preloaded into a process of a test: writes the modules that it loaded to the file that MODULES_LOADED names.
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
process.on('exit', () => writeFileSync(process.env.MODULES_LOADED, loaded.join('\n')))
