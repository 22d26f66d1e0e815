import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { lossSchema } from '../../src/shared/model/train/losses/table.ts'
import type { LossOnDevice } from './lossesWebgpu.child.ts'

/** Chromium's software Vulkan: slow and correct. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const root = join(import.meta.dirname, '../..')

async function runOnSoftwareGpu(): Promise<LossOnDevice[]> {
  const node = join(root, 'node_modules/.bin/node')
  const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) }
  const { stdout } = await promisify(execFile)(node, [join(import.meta.dirname, 'lossesWebgpu.child.ts')], { env, maxBuffer: 1 << 24 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LossOnDevice[]
}

describe.skipIf(!existsSync(driver))('the losses on WebGPU (software adapter, no fallback to the CPU)', () => {
  it('give the values and gradients of PyTorch, every type of them', async () => {
    const results = await runOnSoftwareGpu()
    expect(new Set(results.map(({ type }) => type))).toEqual(new Set(lossSchema.options.map((o) => o.shape.type.value)))
    for (const { title, error } of results) {
      expect(error, title).toBeTypeOf('number')
      expect(error, title).toBeLessThanOrEqual(1e-4)
    }
  }, 400_000)
})
