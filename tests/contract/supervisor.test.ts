import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ComputeClient } from '../../src/shared/api/compute/contract.ts'
import { codedCalls } from '../../src/shared/api/rpcErrors.ts'
import { forkChild } from '../../src/main/jobs/child.ts'
import { createSupervisor, isAlive, reapLeftovers, type Supervisor } from '../../src/main/jobs/supervisor.ts'
import { createLogger } from '../../src/main/log.ts'

const childFile = path.join(import.meta.dirname, 'processes', 'supervisedChild.ts')
let folder: string
let supervisor: Supervisor
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-pids-'))
  supervisor = createSupervisor({ spawnChild: forkChild, pidFolder: folder, log: createLogger('test', 'silent') })
})
afterEach(async () => {
  await supervisor.close(500)
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  readonly memoryLimitBytes?: number
  readonly memoryGroup?: string
  readonly eatsMb?: number
  readonly env?: Record<string, string>
}
const start = (behaviour: string, { eatsMb = 1e6, env, ...more }: Started = {}) =>
  supervisor.spawn(childFile, { name: 'test', env: { BEHAVIOUR: behaviour, EATS_MB: String(eatsMb), ...env }, ...more })
const clientOf = (supervised: ReturnType<typeof start>): ComputeClient =>
  createORPCClient(new RPCLink({ port: supervised.child.port, interceptors: [codedCalls] }))

test('an end it chose is an exit, an exception is a crash with its sentence', async () => {
  expect(await start('exit').ended).toEqual({ kind: 'exit', reason: 'it ended' })
  const crash = await start('throw').ended
  expect(crash.kind).toBe('crash')
  expect(crash.reason).toBe('it ended with code 1: Error: the table is broken')
  expect(readdirSync(folder)).toEqual([])
})

test('three crashes within a minute, and the file is not started again', async () => {
  for (let i = 0; i < 3; i++) await start('throw').ended
  expect(() => start('throw')).toThrow(/crashed 3 times within a minute/)
})

test('the contract works over fork: answers, streams, coded and unexpected errors', async () => {
  const supervised = start('serve')
  const client = clientOf(supervised)
  expect(await client.probe({ provider: 'cpu' })).toEqual({
    usable: true,
    adapter: null,
    software: false,
    error: null,
    startMs: 1,
    half: null,
  })
  await expect(client.probe({ provider: 'dml' })).rejects.toMatchObject({
    name: 'AppError',
    code: 'device/not-available',
    data: { provider: 'dml' },
  })
  await expect(client.probe({ provider: 'coreml' })).rejects.toMatchObject({ code: 'bug/unexpected', message: 'x is not a function' })
  await expect(client.probe({ provider: 'gpu' as 'cpu' })).rejects.toMatchObject({ code: 'input/invalid' })
  const lines: string[] = []
  for await (const event of await client.train({ runId: '0199c0de-0000-7000-8000-000000000000', runFolder: '/nowhere', attempt: 2 })) {
    if (event.type === 'log') lines.push(event.line)
    if (lines.length === 3) break
  }
  expect(lines).toEqual(['2:0', '2:1', '2:2'])
})

test('SIGKILL rejects what is under way and is told as a crash', async () => {
  const supervised = start('serve')
  const client = clientOf(supervised)
  await expect(client.probe({ provider: 'cuda' })).rejects.toMatchObject({ code: 'rpc/unavailable' })
  expect(await supervised.ended).toMatchObject({ kind: 'crash', reason: 'it was ended by SIGKILL' })
})

test('a child that ignores SIGTERM is ended after the grace, and that is no crash', async () => {
  const supervised = start('deaf')
  await clientOf(supervised).probe({ provider: 'cpu' })
  const before = Date.now()
  await supervised.stop(300)
  expect(Date.now() - before).toBeGreaterThanOrEqual(290)
  expect(await supervised.ended).toMatchObject({ kind: 'exit' })
})

test('memory over the limit ends it with a sentence that says so, also while nothing but native code runs in it', async () => {
  const end = await start('eat', { memoryLimitBytes: 400e6 }).ended
  expect(end).toMatchObject({ kind: 'memory', data: { why: 'memoryLimit', mostGb: '0.4' } })
  expect(end.reason).toMatch(/^it used [\d.]+ GB of memory, more than the 0\.4 GB it may$/)
})

test.runIf(process.platform === 'linux')(
  'the limit holds as well where the thread that tells the memory failed, and that is known',
  async () => {
    const child = start('eat', { memoryLimitBytes: 400e6, env: { NO_THREAD: '1' } })
    expect(await child.ended).toMatchObject({ kind: 'memory', data: { why: 'memoryLimit', mostGb: '0.4' } })
    expect(child.child.memoryUntold()).toBe('no thread')
  },
)

test('of a group that has too much together the largest ends, and the other goes on', async () => {
  const small = start('eat', { memoryLimitBytes: 600e6, memoryGroup: 'both', eatsMb: 120 })
  const large = start('eat', { memoryLimitBytes: 600e6, memoryGroup: 'both', eatsMb: 400 })
  expect(await large.ended).toMatchObject({ kind: 'memory', data: { why: 'memoryTogether', mostGb: '0.6' } })
  expect(supervisor.running).toEqual([{ name: 'test', pid: small.child.pid }])
  expect(small.child.residentBytes()).toBeGreaterThan(120e6)
})

test.runIf(process.platform === 'linux')('children of a killed host end by themselves, or are ended by the next host', async () => {
  const hostFile = path.join(import.meta.dirname, 'processes', 'supervisingHost.ts')
  const host = fork(hostFile, [childFile, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const pids = await new Promise<{ polite: number; orphan: number }>((resolve) => host.once('message', (pids) => resolve(pids as never)))
  expect(readdirSync(folder)).toHaveLength(2)
  host.kill('SIGKILL')
  await new Promise((resolve) => host.once('exit', resolve))
  expect(isAlive(pids.orphan)).toBe(true)
  expect(await reapLeftovers(folder, 700)).toEqual(['orphan'])
  expect(isAlive(pids.polite)).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(readdirSync(folder)).toEqual([])
})
