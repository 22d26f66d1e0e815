import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** SwiftShader, the software Vulkan driver in Debian's chromium package, with the loader beside it. */
const icd = '/usr/lib/chromium/vk_swiftshader_icd.json'

interface Off {
  name: string
  relative: number
}
interface Answer {
  steps: { host: { loss: number; gradientNorm: number }; device: { loss: number; gradientNorm: number } }[]
  gradients: Off[]
  state: Off[]
  logits: Off[]
  restored: Off[]
  provider: string
  taken: number
  two: { losses: number[]; gradients: Off[]; state: Off[]; apart: Off[] }
}

const over = (rows: Off[], bound: number): Off[] => rows.filter((r) => !(r.relative <= bound))

describe.runIf(existsSync(icd))('training on webgpu', () => {
  it('agrees with the CPU over several steps with the state on the device and no node falling back, alone and as two replicas', async () => {
    const child = join(import.meta.dirname, 'processes', 'webgpuTrainChild.ts')
    const env = { ...process.env, VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: dirname(icd) }
    const { stdout } = await promisify(execFile)(process.execPath, [child], { env, timeout: 270_000 })
    const answer = JSON.parse(stdout) as Answer
    expect(answer).toMatchObject({ provider: 'webgpu', taken: 3 })
    for (const { host, device } of answer.steps) {
      expect(Math.abs(device.loss / host.loss - 1)).toBeLessThan(1e-5)
      expect(Math.abs(device.gradientNorm / host.gradientNorm - 1)).toBeLessThan(1e-5)
    }
    expect(answer.gradients.length).toBeGreaterThan(80)
    expect(over(answer.gradients, 1e-4)).toEqual([])
    expect(over(answer.state, 1e-4)).toEqual([])
    expect(over(answer.logits, 1e-4)).toEqual([])
    expect(over(answer.restored, 0)).toEqual([])
    expect(answer.two.losses).toHaveLength(4)
    for (const off of answer.two.losses) expect(Math.abs(off)).toBeLessThan(1e-5)
    expect(over(answer.two.gradients, 1e-4)).toEqual([])
    expect(over(answer.two.state, 1e-4)).toEqual([])
    expect(over(answer.two.apart, 0)).toEqual([])
  }, 300_000)
})
