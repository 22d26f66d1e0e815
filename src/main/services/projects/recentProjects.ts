import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { knownProjectSchema, type KnownProject } from '../../../shared/api/page/projects.ts'
import { writeWholeNow } from '../../media/wholeFile.ts'

const kept = 20

export interface RecentProjects {
  list(): KnownProject[]
  /** Puts a project first. Errors: disk/full, disk/failed. */
  add(project: KnownProject): void
}

/** Projects this user opened on this machine, newest first; a file that cannot be read counts as none. */
export function createRecentProjects(stateFolder: string): RecentProjects {
  const file = path.join(stateFolder, 'recent.json')
  const list = (): KnownProject[] => {
    try {
      return z.array(knownProjectSchema).parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return []
    }
  }
  return {
    list,
    add(project) {
      const others = list().filter((other) => other.path !== project.path)
      writeWholeNow(file, JSON.stringify([knownProjectSchema.parse(project), ...others].slice(0, kept)))
    },
  }
}
