import type { PageClient } from '../../shared/api/page/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { Dataset } from '../../shared/model/dataset.ts'
import type { ModelRecord } from '../../shared/model/modelRecord.ts'
import type { Run } from '../../shared/model/run.ts'

/** People name things by id, number or name; the only one there is needs no name. */
export async function findDataset(client: PageClient, wanted: string | undefined): Promise<Dataset> {
  const all = await client.datasets.list({})
  const alike = all.filter(({ name }) => name === wanted)
  if (alike.length > 1)
    throw new AppError(
      'dataset/not-found',
      `several datasets are called ${wanted}: say which by its id, ${alike.map(({ id }) => id).join(' or ')}`,
    )
  const found = pick(all, wanted, ({ id, name }) => [id, name])
  if (found) return found
  const isShared = (name: string) => all.filter((other) => other.name === name).length > 1
  throw new AppError(
    'dataset/not-found',
    sentence(
      'dataset',
      wanted,
      all.map(({ id, name }) => (isShared(name) ? `${name} (${id})` : name)),
    ),
  )
}

export async function findRun(client: PageClient, wanted: string | undefined): Promise<Run> {
  const all = await client.runs.list({})
  // A number means the run that has it, even where another one is called so.
  const found = pick(all, wanted?.replace(/^#/, ''), ({ id, number }) => [id, String(number)])
  if (found) return found
  const alike = all.filter(({ name }) => wanted !== undefined && (name === wanted || name === wanted.replace(/^#/, '')))
  if (alike.length > 1)
    throw new AppError(
      'run/not-found',
      `several runs are called ${wanted}: say which by its number, ${alike.map(({ number }) => `#${number}`).join(' or ')}`,
    )
  if (alike[0]) return alike[0]
  throw new AppError(
    'run/not-found',
    sentence(
      'run',
      wanted,
      all.map(({ number }) => `#${number}`),
    ),
  )
}

export async function findModel(client: PageClient, wanted: string | undefined): Promise<ModelRecord> {
  const all = await client.models.list({})
  const found = pick(all, wanted, ({ id, name }) => [id, name])
  if (found) return found
  throw new AppError(
    'model/not-found',
    sentence(
      'model',
      wanted,
      all.map(({ name }) => name),
    ),
  )
}

function pick<T>(all: readonly T[], wanted: string | undefined, names: (record: T) => string[]): T | undefined {
  if (wanted === undefined) return all.length === 1 ? all[0] : undefined
  return all.find((record) => names(record).includes(wanted))
}

function sentence(what: string, wanted: string | undefined, names: readonly string[]): string {
  if (names.length === 0) return `the project has no ${what} yet`
  const list = names.slice(0, 10).join(', ')
  return wanted === undefined ? `say which ${what}: ${list}` : `there is no ${what} ${wanted}; there is ${list}`
}
