import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parseNvidiaMemory, readDrmMemory, readGpuMemory } from './gpuMemory.ts'

it('reads the memory of NVIDIA cards in MiB and leaves out what is no number', () => {
  expect(parseNvidiaMemory('1024\n 512\n')).toEqual([2 ** 30, 2 ** 29])
  expect(parseNvidiaMemory('[N/A]\n')).toEqual([])
  expect(parseNvidiaMemory('NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.\n')).toEqual([])
})

it('reads the memory of AMD cards in their order, past connectors and cards of others', async () => {
  const drm = mkdtempSync(join(tmpdir(), 'maskwright-'))
  onTestFinished(() => rmSync(drm, { recursive: true }))
  for (const [card, used] of [
    ['card10', '300\n'],
    ['card2', '200\n'],
    ['card1', null],
    ['card2-DP-1', '7\n'],
  ] as const) {
    mkdirSync(join(drm, card, 'device'), { recursive: true })
    if (used !== null) writeFileSync(join(drm, card, 'device', 'mem_info_vram_used'), used)
  }
  expect(await readDrmMemory(drm)).toEqual([200, 300])
  expect(await readDrmMemory(join(drm, 'nothing'))).toEqual([])
})

it.skipIf(process.platform === 'win32')(
  'is not held up by an nvidia-smi that never answers and cannot be asked to end',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'maskwright-'))
    const path = process.env['PATH']
    onTestFinished(() => {
      process.env['PATH'] = path
      rmSync(folder, { recursive: true })
    })
    writeFileSync(join(folder, 'nvidia-smi'), "#!/bin/sh\ntrap '' TERM\nexec sleep 30\n", { mode: 0o755 })
    process.env['PATH'] = `${folder}:${path ?? ''}`
    expect(await readGpuMemory(join(folder, 'nothing'))).toEqual([])
  },
  8_000,
)
