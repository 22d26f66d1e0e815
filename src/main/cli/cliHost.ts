import type { Core } from '../core.ts'

/** What the shell that runs the command line brings along. */
export interface CliHost {
  readonly version: string
  readonly makeCore: (options?: { roots?: string[] }) => Promise<Core>
}
