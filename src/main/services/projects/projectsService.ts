import { existsSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../../shared/api/page/projects.ts'
import { AppError } from '../../../shared/errors.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { Media } from '../../media/pools.ts'
import { importDataset } from '../datasets/importDataset.ts'
import { generateDemoDataset } from '../demo/generate.ts'
import type { Host } from '../host.ts'
import type { OpenProject } from '../projectSlot.ts'
import type { AreaService } from '../service.ts'
import { createRecentProjects } from './recentProjects.ts'
import { newId } from '../../newId.ts'

/** Opening, making and remembering projects; the demonstration. */
export function createProjectsService(host: Host, media: Media): AreaService<'projects'> {
  const { slot, folders, jobs, events } = host
  const recent = createRecentProjects(host.stateFolder)
  slot.onOpen(({ project }) => {
    try {
      recent.add(project)
    } catch (error) {
      // The list lies on the disk of the user's home: that one being full or read-only keeps no project from opening.
      host.log.warn({ err: error }, 'the list of recent projects could not be written')
    }
  })

  return {
    current: () => slot.current?.project ?? null,
    async recent() {
      const there = recent.list().filter((project) => existsSync(path.join(project.path, 'project.db')))
      return Promise.all(there.map(async (project) => ({ ...project, folderId: await folders.idForPath(project.path) })))
    },
    async create({ folderId, name }): Promise<Project> {
      const trimmed = name.trim()
      if (trimmed === '' || /^\.|[<>:"/\\|?*]|\.$/.test(trimmed))
        throw new AppError('input/invalid', `'${name}' cannot be the name of a folder`, { name })
      const folder = path.join(await folders.resolve(folderId), trimmed)
      // A project beside the files of a dataset would mix the two: it gets a folder of its own.
      const there = await readdir(folder).catch(() => [])
      if (there.length > 0) throw new AppError('project/not-empty', `${folder} is not empty`, { folder })
      return (await slot.create(folder, trimmed)).project
    },
    async open({ folderId }) {
      return (await slot.open(await folders.resolve(folderId))).project
    },
    async demo() {
      const open = slot.current ?? (await slot.create(freeName(path.join(host.stateFolder, 'projects'), 'demo'), 'Demo'))
      const jobId = jobs.start({
        kind: 'demo',
        subject: open.project.name,
        run: async (context) => {
          const report = await importDemo(open, media, context)
          events.emit({ type: 'datasets' })
          return report
        },
      })
      return { jobId }
    },
  }
}

function freeName(folder: string, name: string): string {
  for (let n = 1; ; n++) {
    const candidate = path.join(folder, n === 1 ? name : `${name}-${n}`)
    if (!existsSync(candidate)) return candidate
  }
}

/** The pictures are made in the project's images/, then linked like any other dataset; a cancelled one leaves none. */
async function importDemo({ store }: OpenProject, media: Media, context: JobContext) {
  const folder = freeName(path.join(store.folder, 'images'), 'demo')
  const onProgress = (done: number, total: number) => context.report({ phase: 'generate', done, total })
  try {
    await generateDemoDataset({ folder, seed: 0, signal: context.signal, onProgress })
    return await importDataset({ store, pool: media.imports, folder, name: path.basename(folder), newId, context })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}
