import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { installHref } from '../shared/entries.ts'
import type { CliHost } from './cli/cliHost.ts'
import { runCli } from './cli/program.ts'

// The command line: one host per call, or a guest of the host that has the project open.
const { version } = JSON.parse(readFileSync(new URL('package.json', installHref(import.meta.url)), 'utf8')) as { version: string }

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first asks for an orderly end, the second does not wait for it; children notice by themselves.
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
  })
}

/** Loaded when a command needs it: help and usage errors answer at once. */
const makeCore: CliHost['makeCore'] = async ({ roots = [homedir()] } = {}) => {
  const [{ createCore }, { forkChild }, { createLogger }] = await Promise.all([
    import('./core.ts'),
    import('./jobs/child.ts'),
    import('./log.ts'),
  ])
  return createCore({ shell: 'cli', version, spawnChild: forkChild, roots, log: createLogger('host') })
}
process.exitCode = await runCli(process.argv.slice(2), { version, makeCore }, interrupted.signal)
// Whatever still holds the event loop must not hold the shell.
setTimeout(() => process.exit(), 500).unref()
