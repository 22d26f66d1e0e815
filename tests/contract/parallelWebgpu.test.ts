import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { forkChild } from '../../src/main/jobs/child.ts'
import { createSupervisor } from '../../src/main/jobs/supervisor.ts'
import { createLogger } from '../../src/main/log.ts'
import { startTrainGroup } from '../../src/main/services/runs/trainGroup.ts'
import { makeTinyRun } from '../support/tinyRun.ts'

const icd = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Losses of the first steps of a training. */
async function curve(root: string, name: string, device: { provider: 'cpu' | 'webgpu'; processes: number }): Promise<number[]> {
  const folder = join(root, name)
  const supervisor = createSupervisor({ spawnChild: forkChild, pidFolder: join(root, 'pids'), log: createLogger('test', 'silent') })
  onTestFinished(() => supervisor.close(0))
  await makeTinyRun(folder, {
    pictures: 4,
    config: {
      model: { headNorm: 'group' },
      data: { batchSize: 4, valSplits: [] },
      optimizer: { clipNorm: 1 },
      loop: { steps: 3 },
      device,
      hooks: [],
    },
  })
  const group = startTrainGroup(supervisor, { size: device.processes, memoryLimitBytes: 8e9 })
  const losses: number[] = []
  for await (const event of group.train({ runId: '019358a0-0000-7000-8000-0000000000fd', runFolder: folder, attempt: 1 }))
    if (event.type === 'metrics')
      losses.push(...event.points.filter((point) => point.name === 'loss' && point.split === 'train').map(({ value }) => value))
  return losses
}

describe.runIf(existsSync(icd))('two processes on a graphics card (software adapter)', () => {
  it('sum their gradients over the host and have the losses of one process on the CPU', async () => {
    const root = await mkdtemp(join(tmpdir(), 'mw-parallel-gpu-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    vi.stubEnv('VK_ICD_FILENAMES', icd)
    vi.stubEnv('LD_LIBRARY_PATH', dirname(icd))
    onTestFinished(() => void vi.unstubAllEnvs())
    const expected = await curve(root, 'one', { provider: 'cpu', processes: 1 })
    const got = await curve(root, 'two', { provider: 'webgpu', processes: 2 })
    expect(got).toHaveLength(3)
    got.forEach((loss, i) => expect(Math.abs(loss / expected[i]! - 1)).toBeLessThan(1e-4))
  }, 300_000)
})
