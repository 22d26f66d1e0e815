import type { Mapping } from './mapping.ts'
import type { Field, Part } from './part.ts'

/** What the network starts from: load_from over a pretrained backbone. */
export function mapWeights({ root }: Mapping, model: Part, backbone: Part): void {
  const init = backbone.part('init_cfg')
  const fields: (Field<string> | null)[] = [root.text('load_from'), model.text('pretrained'), backbone.text('pretrained')]
  if (init?.type === 'Pretrained') {
    init.any('type')?.fixed()
    init.any('prefix')?.fixed('names are recognised whatever stands in front of them')
    init.dropped(['map_location'], 'weights are read where they are used')
    fields.push(init.text('checkpoint'))
  } else init?.droppedWhole('weights are drawn as the official model does')
  model.any('init_cfg')?.dropped('weights are drawn as the official model does')
  const [first, ...others] = fields.filter((field) => field !== null)
  if (first) mapFile(first)
  for (const field of others) field.dropped(`${first!.path} is laid over it`)
}

function mapFile(field: Field<string>): void {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(field.value))
    return field.dropped(
      'nothing is downloaded: fetch the file and name it with --set weights.file=FILE, else the training starts from scratch',
    )
  field.approximated(
    'weights.file',
    field.value,
    'the load report says what fits; the head of mmsegmentation has other layers and is drawn anew',
  )
}
