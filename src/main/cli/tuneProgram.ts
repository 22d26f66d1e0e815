import type { Command } from 'commander'
import { Option } from 'commander'
import { collect, signedInteger, type CommandLine, type Common } from './commandLine.ts'
import { publishCommand, tuneCommand, type PublishOptions, type TuneOptions } from './tuneCommands.ts'

/** Training SAMs on the user's masks: `maskwright tune`. */
export function addTuneCommand(line: CommandLine): void {
  line
    .projectCommand('tune [config]', 'train a SAM on the masks of a dataset; without a config with values that suit most')
    .option('--dataset <name>', 'which dataset, by name or id')
    .option('--model <model>', 'which SAM, by name or id (default: the default one)')
    .option('--set <path=value>', 'override one value; may be repeated', collect, [])
    .option('--name <name>', 'name of the run, and of the model')
    .option('--priority <number>', 'of the runs that wait, the greatest goes first', signedInteger)
    .option('--publish', 'use the result as a model when it is done')
    .option('--default', 'with --publish: wherever no model is named, if it became better')
    .option('--force', 'with --default: also if it did not, or nothing was measured')
    .option('--work-dir <folder>', 'where a copy of config, logs and checkpoints goes at the end')
    .action((config: string | undefined, options: Common & TuneOptions) => line.inProject(options, (c) => tuneCommand(c, config, options)))
}

/** `maskwright assist publish`. */
export function addPublishCommand(line: CommandLine, assist: Command): void {
  line
    .projectCommand('publish <run>', 'use what a run has learnt as a SAM', assist)
    .addOption(new Option('--checkpoint <which>', 'which checkpoint').choices(['best', 'last']).default('best'))
    .option('--name <name>', 'name of the model (default: that of the run)')
    .option('--default', 'use it wherever no model is named, if it became better')
    .option('--force', 'with --default: also if it did not, or nothing was measured')
    .action((run: string, options: Common & PublishOptions) => line.inProject(options, (c) => publishCommand(c, run, options)))
}
