import {registerHooks} from 'node:module'

// Lets a child process of a test run the sources as jest does: `./x.js` is `./x.ts`, and a package of ours is its source.
registerHooks({
  resolve(specifier, context, next) {
    const [, name] = /^@phlo\/([^/]+)$/.exec(specifier) ?? []
    if (name) return next(new URL(`../../../${name}/src/index.ts`, import.meta.url).href, context)
    const ours = specifier.startsWith('.') && context.parentURL?.endsWith('.ts')
    return next(ours ? specifier.replace(/\.js$/, '.ts') : specifier, context)
  },
})
