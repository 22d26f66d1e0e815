import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { PartReport } from '../../shared/model/gpuPart.ts'
import { deviceTexts, fill } from '../../shared/text/devices/describe.ts'
import type { DeviceTexts } from '../../shared/text/devices/en.ts'
import { installPart } from '../services/system/installGpu/installGpu.ts'
import { gpuParts } from '../services/system/installGpu/parts.ts'
import type { Output } from './output.ts'
import { terminalLanguage } from './terminalLanguage.ts'

/** Fetches the optional parts for graphics cards, each by itself. Errors: device/nothing-installed when none is there afterwards. */
export async function installGpuCommand(output: Output, { dryRun }: { dryRun: boolean }, signal: AbortSignal): Promise<void> {
  const texts = deviceTexts(terminalLanguage())
  const parts = gpuParts(process.platform, process.arch, process.versions['napi'] ?? '8')
  const reports: PartReport[] = []
  for (const part of parts) {
    reports.push(
      await installPart(part, {
        nodeModules: packagesFolder(part.package),
        dryRun,
        signal,
        onProgress: (id, line, bytes) =>
          output.progress(texts.install.parts[id], {
            phase: line,
            done: 0,
            total: null,
            rate: null,
            leftSeconds: null,
            extra: fill(texts.install.megabytes, { count: (bytes / 1e6).toFixed(1) }),
          }),
      }),
    )
    if (signal.aborted) break
  }
  output.endProgress()
  output.result({ platform: process.platform, arch: process.arch, parts: reports }, () => installLines(reports, texts))
  if (dryRun || signal.aborted || reports.some(({ state }) => state === 'installed' || state === 'already')) return
  throw new AppError('device/nothing-installed', reports.length === 0 ? texts.install.nothingHere : texts.install.nothing, {})
}

function installLines(reports: readonly PartReport[], texts: DeviceTexts): string[] {
  const { install } = texts
  if (reports.length === 0) return [install.nothingHere]
  return reports.flatMap(({ part, state, sources, folder, files, reason, trouble }) => [
    `${install.parts[part]}: ${install.state[state]}`,
    ...(state === 'failed'
      ? [`  ${install.reason}: ${reason ?? texts.unknown}`, `  ${install.next}: ${install.trouble[trouble ?? 'other']}`]
      : []),
    ...(state === 'planned' || state === 'failed' ? [`  ${install.from}:`, ...sources.map((source) => `    ${source}`)] : []),
    `  ${install.to}: ${folder}`,
    ...(state === 'already' ? [] : files.map((file) => `    ${file}`)),
    ...(state === 'installed' ? [`  ${install.check}`] : []),
  ])
}

/** The node_modules that holds a package; the studio's own where it is missing. */
function packagesFolder(name: string): string {
  const bases = createRequire(import.meta.url).resolve.paths(name) ?? []
  return bases.find((base) => existsSync(path.join(base, name, 'package.json'))) ?? bases[0] ?? process.cwd()
}
