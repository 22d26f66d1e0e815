import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CheckpointStore } from '../../src/compute/train/checkpointStore.ts'
import { asFloat32 } from '../../src/compute/weights/safetensors.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

it('loses no acknowledged checkpoint over fifteen kills in the middle of writing', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mw-kill-'))
  const folder = join(root, 'checkpoints')
  const damaged: string[] = []
  const store = new CheckpointStore(folder, { onDamaged: (name) => damaged.push(name) })
  let acknowledged = 0
  try {
    for (let attempt = 1; attempt <= 15; attempt++) {
      const child = fork(at('../support/checkpointWriter.ts'), [folder, String(acknowledged + 1), String(attempt)], {
        execPath: at('../../node_modules/node/bin/node'),
      })
      child.on('message', (step) => (acknowledged = Math.max(acknowledged, Number(step))))
      await once(child, 'message')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120))
      child.kill('SIGKILL')
      await once(child, 'exit')
      const last = await store.load('last')
      expect(last.state.step).toBeGreaterThanOrEqual(acknowledged)
      expect(new Set(asFloat32(last.model.get('w')!))).toEqual(new Set([last.state.step]))
      acknowledged = last.state.step
      if (acknowledged >= 3) expect((await store.load('best')).state.step % 3).toBe(0)
    }
    expect(damaged).toEqual([])
    await store.tidy()
    const names = await readdir(folder)
    expect(names.filter((name) => name.startsWith('.'))).toEqual([])
    expect(names.length).toBeLessThanOrEqual(6)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
