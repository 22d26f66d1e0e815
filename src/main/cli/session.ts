import { existsSync } from 'node:fs'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { Core } from '../core.ts'
import { connectLocally } from '../services/localSocket.ts'

/** A project as a command line sees it: opened by this process, or asked from the host that has it open. */
export interface Session {
  readonly client: PageClient
  readonly folder: string
  /** The host inside this process; it has no project while another process has it open (`remote`). */
  readonly core: Core
  readonly remote: boolean
  close(): Promise<void>
}

/** Opens the project, or connects to its host. `create` makes one where there is none. Errors: project/*, rpc/unavailable. */
export async function openSession(makeCore: () => Promise<Core>, folder: string, { create = false } = {}): Promise<Session> {
  const target = path.resolve(folder)
  const core = await makeCore()
  try {
    if (create && !existsSync(path.join(target, 'project.db'))) await core.host.slot.create(target, path.basename(target))
    else await core.host.slot.open(target)
    return { client: core.cliClient(), folder: target, core, remote: false, close: () => core.close() }
  } catch (error) {
    const socket = error instanceof AppError && error.code === 'project/locked' ? error.data['socket'] : null
    const host = typeof socket === 'string' ? await connectLocally(socket).catch(() => null) : null
    if (host) return { client: host.client, folder: target, core, remote: true, close: () => (host.close(), core.close()) }
    await core.close()
    throw error
  }
}

/** The project folder a command means: --project, else the folder it runs in. Errors: project/not-found. */
export function projectFolder(option: string | undefined): string {
  const folder = path.resolve(option ?? '.')
  if (option === undefined && !existsSync(path.join(folder, 'project.db'))) {
    throw new AppError('project/not-found', `there is no project in ${folder}; say where it is with --project`, { folder })
  }
  return folder
}

export async function folderId(client: PageClient, folder: string): Promise<string> {
  return (await client.folders.idForPath({ path: path.resolve(folder) })).folderId
}
