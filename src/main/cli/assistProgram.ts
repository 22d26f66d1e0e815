import { InvalidArgumentError, Option } from 'commander'
import {
  addModelCommand,
  batchesCommand,
  boxesCommand,
  cacheCommand,
  changeModelCommand,
  listSamsCommand,
  segmentCommand,
  undoBatchCommand,
  type BoxOptions,
  type CacheOptions,
  type CoreCommand,
  type SegmentOptions,
} from './assistCommands.ts'
import type { CommandLine, Common } from './commandLine.ts'
import { masksCommand, type MasksOptions } from './masksCommand.ts'
import { addPublishCommand } from './tuneProgram.ts'

const numbers =
  (count: number) =>
  (value: string): number[] => {
    const parts = value.split(',').map(Number)
    if (parts.length !== count || !parts.every(Number.isFinite))
      throw new InvalidArgumentError(`${count} numbers with commas between them are expected`)
    return parts
  }
const gigabytes = (value: string): number => {
  const [limit] = numbers(1)(value)
  if (limit! < 0) throw new InvalidArgumentError('a number of gigabytes is expected')
  return limit!
}
const points = (value: string, all: number[][]): number[][] => [...all, numbers(2)(value)]

/** SAM on the command line: `maskwright assist …`. */
export function addAssistCommands(line: CommandLine): void {
  const assist = line.program
    .command('assist')
    .description('SAM models: list and add them, segment pictures, turn boxes, predictions and whole pictures into masks')
    .exitOverride()
  /** Models belong to the user: no project is needed. */
  const withCore = (options: Common, run: (command: CoreCommand) => Promise<void>) =>
    line.work(options, async (output) => {
      const core = await line.host.makeCore()
      try {
        await run({ core, output, signal: line.signal })
      } finally {
        await core.close()
      }
    })
  line.command('models', 'list the SAM models', assist).action((options: Common) => withCore(options, listSamsCommand))
  line
    .command('add <encoder> [decoder]', 'add a SAM in ONNX files; one is enough where the other half lies beside it', assist)
    .option('--name <name>', 'name of the model')
    .action((encoder: string, decoder: string | undefined, options: Common & { name?: string }) =>
      withCore(options, (command) => addModelCommand(command, [encoder, ...(decoder === undefined ? [] : [decoder])], options.name)),
    )
  for (const [way, what] of [
    ['default', 'use a model where none is named'],
    ['retry', 'take a model out of its quarantine'],
    ['remove', 'forget a model; files of your own stay'],
  ] as const)
    line
      .command(`${way} <model>`, what, assist)
      .action((model: string, options: Common) => withCore(options, (command) => changeModelCommand(command, way, model)))
  line
    .command('segment <image>', 'the object that points or a box name, as a mask or a polygon', assist)
    .option('--point <x,y>', 'belongs to the object; may be repeated', points, [])
    .option('--negative <x,y>', 'does not belong to it; may be repeated', points, [])
    .option('--box <left,top,right,bottom>', 'the object lies in it', numbers(4))
    .option('--model <model>', 'name or id (default: the default model)')
    .option('-o, --out <file>', 'where the mask goes: .png (white inside) or .json (polygon)')
    .option('--tolerance <px>', 'how far the polygon may leave the mask, in pixels', (value: string) => numbers(1)(value)[0]!, 1)
    .action((image: string, options: Common & SegmentOptions) => withCore(options, (command) => segmentCommand(command, image, options)))
  addPublishCommand(line, assist)
  line
    .projectCommand('boxes-to-masks', 'masks, polygons or tighter boxes from the boxes of a dataset', assist)
    .option('--dataset <name>', 'which dataset, by name or id')
    .option('--split <name>', 'only pictures of this split')
    .option('--classes <names...>', 'only boxes of these classes')
    .option('--model <model>', 'name or id (default: the default model)')
    .addOption(new Option('--result <kind>', 'what becomes of a box').choices(['mask', 'polygon', 'tight-box']).default('mask'))
    .option('--keep-boxes', 'add masks and leave the boxes', false)
    .option('--tolerance <px>', 'how far a polygon may leave its mask, in pixels', (value: string) => numbers(1)(value)[0]!, 1)
    .action((options: Common & BoxOptions) => line.inProject(options, (command) => boxesCommand(command, options)))
  line
    .projectCommand('masks', 'every object of the pictures of a dataset, or what a trained model predicts, as masks drawn by SAM', assist)
    .option('--dataset <name>', 'which dataset, by name or id')
    .option('--split <name>', 'only pictures of this split')
    .option('--without-objects', 'only pictures that have no objects yet', false)
    .option('--model <model>', 'SAM, by name or id (default: the default model)')
    .option('--class <name>', 'the class of what is found (default: none)')
    .option('--points <n>', 'points per side of the grid of clicks', (value: string) => numbers(1)(value)[0]!)
    .option('--iou <0..1>', 'leave out masks whose predicted IoU is not above this', (value: string) => numbers(1)(value)[0]!)
    .option('--stability <0..1>', 'leave out masks less steady than this', (value: string) => numbers(1)(value)[0]!)
    .option('--prediction <model>', 'a trained model of the project says where objects are, and of which class')
    .addOption(new Option('--result <kind>', 'what objects become').choices(['mask', 'polygon']).default('mask'))
    .option('--tolerance <px>', 'how far a polygon may leave its mask, in pixels', (value: string) => numbers(1)(value)[0]!, 1)
    .action((options: Common & MasksOptions) => line.inProject(options, (command) => masksCommand(command, options)))
  line
    .projectCommand('cache', 'what SAM remembers of the pictures of a project, and how much of it is kept', assist)
    .option('--limit <GB>', 'keep so many gigabytes; what was used longest ago goes first', gigabytes)
    .option('--empty', 'removes all of it; it can be made again')
    .action((options: Common & CacheOptions) => line.inProject(options, (command) => cacheCommand(command, options)))
  line
    .projectCommand('batches', 'jobs over many pictures that can be taken back, newest first', assist)
    .action((options: Common) => line.inProject(options, batchesCommand))
  line
    .projectCommand('undo <batch>', 'take back everything that a job did to the objects of many pictures at once', assist)
    .action((batch: string, options: Common) => line.inProject(options, (command) => undoBatchCommand(command, batch)))
}
