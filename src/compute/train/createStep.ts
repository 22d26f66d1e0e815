import type { TrainStep, TrainStepOptions } from './step.ts'
import { createDeviceStep } from './stepDevice.ts'
import { createHostStep } from './stepHost.ts'

/** Builds the graphs, loads them and draws the initial weights. Errors: device/not-available, device/failed. */
export async function createTrainStep(options: TrainStepOptions): Promise<TrainStep> {
  return options.provider === 'cpu' || options.provider === 'tfjs' ? createHostStep(options) : createDeviceStep(options)
}
