import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { replaySegformer } from '../../src/compute/golden/replay.ts'
import {
  asFloat32,
  asInt32,
  joinBytes,
  readSafetensors,
  writeSafetensors,
  type SafeTensors,
} from '../../src/compute/weights/safetensors.ts'
import { describeShared, sharedDir } from '../support/shared.ts'

const root = resolve(import.meta.dirname, '../..')
const tiny = join(sharedDir, 'golden', 'segformer-tiny.safetensors')

const golden = (file: string): { status: number | null; output: string } => {
  const result = spawnSync(process.execPath, ['src/compute/golden/cli.ts', '--brief', file], { cwd: root, encoding: 'utf8' })
  return { status: result.status, output: result.stdout + result.stderr }
}

/** The file with one value of one tensor changed. */
function tampered(file: SafeTensors, name: string, change: (values: Float32Array) => void): Uint8Array {
  const tensors = [...file.tensors].map(([key, t]) => {
    const copy = t.bytes.slice()
    if (key !== name) return { name: key, dtype: t.dtype, shape: t.shape, data: copy }
    const values = asFloat32(t)
    change(values)
    return { name: key, dtype: t.dtype, shape: t.shape, data: values }
  })
  return joinBytes(writeSafetensors(tensors, file.metadata))
}

const readTiny = (): SafeTensors => readSafetensors(readFileSync(tiny))

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-golden-'))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describeShared('golden: SegFormer against PyTorch', {
  'agrees on logits, losses, gradients, five steps and batch norm buffers': async () => {
    const rows = await replaySegformer(readTiny(), 2)
    expect(rows.filter((r) => !r.passed)).toEqual([])
    expect(rows.filter((r) => r.name.startsWith('grad.')).length).toBeGreaterThan(130)
    expect(rows.map((r) => r.name)).toContain('after5.decode_head.linear_fuse.bn.running_var')
  },

  'the command exits 0 on the file and 1 on one with a wrong gradient or buffer': () =>
    inFolder((folder) => {
      expect(golden(tiny)).toMatchObject({ status: 0 })
      const wrong = join(folder, 'wrong.safetensors')
      const names = [
        'grad.backbone.block2.0.attn.q.weight',
        'after5.decode_head.linear_fuse.bn.running_var',
        'after5.decode_head.linear_fuse.bn.running_mean',
        'eval_logits',
      ]
      for (const name of names) {
        writeFileSync(
          wrong,
          tampered(readTiny(), name, (values) => (values[3] = values[3]! * 1.1 + 0.1)),
        )
        const { status, output } = golden(wrong)
        expect(status, output).toBe(1)
        expect(output).toContain(name)
        expect(output).toContain('FAILED: 1 of')
      }
    }),

  'the command exits 1 with a sentence on labels, pictures or a config that cannot be': () =>
    inFolder((folder) => {
      const file = join(folder, 'wrong.safetensors')
      const rewrite = (change: { metadata?: Record<string, string>; tensor?: Parameters<typeof writeSafetensors>[0][number] }): string => {
        const { tensors, metadata } = readTiny()
        const list = [...tensors].map(([name, t]) => (name === change.tensor?.name ? change.tensor : { name, ...t, data: t.bytes }))
        writeFileSync(file, joinBytes(writeSafetensors(list, { ...metadata, ...change.metadata })))
        const { status, output } = golden(file)
        expect(status, output).toBe(1)
        expect(output, 'a sentence, not a stack trace').not.toContain('    at ')
        return output
      }
      const labels = readTiny().tensors.get('labels')!
      const values = asInt32(labels)
      values[5] = 99
      expect(rewrite({ tensor: { name: 'labels', dtype: 'I32', shape: labels.shape, data: values } })).toContain('labels holds 99')
      const x = readTiny().tensors.get('x')!
      const flat = x.shape.reduce((a, b) => a * b, 1)
      expect(rewrite({ tensor: { name: 'x', dtype: 'F32', shape: [flat], data: x.bytes } })).toContain('x must be pictures')
      const config = JSON.parse(readTiny().metadata['config']!) as object
      for (const wrong of [{ depths: [1e7, 1, 1, 1] }, { sr: [0, 0, 0, 0] }, { nc: 0 }, { dims: ['a', 'b', 'c', 'd'] }])
        expect(rewrite({ metadata: { config: JSON.stringify({ ...config, ...wrong }) } })).toContain('config is not understood')
    }),

  'the command exits 1 with a sentence on something that is no golden file': () =>
    inFolder((folder) => {
      const junk = join(folder, 'junk.safetensors')
      writeFileSync(junk, 'not a file of tensors')
      expect(golden(junk)).toMatchObject({ status: 1, output: expect.stringContaining('not a valid safetensors file') as string })
      expect(golden(join(folder, 'absent')).status).toBe(1)
    }),
})
