import {Args} from '@oclif/core'
import {PhloCommand} from '@phlo/core/command'

export default class Hello extends PhloCommand<{readonly greeting: string; readonly defaultCatalog: string | null}> {
  static override summary = 'Greets somebody, and says which catalog is the default.'
  static override examples = ['<%= config.bin %> <%= command.id %> Ada']
  static override args = {name: Args.string({description: 'whom to greet', default: 'world'})}

  async run() {
    const {args} = await this.parse(Hello)
    const config = await this.configuration()
    const greeting = `Hello, ${args.name}!`
    const defaultCatalog = config.values.get('defaultCatalog')?.value ?? null
    this.log(greeting)
    this.note(`The default catalog is ${defaultCatalog}.`)
    return {greeting, defaultCatalog}
  }
}
