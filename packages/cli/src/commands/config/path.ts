import type {PhloConfig} from '@phlo/core'
import {formatTable, PhloCommand} from '@phlo/core/command'

export default class ConfigPath extends PhloCommand<{readonly files: PhloConfig['files']}> {
  static override summary = 'Prints the paths of the configuration files, nearest first.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run() {
    await this.parse(ConfigPath)
    const {files} = await this.configuration()
    this.log(
      formatTable(files, [
        {header: 'file', value: ({kind}) => kind},
        {header: 'path', value: ({path}) => path},
        {header: 'found', value: ({found}) => (found ? 'yes' : 'no')},
      ]),
    )
    return {files}
  }
}
