import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replaySam } from '../../src/compute/golden/replaySam.ts'
import { asFloat32, joinBytes, readSafetensors, writeSafetensors, type SafeTensors } from '../../src/compute/weights/safetensors.ts'
import { describeShared, noteUnregistered, sharedDir } from '../support/shared.ts'

const root = resolve(import.meta.dirname, '../..')
const tiny = join(sharedDir, 'golden', 'sam-tiny.safetensors')
const readTiny = (): SafeTensors => readSafetensors(readFileSync(tiny))

async function inFolder(run: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-golden-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The file with some metadata and one value of one tensor changed, read again. */
function changed(name: string | null, config: Readonly<Record<string, unknown>> = {}): SafeTensors {
  const { tensors, metadata } = readTiny()
  const list = [...tensors].map(([key, t]) => {
    if (key !== name) return { name: key, dtype: t.dtype, shape: t.shape, data: t.bytes }
    const values = asFloat32(t)
    values[3] = values[3]! * 1.1 + 0.1
    return { name: key, dtype: t.dtype, shape: t.shape, data: values }
  })
  const text = JSON.stringify({ ...(JSON.parse(metadata['config']!) as object), ...config })
  return readSafetensors(joinBytes(writeSafetensors(list, { ...metadata, config: text })))
}

describeShared('golden: SAM against PyTorch', {
  'agrees on embedding, positions, prompts, masks and IoU': async () => {
    const rows = await replaySam(readTiny(), 2)
    expect(rows.filter((row) => !row.passed)).toEqual([])
    expect(rows).toHaveLength(19)
  },

  'sees one wrong value anywhere': async () => {
    const expected = {
      'points.masks_all4': 'points.masks_all4',
      'param.image_encoder.blocks.0.attn.rel_pos_w': 'image_embedding',
    }
    for (const [name, row] of Object.entries(expected)) {
      const failed = (await replaySam(changed(name), 2)).filter(({ passed }) => !passed).map((each) => each.name)
      expect(failed, name).toContain(row)
      if (!name.startsWith('param.')) expect(failed).toHaveLength(1)
    }
  },

  'refuses a config that cannot be, or that is not that of its tensors': async () => {
    for (const wrong of [
      { encoder_depth: 1e9 },
      { img_size: 100 },
      { prompt_embed_dim: 0 },
      { window_size: -1 },
      { encoder_num_heads: 'a' },
    ])
      await expect(replaySam(changed(null, wrong), 1), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'weights/bad-file' })
    for (const other of [{ encoder_depth: 4 }, { window_size: 4 }, { decoder_mlp_dim: 32 }])
      await expect(replaySam(changed(null, other), 1), JSON.stringify(other)).rejects.toMatchObject({ code: 'weights/bad-file' })
  },

  'the command passes the file, and exits 1 on a wrong one': () =>
    inFolder((folder) => {
      const { tensors, metadata } = changed('image_embedding')
      const file = join(folder, 'wrong.safetensors')
      const list = [...tensors].map(([name, t]) => ({ name, dtype: t.dtype, shape: t.shape, data: t.bytes }))
      writeFileSync(file, joinBytes(writeSafetensors(list, metadata)))
      const command = ['src/compute/golden/cli.ts', '--brief', tiny, file]
      const { status, stdout } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' })
      expect(status).toBe(1)
      expect(stdout).toMatch(/sam-tiny[^]*\npassed\n[^]*image_embedding[^]*FAILED: \d/)
    }),
})

const torch = spawnSync('/usr/bin/python3', ['-c', 'import torch']).status === 0

/** Nothing divides: windows reach over the grid, the picture is not square and not of the size of the input, widths and heads are odd. */
const odd = {
  img_size: 112,
  patch_size: 16,
  encoder_embed_dim: 36,
  encoder_depth: 4,
  encoder_num_heads: 3,
  encoder_global_attn_indexes: [1, 3],
  window_size: 3,
  prompt_embed_dim: 48,
  mask_in_chans: 8,
  decoder_depth: 3,
  decoder_mlp_dim: 40,
  decoder_num_heads: 2,
  iou_head_depth: 2,
  iou_head_hidden_dim: 20,
  picture: [75, 130],
}

if (torch)
  describe('golden: another size of SAM', () => {
    it('agrees with PyTorch as well', () =>
      inFolder(async (folder) => {
        const file = join(folder, 'odd.safetensors')
        const made = spawnSync('/usr/bin/python3', [join(root, 'tests/oracles/sam.py'), JSON.stringify(odd), file], { encoding: 'utf8' })
        expect(made.stderr).toBe('')
        const rows = await replaySam(readSafetensors(readFileSync(file)), 2)
        expect(rows.filter((row) => !row.passed)).toEqual([])
        expect(rows).toHaveLength(23)
      }))
  })
else noteUnregistered('golden: another size of SAM', 1, "PyTorch (Debian's python3-torch)")
