import BranchDelete from '../delete.js'

export default class BranchWapAbort extends BranchDelete {
  static override summary = 'Gives up what a run wrote to its branch: deletes the branch. Nothing of it was published.'
  static override examples = ['<%= config.bin %> branch wap abort nightly --dry-run', '<%= config.bin %> branch wap abort nightly --yes']
}
