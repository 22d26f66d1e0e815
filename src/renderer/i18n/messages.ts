import { region } from './en/region.ts'
import { region as regionZh } from './zh-CN/region.ts'
import { brush } from './en/brush.ts'
import { aids } from './en/aids.ts'
import { assist } from './en/assist.ts'
import { batches } from './en/batches.ts'
import { certainty } from './en/certainty.ts'
import { checkpoint } from './en/checkpoint.ts'
import { commands } from './en/commands.ts'
import { common } from './en/common.ts'
import { comparison } from './en/comparison.ts'
import { config } from './en/config.ts'
import { curves } from './en/curves.ts'
import { datasets } from './en/datasets.ts'
import { drafts } from './en/drafts.ts'
import { experiments } from './en/experiments.ts'
import { frame } from './en/frame.ts'
import { handles } from './en/handles.ts'
import { jobs } from './en/jobs.ts'
import { keys } from './en/keys.ts'
import { label } from './en/label.ts'
import { models } from './en/models.ts'
import { mouse } from './en/mouse.ts'
import { review } from './en/review.ts'
import { safety } from './en/safety.ts'
import { saving } from './en/saving.ts'
import { schema } from './en/schema.ts'
import { propagate } from './en/propagate.ts'
import { selection } from './en/selection.ts'
import { pictures } from './en/pictures.ts'
import { settings } from './en/settings.ts'
import { start } from './en/start.ts'
import { tags } from './en/tags.ts'
import { tuning } from './en/tuning.ts'
import { view } from './en/view.ts'
import { brush as brushZh } from './zh-CN/brush.ts'
import { aids as aidsZh } from './zh-CN/aids.ts'
import { assist as assistZh } from './zh-CN/assist.ts'
import { batches as batchesZh } from './zh-CN/batches.ts'
import { certainty as certaintyZh } from './zh-CN/certainty.ts'
import { checkpoint as checkpointZh } from './zh-CN/checkpoint.ts'
import { commands as commandsZh } from './zh-CN/commands.ts'
import { common as commonZh } from './zh-CN/common.ts'
import { comparison as comparisonZh } from './zh-CN/comparison.ts'
import { config as configZh } from './zh-CN/config.ts'
import { curves as curvesZh } from './zh-CN/curves.ts'
import { experiments as experimentsZh } from './zh-CN/experiments.ts'
import { datasets as datasetsZh } from './zh-CN/datasets.ts'
import { drafts as draftsZh } from './zh-CN/drafts.ts'
import { frame as frameZh } from './zh-CN/frame.ts'
import { handles as handlesZh } from './zh-CN/handles.ts'
import { jobs as jobsZh } from './zh-CN/jobs.ts'
import { keys as keysZh } from './zh-CN/keys.ts'
import { label as labelZh } from './zh-CN/label.ts'
import { models as modelsZh } from './zh-CN/models.ts'
import { mouse as mouseZh } from './zh-CN/mouse.ts'
import { review as reviewZh } from './zh-CN/review.ts'
import { safety as safetyZh } from './zh-CN/safety.ts'
import { saving as savingZh } from './zh-CN/saving.ts'
import { schema as schemaZh } from './zh-CN/schema.ts'
import { propagate as propagateZh } from './zh-CN/propagate.ts'
import { selection as selectionZh } from './zh-CN/selection.ts'
import { pictures as picturesZh } from './zh-CN/pictures.ts'
import { settings as settingsZh } from './zh-CN/settings.ts'
import { start as startZh } from './zh-CN/start.ts'
import { tags as tagsZh } from './zh-CN/tags.ts'
import { tuning as tuningZh } from './zh-CN/tuning.ts'
import { view as viewZh } from './zh-CN/view.ts'

/** One file per feature and language; the Chinese ones have the type of the English ones, so a missing key does not compile. */
export const en = {
  region,
  brush,
  aids,
  assist,
  batches,
  certainty,
  checkpoint,
  handles,
  commands,
  common,
  comparison,
  config,
  curves,
  datasets,
  drafts,
  experiments,
  frame,
  jobs,
  keys,
  label,
  models,
  mouse,
  review,
  safety,
  saving,
  schema,
  propagate,
  selection,
  pictures,
  settings,
  start,
  tags,
  tuning,
  view,
}
export type Messages = typeof en
export const zhCN: Messages = {
  region: regionZh,
  brush: brushZh,
  aids: aidsZh,
  assist: assistZh,
  batches: batchesZh,
  certainty: certaintyZh,
  checkpoint: checkpointZh,
  handles: handlesZh,
  commands: commandsZh,
  common: commonZh,
  comparison: comparisonZh,
  config: configZh,
  curves: curvesZh,
  datasets: datasetsZh,
  drafts: draftsZh,
  experiments: experimentsZh,
  frame: frameZh,
  jobs: jobsZh,
  keys: keysZh,
  label: labelZh,
  models: modelsZh,
  mouse: mouseZh,
  review: reviewZh,
  safety: safetyZh,
  saving: savingZh,
  schema: schemaZh,
  propagate: propagateZh,
  selection: selectionZh,
  pictures: picturesZh,
  settings: settingsZh,
  start: startZh,
  tags: tagsZh,
  tuning: tuningZh,
  view: viewZh,
}
