import { mkdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { renderScene } from '../src/compute/data/scenes/scene.ts'
import { createCore } from '../src/main/core.ts'
import { forkChild } from '../src/main/jobs/child.ts'
import { createLogger } from '../src/main/log.ts'
import type { AssistWindow } from '../src/shared/model/assist.ts'
import type { SamFiles } from './assistBare.ts'

export interface Click {
  readonly x: number
  readonly y: number
  readonly positive: boolean
}

/** A project of one picture. */
export interface AssistProject {
  readonly itemId: string
  /** Where it lies. */
  readonly project: string
}

/** What a page would ask of the studio about it. */
export interface AssistStudio extends AssistProject {
  /** To the answer; milliseconds of it in the compute process. `leaving`: the page gives up. */
  click(at: Click, window: AssistWindow | null, leaving?: AbortSignal): Promise<number>
  prepare(window: AssistWindow | null): Promise<void>
  close(): Promise<void>
}

export async function openAssistStudio(folder: string, { encoderFile, decoderFile }: SamFiles, side: number): Promise<AssistStudio> {
  const log = createLogger('bench', 'silent')
  const core = await createCore({
    shell: 'cli',
    version: 'bench',
    spawnChild: forkChild,
    roots: [folder],
    log,
    stateFolder: path.join(folder, 'state'),
  })
  const client = core.cliClient()
  const pictures = path.join(folder, 'pictures')
  mkdirSync(pictures, { recursive: true })
  await sharp(renderScene(1, 5, side).rgb, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toFile(path.join(pictures, 'picture.png'))
  const project = path.join(folder, 'project')
  await core.host.slot.create(project, 'bench')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: pictures })).folderId })
  const { result } = await core.host.jobs.wait(jobId)
  const { datasetId } = result as { datasetId: string }
  const filter = { split: null, classId: null, status: null, text: '' }
  const [item] = (await client.items.window({ datasetId, filter, offset: 0, limit: 1 })).items
  const itemId = item!.id
  const { id: modelId } = await core.assist.models.add({ files: [encoderFile, decoderFile], name: 'bench', origin: 'linked' })
  await core.assist.models.change(modelId, { isDefault: true })
  return {
    itemId,
    project,
    async click(point, window, leaving) {
      const options = leaving ? { signal: leaving } : {}
      for await (const event of await client.assist.segment({ itemId, modelId, window, points: [point] }, options))
        if (event.type === 'result') return event.decodeMs
      throw new Error('no answer')
    },
    async prepare(window) {
      for await (const event of await client.assist.prepare({ itemId, modelId, window })) if (event.type === 'ready') return
    },
    close: () => core.close(),
  }
}
