import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installPart, type InstallOptions } from '../../src/main/services/system/installGpu/installGpu.ts'
import { gpuParts, type GpuPart } from '../../src/main/services/system/installGpu/parts.ts'
import { entryFile } from '../support/entries.ts'

const root = path.join(import.meta.dirname, '../..')
let nodeModules: string
beforeEach(() => {
  nodeModules = path.join(mkdtempSync(path.join(tmpdir(), 'maskwright-gpu-')), 'node_modules')
  mkdirSync(nodeModules)
})
afterEach(() => rmSync(path.dirname(nodeModules), { recursive: true, force: true }))

/** A package whose script behaves like a downloader: `body` runs where the package (or the copy of it) lies. */
const part: GpuPart = {
  id: 'cuda',
  package: 'some-runtime',
  copied: ['package.json', 'script'],
  script: ['script/install.js', '--all'],
  sources: ['https://example.invalid/part'],
  files: ['bin/a.so', 'bin/b.so'],
  moved: ['bin/a.so', 'bin/b.so'],
}
function makePackage(body: string): string {
  const folder = path.join(nodeModules, part.package)
  mkdirSync(path.join(folder, 'script'), { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{"name":"some-runtime","version":"1.0.0"}')
  writeFileSync(
    path.join(folder, 'script/install.js'),
    `const fs = require('fs'), path = require('path'); const bin = path.join(__dirname, '..', 'bin');
     const elf = Buffer.from('\\x7fELF and more', 'latin1'); fs.mkdirSync(bin, { recursive: true });
     const put = (name, bytes = elf) => fs.writeFileSync(path.join(bin, name), bytes);
     ${body}`,
  )
  return folder
}
/** Every file of a folder with its hash. */
function stateOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(folder, name)).isFile())
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex'),
    ]),
  )
}
const install = (more: Partial<InstallOptions> = {}, which = part) =>
  installPart(which, { nodeModules, dryRun: false, onProgress: () => undefined, ...more })

test('what was fetched is moved in, its progress is told, and a second time nothing is fetched', async () => {
  const folder = makePackage(`console.log('Downloading ' + process.argv[2]); put('a.so'); put('b.so')`)
  const lines: string[] = []
  const report = await install({ onProgress: (id, line) => lines.push(`${id} ${line}`) })
  expect(report).toMatchObject({ state: 'installed', reason: null })
  expect(lines).toContain('cuda Downloading --all')
  expect(readFileSync(path.join(folder, 'bin/b.so'), 'latin1')).toContain('ELF')
  expect(readdirSync(nodeModules)).toEqual([part.package])
  const before = stateOf(folder)
  expect(await install()).toMatchObject({ state: 'already' })
  expect(stateOf(folder)).toEqual(before)
})

test('a dry run says what would be fetched and starts nothing', async () => {
  const folder = makePackage(`put('a.so'); put('b.so')`)
  const before = stateOf(folder)
  expect(await install({ dryRun: true })).toMatchObject({ state: 'planned', sources: part.sources, files: part.files })
  expect(stateOf(folder)).toEqual(before)
})

const failures: readonly (readonly [what: string, body: string, expected: object])[] = [
  ['no network', `const e = new Error('getaddrinfo ENOTFOUND api.example.org'); e.code = 'ENOTFOUND'; throw e`, { trouble: 'network', reason: expect.stringContaining('Error: getaddrinfo ENOTFOUND api.example.org') as string }],
  ['an end in the middle', `put('a.so'); process.exit(3)`, { trouble: 'other', reason: expect.stringContaining('code 3') as string }],
  ['a script that ends well and brings nothing', `put('a.so')`, { reason: expect.stringContaining('bin/b.so') as string }],
  ['a page in place of a library', `put('a.so'); put('b.so', '<html>not found</html>')`, { trouble: 'damaged' }],
  ['a full disk', `console.error('Error: ENOSPC: no space left on device'); process.exit(1)`, { trouble: 'disk' }],
  ['no right to write', `console.error('Error: EACCES: permission denied'); process.exit(1)`, { trouble: 'permission' }],
  ['a connection that hangs', `put('a.so'); setInterval(() => {}, 1000)`, { trouble: 'time' }],
] // prettier-ignore

test.each(failures)('%s leaves the package as it was, with its reason', async (_what, body, expected) => {
  const folder = makePackage(body)
  mkdirSync(path.join(folder, 'bin'))
  writeFileSync(path.join(folder, 'bin/a.so'), 'an older one')
  const before = stateOf(folder)
  expect(await install({ timeoutMs: 2_000 })).toMatchObject({ state: 'failed', ...expected })
  expect(stateOf(folder)).toEqual(before)
  expect(readdirSync(nodeModules)).toEqual([part.package])
})

test('what cannot be moved in puts back what was replaced', async () => {
  const folder = makePackage(`put('a.so'); put('b.so')`)
  mkdirSync(path.join(folder, 'bin/b.so/in-the-way'), { recursive: true })
  writeFileSync(path.join(folder, 'bin/a.so'), 'an older one')
  const before = stateOf(folder)
  // The second name is the parent of the first, so it is gone when its turn comes.
  const broken = { ...part, moved: ['bin/a.so', 'bin/c.so'] }
  expect(await install({}, broken)).toMatchObject({ state: 'failed' })
  expect(stateOf(folder)).toEqual(before)
})

test('the command line says what it would fetch; --dry-run belongs to --install-gpu', () => {
  const run = (...args: string[]) => {
    const env = { ...process.env, MASKWRIGHT_STATE: path.join(nodeModules, 'state') }
    return spawnSync(process.execPath, [entryFile('cli'), 'doctor', ...args, '--json'], { env, encoding: 'utf8' })
  }
  const dry = run('--install-gpu', '--dry-run')
  expect(dry.status).toBe(0)
  const { parts } = JSON.parse(dry.stdout) as { parts: { state: string; sources: string[] }[] }
  for (const each of parts)
    expect(each).toMatchObject({
      state: expect.stringMatching(/planned|already/) as string,
      sources: [expect.stringContaining('https://') as string, ...each.sources.slice(1)],
    })
  expect(run('--dry-run').status).toBe(2)
}, 30_000)

test('a package that is not there says so, and a cancelled download ends', async () => {
  expect(await install()).toMatchObject({ state: 'failed', trouble: 'package' })
  makePackage(`setInterval(() => {}, 1000)`)
  expect(await install({ signal: AbortSignal.timeout(500) })).toMatchObject({ state: 'failed', reason: 'cancelled' })
  // The part after the one that was cancelled.
  expect(await install({ signal: AbortSignal.abort(), timeoutMs: 2_000 })).toMatchObject({ state: 'failed', reason: 'cancelled' })
})

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the script of tfjs-node-gpu itself', () => {
  let server: Server
  let host: string
  const asked: string[] = []
  /** An archive with these files, each a few bytes of a library. */
  function archive(...files: string[]): Buffer {
    const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-tar-'))
    for (const file of files) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(folder, file), Buffer.from('\x7fELF made for a test', 'latin1'))
    }
    const bytes = execFileSync('tar', ['-czf', '-', '-C', folder, ...readdirSync(folder)])
    rmSync(folder, { recursive: true })
    return bytes
  }
  beforeEach(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      if (request.url?.includes('libtensorflow')) response.end(archive('lib/libtensorflow.so.2.9.1'))
      else if (request.url?.includes('GPU-linux')) response.end(archive('napi-v8/tfjs_binding.node'))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => server.close())

  test('fetches from a server, is checked and moved in; the package is not touched until then', async () => {
    const tensorflow = gpuParts('linux', 'x64', process.versions['napi'] ?? '8').find(({ id }) => id === 'tensorflow')!
    const own = path.join(root, 'node_modules', tensorflow.package)
    const folder = path.join(nodeModules, tensorflow.package)
    cpSync(own, folder, { recursive: true })
    // What the script depends on, as where the studio is installed.
    for (const name of readdirSync(path.join(root, 'node_modules')))
      if (!existsSync(path.join(nodeModules, name))) symlinkSync(path.join(root, 'node_modules', name), path.join(nodeModules, name))
    const env = { TFJS_NODE_BASE_URI: `${host}/libtensorflow-`, npm_config_tfjs_binding_binary_host_mirror: host }
    const before = readFileSync(path.join(folder, 'package.json'), 'utf8')
    Object.assign(process.env, env)
    try {
      expect(await install({ timeoutMs: 60_000 }, tensorflow)).toMatchObject({ state: 'installed', reason: null })
    } finally {
      for (const name of Object.keys(env)) delete process.env[name]
    }
    expect(asked.some((url) => url.includes('gpu-linux-x86_64-2.9.1.tar.gz'))).toBe(true)
    for (const file of tensorflow.files) expect(readFileSync(path.join(folder, file), 'latin1')).toContain('made for a test')
    expect(readFileSync(path.join(folder, 'package.json'), 'utf8')).toBe(before)
  }, 90_000)
})
