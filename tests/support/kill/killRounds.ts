import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '../../../src/main/db/connection.ts'
import { toAnnotation, type AnnotationImage } from '../../../src/main/db/queries/annotationRows.ts'
import { counterRng } from '../../../src/shared/counterRng.ts'
import type { EditResult } from '../../../src/shared/model/annotation.ts'
import { allAnnotations, baselineOf, checkProject, journalOf, same, type Baseline, type JournalRow } from './checkProject.ts'
import { makeProject, projectOf, startCore } from '../../contract/coreHarness.ts'
import { ScriptedClient, type Acknowledged, type Board } from './scriptedClient.ts'
import { openPages, Served } from './served.ts'

export interface KillReport {
  readonly kills: number
  readonly killedGroup: number
  /** Killed before the server said that it serves. */
  readonly killedAtStart: number
  /** Answers by kind, and what was on its way when the host died: written before it could be answered, or not at all. */
  readonly acknowledged: Readonly<Record<'edit' | 'undo' | 'redo', number>>
  readonly refused: number
  readonly inFlightWritten: number
  readonly inFlightLost: number
  readonly journalEntries: number
  readonly annotations: number
  /** Each is a change that was acknowledged and is not there, or something torn. */
  readonly faults: readonly string[]
}

export interface KillOptions {
  readonly kills: number
  readonly seed: number
  /** The longest time a server lives after its first answer. */
  readonly longestMs: number
  readonly onRound?: (round: number, faults: readonly string[]) => void
}

type Victim = 'host' | 'group'
const clientNames = ['page-1', 'page-2'] as const

/** A project with four pictures, imported by the host itself. */
async function prepare(folder: string): Promise<{ baseline: Baseline; board: Board }> {
  const started = await startCore(folder)
  const { client, core } = started
  try {
    const datasetId = await makeProject(started, { train: 3, val: 1 })
    const classIds = (await client.datasets.classes({ datasetId })).map(({ id }) => id)
    const filter = { split: null, classId: null, status: null, text: '' }
    const { items } = await client.items.window({ datasetId, filter, offset: 0, limit: 10 })
    const lists = await Promise.all(items.map(({ id }) => client.annotations.list({ itemId: id, client: clientNames[0] })))
    const annotations = new Map(lists.flatMap((list) => list.annotations).map((record) => [record.id, record]))
    await core.close()
    return { baseline: inspect(folder, baselineOf), board: { itemIds: items.map(({ id }) => id), classIds, annotations } }
  } finally {
    await core.close()
  }
}

/** Looks at a copy of the database as it lies there, so that looking does not mend it before the studio does. */
function inspect<T>(folder: string, look: (db: ReturnType<typeof openDatabase>) => T): T {
  const copies = mkdtempSync(path.join(folder, 'copy-'))
  for (const file of ['project.db', 'project.db-wal']) {
    if (existsSync(path.join(projectOf(folder), file))) copyFileSync(path.join(projectOf(folder), file), path.join(copies, file))
  }
  const db = openDatabase(path.join(copies, 'project.db'))
  try {
    return look(db)
  } finally {
    db.close()
    rmSync(copies, { recursive: true, force: true })
  }
}

/** Each acknowledged entry is in the journal as it was acknowledged; what nobody acknowledged is what was on its way. */
function checkAcknowledged(journal: readonly JournalRow[], clients: readonly ScriptedClient[]): string[] {
  const faults: string[] = []
  const byEntry = new Map(journal.map((row) => [row.entry_id, row]))
  const told = new Set<string>()
  for (const one of clients.flatMap((client) => client.acknowledged)) {
    told.add(one.result.entryId)
    const fault = faultOf(byEntry.get(one.result.entryId), one)
    if (fault) faults.push(`${one.sent.kind} ${one.result.entryId}: ${fault}`)
  }
  const silent = journal.filter((row) => !told.has(row.entry_id))
  for (const row of silent) {
    const asked = clients.some(({ inFlight }) =>
      inFlight?.kind === 'edit' ? inFlight.entryId === row.entry_id : inFlight?.kind === row.kind && inFlight.client === row.client,
    )
    if (!asked) faults.push(`entry ${row.seq} (${row.kind}) was never asked for, or asked for and forgotten`)
  }
  return faults
}

function faultOf(row: JournalRow | undefined, { sent, result }: Acknowledged): string | null {
  if (!row) return 'acknowledged and gone'
  if (row.kind !== sent.kind || row.client !== sent.client || row.item_id !== result.itemId || row.command !== result.command)
    return 'it is another one'
  const forward = JSON.parse(row.forward) as (AnnotationImage | { id: string; deleted: true })[]
  const deleted = forward.flatMap((stored) => ('deleted' in stored ? [stored.id] : []))
  if (!same(deleted, result.deleted)) return 'it deleted something else'
  // An answer to a repeated question tells of today's records, not of those the entry made.
  if (result.itemRev !== row.item_rev) return null
  const made = forward.flatMap((stored) => ('deleted' in stored ? [] : [toAnnotation(stored, 1)]))
  const answered = result.changed.map((record) => ({ ...record, rev: 1 }))
  return same(sorted(made), sorted(answered)) ? null : 'its content is not what was acknowledged'
}

const sorted = <T extends { id: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))

/** Undo and redo in flight are not asked for again by the page: what the host did of them is taken as it is. */
function settle(journal: readonly JournalRow[], client: ScriptedClient): 'written' | 'lost' | null {
  const sent = client.inFlight
  if (!sent) return null
  if (sent.kind === 'edit') return journal.some((row) => row.entry_id === sent.entryId) ? 'written' : 'lost'
  client.inFlight = null
  const known = new Set(client.acknowledged.map(({ result }) => result.entryId))
  const row = journal.findLast((one) => one.kind === sent.kind && one.client === sent.client && !known.has(one.entry_id))
  if (!row) return 'lost'
  // From here on it counts as answered: only its being there is known.
  const unknown = { entryId: row.entry_id, itemId: row.item_id, command: row.command, changed: [], itemRev: -1 }
  const deleted = (JSON.parse(row.forward) as { id: string; deleted?: true }[]).flatMap((stored) => (stored.deleted ? [stored.id] : []))
  client.acknowledged.push({ sent, result: { ...unknown, deleted, savedAt: 0, canUndo: false, canRedo: false } satisfies EditResult })
  return 'written'
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Two pages edit until the host is killed under them. */
async function editUntilKilled(server: Served, clients: readonly ScriptedClient[], whom: Victim, afterMs: number): Promise<void> {
  const links = await openPages(await server.url, clients.length)
  let answered: () => void = () => undefined
  const firstAnswer = new Promise<void>((resolve) => (answered = resolve))
  const editing = Promise.all(clients.map((client, i) => client.edit(links[i]!.client, answered)))
  await Promise.race([firstAnswer, editing])
  await pause(afterMs)
  await server.kill(whom)
  // Calls that would wait for the host to come back must not.
  for (const link of links) link.close()
  await editing
}

/** After the last kill: the host opens the project again and tells every page what the journal tells. */
async function readBack(folder: string, board: Board): Promise<string[]> {
  const server = new Served(folder, projectOf(folder))
  const [link] = await openPages(await server.url, 1)
  const faults: string[] = []
  const stored = inspect(folder, (db) => new Map([...allAnnotations(db)].map(([id, { image, rev }]) => [id, toAnnotation(image, rev)])))
  let told = 0
  for (const itemId of board.itemIds) {
    for (const record of (await link!.client.annotations.list({ itemId, client: clientNames[0] })).annotations) {
      if (!same(stored.get(record.id), record)) faults.push(`the host tells something else about ${record.id}`)
      told++
    }
  }
  if (told !== stored.size) faults.push(`the host tells of ${told} annotations, ${stored.size} are stored`)
  link!.close()
  await server.end()
  return faults
}

/** Serves a project, lets two pages edit it, kills the host at a random time, looks what is on disk, and goes on from there. */
export async function killRounds({ kills, seed, longestMs, onRound }: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-kill-'))
  try {
    const { baseline, board } = await prepare(folder)
    const rng = counterRng(seed, 'kill')
    const clients = clientNames.map((name) => new ScriptedClient(name, counterRng(seed, name), board))
    const counts = { killedGroup: 0, killedAtStart: 0, inFlightWritten: 0, inFlightLost: 0 }
    const faults: string[] = []
    for (let round = 0; round < kills; round++) {
      const whom: Victim = rng.chance(0.5) ? 'group' : 'host'
      if (whom === 'group') counts.killedGroup++
      const server = new Served(folder, projectOf(folder))
      const atStart = round % 8 === 3
      if (atStart) await killAtStart(server, whom, rng.int(1_500))
      else await editUntilKilled(server, clients, whom, rng.int(longestMs))
      if (atStart) counts.killedAtStart++
      const found = inspect(folder, (db) => {
        const journal = journalOf(db)
        for (const client of atStart ? [] : clients) {
          const fate = settle(journal, client)
          if (fate === 'written') counts.inFlightWritten++
          if (fate === 'lost') counts.inFlightLost++
        }
        return [...checkProject(db, baseline), ...checkAcknowledged(journal, clients)].map((fault) => `round ${round}: ${fault}`)
      })
      faults.push(...found)
      onRound?.(round, found)
    }
    faults.push(...(await readBack(folder, board)))
    const all = clients.flatMap(({ acknowledged }) => acknowledged)
    const of = (kind: Acknowledged['sent']['kind']): number => all.filter(({ sent }) => sent.kind === kind).length
    return {
      kills,
      ...counts,
      acknowledged: { edit: of('edit'), undo: of('undo'), redo: of('redo') },
      refused: clients.reduce((sum, client) => sum + client.refused, 0),
      journalEntries: inspect(folder, journalOf).length,
      annotations: inspect(folder, (db) => allAnnotations(db).size),
      faults,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function killAtStart(server: Served, whom: Victim, afterMs: number): Promise<void> {
  await pause(afterMs)
  await server.kill(whom)
}
