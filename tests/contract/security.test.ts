import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { modelUploadType } from '../../src/shared/assist/modelUpload.ts'
import { maxUploadBytes } from '../../src/main/services/assets/uploads.ts'
import { createSessions } from '../../src/main/web/session.ts'
import { selfSigned } from '../support/selfSigned.ts'
import { ask, startShell, type Shell } from './webHarness.ts'

let shell: Shell
let port: number
beforeAll(async () => {
  shell = await startShell()
  port = shell.web.port
})
afterAll(() => shell.close())

const good = (extra: Record<string, string> = {}) => ({ host: `127.0.0.1:${port}`, cookie: shell.cookie, ...extra })

/** How an upgrade ends: 101, or the refusing status. */
function upgrade(at: number, headers: Record<string, string>, path = '/rpc'): Promise<{ status: number; ws: WebSocket | null }> {
  return new Promise((resolve, reject) => {
    const { host, ...rest } = headers
    const ws = new WebSocket(`ws://127.0.0.1:${at}${path}`, { headers: { ...rest, ...(host ? { Host: host } : {}) } })
    ws.on('open', () => resolve({ status: 101, ws }))
    ws.on('unexpected-response', (_request, response) => resolve({ status: response.statusCode ?? 0, ws: null }))
    ws.on('error', reject)
  })
}

describe('who is let in', () => {
  test('a foreign Host is 421 before anything else, also with a good cookie (DNS rebinding)', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '0.0.0.0',
      '[::]',
      '',
      '127.0.0.1:99999999',
    ]) {
      expect((await ask(port, '/', { ...good(), host })).status, host).toBe(421)
    }
  })

  test('two Host headers are refused', async () => {
    const answer = await raw(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nCookie: ${shell.cookie}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 (421|400)/)
  })

  test('loopback names work on any port', async () => {
    for (const host of [`localhost:${port}`, '127.0.0.1:1', '[::1]:8080', 'localhost']) {
      expect((await ask(port, '/', { ...good(), host })).status, host).toBe(200)
    }
  })

  test('Origin must be exactly this host: other ports, other schemes and null are 403', async () => {
    for (const origin of [
      'null',
      'http://evil.example',
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
      `https://127.0.0.1:${port}`,
      'file://',
    ]) {
      expect((await ask(port, '/', good({ origin }))).status, origin).toBe(403)
    }
    expect((await ask(port, '/', good({ origin: `http://127.0.0.1:${port}` }))).status).toBe(200)
  })

  test('a page of another port has the cookie and still does not get in', async () => {
    expect((await ask(port, '/asset/model/known', good({ 'sec-fetch-site': 'same-site' }))).status).toBe(403)
    expect((await upgrade(port, { cookie: shell.cookie, origin: `http://127.0.0.1:${port + 1}` })).status).toBe(403)
  })

  test('requests another site caused are 403', async () => {
    for (const site of ['cross-site', 'same-site', 'nonsense'])
      expect((await ask(port, '/', good({ 'sec-fetch-site': site }))).status).toBe(403)
    for (const site of ['none', 'same-origin']) expect((await ask(port, '/', good({ 'sec-fetch-site': site }))).status).toBe(200)
  })

  test('without a cookie, or with a wrong, foreign or old one, everything is 401', async () => {
    const [name, value] = shell.cookie.split('=') as [string, string]
    const foreign = createSessions({ key: randomBytes(32), secure: false })
    const foreignCookie = foreign.exchange(foreign.issueToken())!.split(';')[0]!
    const bad = [
      '',
      `${name}=`,
      `${name}=1.2.3`,
      `other=${value}`,
      `${name}=${value}x`,
      `${name}=${value.replace(/^\d+/, '9')}`,
      foreignCookie,
      `${name}=${foreignCookie.split('=')[1]!}`,
    ]
    for (const cookie of bad) {
      for (const target of ['/', '/assets/index-abc.js', '/asset/model/known', '/session', '/nothing', '/upload']) {
        expect((await ask(port, target, { host: `127.0.0.1:${port}`, cookie })).status, `${cookie} ${target}`).toBe(401)
      }
      expect((await upgrade(port, { cookie, origin: `http://127.0.0.1:${port}` })).status).toBe(401)
    }
  })

  test('a cookie older than a week is refused', () => {
    let now = Date.now()
    const sessions = createSessions({ key: randomBytes(32), secure: false, now: () => now })
    const cookie = sessions.exchange(sessions.issueToken())!.split(';')[0]!
    expect(sessions.admits(cookie)).toBe(true)
    now += 8 * 24 * 3600 * 1000
    expect(sessions.admits(cookie)).toBe(false)
  })

  test('a socket needs Origin, cookie and the one path', async () => {
    const origin = `http://127.0.0.1:${port}`
    expect((await upgrade(port, { cookie: shell.cookie })).status).toBe(403)
    expect((await upgrade(port, { origin })).status).toBe(401)
    expect((await upgrade(port, { origin, cookie: shell.cookie, host: 'evil.example' })).status).toBe(421)
    expect((await upgrade(port, { origin, cookie: shell.cookie }, '/')).status).toBe(404)
    const { status, ws } = await upgrade(port, { origin, cookie: shell.cookie })
    expect(status).toBe(101)
    ws?.terminate()
  })
})

describe('the start address', () => {
  test('gives a HttpOnly SameSite=Strict cookie once, and a reload works with it', async () => {
    const token = shell.sessions.issueToken()
    const first = await ask(port, `/start?token=${token}`, { host: `127.0.0.1:${port}` })
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe('/')
    const cookie = first.headers['set-cookie']![0]!
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect((await ask(port, '/', { host: `127.0.0.1:${port}`, cookie: cookie.split(';')[0]! })).status).toBe(200)
    expect((await ask(port, `/start?token=${token}`, { host: `127.0.0.1:${port}` })).status).toBe(401)
  })

  test('a wrong token, a HEAD request or a foreign Host does not use it up', async () => {
    const token = shell.sessions.issueToken()
    expect((await ask(port, `/start?token=${token.slice(1)}`, { host: `127.0.0.1:${port}` })).status).toBe(401)
    expect((await ask(port, `/start?token=${token}`, { host: `127.0.0.1:${port}` }, { method: 'HEAD' })).status).toBe(401)
    expect((await ask(port, `/start?token=${token}`, { host: 'evil.example' })).status).toBe(421)
    expect((await ask(port, `/start?token=${token}`, { host: `127.0.0.1:${port}` })).status).toBe(303)
  })

  test('works through a forwarded port (ssh -L), socket included', async () => {
    const proxy = await forward(port)
    const there = (proxy.address() as AddressInfo).port
    const token = shell.sessions.issueToken()
    const started = await ask(there, `/start?token=${token}`, { host: `localhost:${there}` })
    expect(started.status).toBe(303)
    const cookie = started.headers['set-cookie']![0]!.split(';')[0]!
    expect((await ask(there, '/', { host: `localhost:${there}`, cookie })).status).toBe(200)
    const { status, ws } = await upgrade(there, { host: `localhost:${there}`, origin: `http://localhost:${there}`, cookie })
    expect(status).toBe(101)
    ws?.terminate()
    await new Promise((resolve) => proxy.close(resolve))
  })
})

test('another name is let in only when it was allowed, over TLS, with a Secure cookie', async () => {
  const tls = selfSigned('studio.test')
  const box = await startShell({ allowedHosts: ['studio.test'], tls })
  const askBox = (target: string, headers: Record<string, string>) => ask(box.web.port, target, headers, { ca: tls.cert })
  const started = await askBox(`/start?token=${box.sessions.issueToken()}`, { host: 'studio.test:8443' })
  expect([started.status, started.headers['set-cookie']![0]]).toEqual([303, expect.stringContaining('; Secure')])
  const cookie = started.headers['set-cookie']![0]!.split(';')[0]!
  expect((await askBox('/', { host: 'studio.test:8443', cookie, origin: 'https://studio.test:8443' })).status).toBe(200)
  expect((await askBox('/', { host: 'studio.test:8443', cookie, origin: 'http://studio.test:8443' })).status).toBe(403)
  expect((await askBox('/', { host: 'other.test', cookie })).status).toBe(421)
  await expect(ask(box.web.port, '/', { host: 'studio.test', cookie })).rejects.toThrow()
  await box.close()
})

describe('what is served', () => {
  test('every answer carries the headers, refusals too', async () => {
    for (const headers of [good(), { host: `127.0.0.1:${port}` }, good({ origin: 'null' })]) {
      const answer = await ask(port, '/', headers)
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('no path leaves the folder of the pages', async () => {
    const hostile = [
      '/../secret.js',
      '/assets/../../secret.js',
      '/..%2fsecret.js',
      '/assets/..%2f..%2fsecret.js',
      '/%2e%2e/secret.js',
      '/assets/index-abc.js%00.png',
      '/..\\secret.js',
      '/%5c..%5csecret.js',
      '//etc/passwd',
      '/etc/passwd',
      '/.git/config',
      '/assets',
      '/nothing.js',
      '/assets/%252e%252e/secret.js',
      'http://evil.example/',
    ]
    for (const target of hostile) {
      const answer = await ask(port, target, good())
      expect(answer.status, target).toBe(404)
      expect(answer.body, target).not.toContain('secret')
    }
    for (const link of ['/assets/link.js', '/assets/passwd.json']) expect((await ask(port, link, good())).status, link).toBe(403)
    expect((await ask(port, '/assets/index-abc.js', good())).body).toBe('export {}')
  })

  test('assets are looked up by id', async () => {
    for (const target of [
      '/asset/model/..%2f..%2fetc',
      '/asset/model/..',
      '/asset/nothing/known',
      '/asset/model/',
      '/asset/model/known/more',
      '/asset/model/other',
      '/asset/constructor/known',
      '/asset/image/known',
    ]) {
      expect((await ask(port, target, good())).status, target).toBe(404)
    }
    const whole = await ask(port, '/asset/model/known', good())
    expect(whole.status).toBe(200)
    expect(whole.body).toHaveLength(256)
    expect(whole.headers['content-disposition']).toBe("attachment; filename*=UTF-8''ein%20M%C3%B6dell.onnx")
    const part = await ask(port, '/asset/model/known', good({ range: 'bytes=10-19' }))
    expect([part.status, part.body.charCodeAt(0), part.body.length, part.headers['content-range']]).toEqual([
      206,
      10,
      10,
      'bytes 10-19/256',
    ])
    expect((await ask(port, '/asset/model/known', good({ range: 'bytes=-6' }))).body).toHaveLength(6)
    expect((await ask(port, '/asset/model/known', good({ range: 'bytes=300-' }))).status).toBe(416)
    expect((await ask(port, '/asset/model/known', good({ 'if-none-match': whole.headers.etag! }))).status).toBe(304)
  })

  test('other methods and unknown routes answer nothing', async () => {
    const origin = `http://127.0.0.1:${port}`
    for (const method of ['PUT', 'DELETE', 'POST', 'OPTIONS', 'PATCH'])
      expect((await ask(port, '/', good({ origin }), { method })).status, method).toBe(405)
    expect((await ask(port, '/', good(), { method: 'POST' })).status).toBe(403)
  })
})

describe('uploads', () => {
  /** Sends a piece of a body every so many milliseconds, and no more after `pieces`, though all of them are announced. */
  function trickle(target: string, { pieces, announced, everyMs }: { pieces: number; announced: number; everyMs: number }) {
    const piece = '0123456789'
    const socket = connect(slow.web.port, '127.0.0.1')
    const headers = { ...good({ host: `127.0.0.1:${slow.web.port}`, cookie: slow.cookie }), origin: `http://127.0.0.1:${slow.web.port}` }
    const lines = Object.entries({ ...headers, 'content-type': modelUploadType('a.onnx'), 'content-length': announced * piece.length })
    socket.write(`POST ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    let sent = 0
    const timer = setInterval(() => (sent++ < pieces ? socket.write(piece) : undefined), everyMs)
    return new Promise<string>((resolve) => {
      let answer = ''
      socket.on('data', (data) => (answer += data.toString()))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(timer)
        resolve(answer)
      })
    })
  }
  const taken: string[] = []
  let slow: Shell
  beforeAll(async () => {
    slow = await startShell({
      uploadIdleMs: 1_500,
      upload: async (body) => {
        let text = ''
        for await (const chunk of body) text += Buffer.from(chunk).toString()
        taken.push(text)
        return 'sent'
      },
    })
  })
  afterAll(() => slow.close())

  test('take as long as they take while something comes; one that stalls, and a body nobody wants, end their connection', async () => {
    const whole = await trickle('/upload', { pieces: 20, announced: 20, everyMs: 100 })
    expect(whole).toContain('"uploadId":"sent"')
    expect(taken.map((text) => text.length)).toEqual([200])
    await trickle('/upload', { pieces: 3, announced: 8, everyMs: 50 })
    expect(taken).toHaveLength(1)
    expect(await trickle('/nowhere', { pieces: 1, announced: 1000, everyMs: 50 })).toMatch(/^HTTP\/1\.1 405/)
  })

  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(64)])
  const post = (body: Buffer, type: string, extra: Record<string, string> = {}) =>
    ask(port, '/upload', good({ origin: `http://127.0.0.1:${port}`, 'content-type': type, ...extra }), { method: 'POST', body })

  test('a picture gets an id and comes back by it', async () => {
    const answer = await post(png, 'image/png')
    expect(answer.status).toBe(200)
    const { uploadId } = JSON.parse(answer.body) as { uploadId: string }
    const back = await ask(port, `/asset/upload/${uploadId}`, good())
    expect([back.status, back.headers['content-type'], back.body.length]).toEqual([200, 'image/png', png.length])
  })

  test('what is no picture is refused, whatever it says it is', async () => {
    expect((await post(Buffer.from('<svg onload="alert(1)"/>'.repeat(3)), 'image/png')).status).toBe(415)
    expect((await post(Buffer.from('<svg/>'), 'image/svg+xml')).status).toBe(415)
    expect((await post(Buffer.from('MZ'), 'image/png')).status).toBe(415)
    expect((await post(png, 'text/html')).status).toBe(415)
    expect((await ask(port, '/upload', good({ 'content-type': 'image/png' }), { method: 'POST', body: png })).status).toBe(403)
  })

  test('too much is refused while it comes', async () => {
    const answer = await post(Buffer.concat([png, Buffer.alloc(maxUploadBytes)]), 'image/png').catch(
      (error: NodeJS.ErrnoException) => error,
    )
    // The host may hang up before the sender is through.
    if (answer instanceof Error) expect(answer.code).toMatch(/ECONNRESET|EPIPE/)
    else expect(answer.status).toBe(413)
  })
})

describe('floods', () => {
  const open = async () => (await upgrade(port, { origin: `http://127.0.0.1:${port}`, cookie: shell.cookie })).ws!
  const ended = (ws: WebSocket) => new Promise<number>((resolve) => ws.on('close', (code) => resolve(code)).on('error', () => undefined))

  test('100,000 messages end the socket with 1008', async () => {
    const ws = await open()
    const end = ended(ws)
    for (let i = 0; i < 100_000 && ws.readyState === 1; i++) {
      ws.send('{}')
      if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve))
    }
    expect([1007, 1008]).toContain(await end)
  })

  test('well-formed calls in a flood end with 1008 as well', async () => {
    const ws = await open()
    const end = ended(ws)
    for (let i = 0; i < 20_000 && ws.readyState === 1; i++) {
      ws.send(JSON.stringify({ i: String(i), p: { u: '/jobs/list', b: { json: {} } } }))
      if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await end).toBe(1008)
  })

  test('a frame of more than 64 MiB ends the socket with 1009', async () => {
    const ws = await open()
    const end = ended(ws)
    ws.send(Buffer.alloc((64 << 20) + 1))
    expect(await end).toBe(1009)
  })

  test('nonsense ends the socket, not the host', async () => {
    for (const data of ['', '{', '\0\0', Buffer.from([0xff, 0xfe]), '[1,2,3]', '{"i":{},"p":null}']) {
      const ws = await open()
      const end = ended(ws)
      ws.send(data)
      await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 100))])
      ws.terminate()
    }
    expect((await ask(port, '/', good())).status).toBe(200)
  })

  test('a ninth page is refused, and let in when one leaves', async () => {
    await settled(() => shell.gone.every((signal) => signal.aborted))
    const pages = await Promise.all(Array.from({ length: 8 }, open))
    expect((await upgrade(port, { origin: `http://127.0.0.1:${port}`, cookie: shell.cookie })).status).toBe(503)
    pages[0]!.terminate()
    await settled(() => shell.gone.filter((signal) => !signal.aborted).length === 7)
    const again = await open()
    for (const ws of [...pages, again]) ws.terminate()
  })

  test('a page with more than 256 calls in progress is not read any further', async () => {
    await settled(() => shell.gone.every((signal) => signal.aborted))
    const ws = await open()
    let streams = 0
    ws.on('message', (data: Buffer) => (streams += data.toString('utf8').includes('text/event-stream') ? 1 : 0))
    // Wide enough that they cannot all lie in one read of the socket.
    const wide = 'x'.repeat(4_000)
    for (let i = 0; i < 400; i++) ws.send(JSON.stringify({ i: String(i), p: { u: '/jobs/watch', b: { json: {} }, h: { 'x-wide': wide } } }))
    await settled(() => streams >= 257)
    await new Promise((resolve) => setTimeout(resolve, 200))
    // What had been received before the pause is still handed over, but no more is taken from the wire.
    expect(streams).toBeLessThan(400)
    ws.terminate()
    expect((await ask(port, '/', good())).status).toBe(200)
  })

  test('headers that never end are cut off', { timeout: 30_000 }, async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 500)
    const started = Date.now()
    await new Promise((resolve) => socket.on('close', resolve))
    clearInterval(drip)
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  test('huge headers are refused', async () => {
    const answer = await ask(port, '/', good({ 'x-long': 'a'.repeat(20_000) })).catch(() => null)
    expect(answer === null || answer.status === 431).toBe(true)
  })
})

function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

function forward(to: number): Promise<Server> {
  const server = createServer((socket) => {
    const out = connect(to, '127.0.0.1')
    socket.pipe(out).pipe(socket)
    socket.on('error', () => out.destroy())
    out.on('error', () => socket.destroy())
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

async function settled(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(condition()).toBe(true)
}
