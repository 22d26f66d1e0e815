import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
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

it('a picture that was replaced by one of another size is told of, before and after its embedding was kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embeddings-'))
  const imagePath = join(folder, 'a.png')
  const draw = (width: number) =>
    sharp(new Uint8Array(3 * width * 8), { raw: { width, height: 8, channels: 3 } })
      .png()
      .toFile(imagePath)
  const pictureOf = (width: number) => ({ item: { id: 'a', name: 'a', imagePath, width, height: 8 }, objects: [] })
  const embeddings = createEmbeddings(join(folder, 'kept'), session)
  const replaced = { code: 'voc/size-mismatch', data: { width: 12, expectedWidth: 16 } }

  await draw(12)
  await expect(embeddings.prepare([pictureOf(16)], new AbortController().signal, () => undefined)).rejects.toMatchObject(replaced)
  expect((await embeddings.of(pictureOf(12))).window.width).toBe(12)
  await expect(embeddings.of(pictureOf(16))).rejects.toMatchObject(replaced)
  await draw(16)
  expect((await embeddings.of(pictureOf(16))).window.width).toBe(16)
  expect(await readdir(join(folder, 'kept'))).toEqual(['a.embedding'])
  await rm(folder, { recursive: true })
})
