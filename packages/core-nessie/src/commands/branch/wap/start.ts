import {formatKeyValues, writeFlags} from '@phlo/core/command'
import {assertRefName} from '../../../api/ref.js'
import {branchArg, fromFlag} from '../../../flags.js'
import {sourceOf} from '../../../history/source-of.js'
import {NessieCommand} from '../../../nessie-command.js'

interface WapReport {
  readonly branch: string
  readonly hash: string
  readonly outcome: 'planned' | 'done'
  /** What to type to do so. */
  readonly next: {readonly audit: string; readonly publish: string; readonly abort: string}
}

export default class BranchWapStart extends NessieCommand<WapReport> {
  static override summary = 'Begins a run that writes to a branch of its own, to be looked at before it is published.'
  static override description =
    'Write, audit, publish: the run writes with --ref <branch>, every command looks at what it wrote with the same --ref, and readers of the catalog see nothing of it until it is published. It is a branch like any other. No file is copied.'
  static override examples = [
    '<%= config.bin %> branch wap start nightly',
    '<%= config.bin %> branch wap start backfill --from release --dry-run',
  ]
  static override args = {branch: branchArg}
  static override flags = {from: fromFlag, 'dry-run': writeFlags['dry-run']}

  async run(): Promise<WapReport> {
    const {args, flags} = await this.parse(BranchWapStart)
    const {branch} = args
    assertRefName(branch)
    const lake = await this.openNessieLake()
    const {from, source} = await sourceOf(lake, flags.from)
    const next = {
      audit: `phlo branch diff ${from.text} ${branch}`,
      publish: `phlo branch wap publish ${branch}${source.type === 'BRANCH' ? ` --into ${source.name}` : ''}`,
      abort: `phlo branch wap abort ${branch}`,
    }
    if (flags['dry-run']) {
      this.log(`create branch ${branch} at ${from.text} (${source.hash})`)
      return {branch, hash: source.hash, outcome: 'planned', next}
    }
    await lake.nessie.createReference('BRANCH', branch, source)
    const shown = {Write: `--ref ${branch}`, Audit: next.audit, Publish: next.publish, 'Give up': next.abort}
    this.log(formatKeyValues({Started: branch, From: from.text, Hash: source.hash, ...shown}))
    return {branch, hash: source.hash, outcome: 'done', next}
  }
}
