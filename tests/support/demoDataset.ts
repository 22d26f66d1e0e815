import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { generateDemoDataset } from '../../src/main/services/demo/generate.ts'

const root = path.join(import.meta.dirname, '..', '..')

interface DemoDataset {
  readonly folder: string
  readonly seed: number
  readonly train: number
  readonly val: number
}

/** The generated dataset in a folder of its own: its seed decides every pixel, so it is drawn once and copied from then on. */
export async function demoDataset({ folder, seed, train, val }: DemoDataset): Promise<void> {
  const drawn = path.join(root, 'node_modules', '.cache', 'demo', `${await sourceHash()}-${seed}-${train}-${val}`)
  const files = await readdir(drawn).catch(() => [])
  if (files.length === 0) {
    const own = `${drawn}.${process.pid}`
    await generateDemoDataset({ folder: own, seed, train, val })
    // Where another process was first, its dataset is the same.
    await rename(own, drawn).catch(() => rm(own, { recursive: true, force: true }))
  }
  await mkdir(path.dirname(folder), { recursive: true })
  await cp(drawn, folder, { recursive: true })
}

/** What draws it, as it is now. */
async function sourceHash(): Promise<string> {
  const sources = path.join(root, 'src', 'main', 'services', 'demo')
  const drawing = (await readdir(sources)).sort().map((name) => path.join(sources, name))
  const beside = ['src/shared/counterRng.ts', 'src/shared/formats/vocPalette.ts', 'package-lock.json'].map((name) => path.join(root, name))
  const hash = createHash('sha256')
  for (const file of [...drawing, ...beside]) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}
