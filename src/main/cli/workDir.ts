import { cp, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { Run } from '../../shared/model/run.ts'

/** What a run leaves behind for people; the rendered labels and unfinished files stay in the project. */
const kept: ReadonlySet<string> = new Set([
  'config.json',
  'config.origin.json',
  'environment.json',
  'snapshot.json',
  'log.jsonl',
  'log.txt',
  'checkpoints',
  'samples',
])
const keeps = (name: string): boolean => kept.has(name) || name.startsWith('events.')

/** `run-4` under the work-dir, or beside it when another project's run has that place. */
async function placeFor(workDir: string, { id, number }: Run): Promise<string> {
  const target = path.join(path.resolve(workDir), `run-${number}`)
  const owner = await readFile(path.join(target, 'run.txt'), 'utf8').catch(() => null)
  const free = owner === null ? !(await exists(target)) : owner.trim() === id
  return free ? target : `${target}-${id.slice(-8)}`
}

const exists = (folder: string): Promise<boolean> =>
  lstat(folder).then(
    () => true,
    () => false,
  )

/** Before a training starts rather than after it. Errors: disk/failed. */
export async function requireWorkDir(workDir: string): Promise<void> {
  await mkdir(workDir, { recursive: true }).catch((cause: unknown) => {
    throw new AppError('disk/failed', `${workDir} cannot be made: ${(cause as Error).message}`, { file: workDir }, { cause })
  })
}

/**
 * Copies what a run left in its project to `<work-dir>/run-<number>/`: written beside, then renamed. The run itself lives in the project, where it can be resumed.
 */
export async function copyToWorkDir(projectFolder: string, run: Run, workDir: string): Promise<string> {
  const target = await placeFor(workDir, run)
  const source = path.join(projectFolder, 'runs', run.id)
  const partial = `${target}.part`
  await rm(partial, { recursive: true, force: true })
  await mkdir(path.dirname(partial), { recursive: true })
  const filter = (from: string): boolean => {
    const [top] = path.relative(source, from).split(path.sep)
    return top === '' || top === undefined || keeps(top)
  }
  await cp(source, partial, { recursive: true, filter })
  await writeFile(path.join(partial, 'run.txt'), `${run.id}\n`)
  const earlier = `${target}.old`
  await rm(earlier, { recursive: true, force: true })
  if (await exists(target)) await rename(target, earlier)
  await rename(partial, target)
  await rm(earlier, { recursive: true, force: true })
  return target
}
