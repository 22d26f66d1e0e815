import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { WeightNaming, WeightsReport } from '../../shared/model/weights.ts'
import type { Core } from '../core.ts'
import type { Command } from './commands.ts'
import { findModel, findRun } from './lookup.ts'
import { folderId } from './session.ts'

export interface ShowWeightsOptions {
  model?: string
  classes?: number
  naming: WeightNaming | 'auto'
  use: 'auto' | 'model' | 'ema'
}

/** Errors: weights/*, file/*, config/*. */
export async function showWeights(core: Core, file: string, { model, classes, naming, use }: ShowWeightsOptions): Promise<WeightsReport> {
  const rules = { naming, use, minMatched: 0.95, head: 'load' } as const
  const likely = await core.weights.inspect(path.resolve(file), rules, null)
  if (model === undefined && classes === undefined) return likely
  const config = { model: { type: 'segformer', ...likelyModel(likely, model) } }
  return core.weights.inspect(path.resolve(file), rules, { config, classes: classes ?? likely.recognised?.classes ?? 150 })
}

function likelyModel({ recognised }: WeightsReport, wanted: string | undefined): Record<string, unknown> {
  if (wanted !== undefined) return { variant: wanted }
  if (!recognised) return {}
  const { variant, dims, depths, srRatios, embedDim } = recognised
  // Heads leave no trace in the shapes, and do not matter to them.
  const size = variant === null ? { variant: 'custom', dims, depths, srRatios, heads: [1, 1, 1, 1] } : { variant }
  return { ...size, ...(embedDim === null ? {} : { embedDim }) }
}

const most = 10

export function weightsLines(report: WeightsReport): string[] {
  const { file, format, bytes, sections, section, naming, prefix, recognised, backbone, head } = report
  const list = (title: string, names: readonly string[]): string[] =>
    names.length === 0
      ? []
      : [
          `${names.length} ${title}:`,
          ...names.slice(0, most).map((name) => `  ${name}`),
          ...(names.length > most ? ['  … (--json lists all)'] : []),
        ]
  return [
    `${file}: ${format}, ${(bytes / 1e6).toFixed(1)} MB, ${naming} names${prefix === '' ? '' : ` after "${prefix}"`}`,
    ...sections.map(
      (each) =>
        `${each.path === section ? '*' : ' '} ${each.path || '(top level)'}: ${each.tensors} tensors${each.kind === 'ema' ? ', averaged' : ''}`,
    ),
    ...(recognised ? [`looks like ${describeModel(recognised)}`] : []),
    `backbone ${backbone.matched} of ${backbone.total} tensors, head ${head.matched} of ${head.total} (${head.rule})`,
    ...list('missing', report.missing),
    ...list(
      'of another shape',
      report.shapeMismatch.map(({ name, model, file: found }) => `${name}: ${found.join('x')} instead of ${model.join('x')}`),
    ),
    ...list('unexpected', report.unexpected),
    ...list(
      'of no use',
      report.dropped.map(({ name, why }) => `${name} (${why})`),
    ),
    report.accepted
      ? 'A training may start from it.'
      : `A training would refuse it: ${Math.round(report.minMatched * 100)} % of the backbone have to match.`,
  ]
}

const describeModel = ({ variant, dims, depths, embedDim, classes }: NonNullable<WeightsReport['recognised']>): string =>
  [
    variant ?? `a custom Mix Transformer of ${dims.join(', ')} channels and ${depths.join(', ')} blocks`,
    embedDim === null ? 'no official head' : `head of width ${embedDim}`,
    ...(classes === null ? [] : [`${classes} classes`]),
  ].join(', ')

export interface ExportWeightsOptions {
  checkpoint: 'best' | 'last'
  naming: WeightNaming
  out: string
}

/** `source` is a run, or else an exported model. */
export async function exportWeightsCommand(
  { session: { client }, output }: Command,
  source: string,
  { checkpoint, naming, out }: ExportWeightsOptions,
): Promise<void> {
  const target = path.resolve(out)
  if (!target.endsWith('.safetensors')) throw new AppError('input/invalid', `${out}: the file has to end in .safetensors`, { file: out })
  const wanted = await findSource(client, source, checkpoint)
  await mkdir(path.dirname(target), { recursive: true })
  const written = await client.weights.export({
    source: wanted,
    naming,
    folderId: await folderId(client, path.dirname(target)),
    name: path.basename(target),
  })
  output.result(written, ({ file, tensors, bytes, step, leftOut }) => [
    `${file}: ${tensors} tensors of step ${step} under ${naming} names, ${(bytes / 1e6).toFixed(1)} MB`,
    ...(leftOut.length === 0 ? [] : [`left out, because MMSegmentation's head is another network: ${leftOut.length} tensors of the head`]),
  ])
}

async function findSource(client: PageClient, wanted: string, checkpoint: 'best' | 'last') {
  try {
    return { kind: 'run' as const, runId: (await findRun(client, wanted)).id, checkpoint }
  } catch (noRun) {
    const model = await findModel(client, wanted).catch(() => null)
    if (!model) throw noRun
    return { kind: 'model' as const, modelId: model.id }
  }
}
