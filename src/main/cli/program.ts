import { CommanderError, Option } from 'commander'
import path from 'node:path'
import { AppError } from '../../shared/errors.ts'
import {
  evalCommand,
  exportCommand,
  exportModelCommand,
  importCommand,
  listModelsCommand,
  listRunsCommand,
  predictFiles,
  predictionLines,
  resumeCommand,
  trainCommand,
  type EvalOptions,
  type TrainOptions,
} from './commands.ts'
import { addAssistCommands } from './assistProgram.ts'
import type { CliHost } from './cliHost.ts'
import { certaintyCommand, type CertaintyOptions } from './certaintyCommand.ts'
import { collect, CommandLine, integer, signedInteger, type Common } from './commandLine.ts'
import { addInferenceOptions, inferenceOf, type InferenceOptions } from './inferenceOptions.ts'
import { findModel } from './lookup.ts'
import { compareCommand, reportCommand, type CompareOptions, type ReportOptions } from './compareCommands.ts'
import { curvesCommand, type CurveOptions } from './curveCommands.ts'
import type { ConfigArguments } from './configFiles.ts'
import { diffConfigs, showConfig } from './configCommands.ts'
import { given } from './givenOptions.ts'
import { editRunCommand, stopRunCommand, trashRunsCommand, type EditOptions } from './runLibraryCommands.ts'
import { adoptRunCommand, packRunCommand } from './runPackCommands.ts'
import { importConfigCommand, type ImportConfigOptions } from './pythonConfig.ts'
import type { ServeOptions } from './serve.ts'
import { importSamCommand, type ImportSamOptions } from './samImportCommand.ts'
import { exportWeightsCommand, showWeights, weightsLines, type ExportWeightsOptions, type ShowWeightsOptions } from './weights.ts'
import { isSamConfig, trainSam } from './samTrain.ts'
import { isTuneConfig, tuneCommand } from './tuneCommands.ts'
import { addTuneCommand } from './tuneProgram.ts'

const checkpointOption = () =>
  new Option('--checkpoint <which>', 'which checkpoint (default: the best one, or the last where nothing was validated)').choices([
    'best',
    'last',
  ])

/** Runs one command line; answers with its exit code: 0 ok, 1 failed, 2 usage. */
export async function runCli(argv: readonly string[], host: CliHost, signal: AbortSignal): Promise<number> {
  const line = new CommandLine(host, signal)
  addDataCommands(line)
  addTrainingCommands(line)
  addConfigCommands(line)
  addModelCommands(line)
  addWeightsCommands(line)
  addAssistCommands(line)
  addStudioCommands(line)
  try {
    await line.program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has said what was wrong; help and version are no errors.
    return error.exitCode === 0 ? 0 : 2
  }
  return line.exitCode
}

function addDataCommands(line: CommandLine): void {
  line
    .projectCommand('import <folder>', 'link a VOC folder, or a folder of pictures, as a dataset; makes the project if there is none')
    .option('--name <name>', 'name of the dataset')
    .action((folder: string, options: Common & { name?: string }) =>
      line.inProject(options, (c) => importCommand(c, folder, options), true),
    )
  line
    .projectCommand('export <folder>', 'write a dataset as a VOC folder')
    .option('--dataset <name>', 'which dataset, by name or id')
    .action((folder: string, options: Common & { dataset?: string }) => line.inProject(options, (c) => exportCommand(c, folder, options)))
}

function addTrainingCommands(line: CommandLine): void {
  line
    .projectCommand(
      'train [config]',
      'train on a dataset, by a JSON config or the name of a preset; or a small SAM on rendered pictures (resources/sam/recipe)',
    )
    .option('--dataset <name>', 'which dataset, by name or id')
    .option('--preset <name>', 'a preset that lies under the config')
    .option('--set <path=value>', 'override one value; may be repeated', collect, [])
    .option('--name <name>', 'name of the run')
    .option('--priority <number>', 'of the runs that wait, the greatest goes first', signedInteger)
    .option('--processes <number>', 'so many processes train together, each on its share of every batch (device.processes)', integer)
    .option('--work-dir <folder>', 'where a copy of config, logs and checkpoints goes at the end')
    .action(async (config: string | undefined, options: Common & TrainOptions) =>
      (await isSamConfig(config))
        ? line.work(options, () => trainSam(config!, options.workDir, line.signal))
        : (await isTuneConfig(config))
          ? line.inProject(options, (c) => tuneCommand(c, config, options))
          : line.inProject(options, (c) => trainCommand(c, config, options)),
    )
  addTuneCommand(line)
  line
    .projectCommand('resume [run]', 'go on with a run that was stopped or interrupted, or with a longer one')
    .option('--set <path=value>', 'change the length (loop.*), checkpoint.*, device.* or data.workers; may be repeated', collect, [])
    .option('--work-dir <folder>', 'where a copy of config, logs and checkpoints goes at the end')
    .action((run: string | undefined, options: Common & { set: string[]; workDir?: string }) =>
      line.inProject(options, (c) => resumeCommand(c, run, options)),
    )
  addInferenceOptions(line.projectCommand('eval', 'score a run, or a model on any dataset'))
    .option('--run <run>', 'number, name or id')
    .option('--model <model>', 'name or id of an exported model')
    .option('--dataset <name>', 'with --model: on which dataset')
    .option('--splits <names...>', 'which splits', ['val'])
    .addOption(checkpointOption())
    .action((options: Common & EvalOptions) => line.inProject(options, (c) => evalCommand(c, options)))
  line
    .projectCommand(
      'certainty <model>',
      'ask a model how sure it is of the pictures of a dataset, for the filter and the walk by "most uncertain"',
    )
    .option('--dataset <name>', 'which dataset')
    .option('--split <name>', 'only the pictures of this split')
    .option('--again', 'also pictures that the model looked at before')
    .action((model: string, options: Common & CertaintyOptions) => line.inProject(options, (c) => certaintyCommand(c, model, options)))
  // A group without options of its own: those of its commands would be taken for the group's.
  const runs = line.program
    .command('runs')
    .description('list the runs (default), compare, report, edit, stop, delete, pack and unpack them')
    .exitOverride()
  runs.addCommand(
    line
      .projectCommand('list', 'list the runs')
      .option('--trash', 'those in the trash')
      .action((options: Common & { trash?: boolean }) => line.inProject(options, (c) => listRunsCommand(c, options.trash ?? false))),
    { isDefault: true },
  )
  line
    .projectCommand('export <run>', 'pack a run with its checkpoints, log and environment into one file', runs)
    .option('-o, --out <file>', 'where to (default: run-<number>.zip)')
    .action((run: string, options: Common & { out?: string }) => line.inProject(options, (c) => packRunCommand(c, run, options)))
  line
    .projectCommand('edit <run>', 'name, tag and comment a run, or change its place in the queue', runs)
    .option('--name <name>', 'a new name')
    .option('--tags <tags>', 'separated by commas; they replace the tags it has')
    .option('--notes <text>', 'what you want to remember of it')
    .option('--priority <number>', 'of the runs that wait, the greatest goes first', signedInteger)
    .action((run: string, { name, tags, notes, priority, ...options }: Common & EditOptions) =>
      line.inProject(options, (c) => editRunCommand(c, run, given({ name, tags, notes, priority }))),
    )
  line
    .projectCommand('stop <run>', 'end a run after the step in progress, with a checkpoint; one that waits, at once', runs)
    .action((run: string, options: Common) => line.inProject(options, (c) => stopRunCommand(c, run)))
  for (const [way, what] of [
    ['trash', 'put runs into the trash'],
    ['restore', 'take runs out of the trash'],
    ['delete', 'delete runs of the trash for good'],
  ] as const)
    line
      .projectCommand(`${way} <runs...>`, what, runs)
      .action((wanted: string[], options: Common) => line.inProject(options, (c) => trashRunsCommand(c, way, wanted)))
  line
    .projectCommand('compare <runs...>', 'how configs, data and scores per class of runs differ', runs)
    .option('--baseline <run>', 'the run that the others are measured against (default: the first)')
    .option('--all', 'settings that are the same as well')
    .action((wanted: string[], options: Common & CompareOptions) => line.inProject(options, (c) => compareCommand(c, wanted, options)))
  line
    .projectCommand('report <runs...>', 'write everything that is known of a run, or of several, into one HTML file', runs)
    .option('-o, --out <file>', 'where to (default: a name made of the numbers)')
    .option('--baseline <run>', 'the run that the others are measured against (default: the first)')
    .addOption(new Option('--lang <language>', 'language of the report').choices(['en', 'zh-CN']).default('en'))
    .option('--no-predict', 'leave out pictures that were not predicted yet, instead of predicting some')
    .action((wanted: string[], options: Common & ReportOptions) => line.inProject(options, (c) => reportCommand(c, wanted, options)))
  line
    .projectCommand('curves <run>', 'what the curves of a run came to, or the points of one of them', runs)
    .option('--curve <curve>', 'all stored points of this one, e.g. train/loss, as CSV')
    .action((run: string, options: Common & CurveOptions) => line.inProject(options, (c) => curvesCommand(c, run, options)))
  line
    .projectCommand('import <file>', 'take a packed run into the project', runs)
    .action((file: string, options: Common) => line.inProject(options, (c) => adoptRunCommand(c, file)))
}

function addConfigCommands(line: CommandLine): void {
  const config = line.program.command('config').description('configs of trainings').exitOverride()
  line
    .projectCommand('show [config]', 'the whole config of a JSON file, a preset or a run (#4), checked and with its defaults', config)
    .option('--preset <name>', 'a preset that lies under the config')
    .option('--set <path=value>', 'override one value; may be repeated', collect, [])
    .option('--origins', 'where each value comes from: file, line and column')
    .action((name: string | undefined, options: Common & ConfigArguments & { origins?: boolean }) =>
      line.withConfigs(options, [name], (client, output) =>
        showConfig(client, output, { ...options, config: name }, options.origins ?? false),
      ),
    )
  line
    .projectCommand('diff <a> <b>', 'what two configs do not share', config)
    .option('--set <path=value>', 'override one value of the second; may be repeated', collect, [])
    .action((a: string, b: string, options: Common & { set: string[] }) =>
      line.withConfigs(options, [a, b], (client, output) => diffConfigs(client, output, a, b, options.set)),
    )
  line
    .command('import <file>', 'make a JSON config of a SegFormer config of MMSegmentation (.py); nothing in it is run', config)
    .option('--out <file>', 'the file to write (default: print it, and the report beside it)')
    .option('--root <folder>', 'the folder that its bases may lie in (default: the one above the folder of the file)')
    .option('--gpus <number>', 'devices of the original training, whose batch size is per device', integer, 1)
    .option('--tta', 'test-time augmentation becomes part of every validation')
    .action((file: string, options: Common & ImportConfigOptions) =>
      line.work(options, (output) => importConfigCommand(output, file, options)),
    )
}

function addModelCommands(line: CommandLine): void {
  addInferenceOptions(line.projectCommand('predict <model> <images...>', 'run a model (name, id or .onnx file) on pictures'))
    .option('--out <folder>', 'where the results go', 'predictions')
    .action((model: string, images: string[], options: PredictOptions) => predict(line, model, images, options))
  const models = line.program.command('models').description('exported models').exitOverride()
  line.projectCommand('list', 'list the models', models).action((options: Common) => line.inProject(options, listModelsCommand))
  line
    .projectCommand('export [run]', 'export a run as ONNX and compare it with the training graph', models)
    .addOption(checkpointOption())
    .addOption(new Option('--precision <precision>', 'precision of the weights').choices(['fp32', 'fp16']).default('fp32'))
    .option('--name <name>', 'name of the model')
    .action((run: string | undefined, options: Common & { checkpoint?: 'best' | 'last'; precision: 'fp32' | 'fp16'; name?: string }) =>
      line.inProject(options, (c) => exportModelCommand(c, run, options)),
    )
  line
    .command('import-sam <checkpoint>', 'turn an official SAM checkpoint (.pth, .safetensors) into ONNX files that the studio uses', models)
    .option('--image-size <px>', 'side of the model input (default: that of the checkpoint)', integer)
    .addOption(new Option('--precision <precision>', 'precision of the weights').choices(['fp32', 'fp16']).default('fp32'))
    .addOption(
      new Option('--input <form>', 'what the encoder takes: normalised and padded, or pixels').choices(['padded', 'raw']).default('padded'),
    )
    .addOption(new Option('--use <which>', 'which weights of a whole checkpoint').choices(['auto', 'model', 'ema']).default('auto'))
    .option('--decoder-heads <number>', 'heads of the decoder, which no shape tells', integer, 8)
    .option('--name <name>', 'name of the model')
    .option('-o, --out <folder>', 'where the files go (default: with the models of the studio)')
    .action((checkpoint: string, options: Common & ImportSamOptions) =>
      line.work(options, async (output) => {
        const core = await line.host.makeCore()
        try {
          await importSamCommand(core, checkpoint, options, output, line.signal)
        } finally {
          await core.close()
        }
      }),
    )
}

function addWeightsCommands(line: CommandLine): void {
  const weights = line.program.command('weights').description('weights files: .safetensors, .pth, .onnx').exitOverride()
  line
    .command('show <file>', 'what is in a weights file, and what of it a network would take; nothing in it is executed', weights)
    .option('--model <variant>', 'mit-b0 to mit-b5 (default: the one it looks like)')
    .option('--classes <number>', 'classes of the network (default: those of the file)', integer)
    .addOption(new Option('--naming <naming>', 'whose names it has').choices(['auto', 'own', 'nvidia', 'mmseg', 'hf']).default('auto'))
    .addOption(new Option('--use <which>', 'which weights of a whole checkpoint').choices(['auto', 'model', 'ema']).default('auto'))
    .action((file: string, options: Common & ShowWeightsOptions) =>
      line.work(options, async (output) => {
        const core = await line.host.makeCore()
        try {
          output.result(await showWeights(core, file, options), weightsLines)
        } finally {
          await core.close()
        }
      }),
    )
  line
    .projectCommand('export <source>', 'write the weights of a run, or of an exported model, as .safetensors', weights)
    .addOption(checkpointOption())
    .addOption(new Option('--naming <naming>', 'whose names to use').choices(['own', 'nvidia', 'mmseg', 'hf']).default('own'))
    .requiredOption('-o, --out <file>', 'the file to write, .safetensors')
    .action((source: string, options: Common & ExportWeightsOptions) =>
      line.inProject(options, (c) => exportWeightsCommand(c, source, options)),
    )
}

interface PredictOptions extends Common, InferenceOptions {
  out: string
}

async function predict(line: CommandLine, model: string, images: string[], options: PredictOptions): Promise<void> {
  const out = path.resolve(options.out)
  if (!model.endsWith('.onnx')) {
    return line.inProject(options, async ({ session, output }) => {
      const { id } = await findModel(session.client, model)
      output.result(
        await predictFiles(session.core, path.join(session.folder, 'models', `${id}.onnx`), images, out, output, inferenceOf(options)),
        predictionLines,
      )
    })
  }
  await line.work(options, async (output) => {
    const core = await line.host.makeCore()
    try {
      output.result(await predictFiles(core, path.resolve(model), images, out, output, inferenceOf(options)), predictionLines)
    } finally {
      await core.close()
    }
  })
}

function addStudioCommands(line: CommandLine): void {
  line
    .command('serve [project]', 'the studio for a browser')
    .option('--port <port>', 'port (default: the first free one from 7070)', integer)
    .option('--root <folder>', 'folder that pages may browse; may be repeated (default: home)', collect, [])
    .option('--bind <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-host <name>', 'host name that is let in besides localhost; needs TLS; may be repeated', collect, [])
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'key, PEM')
    .action((project: string | undefined, options: Common & ServeOptions) =>
      line.work(options, async (output) => {
        line.serving = true
        const { serveCommand } = await import('./serve.ts')
        await serveCommand(line.host, project, options, output, line.signal)
      }),
    )
  line
    .command('doctor', 'what this machine has: providers really started, versions, what auto picks')
    .option('--install-gpu', 'fetch the optional parts for graphics cards: CUDA for ONNX Runtime, TensorFlow with its addon', false)
    .option('--dry-run', 'with --install-gpu: only say what would be fetched', false)
    .action((options: Common & { installGpu: boolean; dryRun: boolean }) =>
      line.work(options, async (output) => {
        if (options.dryRun && !options.installGpu) throw new AppError('input/invalid', '--dry-run goes with --install-gpu')
        if (options.installGpu) await (await import('./installGpu.ts')).installGpuCommand(output, options, line.signal)
        else await (await import('./doctor.ts')).doctorCommand(line.host, output)
      }),
    )
  line
    .command('demo', 'make a dataset, train, export and predict, and leave a project to open')
    .option('--out <folder>', 'the project', 'demo-project')
    .option('--seed <number>', 'seed of the pictures and of the training', integer, 0)
    .action((options: Common & { out: string; seed: number }) =>
      line.work(options, async (output) => (await import('./demo.ts')).demoCommand(line.host, options, output, line.signal)),
    )
}
