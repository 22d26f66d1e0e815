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
    await rename(own, drawn).catch(() => rm(own, { recursive: true }))
  }
  await mkdir(path.dirname(folder), { recursive: true })
  await cp(drawn, folder, { recursive: true })
}

/** What draws it, as it is now. */
async function sourceHash(): Promise<string> {
  const sources = path.join(root, 'src', 'main', 'services', 'demo')
  const hash = createHash('sha256')
  for (const name of (await readdir(sources)).sort()) hash.update(await readFile(path.join(sources, name)))
  return hash.digest('hex').slice(0, 16)
}
