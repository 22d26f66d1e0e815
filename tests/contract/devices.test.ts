import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nativeCallsProblem, openLibrary } from '../../src/compute/runtime/native/koffi.ts'
import type { SpawnChild } from '../../src/main/jobs/child.ts'
import { createSupervisor } from '../../src/main/jobs/supervisor.ts'
import { createLogger } from '../../src/main/log.ts'
import { createDeviceFinder } from '../../src/main/services/system/devices/devices.ts'
import { deviceReportSchema, type DeviceReport } from '../../src/shared/model/device.ts'
import { describeDevices } from '../../src/shared/text/devices/describe.ts'
import { entryFile, forkEntry } from '../support/entries.ts'
import type { AdapterAnswer } from './processes/adapterChild.ts'

/** Chromium's software Vulkan, and beside it a driver that answers questions and computes nothing. */
const chromium = '/usr/lib/chromium'
const swiftshader = path.join(chromium, 'vk_swiftshader_icd.json')

let folder: string
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'maskwright-devices-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A manifest of a Vulkan driver. */
function manifest(name: string, library: string): string {
  const file = path.join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({ file_format_version: '1.0.1', ICD: { library_path: library, api_version: '1.3.0' } }))
  return file
}
const mockDriver = () => manifest('mock', path.join(chromium, 'libVkICD_mock_icd.so'))
const withDrivers = (...files: string[]) => ({ VK_DRIVER_FILES: files.join(':'), LD_LIBRARY_PATH: chromium })

async function find(env: Record<string, string>, probeTimeoutMs = 20_000): Promise<DeviceReport> {
  const spawnChild: SpawnChild = (file, options) => forkEntry(file, { ...options, env: { ...options.env, ...env } })
  const supervisor = createSupervisor({ spawnChild, pidFolder: path.join(folder, 'pids'), log: createLogger('test', 'silent') })
  try {
    return await createDeviceFinder(supervisor, '0.0.0', { probeTimeoutMs }).find(true)
  } finally {
    expect(supervisor.running).toEqual([])
    await supervisor.close(100)
  }
}
test('native libraries can be called, and one that is not there is named', () => {
  expect(nativeCallsProblem()).toBeNull()
  expect(() => openLibrary(['libnothing-of-this-name.so.7'])).toThrow(/libnothing-of-this-name\.so\.7/)
})

const named = (report: DeviceReport, name: string) => report.providers.find((provider) => provider.name === name)!

test('the processor is really started, and what is not here says so', async () => {
  const report = await find({})
  expect(deviceReportSchema.parse(report)).toEqual(report)
  expect(named(report, 'cpu')).toMatchObject({ bundled: true, usable: true, software: false, half: false })
  expect(named(report, 'cpu').startMs).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(named(report, 'dml')).toMatchObject({ bundled: false, usable: false })
  expect(report.cpu.cores).toBeGreaterThan(0)
  for (const language of ['en', 'zh-CN'] as const) {
    const text = describeDevices(report, language).join('\n')
    expect(text).toContain(report.cpu.model)
    expect(text).not.toMatch(/\{\w+\}|undefined|NaN/)
  }
}, 60_000)

describe.skipIf(!existsSync(swiftshader))('with software adapters', () => {
  test('adapters are listed as the loader tells, and auto does not take software', async () => {
    const report = await find(withDrivers(mockDriver(), swiftshader))
    expect(report.hardware.vulkan.adapters.map(({ index, name, type }) => ({ index, name, type }))).toEqual([
      { index: 0, name: 'Vulkan Mock Device', type: 'virtual' },
      { index: 1, name: expect.stringContaining('SwiftShader') as string, type: 'cpu' },
    ])
    expect(report.hardware.vulkan.adapters[1]!.heaps[0]!.bytes).toBeGreaterThan(1e9)
    expect(named(report, 'webgpu')).toMatchObject({
      usable: true,
      software: true,
      adapter: expect.stringContaining('SwiftShader') as string,
    })
    expect(named(report, 'webgpu').adapters.map(({ software }) => software)).toEqual([false, true])
    expect(report.auto).toMatchObject({
      provider: 'cpu',
      passed: [{ provider: 'cuda' }, { provider: 'webgpu', why: 'software' }, { provider: 'dml' }],
    })
    const alone = await find(withDrivers(swiftshader))
    expect(alone).toMatchObject({ advice: 'softwareOnly', warnings: [{ key: 'softwareOnly' }] })
  }, 120_000)

  const choose = async (adapter: number, provider: string, ...drivers: string[]): Promise<AdapterAnswer> => {
    const child = path.join(import.meta.dirname, 'processes', 'adapterChild.ts')
    const env = { ...process.env, ...withDrivers(...drivers) }
    const { stdout } = await promisify(execFile)(process.execPath, [child, provider, String(adapter)], { env })
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as AdapterAnswer
  }

  test('a training computes on the adapter it names, and one that is not there is refused with those that are', async () => {
    const second = await choose(1, 'webgpu', mockDriver(), swiftshader)
    expect(second).toMatchObject({ provider: 'webgpu', adapter: 1, because: expect.stringContaining('SwiftShader') as string, sum: [2, 4] })
    expect(await choose(0, 'webgpu', swiftshader)).toMatchObject({ sum: [2, 4] })
    expect(await choose(2, 'webgpu', mockDriver(), swiftshader)).toMatchObject({
      code: 'device/not-available',
      reason: expect.stringMatching(/found 0 = Vulkan Mock Device, 1 = SwiftShader/) as string,
    })
    // The one that computes nothing is shown alone, and ONNX Runtime refuses it: never another in its place.
    expect(await choose(0, 'webgpu', mockDriver(), swiftshader)).toMatchObject({ code: 'device/not-available' })
    expect(await choose(0, 'auto', swiftshader)).toMatchObject({ provider: 'cpu', adapter: null })
  }, 120_000)

  const compiler = spawnSync('cc', ['--version']).status === 0
  describe.skipIf(!compiler)('and a driver that', () => {
    function broken(name: string, body: string): string {
      const [source, library] = [path.join(folder, `${name}.c`), path.join(folder, `lib${name}.so`)]
      writeFileSync(source, `#include <stdlib.h>\n#include <unistd.h>\n__attribute__((constructor)) static void begin(void) { ${body} }\n`)
      const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      return manifest(name, library)
    }
    test('crashes: its provider says how it ended, the others report', async () => {
      const report = await find(withDrivers(broken('aborts', 'abort();')))
      expect(named(report, 'webgpu')).toMatchObject({ usable: false, error: expect.stringContaining('SIGABRT') as string })
      expect(named(report, 'cpu').usable).toBe(true)
      expect(report.warnings.map(({ key }) => key)).toContain('vulkanCrashed')
      expect(report.auto.provider).toBe('cpu')
    }, 60_000)
    test('hangs: it is ended after the time, the others report', async () => {
      const report = await find(withDrivers(broken('hangs', 'for (;;) sleep(1);')), 10_000)
      expect(named(report, 'webgpu')).toMatchObject({ usable: false, error: 'it did not answer within 10 s and was ended' })
      expect(named(report, 'cpu').usable).toBe(true)
    }, 60_000)
  })
})

test('a TensorFlow library that crashes again and again is told each time, and ends nothing', async () => {
  const crashing = path.join(folder, 'crashing.mjs')
  writeFileSync(crashing, 'process.abort()')
  const spawnChild: SpawnChild = (file, options) => forkEntry(file.includes('tfjsProbe') ? crashing : file, options)
  const pidFolder = path.join(folder, 'pids-crashing')
  const supervisor = createSupervisor({ spawnChild, pidFolder, log: createLogger('test', 'silent'), maxCrashesPerMinute: 1 })
  const finder = createDeviceFinder(supervisor, '0.0.0')
  try {
    expect((await finder.find(true)).tfjs).toMatchObject({
      installed: true,
      loads: false,
      state: expect.stringContaining('SIGABRT') as string,
    })
    expect((await finder.find(true)).tfjs).toMatchObject({
      installed: true,
      loads: false,
      state: expect.stringContaining('crashed 1 times') as string,
    })
  } finally {
    await supervisor.close(100)
  }
}, 60_000)

test('doctor --json says all of it, once, and ends well', async () => {
  const state = path.join(folder, 'state')
  const { stdout } = await promisify(execFile)(process.execPath, [entryFile('cli'), 'doctor', '--json'], {
    env: { ...process.env, MASKWRIGHT_STATE: state },
  })
  const report = JSON.parse(stdout) as DeviceReport & { disk: { freeBytes: number } }
  expect(deviceReportSchema.parse(report)).toMatchObject({ platform: process.platform })
  expect(report.disk.freeBytes).toBeGreaterThan(0)
  expect(report.auto.because).not.toBe('')
}, 60_000)
