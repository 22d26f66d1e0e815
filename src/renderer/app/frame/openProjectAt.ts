import { AppError } from '../../../shared/errors.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'

/** Opens the project that lies in a folder where one was open before. */
export async function openProjectAt(path: string): Promise<void> {
  await attempt(async () => {
    const known = (await pageClient().projects.recent({})).find((project) => project.path === path)
    if (!known) throw new AppError('project/not-found', `there is no project in ${path}`, { folder: path })
    await pageClient().projects.open({ folderId: known.folderId })
    await useStudio().dispatch({ type: 'project' })
  })
}
