import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { forkChild } from '../../src/main/jobs/child.ts'
import { createWorkerPool } from '../../src/main/media/workerPool.ts'
import type { PatientOperations } from './processes/patientWorker.ts'
import { temporaryFolder } from './projectFixture.ts'

it('lets what somebody looks at pass everything else, the newest first, with processes of its own', async () => {
  const file = fileURLToPath(new URL('./processes/patientWorker.ts', import.meta.url))
  const pool = createWorkerPool<PatientOperations>({
    name: 'media',
    file,
    spawn: forkChild,
    size: 1,
    urgentSize: 1,
    heapMb: 128,
    memoryMb: 512,
    timeoutMs: 20_000,
  })
  onTestFinished(() => pool.close())
  const folder = temporaryFolder()
  const order: string[] = []
  const call = (name: string, urgent: boolean) => {
    const made = pool.call('until', { file: path.join(folder, name) }, { urgent })
    made.then(
      () => order.push(name),
      () => undefined,
    )
    return made
  }
  const allow = (name: string) => writeFileSync(path.join(folder, name), '')
  const thumbnail = call('thumbnail', false)
  const others = ['second', 'third', 'hurried'].map((name) => call(name, false))
  const [old, fresh] = ['old picture', 'open picture'].map((name) => call(name, true))
  // The old picture is under way beside the thumbnail; of what waits, the newest urgent one comes next.
  for (const name of ['second', 'third', 'hurried', 'open picture', 'old picture']) allow(name)
  const reserve = await old!
  expect(await fresh!).toBe(reserve)
  expect(order).toEqual(['old picture', 'open picture'])
  // A thumbnail that somebody wants to see large now.
  pool.hurry(others[2]!)
  expect(await others[2]!).toBe(reserve)
  expect(order).toEqual(['old picture', 'open picture', 'hurried'])
  // The reserve is not for what nobody waits for.
  allow('thumbnail')
  const ordinary = await thumbnail
  expect(ordinary).not.toBe(reserve)
  await Promise.all(others)
  expect(order).toEqual(['old picture', 'open picture', 'hurried', 'thumbnail', 'second', 'third'])
})

it('gives no call to a process that is being ended because it had nothing to do', async () => {
  const file = fileURLToPath(new URL('./processes/patientWorker.ts', import.meta.url))
  const limits = { size: 1, heapMb: 128, memoryMb: 512, timeoutMs: 20_000 }
  const killed: number[] = []
  const calls: Promise<number>[] = []
  const pool = createWorkerPool<PatientOperations>({
    name: 'media',
    file,
    ...limits,
    idleMs: 20,
    spawn(entry, options) {
      const child = forkChild(entry, options)
      return {
        ...child,
        // The moment between the signal and the end, in which a call can come.
        kill(signal) {
          killed.push(child.pid)
          if (killed.length === 1) calls.push(pool.call('until', { file: entry }))
          child.kill(signal)
        },
      }
    },
  })
  onTestFinished(() => pool.close())
  const first = await pool.call('until', { file })
  await expect.poll(() => calls.length).toBe(1)
  expect(killed[0]).toBe(first)
  expect(await calls[0]).not.toBe(first)
})
