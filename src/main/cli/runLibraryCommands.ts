import { AppError } from '../../shared/errors.ts'
import { isLive, runTitle } from '../../shared/model/run.ts'
import type { Command } from './commands.ts'
import { findRun } from './lookup.ts'

export interface EditOptions {
  name?: string
  tags?: string
  notes?: string
  priority?: number
}

/** Tags are separated by commas; an empty list takes them all away. */
export async function editRunCommand({ session: { client }, output }: Command, wanted: string, options: EditOptions): Promise<void> {
  const { tags, ...rest } = options
  if (Object.keys(options).length === 0) throw new AppError('input/invalid', 'say what to change: --name, --tags, --notes or --priority')
  const given = tags
    ?.split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
  const run = await client.runs.update({ runId: (await findRun(client, wanted)).id, ...rest, ...(given ? { tags: given } : {}) })
  output.result(run, (changed) => [`${runTitle(changed)}${changed.tags.length > 0 ? ` [${changed.tags.join(', ')}]` : ''}`])
}

export async function stopRunCommand({ session: { client }, output }: Command, wanted: string): Promise<void> {
  const run = await findRun(client, wanted)
  await client.runs.stop({ runId: run.id })
  const said = run.status === 'queued' ? 'no longer waits' : isLive(run) ? 'ends after its step' : `is ${run.status} already`
  output.result(run, () => [`${runTitle(run)} ${said}`])
}

/** What the three ways of the trash do. */
const trashWays = {
  trash: { call: 'trash', said: 'is in the trash' },
  restore: { call: 'restore', said: 'is back' },
  delete: { call: 'purge', said: 'is deleted for good' },
} as const

export async function trashRunsCommand(
  { session: { client }, output }: Command,
  way: keyof typeof trashWays,
  wanted: readonly string[],
): Promise<void> {
  const runs = await Promise.all(wanted.map((each) => findRun(client, each)))
  const { call, said } = trashWays[way]
  await client.runs[call]({ runIds: runs.map(({ id }) => id) })
  output.result(runs, (all) => all.map((run) => `${runTitle(run)} ${said}`))
}
