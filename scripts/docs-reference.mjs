// Writes docs/reference.md from the commands themselves: `npm run docs`. A test fails when it is not up to date.
import {readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {root} from './lib/places.mjs'

const PACKAGES = ['cli', 'core-iceberg', 'core-nessie']
const path = join(root, 'docs', 'reference.md')

/** The commands of a package as oclif describes them, from what is compiled. */
async function commandsOf(name) {
  const folder = join(root, 'packages', name)
  const require = createRequire(join(folder, 'package.json'))
  const {Plugin} = await import(pathToFileURL(require.resolve('@oclif/core')).href)
  const plugin = new Plugin({root: folder, type: 'core', ignoreManifest: true, errorOnManifestCreate: true, respectNoCacheDefault: true})
  await plugin.load()
  return Object.values(plugin.manifest.commands).map((command) => ({...command, package: plugin.name}))
}

const title = (id) => id.replaceAll(':', ' ')
const fill = (text, id) => text.replaceAll('<%= config.bin %>', 'phlo').replaceAll('<%= command.id %>', title(id))

function usage({id, args}) {
  const names = Object.values(args).map(({name, required}) => (required ? `<${name}>` : `[${name}]`))
  return ['phlo', title(id), ...names].join(' ')
}

function flagRow({name, char, type, helpValue, description = '', summary = description, options}) {
  const value = type === 'option' ? ` ${options ? `<${options.join('|')}>` : (helpValue ?? '<value>')}` : ''
  return `| \`--${name}${value}\`${char ? `, \`-${char}\`` : ''} | ${summary.replaceAll('|', '\\|')} |`
}

function section(command) {
  const {id, summary, description, args, flags, examples = [], aliases} = command
  const own = Object.values(flags).filter(({helpGroup, hidden}) => helpGroup !== 'GLOBAL' && !hidden)
  const parts = [`### \`${usage(command)}\``, fill(summary ?? '', id)]
  if (description) parts.push(fill(description, id))
  if (aliases.length > 0) parts.push(`Also: ${aliases.map((alias) => `\`phlo ${title(alias)}\``).join(', ')}.`)
  const described = Object.values(args).filter((arg) => arg.description)
  if (described.length > 0) parts.push(described.map((arg) => `- \`${arg.name}\`: ${arg.description}`).join('\n'))
  if (own.length > 0) parts.push(['| flag | |', '|---|---|', ...own.sort((a, b) => a.name.localeCompare(b.name)).map(flagRow)].join('\n'))
  if (examples.length > 0)
    parts.push(`\`\`\`\n${examples.map((example) => fill(typeof example === 'string' ? example : example.command, id)).join('\n')}\n\`\`\``)
  return parts.join('\n\n')
}

/** The whole page. */
export async function referencePage() {
  const commands = (await Promise.all(PACKAGES.map(commandsOf))).flat().sort((a, b) => a.id.localeCompare(b.id))
  const globals = Object.values(commands[0].flags).filter(({helpGroup}) => helpGroup === 'GLOBAL')
  const groups = Map.groupBy(commands, ({id}) => id.split(':')[0])
  const chapters = [...groups].map(
    ([group, members]) => `## ${group}\n\nFrom \`${members[0].package}\`.\n\n${members.map(section).join('\n\n')}`,
  )
  return [
    '# Commands',
    'This page is made from the commands themselves (`npm run docs`).',
    `Every command has these flags:\n\n${['| flag | |', '|---|---|', ...globals.map(flagRow)].join('\n')}`,
    'Exit codes: 0 done · 1 what was checked failed · 2 usage · 3 could not be evaluated or reached · 4 denied · 5 conflict, nothing changed, retry · 6 refused for safety · 130 interrupted.',
    'With `--json` a command prints one document: `{"result": …, "warnings": […]}`, or `{"error": {"code", "message", "suggestions"}, "warnings": […]}`.',
    ...chapters,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = await referencePage()
  if (process.argv.includes('--check') && readFileSync(path, 'utf8') !== page) {
    console.error('docs/reference.md is not up to date: npm run docs')
    process.exitCode = 1
  } else if (!process.argv.includes('--check')) writeFileSync(path, page)
}
