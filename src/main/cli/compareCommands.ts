import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { reportResultSchema, type ComparedData, type ComparedRun } from '../../shared/api/page/comparisons.ts'
import { classDeltas, columnsOf } from '../../shared/comparison/classDeltas.ts'
import { configLeaves, diffConfigs, type ConfigDiffRow } from '../../shared/comparison/configDiff.ts'
import { AppError } from '../../shared/errors.ts'
import type { Run } from '../../shared/model/run.ts'
import type { Command } from './commands.ts'
import { followJob } from './follow.ts'
import { findRun } from './lookup.ts'
import { table } from './output.ts'

export interface CompareOptions {
  baseline?: string
  all?: boolean
}

/** The runs that a command names, each once, and the one that the others are measured against: the first, unless another is named. Errors: run/not-found, input/invalid. */
export async function findComparedRuns(
  { session: { client } }: Command,
  wanted: readonly string[],
  baseline: string | undefined,
): Promise<{ runs: Run[]; baselineId: string }> {
  const found = await Promise.all(wanted.map((each) => findRun(client, each)))
  const runs = [...new Map(found.map((run) => [run.id, run])).values()]
  const baselineId = baseline === undefined ? runs[0]!.id : (await findRun(client, baseline)).id
  if (!runs.some(({ id }) => id === baselineId)) throw new AppError('input/invalid', 'the baseline is one of the runs that are compared')
  return { runs, baselineId }
}

/** Prints how configs, data and scores per class of runs differ. */
export async function compareCommand(command: Command, wanted: readonly string[], options: CompareOptions): Promise<void> {
  const { session, output } = command
  const { runs, baselineId } = await findComparedRuns(command, wanted, options.baseline)
  const runIds = runs.map(({ id }) => id)
  const [compared, data] = await Promise.all([
    session.client.comparisons.get({ runIds }),
    session.client.comparisons.data({ runIds, baselineId, listed: output.json ? 100_000 : 8 }),
  ])
  const rows = diffConfigs(compared.map(({ config }) => ({ config, leaves: configLeaves(config) })))
  const config = options.all ? rows : rows.filter((row) => row.differs)
  const baseline = runIds.indexOf(baselineId)
  const classes = Object.fromEntries(
    columnsOf(compared.map(({ tables }) => tables.best)).map((column) => [
      column,
      classDeltas(
        compared.map(({ tables }) => tables.best),
        baseline,
        column,
      ),
    ]),
  )
  const result = {
    baselineId,
    runs: compared.map(({ run, tables }) => ({
      id: run.id,
      number: run.number,
      name: run.name,
      primary: run.primary,
      scoredAt: tables.best?.step ?? null,
    })),
    config: config.map(({ key, leaves, differs }) => ({
      key,
      differs,
      values: leaves.map((leaf) => (leaf ? { set: true, value: leaf.value } : { set: false })),
    })),
    data,
    classes,
  }
  output.result(result, () => [
    ...headLines(compared, baselineId),
    '',
    ...configLines(config, compared),
    '',
    ...dataLines(data, compared, baselineId),
    '',
    ...classLines(compared, baseline),
  ])
}

const numberOf = ({ run }: ComparedRun): string => `#${run.number}`

function headLines(compared: readonly ComparedRun[], baselineId: string): string[] {
  return table(
    ['run', 'name', 'status', 'best', 'at step', ''],
    compared.map(({ run }) => [
      `#${run.number}`,
      run.name,
      run.status,
      run.primary ? `${run.primary.name} ${run.primary.best.toFixed(4)}` : '–',
      run.primary?.bestStep ?? null,
      run.id === baselineId ? 'baseline' : '',
    ]),
  )
}

const maxText = 40

/** Long values are cut; --json has them whole. */
function valueText(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((each) => typeof each === 'string')
        ? value.join(' ')
        : JSON.stringify(value)
  return text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text
}

function configLines(rows: readonly ConfigDiffRow[], compared: readonly ComparedRun[]): string[] {
  if (rows.length === 0) return ['config: no difference']
  return [
    `config: ${rows.length === 1 ? 'one setting differs' : `${rows.filter(({ differs }) => differs).length} settings differ`} (– where a run has no such setting)`,
    ...table(
      ['setting', ...compared.map(numberOf)],
      rows.map(({ key, leaves }) => [key, ...leaves.map((leaf) => (leaf ? valueText(leaf.value) : '–'))]),
    ),
  ]
}

function dataLines(data: readonly ComparedData[], compared: readonly ComparedRun[], baselineId: string): string[] {
  const others = data.filter(({ runId }) => runId !== baselineId)
  if (others.length > 0 && others.every(({ diff }) => diff?.same)) return ['data: every run saw the same pictures and labels']
  return [
    'data:',
    ...data.flatMap(({ runId, seen, diff }) => {
      const run = compared.find((each) => each.run.id === runId)!
      if (!seen) return [`  ${numberOf(run)}  its data are not known`]
      const splits = seen.splits.map(({ name, items }) => `${name} ${items}`).join(', ')
      return [
        `  ${numberOf(run)}  ${seen.dataset ?? 'a dataset that is gone'}, ${seen.items} pictures (${splits}), ${seen.classes.length} classes`,
        ...(diff && runId !== baselineId ? differenceLines(diff).map((line) => `      ${line}`) : []),
      ]
    }),
  ]
}

function differenceLines(diff: NonNullable<ComparedData['diff']>): string[] {
  if (diff.same) return ['the same as the baseline']
  const named = (what: string, { count, names }: { count: number; names: string[] }): string[] =>
    count === 0 ? [] : [`${count} ${what}: ${names.join(', ')}${count > names.length ? ', …' : ''}`]
  const { classes, moved } = diff
  const lines = [
    ...named('only in the baseline', diff.onlyInBaseline),
    ...named('only here', diff.onlyHere),
    ...named('with another picture', diff.changedPictures),
    ...named('with other annotations', diff.changedLabels),
    ...named('in other splits', {
      count: moved.count,
      names: moved.items.map(({ name, from, to }) => `${name} (${from.join('+')} -> ${to.join('+')})`),
    }),
    ...(diff.unknown > 0 ? [`${diff.unknown} that may have changed: what was stored does not tell`] : []),
    ...named('classes more', { count: classes.added.length, names: classes.added }),
    ...named('classes less', { count: classes.missing.length, names: classes.missing }),
    ...named('classes renamed', { count: classes.renamed.length, names: classes.renamed.map(({ before, now }) => `${before} -> ${now}`) }),
    ...named('classes with another number', { count: classes.renumbered.length, names: classes.renumbered.map(({ name }) => name) }),
  ]
  return lines.length > 0 ? lines : ['no difference that was stored']
}

function classLines(compared: readonly ComparedRun[], baseline: number): string[] {
  const tables = compared.map(({ tables }) => tables.best)
  const column = columnsOf(tables)[0]
  if (column === undefined) return ['classes: nothing was validated']
  const { rows, means, meanDeltas } = classDeltas(tables, baseline, column)
  const cells = (values: readonly (number | null)[], deltas: readonly (number | null)[]) =>
    values.flatMap((value, run) => [
      value === null ? '–' : (value * 100).toFixed(2),
      ...(run === baseline ? [] : [deltas[run] === null || deltas[run] === undefined ? '–' : signed(deltas[run] * 100)]),
    ])
  return [
    `classes: ${column} in % at the best validation, and the difference to ${numberOf(compared[baseline]!)}`,
    ...table(
      ['class', ...compared.flatMap((each, run) => [numberOf(each), ...(run === baseline ? [] : ['+/-'])])],
      [...rows.map(({ name, values, deltas }) => [name, ...cells(values, deltas)]), ['mean', ...cells(means, meanDeltas)]],
    ),
  ]
}

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(2)}`

export interface ReportOptions {
  out?: string
  baseline?: string
  lang: 'en' | 'zh-CN'
  predict: boolean
}

/** Writes a report of a run, or of several, as one HTML file. Errors: run/not-found, input/invalid, disk/*. */
export async function reportCommand(command: Command, wanted: readonly string[], options: ReportOptions): Promise<void> {
  const { session, output, signal } = command
  const { client } = session
  const { runs, baselineId } = await findComparedRuns(command, wanted, options.baseline)
  const { jobId } = await client.comparisons.report({
    runIds: runs.map(({ id }) => id),
    baselineId,
    language: options.lang,
    pictures: options.predict ? 'predict' : 'known',
  })
  const { assetId, bytes, fileName } = reportResultSchema.parse(await followJob(client, jobId, 'report', output, signal))
  const file = path.resolve(options.out ?? fileName)
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await copyFile(path.join(session.folder, 'cache', 'reports', `${assetId}.html`), file)
  } catch (cause) {
    throw new AppError('disk/failed', `${file} cannot be written`, { file }, { cause })
  }
  output.result({ file, bytes }, () => `${file}  ${(bytes / 1e6).toFixed(2)} MB`)
}
