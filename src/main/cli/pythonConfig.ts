import { readFile, realpath, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { countNotes, importConfig, type ImportedConfig } from '../../shared/formats/mmengine/importConfig.ts'
import { pythonLimits } from '../../shared/formats/mmengine/limits.ts'
import { loadPython, type LoadPythonBase, type PythonSource } from '../../shared/formats/mmengine/loadPython.ts'
import type { ImportNote, Json } from '../../shared/formats/mmengine/map/account.ts'
import type { ConfigRule, RuleFacts } from '../../shared/model/config/rules.ts'
import { configError } from '../../shared/model/config/origin.ts'
import { table, type Output } from './output.ts'

export interface ImportConfigOptions {
  readonly out?: string
  readonly root?: string
  readonly gpus: number
  readonly tta?: boolean
}

/** Makes a JSON config of a Python config of MMSegmentation. Errors: config/* with the place; file/*; input/invalid for a target that is there already. */
export async function importConfigCommand(output: Output, file: string, options: ImportConfigOptions): Promise<void> {
  if (options.gpus < 1) throw new AppError('input/invalid', '--gpus: a number above 0 is expected')
  const { imported, files } = await readPythonConfig(file, options)
  const { written, notes } = imported
  const text = `${readable(written)}\n`
  const out = options.out === undefined ? null : path.resolve(options.out)
  if (out !== null) await writeNew(out, text)
  else if (!output.json) for (const line of reportLines(imported, files)) output.note(line)
  output.result({ out, files, counts: countNotes(notes), config: written, notes }, () =>
    out === null
      ? text.trimEnd()
      : [...reportLines(imported, files), '', `${path.relative(process.cwd(), out)}: train with maskwright train ${options.out}`],
  )
}

async function readPythonConfig(
  file: string,
  options: ImportConfigOptions,
): Promise<{ imported: ImportedConfig; files: readonly string[] }> {
  const real = await realFile(path.resolve(file))
  // The folder above its own: configs/segformer/x.py stands on configs/_base_.
  const root = options.root === undefined ? path.dirname(path.dirname(real)) : await realFile(path.resolve(options.root))
  const source = await readSource(real)
  const loaded = await loadPython(source, baseLoader(root))
  return { imported: importConfig(loaded, { gpus: options.gpus, tta: options.tta ?? false }), files: loaded.files }
}

/** Bases are .py files under `root`, wherever links lead. Errors: config/invalid, file/*. */
function baseLoader(root: string): LoadPythonBase {
  return async (name, from, at) => {
    const refuse = (rule: ConfigRule, facts: RuleFacts) => configError('config/invalid', at, '_base_', rule, facts)
    if (name.includes('::')) throw refuse('inPackage', { name })
    if (!name.endsWith('.py')) throw refuse('noPythonFile', { name })
    const real = await realFile(path.resolve(path.dirname(from.id), name)).catch((cause: unknown) => {
      throw cause instanceof AppError ? refuse('baseNotRead', { reason: cause.message }) : cause
    })
    if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) throw refuse('outsideRoot', { name, root })
    return readSource(real)
  }
}

const shownName = (file: string): string => path.relative(process.cwd(), file) || file

/** Errors: file/not-found. */
async function realFile(file: string): Promise<string> {
  return realpath(file).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${shownName(file)} cannot be read`, { file: shownName(file) }, { cause })
  })
}

/** Errors: file/not-found, file/unreadable, file/too-large. */
async function readSource(file: string): Promise<PythonSource> {
  const name = shownName(file)
  const found = await stat(file)
  if (!found.isFile()) throw new AppError('file/unreadable', `${name} is no file`, { file: name, why: 'noFile' })
  if (found.size > pythonLimits.characters * 4)
    throw new AppError('file/too-large', `${name} is ${found.size} bytes, too large for a config`, { file: name })
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AppError('file/unreadable', `${name} cannot be read`, { file: name, why: 'noAccess' }, { cause })
  })
  const { base, name: stem, ext } = path.parse(file)
  const facts = { dirname: path.dirname(file).replaceAll('\\', '/'), basename: base, stem, extension: ext }
  try {
    return { from: 'file', name, id: file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), facts }
  } catch (cause) {
    throw new AppError('file/unreadable', `${name} is no UTF-8 text`, { file: name, why: 'noText' }, { cause })
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    if (exists)
      throw new AppError('input/invalid', `${shownName(file)} is there already; name another file`, { file: shownName(file) }, { cause })
    throw new AppError('disk/failed', `${shownName(file)} cannot be written`, { file: shownName(file) }, { cause })
  }
}

const lineLength = 100

/** JSON with an entry per line; what is short stands on one. */
function readable(value: Json, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  const list = Array.isArray(value)
  const entries = Object.entries(value).map(([key, entry]) => `${list ? '' : `${JSON.stringify(key)}: `}${readable(entry, inner)}`)
  const [open, close] = list ? ['[', ']'] : ['{ ', ' }']
  const flat = entries.length === 0 ? `${open}${close}`.replace('  ', '') : `${open}${entries.join(', ')}${close}`
  if (flat.length <= lineLength - indent.length && !flat.includes('\n')) return flat
  return `${open.trim()}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close.trim()}`
}

const titles: Readonly<Record<ImportNote['status'], string>> = {
  unsupported: 'not read',
  dropped: 'dropped',
  approximated: 'approximated',
  mapped: 'mapped',
}

/** Everything that became of the file; what needs a look comes last, where it is seen. */
export function reportLines({ notes }: ImportedConfig, files: readonly string[]): string[] {
  const lines = [`read: ${files.join(', ')}`]
  for (const status of ['mapped', 'dropped', 'approximated', 'unsupported'] as const) {
    const chosen = notes.filter((note) => note.status === status)
    if (chosen.length === 0) continue
    const rows = chosen.map(({ from, to, reason, place }) => [from, to === null ? '' : `-> ${to}`, place, reason ?? ''])
    lines.push(
      '',
      `${titles[status]} (${chosen.length}):`,
      ...table(['from', 'to', 'place', 'why'], rows)
        .slice(1)
        .map((line) => `  ${line}`),
    )
  }
  return lines
}
