import {nearest} from '../nearest.js'
import {CONTRACT, CONTRIBUTION_TAGS, type ContributionKind, isContributionKind} from './kinds.js'

/** An installed package, as oclif's plugin list holds it. `type` is `core` for what comes with the host. */
export interface PluginPackage {
  readonly name: string
  /** The package's folder. */
  readonly root: string
  readonly pjson: object
  readonly type?: string
}

/** One module that a plugin offers, known from its package.json and not imported yet. */
export interface Contribution {
  readonly kind: ContributionKind
  readonly name: string
  readonly plugin: string
  /** The plugin's folder, and the module's path within it. */
  readonly root: string
  readonly path: string
}

/** What the plugins offer, and a sentence for each plugin that cannot be used as it is. */
export interface ContributionList {
  readonly contributions: readonly Contribution[]
  readonly warnings: readonly string[]
}

/**
 * Reads the lists of contributions from the plugins' package.json files; imports nothing and never throws.
 *
 * Where two plugins offer the same name, what comes with the host is taken before what a user installed, then the plugin whose name
 * sorts first; the other one costs a warning. A malformed list costs one warning and counts as empty.
 */
export function listContributions(plugins: Iterable<PluginPackage>): ContributionList {
  const taken = new Map<string, Contribution>()
  const warnings: string[] = []
  for (const plugin of [...plugins].sort(byPrecedence)) {
    const found = contributionsOf(plugin)
    if (typeof found === 'string') {
      warnings.push(`Plugin ${plugin.name} is left out: ${found}`)
      continue
    }
    for (const contribution of found) {
      const key = `${contribution.kind}/${contribution.name}`
      const other = taken.get(key)
      if (other)
        warnings.push(`${contribution.kind} ${contribution.name} of ${plugin.name} is left out: ${other.plugin} contributes that name.`)
      else taken.set(key, contribution)
    }
  }
  return {contributions: [...taken.values()], warnings}
}

function byPrecedence(left: PluginPackage, right: PluginPackage): number {
  const rank = (plugin: PluginPackage) => (plugin.type === 'core' ? 0 : 1)
  return rank(left) - rank(right) || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0)
}

function contributionsOf(plugin: PluginPackage): Contribution[] | string {
  const list = 'phlo' in plugin.pjson ? plugin.pjson.phlo : undefined
  if (list === undefined) return []
  if (!isRecord(list)) return '"phlo" in its package.json is not an object.'
  const {contract, ...kinds} = list
  if (typeof contract !== 'number') return '"phlo" in its package.json names no contract.'
  if (contract !== CONTRACT) return `it is written for contract ${contract} and this Phlo speaks ${CONTRACT}.`
  const found: Contribution[] = []
  for (const [kind, modules] of Object.entries(kinds)) {
    if (!isContributionKind(kind)) {
      const meant = nearest(kind, Object.keys(CONTRIBUTION_TAGS))
      return `it contributes ${JSON.stringify(kind)}, which Phlo does not know${meant ? `; did it mean ${meant}?` : '.'}`
    }
    if (!isRecord(modules)) return `"${kind}" in its package.json is not an object of names and modules.`
    for (const [name, path] of Object.entries(modules)) {
      if (typeof path !== 'string' || !path.startsWith('./')) return `${kind} ${name} is not a path that starts with "./".`
      found.push({kind, name, plugin: plugin.name, root: plugin.root, path})
    }
  }
  return found
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
