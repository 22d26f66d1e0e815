import { parseArgs } from 'node:util'
import { openSam } from '../src/compute/assist/onnx/openSam.ts'
import { clickScores, simulateClicks } from '../src/compute/train/sam/validateSam.ts'
import { colourCut, sam, wand, type Segmenter } from './noc/segmenters.ts'
import { camvidRegions, heldOutScenes, labelmeInstances, type Subjects } from './noc/subjects.ts'

/**
 * Number of clicks to an IoU of 80, 85 and 90 % and mean IoU after 1, 3 and 5 simulated clicks of a SAM and of what there is without one:
 * `noc --encoder FILE --decoder FILE [--clicks 20] [--scenes 40] [--step 5] [--limit 400] [--threads 2] [--baselines false] [--sets scenes,labelme,camvid,things]`.
 */
export async function nocBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      encoder: { type: 'string' },
      decoder: { type: 'string' },
      data: { type: 'string', default: process.env['MASKWRIGHT_SHARED'] ?? '../shared' },
      clicks: { type: 'string', default: '20' },
      scenes: { type: 'string', default: '40' },
      step: { type: 'string', default: '5' },
      limit: { type: 'string', default: '400' },
      threads: { type: 'string', default: '2' },
      baselines: { type: 'string', default: 'true' },
      sets: { type: 'string', default: 'scenes,labelme,camvid,things' },
    },
  })
  const data = `${values.data}/data`
  const sets: Record<string, Subjects> = {
    scenes: heldOutScenes(Number(values.scenes)),
    labelme: labelmeInstances(data),
    camvid: camvidRegions(data, Number(values.step), 'all'),
    things: camvidRegions(data, Number(values.step), 'things'),
  }
  const segmenters: Segmenter[] = values.baselines === 'true' ? [wand(), wand(25), colourCut] : []
  if (values.encoder) {
    const session = await openSam({
      encoderFile: values.encoder,
      decoderFile: values.decoder ?? null,
      provider: 'cpu',
      threads: Number(values.threads),
    })
    segmenters.push(sam(session, 'SAM', 'whole'), sam(session, 'SAM', 'view'))
  }
  for (const name of values.sets.split(',')) {
    console.log(`\n${name}\n| | objects | NoC80 | NoC85 | NoC90 | IoU 1 | IoU 3 | IoU 5 |\n|---|---|---|---|---|---|---|---|`)
    for (const segmenter of segmenters) console.log(await row(segmenter, sets[name]!, Number(values.clicks), Number(values.limit)))
  }
}

async function row(segmenter: Segmenter, subjects: Subjects, most: number, limit: number): Promise<string> {
  const curves: number[][] = []
  for await (const subject of subjects())
    for (const truth of subject.masks)
      if (curves.length < limit) curves.push(await simulateClicks(truth, await segmenter.begin(subject, truth), most))
  const scores = Object.entries(clickScores(curves, most)).map(([name, value]) => value.toFixed(name.startsWith('NoC') ? 2 : 3))
  return `| ${segmenter.name} | ${[curves.length, ...scores].join(' | ')} |`
}
