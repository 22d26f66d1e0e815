import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { TrainEvent } from '../../../shared/api/compute/contract.ts'
import { EventFile } from '../../files/eventFile.ts'
import { level, type Hook } from '../hook.ts'
import { sampleFile } from '../samples.ts'

/** Everything that is measured, as TensorBoard sees it: curves under `<split>/<name>`, the predictions of the sample sheets under `samples/`. */
export function tensorboardHook(runFolder: string): Hook {
  let file: EventFile | null = null
  const write = (to: EventFile, event: TrainEvent) => {
    if (event.type === 'metrics')
      for (const { split, name, step, value, wall } of event.points) to.scalar(`${split}/${name}`, step, value, wall)
    if (event.type === 'samples')
      event.sheet.pictures.forEach(({ name, width, height }, i) => {
        const png = readFileSync(sampleFile(runFolder, event.sheet.step, i, 'prediction'))
        to.image(`samples/${name}`, event.sheet.step, { width, height, png }, Date.now())
      })
  }
  return {
    name: 'tensorboard',
    level: level.log,
    begin({ attempt, step }) {
      file = new EventFile(path.join(runFolder, `events.${String(attempt).padStart(4, '0')}.tfevents`), step)
    },
    hear: (event) => file && write(file, event),
    end() {
      file?.close()
      file = null
    },
  }
}
