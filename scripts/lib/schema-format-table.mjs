import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from './places.mjs'

const TITLE = 'schema format '
export const schemaFormatPage = join(root, 'docs', 'reference', 'schema-formats.md')

/** What is not a type, in the order of the table's columns. */
const ASPECTS = [
  'docs',
  'the doc of the table',
  'defaults',
  'identifier fields',
  'partitioning',
  'sort order',
  'properties',
  'statistics',
  'names',
]

/**
 * What a run of the suites of schema formats found, as the page of the documentation: a table of what each carries, and for each what it cannot.
 * Undefined when a case failed or none ran: then the page says what another run found.
 *
 * @param report of Jest, as JSON
 */
export function schemaFormatTable({testResults}) {
  const tests = testResults
    .flatMap(({assertionResults}) => assertionResults)
    .filter(({ancestorTitles: [first = '']}) => first.startsWith(TITLE))
  if (tests.length === 0 || tests.some(({status}) => status !== 'passed')) return undefined
  const formats = Map.groupBy(tests, ({ancestorTitles}) => ancestorTitles[0].slice(TITLE.length))
  const found = [...formats]
    .map(([format, cases]) => ({format, outcomes: outcomesOf(cases)}))
    .sort((left, right) => (left.format < right.format ? -1 : 1))
  const line = (cells) => `| ${cells.join(' | ')} |`
  const header = ['', 'read again', 'types carried exactly', ...ASPECTS]
  return [
    '# What schema formats carry',
    '',
    'What `phlo schema export --format` writes, and `--from` reads. Each format passes the same suite, `testSchemaFormat` of `@phlo/testing`: its own tool reads what was written and has to find every column, and what it finds otherwise has to have been told as a loss. The command prints these losses, and so do comments in languages that have them. This page is made of a run of those suites by `npm run docs:schema-formats`; a run of `npm test` that finds something else fails.',
    '',
    line(header),
    line(header.map(() => '---')),
    ...found.map(({format, outcomes}) =>
      line([format, outcomes.get('reads') ?? 'no', ratio(outcomes), ...ASPECTS.map((aspect) => mark(outcomes.get(aspect)))]),
    ),
    '',
    'Names that are *changed* are those that the language cannot have: they become ones that it can, and a loss tells it.',
    ...found.flatMap(({format, outcomes}) => lossesOf(format, outcomes)),
    '',
  ].join('\n')
}

/** What became of what a case tried, by what that was. */
function outcomesOf(cases) {
  const outcomes = new Map()
  for (const {title} of cases) {
    const [, carried, outcome] = /^carries (.*?) — (.*)$/s.exec(title) ?? []
    if (carried !== undefined) outcomes.set(carried, outcome)
    const [, reads] = /^reads what it wrote — (.*)$/s.exec(title) ?? []
    if (reads !== undefined) outcomes.set('reads', reads)
  }
  return outcomes
}

const isType = (carried) => carried !== 'reads' && !ASPECTS.includes(carried)

/** Whether it is carried, in a word. */
function mark(outcome) {
  if (outcome === undefined) return ''
  if (outcome === 'exactly') return 'yes'
  return /^(changed|in part)\b/.exec(outcome)?.[0] ?? 'no'
}

function ratio(outcomes) {
  const types = [...outcomes].filter(([carried]) => isType(carried))
  return types.length === 0 ? '' : `${types.filter(([, outcome]) => outcome === 'exactly').length} of ${types.length}`
}

/** The types and other things that a format has no counterpart for. */
function lossesOf(format, outcomes) {
  const lost = [...outcomes].filter(([carried, outcome]) => carried !== 'reads' && outcome !== 'exactly')
  if (lost.length === 0) return []
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
  return [
    '',
    `## ${format}`,
    '',
    '| | becomes |',
    '| --- | --- |',
    ...lost.map(([carried, outcome]) => `| ${cell(carried)} | ${cell(outcome)} |`),
  ]
}

/** Whether the page says something else than what a run found; a run without every format proves nothing. */
export function isSchemaFormatPageOutdated(found) {
  if (found === undefined) return false
  const page = existsSync(schemaFormatPage) ? readFileSync(schemaFormatPage, 'utf8') : ''
  const formats = (text) => text.match(/^\| [\w-]+(?: \([\w-]+\))? \|.*\| \d+ of \d+ \|/gm)?.length
  return formats(found) >= (formats(page) ?? 0) && found !== page
}
