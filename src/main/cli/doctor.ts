import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { DeviceReport } from '../../shared/model/device.ts'
import { describeDevices } from '../../shared/text/devices/describe.ts'
import { gigabytes } from '../../shared/text/gigabytes.ts'
import type { Output } from './output.ts'
import type { CliHost } from './cliHost.ts'
import { terminalLanguage } from './terminalLanguage.ts'

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

function doctorLines(report: DoctorReport): string[] {
  const { tfjs, electron, versions, chromium, mpi, disk } = report
  return [
    ...describeDevices(report, terminalLanguage()),
    '',
    `tfjs-node-gpu  ${tfjs.state}`,
    `Electron       ${electron.state}`,
    `Chromium       ${chromium ?? 'not found; only the browser tests need it'}`,
    `MPI            ${mpi}`,
    `disk           ${gigabytes(disk.freeBytes)} GB free in ${disk.folder}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ]
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
  const mpirun = findOnPath(['mpirun'])
  return `${mpirun ?? 'not installed'}; not needed: the processes of a training (device.processes) find each other without it`
}
