import {ok, strictEqual} from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CONTRIBUTION_TAGS, type Contribution, listContributions, loadContribution} from '@phlo/core'

/** One case of a contract suite, for any test runner: `for (const {name, run} of cases) test(name, run)`. */
export interface ContractCase {
  readonly name: string
  /** Rejects with an AssertionError when the promise of the contract is not kept. */
  run(): Promise<void>
}

/**
 * What every plugin has to keep: its list can be read, each module can be imported by itself, and is what the list says it is.
 *
 * @param root the plugin's folder, built.
 */
export async function contributionCases(root: string): Promise<readonly ContractCase[]> {
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const list = listContributions([{name: String(pjson.name), root, pjson}])
  return [
    {
      name: 'is listed without a warning',
      async run() {
        strictEqual(list.warnings.join('\n'), '')
      },
    },
    ...list.contributions.map((contribution) => ({
      name: `${contribution.kind}/${contribution.name} is what it says`,
      run: () => checkContribution(list, contribution),
    })),
  ]
}

async function checkContribution(list: ReturnType<typeof listContributions>, {kind, name}: Contribution): Promise<void> {
  const value = await loadContribution(list, kind, name)
  strictEqual(value.$type, CONTRIBUTION_TAGS[kind])
  const known = 'schemes' in value ? value.schemes : ['type' in value ? value.type : value.name]
  ok(known.includes(name), `${kind}/${name} calls itself ${known.join(', ')}`)
}
