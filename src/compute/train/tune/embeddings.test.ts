import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SamSession } from '../../assist/samSession.ts'
import { createEmbeddings } from './embeddings.ts'

/** Tells the size of what it was shown. */
const session: Pick<SamSession, 'encode'> = {
  encode: ({ width, height }) =>
    Promise.resolve({
      tensors: [{ name: 'embedding', dims: [2], data: new Float32Array([width, height]) }],
      window: { width, height },
      frame: { size: 16, content: [16, 16] },
    }),
}

const signal = new AbortController().signal
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embeddings-'))
})
afterEach(() => rm(folder, { recursive: true }))

const draw = (width: number, grey = 0) =>
  sharp(new Uint8Array(3 * width * 8).fill(grey), { raw: { width, height: 8, channels: 3 } })
    .png()
    .toFile(join(folder, 'a.png'))
const pictureOf = (width: number, imageSha256?: string) => ({
  id: 'a',
  name: 'a',
  imagePath: join(folder, 'a.png'),
  width,
  height: 8,
  ...(imageSha256 ? { imageSha256 } : {}),
})

it('a picture that was replaced by one of another size is told of, before and after its embedding was kept', async () => {
  const embeddings = createEmbeddings(join(folder, 'kept'), session)
  const replaced = { code: 'file/changed', data: { width: 12, wasWidth: 16 } }

  await draw(12)
  await expect(embeddings.prepare([pictureOf(16)], signal, () => undefined)).rejects.toMatchObject(replaced)
  expect((await embeddings.of(pictureOf(12))).window.width).toBe(12)
  await expect(embeddings.of(pictureOf(16))).rejects.toMatchObject(replaced)
  await draw(16)
  expect((await embeddings.of(pictureOf(16))).window.width).toBe(16)
})

it('one that was replaced by another of the same size is encoded anew and told of; one that is gone goes on with what is kept', async () => {
  await draw(12, 100)
  const imported = createHash('sha256')
    .update(await readFile(join(folder, 'a.png')))
    .digest('hex')
  const picture = pictureOf(12, imported)
  const seen: number[] = []
  const looking: typeof session = {
    encode(shown) {
      seen.push(shown.rgb[0]!)
      return session.encode(shown)
    },
  }
  const attempt = () => createEmbeddings(join(folder, 'kept'), looking).prepare([picture], signal, () => undefined)
  expect(await attempt()).toMatchObject({ made: 1, replaced: [] })
  await draw(12, 200)
  expect(await attempt()).toMatchObject({ made: 1, replaced: ['a'] })
  expect(await attempt()).toMatchObject({ made: 0, replaced: ['a'] })
  expect(seen).toEqual([100, 200])
  await rm(join(folder, 'a.png'))
  expect(await attempt()).toMatchObject({ made: 0, replaced: [] })
})

it('what goes missing while it is used is made again, and said', async () => {
  await draw(12)
  const again: string[] = []
  const embeddings = createEmbeddings(join(folder, 'kept'), session, (name) => again.push(name))
  await embeddings.prepare([pictureOf(12)], signal, () => undefined)
  const first = await embeddings.of(pictureOf(12))
  expect(again).toEqual([])
  await rm(join(folder, 'kept'), { recursive: true })
  expect(await embeddings.of(pictureOf(12))).toEqual(first)
  expect(again).toEqual(['a'])
  await embeddings.of(pictureOf(12))
  expect(again).toEqual(['a'])
})
