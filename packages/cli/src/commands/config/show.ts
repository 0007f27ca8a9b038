import {type ConfigOrigin, maskConfigValue, maskSecrets} from '@phlo/core'
import {formatTable, PhloCommand} from '@phlo/core/command'

interface ShownValue {
  readonly key: string
  readonly value: string
  readonly origin: ConfigOrigin
}

export default class ConfigShow extends PhloCommand<{readonly values: readonly ShownValue[]; readonly plugins: unknown}> {
  static override summary = 'Shows every value of the configuration and where it comes from.'
  static override description = 'Secrets are masked; references to them are shown as they are written.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run() {
    await this.parse(ConfigShow)
    const {values, plugins} = await this.configuration()
    const shown = [...values.values()].map((entry) => ({...entry, value: maskConfigValue(entry.key, entry.value)}))
    this.log(
      formatTable(shown, [
        {header: 'key', value: ({key}) => key},
        {header: 'value', value: ({value}) => value, align: 'left'},
        {header: 'from', value: ({origin}) => origin.where},
      ]),
    )
    const masked = maskSecrets(plugins)
    if (Object.keys(plugins).length > 0) this.log(`\nplugins ${JSON.stringify(masked, null, 2)}`)
    return {values: shown, plugins: masked}
  }
}
