import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { PageClient } from '../../src/shared/api/page/contract.ts'
import type { Job } from '../../src/shared/model/job.ts'
import { connectLocally, listenLocally, newSocketAddress } from '../../src/main/services/localSocket.ts'
import { portLink, socketLink } from '../../src/renderer/rpc/pageClient.ts'
import { createTestRpc, startShell } from './webHarness.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type Opened = { client: PageClient; queue: Awaited<ReturnType<typeof startShell>>['queue'] }

const transports: Record<string, () => Promise<Opened>> = {
  async socket() {
    const shell = await startShell()
    const origin = `http://127.0.0.1:${shell.web.port}`
    const link = socketLink(`ws://127.0.0.1:${shell.web.port}/rpc`, {
      open: (url) => new WebSocket(url, { headers: { cookie: shell.cookie, origin } }) as never,
    })
    closers.push(
      () => shell.close(),
      () => link.close(),
    )
    return { client: link.client, queue: shell.queue }
  },
  async port() {
    const { rpc, queue, connection } = createTestRpc()
    const { port1, port2 } = new MessageChannel()
    rpc.servePort(electronPort(port1), connection)
    port1.start()
    const link = portLink(port2 as never)
    closers.push(() => link.close())
    return { client: link.client, queue }
  },
  async 'local socket'() {
    const { rpc, queue, connection } = createTestRpc()
    const address = newSocketAddress()
    const server = await listenLocally(address, rpc, () => connection)
    const local = await connectLocally(address)
    closers.push(
      () => server.close(),
      () => local.close(),
    )
    return { client: local.client, queue }
  },
  async 'same process'() {
    const { rpc, queue, connection } = createTestRpc()
    return { client: rpc.localClient(connection), queue }
  },
}

/** MessagePortMain's shape: events carry `data` and have no addEventListener. */
function electronPort(port: MessagePort) {
  return {
    on: (event: string, callback: (event?: { data: unknown }) => void) =>
      void port.on(event as 'message', (data: unknown) => callback({ data })),
    postMessage: (data: unknown) => port.postMessage(data),
  }
}

for (const [name, open] of Object.entries(transports)) {
  test(`${name}: answers, input that is parsed, coded errors, streams that end when they are left`, async () => {
    const { client, queue } = await open()
    expect(await client.jobs.list({})).toEqual([])
    await expect(client.jobs.cancel({ jobId: 'nothing' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'job/not-found',
      data: { id: 'nothing' },
    })
    await expect(client.jobs.cancel({ jobId: 5 } as never)).rejects.toMatchObject({
      code: 'input/invalid',
      message: expect.stringContaining('jobId') as string,
    })
    await expect(client.jobs.list(undefined as never)).rejects.toMatchObject({ code: 'input/invalid' })
    const abort = new AbortController()
    const seen: Job[] = []
    queue.start({ kind: 'demo', subject: 'a', run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)) })
    for await (const job of await client.jobs.watch({}, { signal: abort.signal })) {
      seen.push(job)
      if (job.state === 'running') queue.cancel(job.id)
      else break
    }
    expect(seen.map((job) => job.state)).toEqual(['running', 'cancelled'])
    const never = (await client.jobs.watch({}, { signal: abort.signal }))[Symbol.asyncIterator]()
    expect((await never.next()).value).toMatchObject({ state: 'cancelled' })
    const pending = never.next()
    abort.abort()
    await expect(
      pending.then((r) => (r.done ? Promise.reject(Object.assign(new Error(), { name: 'CancelledError' })) : r)),
    ).rejects.toMatchObject({ name: 'CancelledError' })
  })
}

test('a gesture of many megabytes goes through; what the host would end the socket for is refused before it is sent', async () => {
  const { client } = await transports['socket']!()
  const naming = (megabytes: number) => client.jobs.cancel({ jobId: 'x'.repeat(megabytes << 20) })
  await expect(naming(6)).rejects.toMatchObject({ code: 'job/not-found' })
  await expect(naming(65)).rejects.toMatchObject({ code: 'input/too-large', data: { limitBytes: 64 << 20 } })
  expect(await client.jobs.list({})).toEqual([])
})

test('a burst of 10,000 changes reaches a page as about ten a second, the last one included', async () => {
  const { client, queue } = await transports['socket']!()
  let report: (done: number) => void = () => undefined
  queue.start({
    kind: 'demo',
    subject: 'burst',
    run: (context) =>
      new Promise((resolve) => (report = (done) => (context.report({ phase: 'p', done, total: 9_999 }), done === 9_999 && resolve(1)))),
  })
  const seen: number[] = []
  const stream = await client.jobs.watch({})
  const reading = (async () => {
    for await (const job of stream) {
      seen.push(job.progress.done)
      if (job.state === 'finished') break
    }
  })()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const started = performance.now()
  for (let i = 0; i < 10_000; i++) {
    report(i)
    if (i % 1000 === 999) await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await reading
  const seconds = (performance.now() - started) / 1000
  expect(seen.at(-1)).toBe(9_999)
  expect(seen.length).toBeLessThanOrEqual(seconds * 10 + 3)
})

test('a page whose long message is on its way is not taken for gone before it falls silent', async () => {
  const shell = await startShell({ limits: { pingEveryMs: 150 } })
  closers.push(() => shell.close())
  const headers = { cookie: shell.cookie, origin: `http://127.0.0.1:${shell.web.port}` }
  const ws = new WebSocket(`ws://127.0.0.1:${shell.web.port}/rpc`, { headers, autoPong: false })
  const closed = new Promise((resolve) => ws.once('close', resolve))
  let pings = 0
  // Instead of an answer the next part of a message.
  ws.on('ping', () => ++pings < 5 && ws.send('x', { fin: false }))
  await closed
  expect(pings).toBe(5)
})

test('a page that does not read makes the host neither grow nor lose the last state', async () => {
  const shell = await startShell()
  closers.push(() => shell.close())
  const ws = new WebSocket(`ws://127.0.0.1:${shell.web.port}/rpc`, {
    headers: { cookie: shell.cookie, origin: `http://127.0.0.1:${shell.web.port}` },
  })
  const messages: string[] = []
  ws.on('message', (data: Buffer) => messages.push(data.toString('utf8')))
  await new Promise((resolve) => ws.once('open', resolve))
  // 200 streams whose every value carries 50 kB: far more than the socket takes while nobody reads.
  for (let i = 0; i < 200; i++) ws.send(JSON.stringify({ i: String(i), p: { u: '/jobs/watch', b: { json: {} } } }))
  await new Promise((resolve) => setTimeout(resolve, 200))
  ws.pause()
  const subject = 'x'.repeat(50_000)
  let report: (done: number) => void = () => undefined
  const id = shell.queue.start({
    kind: 'demo',
    subject,
    run: (context) =>
      new Promise((resolve) => (report = (done) => (context.report({ phase: 'p', done, total: null }), done < 0 && resolve(1)))),
  })
  const before = process.memoryUsage()
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let k = 0; k < 100; k++) report(i * 100 + k)
  }
  const after = process.memoryUsage()
  // Unbounded it would hold 200 streams x 20 rounds x 50 kB = 200 MB and more.
  expect(after.rss - before.rss).toBeLessThan(120e6)
  report(-1)
  await shell.queue.wait(id)
  ws.resume()
  const last = () => messages.filter((message) => message.includes('"finished"')).length
  for (let i = 0; i < 200 && last() < 200; i++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(last()).toBe(200)
  ws.terminate()
})

test('a page that comes back after the host went away goes on by itself', async () => {
  let shell = await startShell()
  const port = shell.web.port
  const open = (url: string) => new WebSocket(url, { headers: { cookie: shell.cookie, origin: `http://127.0.0.1:${port}` } }) as never
  const link = socketLink(`ws://127.0.0.1:${port}/rpc`, { open })
  expect(await link.client.jobs.list({})).toEqual([])
  const stream = (await link.client.jobs.watch({}))[Symbol.asyncIterator]()
  const pending = expect(stream.next()).rejects.toMatchObject({ code: 'rpc/unavailable' })
  await shell.close()
  await pending
  shell = await startShell({ port })
  expect(await link.client.jobs.list({})).toEqual([])
  link.close()
  await expect(link.client.jobs.list({})).rejects.toMatchObject({ code: 'rpc/unavailable' })
  await shell.close()
})

test.runIf(process.platform !== 'win32')('the local socket belongs to this user and wants the secret of the lock file', async () => {
  const { rpc, connection } = createTestRpc()
  const address = newSocketAddress()
  const server = await listenLocally(address, rpc, () => connection)
  const file = address.split('#')[0]!
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  const intruder = await connectLocally(`${file}#${'0'.repeat(32)}`)
  await expect(intruder.client.jobs.list({})).rejects.toMatchObject({ code: 'rpc/unavailable' })
  await server.close()
  await expect(connectLocally(address)).rejects.toMatchObject({ code: 'rpc/unavailable' })
  rmSync(file, { force: true })
})
