import { access, constants, cp, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { PartReport } from '../../../../shared/model/gpuPart.ts'
import type { GpuPart } from './parts.ts'
import { runScript } from './runScript.ts'

export interface InstallOptions {
  /** The folder with the packages. */
  readonly nodeModules: string
  /** Only says what would be fetched. */
  readonly dryRun: boolean
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly onProgress: (part: GpuPart['id'], line: string, bytes: number) => void
}

class PartFailure extends Error {
  readonly trouble: NonNullable<PartReport['trouble']>
  constructor(trouble: NonNullable<PartReport['trouble']>, reason: string) {
    super(reason)
    this.trouble = trouble
  }
}

/**
 * Fetches one part: its package's script runs in a copy beside the package, what it brought is checked, and only then moved in; whatever fails before
 * or while it is moved leaves the package as it was.
 */
export async function installPart(part: GpuPart, options: InstallOptions): Promise<PartReport> {
  const folder = path.join(options.nodeModules, part.package)
  const report = { part: part.id, sources: part.sources, folder, files: part.files, reason: null, trouble: null }
  try {
    if ((await kindOf(folder)) === null) throw new PartFailure('package', `the package ${part.package} is not installed`)
    if (await allThere(folder, part.files)) return { ...report, state: 'already' }
    if (options.dryRun) return { ...report, state: 'planned' }
    await fetchAside(part, folder, options)
    return { ...report, state: 'installed' }
  } catch (error) {
    const { trouble, reason } = troubleOf(error)
    return { ...report, state: 'failed', trouble, reason }
  }
}

async function fetchAside(
  part: GpuPart,
  folder: string,
  { nodeModules, timeoutMs = 1_800_000, signal, onProgress }: InstallOptions,
): Promise<void> {
  await access(nodeModules, constants.W_OK)
  // Inside node_modules: the script finds what it depends on, and moving is renaming on one file system.
  const aside = await mkdtemp(path.join(nodeModules, '.maskwright-gpu-'))
  const copy = path.join(aside, 'package')
  const temporary = path.join(aside, 'tmp')
  let watch: NodeJS.Timeout | undefined
  try {
    await mkdir(temporary)
    for (const name of part.copied)
      if ((await kindOf(path.join(folder, name))) !== null) await cp(path.join(folder, name), path.join(copy, name), { recursive: true })
    let line = ''
    const tell = async () => onProgress(part.id, line, await bytesUnder(aside))
    watch = setInterval(() => void tell().catch(() => undefined), 1_000)
    const end = await runScript(part.script, {
      cwd: copy,
      env: scriptEnv(nodeModules, temporary),
      timeoutMs,
      signal,
      onLine: (said) => {
        line = said
        void tell().catch(() => undefined)
      },
    })
    if (end.reason !== null) throw scriptFailure(end.reason, end.words)
    await requireLibraries(copy, part.files, end.words)
    await moveIn(copy, folder, part.moved, path.join(aside, 'before'))
  } finally {
    clearInterval(watch)
    await rm(aside, { recursive: true, force: true })
  }
}

/** What switches downloads off for an installation of the package must not switch off this one. */
function scriptEnv(nodeModules: string, temporary: string): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const name of Object.keys(env)) if (/^(npm_config_)?onnxruntime_node_install/i.test(name)) delete env[name]
  const bin = path.join(nodeModules, '.bin')
  return { ...env, PATH: [bin, env['PATH'] ?? ''].join(path.delimiter), TMPDIR: temporary, TEMP: temporary, TMP: temporary }
}

const networkWords =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|CERT_|certificate|HTTP status|socket hang up|tunneling/i

function scriptFailure(reason: string, words: string): PartFailure {
  const lines = words.split(/[\r\n]+/).map((line) => line.trim())
  const telling =
    lines.find((line) => /\bError: /.test(line)) ?? lines.findLast((line) => networkWords.test(line) || /ENOSPC|EACCES/.test(line))
  const sentence = telling ? `${reason}: ${telling.slice(0, 300)}` : reason
  if (reason.startsWith('it did not end')) return new PartFailure('time', reason)
  if (/ENOSPC/.test(words)) return new PartFailure('disk', sentence)
  if (/EACCES|EPERM/.test(words)) return new PartFailure('permission', sentence)
  return new PartFailure(networkWords.test(words) ? 'network' : 'other', sentence)
}

function troubleOf(error: unknown): { trouble: NonNullable<PartReport['trouble']>; reason: string } {
  if (error instanceof PartFailure) return { trouble: error.trouble, reason: error.message }
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return { trouble: 'disk', reason: message }
  return { trouble: code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'permission' : 'other', reason: message }
}

/** ELF, or PE for Windows: a page that says 'not found' is no library. */
async function isLibrary(file: string): Promise<boolean> {
  if ((await kindOf(file)) !== 'file') return false
  const handle = await open(file)
  try {
    const head = Buffer.alloc(4)
    const { bytesRead } = await handle.read(head, 0, 4, 0)
    return bytesRead === 4 && (head.readUInt32BE(0) === 0x7f454c46 || head.toString('latin1', 0, 2) === 'MZ')
  } finally {
    await handle.close()
  }
}

async function requireLibraries(copy: string, files: readonly string[], words: string): Promise<void> {
  for (const file of files) {
    if ((await kindOf(path.join(copy, file))) === null) throw scriptFailure(`its script ended without bringing ${file}`, words)
    if (!(await isLibrary(path.join(copy, file)))) throw new PartFailure('damaged', `${file} was fetched, but it is no native library`)
  }
}

/** Renames what was fetched into the package; what it replaces is put back when a later one fails. */
async function moveIn(from: string, to: string, names: readonly string[], before: string): Promise<void> {
  const undo: (() => Promise<void>)[] = []
  try {
    for (const name of names) {
      const [source, target, old] = [path.join(from, name), path.join(to, name), path.join(before, name)]
      await mkdir(path.dirname(target), { recursive: true })
      if ((await kindOf(target)) !== null) {
        await mkdir(path.dirname(old), { recursive: true })
        await rename(target, old)
        undo.push(() => rename(old, target))
      }
      await rename(source, target)
      undo.push(() => rm(target, { recursive: true, force: true }))
    }
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

async function kindOf(file: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'file'
  } catch {
    return null
  }
}

async function allThere(folder: string, files: readonly string[]): Promise<boolean> {
  for (const file of files) if (!(await isLibrary(path.join(folder, file)))) return false
  return true
}

async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size
  return bytes
}
