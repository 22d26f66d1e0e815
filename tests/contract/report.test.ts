import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reportResultSchema, type ReportRequest } from '../../src/shared/api/page/comparisons.ts'
import { entryFile } from '../support/entries.ts'
import { atRest, endOfJob, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`
let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
const ids: string[] = []

async function train(name: string, config: Record<string, unknown>): Promise<string> {
  const { id } = await started.client.runs.launch({ datasetId, name, config })
  await until(started.client, id, atRest)
  return id
}

async function report(runIds: string[], more: Partial<ReportRequest> = {}): Promise<string> {
  const { jobId } = await started.client.comparisons.report({ runIds, baselineId: runIds[0]!, ...more })
  const { assetId, bytes, fileName } = reportResultSchema.parse((await endOfJob(started.core, jobId)).result)
  expect(fileName).toMatch(/^maskwright-runs?-[\d-]+\.html$/)
  const answer = await started.core.assets.report(assetId, new URLSearchParams())
  expect(answer).toMatchObject({ type: 'text/html; charset=utf-8', saveAs: 'maskwright-report.html' })
  if (!('file' in answer.body)) throw new Error('a report is a file')
  const text = readFileSync(answer.body.file, 'utf8')
  expect(Buffer.byteLength(text)).toBe(bytes)
  // Whatever is in it: nothing that runs, nothing that is fetched.
  expect(text).not.toMatch(/<script|<img src=x|<link|@import|https?:\/\//i)
  expect([...text.matchAll(/(?:src="|url\()([^")]{0,12})/g)].every(([, source]) => source!.startsWith('data:image/'))).toBe(true)
  expect(text).toContain("default-src 'none'".replaceAll("'", '&#39;'))
  return text
}

beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started)
  ids.push(await train('plain', tinyConfig(6)), await train(hostile, { ...tinyConfig(4), seed: 5 }))
  await started.client.runs.update({ runId: ids[1]!, notes: `line one\n${hostile}`, tags: ['<b>'] })
}, 240_000)
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

test('a comparison: facts, curves, classes, confusion, pictures, configs, data and environment, all texts escaped', async () => {
  const text = await report(ids, { pictures: 'predict', labels: { seed: '<i>Seed</i>' } })
  for (const part of [
    'Comparison of 2 runs',
    'Training loss',
    'Validation mIoU',
    'Scores per class',
    'Confusion',
    'Every run saw the same',
    'ONNX Runtime',
  ])
    expect(text).toContain(part)
  expect(text).toContain('&#60;script&#62;alert(1)')
  expect(text).toContain('&#60;i&#62;Seed')
  expect(text.match(/src="data:image\/png/g)!.length).toBe(12)
  expect(text.match(/url\(data:image\/webp/g)!.length).toBe(4)
  expect(text.match(/<path class="line/g)!.length).toBeGreaterThanOrEqual(8)
  expect(text.length).toBeLessThan(2 ** 20)
  // What differs is there, what does not is not.
  expect(text).toContain('loop.steps')
  expect(text).not.toContain('optimizer.lr')
})

test('one run, in Chinese, with its whole config', async () => {
  const text = await report([ids[0]!], { language: 'zh-CN' })
  expect(text).toContain('<html lang="zh-CN">')
  for (const part of ['训练报告：#1 plain', '训练损失', '各类别指标', 'optimizer.lr']) expect(text).toContain(part)
  expect(text).toContain('验证图片')
})

test('runs that failed, never validated or still train have a report as well', async () => {
  const failed = await train('failed', tinyConfig(5, { device: { provider: 'dml' } }))
  expect(await report([failed], { pictures: 'predict' })).toContain('device/not-available')
  const blind = await train('blind', tinyConfig(4, { data: { batchSize: 4, cropSize: [64, 64], workers: 1, valSplits: [] } }))
  expect(await report([blind, failed], { pictures: 'predict' })).toContain('Nothing was validated.')
  const { id } = await started.client.runs.launch({ datasetId, name: 'long', config: tinyConfig(100_000) })
  await until(started.client, id, (run) => run.step >= 3)
  expect(await report([id, ids[0]!], { pictures: 'predict' })).toMatch(/<td>(training|validating|saving)<\/td>/)
  await started.client.runs.stop({ runId: id })
  await until(started.client, id, atRest)
})

test('a packed run that was taken in has a report; one without its folder says what is not known', async () => {
  const { client, core, folder } = started
  const { folderId } = await client.folders.idForPath({ path: folder })
  await endOfJob(core, (await client.runs.exportPack({ runId: ids[0]!, folderId, name: 'run.zip' })).jobId)
  await client.runs.trash({ runIds: [ids[0]!] })
  await client.runs.purge({ runIds: [ids[0]!] })
  await endOfJob(core, (await client.runs.importPack({ folderId, name: 'run.zip' })).jobId)
  const text = await report(ids, { pictures: 'predict' })
  expect(text.match(/url\(data:image\/webp/g)!.length).toBe(4)
  const snapshot = path.join(projectOf(folder), 'runs', ids[0]!, 'snapshot.json')
  writeFileSync(snapshot, 'nothing')
  writeFileSync(path.join(projectOf(folder), 'runs', ids[0]!, 'environment.json'), '{"cpu": {"model": "<x>", "cores": "many"}}')
  const bare = await report(ids, { pictures: 'predict' })
  expect(bare).toContain('not known')
  expect(bare).toContain('not recorded')
})

test('nonsense is refused', async () => {
  const { client, core } = started
  await expect(client.comparisons.report({ runIds: [datasetId], baselineId: datasetId })).rejects.toMatchObject({ code: 'run/not-found' })
  const { jobId } = await client.comparisons.report({ runIds: [ids[0]!], baselineId: ids[1]! })
  expect(await core.host.jobs.wait(jobId)).toMatchObject({ state: 'failed', error: { code: 'input/invalid' } })
  await expect(core.assets.report('../../project', new URLSearchParams())).rejects.toMatchObject({ code: 'file/not-found' })
})

test('the command line compares and reports', async () => {
  const project = projectOf(started.folder)
  const compared = await cli('runs', 'compare', ids[1]!, ids[0]!, '--json', '-p', project)
  const answer = JSON.parse(compared.out) as {
    baselineId: string
    config: { key: string; differs: boolean }[]
    classes: Record<string, unknown>
  }
  expect(answer.baselineId).toBe(ids[1])
  expect(answer.config.map(({ key }) => key)).toContain('loop.steps')
  expect(answer.config.every(({ differs }) => differs)).toBe(true)
  expect(Object.keys(answer.classes)).toContain('IoU')
  const lines = (await cli('runs', 'compare', ...ids, '--all', '-p', project)).out
  expect(lines).toContain('optimizer.lr')
  expect((await cli('runs', 'compare', ids[0]!, '--baseline', ids[1]!, '-p', project)).code).toBe(2)
  const out = path.join(started.folder, 'made', 'report.html')
  const written = await cli('runs', 'report', ...ids, '--out', out, '--lang', 'zh-CN', '--no-predict', '-p', project)
  expect(written).toMatchObject({ code: 0 })
  expect(readFileSync(out, 'utf8')).toContain('2 个训练的对比')
  expect((await cli('runs', 'report', '77', '-p', project)).code).toBe(1)
})

function cli(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [entryFile('cli'), ...args], {
    cwd: started.folder,
    env: { ...process.env, MASKWRIGHT_STATE: path.join(started.folder, 'state') },
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })))
}
