import path from 'node:path'
import type { Command } from './commands.ts'
import { followJob } from './follow.ts'
import { findRun } from './lookup.ts'
import { folderId } from './session.ts'

export async function packRunCommand({ session, output, signal }: Command, wanted: string, { out }: { out?: string }): Promise<void> {
  const { client } = session
  const run = await findRun(client, wanted)
  const target = path.resolve(out ?? `run-${run.number}.zip`)
  const { jobId } = await client.runs.exportPack({
    runId: run.id,
    folderId: await folderId(client, path.dirname(target)),
    name: path.basename(target),
  })
  const packed = (await followJob(client, jobId, 'pack', output, signal)) as { file: string; bytes: number }
  output.result(packed, ({ file, bytes }) => [`${file}, ${(bytes / 1e6).toFixed(1)} MB`])
}

export async function adoptRunCommand({ session, output, signal }: Command, file: string): Promise<void> {
  const { client } = session
  const from = path.resolve(file)
  const { jobId } = await client.runs.importPack({ folderId: await folderId(client, path.dirname(from)), name: path.basename(from) })
  const adopted = (await followJob(client, jobId, 'import', output, signal)) as { runId: string; number: number }
  output.result(adopted, ({ number }) => [`run #${number}`])
}
