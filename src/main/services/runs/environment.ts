import { readFile } from 'node:fs/promises'
import { arch, cpus, hostname, platform, release, totalmem, version } from 'node:os'
import path from 'node:path'
import type { DeviceReport } from '../../../shared/model/device.ts'
import { versions } from '../system/devices/devices.ts'

/** What a run ran on: kept beside it as environment.json, for people and for later comparison. */
export async function describeEnvironment(
  host: { version: string; installFolder: string },
  devices: DeviceReport | null,
): Promise<Record<string, unknown>> {
  const processors = cpus()
  return {
    studio: host.version,
    commit: await commitOf(host.installFolder),
    node: process.version,
    os: { platform: platform(), release: release(), version: version(), arch: arch() },
    hostname: hostname(),
    cpu: { model: processors[0]?.model ?? '', cores: processors.length, memoryBytes: totalmem() },
    gpu: { driver: await nvidiaDriver(), adapters: devices?.providers.flatMap(({ adapter }) => (adapter === null ? [] : [adapter])) ?? [] },
    providers: devices?.providers.filter(({ usable }) => usable).map(({ name, software }) => ({ name, software })) ?? null,
    versions: versions(host.version),
    startedAt: new Date().toISOString(),
  }
}

/** The commit of a checkout; null in an installed studio. */
async function commitOf(folder: string): Promise<string | null> {
  const git = path.join(folder, '.git')
  const read = (name: string) => readFile(path.join(git, name), 'utf8').catch(() => null)
  const head = (await read('HEAD'))?.trim() ?? null
  const ref = head === null ? null : /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1]
  if (!ref) return head
  const packed = (await read('packed-refs'))?.split('\n').find((line) => line.endsWith(` ${ref}`))
  return (await read(ref))?.trim() ?? packed?.slice(0, 40) ?? null
}

/** First line of the driver's own words on Linux; null without it. */
async function nvidiaDriver(): Promise<string | null> {
  const text = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => null)
  return text?.split('\n')[0] ?? null
}
