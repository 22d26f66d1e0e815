import { assistBench } from './assist.ts'
import { brushBench } from './brush.ts'
import { canvasBench } from './canvas.ts'
import { dashboardBench } from './dashboard.ts'
import { dataPipelineBench } from './dataPipeline.ts'
import { devicesBench } from './devices.ts'
import { imagesBench } from './images.ts'
import { killBench } from './kill.ts'
import { nocBench } from './noc.ts'
import { parallelBench } from './parallel.ts'
import { samBench } from './sam.ts'
import { scenesBench } from './scenes.ts'
import { trainCompareBench } from './trainCompare.ts'
import { trainStepBench } from './trainStep.ts'

const benches: Record<string, (argv: string[]) => Promise<void>> = {
  'train-step': trainStepBench,
  assist: assistBench,
  brush: brushBench,
  canvas: canvasBench,
  dashboard: dashboardBench,
  'data-pipeline': dataPipelineBench,
  devices: devicesBench,
  images: imagesBench,
  kill: killBench,
  noc: nocBench,
  parallel: parallelBench,
  sam: samBench,
  scenes: scenesBench,
  'train-compare': trainCompareBench,
}

const [name, ...argv] = process.argv.slice(2)
const bench = name === undefined ? undefined : benches[name]
if (!bench) {
  process.stderr.write(`usage: npm run --silent bench -- ${Object.keys(benches).join(' | ')} [options]\n`)
  process.exitCode = 2
} else {
  await bench(argv)
}
