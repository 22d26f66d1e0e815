import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { DeviceReport } from '../../shared/model/device.ts'
import { table, type Output } from './output.ts'
import type { CliHost } from './cliHost.ts'

interface DoctorReport extends DeviceReport {
  readonly chromium: string | null
  readonly mpi: string
  readonly disk: { readonly folder: string; readonly freeBytes: number }
}

/** Never fails because something is missing: that is what it is there to say. */
export async function doctorCommand(host: CliHost, output: Output): Promise<void> {
  const core = await host.makeCore()
  try {
    output.progress('doctor', {
      phase: 'starting every provider in a process of its own',
      done: 0,
      total: null,
      rate: null,
      leftSeconds: null,
    })
    const devices = await core.cliClient().system.devices({ fresh: true })
    const { bavail, bsize } = await statfs(process.cwd())
    output.endProgress()
    const report: DoctorReport = {
      ...devices,
      chromium: findChromium(),
      mpi: findMpi(),
      disk: { folder: process.cwd(), freeBytes: bavail * bsize },
    }
    output.result(report, doctorLines)
  } finally {
    await core.close()
  }
}

function doctorLines({ cpu, providers, auto, tfjs, electron, versions, chromium, mpi, disk }: DoctorReport): string[] {
  const state = (p: DeviceReport['providers'][number]) =>
    p.usable ? (p.software ? 'works, in software' : 'works') : p.bundled ? 'does not start' : 'not here'
  return [
    `${cpu.model}, ${cpu.cores} cores, ${(cpu.memoryBytes / 1e9).toFixed(1)} GB of memory; ${(disk.freeBytes / 1e9).toFixed(1)} GB free in ${disk.folder}`,
    '',
    ...table(
      ['provider', 'state', 'adapter', 'because'],
      providers.map((p) => [p.name, state(p), p.adapter, p.error === null ? null : shortReason(p.error)]),
    ),
    '',
    `auto picks ${auto.provider}: ${auto.because}`,
    `tfjs-node-gpu  ${tfjs.state}`,
    `Electron       ${electron.state}`,
    `Chromium       ${chromium ?? 'not found; only the browser tests need it'}`,
    `MPI            ${mpi}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ]
}

/** Native errors begin with file names and functions; what matters comes last. */
const shortReason = (error: string): string => {
  const last = error.includes(' was false. ') ? error.slice(error.indexOf(' was false. ') + 12) : (error.split('\n')[0] ?? '')
  return last.length > 120 ? `…${last.slice(-119)}` : last
}

function findOnPath(names: readonly string[]): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names) if (folder && existsSync(join(folder, name))) return join(folder, name)
  return null
}

function findChromium(): string | null {
  const named = process.env['MASKWRIGHT_CHROMIUM']
  return named && existsSync(named) ? named : findOnPath(['chromium', 'chromium-browser', 'google-chrome', 'chrome.exe'])
}

function findMpi(): string {
  if (process.versions['electron']) return 'needs the Node shell (maskwright on the command line), not Electron'
  const mpirun = findOnPath(['mpirun'])
  return mpirun ? `${mpirun}; this version trains on one process` : 'not installed'
}
