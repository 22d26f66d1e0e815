import { spawn } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { entryHref } from '../../shared/entries.ts'
import { AppError, ProcessGoneError } from '../../shared/errors.ts'
import { samTrainConfigSchema } from '../../shared/model/samTrainConfig.ts'

/** Whether a config, given as a file, is that of a small SAM; names of presets are none. */
export async function isSamConfig(config: string | undefined): Promise<boolean> {
  if (!config?.endsWith('.json')) return false
  try {
    const { model } = JSON.parse(await readFile(config, 'utf8')) as { model?: { type?: unknown } }
    return model?.type === 'smallSam'
  } catch {
    // What is wrong with the file is told by whoever reads it in earnest.
    return false
  }
}

/**
 * Trains the small SAM on rendered scenes in a folder: without project and dataset, by a compute process of its own whose log goes to stderr. The same
 * line again goes on from the last checkpoint. Errors: input/invalid (no folder), run/not-resumable (the folder holds another config), process/gone.
 */
export async function trainSam(config: string, workDir: string | undefined, signal: AbortSignal): Promise<void> {
  if (!workDir) throw new AppError('input/invalid', 'a small SAM is trained in a folder of its own: say which with --work-dir')
  const folder = path.resolve(workDir)
  await mkdir(folder, { recursive: true })
  const own = path.join(folder, 'config.json')
  const [given, kept] = await Promise.all([readFile(config, 'utf8'), readFile(own, 'utf8').catch(() => null)])
  if (kept === null) await copyFile(config, own)
  else if (!sameConfig(given, kept))
    throw new AppError('run/not-resumable', `${own} is another config than ${config}`, { why: 'otherConfig' })
  if (signal.aborted) return
  const child = spawn(process.execPath, [fileURLToPath(entryHref('compute', import.meta.url)), '--run-folder', folder], {
    stdio: ['ignore', 2, 2],
  })
  const stop = (): void => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  signal.removeEventListener('abort', stop)
  if (code !== 0 && !signal.aborted) throw new ProcessGoneError('compute', `exit code ${code}`, { why: 'exitCode', exitCode: code })
}

/** Whether two texts say the same: their order, spaces and what is the default anyway do not matter. */
function sameConfig(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    try {
      return samTrainConfigSchema.safeParse(JSON.parse(text)).data
    } catch {
      return undefined
    }
  })
  // What is no config is told by whoever reads it in earnest; then only the same text is the same.
  return a && b ? isDeepStrictEqual(a, b) : one === other
}
