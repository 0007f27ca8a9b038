import {Args, Flags} from '@oclif/core'
import {isReference, isSecretKey, setConfigValue} from '@phlo/core'
import {PhloCommand} from '@phlo/core/command'

export default class ConfigSet extends PhloCommand<{readonly key: string; readonly path: string}> {
  static override summary = 'Sets one value in the project file, or in your own with --user.'
  static override description =
    'The project file is the phlo.yaml in force, or a new one in the working directory. Its comments are kept. Give secrets as references.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> defaultCatalog lake',
    '<%= config.bin %> <%= command.id %> --user catalogs.lake.uri postgresql://phlo@db.example/catalog',
  ]
  static override args = {
    key: Args.string({required: true, description: 'such as catalogs.lake.uri'}),
    value: Args.string({required: true, description: 'the value, as text'}),
  }
  static override flags = {user: Flags.boolean({summary: "write to the user's own file, which only its owner can read"})}

  async run() {
    const {args, flags} = await this.parse(ConfigSet)
    const {files} = await this.configuration()
    const path = files.find(({kind}) => kind === (flags.user ? 'user' : 'project'))!.path
    await setConfigValue(path, args.key, args.value, {ownerOnly: flags.user})
    if (isSecretKey(args.key) && !isReference(args.value)) {
      this.warn(`${args.key} is now in ${path} as plain text; a reference such as \${env:NAME} or \${file:/path} keeps it out.`)
    }
    this.log(`${args.key} is set in ${path}`)
    return {key: args.key, path}
  }
}
