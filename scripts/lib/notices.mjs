import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

/**
 * The licences of the packages that these modules are of, each with its name and version: what has to come along with a copy of them.
 * Nothing without such modules.
 *
 * @throws Error when a package has no licence
 */
export function noticesOf(modules) {
  const folders = new Set(modules.map((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean))
  return [...folders].sort().map(noticeOf).join('\n')
}

function noticeOf(folder) {
  const {name, version} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file))
  if (files.length === 0) throw new Error(`${name} ${version} cannot come along: it has no licence`)
  return [`Parts of this package are ${name} ${version}.\n`, ...files.map((file) => readFileSync(join(folder, file), 'utf8'))].join('\n')
}
