import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from '@jest/globals'
import {catalogSettings, loadConfig, resolveReferences, setConfigValue} from '@phlo/core'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phlo-config-'))
})
afterEach(() => rm(folder, {recursive: true, force: true}))

async function write(path: string, text: string): Promise<string> {
  const full = join(folder, path)
  await mkdir(dirname(full), {recursive: true})
  await writeFile(full, text)
  return full
}

const place = (cwd = 'work', env: Record<string, string> = {}) => ({cwd: join(folder, cwd), home: join(folder, 'home'), env})
const USER = 'home/.config/phlo/config.yaml'

describe('where a value comes from', () => {
  const lake = (uri: string) => `catalogs:\n  lake:\n    type: sql\n    uri: ${uri}\n`

  test('flags before the environment, before phlo.yaml, before the user’s file', async () => {
    const user = await write(USER, `defaultCatalog: user\n${lake('sqlite:////user.db')}`)
    const from = async (env: Record<string, string>, flags = {}) => {
      const {values} = await loadConfig(place('work/deep/er', env), flags)
      return [values.get('defaultCatalog'), values.get('catalogs.lake.uri')].map((value) => [
        value?.value,
        value?.origin.source,
        value?.origin.where,
      ])
    }
    expect(await from({})).toEqual([
      ['user', 'user', `${user}:1`],
      ['sqlite:////user.db', 'user', `${user}:5`],
    ])
    const project = await write('work/phlo.yaml', `${lake('sqlite:////project.db')}defaultCatalog: project\n`)
    expect(await from({})).toEqual([
      ['project', 'project', `${project}:5`],
      ['sqlite:////project.db', 'project', `${project}:4`],
    ])
    const env = {PHLO_CATALOG: 'variable', PHLO_CATALOGS__LAKE__URI: 'sqlite:////variable.db'}
    expect(await from(env)).toEqual([
      ['variable', 'environment', 'PHLO_CATALOG'],
      ['sqlite:////variable.db', 'environment', 'PHLO_CATALOGS__LAKE__URI'],
    ])
    expect((await from(env, {catalog: 'flag'}))[0]).toEqual(['flag', 'flag', '--catalog'])
  })

  test('the nearest phlo.yaml upward is the project', async () => {
    await write('work/phlo.yaml', 'defaultCatalog: outer\n')
    await write('work/inner/phlo.yaml', 'defaultCatalog: inner\n')
    await mkdir(join(folder, 'work/inner/deep'))
    const config = await loadConfig(place('work/inner/deep'))
    expect(config.values.get('defaultCatalog')?.value).toBe('inner')
    expect(config.projectRoot).toBe(join(folder, 'work/inner'))
  })

  test('with nothing configured there is one embedded catalog, and reading creates nothing', async () => {
    await mkdir(join(folder, 'work'))
    const config = await loadConfig(place())
    expect(catalogSettings(config)).toEqual({
      name: 'local',
      type: 'sql',
      properties: {uri: `sqlite:///${folder}/work/.phlo/catalog.db`, warehouse: `file://${folder}/work/.phlo/warehouse`},
    })
    expect(await readdir(join(folder, 'work'))).toEqual([])
  })

  test('XDG_CONFIG_HOME and PHLO_CONFIG_DIR say where the user’s file is', async () => {
    await write('xdg/phlo/config.yaml', 'defaultCatalog: xdg\n')
    await write('own/config.yaml', 'defaultCatalog: own\n')
    const read = async (env: Record<string, string>) => (await loadConfig(place('.', env))).values.get('defaultCatalog')?.value
    expect(await read({XDG_CONFIG_HOME: join(folder, 'xdg')})).toBe('xdg')
    expect(await read({XDG_CONFIG_HOME: join(folder, 'xdg'), PHLO_CONFIG_DIR: join(folder, 'own')})).toBe('own')
  })
})

describe('catalogs', () => {
  test('properties may be flat or nested, and every value is text', async () => {
    await write(
      'work/phlo.yaml',
      'catalogs: {lake: {type: sql, s3.region: eu, s3: {endpoint: "http://x", path-style-access: true}, n: 9007199254740993}}\n',
    )
    expect(catalogSettings(await loadConfig(place())).properties).toEqual({
      's3.region': 'eu',
      's3.endpoint': 'http://x',
      's3.path-style-access': 'true',
      n: '9007199254740993',
    })
  })

  test('variables set properties with dots and hyphens, of catalogs with hyphens and capitals too', async () => {
    await write('work/phlo.yaml', 'catalogs: {My-Lake: {type: sql}}\n')
    const config = await loadConfig(place('work', {PHLO_CATALOGS__MY_LAKE__S3__ACCESS_KEY_ID: 'key', PHLO_CATALOGS__OTHER__TYPE: 'rest'}))
    expect(catalogSettings(config, 'My-Lake').properties).toEqual({'s3.access-key-id': 'key'})
    expect(catalogSettings(config, 'other').type).toBe('rest')
  })

  test('the only one is the default; of several one has to be chosen', async () => {
    await write('work/phlo.yaml', 'catalogs: {lake: {type: sql}}\n')
    expect(catalogSettings(await loadConfig(place())).name).toBe('lake')
    await write('work/phlo.yaml', 'catalogs: {lake: {type: sql}, pond: {type: sql}}\n')
    const config = await loadConfig(place())
    expect(() => catalogSettings(config)).toThrow(expect.objectContaining({code: 'NO_DEFAULT_CATALOG', exit: 2}))
    expect(() => catalogSettings(config, 'lak')).toThrow(
      expect.objectContaining({code: 'CATALOG_NOT_CONFIGURED', suggestions: expect.arrayContaining(['--catalog lake'])}),
    )
  })

  test('one without a type is named', async () => {
    await write('work/phlo.yaml', 'catalogs: {lake: {uri: x}}\n')
    const config = await loadConfig(place())
    expect(() => catalogSettings(config)).toThrow(
      expect.objectContaining({code: 'CATALOG_WITHOUT_TYPE', message: 'The catalog lake has no type.'}),
    )
  })
})

describe('mistakes name the file and the line', () => {
  test.each([
    ['defaultCatalogue: x\n', 1, 'UNKNOWN_CONFIG_KEY', ['Did you mean defaultCatalog?']],
    ['# a comment\ncatalog:\n  lake:\n    type: sql\n', 4, 'UNKNOWN_CONFIG_KEY', ['Did you mean catalogs?']],
    ['state:\n  uri: x\n', 2, 'UNKNOWN_CONFIG_KEY', ['Did you mean state.url?']],
    ['a: [\n', 2, 'INVALID_CONFIG', []],
    ['catalogs:\n  lake:\n    uri:\n', 3, 'INVALID_CONFIG', []],
    ['catalogs:\n  lake:\n    uri: [a, b]\n', 3, 'INVALID_CONFIG', []],
    ['catalogs:\n  lake: {type: sql}\n  lake: {type: sql}\n', 3, 'INVALID_CONFIG', []],
    ['catalogs:\n  a.b: {type: sql}\n', 2, 'INVALID_CONFIG', []],
    ['just text\n', 1, 'INVALID_CONFIG', []],
  ])('%j', async (text, line, code, suggestions) => {
    const path = await write('work/phlo.yaml', text)
    await expect(loadConfig(place())).rejects.toMatchObject({
      code,
      exit: 2,
      suggestions,
      message: expect.stringContaining(`${path}:${line}: `),
    })
  })

  test('a variable that sets nothing is named', async () => {
    await expect(loadConfig(place('.', {PHLO_CATALOG__LAKE__URI: 'x'}))).rejects.toMatchObject({
      code: 'UNKNOWN_CONFIG_KEY',
      message: expect.stringContaining('PHLO_CATALOG__LAKE__URI'),
    })
  })

  test('an empty file and plugins’ sections are fine', async () => {
    await write('work/phlo.yaml', '# nothing yet\n')
    expect((await loadConfig(place())).values.get('defaultCatalog')?.value).toBe('local')
    await write('work/phlo.yaml', 'plugins:\n  "@phlo/quality":\n    checks: [{name: a}]\n')
    expect((await loadConfig(place())).plugins).toEqual({'@phlo/quality': {checks: [{name: 'a'}]}})
  })
})

describe('references', () => {
  test('are put in place when asked for, and named as secrets', async () => {
    const file = await write('password', 'hunter22\n')
    const {properties, secrets} = await resolveReferences({uri: `pg://\${env:WHO}:\${file:${file}}@host`, plain: 'x'}, {WHO: 'ada'})
    expect(properties).toEqual({uri: 'pg://ada:hunter22@host', plain: 'x'})
    expect(secrets).toEqual(['ada', 'hunter22'])
  })

  test('a value that looks like a reference is not resolved again', async () => {
    const {properties} = await resolveReferences({a: '${' + 'env:A}'}, {A: '${' + 'env:B}', B: 'deep'})
    expect(properties).toEqual({a: '${' + 'env:B}'})
  })

  test.each([
    ['env:NOT_SET', 'MISSING_SECRET'],
    ['file:/does/not/exist', 'MISSING_SECRET'],
    ['secret:vault/x', 'UNSUPPORTED_REFERENCE'],
  ])('%s is an error that names the reference and the key', async (reference, code) => {
    await expect(resolveReferences({token: `\${${reference}}`}, {})).rejects.toMatchObject({
      code,
      exit: 3,
      message: expect.stringMatching(new RegExp(`^token refers to .*${reference}`)),
    })
  })
})

describe('setting a value', () => {
  test('keeps the comments and what else is there', async () => {
    const path = await write(
      'work/phlo.yaml',
      '# our lake\ncatalogs:\n  lake:\n    # the big one\n    type: sql\n    s3:\n      endpoint: http://old # local\n',
    )
    await setConfigValue(path, 'catalogs.lake.s3.endpoint', 'http://new', {ownerOnly: false})
    await setConfigValue(path, 'catalogs.lake.uri', 'sqlite:////x.db', {ownerOnly: false})
    await setConfigValue(path, 'state.url', 'sqlite:////state.db', {ownerOnly: false})
    const text = await readFile(path, 'utf8')
    expect(text).toBe(
      '# our lake\ncatalogs:\n  lake:\n    # the big one\n    type: sql\n    s3:\n      endpoint: http://new # local\n    uri: sqlite:////x.db\nstate:\n  url: sqlite:////state.db\n',
    )
    expect(await readdir(dirname(path))).toEqual(['phlo.yaml'])
  })

  test('makes the user’s file readable by its owner only, even where it was not', async () => {
    const path = join(folder, USER)
    await setConfigValue(path, 'defaultCatalog', 'lake', {ownerOnly: true})
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
    await chmod(path, 0o644)
    await setConfigValue(path, 'defaultCatalog', 'pond', {ownerOnly: true})
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('follows a link instead of replacing it', async () => {
    const target = await write('dotfiles/phlo.yaml', 'defaultCatalog: a\n')
    await symlink(target, join(folder, 'linked.yaml'))
    await setConfigValue(join(folder, 'linked.yaml'), 'defaultCatalog', 'b', {ownerOnly: false})
    expect(await readFile(target, 'utf8')).toBe('defaultCatalog: b\n')
  })

  test.each([
    ['defaultCatalogue', 'UNKNOWN_CONFIG_KEY'],
    ['catalogs.lake', 'UNKNOWN_CONFIG_KEY'],
  ])('refuses the key %s and leaves the file as it was', async (key, code) => {
    const path = await write('work/phlo.yaml', 'defaultCatalog: a\n')
    await expect(setConfigValue(path, key, 'x', {ownerOnly: false})).rejects.toMatchObject({code, exit: 2})
    expect(await readFile(path, 'utf8')).toBe('defaultCatalog: a\n')
  })

  test('does not touch a file that does not parse', async () => {
    const path = await write('work/phlo.yaml', 'defaultCatalog: [\n')
    await expect(setConfigValue(path, 'defaultCatalog', 'x', {ownerOnly: false})).rejects.toMatchObject({code: 'INVALID_CONFIG'})
    expect(await readFile(path, 'utf8')).toBe('defaultCatalog: [\n')
  })
})
