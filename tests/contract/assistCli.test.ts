import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decode } from 'fast-png'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runHere } from '../support/commandLine.ts'
import { makeTinySam } from '../support/tinySam/tinySam.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'maskwright-assist-cli-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...words: string[]) => runHere(folder, words)

test('a model is added, listed, used on one picture and forgotten', async () => {
  const { encoderFile, decoderFile } = makeTinySam({ folder: path.join(folder, 'models') })
  expect(await run('assist', 'add', encoderFile, decoderFile!, '--name', 'tiny')).toMatchObject({ code: 0, out: 'tiny: sam, 128 px\n' })
  const listed = JSON.parse((await run('assist', 'models', '--json')).out) as { name: string; isDefault: boolean }[]
  expect(listed.some(({ name }) => name === 'tiny')).toBe(true)

  const image = path.join(folder, 'picture.png')
  const square = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#00ff00' } })
    .png()
    .toBuffer()
  await sharp({ create: { width: 128, height: 96, channels: 3, background: '#0000ff' } })
    .composite([{ input: square, left: 60, top: 20 }])
    .png()
    .toFile(image)
  const mask = path.join(folder, 'mask.png')
  const first = await run('assist', 'segment', image, '--model', 'tiny', '--point', '80,40', '-o', mask, '--json')
  const { width, height, candidates } = JSON.parse(first.out) as {
    width: number
    height: number
    candidates: { area: number; polygon: { kind: string } }[]
  }
  expect([first.code, width, height, candidates.length]).toEqual([0, 128, 96, 3])
  expect(candidates[0]!.polygon.kind).toBe('polygon')
  const written = decode(readFileSync(mask))
  expect(written).toMatchObject({ width: 128, height: 96, channels: 1, depth: 8 })
  const data = [...written.data]
  expect([data[40 * 128 + 80], data[40 * 128 + 20], data.filter((value) => value === 255).length]).toEqual([255, 0, candidates[0]!.area])
  expect(await run('assist', 'segment', image)).toMatchObject({ code: 2 })
  expect((await run('assist', 'segment', image, '--point', '1,2,3')).code).toBe(2)
  expect((await run('assist', 'segment', image, '--model', 'huge', '--point', '1,2')).err).toContain('there is no SAM called huge')
  expect((await run('assist', 'remove', 'tiny')).code).toBe(0)
  expect(JSON.parse((await run('assist', 'models', '--json')).out)).not.toContainEqual(expect.objectContaining({ name: 'tiny' }))
})
