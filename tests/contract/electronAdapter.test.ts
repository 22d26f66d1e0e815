import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAppProtocol } from '../../src/main/electron/appProtocol.ts'
import { adaptPort, type PortMain } from '../../src/main/electron/portAdapter.ts'
import type { AssetSource } from '../../src/main/services/assets/assetAnswer.ts'
import { createUploads } from '../../src/main/services/assets/uploads.ts'
import { createStaticPages } from '../../src/main/services/pages/staticFiles.ts'
import { portLink } from '../../src/renderer/rpc/pageClient.ts'
import { AppError } from '../../src/shared/errors.ts'
import { createTestRpc } from './webHarness.ts'

/** A real port in the dress of Electron's MessagePortMain: messages arrive inside an event. */
const asPortMain = (port: NodePort): PortMain => ({
  on(event: 'message' | 'close', listener: (event: { data: unknown }) => void) {
    // Node starts a port when a listener is added; Electron waits for start().
    if (event === 'message') port.addListener('message', (data: unknown) => listener({ data }))
    else port.on('close', () => listener({ data: undefined }))
    return port
  },
  postMessage: (message) => port.postMessage(message),
  start: () => port.start(),
})

function connectPage() {
  const { queue, rpc } = createTestRpc()
  const { port1, port2 } = new MessageChannel()
  const { facade, gone } = adaptPort(asPortMain(port1))
  rpc.servePort(facade, { id: randomUUID(), shell: 'electron', gone })
  return { queue, gone, link: portLink(port2 as unknown as MessagePort) }
}

describe('the contract over a window port', () => {
  it('answers calls, and codes what fails', async () => {
    const { link } = connectPage()
    expect(await link.client.jobs.list({})).toEqual([])
    await expect(link.client.jobs.cancel({ jobId: 'nobody' })).rejects.toMatchObject({ code: 'job/not-found' })
    link.close()
  })

  it('parses the input on this transport too', async () => {
    const { link } = connectPage()
    await expect(link.client.jobs.cancel({ jobId: 7 as never })).rejects.toMatchObject({ code: 'input/invalid' })
    link.close()
  })

  it('streams until the page stops listening', async () => {
    const { queue, link } = connectPage()
    const seen: string[] = []
    const jobs = await link.client.jobs.watch({})
    queue.start({ kind: 'demo', subject: 'stream', run: () => Promise.resolve('done') })
    for await (const job of jobs) {
      seen.push(job.state)
      if (job.state === 'finished') break
    }
    expect(seen.at(-1)).toBe('finished')
    link.close()
  })

  it('knows when the window is gone', async () => {
    const { gone, link } = connectPage()
    await link.client.jobs.list({})
    const left = gone.aborted ? Promise.resolve() : once(gone, 'abort')
    link.close()
    await left
    expect(gone.aborted).toBe(true)
  })
})

describe('app://studio', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-app-'))
  const renderer = path.join(folder, 'renderer')
  const uploads = createUploads(path.join(folder, 'uploads'))
  const none: AssetSource = () => Promise.reject(new AppError('item/not-found', 'no such item'))
  const model: AssetSource = (id) =>
    id === 'known'
      ? Promise.resolve({ type: 'application/octet-stream', body: { bytes: Uint8Array.of(1, 2, 3) } })
      : none(id, new URLSearchParams())
  const handle = createAppProtocol({
    pages: createStaticPages(renderer, () => ({ locale: 'zh-CN', theme: 'light', keys: null })),
    assets: {
      image: none,
      thumb: none,
      overlay: none,
      prediction: none,
      sample: none,
      preview: none,
      comparison: none,
      report: none,
      tile: none,
      upload: none,
      model,
    },
    upload: (body, type) => uploads.take(body, type),
  })
  const ask = (url: string, init?: RequestInit) => handle(new Request(url, init))

  beforeAll(() => {
    mkdirSync(renderer, { recursive: true })
    writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><html lang="en"><title>studio</title></html>')
    writeFileSync(path.join(folder, 'secret.json'), '{}')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('serves the page with the policy', async () => {
    const response = await ask('app://studio/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await response.text()).toContain('<html data-chosen-locale="zh-CN" data-chosen-theme="light" lang="en"><title>studio')
  })

  it('serves assets by id', async () => {
    const response = await ask('app://studio/asset/model/known')
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3])
    expect((await ask('app://studio/asset/model/unknown')).status).toBe(404)
  })

  it.each([
    'app://elsewhere/',
    'app://studio/../secret.json',
    'app://studio/..%2fsecret.json',
    'app://studio/asset/model/..%2f..%2fsecret.json',
    'app://studio//etc/passwd.json',
    'file:///etc/passwd',
  ])('refuses %s', async (url) => {
    const response = await ask(url)
    expect(response.status).toBeGreaterThanOrEqual(403)
    expect(await response.text()).toBe('')
  })

  it('takes a picture and nothing else', async () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])
    const good = await ask('app://studio/upload', { method: 'POST', body: png, headers: { 'content-type': 'image/png' } })
    expect(await good.json()).toHaveProperty('uploadId')
    const bad = await ask('app://studio/upload', { method: 'POST', body: 'text', headers: { 'content-type': 'image/png' } })
    expect(bad.status).toBe(415)
    expect((await ask('app://studio/', { method: 'DELETE' })).status).toBe(405)
  })
})
