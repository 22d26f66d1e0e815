import { AppError } from '../../../shared/errors.ts'
import type { SamWeights } from '../../../shared/model/samWeights.ts'
import type { TuneBase } from '../../../shared/model/samTune.ts'
import type { AssistModels, ModelFiles } from '../assist/assistModels.ts'
import { readSamWeights, weightsFileOf } from '../assist/samWeightsFile.ts'
import { ownsWeights } from './weightsOwner.ts'

/** A model that can be trained, with its files. */
export interface FoundBase {
  readonly base: TuneBase
  readonly weights: SamWeights
  readonly files: ModelFiles
}

/** Whether nobody but the studio writes the files of a model; it replaces them and never writes into them, so that links to them stay what they are. */
export const isOurs = (origin: TuneBase['origin']): boolean => origin === 'made' || origin === 'sent'

async function baseOf(models: AssistModels, model: ModelFiles): Promise<FoundBase | null> {
  const weights = await readSamWeights(weightsFileOf(model.encoderFile))
  if (!weights || model.decoderFile === null || !(await isItsOwn(models, model, weights))) return null
  const { id: modelId, name, origin, isDefault } = model
  const size = weights.kind === 'small' ? weights.size : weights.network.imageSize
  return { base: { modelId, name, kind: weights.kind, origin, isDefault, size }, weights, files: model }
}

/** A model that cannot be used now cannot be trained either. */
async function isItsOwn(models: AssistModels, { id, origin }: ModelFiles, weights: SamWeights): Promise<boolean> {
  try {
    return ownsWeights(weights, (await models.usable(id)).facts, origin)
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

/** The models of this user that can be trained, the default first, then the shipped one. */
export async function listBases(models: AssistModels): Promise<FoundBase[]> {
  const found = (await Promise.all((await models.files()).map((model) => baseOf(models, model)))).filter((each) => each !== null)
  const rank = ({ base }: FoundBase): number => (base.isDefault ? 0 : base.origin === 'shipped' ? 1 : 2)
  return found.sort((a, b) => rank(a) - rank(b))
}

/** null: the first of them. Errors: assist/no-model, assist/model-not-found (gone, or without weights). */
export async function requireBase(models: AssistModels, modelId: string | null): Promise<FoundBase> {
  const bases = await listBases(models)
  const found = modelId === null ? bases[0] : bases.find(({ base }) => base.modelId === modelId)
  if (found) return found
  if (modelId === null) throw new AppError('assist/no-model', 'there is no SAM whose weights are here to be trained')
  throw new AppError('assist/model-not-found', `there is no model ${modelId} that can be trained`, { id: modelId })
}
