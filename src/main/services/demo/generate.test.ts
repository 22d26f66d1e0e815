import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CancelledError } from '../../../shared/errors.ts'
import { generateDemoDataset } from './generate.ts'
import { nearestColourScores } from './nearestColour.ts'
import { renderDemoPicture } from './picture.ts'
import { demoClasses } from './shapes.ts'

let root = ''

async function digest(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
  const entries = await Promise.all(
    names.map(async (name) => [
      name.slice(folder.length),
      createHash('sha256')
        .update(await readFile(name))
        .digest('hex'),
    ]),
  )
  return Object.fromEntries(entries.sort()) as Record<string, string>
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-demo-'))
  await generateDemoDataset({ folder: join(root, 'a'), seed: 0, train: 10, val: 6 })
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('demo dataset', () => {
  it('is decided by its seed, byte for byte', async () => {
    const seen: string[] = []
    await generateDemoDataset({
      folder: join(root, 'b'),
      seed: 0,
      train: 10,
      val: 6,
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    })
    expect(await digest(join(root, 'b'))).toEqual(await digest(join(root, 'a')))
    expect(seen.at(-1)).toBe('16/16')
    expect(renderDemoPicture(1, 0).image).not.toEqual(renderDemoPicture(0, 0).image)
  })

  it('has the layout of VOC', async () => {
    const at = (...path: string[]): string => join(root, 'a', ...path)
    expect(Object.keys(await digest(at())).length).toBe(16 * 4 + 6 + 1)
    expect((await readFile(at('ImageSets/Segmentation/val.txt'), 'utf8')).split('\n').filter(Boolean)).toHaveLength(6)
    const png = decode(await readFile(at('SegmentationClass/demo_0001.png')))
    expect(png.palette?.slice(0, 3)).toEqual([
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
    ])
    expect(new Set(png.data)).toEqual(new Set([...renderDemoPicture(0, 0).classes]))
  })

  it('boxes, masks and object masks agree; outlines are void on both sides', () => {
    for (let index = 0; index < 4; index++) {
      const { classes, objects, list } = renderDemoPicture(5, index)
      let outside = 0
      let wrongClass = 0
      let touching = 0
      for (const [i, number] of objects.entries()) {
        if (number === 255) continue
        const right = objects[i + 1]
        if ((i + 1) % 256 !== 0 && right !== 255 && right !== number) touching++
        const object = list[number - 1]
        if (!object) continue
        const [x, y] = [(i % 256) + 1, Math.floor(i / 256) + 1]
        const { xmin, ymin, xmax, ymax } = object.box
        if (x < xmin || x > xmax || y < ymin || y > ymax) outside++
        if (demoClasses[classes[i]!] !== object.name) wrongClass++
      }
      expect({ outside, wrongClass, touching }).toEqual({ outside: 0, wrongClass: 0, touching: 0 })
    }
  })

  it('uses every class, with none left as a sliver', () => {
    const seen = new Set<string>()
    for (let index = 0; index < 10; index++) {
      const { objects, list } = renderDemoPicture(2, index)
      for (const [n, object] of list.entries()) {
        seen.add(object.name)
        expect(objects.reduce((sum, v) => sum + (v === n + 1 ? 1 : 0), 0)).toBeGreaterThan(300)
      }
    }
    expect([...seen].sort()).toEqual(demoClasses.slice(1).sort())
  })

  it('colour alone does not solve it', async () => {
    const scores = await nearestColourScores(join(root, 'a'))
    expect(scores.mIoU).toBeLessThan(0.45)
    expect(scores.mIoU).toBeGreaterThan(0.02)
  })

  it('an interruption leaves nothing, and a full folder is never touched', async () => {
    const abort = new AbortController()
    const folder = join(root, 'c')
    await mkdir(join(root, '.c.partial-77'))
    const run = generateDemoDataset({ folder, seed: 0, train: 10, val: 6, signal: abort.signal, onProgress: () => abort.abort() })
    await expect(run).rejects.toBeInstanceOf(CancelledError)
    expect((await readdir(root)).filter((name) => name.includes('c'))).toEqual([])
    await mkdir(folder)
    await writeFile(join(folder, 'mine.txt'), 'x')
    await expect(generateDemoDataset({ folder, seed: 0 })).rejects.toMatchObject({ code: 'project/not-empty' })
    expect(await readdir(folder)).toEqual(['mine.txt'])
  })
})
