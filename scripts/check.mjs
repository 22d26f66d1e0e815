// npm run check: types, lint, layers, unused code, format and unit tests; `--timings` prints each part, `--no-cache` starts cold, `--build` builds beside it.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { node24, root } from './nodeRuntime.mjs'

const bin = (name) => path.join(root, 'node_modules', '.bin', name)
const cache = !process.argv.includes('--no-cache')
const unit = !process.argv.includes('--no-unit')
const build = process.argv.includes('--build')
const timings = process.argv.includes('--timings')
const cacheDir = path.join(root, 'node_modules', '.cache')
mkdirSync(cacheDir, { recursive: true })

const types = (folder, tool = 'tsc') => ({
  name: `types ${folder}`,
  command: bin(tool),
  args: ['-p', folder, ...(cache ? [] : ['--incremental', 'false', '--tsBuildInfoFile', 'null'])],
})
const cached = (...args) => (cache ? args : [])

// Long parts first: two run side by side.
const parts = [
  ...(unit
    ? [
        {
          name: 'unit tests',
          command: bin('vitest'),
          args: ['run', '--project', 'unit', '--project', 'dom', '--reporter', 'dot', '--silent=passed-only'],
        },
      ]
    : []),
  {
    name: 'lint',
    command: bin('eslint'),
    args: [
      '.',
      '--max-warnings',
      '0',
      ...cached('--cache', '--cache-strategy', 'content', '--cache-location', path.join(cacheDir, 'eslint/')),
    ],
  },
  types('src/renderer', 'vue-tsc'),
  types('tests'),
  ...(build ? [{ name: 'build', command: bin('electron-vite'), args: ['build', '--logLevel', 'warn'] }] : []),
  types('src/main'),
  types('src/compute'),
  types('src/shared'),
  types('src/preload'),
  { name: 'layers', command: bin('depcruise'), args: ['src', '--config', '.dependency-cruiser.mjs', ...(cache ? [] : ['--no-cache'])] },
  { name: 'unused code', command: bin('knip'), args: cached('--cache', '--cache-location', path.join(cacheDir, 'knip')) },
  {
    name: 'format',
    command: bin('prettier'),
    args: [
      '--check',
      '--log-level',
      'warn',
      '.',
      ...cached('--cache', '--cache-location', path.join(cacheDir, 'prettier-check'), '--cache-strategy', 'content'),
    ],
  },
]

function run(part) {
  return new Promise((resolve) => {
    const startedAt = Date.now()
    const child = spawn(part.command, part.args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${path.dirname(node24())}${path.delimiter}${process.env.PATH ?? ''}`, FORCE_COLOR: '0' },
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => resolve({ ...part, code, output, seconds: (Date.now() - startedAt) / 1000 }))
  })
}

const startedAt = Date.now()
const queue = [...parts]
const results = []
async function lane() {
  for (let part = queue.shift(); part; part = queue.shift()) {
    const result = await run(part)
    results.push(result)
    console.log(`${result.code === 0 ? 'ok  ' : 'FAIL'} ${result.name}${timings ? `  ${result.seconds.toFixed(1)} s` : ''}`)
    if (result.code !== 0) console.log(result.output.trimEnd())
  }
}
await Promise.all([lane(), lane()])

const failed = results.filter((result) => result.code !== 0)
console.log(
  `${failed.length === 0 ? 'check passed' : `check failed: ${failed.map((part) => part.name).join(', ')}`} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
)
process.exit(failed.length === 0 ? 0 : 1)
