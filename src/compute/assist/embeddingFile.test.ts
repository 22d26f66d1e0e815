import { expect, test } from 'vitest'
import { decodeEmbedding, encodeEmbedding } from './embeddingFile.ts'
import type { SamEmbedding } from './samSession.ts'

const embedding: SamEmbedding = {
  tensors: [
    { name: 'image_embeddings', dims: [1, 2, 3], data: Float32Array.of(0, 1, -1, 0.5, 1e9, -1e9) },
    { name: 'high_res_feats_0', dims: [3], data: Float32Array.of(1 / 3, 2, 3) },
  ],
  window: { width: 640, height: 480 },
  frame: { size: 1024, content: [1024, 768] },
}

test('an embedding comes back as it was, in the precision of float16', () => {
  // A Buffer is a view of something larger.
  const back = decodeEmbedding(Buffer.concat([Buffer.alloc(3), encodeEmbedding(embedding)]).subarray(3))!
  expect(back).toMatchObject({ window: embedding.window, frame: embedding.frame })
  expect(back.tensors.map(({ name, dims }) => ({ name, dims }))).toEqual(embedding.tensors.map(({ name, dims }) => ({ name, dims })))
  expect([...back.tensors[0]!.data]).toEqual([0, 1, -1, 0.5, 65_504, -65_504])
  expect(back.tensors[1]!.data[0]).toBeCloseTo(1 / 3, 3)
})

test('nothing that is not whole is taken for one', () => {
  const bytes = encodeEmbedding(embedding)
  for (let length = 0; length < bytes.length; length++) expect(decodeEmbedding(bytes.subarray(0, length)), `${length} bytes`).toBeNull()
  expect(decodeEmbedding(Uint8Array.of(...bytes, 0))).toBeNull()
  const huge = Buffer.from(bytes)
  huge.write('"dims":[9', huge.indexOf('"dims":[1'))
  expect(decodeEmbedding(huge)).toBeNull()
  const long = Uint8Array.from(bytes)
  long.fill(255, 8, 12)
  expect(decodeEmbedding(long)).toBeNull()
})
