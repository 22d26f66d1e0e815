import { afterAll, beforeAll, expect, test } from 'vitest'
import { is, makeProject, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started)
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

test('a desktop window that closes over a training asks; the training goes on without it, and the studio quits when it is done', async () => {
  const { core, client } = started
  const done: string[] = []
  const quit = new Promise<void>((resolve) =>
    core.closing.attach({
      ask: () => core.host.events.emit({ type: 'closing' }),
      closeWindows: () => done.push('windows closed'),
      quit: resolve,
    }),
  )
  expect(core.closing.mayLeave(true)).toBe(true)
  const gone = new AbortController()
  const page = core.rpc.localClient(core.connect('electron', gone.signal))
  const { id } = await client.runs.launch({ datasetId, config: tinyConfig(30) })
  await until(client, id, (run) => run.step >= 2)

  // Whatever comes first tells that the page listens.
  let leave: boolean | null = null
  for await (const event of await page.system.events({})) {
    leave ??= core.closing.mayLeave(true)
    if (event.type === 'closing') break
  }
  expect(leave).toBe(false)
  await expect(client.system.answerClosing({ choice: 'stop' })).rejects.toMatchObject({ code: 'auth/forbidden' })
  await page.system.answerClosing({ choice: 'background' })
  expect(done).toEqual(['windows closed'])
  gone.abort()
  expect(core.closing.windowless()).toBe(false)
  await quit
  expect((await client.runs.get({ runId: id })).run).toMatchObject({ status: 'finished', step: 30 })
  expect(await until(client, id, is('finished'))).toMatchObject({ attempt: 1 })
})
