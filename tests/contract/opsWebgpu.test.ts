import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { WebgpuAnswer } from './opsWebgpu.child.ts'

/** Chromium's software Vulkan: slow and correct. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const root = join(import.meta.dirname, '../..')

async function runOnSoftwareGpu(): Promise<WebgpuAnswer> {
  const node = join(root, 'node_modules/.bin/node')
  const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) }
  const { stdout } = await promisify(execFile)(node, [join(import.meta.dirname, 'opsWebgpu.child.ts')], { env, maxBuffer: 1 << 24 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as WebgpuAnswer
}

describe.skipIf(!existsSync(driver))('the table of ops on WebGPU (software adapter, no fallback to the CPU)', () => {
  // Ten seconds of shader compilation when alone; software drivers suffer most on a busy machine.
  it('gives the values and gradients of the CPU for every op that claims it, and fails for every op that does not', async () => {
    const { results, unclaimed } = await runOnSoftwareGpu()
    expect(results.length).toBeGreaterThan(100)
    // Shader sines and cosines are good to 1e-4; everything else agrees to 1e-6.
    for (const { label, error } of results) expect(error, label).toBeLessThanOrEqual(1e-3)
    expect(unclaimed.filter((u) => u.ran)).toEqual([])
  }, 400_000)
})
