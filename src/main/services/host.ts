import type { JobQueue } from '../jobs/jobQueue.ts'
import type { Supervisor } from '../jobs/supervisor.ts'
import type { Logger } from '../log.ts'
import type { EventHub } from './eventHub.ts'
import type { Folders } from './folders/folders.ts'
import type { ProjectSlot } from './projectSlot.ts'
import type { DeviceFinder } from './system/devices/devices.ts'

/** What the services of one host share; core.ts makes it and hands it to each of them. */
export interface Host {
  readonly version: string
  readonly shell: 'web' | 'electron' | 'cli'
  readonly slot: ProjectSlot
  readonly jobs: JobQueue
  readonly events: EventHub
  readonly folders: Folders
  readonly supervisor: Supervisor
  readonly devices: DeviceFinder
  readonly log: Logger
  /** Things of this user, not of a project: settings, recent projects, the session key. */
  readonly stateFolder: string
  /** Where resources/ and out/ (or src/) lie. */
  readonly installFolder: string
}
