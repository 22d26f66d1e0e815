import { expect, it, vi } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import type { AssistModel } from '../../../../shared/model/assist.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { createAddingModel } from './addingModel.ts'
import { modelFilesOf } from './modelDrops.ts'

const file = (name: string) => new File(['x'], name)

/** A host that knows a model when it got both halves. */
function rig() {
  const asked: (readonly string[])[] = []
  const added: string[] = []
  setLink(
    memoryLink({
      assist: {
        addModel: async ({ fileIds }) => {
          asked.push(fileIds)
          if (fileIds.length < 2) throw new AppError('assist/no-partner', 'one half')
          return { id: 'model' } as AssistModel
        },
      },
    }),
  )
  const adding = createAddingModel({
    added: (id) => added.push(id),
    whenEnded: () => Promise.reject(new Error('no job')),
    send: async ({ name }) => `sent ${name}`,
  })
  return { adding, asked, added }
}

it('what is dropped is sent and added at once; a half waits for the other one', async () => {
  const { adding, asked, added } = rig()
  adding.drop([file('sam.encoder.onnx')])
  await vi.waitFor(() => expect(adding.busy.value).toBe(false))
  expect(adding.error.value).toMatchObject({ code: 'assist/no-partner' })
  adding.drop([file('sam.decoder.onnx')])
  await vi.waitFor(() => expect(added).toEqual(['model']))
  expect(asked).toEqual([['sent sam.encoder.onnx'], ['sent sam.encoder.onnx', 'sent sam.decoder.onnx']])
  expect([adding.files.value, adding.error.value]).toEqual([[], null])
})

it('files of the machine and dropped ones are not mixed', async () => {
  const { adding, asked } = rig()
  adding.drop([file('sam.encoder.onnx')])
  await vi.waitFor(() => expect(adding.busy.value).toBe(false))
  adding.choose({ id: 'folder', name: 'other.onnx', path: '/models/other.onnx' })
  expect(adding.files.value.map(({ name }) => name)).toEqual(['other.onnx'])
  adding.drop([file('sam.encoder.onnx'), file('sam.decoder.onnx')])
  await vi.waitFor(() => expect(asked.at(-1)).toHaveLength(2))
})

it('a dropped checkpoint waits for what it is to become', async () => {
  const { adding, asked } = rig()
  adding.drop([file('sam_vit_b.pth')])
  await Promise.resolve()
  expect([adding.checkpoint.value?.name, adding.busy.value, asked]).toEqual(['sam_vit_b.pth', false, []])
  // With something else it is no checkpoint to convert.
  adding.drop([file('sam.encoder.onnx')])
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  expect(adding.checkpoint.value).toBeNull()
})

it('of dropped files those count that belong to a model', () => {
  const names = (...list: string[]) => modelFilesOf(list.map(file)).map(({ name }) => name)
  expect(names('a.onnx', 'a.onnx_data', 'preprocessor_config.json', 'photo.jpg')).toEqual([
    'a.onnx',
    'a.onnx_data',
    'preprocessor_config.json',
  ])
  const tensors = ['onnx__MatMul_7155', 'image_encoder.pos_embed', 'image_encoder.neck.0.weight', 'norm.bias', 'Constant_12']
  expect(names('encoder.onnx', ...tensors, 'photo.jpg', 'a.txt', '.hidden')).toEqual(['encoder.onnx', ...tensors])
  // Without a model they are anything.
  expect(names('photo.jpg', 'notes.json', ...tensors)).toEqual([])
})
