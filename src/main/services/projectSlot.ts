import { fileURLToPath } from 'node:url'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../shared/api/page/projects.ts'
import { entryHref } from '../../shared/entries.ts'
import { AppError } from '../../shared/errors.ts'
import { openProjectStore } from '../db/openStore.ts'
import type { ProjectStore } from '../db/store.ts'
import type { EventHub } from './eventHub.ts'

export interface OpenProject {
  readonly project: Project
  readonly store: ProjectStore
}

/** The one project this host has open, if any. */
export interface ProjectSlot {
  readonly current: OpenProject | null
  /** `madeIn`: only where that one is open (see madeInSchema). Errors: project/none-open. */
  require(madeIn?: string): OpenProject
  /** Closes the one that is open. Errors: project/not-found, project/locked, project/newer-version, project/damaged. */
  open(folder: string): Promise<OpenProject>
  /** Makes the folder if it is not there. Errors: project/not-empty, disk/*. */
  create(folder: string, name: string): Promise<OpenProject>
  close(): Promise<void>
  /** Called, in order of registration, after a project was opened and before pages hear of it; the answer runs before it is closed. */
  onOpen(prepare: (open: OpenProject) => Promise<(() => Promise<void>) | void> | void): void
}

export interface ProjectSlotOptions {
  readonly events: EventHub
  /** Address of this host's local socket, for command lines that find the project locked. */
  readonly socket: string | null
  /** The file that the threads of a database run; the one that belongs to this file where it is not said. */
  readonly databaseFile?: string | undefined
}

/** The id and the folder itself, whatever it is called: while a project and a copy of it are both there, they differ in this. */
async function keyOf(id: string, folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true })
  return `${id} ${dev.toString(36)}.${ino.toString(36)}`
}

export function createProjectSlot({ events, socket, databaseFile }: ProjectSlotOptions): ProjectSlot {
  const prepares: Parameters<ProjectSlot['onOpen']>[0][] = []
  let current: (OpenProject & { leave: (() => Promise<void>)[] }) | null = null
  // One opening or closing at a time.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work, work)
    turn = result.catch(() => undefined)
    return result
  }
  async function closeNow(): Promise<void> {
    const closing = current
    current = null
    if (!closing) return
    for (const leave of closing.leave.reverse()) await leave()
    await closing.store.close()
    events.emit({ type: 'project' })
  }
  async function openNow(folder: string, create: { name: string } | null): Promise<OpenProject> {
    if (current && current.store.folder === folder && !create) return current
    await closeNow()
    const entry = databaseFile ?? fileURLToPath(entryHref('database', import.meta.url))
    const store = await openProjectStore({ folder, entry, host: { socket }, ...(create ? { create } : {}) })
    const leave: (() => Promise<void>)[] = []
    try {
      const meta = await store.call('project.meta', {})
      const open = {
        store,
        leave,
        project: { id: meta.id, key: await keyOf(meta.id, folder), name: meta.name, path: folder, openedAt: Date.now() },
      }
      for (const prepare of prepares) {
        const undo = await prepare(open)
        if (undo) leave.push(undo)
      }
      current = open
      events.emit({ type: 'project' })
      return open
    } catch (error) {
      for (const undo of leave.reverse()) await undo()
      await store.close()
      throw error
    }
  }
  return {
    get current() {
      return current
    },
    require(madeIn) {
      if (!current) throw new AppError('project/none-open', 'no project is open')
      if (madeIn !== undefined && madeIn !== current.project.key) throw new AppError('project/none-open', 'another project is open')
      return current
    },
    open: (folder) => inTurn(() => openNow(path.resolve(folder), null)),
    create: (folder, name) =>
      inTurn(async () => {
        const target = path.resolve(folder)
        await mkdir(target, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
          throw new AppError('disk/failed', `the folder ${target} cannot be made`, { folder: target, errno: cause.code ?? null }, { cause })
        })
        return openNow(target, { name })
      }),
    close: () => inTurn(closeNow),
    onOpen: (prepare) => void prepares.push(prepare),
  }
}
