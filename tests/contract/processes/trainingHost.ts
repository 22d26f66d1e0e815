import { projectOf, startCore, tinyConfig, until } from '../coreHarness.ts'

// A host that trains and is going to be killed: it says the run's id after a few steps.
const { core, client } = await startCore(process.argv[2])
await core.host.slot.open(projectOf(process.argv[2]!))
const dataset = (await client.datasets.list({}))[0]!
const run = await client.runs.launch({ datasetId: dataset.id, config: tinyConfig(40) })
await until(client, run.id, ({ step }) => step >= 12)
process.send?.(run.id)
