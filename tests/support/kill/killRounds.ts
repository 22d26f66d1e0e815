import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '../../../src/main/db/connection.ts'
import { toAnnotation, type AnnotationImage } from '../../../src/main/db/queries/annotationRows.ts'
import { counterRng } from '../../../src/shared/counterRng.ts'
import type { FactsImage } from '../../../src/main/db/queries/itemFacts.ts'
import type { StatusImage } from '../../../src/main/db/queries/itemStatus.ts'
import type { EditResult } from '../../../src/shared/model/annotation.ts'
import type { PictureChange } from '../../../src/shared/model/pictureChange.ts'
import { isAboutPictures, saidOf, same, type SaidRow } from './checkPictures.ts'
import { allAnnotations, baselineOf, checkProject, journalOf, type Baseline, type JournalRow } from './checkProject.ts'
import { makeProject, projectOf, startCore } from '../../contract/coreHarness.ts'
import { ScriptedClient, type Acknowledged, type Board, type Gesture, type Saying, type Sent } from './scriptedClient.ts'
import { openPages, Served } from './served.ts'

export interface KillReport {
  readonly kills: number
  readonly killedGroup: number
  /** Killed before the server said that it serves. */
  readonly killedAtStart: number
  /** Answers by kind, and what was on its way when the host died: written before it could be answered, or not at all. */
  readonly acknowledged: Readonly<Record<Sent['kind'], number>>
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
    return {
      baseline: inspect(folder, baselineOf),
      board: { itemIds: items.map(({ id }) => id), classIds, annotations, comments: new Map() },
    }
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
  for (const { sent, entryIds } of clients.flatMap((client) => client.states)) {
    for (const entryId of entryIds) {
      told.add(entryId)
      const row = byEntry.get(entryId)
      const set = row ? (JSON.parse(row.forward) as StatusImage[]) : []
      const isSo = ({ id, status, note }: StatusImage): boolean => sent.itemIds.includes(id) && status === sent.status && note === sent.note
      if (set.length === 0 || !set.every(isSo)) faults.push(`state ${entryId}: acknowledged and not as it was`)
    }
  }
  for (const row of journal.filter((row) => !told.has(row.entry_id)))
    if (!clients.some(({ inFlight }) => inFlight && isEntryOf(inFlight, row)))
      faults.push(`entry ${row.seq} (${row.kind}) was never asked for, or asked for and forgotten`)
  return faults
}

const isEntryOf = (sent: Sent, row: JournalRow): boolean => {
  if ('entryId' in sent) return sent.entryId === row.entry_id
  if (sent.kind === 'setStatus') return row.kind === 'status' && row.forward.includes(sent.note)
  return sent.kind === row.kind && 'client' in sent && sent.client === row.client
}

/** Each thing that was said and acknowledged is there; what nobody acknowledged is what was on its way. */
function checkSaid(said: readonly SaidRow[], clients: readonly ScriptedClient[]): string[] {
  const byEntry = new Map(said.map((row) => [row.entry_id, row]))
  const asked = new Map(clients.flatMap((client) => client.said).map((sent) => [idOf(sent), sent]))
  const faults = [...asked].flatMap(([id, sent]) => {
    const row = byEntry.get(id)
    const expected = sent.kind === 'comment' ? { comment_id: id, kind: 'text' } : { comment_id: sent.commentId, kind: sent.action }
    const isSo = row !== undefined && same({ ...expected, entry_id: id, text: sent.text }, row)
    return isSo ? [] : [`comment ${id}: ${row ? 'not what was acknowledged' : 'acknowledged and gone'}`]
  })
  const under = new Set(clients.flatMap(({ inFlight }) => (inFlight && isSaying(inFlight) ? [idOf(inFlight)] : [])))
  const silent = said.filter(({ entry_id: id }) => !asked.has(id) && !under.has(id))
  return [...faults, ...silent.map(({ entry_id: id }) => `comment ${id} was never asked for, or asked for and forgotten`)]
}

const isSaying = (sent: Sent): sent is Saying => sent.kind === 'comment' || sent.kind === 'act'
const idOf = (sent: Saying): string => (sent.kind === 'comment' ? sent.id : sent.entryId)

/** The journal's word for what was sent. */
const kindOf = (sent: Gesture): JournalRow['kind'] => {
  if (sent.kind === 'describe') return sent.change.kind === 'status' ? 'status' : 'item'
  return sent.kind === 'restore' ? 'edit' : sent.kind
}

function faultOf(row: JournalRow | undefined, { sent, result }: Acknowledged): string | null {
  // A picture that was so already is brought back without an entry.
  if (!row) return sent.kind === 'restore' && result.changed.length + result.deleted.length === 0 ? null : 'acknowledged and gone'
  if (row.kind !== kindOf(sent) || row.client !== sent.client || row.item_id !== result.itemId || row.command !== result.command)
    return 'it is another one'
  if (sent.kind === 'describe') return isSaid(sent.change, row) ? null : 'it does not say what was acknowledged'
  if (isAboutPictures(row)) return null
  const forward = JSON.parse(row.forward) as (AnnotationImage | { id: string; deleted: true })[]
  const deleted = forward.flatMap((stored) => ('deleted' in stored ? [stored.id] : []))
  if (!same(deleted, result.deleted)) return 'it deleted something else'
  // An answer to a repeated question tells of today's records, not of those the entry made.
  if (result.itemRev !== row.item_rev) return null
  const made = forward.flatMap((stored) => ('deleted' in stored ? [] : [toAnnotation(stored, 1)]))
  const answered = result.changed.map((record) => ({ ...record, rev: 1 }))
  return same(sorted(made), sorted(answered)) ? null : 'its content is not what was acknowledged'
}

function isSaid(change: PictureChange, row: JournalRow): boolean {
  const [image] = JSON.parse(row.forward) as (FactsImage & StatusImage)[]
  if (!image) return false
  if (change.kind === 'tags') return change.add.every((tag) => image.tags.includes(tag))
  if (change.kind === 'instructions') return same(image.instructions, change.instructions)
  return image.status === change.status && image.note === change.note
}

const sorted = <T extends { id: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))

/** What the page does not ask for again (undo, redo, states of many pictures): what the host did of it is taken as it is. */
function settle(journal: readonly JournalRow[], said: readonly SaidRow[], client: ScriptedClient): 'written' | 'lost' | null {
  const sent = client.inFlight
  if (!sent) return null
  if (isSaying(sent)) return said.some((row) => row.entry_id === idOf(sent)) ? 'written' : 'lost'
  if ('entryId' in sent) return journal.some((row) => row.entry_id === sent.entryId) ? 'written' : 'lost'
  client.inFlight = null
  const known = new Set(client.acknowledged.map(({ result }) => result.entryId))
  const row = journal.findLast((one) => isEntryOf(sent, one) && !known.has(one.entry_id))
  if (!row) return 'lost'
  // From here on it counts as answered: only its being there is known.
  if (sent.kind === 'setStatus') {
    client.states.push({ sent, entryIds: [row.entry_id] })
    return 'written'
  }
  const unknown = { entryId: row.entry_id, itemId: row.item_id!, command: row.command, changed: [], itemRev: -1 }
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
        const [journal, said] = [journalOf(db), saidOf(db)]
        for (const client of atStart ? [] : clients) {
          const fate = settle(journal, said, client)
          if (fate === 'written') counts.inFlightWritten++
          if (fate === 'lost') counts.inFlightLost++
        }
        return [...checkProject(db, baseline), ...checkAcknowledged(journal, clients), ...checkSaid(said, clients)].map(
          (fault) => `round ${round}: ${fault}`,
        )
      })
      faults.push(...found)
      onRound?.(round, found)
    }
    faults.push(...(await readBack(folder, board)))
    const all = clients.flatMap(({ acknowledged, states, said }) => [
      ...acknowledged.map(({ sent }) => sent.kind),
      ...states.map(({ sent }) => sent.kind),
      ...said.map(({ kind }) => kind),
    ])
    const of = (kind: Sent['kind']): number => all.filter((one) => one === kind).length
    return {
      kills,
      ...counts,
      acknowledged: {
        edit: of('edit'),
        undo: of('undo'),
        redo: of('redo'),
        describe: of('describe'),
        restore: of('restore'),
        setStatus: of('setStatus'),
        comment: of('comment'),
        act: of('act'),
      },
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
