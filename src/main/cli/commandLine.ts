import { Command as Program, InvalidArgumentError } from 'commander'
import type { PageClient } from '../../shared/api/page/contract.ts'
import type { CliHost } from './cliHost.ts'
import type { Command } from './commands.ts'
import { createOutput, exitCodeOf, type Output } from './output.ts'
import { openSession, projectFolder } from './session.ts'

/** Options of every command. */
export interface Common {
  json?: boolean
  project?: string
}

export const collect = (value: string, all: string[]) => [...all, value]
export const integer = (value: string): number => {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('a whole number is expected')
  return Number(value)
}
export const signedInteger = (value: string): number => (value.startsWith('-') ? -integer(value.slice(1)) : integer(value))
/** What the commands share: the program they belong to, how they open a project, and how they end. */
export class CommandLine {
  readonly host: CliHost
  readonly signal: AbortSignal
  readonly program: Program
  exitCode = 0
  /** A server that is interrupted has done what it was asked to. */
  serving = false

  constructor(host: CliHost, signal: AbortSignal) {
    this.host = host
    this.signal = signal
    this.program = new Program('maskwright')
      .description('Label images and train vision models on them.')
      .version(host.version)
      .exitOverride()
      .showSuggestionAfterError()
      .configureHelp({ showGlobalOptions: true })
  }

  command(name: string, description: string, parent: Program = this.program): Program {
    return parent
      .command(name)
      .description(description)
      .option('--json', 'one JSON object on stdout, progress as JSON lines on stderr')
      .exitOverride()
  }

  projectCommand(name: string, description: string, parent?: Program): Program {
    return this.command(name, description, parent).option('-p, --project <folder>', 'the project (default: this folder)')
  }

  async work(options: Common, run: (output: Output) => Promise<void>): Promise<void> {
    const output = createOutput(options.json ?? false)
    try {
      await run(output)
      if (this.signal.aborted && !this.serving) this.exitCode = 130
    } catch (error) {
      output.fail(error)
      this.exitCode = exitCodeOf(error)
    }
  }

  inProject(options: Common, run: (command: Command) => Promise<void>, create = false): Promise<void> {
    return this.work(options, async (output) => {
      const folder = projectFolder(options.project ?? (create ? '.' : undefined))
      const session = await openSession(this.host.makeCore, folder, { create })
      try {
        await run({ session, output, signal: this.signal })
      } finally {
        await session.close()
      }
    })
  }

  /** For commands about configs by name: presets and files need no project. */
  withConfigs(
    options: Common,
    names: readonly (string | undefined)[],
    run: (client: PageClient, output: Output) => Promise<void>,
  ): Promise<void> {
    if (namesRun(names)) return this.inProject(options, ({ session, output }) => run(session.client, output))
    return this.work(options, async (output) => {
      const core = await this.host.makeCore()
      try {
        await run(core.cliClient(), output)
      } finally {
        await core.close()
      }
    })
  }
}

/** Only the config of a run needs its project. */
const namesRun = (names: readonly (string | undefined)[]): boolean => names.some((name) => name?.startsWith('#'))
