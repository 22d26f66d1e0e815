import { expect, it } from 'vitest'
import { modelUploadName, modelUploadType } from './modelUpload.ts'

it('a name travels in the type and back; what could leave its folder, or is no model file, does not', () => {
  for (const name of [
    'sam vit_b.onnx',
    '模型.encoder.onnx',
    'a;name=b.onnx',
    'encoder.onnx_data',
    'encoder.onnx_data_1',
    'x.safetensors',
    'onnx__MatMul_7155',
    'encoder.pos_embed',
    'norm1.weight',
  ])
    expect(modelUploadName(modelUploadType(name))).toBe(name)
  for (const name of [
    '../x.onnx',
    'a/b.onnx',
    'a\\b.onnx',
    '.onnx',
    '.hidden.onnx',
    'x.exe',
    'x.sh',
    'x y',
    '..weight',
    'x.onnx\0',
    'C:x.onnx',
    `${'x'.repeat(300)}.onnx`,
  ])
    expect(modelUploadName(modelUploadType(name))).toBeNull()
  for (const type of ['image/png', 'application/x-maskwright-model', 'application/x-maskwright-model;name=%E0%A4%A'])
    expect(modelUploadName(type)).toBeNull()
})
