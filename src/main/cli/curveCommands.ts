import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { CurveName, CurvePoint } from '../../shared/model/curve.ts'
import type { Command } from './commands.ts'
import { findRun } from './lookup.ts'
import { table } from './output.ts'

export interface CurveOptions {
  /** 'train/loss'. */
  readonly curve?: string
}

const pageSize = 10_000
const short = (value: number): string => String(Number(value.toPrecision(6)))

/** What the curves of a run came to; or every stored point of one of them, as comma-separated values. Errors: run/not-found, input/invalid. */
export async function curvesCommand({ session: { client }, output }: Command, wanted: string, { curve }: CurveOptions): Promise<void> {
  const { id: runId } = await findRun(client, wanted)
  const [summary] = await client.runs.summaries({ runs: [{ runId, spark: null }] })
  const curves = summary?.curves ?? []
  if (curve === undefined) {
    const row = ({ split, name, points, last, min, minStep, max, maxStep }: (typeof curves)[number]) =>
      [`${split}/${name}`, points, short(last), `${short(min)} (${minStep})`, `${short(max)} (${maxStep})`] as const
    return output.result(curves, (all) => table(['curve', 'points', 'last', 'least (step)', 'greatest (step)'], all.map(row)))
  }
  const found = curves.find(({ split, name }) => `${split}/${name}` === curve)
  if (!found)
    throw new AppError('input/invalid', `the run has no curve ${curve}: ${curves.map(({ split, name }) => `${split}/${name}`).join(', ')}`)
  const line = ({ step, epoch, wall, value }: CurvePoint): string => [step, epoch, wall, value ?? ''].join(',')
  output.result(await allPoints(client, runId, found), (points) => ['step,epoch,wallMs,value', ...points.map(line)])
}

async function allPoints(client: PageClient, runId: string, { split, name }: CurveName): Promise<CurvePoint[]> {
  const all: CurvePoint[] = []
  for (;;) {
    const page = await client.runs.points({ runId, split, name, after: all.at(-1)?.step ?? -1, limit: pageSize })
    all.push(...page)
    if (page.length < pageSize) return all
  }
}
