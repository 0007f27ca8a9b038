import {Args} from '@oclif/core'
import {type ConfigOrigin, checkConfigKey, ExitCode, maskConfigValue, PhloError} from '@phlo/core'
import {PhloCommand} from '@phlo/core/command'

export default class ConfigGet extends PhloCommand<{readonly key: string; readonly value: string; readonly origin: ConfigOrigin}> {
  static override summary = 'Prints one value of the configuration.'
  static override description = 'Exits with 1 when the key is not set. Secrets are masked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> defaultCatalog',
    '<%= config.bin %> <%= command.id %> catalogs.lake.uri --json',
  ]
  static override args = {key: Args.string({required: true, description: 'such as catalogs.lake.uri'})}

  async run() {
    const {args} = await this.parse(ConfigGet)
    checkConfigKey(args.key)
    const found = (await this.configuration()).values.get(args.key)
    if (!found) {
      throw new PhloError(`${args.key} is not set.`, {
        code: 'CONFIG_NOT_SET',
        exit: ExitCode.failed,
        suggestions: [`phlo config set ${args.key} <value>`],
      })
    }
    const value = maskConfigValue(found.key, found.value)
    this.log(value)
    return {...found, value}
  }
}
