import {appendFileSync} from 'node:fs'
import {registerHooks} from 'node:module'

// Preloaded into a process of a test, and into its threads: adds each module that is loaded to the file that MODULES_LOADED names.
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.MODULES_LOADED, `${url}\n`)
    return next(url, context)
  },
})
