import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from './places.mjs'

const TITLE = 'maintenance on '
export const scenarioPage = join(root, 'docs', 'reference', 'catalogs.md')

/**
 * What a run of the scenarios of maintenance found, as the page of the documentation: a row for each scenario, a column for each catalog.
 * Undefined when some did not run, or failed: then the page says what another run found.
 *
 * @param report of Jest, as JSON
 */
export function scenarioTable({testResults}) {
  const tests = testResults
    .flatMap(({assertionResults}) => assertionResults)
    .filter(({ancestorTitles: [first = '']}) => first.startsWith(TITLE))
  if (tests.length === 0 || tests.some(({status}) => status !== 'passed')) return undefined
  const catalogs = [...new Set(tests.map(({ancestorTitles}) => ancestorTitles[0].slice(TITLE.length)))].sort()
  const scenarios = new Map()
  for (const {title, ancestorTitles} of tests) {
    const [, scenario, outcome] = /^(.*?)(?: — (.*))?$/.exec(title)
    const row = scenarios.get(scenario) ?? new Map()
    scenarios.set(scenario, row.set(ancestorTitles[0].slice(TITLE.length), outcome ?? 'passes'))
  }
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rows = [...scenarios].sort().map(([scenario, row]) => line([scenario, ...catalogs.map((catalog) => row.get(catalog) ?? '')]))
  return [
    '# Maintenance on every catalog',
    '',
    'What `npm test` does on each kind of catalog, with a real server of it (Glue: moto, an imitation), while PyIceberg looks at the same tables through the same catalog after each step (Nessie’s own API: it comes through Nessie’s REST, and looks at the metadata file). This page is made of such a run by `npm run docs:catalogs`; a run that finds something else fails.',
    '',
    line(['', ...catalogs]),
    line(['---', ...catalogs.map(() => '---')]),
    ...rows,
    '',
  ].join('\n')
}

/** Whether the page says something else than what a run found; a run without every catalog proves nothing. */
export function isScenarioPageOutdated(found) {
  if (found === undefined) return false
  const page = readFileSync(scenarioPage, 'utf8')
  const count = (text) => text.split('\n').find((row) => row.startsWith('| ---'))?.length
  return count(found) === count(page) && found !== page
}
