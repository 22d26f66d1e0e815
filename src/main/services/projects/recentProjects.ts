import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { projectSchema, type Project } from '../../../shared/api/page/projects.ts'
import { writeWholeNow } from '../../media/wholeFile.ts'

const kept = 20

export interface RecentProjects {
  list(): Project[]
  /** Puts a project first. Errors: disk/full, disk/failed. */
  add(project: Project): void
}

/** Projects this user opened on this machine, newest first; a file that cannot be read counts as none. */
export function createRecentProjects(stateFolder: string): RecentProjects {
  const file = path.join(stateFolder, 'recent.json')
  const list = (): Project[] => {
    try {
      return z.array(projectSchema).parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return []
    }
  }
  return {
    list,
    add(project) {
      const others = list().filter((other) => other.path !== project.path)
      writeWholeNow(file, JSON.stringify([project, ...others].slice(0, kept)))
    },
  }
}
