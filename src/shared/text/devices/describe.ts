import type { AutoChoice, DeviceReport, DeviceWarning, MissingPiece, ProviderReport, VulkanAdapter } from '../../model/device.ts'
import { gigabytes } from '../gigabytes.ts'
import { devicesEn, type DeviceTexts } from './en.ts'
import { devicesZhCN } from './zhCN.ts'

export type DeviceLanguage = 'en' | 'zh-CN'

export const deviceTexts = (language: DeviceLanguage): DeviceTexts => (language === 'zh-CN' ? devicesZhCN : devicesEn)

/** A sentence with its facts in place. */
export const fill = (text: string, data: Readonly<Record<string, string | number>> = {}): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in data ? String(data[name]) : whole))

/** Why 'auto' takes what it takes: one sentence per provider it looked at. */
export function autoSentences({ provider, adapter, passed }: AutoChoice, texts: DeviceTexts): string[] {
  const name = texts.providers[provider]
  return [
    fill(texts.auto.uses, { name }),
    // What an installation does not have is said with the providers.
    ...passed.filter(({ why }) => why !== 'absent').map((entry) => passedSentence(entry, texts)),
    provider === 'cpu' ? texts.auto.cpu : adapter === null ? texts.auto.gpuUnnamed : fill(texts.auto.gpu, { adapter }),
  ]
}

function passedSentence({ provider, why, detail }: AutoChoice['passed'][number], { auto, providers, unknown }: DeviceTexts): string {
  const name = providers[provider]
  if (why === 'software') return detail === null ? fill(auto.noGpu, { name }) : fill(auto.software, { name, detail })
  return fill(auto.failed, { name, detail: detail === null ? unknown : shortReason(detail) })
}

export const warningSentence = ({ key, data }: DeviceWarning, texts: DeviceTexts): string => fill(texts.warnings[key], data)

/** Native errors begin with file names and functions; what matters comes last. */
export function shortReason(error: string): string {
  const last = error.includes(' was false. ') ? error.slice(error.indexOf(' was false. ') + 12) : (error.split('\n')[0] ?? '')
  return last.length > 160 ? `…${last.slice(-159)}` : last.trim()
}

/** Memory of an adapter's own, or what it shares with the processor. */
export function adapterMemoryBytes({ heaps }: VulkanAdapter): number {
  const own = heaps.filter(({ deviceLocal }) => deviceLocal)
  return Math.max(0, ...(own.length > 0 ? own : heaps).map(({ bytes }) => bytes))
}

export function stateText({ usable, software, bundled }: ProviderReport, { state }: DeviceTexts): string {
  if (usable) return software ? state.software : state.usable
  return bundled ? state.notUsable : state.notBundled
}

/** Why a provider cannot be used, in a sentence; native words where there is no better one. Empty for one that works. */
export function noteText({ name, bundled, usable, error }: ProviderReport, { notes }: DeviceTexts): string {
  if (usable || error === null) return ''
  if (!bundled) return name === 'cuda' && !error.startsWith('not available') ? notes.cudaAbsent : notes.otherSystem
  if (/libvulkan/.test(error)) return notes.noLoader
  return /WebGPU adapter/i.test(error) ? notes.noAdapter : shortReason(error)
}

/** What a provider computes on. */
export function adapterText({ name, adapter }: ProviderReport, { plainJavaScript }: DeviceTexts): string {
  return name === 'tfjs' && adapter === 'cpu' ? plainJavaScript : (adapter ?? '–')
}

/** Label and value of everything that is one line. */
export function machineFacts({ cpu, container }: DeviceReport, texts: DeviceTexts): { label: string; value: string }[] {
  const cores = fill(cpu.physicalCores === null ? texts.cores : texts.coresPhysical, {
    logical: cpu.cores,
    physical: cpu.physicalCores ?? '',
  })
  const limits = [
    ...(container.cpus === null ? [] : [fill(texts.containerCpus, { count: Number(container.cpus.toFixed(2)) })]),
    ...(container.memoryBytes === null ? [] : [fill(texts.gb, { count: gigabytes(container.memoryBytes) })]),
  ]
  return [
    { label: texts.processor, value: `${cpu.model}, ${cores}` },
    { label: texts.features, value: cpu.features === null ? texts.unknown : cpu.features.join(', ') || texts.none },
    { label: texts.memory, value: fill(texts.memoryFree, { total: gigabytes(cpu.memoryBytes), free: gigabytes(cpu.freeBytes) }) },
    { label: texts.container, value: limits.join(', ') || texts.none },
  ]
}

/** The whole report as plain text, for a terminal or the clipboard. */
export function describeDevices(report: DeviceReport, language: DeviceLanguage): string[] {
  const texts = deviceTexts(language)
  const { columns } = texts
  const { vulkan, cuda } = report.hardware
  const ms = (value: number | null) => (value === null ? '–' : fill(texts.ms, { count: value.toFixed(0) }))
  const half = (value: boolean | null) => (value === null ? '–' : value ? texts.yes : texts.no)
  return [
    texts.advice[report.advice],
    ...autoSentences(report.auto, texts),
    '',
    ...machineFacts(report, texts).map(({ label, value }) => `${label}: ${value}`),
    '',
    ...grid(
      [columns.provider, columns.state, columns.adapter, columns.start, columns.half, columns.note],
      report.providers.map((p) => [
        texts.providers[p.name],
        stateText(p, texts),
        adapterText(p, texts),
        ms(p.startMs),
        half(p.half),
        noteText(p, texts),
      ]),
    ),
    ...section(
      texts.vulkan,
      vulkan.adapters.length > 0 || report.platform === 'linux',
      grid(
        [columns.index, columns.adapter, columns.type, columns.driver, columns.memory],
        vulkan.adapters.map((a) => [
          String(a.index),
          `${a.name} (${a.vendor})`,
          texts.type[a.type],
          a.driver,
          fill(texts.gb, { count: gigabytes(adapterMemoryBytes(a)) }),
        ]),
      ),
      vulkan.error ?? texts.none,
    ),
    ...section(
      texts.gpus,
      report.gpus.length > 0,
      report.gpus.map((g) => `${g.name} ${g.driver ?? ''}`.trim()),
      '',
    ),
    ...section(texts.cuda, report.nvidia !== null || cuda.driverCuda !== null, cudaLines(report, texts), ''),
    ...section(
      texts.cudaMissing,
      report.cudaMissing.length > 0,
      grid(
        [columns.piece, columns.install],
        report.cudaMissing.map((piece) => Object.values(missingText(piece, texts))),
      ),
      '',
    ),
    ...section(
      texts.warningsTitle,
      report.warnings.length > 0,
      report.warnings.map((warning) => `- ${warningSentence(warning, texts)}`),
      '',
    ),
  ]
}

/** A missing piece and how to get it. */
export const missingText = ({ key, data }: MissingPiece, { pieces, pieceInstall }: DeviceTexts): { what: string; how: string } => ({
  what: fill(pieces[key], data),
  how: fill(pieceInstall[key], data),
})

/** The driver, the cards it shows and the libraries of CUDA, a line each. */
export function cudaLines({ nvidia, hardware: { cuda } }: DeviceReport, texts: DeviceTexts): string[] {
  return [
    fill(texts.cudaDriver, { driver: nvidia?.driver ?? texts.unknown, cuda: nvidia?.cuda ?? cuda.driverCuda ?? texts.unknown }),
    ...cuda.devices.map((d) => `${d.index}  ${d.name}, ${fill(texts.gb, { count: gigabytes(d.memoryBytes) })}`),
    ...cuda.libraries.map(
      ({ file, path, version }) => `${file}: ${path === null ? texts.notFound : `${version ?? texts.unknown}, ${path}`}`,
    ),
  ]
}

function section(title: string, shown: boolean, lines: readonly string[], otherwise: string): string[] {
  if (!shown) return []
  return ['', `${title}:`, ...(lines.length > 0 ? lines : [otherwise])]
}

/** Columns under each other; Chinese characters take two. An empty table is no lines. */
function grid(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column]! - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

const width = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1), 0)
