import { decode } from 'fast-png'
import { AppError } from '../../../../shared/errors.ts'
import { masksFromIndexMap } from '../../../../shared/geometry/rle.ts'
import { attributeOf, type Annotation } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item } from '../../../../shared/model/item.ts'
import type { ModelRecord } from '../../../../shared/model/modelRecord.ts'
import { isBackgroundName } from '../../../../shared/formats/vocNames.ts'
import { assetUrl } from '../../../rpc/hostBridge.ts'
import { pageClient } from '../../../stores/link.ts'
import type { Proposal } from './proposals.ts'

/** The class of this dataset with a name; null: it has none. */
export type ClassNamed = (name: string) => Id | null

/** What the attributes or the provenance of an annotation say of its certainty. */
function scoreOf({ attributes, provenance }: Pick<Annotation, 'attributes' | 'provenance'>): number | null {
  const score = provenance.kind === 'model' ? provenance.score : attributeOf(attributes, 'score')
  return typeof score === 'number' && score >= 0 && score <= 1 ? score : null
}

/** The picture of the same name in another dataset, as that one has it labelled. Errors: item/no-twin, item/other-size. */
export async function fromDataset(item: Item, datasetId: Id, client: string, classNamed: ClassNamed): Promise<readonly Proposal[]> {
  const filter = { split: null, classId: null, status: null, text: '', name: item.name }
  const { items } = await pageClient().items.window({ datasetId, filter, offset: 0, limit: 1 })
  const [twin] = items
  if (!twin) throw new AppError('item/no-twin', 'the other dataset has no picture of this name', { file: item.name })
  if (twin.width !== item.width || twin.height !== item.height)
    throw new AppError('item/other-size', 'the pictures differ in size', { file: item.name })
  const [classes, { annotations }] = await Promise.all([
    pageClient().datasets.classes({ datasetId }),
    pageClient().annotations.list({ itemId: twin.id, client }),
  ])
  const names = new Map(classes.map(({ id, name }) => [id, name]))
  return annotations.map((annotation): Proposal => {
    const { region, shape, attributes, provenance, groupId } = annotation
    const classId = annotation.classId === null ? null : classNamed(names.get(annotation.classId) ?? '')
    // By the name it has there, so that what is accepted on another visit joins the same group.
    const record = { classId, region, shape, attributes, provenance, ...(groupId ? { groupId } : {}) }
    return { key: `${item.id} ${annotation.id}`, record, score: scoreOf(annotation) }
  })
}

/** What a model sees on the picture: one mask per class that this dataset has; the background is left out. Errors: as models.predict. */
export async function fromModel(item: Item, model: ModelRecord, classNamed: ClassNamed): Promise<readonly Proposal[]> {
  const prediction = await pageClient().models.predict({ modelId: model.id, source: { kind: 'item', itemId: item.id } })
  const response = await fetch(assetUrl('prediction', prediction.indexAsset))
  if (!response.ok) throw new AppError('file/unreadable', 'the prediction cannot be read')
  const { data, width, height } = decode(new Uint8Array(await response.arrayBuffer()))
  if (width !== item.width || height !== item.height)
    throw new AppError('item/other-size', 'the prediction has another size', { file: item.name })
  const background = (value: number): boolean => isBackgroundName(model.classes[value]?.name ?? '') || !model.classes[value]
  return [...masksFromIndexMap(Uint8Array.from(data), width, height, background)].map(([value, shape]): Proposal => {
    const { name } = model.classes[value]!
    const record = {
      classId: classNamed(name),
      region: 'object',
      shape,
      attributes: {},
      provenance: { kind: 'model', modelId: model.id, score: 1 },
    } as const
    // A mask of classes has no score of its own.
    return { key: `${model.id} ${item.id} ${value}`, record, score: null }
  })
}
