import {Flags} from '@oclif/core'
import {messageOf, refused, usage} from '@phlo/core'
import {writeFlags} from '@phlo/core/command'
import type {MergeResult, Reference} from './api/types.js'
import {conflictRow, forced, keyStrategies, mergeConflicts, strategyOf} from './history/merge-options.js'
import {branchOf} from './history/named-references.js'
import {NessieCommand} from './nessie-command.js'
import {type MergedRow, mergedRows, mergedTable} from './views/merge.js'

export interface MergeReport {
  readonly from: string
  readonly into: string
  readonly outcome: 'planned' | 'done' | 'nothing-to-do'
  /** The head of the target after it. */
  readonly hash: string
  readonly tables: readonly MergedRow[]
  readonly deletedSource: boolean
}

/** Flags of whatever merges. */
export const mergeFlags = {
  into: Flags.string({summary: 'the branch to merge into; default: the default branch, or --ref', helpValue: '<branch>'}),
  message: Flags.string({char: 'm', summary: 'what the commit is called', helpValue: '<text>'}),
  'delete-source': Flags.boolean({summary: 'delete the branch that was merged'}),
  'dry-run': writeFlags['dry-run'],
  yes: writeFlags.yes,
}

/** As it is typed. */
interface MergeFlags {
  readonly into?: string | undefined
  readonly strategy: string
  readonly table?: readonly string[] | undefined
  readonly message?: string | undefined
  readonly 'delete-source': boolean
  readonly 'dry-run': boolean
}

/** A command that merges into a branch. */
export abstract class MergeCommand extends NessieCommand<MergeReport> {
  /** Tries it, asks where something would be overwritten or deleted, and merges. @throws PhloError `MERGE_CONFLICT` (exit 5), `NOT_CONFIRMED`, `REF_IS_NOT_A_BRANCH` (exit 6) */
  protected async merge(from: string, flags: MergeFlags): Promise<MergeReport> {
    const strategies = keyStrategies(flags.table)
    const lake = await this.openNessieLake()
    const {nessie} = lake
    const target = await branchOf(nessie, flags.into ?? (await lake.place()).name)
    const source = await nessie.resolve(nessie.ref(from))
    if (flags['delete-source'] && (source.type !== 'BRANCH' || source.name === nessie.server.defaultBranch)) {
      throw refused('REF_IS_NOT_A_BRANCH', `${from} is not deleted: only a branch is, and never the default branch.`)
    }
    if (source.type === 'BRANCH' && source.name === target.name) {
      throw usage('INVALID_OPTION', `${target.name} cannot be merged into itself.`, [`phlo branch merge ${from} --into <branch>`])
    }
    const names = {from, into: target.name}
    const request = {from: source, into: target, strategy: strategyOf(flags.strategy), strategies, message: flags.message}
    const tried = await nessie.merge({...request, dryRun: true})
    assertNoConflicts(names, tried)
    const tables = mergedRows(tried)
    if (flags['dry-run']) {
      this.log(`merge ${from} into ${target.name}`)
      if (tables.length > 0) this.log(mergedTable(tables))
      return {...names, outcome: 'planned', hash: target.hash, tables, deletedSource: false}
    }
    await this.#confirmed(`Merge ${from} into ${target.name}`, flags)
    const merged = await nessie.merge({...request, dryRun: false})
    assertNoConflicts(names, merged)
    const {applied, hash} = merged
    this.log(
      applied ? `merged ${from} into ${target.name}, which is at ${hash} now` : `nothing to merge: ${target.name} has all of ${from}`,
    )
    if (applied && tables.length > 0) this.log(mergedTable(tables))
    const deletedSource = flags['delete-source'] ? await this.#deleted(source) : false
    return {...names, outcome: applied ? 'done' : 'nothing-to-do', hash, tables, deletedSource}
  }

  /** What overwrites or deletes something is not done unasked. */
  async #confirmed(what: string, flags: Pick<MergeFlags, 'strategy' | 'table' | 'delete-source'>) {
    const isHarmless = flags.strategy === 'normal' && !flags.table?.some((pair) => pair.endsWith('=force')) && !flags['delete-source']
    if (isHarmless) return
    const more = flags['delete-source'] ? ', and delete the source' : ''
    const question = `${what}${flags.strategy === 'normal' && !flags.table ? '' : ', over what conflicts'}${more}.`
    if (!(await this.confirm(question))) throw refused('NOT_CONFIRMED', 'Not confirmed; nothing was changed.')
  }

  /** The merge is done, whatever becomes of the branch. */
  async #deleted(source: Reference): Promise<boolean> {
    const {nessie} = await this.openNessieLake()
    try {
      await nessie.deleteReference(source)
      this.log(`deleted ${source.name}\nUndo  phlo branch create ${source.name} --from ${source.hash}`)
      return true
    } catch (error) {
      this.warn(`${source.name} was merged and not deleted: ${messageOf(error)}`)
      return false
    }
  }
}

function assertNoConflicts({from, into}: {readonly from: string; readonly into: string}, {conflicts}: MergeResult): void {
  if (conflicts.length === 0) return
  const rows = conflicts.map(conflictRow)
  throw mergeConflicts(`Merging ${from} into ${into}`, rows, forced(`phlo branch merge ${from} --into ${into}`, rows))
}
