import { datasetRecords } from '../features/datasets/datasetCommands.ts'
import { experimentRecords } from '../features/experiments/experimentRecords.ts'
import { labelRecords } from '../features/label/commands/labelRecords.ts'
import type { CommandRecord } from '../ui/commands.ts'

/** The commands of all pages, for lists of keys; those of the frame are always registered. */
export const declaredCommands = (): readonly CommandRecord[] => [...labelRecords(), ...datasetRecords, ...Object.values(experimentRecords)]
