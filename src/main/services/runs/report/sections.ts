import { isSamTune } from '../../../../shared/model/samTune.ts'
import { chart, lookClass, type ChartCurve } from './chart.ts'
import type { ReportFormat } from './format.ts'
import { joined, markup, type Html } from './html.ts'
import { runHeads, section, titleOf, wide } from './parts.ts'
import type { ReportData, ReportRun } from './reportData.ts'
import { fill } from './texts.ts'

export function factsSection(data: ReportData, format: ReportFormat): Html {
  const { text } = format
  const { facts } = text
  const rows: [string, (each: ReportRun) => Html | string][] = [
    [facts.status, ({ run }) => text.status[run.status]],
    [
      facts.best,
      ({ run }) =>
        run.primary
          ? `${run.primary.name} ${format.percent(run.primary.best)} (${fill(facts.atStep, { step: format.count(run.primary.bestStep) })})`
          : text.none,
    ],
    [facts.last, ({ run }) => (run.primary ? `${run.primary.name} ${format.percent(run.primary.last)}` : text.none)],
    [facts.steps, ({ run }) => `${format.count(run.step)} / ${format.count(run.totalSteps)}`],
    [facts.epochs, ({ run }) => `${format.measured(run.epoch)} / ${format.measured(run.totalEpochs)}`],
    [facts.duration, ({ run }) => format.duration(run.startedAt === null ? null : ((run.endedAt ?? Date.now()) - run.startedAt) / 1000)],
    [facts.device, ({ run }) => run.device ?? text.none],
    [facts.dataset, ({ datasetName }) => datasetName ?? text.none],
    [facts.snapshot, ({ run }) => markup`<span class="mono">${run.snapshotHash.slice(0, 12) || text.none}</span>`],
    [facts.weights, ({ weights, config }) => weights ?? (isSamTune(config) ? config.base.name : facts.scratch)],
    [facts.attempts, ({ run }) => String(run.attempt)],
    [facts.started, ({ run }) => format.when(run.startedAt)],
    [facts.ended, ({ run }) => format.when(run.endedAt)],
    [facts.tags, ({ run }) => run.tags.join(', ') || text.none],
    [facts.notes, ({ run }) => markup`<span class="pre">${run.notes || text.none}</span>`],
    [facts.error, ({ run }) => (run.error && run.error.code !== 'cancelled' ? `${run.error.code}: ${run.error.message}` : text.none)],
  ]
  return section(
    text.runs,
    wide(
      markup`<table>
        <thead><tr class="head"><th scope="col">${facts.run}</th>${runHeads(data, format)}</tr></thead>
        <tbody>${rows.map(([label, read]) => markup`<tr><th scope="row">${label}</th>${data.runs.map((run) => markup`<td>${read(run)}</td>`)}</tr>`)}</tbody>
      </table>`,
    ),
  )
}

export function findingsSection({ runs }: ReportData, { text, count, measured }: ReportFormat): Html {
  const said = runs.flatMap((each) =>
    each.findings.map((finding) => {
      const facts = Object.fromEntries(
        Object.entries(finding.data).map(([key, value]) => [key, typeof value === 'number' ? measured(value) : value]),
      )
      const where = runs.length > 1 ? `${titleOf(each)}, ` : ''
      return markup`<p class="warn">
        <span class="soft">${where}${fill(text.findingAt, { step: count(finding.step) })}</span><br />${fill(text.finding[finding.key] ?? finding.key, facts)}
      </p>`
    }),
  )
  return section(text.findings, said.length > 0 ? joined(said) : markup`<p class="soft">${text.noFindings}</p>`)
}

const charts = [
  { key: 'loss', split: /^train$/, name: 'loss', share: false },
  { key: 'mIoU', split: /^(?!train$)/, name: 'mIoU', share: true },
  { key: 'mAcc', split: /^(?!train$)/, name: 'mAcc', share: true },
  { key: 'aAcc', split: /^(?!train$)/, name: 'aAcc', share: true },
  { key: 'iouAfterClicks', split: /^val$/, name: 'IoU@3', share: true },
  { key: 'clicksToIou', split: /^val$/, name: 'NoC85', share: false },
  { key: 'lr', split: /^train$/, name: 'lr', share: false },
] as const

export function curvesSection({ runs }: ReportData, format: ReportFormat): Html {
  const { text } = format
  const drawn = charts.flatMap(({ key, split, name, share }) => {
    const curves = runs.flatMap((each, look): ChartCurve[] => {
      const points = each.points.filter((point) => point.name === name && split.test(point.split)).sort((a, b) => a.step - b.step)
      return points.length > 0
        ? [
            {
              name: titleOf(each),
              look,
              steps: points.map(({ step }) => step),
              values: points.map(({ value }) => (share ? value * 100 : value)),
            },
          ]
        : []
    })
    return chart(text.charts[key], text.step, curves, format.measured) ?? []
  })
  if (drawn.length === 0) return section(text.curves, markup`<p class="soft">${text.noCurves}</p>`)
  const legend = markup`<ul class="legend">${runs.map((each, i) => markup`<li><span class="key ${lookClass(i)}"></span>${titleOf(each)}</li>`)}</ul>`
  return section(text.curves, legend, markup`<div class="charts">${joined(drawn)}</div>`)
}

export function environmentSection(data: ReportData, format: ReportFormat): Html {
  const { text, measured } = format
  const keys = text.environmentKeys
  type Read = (environment: NonNullable<ReportRun['environment']>) => string | null | undefined
  const rows: [string, Read][] = [
    [keys.studio, ({ studio }) => studio],
    [keys.commit, ({ commit }) => commit?.slice(0, 12)],
    [keys.os, ({ os }) => [os?.platform, os?.release, os?.arch].filter(Boolean).join(' ')],
    [keys.cpu, ({ cpu }) => (cpu?.model ? `${cpu.model} × ${cpu.cores ?? '?'}` : null)],
    [keys.memory, ({ cpu }) => (cpu?.memoryBytes ? `${measured(cpu.memoryBytes / 1e9)} GB` : null)],
    [keys.gpu, ({ gpu }) => gpu?.driver],
    [keys.node, ({ node }) => node],
    [keys.runtime, ({ versions }) => versions?.['onnxruntime-node']],
  ]
  const value = (run: ReportRun, read: Read): string => (run.environment ? (read(run.environment) ?? '') || text.none : text.noEnvironment)
  return section(
    text.environment,
    wide(
      markup`<table>
        <thead><tr class="head"><th scope="col"></th>${runHeads(data, format)}</tr></thead>
        <tbody>${rows.map(([label, read]) => markup`<tr><th scope="row">${label}</th>${data.runs.map((run) => markup`<td>${value(run, read)}</td>`)}</tr>`)}</tbody>
      </table>`,
    ),
  )
}
